//! One request with all that an endpoint needs to answer it.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use backlot_core::{RepositorySummary, RepositoryWriter, Snapshot, WriteTransaction};
use backlot_github::ApiVersion;
use backlot_model::{Actor, RecordId, RepositoryName, Timestamp};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header::LINK};
use percent_encoding::percent_decode_str;

use crate::access::{Caller, Permission};
use crate::address::Address;
use crate::answer::Answer;
use crate::api::Api;
use crate::input::Input;
use crate::media::Media;
use crate::paging::Paging;
use crate::precondition;
use crate::problem::Problem;
use crate::query::Query;
use crate::view::View;

/// One request with all that an endpoint needs to answer it.
pub(crate) struct Exchange<'a> {
    pub(crate) api: &'a Api,
    /// The parameters in the path, decoded.
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) query: Query,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// Who calls; none for one without a token where writing needs one.
    pub(crate) caller: Option<Caller>,
    /// By which address the client called.
    pub(crate) address: Address,
    /// The path below the address of the API, as it was sent.
    pub(crate) path: String,
    pub(crate) version: ApiVersion,
    pub(crate) media: Media,
    /// Whether the answer depends on when it is given.
    pub(crate) is_of_now: Cell<bool>,
    /// The last commit when the condition of a write was looked at: another one since then, and it may hold no more.
    pub(crate) seen: Cell<Option<u64>>,
}

impl<'a> Exchange<'a> {
    /// A parameter of the path; empty where the route has none of this name.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// A parameter of the path that is a number; what is none is nowhere.
    pub(crate) fn number(&self, name: &str) -> Result<u64, Problem> {
        let text = self.parameter(name);
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = is_number.then(|| text.parse().ok()).flatten();
        number.ok_or_else(Problem::not_found)
    }

    /// The JSON object in the body.
    pub(crate) fn input(&self) -> Result<Input, Problem> {
        Input::parse(self.body)
    }

    /// Which page is asked for, as GitHub counts.
    pub(crate) fn paging(&self) -> Paging {
        Paging::of(&self.query, 30, 100)
    }

