//! Keys that the source lacks, and that a complete object has.

use backlot_model::{Digest, Field, Lookup, Loss, LossKind};

use super::facts::text;
use super::object::Job;
use super::render::{Context, Renderer, shown};
use super::version::ApiVersion;
use crate::shape::{Embedded, Facts, Form, Rule, Site, depends, derive, new_style, old_style};
use backlot_forge::WriteError;
use backlot_forge::bytes::find;
use backlot_forge::json::Keys;
use backlot_forge::json::write_string;
use backlot_forge::sink::put_decimal;

impl Renderer {
    /// Appends a key of a complete object, and reports it where its value had to be made up.
    pub(super) fn complete<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        places: std::ops::Range<usize>,
        keys: &mut Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Result<(), WriteError<L::Error>> {
        let first = places.start;
        let name = job.table.keys[first].name;
        let born_here = job.overlay.is_none();
        let demanded = self.demands(job, name);
        if demanded && super::event::is_event(job.form) {
            return self.complete_event(job, name, keys, context);
        }
        if self.link_key(job, job.table.keys[first].rule, name, keys, context)? {
            return Ok(());
        }
        let usual = (job.table.usual >> first) & ((1 << places.len()) - 1) != 0;
        let said = places
            .clone()
            .any(|at| has_value(job, job.table.keys[at].rule));
        if born_here && !demanded && !usual && !said {
            return Ok(());
        }
        let mut rule = job.table.keys[first].rule;
        if rule == Rule::Const("null") {
            let said =
                |at: usize| Some(job.table.keys[at].rule).filter(|rule| has_value(job, *rule));
            rule = (first..places.end).find_map(said).unwrap_or(rule);
        }
        if rule == Rule::Url("H/R/issues/N") && find(job.values, Field::PullRequest).is_some() {
            rule = Rule::Url("H/R/pull/N");
        }
        if name == "type" && find(job.values, Field::IssueType).is_some() {
            issue_type(job, context.losses, keys.key(name));
            return Ok(());
        }
        if let Rule::OldNode(_) = rule {
            rule = Rule::OldNode(node_type(job));
        }
        let facts = Facts {
            id: Some(
                job.facts
                    .id
                    .unwrap_or_else(|| number_of_name(job.facts.site.repo, &telling(job))),
            ),
            ..job.facts
        };
        let unknown = !has_value(job, rule);
        let out = keys.key(name);
        let reason = match rule {
            Rule::OldNode(_) | Rule::Id => {
                match (rule, facts.id) {
                    (Rule::OldNode(_), Some(id)) if job.minted_id => self.node(job, id, out),
                    _ => {
                        derive(rule, &facts, out);
                    }
                }
                match (rule, job.facts.id, job.minted_id) {
                    (Rule::Id, Some(_), false) => None,
                    (_, _, true) => Some("it was never at the forge"),
                    _ => Some("the source does not say it"),
                }
            }
            Rule::OpenIssues | Rule::ClosedIssues if !born_here => {
                out.push(b'0');
                Some("it is not counted here")
            }
            Rule::Text(Field::AuthorAssociation) if unknown && self.is_owner(job, context)? => {
                out.extend_from_slice(b"\"OWNER\"");
                None
            }
            Rule::Text(field) if unknown && let Some(json) = fallback(field) => {
                out.extend_from_slice(json.as_bytes());
                Some("it is not known")
            }
            Rule::Time(Field::CreatedAt | Field::UpdatedAt) if unknown => {
                out.extend_from_slice(b"\"1970-01-01T00:00:00Z\"");
                Some("it is not known")
            }
            // An address that has the number in it, which was made up as well.
            Rule::Url(_) if job.facts.id.is_none() => match derive(rule, &job.facts, out) {
                true => None,
                false => {
                    if !derive(rule, &facts, out) {
                        out.extend_from_slice(b"null");
                    }
                    Some("the source does not say it")
                }
            },
            Rule::User(Field::Author) if unknown => {
                ghost(job.facts.site, out);
                Some("nobody is known to have done it")
            }
            _ => {
                self.current(job, rule, context, out)?;
                None
            }
        };
        if let Some(reason) = reason.filter(|_| !self.is_served()) {
            context
                .losses
                .push(loss(job, LossKind::Minted, name, reason));
        }
        Ok(())
    }
}

/// Appends the type of an issue by its name, which is all that is known of one that was set here.
pub(super) fn issue_type<R>(job: &Job<'_, R>, losses: &mut Vec<Loss>, out: &mut Vec<u8>) {
    let Some(name) = super::facts::text(job.values, Field::IssueType) else {
        return out.extend_from_slice(b"null");
    };
    let id = super::happened::number_of_type(job.facts.site, name);
    out.extend_from_slice(b"{\"id\":");
    put_decimal(id, out);
    out.extend_from_slice(b",\"node_id\":\"");
    new_style("IT", &[], id, out);
    out.extend_from_slice(b"\",\"name\":");
    write_string(name, out);
    out.extend_from_slice(b",\"description\":null}");
    losses.push(loss(
        job,
        LossKind::Minted,
        "type",
        "only the name of the type is known",
    ));
}

