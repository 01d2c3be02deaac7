//! The bodies of requests, from records.

use backlot_forge::json::{ended, put, quoted};
use backlot_model::{Attribution, Lookup, Record};

use super::extras::Extras;
use crate::write::names::called;

/// Where the body of an issue has a number that only an answer tells.
pub(super) const MILESTONE: &str = "/milestone";

/// What makes an issue.
#[derive(Default)]
pub(super) struct Create<'r> {
    pub(super) title: &'r str,
    pub(super) body: &'r str,
    pub(super) labels: &'r [String],
    pub(super) assignees: &'r [String],
    /// The number that the backlog gives the milestone, by which the request that makes it is called.
    pub(super) milestone: Option<u64>,
    pub(super) issue_type: Option<&'r str>,
    pub(super) extras: Option<&'r Extras>,
}

impl Create<'_> {
    /// The body of the request.
    pub(super) fn json(&self) -> String {
        let mut out = Vec::with_capacity(self.body.len() + 200);
        put("repo", "\"{repo}\"", &mut out);
        put("title", &quoted(self.title), &mut out);
        put("body", &quoted(self.body), &mut out);
        if !self.assignees.is_empty() {
            put("assignee", &quoted(&self.assignees.join(",")), &mut out);
        }
        if let Some(number) = self.milestone {
            let place = format!("\"{{{{milestone-{number}.number}}}}\"");
            put("milestone", &place, &mut out);
        }
        if !self.labels.is_empty() && !self.has_commas() {
            put("labels", &quoted(&self.labels.join(",")), &mut out);
        }
        if let Some(name) = self.issue_type {
            put("issue_type", &quoted(name), &mut out);
        }
        if self.extras.is_some_and(|extras| extras.is_confidential) {
            put("security_hole", "\"true\"", &mut out);
        }
        if let Some(fields) = self.extras.and_then(|extras| extras.custom_fields.as_ref()) {
            put("custom_fields", fields, &mut out);
        }
        ended(out)
    }

    /// The body of the request that puts the labels on, where a list with commas could not name them.
    pub(super) fn labels_apart(&self) -> Option<String> {
        let names = self.labels.iter().map(|name| quoted(name));
        self.has_commas()
            .then(|| format!("[{}]", names.collect::<Vec<_>>().join(",")))
    }

    fn has_commas(&self) -> bool {
        self.labels.iter().any(|name| name.contains(','))
    }
}

/// The number of the milestone of an issue, where its repository has it.
pub(super) fn milestone_of<L: Lookup>(
    record: &Record,
    lookup: &mut L,
) -> Result<Option<u64>, L::Error> {
    let Some(id) = record.milestone() else {
        return Ok(None);
    };
    let found = lookup.record(id)?.filter(|found| {
        let milestone = &found.record;
        milestone.repository() == record.repository() && !milestone.is_deleted()
    });
    let number = found.and_then(|found| found.record.number());
    Ok(number.filter(|number| *number > 0))
}

/// The text of an issue or a comment below a line that says who wrote it and when.
pub(super) fn attributed<L: Lookup>(record: &Record, lookup: &mut L) -> Result<String, L::Error> {
    let text = record.body().map(String::as_str).unwrap_or_default();
    let author = match record.author() {
        Some(author) => called(author, lookup)?,
        None => None,
    };
    let Some(author) = author else {
        return Ok(text.to_owned());
    };
    let attribution = Attribution {
        author,
        created_at: record.created_at(),
    };
    Ok(attribution.put_above(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_commas_are_put_on_by_a_list() {
        let names = ["a,b".to_owned(), "c".to_owned()];
        let create = |labels| Create {
            title: "T",
            labels,
            ..Create::default()
        };
        let apart = create(&names);
        assert_eq!(apart.json(), r#"{"repo":"{repo}","title":"T","body":""}"#);
        assert_eq!(apart.labels_apart().as_deref(), Some(r#"["a,b","c"]"#));
        let plain = create(&names[1..]);
        assert!(plain.json().ends_with(r#""labels":"c"}"#));
        assert_eq!(plain.labels_apart(), None);
    }
}
