//! Random operations that fit the state they meet, and some that do not.

use backlot_model::{LockReason, Reactions, State as Word, StateReason, Timestamp};

use super::boards::ORGANIZATION;
use super::issues::{PEOPLE, words};
use super::operation::{
    IssueChange, IssueInput, MilestoneChange, NOBODY, Operation, Place, ProjectChange,
    RepositoryChange, Where,
};
use super::perform::Names;
use super::state::{Fields, Id, Owner, State};
use crate::random_backlog::dice::Dice;

const LABELS: [&str; 7] = ["bug", "Docs", "help wanted", "later", "ui", "漢字", "perf"];
const TITLES: [&str; 5] = ["v1", "V1", "beta", "next", "2.0"];
const TYPES: [&str; 3] = ["Bug", "Task", "Feature"];

/// What the generator sees: the state, and which names the store has told already.
pub(super) struct Scene<'a> {
    pub(super) state: &'a State,
    pub(super) names: &'a Names,
}

/// The text in the case that was meant, or in another one.
fn cased(dice: &mut Dice, text: &str) -> String {
    match dice.below(6) {
        0 => text.to_uppercase(),
        1 => text.to_lowercase(),
        _ => text.to_owned(),
    }
}

fn login(dice: &mut Dice) -> String {
    match dice.below(30) {
        0 => "a b".to_owned(),
        1 => format!("new{}", dice.below(6)),
        _ => {
            let person = dice.of(&PEOPLE);
            cased(dice, person)
        }
    }
}

fn label(dice: &mut Dice) -> String {
    match dice.below(40) {
        0 => "a,b".to_owned(),
        1 => " ".to_owned(),
        2 => "x".repeat(51),
        3 => format!("fresh {}", dice.below(9)),
        _ => {
            let name = dice.of(&LABELS);
            cased(dice, name)
        }
    }
}

fn title(dice: &mut Dice) -> String {
    match dice.below(40) {
        0 => " ".to_owned(),
        1 => "漢".repeat(257),
        2 => "two\nlines".to_owned(),
        3 => "漢".repeat(256),
        _ => words(dice),
    }
}

fn body(dice: &mut Dice) -> Option<String> {
    match dice.below(60) {
        0 => Some("x".repeat(65_537)),
        at if at < 12 => None,
        _ => Some(words(dice)),
    }
}

fn text(dice: &mut Dice) -> String {
    match dice.below(40) {
        0 => " \n".to_owned(),
        1 => "x".repeat(65_537),
        _ => words(dice),
    }
}

fn line(dice: &mut Dice) -> String {
    match dice.below(30) {
        0 => String::new(),
        1 => "two\nlines".to_owned(),
        _ => words(dice),
    }
}

fn word(dice: &mut Dice) -> Word {
    match dice.below(30) {
        0 => Word::from_word("active"),
        at if at < 18 => Word::Closed,
        _ => Word::Open,
    }
}

fn some<T>(dice: &mut Dice, part: usize, make: impl FnOnce(&mut Dice) -> T) -> Option<T> {
    dice.percent(part).then(|| make(dice))
}

fn few<T>(dice: &mut Dice, most: usize, make: impl Fn(&mut Dice) -> T) -> Vec<T> {
    let count = dice.below(most + 1);
    (0..count).map(|_| make(dice)).collect()
}

