//! Lists of issues: of a repository, and of the one who calls across repositories.

use backlot_core::{
    InboxFilter, InboxKind, InboxScope, IssueFilter, IssueList, KindFilter, MilestoneFilter, Named,
    QueryOptions, Snapshot, StateFilter,
};
use backlot_github::Resource;
use backlot_model::{Condition, Direction, SortKey, Test, Timestamp, UserKind};
use http::Method;

use crate::answer::Answer;
use crate::exchange::{Exchange, name_of};
use crate::problem::Problem;
use crate::query::{Query, invalid};
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/issues", of_everything),
    on(Method::GET, "/user/issues", of_user),
    on(Method::GET, "/orgs/{org}/issues", of_organization),
    on(Method::GET, "/repos/{owner}/{repo}/issues", of_repository),
];

/// What all four lists are asked for.
struct Asked {
    state: StateFilter,
    labels: Vec<String>,
    since: Option<Timestamp>,
    sort: SortKey,
    direction: Direction,
}

impl Asked {
    fn of(query: &Query) -> Result<Self, Problem> {
        const ISSUE: &str = "Issue";
        let states = [
            ("open", StateFilter::Open),
            ("closed", StateFilter::Closed),
            ("all", StateFilter::All),
        ];
        let sorts = [
            ("created", SortKey::Created),
            ("updated", SortKey::Updated),
            ("comments", SortKey::Comments),
        ];
        let directions = [
            ("asc", Direction::Ascending),
            ("desc", Direction::Descending),
        ];
        let labels = query.given("labels").unwrap_or_default().split(',');
        let labels = labels.map(str::trim).filter(|name| !name.is_empty());
        Ok(Self {
            state: query.choice(ISSUE, "state", &states)?.unwrap_or_default(),
            labels: labels.map(str::to_owned).collect(),
            since: query.moment(ISSUE, "since")?,
            sort: query.choice(ISSUE, "sort", &sorts)?.unwrap_or_default(),
            direction: query
                .choice(ISSUE, "direction", &directions)?
                .unwrap_or_default(),
        })
    }
}

/// A name, any, or none.
fn named(query: &Query, parameter: &str) -> Option<Named<String>> {
    query.given(parameter).map(|value| match value {
        "*" => Named::Any,
        "none" => Named::None,
        name => Named::Is(name.to_owned()),
    })
}

fn of_repository(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let home = exchange.repository(&snapshot)?;
    let repository = name_of(&home)?;
    // Where issues are switched off, pull requests are left.
    let home = snapshot.record(home.id)?;
    let kind = match home.is_some_and(|home| home.has_issues_disabled()) {
        true => KindFilter::PullRequests,
        false => KindFilter::All,
    };
    let query = &exchange.query;
    let asked = Asked::of(query)?;
    let milestone = match named(query, "milestone") {
        None => None,
        Some(Named::Any) => Some(Named::Any),
        Some(Named::None) => Some(Named::None),
        Some(Named::Is(number)) => match number.parse() {
            Ok(number) => Some(Named::Is(MilestoneFilter::Number(number))),
            Err(_) => return Err(invalid("Issue", "milestone", &number)),
        },
    };
    // There are no fields: nothing that is asked of their values can be meant.
    if let Some(values) = query.given("issue_field_values") {
        return Err(invalid("Issue", "issue_field_values", values));
    }
    let filter = IssueFilter {
        state: asked.state,
        kind,
        labels: asked.labels,
        milestone,
        assignee: named(query, "assignee"),
        author: query.given("creator").map(str::to_owned),
        mentioned: query.given("mentioned").map(str::to_owned),
        issue_type: named(query, "type"),
        since: asked.since,
        sort: asked.sort,
        direction: asked.direction,
        ..IssueFilter::default()
    };
    let list = snapshot.issues(&repository, &filter)?;
    answer(exchange, &snapshot, &list, false)
}

