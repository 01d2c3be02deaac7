//! The words by which GitHub says what happened.
//!
//! Clients that are strict about types fail on a word that they do not know, so that what another forge says in words of
//! its own is not listed.

/// What both the lists of events and timelines have.
const EVENTS: &[&str] = &[
    "added_to_project",
    "added_to_project_v2",
    "assigned",
    "automatic_base_change_failed",
    "automatic_base_change_succeeded",
    "base_ref_changed",
    "base_ref_deleted",
    "base_ref_force_pushed",
    "blocked_by_added",
    "blocked_by_removed",
    "blocking_added",
    "blocking_removed",
    "closed",
    "comment_deleted",
    "connected",
    "convert_to_draft",
    "converted_note_to_issue",
    "converted_to_discussion",
    "demilestoned",
    "deployed",
    "deployment_environment_changed",
    "disconnected",
    "head_ref_deleted",
    "head_ref_force_pushed",
    "head_ref_restored",
    "issue_type_added",
    "issue_type_changed",
    "issue_type_removed",
    "labeled",
    "locked",
    "marked_as_duplicate",
    "mentioned",
    "merged",
    "milestoned",
    "moved_columns_in_project",
    "parent_issue_added",
    "parent_issue_removed",
    "pinned",
    "project_v2_item_status_changed",
    "ready_for_review",
    "referenced",
    "removed_from_project",
    "removed_from_project_v2",
    "renamed",
    "reopened",
    "review_dismissed",
    "review_request_removed",
    "review_requested",
    "sub_issue_added",
    "sub_issue_removed",
    "subscribed",
    "transferred",
    "unassigned",
    "unlabeled",
    "unlocked",
    "unmarked_as_duplicate",
    "unpinned",
    "user_blocked",
];

/// What timelines alone have.
const OF_TIMELINES: &[&str] = &[
    "added_to_merge_queue",
    "auto_merge_disabled",
    "auto_merge_enabled",
    "auto_rebase_enabled",
    "auto_squash_enabled",
    COMMENTED,
    "commit-commented",
    "committed",
    "copilot_work_finished",
    "copilot_work_started",
    "cross-referenced",
    "issue_comment_pinned",
    "issue_field_added",
    "line-commented",
    "relates_to_added",
    "relates_to_removed",
    "removed_from_merge_queue",
    "reviewed",
    "unsubscribed",
];

/// What a comment is in a timeline.
pub(super) const COMMENTED: &str = "commented";

/// Whether the lists of events have events of this word.
pub(super) fn is_event(word: &str) -> bool {
    EVENTS.binary_search(&word).is_ok()
}

/// Whether timelines have items of this word.
pub(super) fn is_of_timelines(word: &str) -> bool {
    is_event(word) || OF_TIMELINES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_order_and_found() {
        assert!(EVENTS.is_sorted());
        assert!(
            EVENTS
                .iter()
                .all(|word| is_event(word) && is_of_timelines(word))
        );
        assert!(
            OF_TIMELINES
                .iter()
                .all(|word| !is_event(word) && is_of_timelines(word))
        );
        assert!(!is_of_timelines("edited") && !is_of_timelines(""));
    }
}
