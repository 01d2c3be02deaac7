//! What a query means, said as plainly as it can be: every issue is looked at, and nothing is indexed.

use std::cmp::Ordering;

use backlot_model::{
    Aspect, Bounds, Condition, Direction, Query, Reactions, Sort, SortKey, State, Test, TextTest,
};

use super::backlog::{Backlog, Issue};

/// The issues that a query asks for, by name, in their order.
pub(super) fn find(backlog: &Backlog, query: &Query) -> Vec<String> {
    let issues = backlog.issues.iter();
    let mut found: Vec<&Issue> = issues
        .filter(|issue| holds(backlog, issue, &query.condition))
        .collect();
    let sort = query.sort.unwrap_or(Sort {
        key: SortKey::Created,
        direction: Direction::Descending,
    });
    found.sort_by(|a, b| {
        let order = compare(a, b, sort.key);
        let order = order.then(a.created.cmp(&b.created));
        let order = order.then(a.number.cmp(&b.number));
        match sort.direction {
            Direction::Ascending => order,
            Direction::Descending => order.reverse(),
        }
    });
    found.into_iter().map(Issue::name).collect()
}

fn compare(a: &Issue, b: &Issue, key: SortKey) -> Ordering {
    match key {
        // No two of the table's ranked searches find more than one.
        SortKey::Created | SortKey::Relevance => Ordering::Equal,
        SortKey::Updated => a.updated.cmp(&b.updated),
        SortKey::Number => a.number.cmp(&b.number),
        SortKey::Comments => comments(a).cmp(&comments(b)),
        SortKey::Reactions => reactions(a).cmp(&reactions(b)),
        SortKey::Interactions => interactions(a).cmp(&interactions(b)),
        SortKey::Reaction(kind) => {
            let word = Reactions::CONTENTS[usize::from(kind)];
            let of = |issue: &Issue| issue.reactions.get(word).copied().unwrap_or(0);
            of(a).cmp(&of(b))
        }
    }
}

fn comments(issue: &Issue) -> u64 {
    issue.comments.len() as u64
}

fn reactions(issue: &Issue) -> u64 {
    issue.reactions.values().sum()
}

fn interactions(issue: &Issue) -> u64 {
    comments(issue) + reactions(issue)
}

