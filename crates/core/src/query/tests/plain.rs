//! What a query means, read off plain records: the second implementation that the plan is compared with.

use std::cmp::Ordering;

use backlot_model::{
    Aspect, Bounds, Condition, Direction, Query, Record, RecordId, RecordKind, Sort, SortKey,
    State, Test, TextTest, Timestamp,
};

use super::world::{LABELS, MILESTONES, Plain, REPOSITORIES, Random, TYPES, USERS, WORDS};

impl Plain {
    fn name(&self, kind: RecordKind, id: RecordId) -> &str {
        let mut named = self.named.iter();
        let found = named.find(|(known, .., other)| *known == kind && *other == id);
        found.map_or("", |(_, _, name, _)| name)
    }

    fn is_any(&self, kind: RecordKind, ids: &[RecordId], names: &[String]) -> bool {
        let names: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        ids.iter()
            .any(|id| names.iter().any(|name| name == self.name(kind, *id)))
    }

    /// The repository's name in lower case.
    fn repository(&self, record: &Record) -> &str {
        self.name(RecordKind::Repository, record.repository().unwrap())
    }

    /// The issues that a query is answered with, in order.
    pub(super) fn answer(&self, query: &Query) -> Vec<RecordId> {
        let sort = query.sort.unwrap();
        let mut found: Vec<(&RecordId, &(usize, Record))> = self
            .issues
            .iter()
            .filter(|(_, (_, record))| !record.is_deleted() && self.holds(&query.condition, record))
            .collect();
        found.sort_by(|a, b| {
            let ascending = compare(sort, &a.1.1, &b.1.1).then(a.1.0.cmp(&b.1.0));
            match sort.direction {
                Direction::Ascending => ascending,
                Direction::Descending => ascending.reverse(),
            }
        });
        found.into_iter().map(|(id, _)| *id).collect()
    }

