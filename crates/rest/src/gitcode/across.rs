//! Issues across repositories: one's own, those of an organisation, and those that a search finds.

use backlot_core::QueryOptions;
use backlot_gitcode::Resource;
use backlot_model::{Condition, Query, RepositoryName, State, Test};
use http::Method;

use super::filter::{filter, words};
use super::parameters::{Parameters, missing, none_of};
use super::place::parameters;
use super::refusal::not_there;
use super::view::{View, paged};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::paging::Paging;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/user/issues", of_caller),
    on(Method::GET, "/orgs/{org}/issues", of_organisation),
    on(Method::GET, "/search/issues", search),
];

/// Those that are assigned to who calls, unless others are asked for.
fn of_caller(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let parameters = parameters(exchange)?;
    let login = exchange.caller()?.login.clone();
    let mut query = filter(&parameters, Some(State::Open))?;
    let own = own(&parameters, &login)?;
    let assigned = || Condition::Is(Test::Assignee(vec![login.clone()]));
    narrow(&mut query, own.unwrap_or_else(assigned));
    answer(exchange, &query, 100)
}

/// All of them, unless only one's own are asked for.
fn of_organisation(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let parameters = parameters(exchange)?;
    let owner = exchange.parameter("org");
    let mut repositories = exchange.read()?.repositories()?.into_iter();
    let is_owned = |name: &str| {
        let of = name.split('/').next().unwrap_or_default();
        of.eq_ignore_ascii_case(owner)
    };
    if !repositories.any(|repository| is_owned(&repository.name)) {
        return Err(not_there("Group"));
    }
    let mut query = filter(&parameters, Some(State::Open))?;
    narrow(
        &mut query,
        Condition::Is(Test::Owner(vec![owner.to_owned()])),
    );
    if parameters.has("filter")
        && let Some(own) = own(&parameters, &exchange.caller()?.login)?
    {
        narrow(&mut query, own);
    }
    answer(exchange, &query, 100)
}

fn search(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let parameters = parameters(exchange)?;
    let text = parameters.given("q")?;
    let text = text.ok_or_else(|| missing("q"))?;
    let mut query = filter(&parameters, None)?;
    for word in words(&text) {
        narrow(&mut query, Condition::Is(word));
    }
    if let Some(repo) = parameters.given("repo")? {
        let name: Result<RepositoryName, _> = repo.parse();
        let name = name.map_err(|_| not_there("Project"))?;
        narrow(&mut query, Condition::Is(Test::Repository(vec![name])));
    }
    answer(exchange, &query, 50)
}

/// The issues of one's own that are asked for; none where it is not said which.
fn own(parameters: &Parameters, login: &str) -> Result<Option<Condition>, Problem> {
    let assigned = Condition::Is(Test::Assignee(vec![login.to_owned()]));
    let created = Condition::Is(Test::Author(vec![login.to_owned()]));
    Ok(match parameters.given("filter")?.as_deref() {
        None => None,
        Some("assigned") => Some(assigned),
        Some("created") => Some(created),
        Some("all") => Some(Condition::Any(vec![assigned, created])),
        Some(_) => return Err(none_of("filter", "assigned, created, all")),
    })
}

fn narrow(query: &mut Query, more: Condition) {
    match &mut query.condition {
        Condition::All(parts) => parts.push(more),
        other => {
            let known = std::mem::take(other);
            *other = Condition::All(vec![known, more]);
        }
    }
}

fn answer(exchange: &Exchange<'_>, query: &Query, most: usize) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let paging = Paging::of(&exchange.query, 20, most);
    let found = snapshot.query(query, &QueryOptions::new())?;
    let ids = found.ids(paging.page, paging.per_page)?;
    let body = View::of(exchange, &snapshot).list(ids, Resource::Issue)?;
    Ok(paged(paging, found.total(), body))
}