fn holds(backlog: &Backlog, issue: &Issue, condition: &Condition) -> bool {
    match condition {
        Condition::All(all) => all.iter().all(|inner| holds(backlog, issue, inner)),
        Condition::Any(any) => any.iter().any(|inner| holds(backlog, issue, inner)),
        Condition::Not(inner) => !holds(backlog, issue, inner),
        Condition::Is(test) => passes(backlog, issue, test),
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn among(names: &[String], name: &str) -> bool {
    names.iter().any(|known| same(known, name))
}

fn within<T: PartialOrd + Copy>(bounds: &Bounds<T>, value: Option<T>) -> bool {
    value.is_some_and(|value| {
        bounds.from.is_none_or(|from| from <= value) && bounds.to.is_none_or(|to| value <= to)
    })
}

fn passes(backlog: &Backlog, issue: &Issue, test: &Test) -> bool {
    let is_closed = issue.closed_at().is_some();
    match test {
        Test::State(State::Open) => !is_closed,
        Test::State(State::Closed) => is_closed,
        Test::State(State::Other(_)) => false,
        Test::PullRequest(yes) => issue.is_pull == *yes,
        Test::Merged(yes) => issue.merged.is_some() == *yes,
        Test::Draft(yes) => issue.has("draft") == *yes,
        Test::Locked(yes) => issue.has("locked") == *yes,
        Test::Pinned(yes) => issue.has("pinned") == *yes,
        Test::Blocked(yes) => {
            let waits = issue.blocked_by.as_ref();
            waits.is_some_and(|on| backlog.issue(on).closed_at().is_none()) == *yes
        }
        Test::Blocking(yes) => {
            let name = Some(issue.name());
            backlog.issues.iter().any(|other| other.blocked_by == name) == *yes
        }
        Test::Private(yes) => backlog.repository_is(issue, "private") == *yes,
        Test::Archived(yes) => backlog.repository_is(issue, "archived") == *yes,
        Test::Reason(reason) => issue.reason.as_deref() == Some(reason.as_word()),
        Test::Label(names) => issue.labels.iter().any(|label| among(names, label)),
        Test::Milestone(titles) => issue.milestone.iter().any(|title| among(titles, title)),
        // The file's milestones have no numbers, and no search of the table asks for one.
        Test::MilestoneNumber(_) => false,
        Test::Assignee(logins) => is_assigned(issue, logins),
        Test::Author(logins) => among(logins, &issue.author),
        Test::Mentions(logins) => mentions(issue, logins),
        Test::Commenter(logins) => has_comment_of(issue, logins),
        Test::Involves(logins) => {
            among(logins, &issue.author)
                || is_assigned(issue, logins)
                || mentions(issue, logins)
                || has_comment_of(issue, logins)
        }
        Test::Type(names) => issue.issue_type.iter().any(|name| among(names, name)),
        Test::ParentIssue(repository, number) => {
            let repository = match repository {
                Some(name) => name.as_str(),
                None => &issue.repository,
            };
            let name = format!("{repository}#{number}");
            issue.parent.iter().any(|parent| same(parent, &name))
        }
        Test::Has(aspect) => has(backlog, issue, *aspect),
        Test::No(aspect) => !has(backlog, issue, *aspect),
        Test::Created(bounds) => within(bounds, Some(issue.created)),
        Test::Updated(bounds) => within(bounds, Some(issue.updated)),
        Test::Closed(bounds) => within(bounds, issue.closed_at()),
        Test::MergedAt(bounds) => within(bounds, issue.merged),
        Test::Comments(bounds) => within(bounds, Some(comments(issue))),
        Test::Reactions(bounds) => within(bounds, Some(reactions(issue))),
        Test::Interactions(bounds) => within(bounds, Some(interactions(issue))),
        Test::Number(bounds) => within(bounds, Some(issue.number)),
        Test::Repository(names) => names
            .iter()
            .any(|name| same(name.as_str(), &issue.repository)),
        Test::Owner(logins) => {
            let (owner, _) = issue.repository.split_once('/').unwrap();
            among(logins, owner)
        }
        Test::Text(text) => says(issue, text),
    }
}

fn has(backlog: &Backlog, issue: &Issue, aspect: Aspect) -> bool {
    match aspect {
        Aspect::Label => !issue.labels.is_empty(),
        Aspect::Milestone => issue.milestone.is_some(),
        Aspect::Assignee => !issue.assignees.is_empty(),
        Aspect::Type => issue.issue_type.is_some(),
        Aspect::Project => issue.has("project"),
        Aspect::ParentIssue => issue.parent.is_some(),
        Aspect::SubIssue => {
            let name = Some(issue.name());
            backlog.issues.iter().any(|other| other.parent == name)
        }
    }
}

fn is_assigned(issue: &Issue, logins: &[String]) -> bool {
    issue.assignees.iter().any(|login| among(logins, login))
}

fn has_comment_of(issue: &Issue, logins: &[String]) -> bool {
    issue.comments.iter().any(|(who, _)| among(logins, who))
}

/// Whether the body or a comment says `@login` outside of code.
fn mentions(issue: &Issue, logins: &[String]) -> bool {
    let comments = issue.comments.iter().map(|(_, text)| text.as_str());
    std::iter::once(issue.body.as_str())
        .chain(comments)
        .any(|text| {
            let prose: String = text.split('`').step_by(2).collect();
            let words = prose.split(|c: char| !(c.is_ascii_alphanumeric() || "@-".contains(c)));
            words
                .filter_map(|word| word.strip_prefix('@'))
                .any(|login| among(logins, login))
        })
}

/// Words in small letters; of a script without spaces, each character is one.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut goes_on = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        let has_no_spaces = matches!(c as u32, 0x3040..=0x30ff | 0x3400..=0x9fff);
        match words.last_mut() {
            _ if !c.is_alphanumeric() => goes_on = false,
            Some(last) if goes_on && !has_no_spaces => last.push(c),
            _ => {
                words.push(c.to_string());
                goes_on = !has_no_spaces;
            }
        }
    }
    words
}

fn says(issue: &Issue, test: &TextTest) -> bool {
    let mut texts = Vec::new();
    if test.fields.title {
        texts.push(words(&issue.title));
    }
    if test.fields.body {
        texts.push(words(&issue.body));
    }
    if test.fields.comments {
        texts.extend(issue.comments.iter().map(|(_, text)| words(text)));
    }
    let fits = |sought: &[String], said: &[String]| {
        let last = sought.len() - 1;
        sought.iter().zip(said).enumerate().all(|(at, (a, b))| {
            a == b || (at == last && test.is_prefix && b.starts_with(a.as_str()))
        })
    };
    let next_to_each_other = |sought: &[String]| {
        texts
            .iter()
            .any(|said| said.windows(sought.len()).any(|said| fits(sought, said)))
    };
    let sought = words(&test.text);
    // What is written together in a script without spaces stands together.
    let is_one = test.is_phrase || !test.text.is_ascii();
    match sought.len() {
        0 => true,
        _ if is_one => next_to_each_other(&sought),
        _ => sought.chunks(1).all(next_to_each_other),
    }
}