    pub(super) fn holds(&self, condition: &Condition, record: &Record) -> bool {
        match condition {
            Condition::All(parts) => parts.iter().all(|part| self.holds(part, record)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part, record)),
            Condition::Not(part) => !self.holds(part, record),
            Condition::Is(test) => self.passes(test, record),
        }
    }

    fn passes(&self, test: &Test, record: &Record) -> bool {
        let milestone: Vec<RecordId> = record.milestone().into_iter().collect();
        let author: Vec<RecordId> = record.author().into_iter().collect();
        let reactions = record.reactions().total();
        match test {
            Test::State(state) => record.state().unwrap_or(&State::Open) == state,
            Test::PullRequest(is) => record.is_pull_request() == *is,
            Test::Merged(is) => (record.is_pull_request() && record.merged_at().is_some()) == *is,
            Test::Draft(is) => record.is_draft() == *is,
            Test::Locked(is) => record.is_locked() == *is,
            Test::Pinned(is) => record.is_pinned() == *is,
            Test::Blocked(is) => {
                let open = |id: &RecordId| {
                    let (_, other) = &self.issues[id];
                    !other.is_deleted() && other.state() == Some(&State::Open)
                };
                record.blocked_by().iter().any(open) == *is
            }
            Test::Blocking(is) => {
                (record.state() == Some(&State::Open) && !record.blocking().is_empty()) == *is
            }
            Test::Private(is) => (self.repository(record) == "acme/two") == *is,
            Test::Archived(is) => (self.repository(record) == "solo/three") == *is,
            Test::Reason(reason) => record.state_reason() == Some(reason),
            Test::Label(names) => self.is_any(RecordKind::Label, record.labels(), names),
            Test::Milestone(names) => self.is_any(RecordKind::Milestone, &milestone, names),
            Test::MilestoneNumber(number) => {
                let title = MILESTONES
                    .get(*number as usize - 1)
                    .map(|title| (*title).to_owned());
                self.is_any(RecordKind::Milestone, &milestone, title.as_slice())
            }
            Test::Assignee(names) => self.is_any(RecordKind::User, record.assignees(), names),
            Test::Author(names) => self.is_any(RecordKind::User, &author, names),
            Test::Mentions(names) => {
                let says = |text: &str| {
                    names
                        .iter()
                        .any(|name| text.contains(&format!("@{}", name.to_lowercase())))
                };
                record.body().is_some_and(|body| says(body))
            }
            Test::Commenter(names) => {
                let mut comments = self.comments.iter();
                comments.any(|(issue, author, _)| {
                    *issue == record.id() && self.is_any(RecordKind::User, &[*author], names)
                })
            }
            Test::Involves(names) => [
                Test::Author(names.clone()),
                Test::Assignee(names.clone()),
                Test::Mentions(names.clone()),
                Test::Commenter(names.clone()),
            ]
            .iter()
            .any(|test| self.passes(test, record)),
            Test::Type(names) => record.issue_type().is_some_and(|name| {
                names
                    .iter()
                    .any(|n| n.to_lowercase() == name.to_lowercase())
            }),
            Test::ParentIssue(repository, number) => {
                let own = self.repository(record).to_owned();
                let wanted = repository.as_ref().map_or(own, |name| name.key());
                record.parent_issue().is_some_and(|id| {
                    let (_, parent) = &self.issues[&id];
                    parent.number() == Some(*number) && self.repository(parent) == wanted
                })
            }
            Test::Has(aspect) => self.has(*aspect, record),
            Test::No(aspect) => !self.has(*aspect, record),
            Test::Created(bounds) => bounds.contains(&record.created_at().unwrap_or_default()),
            Test::Updated(bounds) => bounds.contains(&updated_at(record)),
            Test::Closed(bounds) => {
                record.state() == Some(&State::Closed)
                    && record.closed_at().is_some_and(|at| bounds.contains(&at))
            }
            Test::MergedAt(bounds) => record.merged_at().is_some_and(|at| bounds.contains(&at)),
            Test::Comments(bounds) => bounds.contains(&record.comment_count()),
            Test::Reactions(bounds) => bounds.contains(&reactions),
            Test::Interactions(bounds) => bounds.contains(&(reactions + record.comment_count())),
            Test::Number(bounds) => bounds.contains(&record.number().unwrap()),
            Test::Repository(names) => names
                .iter()
                .any(|name| name.key() == self.repository(record)),
            Test::Owner(owners) => owners.iter().any(|owner| {
                let owner = format!("{}/", owner.to_lowercase());
                self.repository(record).starts_with(&owner)
            }),
            Test::Text(test) => self.says(test, record),
        }
    }

    fn has(&self, aspect: Aspect, record: &Record) -> bool {
        match aspect {
            Aspect::Label => !record.labels().is_empty(),
            Aspect::Milestone => record.milestone().is_some(),
            Aspect::Assignee => !record.assignees().is_empty(),
            Aspect::Type => record.issue_type().is_some(),
            Aspect::Project => false,
            Aspect::ParentIssue => record.parent_issue().is_some(),
            Aspect::SubIssue => !record.sub_issues().is_empty(),
        }
    }

    fn says(&self, test: &TextTest, record: &Record) -> bool {
        let mut texts = Vec::new();
        if test.fields.title {
            texts.extend(record.title().map(str::to_lowercase));
        }
        if test.fields.body {
            texts.extend(record.body().map(|body| body.to_lowercase()));
        }
        if test.fields.comments {
            let own = self.comments.iter().filter(|(id, ..)| *id == record.id());
            texts.extend(own.map(|(.., text)| text.to_lowercase()));
        }
        let wanted = test.text.to_lowercase();
        texts.iter().any(|text| {
            let padded = format!(" {} ", text.replace(['@', '!'], " "));
            match test.is_prefix {
                true => padded.contains(&format!(" {wanted}")),
                false => padded.contains(&format!(" {wanted} ")),
            }
        })
    }
}

fn updated_at(record: &Record) -> Timestamp {
    record
        .updated_at()
        .or(record.created_at())
        .unwrap_or_default()
}

fn compare(sort: Sort, a: &Record, b: &Record) -> Ordering {
    let value = |record: &Record| match sort.key {
        SortKey::Created => record.created_at().unwrap_or_default().unix_milliseconds(),
        SortKey::Updated => updated_at(record).unix_milliseconds(),
        SortKey::Comments => record.comment_count() as i64,
        SortKey::Reactions => record.reactions().total() as i64,
        SortKey::Reaction(which) => record.reactions().counts[which as usize] as i64,
        SortKey::Interactions => (record.reactions().total() + record.comment_count()) as i64,
        SortKey::Number => record.number().unwrap() as i64,
        SortKey::Relevance => 0,
    };
    let key = |record: &Record| (value(record), record.created_at(), record.number());
    key(a).cmp(&key(b))
}

/// A random query.
pub(super) fn query(random: &mut Random) -> Query {
    let keys = [
        SortKey::Created,
        SortKey::Updated,
        SortKey::Comments,
        SortKey::Reactions,
        SortKey::Reaction(1),
        SortKey::Interactions,
        SortKey::Number,
    ];
    let direction = match random.chance(2) {
        true => Direction::Ascending,
        false => Direction::Descending,
    };
    Query {
        condition: condition(random, 3),
        sort: Some(Sort {
            key: random.pick(&keys),
            direction,
        }),
    }
}

