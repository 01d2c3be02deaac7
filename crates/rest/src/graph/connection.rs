//! Lists of which a part is given at once.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::fault::Fault;
use super::object::{Object, Resolved};
use super::run::Ask;

/// As many as are given at once.
const MOST: i64 = 100;

/// The types of a connection and of its edges.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) connection: &'static str,
    pub(super) edge: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $of:literal),* $(,)?) => {
        $(pub(super) const $name: Kind = Kind {
            connection: concat!($of, "Connection"),
            edge: concat!($of, "Edge"),
        };)*
    };
}
kinds!(
    ISSUES = "Issue",
    COMMENTS = "IssueComment",
    LABELS = "Label",
    MILESTONES = "Milestone",
    USERS = "User",
    REPOSITORIES = "Repository",
    CARDS = "ProjectCard",
    FOUND = "SearchResultItem",
);

/// What part of a list is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    first: Option<usize>,
    last: Option<usize>,
    /// The place before the first that may be given.
    after: usize,
    /// The place behind the last that may be given.
    before: Option<usize>,
}

impl Window {
    /// No part at all.
    pub(super) const fn none() -> Self {
        Self {
            first: Some(0),
            last: None,
            after: 0,
            before: None,
        }
    }

    /// What the arguments of a connection say.
    pub(super) fn of(ask: &Ask<'_>) -> Result<Self, Fault> {
        let count = |name: &str| -> Result<Option<usize>, Fault> {
            let field = ask.name;
            match ask.number(name) {
                None => Ok(None),
                Some(number) if number > MOST => Err(Fault::of_kind(
                    "EXCESSIVE_PAGINATION",
                    format!(
                        "Requesting {number} records on the `{field}` connection exceeds the `{name}` limit of {MOST} records."
                    ),
                )),
                Some(number) => usize::try_from(number).map(Some).map_err(|_| {
                    let told =
                        format!("`{name}` on the `{field}` connection cannot be less than zero.");
                    Fault::of_kind("INVALID_PAGINATION", told)
                }),
            }
        };
        let (first, last) = (count("first")?, count("last")?);
        if first.is_none() && last.is_none() {
            let told = format!(
                "You must provide a `first` or `last` value to properly paginate the `{}` connection.",
                ask.name
            );
            return Err(Fault::of_kind("MISSING_PAGINATION_BOUNDARIES", told));
        }
        let place = |name: &str| -> Result<Option<usize>, Fault> {
            let Some(text) = ask.text(name).filter(|text| !text.is_empty()) else {
                return Ok(None);
            };
            let place = place_of(text).ok_or_else(|| {
                let shown: String = text.chars().take(100).collect();
                let told = format!("`{shown}` does not appear to be a valid cursor.");
                Fault::of_kind("INVALID_CURSOR_ARGUMENTS", told)
            })?;
            Ok(Some(place))
        };
        Ok(Self {
            first,
            last,
            after: place("after")?.unwrap_or(0),
            before: place("before")?.map(|place| place.saturating_sub(1)),
        })
    }

    /// The same where the last are taken for the first, as GitHub does in searches and its clients rely on.
    pub(super) const fn at_the_front(mut self) -> Self {
        if self.first.is_none() {
            self.first = self.last;
            self.last = None;
        }
        self
    }

    /// Which of so many are given.
    pub(super) fn range(self, total: usize) -> Range<usize> {
        let end = self.before.unwrap_or(total).min(total);
        let start = self.after.min(end);
        let end = self.first.map_or(end, |first| end.min(start + first));
        let start = self
            .last
            .map_or(start, |last| start.max(end.saturating_sub(last)));
        start..end
    }
}

/// The connection of a list, of which this range is given.
pub(super) fn connection(
    kind: Kind,
    total: usize,
    range: &Range<usize>,
    nodes: Vec<Resolved>,
) -> Resolved {
    let edges = nodes.iter().zip(range.start + 1..).map(|(node, place)| {
        let fields = vec![
            ("cursor", Resolved::text(cursor(place))),
            ("node", node.clone()),
        ];
        Object::plain(kind.edge, fields).into()
    });
    let edges: Vec<Resolved> = edges.collect();
    let cursor_at = |place: usize| match range.is_empty() {
        true => Resolved::Null,
        false => Resolved::text(cursor(place)),
    };
    let page = vec![
        ("hasNextPage", Resolved::Scalar((range.end < total).into())),
        (
            "hasPreviousPage",
            Resolved::Scalar((range.start > 0).into()),
        ),
        ("startCursor", cursor_at(range.start + 1)),
        ("endCursor", cursor_at(range.end)),
    ];
    let fields = vec![
        ("totalCount", Resolved::Scalar(total.into())),
        ("issueCount", Resolved::Scalar(total.into())),
        ("nodes", Resolved::List(nodes)),
        ("edges", Resolved::List(edges)),
        ("pageInfo", Object::plain("PageInfo", page).into()),
    ];
    Object::plain(kind.connection, fields).into()
}

/// The cursor of what stands at a place, counted from 1.
pub(super) fn cursor(place: usize) -> String {
    STANDARD.encode(format!("cursor:{place}"))
}

fn place_of(cursor: &str) -> Option<usize> {
    let plain = STANDARD.decode(cursor).ok()?;
    let place = std::str::from_utf8(&plain).ok()?.strip_prefix("cursor:")?;
    place.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_cut_from_both_ends() {
        let range = |first, last, after, before| {
            Window {
                first,
                last,
                after,
                before,
            }
            .range(10)
        };
        assert_eq!(range(Some(3), None, 0, None), 0..3);
        assert_eq!(range(Some(3), None, 8, None), 8..10);
        assert_eq!(range(None, Some(3), 0, None), 7..10);
        assert_eq!(range(None, Some(3), 0, Some(5)), 2..5);
        assert_eq!(range(Some(5), Some(2), 1, None), 4..6);
        assert_eq!(range(Some(3), None, 99, Some(99)), 10..10);
        assert_eq!(range(Some(0), None, 0, None), 0..0);
        assert_eq!(place_of(&cursor(7)), Some(7));
        assert_eq!(place_of("x"), None);
    }
}