fn of_everything(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let mut filter = inbox(exchange)?;
    // Without saying so, pull requests are listed as well.
    if exchange.query.given("pulls") == Some("false") {
        filter.issues = KindFilter::Issues;
    }
    let snapshot = exchange.read()?;
    let mut query = filter.to_query();
    if let Some(owners) = owners(exchange, &snapshot)? {
        let owners = owners.into_iter().map(|owner| Test::Owner(vec![owner]));
        let owners = Condition::Any(owners.map(Condition::Is).collect());
        query.condition = Condition::All(vec![query.condition, owners]);
    }
    let list = snapshot.query(&query, &QueryOptions::new())?;
    answer(exchange, &snapshot, &list, true)
}

fn of_user(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let mut filter = inbox(exchange)?;
    filter.scope = InboxScope::OwnedOrMember;
    let snapshot = exchange.read()?;
    let list = snapshot.inbox(&filter)?;
    answer(exchange, &snapshot, &list, true)
}

fn of_organization(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let organization = exchange.parameter("org").to_owned();
    let mut filter = inbox(exchange)?;
    filter.issue_type = named(&exchange.query, "type");
    let snapshot = exchange.read()?;
    let is_known = snapshot
        .repositories()?
        .iter()
        .any(|repository| owner_of(&repository.name).eq_ignore_ascii_case(&organization))
        || is_organization(&snapshot, &organization);
    if !is_known {
        return Err(Problem::not_found());
    }
    filter.scope = InboxScope::Owner(organization);
    let list = snapshot.inbox(&filter)?;
    answer(exchange, &snapshot, &list, true)
}

/// What is asked of the issues of the one who calls.
fn inbox(exchange: &Exchange<'_>) -> Result<InboxFilter, Problem> {
    let kinds = [
        ("assigned", InboxKind::Assigned),
        ("created", InboxKind::Created),
        ("mentioned", InboxKind::Mentioned),
        ("subscribed", InboxKind::Subscribed),
        ("repos", InboxKind::All),
        ("all", InboxKind::All),
    ];
    // GitHub hides these lists from those who do not say who they are.
    let caller = exchange.caller().map_err(|_| Problem::not_found())?;
    let asked = Asked::of(&exchange.query)?;
    let kind = exchange.query.choice("Issue", "filter", &kinds)?;
    Ok(InboxFilter {
        kind: kind.unwrap_or_default(),
        state: asked.state,
        labels: asked.labels,
        since: asked.since,
        sort: asked.sort,
        direction: asked.direction,
        ..InboxFilter::of(caller.login.as_str())
    })
}

/// Whose repositories are asked for: the caller's own (`owned`), those of organisations (`orgs`), and those of
/// other people (`collab`). None where all are.
fn owners(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<Option<Vec<String>>, Problem> {
    let flags = [("true", true), ("false", false)];
    let flag = |name| exchange.query.choice("Issue", name, &flags);
    let (owned, organizations, others) = (flag("owned")?, flag("orgs")?, flag("collab")?);
    let wanted = [owned, organizations, others];
    if wanted.iter().all(Option::is_none) {
        return Ok(None);
    }
    // Where some are asked for, those are all; where some are only left out, the rest stays.
    let default = !wanted.contains(&Some(true));
    let login = &exchange.caller()?.login;
    let mut owners: Vec<String> = Vec::new();
    for repository in snapshot.repositories()? {
        let owner = owner_of(&repository.name);
        let wanted = if owner.eq_ignore_ascii_case(login) {
            owned
        } else if is_organization(snapshot, owner) {
            organizations
        } else {
            others
        };
        if wanted.unwrap_or(default) && owners.last().is_none_or(|last| last != owner) {
            owners.push(owner.to_owned());
        }
    }
    Ok(Some(owners))
}

fn owner_of(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}

fn is_organization(snapshot: &Snapshot, login: &str) -> bool {
    let user = snapshot.user(login);
    user.is_ok_and(|user| user.kind == UserKind::Organization)
}

/// The page that is asked for; each issue with its repository where they are of several.
fn answer(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    list: &IssueList<'_>,
    with_repository: bool,
) -> Result<Answer, Problem> {
    let paging = exchange.paging();
    let ids = list.ids(paging.page, paging.per_page)?;
    let mut view = exchange.view(snapshot);
    let body = match with_repository {
        true => view.issues_with_repositories(ids)?,
        false => view.list(ids, Resource::Issue)?,
    };
    Ok(exchange.paged(&view, paging, list.total(), body))
}
