//! `backlot stats`

use backlot_core::{RepositoryStats, Stats};
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::text::{self, bytes};

const FIELDS: Fields<Stats> = &[
    ("repositories", |stats| {
        stats.repositories.iter().map(repository).collect()
    }),
    ("users", |stats| json!(stats.users)),
    ("commits", |stats| json!(stats.commits)),
    ("events", |stats| json!(stats.events)),
    ("file_bytes", |stats| json!(stats.file_bytes)),
];

fn repository(stats: &RepositoryStats) -> Value {
    let foreign = stats.repository.foreign.as_ref();
    let mut object = Map::new();
    object.insert("name".to_owned(), json!(stats.repository.name));
    object.insert("host".to_owned(), json!(foreign.map(|(host, _)| host)));
    object.insert(
        "foreign_name".to_owned(),
        json!(foreign.map(|(_, name)| name)),
    );
    for (what, number) in counts(stats) {
        object.insert(what.replace(' ', "_"), json!(number));
    }
    object.into()
}

/// What there is in a repository, and how much of it.
fn counts(stats: &RepositoryStats) -> Vec<(&'static str, u64)> {
    let mut counts = vec![
        ("open issues", stats.open_issues),
        ("closed issues", stats.closed_issues),
        ("open pull requests", stats.open_pull_requests),
        ("closed pull requests", stats.closed_pull_requests),
    ];
    counts.extend(
        stats
            .others
            .iter()
            .map(|(kind, number)| (kind.plural(), *number)),
    );
    if stats.orphans > 0 {
        counts.push(("orphans", stats.orphans));
    }
    counts
}

pub(crate) fn stats(context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let stats = context.open_to_read()?.read()?.stats()?;
    if let Some(json) = json {
        json.object(&stats, context.out)?;
        return Ok(Exit::DONE);
    }
    for repository in &stats.repositories {
        let name = text::line(&repository.repository.name);
        writeln!(context.out, "{}", context.screen.paint(Style::Bold, &name))?;
        let mut pairs = Vec::new();
        if let Some((host, foreign)) = &repository.repository.foreign {
            pairs.push(("from", format!("{host}/{foreign}")));
        }
        let counts = counts(repository).into_iter();
        pairs.extend(counts.map(|(what, number)| (what, number.to_string())));
        context.screen.pairs(&pairs, context.out)?;
        writeln!(context.out)?;
    }
    let size = match context.screen.is_terminal() {
        true => bytes(stats.file_bytes),
        false => stats.file_bytes.to_string(),
    };
    let whole = [
        ("users", stats.users.to_string()),
        ("commits", stats.commits.to_string()),
        ("events", stats.events.to_string()),
        ("file size", size),
    ];
    writeln!(
        context.out,
        "{}",
        context.screen.paint(Style::Bold, "store")
    )?;
    context.screen.pairs(&whole, context.out)?;
    Ok(Exit::DONE)
}