impl Scene<'_> {
    fn repository(&self, dice: &mut Dice) -> String {
        if dice.percent(2) {
            return "octo/nowhere".to_owned();
        }
        let all: Vec<_> = self
            .state
            .repositories()
            .map(|(_, repository)| repository.name.clone())
            .collect();
        // Most of what happens happens in the first repository.
        let name = if dice.percent(60) {
            all[0].clone()
        } else {
            dice.of(&all)
        };
        if dice.percent(10) {
            name.to_uppercase()
        } else {
            name
        }
    }

    fn place(&self, dice: &mut Dice) -> Place {
        if dice.percent(3) {
            return Place {
                repository: self.repository(dice),
                number: 1 + dice.below(60) as u64,
            };
        }
        let mut places = Vec::new();
        for record in self.state.records.values() {
            let Fields::Issue(issue) = &record.fields else {
                continue;
            };
            if record.is_there() || dice.percent(6) {
                places.push((issue.repository, issue.number));
            }
            if dice.percent(6) {
                places.extend(&issue.places);
            }
        }
        match dice.any(&places) {
            Some((repository, number)) => {
                let repository = self.state.repository(repository).name.clone();
                Place { repository, number }
            }
            None => Place {
                repository: self.repository(dice),
                number: 1,
            },
        }
    }

    /// Two issues, which often are in the same repository and have to do with each other.
    fn pair(&self, dice: &mut Dice) -> (Place, Place) {
        let place = self.place(dice);
        let other = self.place(dice);
        if dice.percent(5) {
            (place.clone(), place)
        } else {
            (place, other)
        }
    }

    /// Two issues that are linked already, or any.
    fn linked(
        &self,
        dice: &mut Dice,
        links: impl Fn(&super::state::Issue) -> Vec<Id>,
    ) -> (Place, Place) {
        let at = |id: Id| {
            let issue = self.state.issue(id);
            Place {
                repository: self.state.repository(issue.repository).name.clone(),
                number: issue.number,
            }
        };
        let mut pairs = Vec::new();
        for (id, issue) in self.state.issues() {
            pairs.extend(
                links(issue)
                    .into_iter()
                    .filter(|other| self.state.is_there(*other))
                    .map(|other| (id, other)),
            );
        }
        match dice.any(&pairs).filter(|_| dice.percent(85)) {
            Some((one, two)) => (at(one), at(two)),
            None => self.pair(dice),
        }
    }

    /// A record of a kind: mostly one that is there.
    fn record(&self, dice: &mut Dice, is_kind: impl Fn(&Fields) -> bool) -> Id {
        if dice.percent(2) {
            return NOBODY;
        }
        let mut ids = Vec::new();
        for (id, record) in &self.state.records {
            if self.names.known(*id).is_some()
                && is_kind(&record.fields)
                && (record.is_there() || dice.percent(6))
            {
                ids.push(*id);
            }
        }
        dice.any(&ids).unwrap_or(NOBODY)
    }

    fn column(&self, dice: &mut Dice) -> Id {
        self.record(dice, |fields| matches!(fields, Fields::Column(_)))
    }

    fn card(&self, dice: &mut Dice) -> Id {
        self.record(dice, |fields| matches!(fields, Fields::Card(_)))
    }

    fn project(&self, dice: &mut Dice) -> Id {
        self.record(dice, |fields| matches!(fields, Fields::Project(_)))
    }

    /// A comment, with the repository where it is, or with another one.
    fn comment(&self, dice: &mut Dice) -> (String, Id) {
        let id = self.record(dice, |fields| matches!(fields, Fields::Comment(_)));
        self.with_repository(dice, id)
    }

    fn with_repository(&self, dice: &mut Dice, id: Id) -> (String, Id) {
        let place = self
            .state
            .records
            .get(&id)
            .map(|record| match &record.fields {
                Fields::Comment(comment) => comment.repository,
                Fields::Issue(issue) => issue.repository,
                _ => panic!("neither comment nor issue"),
            });
        match place.filter(|_| dice.percent(97)) {
            Some(repository) => (self.state.repository(repository).name.clone(), id),
            None => (self.repository(dice), id),
        }
    }

    fn reacted_to(&self, dice: &mut Dice) -> (String, Id) {
        let id = self.record(dice, |fields| {
            matches!(fields, Fields::Comment(_) | Fields::Issue(_))
        });
        self.with_repository(dice, id)
    }

    fn milestone_number(&self, dice: &mut Dice) -> u64 {
        1 + dice.below(6) as u64
    }

    fn milestone(&self, dice: &mut Dice) -> Place {
        let all: Vec<_> = self
            .state
            .milestones()
            .map(|(_, milestone)| (milestone.repository, milestone.number))
            .collect();
        match dice.any(&all).filter(|_| dice.percent(90)) {
            Some((repository, number)) => Place {
                repository: self.state.repository(repository).name.clone(),
                number,
            },
            None => Place {
                repository: self.repository(dice),
                number: self.milestone_number(dice),
            },
        }
    }

    fn input(&self, dice: &mut Dice) -> IssueInput {
        let many = dice.percent(2);
        IssueInput {
            title: title(dice),
            body: body(dice),
            labels: few(dice, 3, label),
            assignees: if many {
                (0..11).map(|at| format!("many{at}")).collect()
            } else {
                few(dice, 2, login)
            },
            milestone: some(dice, 15, |dice| self.milestone_number(dice)),
            issue_type: some(dice, 20, |dice| dice.of(&TYPES).to_owned()),
        }
    }

    fn change(&self, dice: &mut Dice) -> IssueChange {
        const REASONS: [Option<StateReason>; 5] = [
            None,
            Some(StateReason::Completed),
            Some(StateReason::NotPlanned),
            Some(StateReason::Duplicate),
            Some(StateReason::Reopened),
        ];
        let mut change = IssueChange::default();
        for _ in 0..1 + dice.below(3) {
            match dice.below(12) {
                0 => change.title = Some(title(dice)),
                1 => change.body = Some(body(dice)),
                2 | 3 => {
                    let state = word(dice);
                    let reason = match state {
                        Word::Open if dice.percent(90) => None,
                        _ => dice.of(&REASONS),
                    };
                    change.state = Some((state, reason));
                }
                4 => change.set_labels = Some(few(dice, 3, label)),
                5 => change.add_labels.push(label(dice)),
                6 => change.remove_labels.push(label(dice)),
                7 => change.set_assignees = Some(few(dice, 3, login)),
                8 => change.add_assignees.push(login(dice)),
                9 => change.remove_assignees.push(dice.of(&PEOPLE).to_owned()),
                10 => change.milestone = Some(some(dice, 75, |dice| self.milestone_number(dice))),
                _ => change.issue_type = Some(some(dice, 70, |dice| dice.of(&TYPES).to_owned())),
            }
        }
        change
    }

    fn due(&self, dice: &mut Dice) -> Timestamp {
        let days = dice.below(5) as i64 * 86_400_000;
        Timestamp::from_unix_milliseconds(1_710_000_000_000 + days)
    }

    pub(super) fn operation(&self, dice: &mut Dice) -> Operation {
        match dice.below(100) {
            0..14 => Operation::CreateIssue(self.repository(dice), self.input(dice)),
            14..34 => Operation::EditIssue(self.place(dice), self.change(dice)),
            34..52 => self.on_issue(dice),
            52..66 => self.on_comment(dice),
            66..74 => self.on_label(dice),
            74..80 => self.on_milestone(dice),
            80..83 => self.on_repository(dice),
            _ => self.on_board(dice),
        }
    }

    fn on_issue(&self, dice: &mut Dice) -> Operation {
        use Operation as Op;
        const REASONS: [Option<LockReason>; 4] = [
            None,
            Some(LockReason::Spam),
            Some(LockReason::TooHeated),
            Some(LockReason::Resolved),
        ];
        match dice.below(20) {
            0 => Op::DeleteIssue(self.place(dice)),
            1 if dice.percent(5) => {
                Op::Lock(self.place(dice), Some(LockReason::from_word("boring")))
            }
            1 | 2 => Op::Lock(self.place(dice), dice.of(&REASONS)),
            3 => Op::Unlock(self.place(dice)),
            4 | 5 => Op::Pin(self.place(dice)),
            6 => Op::Unpin(self.place(dice)),
            7 => Op::Transfer(self.place(dice), self.repository(dice)),
            8..11 => {
                let (parent, child) = self.pair(dice);
                Op::AddSubIssue(parent, child, dice.percent(25))
            }
            11 => {
                let (parent, child) = self.linked(dice, |issue| issue.sub_issues.clone());
                Op::RemoveSubIssue(parent, child)
            }
            12 | 13 => {
                let (parent, child) = self.linked(dice, |issue| issue.sub_issues.clone());
                let (_, other) = self.linked(dice, |issue| issue.sub_issues.clone());
                let place = match dice.below(4) {
                    0 => Where::First,
                    1 => Where::Last,
                    2 => Where::Before(other),
                    _ => Where::After(other),
                };
                Op::MoveSubIssue(parent, child, place)
            }
            14 | 15 => {
                let (place, blocker) = self.pair(dice);
                Op::AddBlockedBy(place, blocker)
            }
            16 => {
                let (place, blocker) = self.linked(dice, |issue| issue.blocked_by.clone());
                Op::RemoveBlockedBy(place, blocker)
            }
            17 | 18 => {
                let (place, of) = self.pair(dice);
                Op::MarkDuplicate(place, of)
            }
            _ => {
                let (place, _) =
                    self.linked(dice, |issue| issue.duplicate_of.into_iter().collect());
                Op::UnmarkDuplicate(place)
            }
        }
    }

    fn on_comment(&self, dice: &mut Dice) -> Operation {
        use Operation as Op;
        const REASONS: [Option<&str>; 4] = [None, Some("spam"), Some("outdated"), Some("dull")];
        let (repository, id) = self.comment(dice);
        match dice.below(14) {
            0..5 => Op::Comment(self.place(dice), text(dice)),
            5 => Op::EditComment(repository, id, text(dice)),
            6 => Op::DeleteComment(repository, id),
            7 => Op::Minimize(repository, id, dice.of(&REASONS).map(str::to_owned)),
            8 => Op::Unminimize(repository, id),
            9 => Op::PinComment(repository, id),
            10 => Op::UnpinComment(repository, id),
            at => {
                let (repository, id) = self.reacted_to(dice);
                let content = if dice.percent(3) {
                    "love"
                } else {
                    dice.of(&Reactions::CONTENTS[3..6])
                };
                if at == 13 {
                    Op::Unreact(repository, id, content.to_owned())
                } else {
                    Op::React(repository, id, content.to_owned())
                }
            }
        }
    }

    fn on_label(&self, dice: &mut Dice) -> Operation {
        use Operation as Op;
        const COLORS: [&str; 4] = ["D73a4a", "0075ca", "fbca04", "red"];
        let color = some(dice, 60, |dice| dice.of(&COLORS).to_owned());
        let description = |dice: &mut Dice| {
            if dice.percent(5) {
                "x".repeat(101)
            } else {
                words(dice)
            }
        };
        match dice.below(6) {
            0 | 1 => {
                let description = some(dice, 40, description);
                Op::CreateLabel(self.repository(dice), label(dice), color, description)
            }
            2..5 => {
                let to = some(dice, 50, label);
                let description = some(dice, 40, |dice| some(dice, 70, description));
                Op::EditLabel(self.repository(dice), label(dice), to, color, description)
            }
            _ => Op::DeleteLabel(self.repository(dice), label(dice)),
        }
    }

    fn on_milestone(&self, dice: &mut Dice) -> Operation {
        use Operation as Op;
        let named = |dice: &mut Dice| {
            if dice.percent(6) {
                line(dice)
            } else {
                dice.of(&TITLES).to_owned()
            }
        };
        match dice.below(6) {
            0..2 => {
                let (title, description) = (named(dice), some(dice, 30, words));
                let due = some(dice, 40, |dice| self.due(dice));
                let state = some(dice, 20, word);
                Op::CreateMilestone(self.repository(dice), title, description, due, state)
            }
            2..5 => {
                let change = MilestoneChange {
                    title: some(dice, 40, named),
                    description: some(dice, 30, |dice| some(dice, 60, words)),
                    due_on: some(dice, 30, |dice| some(dice, 60, |dice| self.due(dice))),
                    state: some(dice, 50, word),
                };
                Op::EditMilestone(self.milestone(dice), change)
            }
            _ => Op::DeleteMilestone(self.milestone(dice)),
        }
    }

    fn on_repository(&self, dice: &mut Dice) -> Operation {
        let named = |dice: &mut Dice| {
            dice.of(&["octo/fourth", "acme/fifth", "Octo/Hello", "octo/sixth"])
                .to_owned()
        };
        if dice.percent(15) {
            return Operation::CreateRepository(named(dice), dice.percent(50));
        }
        // What is archived or switched off is soon as it was, so that something can happen.
        let name = self.repository(dice);
        let key = name.to_lowercase();
        let found = self
            .state
            .repositories()
            .find(|(_, repository)| repository.name.to_lowercase() == key);
        let found = found.map(|(_, repository)| repository.clone());
        let is_off =
            found.is_some_and(|found| found.archived || found.no_issues || found.no_projects);
        let change = if is_off && dice.percent(90) {
            RepositoryChange {
                archived: Some(false),
                issues: Some(true),
                projects: Some(true),
                ..RepositoryChange::default()
            }
        } else {
            RepositoryChange {
                name: some(dice, 15, named),
                description: some(dice, 30, |dice| some(dice, 70, words)),
                private: some(dice, 20, |dice| dice.percent(50)),
                archived: some(dice, 10, |dice| dice.percent(70)),
                issues: some(dice, 10, |dice| dice.percent(50)),
                projects: some(dice, 10, |dice| dice.percent(50)),
            }
        };
        Operation::EditRepository(name, change)
    }

    fn on_board(&self, dice: &mut Dice) -> Operation {
        use Operation as Op;
        const PERMISSIONS: [&str; 4] = ["read", "write", "none", "all"];
        let permission = some(dice, 20, |dice| dice.of(&PERMISSIONS).to_owned());
        let note = |dice: &mut Dice| match dice.below(30) {
            0 => "x".repeat(1025),
            1 => " ".to_owned(),
            2..12 => format!("{}\n{}", words(dice), words(dice)),
            _ => words(dice),
        };
        match dice.below(24) {
            0 => {
                let (id, _) = self.state.repositories().next().unwrap();
                let owner = match dice.below(5) {
                    0 | 1 => Owner::Repository(id),
                    2 => Owner::Organization(ORGANIZATION.to_owned()),
                    3 => Owner::User("mona".to_owned()),
                    _ if dice.percent(50) => Owner::User(ORGANIZATION.to_owned()),
                    _ => Owner::Organization("mona".to_owned()),
                };
                let unknown = some(dice, 5, |_| "no/where".to_owned());
                Op::CreateProject(owner, unknown, line(dice), permission)
            }
            1 => {
                let change = ProjectChange {
                    name: some(dice, 40, line),
                    body: some(dice, 30, |dice| some(dice, 60, words)),
                    state: some(dice, 40, word),
                    private: some(dice, 20, |dice| dice.percent(50)),
                    permission,
                };
                Op::EditProject(self.project(dice), change)
            }
            2 if dice.percent(30) => Op::DeleteProject(self.project(dice)),
            2..4 => Op::CreateColumn(self.project(dice), line(dice)),
            4 => Op::RenameColumn(self.column(dice), line(dice)),
            5 | 6 => {
                let place = match dice.below(3) {
                    0 => Where::First,
                    1 => Where::Last,
                    _ => Where::After(self.column(dice)),
                };
                Op::MoveColumn(self.column(dice), place)
            }
            7 if dice.percent(50) => Op::DeleteColumn(self.column(dice)),
            7..10 => Op::CreateNote(self.column(dice), note(dice)),
            10..14 => Op::AddCard(self.column(dice), self.place(dice)),
            14 => Op::EditCard(
                self.card(dice),
                some(dice, 50, note),
                some(dice, 70, |dice| dice.percent(60)),
            ),
            15..20 => {
                let place = match dice.below(4) {
                    0 => Where::First,
                    1 => Where::Last,
                    _ => Where::After(self.card(dice)),
                };
                let column = some(dice, 50, |dice| self.column(dice));
                Op::MoveCard(self.card(dice), place, column)
            }
            20 | 21 => Op::DeleteCard(self.card(dice)),
            _ => Op::ConvertNote(
                self.card(dice),
                self.repository(dice),
                some(dice, 20, words),
            ),
        }
    }
}
