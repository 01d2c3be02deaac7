//! Searches over the whole store.

use backlot_core::QueryOptions;
use backlot_model::{Direction, ParseOptions, Query, RecordId, Sort, SortKey};
use http::Method;
use http::header::LINK;

use crate::answer::Answer;
use crate::exchange::{Exchange, name_of};
use crate::paging::Paging;
use crate::problem::Problem;
use crate::route::{Route, on};
use crate::texts;
use crate::view::{View, repository_with_number};
use backlot_github::Resource;

/// As far as GitHub shows what it found.
const SHOWN: usize = 1000;

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/search/issues", issues),
    on(Method::GET, "/search/labels", labels),
];

/// A search for issues, and who asks; what fits best comes first.
pub(crate) fn query(exchange: &Exchange<'_>, text: &str) -> Result<(Query, QueryOptions), Problem> {
    let options = ParseOptions {
        me: exchange.caller.as_ref().map(|caller| caller.login.clone()),
        now: Some(exchange.now()),
    };
    let query = Query::parse(text, &options)
        .map_err(|error| Problem::from(backlot_core::Error::from(error)))?;
    let mut found_by = QueryOptions::new().sort(Sort {
        key: SortKey::Relevance,
        direction: Direction::Descending,
    });
    if let Some(me) = &exchange.caller {
        found_by = found_by.viewer(me.login.clone());
    }
    Ok((query, found_by))
}

fn issues(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let (mut query, mut found_by) = query(exchange, asked(exchange)?)?;
    let direction = match exchange.query.given("order") {
        Some("asc") => Direction::Ascending,
        _ => Direction::Descending,
    };
    if let Some(key) = exchange.query.given("sort").and_then(sort_key) {
        query.sort = None;
        found_by = found_by.sort(Sort { key, direction });
    }
    let paging = paging(exchange)?;
    let snapshot = exchange.read()?;
    let list = snapshot.query(&query, &found_by)?;
    let ids = list.ids(paging.page, paging.per_page)?;
    answer(
        exchange,
        &mut exchange.view(&snapshot),
        paging,
        list.total(),
        &ids,
        Resource::Issue,
    )
}

fn labels(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let words: Vec<String> = asked(exchange)?
        .split_whitespace()
        .map(str::to_lowercase)
        .collect();
    let number = exchange.query.given("repository_id");
    let Some(number) = number.and_then(|number| number.parse::<u64>().ok()) else {
        return Err(Problem::field("Search", "repository_id", "missing"));
    };
    let paging = paging(exchange)?;
    let snapshot = exchange.read()?;
    let mut view = exchange.view(&snapshot);
    let home = repository_with_number(&snapshot, number)?;
    let mut labels = snapshot.labels(&name_of(&home)?)?;
    labels.retain(|label| {
        let name = label.name.to_lowercase();
        let description = label
            .description
            .as_deref()
            .unwrap_or_default()
            .to_lowercase();
        words
            .iter()
            .all(|word| name.contains(word) || description.contains(word))
    });
    if exchange.query.given("order") == Some("asc") {
        labels.reverse();
    }
    let ids: Vec<RecordId> = labels.iter().map(|label| label.id).collect();
    let page = &ids[paging.range(ids.len())];
    answer(
        exchange,
        &mut view,
        paging,
        ids.len(),
        page,
        Resource::Label,
    )
}

/// The text that is searched for.
fn asked<'e>(exchange: &'e Exchange<'_>) -> Result<&'e str, Problem> {
    let text = exchange.query.given("q").map(str::trim);
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| Problem::field("Search", "q", "missing"))
}

/// The page, which has to be among what GitHub shows.
fn paging(exchange: &Exchange<'_>) -> Result<Paging, Problem> {
    let paging = exchange.paging();
    if (paging.page - 1).saturating_mul(paging.per_page) >= SHOWN {
        return Err(Problem::unprocessable(
            "Only the first 1000 search results are available",
        ));
    }
    Ok(paging)
}

fn answer(
    exchange: &Exchange<'_>,
    view: &mut View<'_>,
    paging: Paging,
    total: usize,
    page: &[RecordId],
    resource: Resource,
) -> Result<Answer, Problem> {
    let mut body =
        format!("{{\"total_count\":{total},\"incomplete_results\":false,\"items\":[").into_bytes();
    for (at, id) in page.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        let start = body.len();
        view.put(*id, resource, &mut body)?;
        texts::put_text(&mut body, start);
        // What ranks it stays inside: all that is told has one worth.
        if body.pop() == Some(b'}') {
            body.extend_from_slice(b",\"score\":1.0}");
        }
    }
    let end = match resource {
        Resource::Label => "]}",
        _ => "],\"search_type\":\"lexical\"}",
    };
    body.extend_from_slice(end.as_bytes());
    let address = format!("{}{}", exchange.address.api, exchange.path);
    let answer = Answer::ok(body);
    Ok(
        match paging.links(&address, &exchange.query, total.min(SHOWN)) {
            Some(links) => answer.header(LINK, &links),
            None => answer,
        },
    )
}

/// How a search is sorted by its parameter; what GitHub does not know is best match.
fn sort_key(text: &str) -> Option<SortKey> {
    Some(match text {
        "created" => SortKey::Created,
        "updated" => SortKey::Updated,
        "comments" => SortKey::Comments,
        "reactions" => SortKey::Reactions,
        "interactions" => SortKey::Interactions,
        _ => {
            let content = match text.strip_prefix("reactions-")? {
                "smile" => "laugh",
                "thinking_face" => "confused",
                "tada" => "hooray",
                other => other,
            };
            let contents = backlot_model::Reactions::CONTENTS;
            let at = contents.iter().position(|known| *known == content)?;
            SortKey::Reaction(u8::try_from(at).ok()?)
        }
    })
}
