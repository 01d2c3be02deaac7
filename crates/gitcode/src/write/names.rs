//! What reports call records: the addresses of their pages, where they have one.

use backlot_model::{Lookup, Outgoing, Parent, Record, RecordId, RecordKind, Value};
use backlot_model::{Shape as ValueShape, State};

use backlot_forge::json::quoted;

use super::facts::id_of;
use super::home::{host_of, name_of};
use crate::shape::HOST;

/// The address of the repository that is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    host: Option<String>,
    name: Option<String>,
    repository: String,
}

impl Names {
    /// Has what GitCode never stated stand at a host and under a name.
    pub(super) const fn at(host: Option<String>, name: Option<String>) -> Self {
        Self {
            host,
            name,
            repository: String::new(),
        }
    }

    /// Learns from the record of the repository where everything is.
    pub(super) fn enter(&mut self, repository: &Outgoing) {
        let own = host_of(repository);
        let name = name_of(Some(repository), self.name.as_deref());
        let host = own.or(self.host.as_deref()).unwrap_or(HOST);
        self.repository = format!("https://{host}/{name}");
    }

    /// What a record is called.
    pub(super) fn of(&self, outgoing: &Outgoing) -> String {
        let record = &*outgoing.record;
        let repository = self.repository.as_str();
        let number = record.number().unwrap_or_default();
        let name = record.name().or(record.title()).unwrap_or_default();
        match record.kind() {
            RecordKind::Repository => repository.to_owned(),
            RecordKind::Milestone => format!("{repository}/milestones/{number}"),
            RecordKind::Issue => format!("{repository}/issues/{number}"),
            kind @ (RecordKind::Comment | RecordKind::HistoryEvent | RecordKind::Reaction) => {
                format!("{} {}", kind.name(), id_of(outgoing))
            }
            kind if name.is_empty() => format!("{} {}", kind.name(), id_of(outgoing)),
            kind => format!("{} {name}", kind.name()),
        }
    }
}

/// The name by which people call a record: a login, a name or a title, or the number of an issue.
pub(super) fn called<L: Lookup>(id: RecordId, lookup: &mut L) -> Result<Option<String>, L::Error> {
    let Some(found) = lookup.record(id)? else {
        return Ok(None);
    };
    let record = &found.record;
    Ok(match record.kind() {
        RecordKind::Issue => record.number().map(|number| number.to_string()),
        _ => record.name().or(record.title()).map(str::to_owned),
    })
}

/// The names of an issue's labels, or the logins of those who are assigned; and how many of them are not known.
pub(super) fn all_called<L: Lookup>(
    ids: &[RecordId],
    lookup: &mut L,
) -> Result<(Vec<String>, usize), L::Error> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(called(*id, lookup)?);
    }
    let missing = ids.len() - found.len();
    Ok((found, missing))
}

/// A value as JSON: other records by their names.
pub(super) fn json_of<L: Lookup>(value: &Value, lookup: &mut L) -> Result<String, L::Error> {
    let mut named = |id: RecordId| -> Result<String, L::Error> {
        Ok(quoted(
            &called(id, lookup)?.unwrap_or_else(|| id.to_string()),
        ))
    };
    Ok(match value.shape() {
        ValueShape::Id(id) => named(id)?,
        ValueShape::Ids(ids) => {
            let names: Result<Vec<String>, L::Error> = ids.into_iter().map(named).collect();
            format!("[{}]", names?.join(","))
        }
        ValueShape::Number(number) => number.to_string(),
        ValueShape::Text(text) | ValueShape::Body(text) => quoted(&text),
        ValueShape::Flag => "true".to_owned(),
        ValueShape::Moment(moment) => quoted(&moment.to_string()),
        ValueShape::Reactions(reactions) => {
            let contents = backlot_model::Reactions::CONTENTS.iter();
            let counts = contents
                .zip(reactions.counts)
                .filter(|(_, count)| *count > 0);
            let counts: Vec<String> = counts
                .map(|(content, count)| format!("{}:{count}", quoted(content)))
                .collect();
            format!("{{{}}}", counts.join(","))
        }
        ValueShape::Parent(Parent::Record(id)) => named(id)?,
        ValueShape::Parent(Parent::Number(number)) => number.to_string(),
    })
}

/// Whether a record says that it is closed.
pub(super) fn is_closed(record: &Record) -> bool {
    matches!(record.state(), Some(State::Closed))
}
