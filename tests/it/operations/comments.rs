//! Comments and reactions.

use backlot_core::ErrorKind;
use backlot_model::{EventKind, RecordId, Rule};

use super::{Bench, HERE};
use crate::support::name;

#[test]
fn comments_are_edited_minimised_pinned_and_deleted() {
    let bench = Bench::with_issues(2);
    let (id, events) = bench.act(|repository| repository.comment(1, "One."));
    assert_eq!(events, [EventKind::Created, EventKind::Edited]);
    let other = bench.done(|repository| repository.comment(1, "Two."));
    assert_eq!(bench.issue(1).summary.comments, 2);
    let before = bench.issue(1).summary.updated_at;
    bench.once(&[EventKind::Edited; 2], |repository| {
        repository.edit_comment(id, "Uno.")
    });
    assert!(bench.issue(1).summary.updated_at > before);
    bench.done(|repository| repository.edit_comment(id, "Un."));
    let snapshot = bench.read();
    let found = snapshot.comment(id).unwrap();
    assert_eq!(
        (found.body.as_str(), found.author.as_deref()),
        ("Un.", Some("mona"))
    );
    let edits = snapshot.edits(id).unwrap();
    let texts: Vec<_> = edits.iter().map(|edit| edit.body.as_deref()).collect();
    assert_eq!(texts, [Some("One."), Some("Uno.")]);
    assert_eq!(edits[1].editor, "mona");
    drop(snapshot);
    // Minimised, for a reason, for another one, and for none.
    for reason in [Some("off-topic"), Some("spam"), None] {
        bench.once(&[EventKind::Edited], |repository| {
            repository.minimize_comment(id, reason)
        });
        let found = bench.read().comment(id).unwrap();
        assert!(found.is_minimized);
        assert_eq!(found.minimized_reason.as_deref(), reason);
    }
    bench.once(&[EventKind::Edited], |repository| {
        repository.unminimize_comment(id)
    });
    assert!(!bench.read().comment(id).unwrap().is_minimized);
    bench.once(&[EventKind::Pinned], |repository| {
        repository.pin_comment(id)
    });
    let expected = ("comment", "pinned", Rule::AlreadyExists);
    assert_eq!(
        bench.invalid(|repository| repository.pin_comment(other)),
        expected
    );
    bench.once(&[EventKind::Unpinned], |repository| {
        repository.unpin_comment(id)
    });
    bench.done(|repository| repository.pin_comment(other));
    let body = |rule| ("comment", "body", rule);
    let blank = bench.invalid(|repository| repository.comment(1, " \n"));
    assert_eq!(blank, body(Rule::MissingField));
    let blank = bench.invalid(|repository| repository.edit_comment(id, ""));
    assert_eq!(blank, body(Rule::MissingField));
    let long = bench.invalid(|repository| repository.comment(1, "x".repeat(65_537)));
    assert_eq!(long, body(Rule::Unprocessable));
    let wrong = bench.invalid(|repository| repository.minimize_comment(id, Some("dull")));
    assert_eq!(wrong, ("comment", "minimized_reason", Rule::Invalid));
    let ((), events) = bench.act(|repository| repository.delete_comment(id));
    assert_eq!(events, [EventKind::Deleted, EventKind::CommentDeleted]);
    let snapshot = bench.read();
    assert_eq!(snapshot.comment(id).unwrap_err().kind(), ErrorKind::Gone);
    let left = snapshot.comments(&name(HERE), 1).unwrap();
    assert_eq!(
        left.iter().map(|comment| comment.id).collect::<Vec<_>>(),
        [other]
    );
    drop(snapshot);
    assert_eq!(bench.issue(1).summary.comments, 1);
    assert_eq!(bench.last(1).0, "comment_deleted");
    let error = bench.refused(|repository| repository.delete_comment(id));
    assert_eq!(error.kind(), ErrorKind::Gone);
    let error = bench.refused(|repository| repository.delete_comment(RecordId::NIL));
    assert_eq!(error.kind(), ErrorKind::UnknownRecord);
    bench.sound();
}

#[test]
fn each_user_reacts_once_with_each_content() {
    let mut bench = Bench::with_issues(1);
    let id = bench.issue(1).record.id();
    let comment = bench.done(|repository| repository.comment(1, "One."));
    let before = bench.issue(1).summary.updated_at;
    for (target, content) in [(id, "heart"), (id, "+1"), (comment, "eyes")] {
        bench.once(&[EventKind::Created, EventKind::Edited], |repository| {
            repository.react(target, content)
        });
    }
    bench.actor = "octo";
    bench.done(|repository| repository.react(id, "heart"));
    let found = bench.issue(1);
    assert_eq!(found.reactions.counts, [1, 0, 0, 0, 0, 2, 0, 0]);
    assert_eq!(found.summary.updated_at, before);
    let snapshot = bench.read();
    let reactions = snapshot.reactions(id).unwrap();
    let told: Vec<_> = reactions
        .iter()
        .map(|reaction| (reaction.user.as_deref().unwrap(), reaction.content.as_str()))
        .collect();
    assert_eq!(told, [("mona", "heart"), ("mona", "+1"), ("octo", "heart")]);
    assert_eq!(snapshot.comment(comment).unwrap().reactions.total(), 1);
    drop(snapshot);
    // Only one's own is taken back.
    bench.nothing(|repository| repository.unreact(id, "+1"));
    bench.once(&[EventKind::Deleted, EventKind::Edited], |repository| {
        repository.unreact(id, "heart")
    });
    assert_eq!(bench.issue(1).reactions.counts[5], 1);
    bench.done(|repository| repository.react(id, "heart"));
    let wrong = bench.invalid(|repository| repository.react(id, "love"));
    assert_eq!(wrong, ("reaction", "content", Rule::Invalid));
    let error = bench.refused(|repository| repository.react(RecordId::NIL, "heart"));
    assert_eq!(error.kind(), ErrorKind::UnknownRecord);
    // Reactions are no part of the timeline.
    assert_eq!(bench.timeline(1).len(), 1);
    // With the comment go the reactions to it.
    bench.done(|repository| repository.delete_comment(comment));
    let error = bench.read().reactions(comment).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Gone);
    bench.sound();
}