fn condition(random: &mut Random, depth: usize) -> Condition {
    let some = |random: &mut Random| {
        let count = random.below(4);
        (0..count).map(|_| condition(random, depth - 1)).collect()
    };
    match random.below(if depth == 0 { 1 } else { 5 }) {
        1 | 2 => Condition::All(some(random)),
        3 => Condition::Any(some(random)),
        4 => Condition::Not(Box::new(condition(random, depth - 1))),
        _ => Condition::Is(test(random)),
    }
}

fn names(random: &mut Random, from: &[&str]) -> Vec<String> {
    let mut names = vec![random.pick(from).to_uppercase()];
    if random.chance(3) {
        names.push(random.pick(from).to_owned());
    }
    if random.chance(6) {
        names[0] = "nobody".to_owned();
    }
    names
}

fn bounds<T: PartialOrd + Copy>(
    random: &mut Random,
    one: &mut dyn FnMut(&mut Random) -> T,
) -> Bounds<T> {
    let (a, b) = (one(random), one(random));
    let (from, to) = if a <= b || random.chance(8) {
        (a, b)
    } else {
        (b, a)
    };
    Bounds {
        from: (!random.chance(3)).then_some(from),
        to: (!random.chance(3)).then_some(to),
    }
}

fn test(random: &mut Random) -> Test {
    let is = random.chance(2);
    let few = &mut |random: &mut Random| random.below(4) as u64;
    let moment = &mut Random::moment;
    match random.below(34) {
        0 | 1 => Test::State(State::Open),
        2 => Test::State(State::Closed),
        3 => Test::State(State::from_word("triaged")),
        4 => Test::PullRequest(is),
        5 => Test::Merged(is),
        6 => match random.below(3) {
            0 => Test::Draft(is),
            1 => Test::Locked(is),
            _ => Test::Pinned(is),
        },
        7 => Test::Blocked(is),
        8 => Test::Blocking(is),
        9 => Test::Private(is),
        10 => Test::Archived(is),
        11 => {
            let words = [
                "completed",
                "not_planned",
                "duplicate",
                "reopened",
                "moot",
                "none",
            ];
            Test::Reason(backlot_model::StateReason::from_word(random.pick(&words)))
        }
        12 | 13 => Test::Label(names(random, &LABELS)),
        14 => Test::Milestone(names(random, &MILESTONES)),
        15 => Test::MilestoneNumber(1 + random.below(3) as u64),
        16 => Test::Assignee(names(random, &USERS)),
        17 => Test::Author(names(random, &USERS)),
        18 => Test::Mentions(names(random, &USERS)),
        19 => Test::Commenter(names(random, &USERS)),
        20 => Test::Involves(names(random, &USERS)),
        21 => Test::Type(names(random, &TYPES)),
        22 => {
            let repository = random.pick(&REPOSITORIES);
            let repository = is.then(|| repository.parse().unwrap());
            Test::ParentIssue(repository, 1 + random.below(20) as u64)
        }
        23 | 24 => {
            let aspects = [
                Aspect::Label,
                Aspect::Milestone,
                Aspect::Assignee,
                Aspect::Type,
                Aspect::Project,
                Aspect::ParentIssue,
                Aspect::SubIssue,
            ];
            let aspect = random.pick(&aspects);
            if is {
                Test::Has(aspect)
            } else {
                Test::No(aspect)
            }
        }
        25 => Test::Created(bounds(random, moment)),
        26 => Test::Updated(bounds(random, moment)),
        27 => Test::Closed(bounds(random, moment)),
        28 => Test::MergedAt(bounds(random, moment)),
        29 => match random.below(3) {
            0 => Test::Comments(bounds(random, few)),
            1 => Test::Reactions(bounds(random, few)),
            _ => Test::Interactions(bounds(random, few)),
        },
        30 => Test::Number(bounds(random, &mut |random| random.below(40) as u64)),
        31 => Test::Repository(vec![
            random.pick(&REPOSITORIES).to_uppercase().parse().unwrap(),
        ]),
        32 => Test::Owner(vec![random.pick(&["acme", "Solo", "else"]).to_owned()]),
        _ => Test::Text(TextTest {
            text: random.pick(&WORDS).to_owned(),
            is_phrase: false,
            is_prefix: is,
            fields: backlot_model::TextFields {
                title: random.chance(2),
                body: random.chance(2),
                comments: random.chance(2),
            },
        }),
    }
}