    /// Who calls.
    ///
    /// # Errors
    /// 401 where nobody says who they are.
    pub(crate) fn caller(&self) -> Result<&Caller, Problem> {
        self.caller
            .as_ref()
            .ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "Requires authentication"))
    }

    /// Whether who calls may label, assign, close and edit issues of others.
    pub(crate) fn can_triage(&self) -> bool {
        let caller = self.caller.as_ref();
        caller.is_some_and(|caller| caller.permission.can_triage())
    }

    /// Whether what is not for who calls is ignored rather than refused.
    pub(crate) const fn drops_silently(&self) -> bool {
        self.api.options().drops_silently
    }

    /// Whether who calls has push access.
    pub(crate) fn can_push(&self) -> bool {
        let caller = self.caller.as_ref();
        caller.is_some_and(|caller| caller.permission.can_push())
    }

    /// Who calls, if they have push access.
    ///
    /// # Errors
    /// 401 where nobody says who they are, 403 where they may not.
    pub(crate) fn pusher(&self) -> Result<&Caller, Problem> {
        let caller = self.caller()?;
        match caller.permission.can_push() {
            true => Ok(caller),
            false => Err(Problem::forbidden("Must have push access to repository")),
        }
    }

    /// Who calls, if they may label, assign and close what others wrote.
    ///
    /// # Errors
    /// 401 where nobody says who they are, 403 where they may not.
    pub(crate) fn triager(&self) -> Result<&Caller, Problem> {
        let caller = self.caller()?;
        match caller.permission >= Permission::Triage {
            true => Ok(caller),
            false => Err(Problem::forbidden("Must have push access to repository")),
        }
    }

    /// The present moment. What depends on it is not kept to be answered again: nothing else here may look at a clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.is_of_now.set(true);
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let milliseconds = since.map_or(0, |since| since.as_millis());
        Timestamp::from_unix_milliseconds(i64::try_from(milliseconds).unwrap_or(i64::MAX))
    }

    /// The backlog as it is now.
    pub(crate) fn read(&self) -> Result<Snapshot, Problem> {
        Ok(self.api.store().read()?)
    }

    /// What writes records of a snapshot as JSON.
    pub(crate) fn view<'s>(&self, snapshot: &'s Snapshot) -> View<'s> {
        let permission = self.caller.as_ref().map(|caller| caller.permission);
        View::new(snapshot, self.version, self.media, &self.address).seen_by(permission)
    }

    /// The name in the store of the repository in the path, whatever its case.
    pub(crate) fn repository(&self, snapshot: &Snapshot) -> Result<RepositorySummary, Problem> {
        let (owner, name) = (self.parameter("owner"), self.parameter("repo"));
        repository(snapshot, owner, name).or_else(|problem| {
            let renamed = self.renamed(snapshot, &format!("{owner}/{name}"))?;
            Err(renamed.unwrap_or(problem))
        })
    }

    /// The answer to who asks for a repository by the name that its forge had for it, where it has another one here.
    fn renamed(&self, snapshot: &Snapshot, old: &str) -> Result<Option<Problem>, Problem> {
        let repositories = snapshot.repositories()?;
        let renamed = repositories.iter().find(|repository| {
            let foreign = repository.foreign.as_ref();
            foreign.is_some_and(|(_, name)| name.eq_ignore_ascii_case(old))
        });
        // The path is as it was sent, where names can be longer than they are.
        let mut parts = self.path.splitn(5, '/').skip(3);
        let named = parts
            .next()
            .map(|part| percent_decode_str(part).decode_utf8_lossy());
        let is_named = named.is_some_and(|named| named == self.parameter("repo"));
        let Some(renamed) = renamed.filter(|_| is_named) else {
            return Ok(None);
        };
        let rest = parts
            .next()
            .map_or(String::new(), |rest| format!("/{rest}"));
        let asked = self.query.as_sent();
        let place = format!("{}/repos/{}{rest}{asked}", self.address.api, renamed.name);
        let mut problem = Problem::new(StatusCode::MOVED_PERMANENTLY, "Moved Permanently");
        problem.place = Some(place);
        Ok(Some(problem))
    }

    /// The same as a name.
    pub(crate) fn repository_name(&self, snapshot: &Snapshot) -> Result<RepositoryName, Problem> {
        name_of(&self.repository(snapshot)?)
    }

    /// Who calls, if they may write anything.
    ///
    /// # Errors
    /// 401 where nobody says who they are, 403 where the API only reads.
    pub(crate) fn check_may_write(&self) -> Result<&Caller, Problem> {
        let caller = self.caller()?;
        match self.api.options().is_read_only {
            true => Err(Problem::forbidden("The store is served read-only.")),
            false => Ok(caller),
        }
    }

    /// Makes edits one commit, with a reason for the log.
    ///
    /// # Errors
    /// 401 where nobody says who they are, 403 where the API only reads, and what the edits are refused for; then nothing is
    /// changed.
    pub(crate) fn write<T>(
        &self,
        reason: &str,
        edit: impl FnOnce(&mut WriteTransaction) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let caller = self.check_may_write()?;
        let actor = Actor::login(caller.login.as_str());
        let mut transaction = self.api.store().write(actor, reason)?;
        // Others than clients of this API can write to the store as well.
        if let Some(seen) = self.seen.take()
            && self.api.store().last_sequence()? != seen
        {
            return Err(precondition::failed());
        }
        let result = edit(&mut transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// The same in the repository of the path.
    pub(crate) fn write_here<T>(
        &self,
        reason: &str,
        edit: impl FnOnce(&mut RepositoryWriter<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.write_as_is(reason, |_, repository| edit(repository))
    }

    /// The same, with what the edit is done to: nobody else writes meanwhile. What was found out before may have
    /// changed, so that what is decided by the state of a record is decided here.
    pub(crate) fn write_as_is<T>(
        &self,
        reason: &str,
        edit: impl FnOnce(&Snapshot, &mut RepositoryWriter<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        // Where there is no such repository, nobody waits to be told so.
        self.repository(&self.read()?)?;
        self.write(reason, |transaction| {
            let present = self.read()?;
            let name = self.repository_name(&present)?;
            edit(&present, &mut transaction.repository(name.as_str())?)
        })
    }

    /// Refuses a comment on a locked issue by who has no push access.
    ///
    /// # Errors
    /// 403 where the issue is locked; 404 where it is not there.
    pub(crate) fn check_may_comment(
        &self,
        snapshot: &Snapshot,
        issue: RecordId,
    ) -> Result<(), Problem> {
        let issue = snapshot.record(issue)?.ok_or_else(Problem::not_found)?;
        match issue.is_locked() && !self.can_push() {
            true => Err(Problem::forbidden(
                "Unable to create comment because issue is locked.",
            )),
            false => Ok(()),
        }
    }

    /// A page of a list, with the links to the others. `total` is how many objects the whole list has.
    pub(crate) fn paged(
        &self,
        view: &View<'_>,
        paging: Paging,
        total: usize,
        body: Vec<u8>,
    ) -> Answer {
        let answer = Answer::ok(body);
        let address = self.list_address(view);
        match paging.links(&address, &self.query, total) {
            Some(links) => answer.header(LINK, &links),
            None => answer,
        }
    }

    /// The address of the list that was asked for, as GitHub links its pages: with the number of the repository.
    fn list_address(&self, view: &View<'_>) -> String {
        let api = &self.address.api;
        let rest = self.path.strip_prefix("/repos/");
        let rest = rest.and_then(|rest| rest.splitn(3, '/').nth(2));
        let number = rest.and_then(|_| {
            let summary = self.repository(view.snapshot()).ok()?;
            view.repository_number(&summary).ok()
        });
        match (rest, number) {
            (Some(rest), Some(number)) => format!("{api}/repositories/{number}/{rest}"),
            _ => format!("{api}{}", self.path),
        }
    }
}

/// A repository by the owner and the name under which it is served.
pub(crate) fn repository(
    snapshot: &Snapshot,
    owner: &str,
    name: &str,
) -> Result<RepositorySummary, Problem> {
    let full: RepositoryName = format!("{owner}/{name}")
        .parse()
        .map_err(|_| Problem::not_found())?;
    snapshot.repository(&full)?.ok_or_else(Problem::not_found)
}

/// The name of a repository in the store.
pub(crate) fn name_of(summary: &RepositorySummary) -> Result<RepositoryName, Problem> {
    summary.name.parse().map_err(|_| Problem::not_found())
}

/// When anything was last changed. What is told of a record depends on others as well, whose changes its own moment does
/// not tell: the name of a label, the counts of a milestone.
pub(crate) fn changed(snapshot: &Snapshot) -> Result<Option<Timestamp>, Problem> {
    let last = snapshot.commits().next().transpose()?;
    Ok(last.map(|commit| commit.recorded_at))
}
