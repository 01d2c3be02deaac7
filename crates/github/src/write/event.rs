//! What events and timeline items have to have, by what happened in them.

use backlot_model::{Field, ForeignId, Lookup, LossKind, RecordKind};

use super::complete::{ghost, has_value, loss, number_of_name};
use super::facts::{text, time};
use super::object::Job;
use super::render::{Context, Renderer};
use crate::shape::{Facts, Form, Rule, derive, put_time};
use backlot_forge::WriteError;
use backlot_forge::json::Keys;
use backlot_forge::json::write_string;
use backlot_forge::slots::{entries, entry};

/// The keys that most events have to have.
const COMMON: &[&str] = &[
    "id",
    "node_id",
    "url",
    "actor",
    "event",
    "commit_id",
    "commit_url",
    "created_at",
    "performed_via_github_app",
];
const COMMENTED: &[&str] = &[
    "event",
    "actor",
    "id",
    "node_id",
    "html_url",
    "issue_url",
    "author_association",
    "user",
    "url",
    "created_at",
    "updated_at",
];
const COMMITTED: &[&str] = &[
    "sha",
    "node_id",
    "url",
    "html_url",
    "author",
    "committer",
    "tree",
    "message",
    "parents",
    "verification",
];
const REVIEWED: &[&str] = &[
    "event",
    "id",
    "node_id",
    "user",
    "body",
    "state",
    "commit_id",
    "html_url",
    "pull_request_url",
    "_links",
    "author_association",
];
/// The key of a dismissed review that names the commit by which it was dismissed.
const COMMIT_OF_DISMISSAL: &str = "dismissal_commit_id";
/// What stands for a commit that is not known, as in Git itself.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

/// Whether objects of a form are events or timeline items.
pub(super) const fn is_event(form: Form) -> bool {
    matches!(form, Form::Event | Form::IssueEvent | Form::Timeline)
}

/// What happened, as the description of the API tells events apart.
fn happened<'j, R>(job: &Job<'j, R>) -> &'j str {
    match job.facts.is_comment {
        true => "commented",
        false => text(job.values, Field::Event).unwrap_or_default(),
    }
}

/// The keys that an event has to have beyond those of all, and that only this one has.
fn own_keys(event: &str) -> &'static [&'static str] {
    match event {
        "labeled" | "unlabeled" => &["label"],
        "milestoned" | "demilestoned" => &["milestone"],
        "renamed" => &["rename"],
        "locked" => &["lock_reason"],
        "assigned" | "unassigned" => &["assignee", "assigner"],
        "review_requested" | "review_request_removed" => &["review_requester"],
        "review_dismissed" => &["dismissed_review"],
        "issue_type_added" => &["issue_type"],
        "issue_type_removed" => &["prev_issue_type"],
        "issue_type_changed" => &["issue_type", "prev_issue_type"],
        "sub_issue_added" | "sub_issue_removed" => &["sub_issue"],
        "parent_issue_added" | "parent_issue_removed" => &["parent_issue"],
        "blocked_by_added" | "blocked_by_removed" => &["blocked_by"],
        "blocking_added" | "blocking_removed" => &["blocking"],
        _ => &[],
    }
}

/// Whether an event has to have a key.
pub(super) fn demands<R>(job: &Job<'_, R>, key: &str) -> bool {
    let event = happened(job);
    match (job.form, event) {
        (Form::Timeline, "commented") => COMMENTED.contains(&key),
        (Form::Timeline, "committed") => COMMITTED.contains(&key),
        (Form::Timeline, "reviewed") => REVIEWED.contains(&key),
        (Form::Timeline, "cross-referenced") => {
            ["event", "created_at", "updated_at", "source"].contains(&key)
        }
        (Form::Timeline, "line-commented" | "commit-commented") => key == "event",
        (Form::Timeline, "assigned" | "unassigned") if key == "assigner" => false,
        _ => COMMON.contains(&key) || own_keys(event).contains(&key),
    }
}

