//! Which issues a list asks for.

use backlot_model::{
    Aspect, Bounds, Condition, Direction, Query, Sort, SortKey, State, Test, TextFields, TextTest,
    Timestamp,
};

use super::parameters::{Parameters, none_of};
use super::place::{moment, through};
use crate::problem::Problem;

/// The issues that the parameters of a list ask for; `state` is what they ask for where they do not say.
pub(super) fn filter(parameters: &Parameters, state: Option<State>) -> Result<Query, Problem> {
    let mut tests = Vec::new();
    tests.extend(wanted_state(parameters, state)?.map(Test::State));
    for label in parameters.names("labels")?.unwrap_or_default() {
        tests.push(Test::Label(vec![label]));
    }
    let milestone = parameters.given("milestone")?;
    tests.extend(milestone.map(|title| match title.as_str() {
        "none" => Test::No(Aspect::Milestone),
        "*" => Test::Has(Aspect::Milestone),
        _ => Test::Milestone(vec![title]),
    }));
    let assignee = parameters.given("assignee")?;
    tests.extend(assignee.map(|login| match login.as_str() {
        "none" => Test::No(Aspect::Assignee),
        "*" => Test::Has(Aspect::Assignee),
        _ => Test::Assignee(vec![login]),
    }));
    let creator = parameters.given("creator")?;
    tests.extend(creator.map(|login| Test::Author(vec![login])));
    // Of a moment alone it is not documented on which side of it issues are; as with `since`, they are behind it.
    for from in ["created_at", "created_after"] {
        tests.extend(moment(parameters, from)?.map(|at| Test::Created(since(at))));
    }
    let before = moment(parameters, "created_before")?;
    tests.extend(before.map(|at| Test::Created(until(at))));
    for from in ["since", "updated_after"] {
        tests.extend(moment(parameters, from)?.map(|at| Test::Updated(since(at))));
    }
    let before = moment(parameters, "updated_before")?;
    tests.extend(before.map(|at| Test::Updated(until(at))));
    let search = parameters.given("search")?;
    tests.extend(words(search.as_deref().unwrap_or_default()));
    Ok(Query {
        condition: Condition::All(tests.into_iter().map(Condition::Is).collect()),
        sort: Some(sort(parameters)?),
    })
}

/// The tests for words that stand in titles or bodies.
pub(super) fn words(text: &str) -> impl Iterator<Item = Test> + '_ {
    text.split_whitespace().map(|word| {
        Test::Text(TextTest {
            text: word.to_owned(),
            is_phrase: false,
            is_prefix: false,
            fields: TextFields {
                title: true,
                body: true,
                comments: false,
            },
        })
    })
}

/// The state that is asked for; none for all. Lists of one's own issues have two more words for each.
fn wanted_state(parameters: &Parameters, default: Option<State>) -> Result<Option<State>, Problem> {
    Ok(match parameters.given("state")?.as_deref() {
        None => default,
        Some("all") => None,
        Some("open" | "opened" | "progressing") => Some(State::Open),
        Some("closed" | "rejected") => Some(State::Closed),
        Some(_) => return Err(none_of("state", "open, closed, all")),
    })
}

/// The order that is asked for: in GitCode's words, or in GitLab's, which it takes as well.
fn sort(parameters: &Parameters) -> Result<Sort, Problem> {
    let (sort, order_by) = (parameters.given("sort")?, parameters.given("order_by")?);
    let mut direction = parameters.given("direction")?;
    let mut key = None;
    for word in [order_by, sort].into_iter().flatten() {
        match word.as_str() {
            "created" | "created_at" => key = key.or(Some(SortKey::Created)),
            "updated" | "updated_at" | "last_push_at" => key = key.or(Some(SortKey::Updated)),
            "asc" | "desc" => direction = direction.or(Some(word)),
            _ => return Err(none_of("sort", "created, updated")),
        }
    }
    let direction = match direction.or(parameters.given("order")?).as_deref() {
        None | Some("desc") => Direction::Descending,
        Some("asc") => Direction::Ascending,
        Some(_) => return Err(none_of("direction", "asc, desc")),
    };
    Ok(Sort {
        key: key.unwrap_or_default(),
        direction,
    })
}

const fn since(at: Timestamp) -> Bounds<Timestamp> {
    Bounds {
        from: Some(at),
        to: None,
    }
}

fn until(at: Timestamp) -> Bounds<Timestamp> {
    Bounds {
        from: None,
        to: Some(through(at)),
    }
}

/// The direction of a list that has one order: `asc` or `desc` in any of these parameters.
pub(super) fn is_descending(
    parameters: &Parameters,
    names: &[&str],
    default: bool,
) -> Result<bool, Problem> {
    for name in names {
        match parameters.given(name)?.as_deref() {
            None => {}
            Some("asc") => return Ok(false),
            Some("desc") => return Ok(true),
            Some(_) => return Err(none_of(name, "asc, desc")),
        }
    }
    Ok(default)
}