/// Reports the edits that a form has no key for.
pub(super) fn dropped<R>(job: &Job<'_, R>, losses: &mut Vec<Loss>) {
    let shown = job
        .table
        .keys
        .iter()
        .filter(|key| !matches!(key.rule, Rule::SubIssues | Rule::Dependencies))
        .fold(0, |fields, key| fields | depends(key.rule));
    for field in Field::ALL
        .iter()
        .filter(|field| job.edited & !shown & (1 << field.tag()) != 0)
    {
        let inner = matches!(
            field,
            Field::Repository
                | Field::Host
                | Field::ForeignName
                | Field::SeparateNumbers
                | Field::Deleted
                | Field::Parent
                | Field::PullRequest
                // The files of a board are in its order, and its URLs name its owner.
                | Field::Rank
                | Field::Owner
                | Field::ForeignContainer
                // When somebody or something that forges tell no date of came into the store.
                | Field::CreatedAt
        );
        // The name of a repository is a part of all its addresses.
        let is_said = *field == Field::Name && job.form == Form::Repository;
        if !inner && !is_said {
            losses.push(loss(
                job,
                LossKind::Dropped,
                field.name(),
                match field {
                    Field::SubIssues | Field::BlockedBy | Field::Blocking => {
                        "the object says how many, and not which"
                    }
                    _ => "the object has no key for it",
                },
            ));
        }
    }
}

/// What tells an object apart in its repository, where it has no id: its kind, its name or its number.
fn telling<R>(job: &Job<'_, R>) -> String {
    match job.facts.number {
        Some(number) => format!("{:?} {number}", job.form),
        None => format!("{:?} {}", job.form, job.facts.name),
    }
}

/// A number for what has none, from the name that tells it apart in its repository.
pub(super) fn number_of_name(repo: &str, name: &str) -> u64 {
    let digest = Digest::of_parts(&[
        repo.to_lowercase().as_bytes(),
        name.to_lowercase().as_bytes(),
    ]);
    let [a, b, c, d, e, f, g, ..] = digest.to_bytes();
    1 << 52 | (u64::from_be_bytes([0, a, b, c, d, e, f, g]) & ((1 << 52) - 1))
}

/// Whether the fields that a rule asks for have values.
pub(super) fn has_value<R>(job: &Job<'_, R>, rule: Rule) -> bool {
    match rule {
        Rule::Text(field)
        | Rule::Time(field)
        | Rule::Number(field)
        | Rule::Flag(field)
        | Rule::User(field)
        | Rule::Milestone(field)
        | Rule::Users(field)
        | Rule::Labels(field) => find(job.values, field).is_some(),
        Rule::PullRequest => find(job.values, Field::PullRequest).is_some(),
        Rule::SubIssues => find(job.values, Field::SubIssues).is_some(),
        Rule::Dependencies => find(job.values, Field::BlockedBy)
            .or(find(job.values, Field::Blocking))
            .is_some(),
        Rule::ParentUrl => find(job.values, Field::ParentIssue).is_some(),
        Rule::Pin => find(job.values, Field::Pinned).is_some(),
        Rule::Minimized => find(job.values, Field::MinimizedReason).is_some(),
        Rule::IssueType => find(job.values, Field::IssueType).is_some(),
        Rule::PinnedComment => job.tallies.pinned_comment.is_some(),
        _ => false,
    }
}

/// What a text that must not be null is when it is not known.
const fn fallback(field: Field) -> Option<&'static str> {
    match field {
        Field::State => Some("\"open\""),
        Field::AuthorAssociation => Some("\"NONE\""),
        Field::UserKind => Some("\"User\""),
        Field::Color => Some("\"ededed\""),
        Field::Title | Field::Name | Field::Event => Some("\"\""),
        _ => None,
    }
}

/// What node ids of the old style call an object.
fn node_type<R>(job: &Job<'_, R>) -> &'static str {
    match job.form {
        Form::Issue if find(job.values, Field::PullRequest).is_some() => "PullRequest",
        Form::User if text(job.values, Field::UserKind) == Some("Bot") => "Bot",
        Form::User if text(job.values, Field::UserKind) == Some("Organization") => "Organization",
        Form::Repository => "Repository",
        Form::User => "User",
        Form::Label => "Label",
        Form::Milestone => "Milestone",
        Form::Issue => "Issue",
        Form::Pull => "PullRequest",
        Form::Comment => "IssueComment",
        Form::Event | Form::IssueEvent | Form::Timeline => "",
        Form::Reaction => "Reaction",
        Form::Project => "Project",
        Form::Column => "ProjectColumn",
        Form::Card => "ProjectCard",
    }
}

/// What node ids of the new style call an object.
fn node_prefix(object: &str) -> &'static str {
    match object {
        "Repository" => "R",
        "User" => "U",
        "Bot" => "BOT",
        "Organization" => "O",
        "Label" => "LA",
        "Milestone" => "MI",
        "Issue" => "I",
        "PullRequest" => "PR",
        "IssueComment" => "IC",
        "Reaction" => "REA",
        "Project" => "PRO",
        "ProjectColumn" => "PC",
        _ => "PRC",
    }
}