/// Whether null will do for a key that an event has to have.
fn may_be_null<R>(job: &Job<'_, R>, key: &str) -> bool {
    let event = happened(job);
    match key {
        "commit_id" => !(job.form == Form::Timeline && event == "reviewed"),
        "commit_url"
        | "performed_via_github_app"
        | "lock_reason"
        | "body"
        | "issue_type"
        | "prev_issue_type"
        | "sub_issue"
        | "parent_issue"
        | "blocked_by"
        | "blocking" => true,
        // The events of a repository may have lost their actors, unless their kind has a
        // description of its own, which all of those have that an event of a project is.
        "actor" => {
            job.form == Form::Event && own_keys(event).is_empty() && !event.contains("project")
        }
        _ => false,
    }
}

impl Renderer {
    /// Appends a key that an event has to have and lacks.
    pub(super) fn complete_event<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        name: &'static str,
        keys: &mut Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Result<(), WriteError<L::Error>> {
        let out = keys.key(name);
        let reason = self.value(job, name, context, out)?;
        if let Some(reason) = reason.filter(|_| !self.is_served()) {
            let loss = loss(job, LossKind::Minted, name, reason);
            context.losses.push(loss);
        }
        Ok(())
    }

    /// Mends what was written of a key from `start` on, where the description wants more than
    /// the source says.
    pub(super) fn mend<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        name: &'static str,
        start: usize,
        out: &mut Vec<u8>,
        context: &mut Context<'_, L>,
    ) -> Result<(), WriteError<L::Error>> {
        if &out[start..] == b"null" {
            if demands(job, name) && !may_be_null(job, name) {
                out.truncate(start);
                self.value(job, name, context, out)?;
                let reason = "it was null, and the description wants a value";
                let loss = loss(job, LossKind::Altered, name, reason);
                context.losses.push(loss);
            }
            return Ok(());
        }
        let inner: &[(&str, &str)] = match name {
            "label" => &[("name", "\"\""), ("color", "\"ededed\"")],
            "milestone" => &[("title", "\"\"")],
            "rename" => &[("from", "\"\""), ("to", "\"\"")],
            "verification" => &[
                ("verified", "false"),
                ("reason", "\"unsigned\""),
                ("signature", "null"),
                ("payload", "null"),
                ("verified_at", "null"),
            ],
            "dismissed_review" => &[
                ("state", "\"\""),
                ("review_id", "0"),
                ("dismissal_message", "null"),
            ],
            _ => return Ok(()),
        };
        let Ok(mut written) = String::from_utf8(out.split_off(start)) else {
            return Err(WriteError::Damaged);
        };
        // The description knows a text or no such key, where GitHub says null.
        if name == "dismissed_review" && entry(&written, COMMIT_OF_DISMISSAL) == Some("null") {
            let kept = entries(&written).unwrap_or_default();
            let kept = kept.iter().filter(|(key, _)| *key != COMMIT_OF_DISMISSAL);
            let kept: Vec<String> = kept.map(|(key, raw)| format!("\"{key}\":{raw}")).collect();
            written = format!("{{{}}}", kept.join(","));
            let field = format!("{name}.{COMMIT_OF_DISMISSAL}");
            let reason = "it was null, and the description wants a text or no key";
            context
                .losses
                .push(loss(job, LossKind::Altered, &field, reason));
        }
        let lacking = inner
            .iter()
            .filter(|(key, _)| written.starts_with('{') && entry(&written, key).is_none());
        let body = written.strip_suffix('}').unwrap_or(&written);
        out.extend_from_slice(body.as_bytes());
        for (key, json) in lacking {
            let comma = if out.ends_with(b"{") { "" } else { "," };
            out.extend_from_slice(format!("{comma}\"{key}\":{json}").as_bytes());
            let field = format!("{name}.{key}");
            let reason = "the source does not say it";
            context
                .losses
                .push(loss(job, LossKind::Minted, &field, reason));
        }
        if body.len() < written.len() {
            out.push(b'}');
        }
        Ok(())
    }

    /// Appends a value, and says why if it was made up.
    fn value<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        name: &str,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<Option<&'static str>, WriteError<L::Error>> {
        const UNKNOWN: Option<&str> = Some("the source does not say it");
        let event = happened(job);
        let known_id = job.facts.id.filter(|_| !job.minted_id);
        let minted = match job.minted_id {
            true => Some("it was never at the forge"),
            false => UNKNOWN,
        };
        let id = job
            .facts
            .id
            .unwrap_or_else(|| number_of_name(job.facts.site.repo, &telling(job)));
        let facts = Facts {
            id: Some(id),
            ..job.facts
        };
        let mut put = |rule: Rule| derive(rule, &facts, out);
        match name {
            "id" => {
                put(Rule::Id);
                return Ok(minted);
            }
            "node_id" => {
                put(Rule::OldNode(match event {
                    "commented" => "IssueComment",
                    "reviewed" => "PullRequestReview",
                    "committed" => "Commit",
                    _ => "",
                }));
                return Ok(minted);
            }
            "url" | "html_url" | "issue_url" | "pull_request_url" => {
                let wanted = match (name, event) {
                    ("url", "committed") => "A/repos/R/git/commits/S",
                    ("url", "commented") => "A/repos/R/issues/comments/I",
                    ("url", _) => "A/repos/R/issues/events/I",
                    ("issue_url", _) => "A/repos/R/issues/N",
                    ("pull_request_url", _) => "A/repos/R/pulls/N",
                    (_, "committed") => "H/R/commit/S",
                    (_, "commented") => "H/R/issues/N#issuecomment-I",
                    _ => "H/R/pull/N#pullrequestreview-I",
                };
                if put(Rule::Url(wanted)) {
                    let known = known_id.is_some() || !wanted.contains('I');
                    return Ok(if known { None } else { minted });
                }
                let (nearest, least) = match name {
                    "html_url" => ("H/R", "H"),
                    _ => ("A/repos/R", "A"),
                };
                let _ = put(Rule::Url(nearest)) || put(Rule::Url(least));
                return Ok(UNKNOWN);
            }
            "_links" => {
                out.extend_from_slice(b"{\"html\":{\"href\":");
                self.value(job, "html_url", context, out)?;
                out.extend_from_slice(b"},\"pull_request\":{\"href\":");
                let reason = self.value(job, "pull_request_url", context, out)?;
                out.extend_from_slice(b"}}");
                return Ok(reason);
            }
            "commit_url" if says_commit(job) && put(Rule::Url("A/repos/R/commits/S")) => {
                return Ok(None);
            }
            "actor" | "user" | "assigner" | "review_requester" | "assignee" => {
                let field = match name {
                    "assignee" => Field::Person,
                    _ => Field::Author,
                };
                if !has_value(job, Rule::User(field)) {
                    ghost(job.facts.site, out);
                    return Ok(Some("nobody is known to have done it"));
                }
                self.current(job, Rule::User(field), context, out)?;
                return Ok(match name {
                    "assigner" | "review_requester" => {
                        Some("the source does not say it; the actor is taken for it")
                    }
                    "actor" if event == "commented" => None,
                    "user" => Some("the source does not say it; the actor is taken for it"),
                    _ => None,
                });
            }
            _ => {}
        }
        let subject = text(job.values, Field::Subject);
        let now = time(job.values, Field::CreatedAt);
        match name {
            "event" => write_string(event, out),
            "commit_id" if !may_be_null(job, name) => write_string(NO_COMMIT, out),
            "sha" => write_string(subject.unwrap_or(NO_COMMIT), out),
            "created_at" | "updated_at" => {
                put_time(Some(now.unwrap_or_default()), out);
                return Ok(match (name, now) {
                    ("created_at", Some(_)) => None,
                    (_, Some(_)) => Some("the source does not say it; it is taken for unchanged"),
                    _ => UNKNOWN,
                });
            }
            "author_association" => {
                let word = text(job.values, Field::AuthorAssociation);
                write_string(word.unwrap_or("NONE"), out);
                return Ok(word.map_or(UNKNOWN, |_| None));
            }
            "lock_reason" => {
                let word = text(job.values, Field::LockReason);
                match word {
                    Some(word) => write_string(word, out),
                    None => out.extend_from_slice(b"null"),
                }
                return Ok(word.map_or(UNKNOWN, |_| None));
            }
            "label" => {
                out.extend_from_slice(b"{\"name\":");
                write_string(subject.unwrap_or_default(), out);
                out.extend_from_slice(b",\"color\":\"ededed\"}");
            }
            "milestone" => {
                out.extend_from_slice(b"{\"title\":");
                write_string(subject.unwrap_or_default(), out);
                out.push(b'}');
                return Ok(subject.map_or(UNKNOWN, |_| None));
            }
            "rename" => {
                let (from, to) = (text(job.values, Field::From), text(job.values, Field::To));
                out.extend_from_slice(b"{\"from\":");
                write_string(from.unwrap_or_default(), out);
                out.extend_from_slice(b",\"to\":");
                write_string(to.unwrap_or_default(), out);
                out.push(b'}');
                return Ok(from.and(to).map_or(UNKNOWN, |_| None));
            }
            "issue_type" | "prev_issue_type" => {
                let field = match name {
                    "issue_type" => Field::Subject,
                    _ => Field::From,
                };
                match text(job.values, field) {
                    Some(name) => {
                        out.extend_from_slice(b"{\"id\":0,\"name\":");
                        write_string(name, out);
                        out.extend_from_slice(b",\"color\":null}");
                    }
                    None => out.extend_from_slice(b"null"),
                }
            }
            "author" | "committer" => {
                out.extend_from_slice(b"{\"date\":");
                put_time(Some(now.unwrap_or_default()), out);
                out.extend_from_slice(b",\"email\":\"\",\"name\":\"\"}");
            }
            "tree" => {
                let site = job.facts.site;
                let url = format!("{}/repos/{}/git/trees/{NO_COMMIT}", site.api, site.repo);
                out.extend_from_slice(format!("{{\"sha\":\"{NO_COMMIT}\",\"url\":").as_bytes());
                write_string(&url, out);
                out.push(b'}');
            }
            "message" => write_string(text(job.values, Field::Body).unwrap_or_default(), out),
            "parents" => out.extend_from_slice(b"[]"),
            "verification" => out.extend_from_slice(
                br#"{"verified":false,"reason":"unsigned","signature":null,"payload":null,"verified_at":null}"#,
            ),
            "dismissed_review" => out
                .extend_from_slice(br#"{"state":"","review_id":0,"dismissal_message":null}"#),
            "source" => out.extend_from_slice(b"{}"),
            "state" => out.extend_from_slice(b"\"commented\""),
            _ => out.extend_from_slice(b"null"),
        }
        Ok(UNKNOWN)
    }
}

/// Whether the source names a commit by `commit_id`.
fn says_commit<R>(job: &Job<'_, R>) -> bool {
    let Some(overlay) = job.overlay else {
        return false;
    };
    job.table.keys.iter().enumerate().any(|(at, key)| {
        key.name == "commit_id"
            && key.rule == Rule::Text(Field::Subject)
            && overlay.mask & 1 << at != 0
    })
}

/// What tells an event without an id apart.
fn telling<R>(job: &Job<'_, R>) -> String {
    let stated = job.outgoing.and_then(|outgoing| outgoing.stated.as_ref());
    match stated {
        Some((_, ForeignId::Text(name), _)) => format!("{:?} {name}", RecordKind::HistoryEvent),
        _ => format!("{:?} {:?}", job.form, job.facts.number),
    }
}