impl Renderer {
    /// Appends the node id of what was made here: in the style of the version, so that it says the number.
    pub(super) fn node<R>(&self, job: &Job<'_, R>, id: u64, out: &mut Vec<u8>) {
        let object = node_type(job);
        out.push(b'"');
        if self.version == Some(ApiVersion::Ghes220) {
            old_style(object, id, out);
        } else {
            let is_inside = !matches!(job.form, Form::Repository | Form::User);
            let between = job.repository_id.filter(|_| is_inside);
            new_style(node_prefix(object), between.as_slice(), id, out);
        }
        out.push(b'"');
    }

    /// Whether the author of an object is who owns its repository.
    fn is_owner<R: Copy, L: Lookup>(
        &self,
        job: &Job<'_, R>,
        context: &mut Context<'_, L>,
    ) -> Result<bool, WriteError<L::Error>> {
        if job.outgoing.is_none() && self.is_served() {
            return is_owner_inside(job, context);
        }
        let author = job.outgoing.and_then(|outgoing| outgoing.record.author());
        let found = match author {
            Some(author) => context.lookup.record(author).map_err(WriteError::Lookup)?,
            None => None,
        };
        let owner = job.facts.site.repo.split_once('/');
        let login = found.as_ref().and_then(|found| found.record.name());
        Ok(owner
            .zip(login)
            .is_some_and(|((owner, _), login)| owner.eq_ignore_ascii_case(login)))
    }
}

/// The same of an object inside of another one, which has its author inside of it.
fn is_owner_inside<R, L: Lookup>(
    job: &Job<'_, R>,
    context: &mut Context<'_, L>,
) -> Result<bool, WriteError<L::Error>> {
    let is_author = |at: usize| job.table.keys[at].rule == Rule::User(Field::Author);
    let mut stated = job.overlay.iter().flat_map(|overlay| &overlay.aux);
    let author = stated.find(|(at, _)| is_author(*at));
    let bytes = match author.and_then(|(_, aux)| aux.view(0)) {
        Some(id) => context.lookup.embedded(id).map_err(WriteError::Lookup)?,
        None => None,
    };
    let login = match bytes.as_deref().and_then(Embedded::parse) {
        Some(Embedded::Object(_, _, _, values)) => text(&values, Field::Name).map(str::to_owned),
        _ => None,
    };
    let owner = job.facts.site.repo.split_once('/');
    Ok(owner
        .zip(login)
        .is_some_and(|((owner, _), login)| owner.eq_ignore_ascii_case(&login)))
}

/// A key that says something, and that the version does not have.
pub(super) fn left_out<R>(job: &Job<'_, R>, field: &str) -> Loss {
    loss(job, LossKind::Dropped, field, "the version has no such key")
}

/// A loss of a key of an object.
pub(super) fn loss<R>(job: &Job<'_, R>, loss: LossKind, field: &str, reason: &str) -> Loss {
    let url = job.table.find("url").and_then(|at| {
        let mut url = Vec::new();
        derive(job.table.keys[at].rule, &job.facts, &mut url).then_some(())?;
        Some(String::from_utf8(url).ok()?.trim_matches('"').to_owned())
    });
    let kind = job
        .outgoing
        .map_or(job.form.kind(), |outgoing| outgoing.record.kind());
    Loss {
        kind: loss,
        record_kind: kind,
        record: shown(kind, url, job.facts.id, job.facts.number),
        field: field.to_owned(),
        reason: reason.to_owned(),
        value: None,
    }
}

/// The user that GitHub shows where an account is gone.
pub(super) fn ghost(site: Site<'_>, out: &mut Vec<u8>) {
    let Site { api, html, .. } = site;
    let urls = [
        ("url", ""),
        ("followers_url", "/followers"),
        ("following_url", "/following{/other_user}"),
        ("gists_url", "/gists{/gist_id}"),
        ("starred_url", "/starred{/owner}{/repo}"),
        ("subscriptions_url", "/subscriptions"),
        ("organizations_url", "/orgs"),
        ("repos_url", "/repos"),
        ("events_url", "/events{/privacy}"),
        ("received_events_url", "/received_events"),
    ];
    out.extend_from_slice(br#"{"login":"ghost","id":10137,"node_id":"MDQ6VXNlcjEwMTM3","avatar_url":"https://avatars.githubusercontent.com/u/10137?v=4","gravatar_id":"","#);
    out.extend_from_slice(format!("\"html_url\":\"{html}/ghost\",").as_bytes());
    for (key, end) in urls {
        out.extend_from_slice(format!("\"{key}\":\"{api}/users/ghost{end}\",").as_bytes());
    }
    out.extend_from_slice(br#""type":"User","user_view_type":"public","site_admin":false}"#);
}
