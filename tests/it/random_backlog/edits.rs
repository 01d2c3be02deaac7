//! The operations, each with what the dice say.

use backlot_core::{
    CardEdit, CardPlace, ColumnPlace, IssueEdit, LabelEdit, MilestoneEdit, NewIssue, NewLabel,
    NewMilestone, ProjectEdit, ProjectOwner, RepositoryEdit, RepositoryWriter, Result,
    SubIssuePlace, WriteTransaction,
};
use backlot_model::{
    IssueReference, LockReason, Reactions, RecordId, State, StateReason, Timestamp,
};

use super::dice::Dice;
use super::texts::{body, line, text};
use super::{HERE, Life, PEOPLE, THERE, name};

const LABELS: [&str; 8] = [
    "bug",
    "Docs",
    "help wanted",
    "漢字",
    "a/b?c=d&e",
    "100% [sure]",
    "\u{1f41b} bug",
    "perf:high",
];
const TITLES: [&str; 6] = ["v1", "0.2 beta", "Someday/maybe", "漢字", "\"x\"", "2.0"];
const TYPES: [&str; 3] = ["Bug", "Task", "Feature"];
const COLORS: [&str; 4] = ["D73a4a", "0075ca", "fbca04", "000000"];

fn due(dice: &mut Dice) -> Timestamp {
    let days = dice.below(400) as i64 * 86_400_000;
    Timestamp::from_unix_milliseconds(1_710_000_000_000 + days)
}

fn state(dice: &mut Dice) -> State {
    if dice.percent(55) {
        State::Closed
    } else {
        State::Open
    }
}

/// What a repository is at the end.
pub(super) fn repository(dice: &mut Dice) -> RepositoryEdit {
    let mut edit = RepositoryEdit::default();
    if dice.percent(60) {
        edit = edit.description(dice.percent(80).then(|| line(dice, 100)));
    }
    if dice.percent(30) {
        edit = edit.private(true);
    }
    if dice.percent(20) {
        edit = edit.issues(false);
    }
    if dice.percent(20) {
        edit = edit.projects(false);
    }
    if dice.percent(20) {
        edit = edit.archived(true);
    }
    edit
}

fn issue_edit(dice: &mut Dice) -> IssueEdit {
    let mut edit = IssueEdit::default();
    for _ in 0..1 + dice.below(3) {
        edit = match dice.below(14) {
            0 => edit.title(line(dice, 256)),
            1 => edit.body(body(dice)),
            2..5 => match state(dice) {
                State::Closed => {
                    let reason = dice.of(&[
                        None,
                        Some(StateReason::Completed),
                        Some(StateReason::NotPlanned),
                        Some(StateReason::Duplicate),
                    ]);
                    edit.state(State::Closed, reason)
                }
                open => edit.state(open, None),
            },
            5 | 6 => edit.add_label(dice.of(&LABELS)),
            7 => edit.remove_label(dice.of(&LABELS)),
            8 => edit.set_labels(
                (0..dice.below(4))
                    .map(|_| dice.of(&LABELS).to_owned())
                    .collect(),
            ),
            9 => edit.add_assignee(dice.of(&PEOPLE)),
            10 => edit.remove_assignee(dice.of(&PEOPLE)),
            11 => edit.milestone(dice.percent(60).then(|| 1 + dice.below(5) as u64)),
            _ => edit.issue_type(dice.percent(65).then(|| dice.of(&TYPES).to_owned())),
        };
    }
    edit
}

fn new_issue(dice: &mut Dice) -> NewIssue {
    let mut issue = NewIssue::titled(line(dice, 256));
    if let Some(body) = body(dice) {
        issue = issue.body(body);
    }
    for _ in 0..dice.below(3) {
        issue = issue.label(dice.of(&LABELS));
    }
    for _ in 0..dice.below(3) {
        issue = issue.assignee(dice.of(&PEOPLE));
    }
    if dice.percent(15) {
        issue = issue.milestone(1 + dice.below(5) as u64);
    }
    if dice.percent(20) {
        issue = issue.issue_type(dice.of(&TYPES));
    }
    issue
}

impl Life {
    /// Where most of it happens, or the other place.
    fn repository(&mut self) -> &'static str {
        if self.dice.percent(88) { HERE } else { THERE }
    }

    fn place(&mut self) -> (&'static str, u64) {
        // Much happens to few issues, as it does in life.
        if self.dice.percent(25) {
            return self.places[self.dice.below(self.places.len().min(8))];
        }
        self.dice.of(&self.places)
    }

    fn other(&mut self, here: &str) -> IssueReference {
        let (repository, number) = self.place();
        IssueReference {
            repository: (repository != here).then(|| name(repository)),
            number,
        }
    }

    pub(super) fn operation(&mut self, tx: &mut WriteTransaction) -> Result<()> {
        // So many issues are made that there are enough of them when all is done.
        if self.made < self.issues && self.dice.percent(14) {
            let repository = self.repository();
            let number = tx
                .repository(repository)?
                .create_issue(new_issue(&mut self.dice))?;
            self.made += 1;
            self.places.push((repository, number));
            return Ok(());
        }
        match self.dice.below(100) {
            0..30 => {
                let (repository, number) = self.place();
                let edit = issue_edit(&mut self.dice);
                tx.repository(repository)?
                    .edit_issue(number, &edit)
                    .map(drop)
            }
            30..58 => {
                let (repository, number) = self.place();
                self.on_issue(&mut tx.repository(repository)?, repository, number)
            }
            58..80 => self.on_comment(tx),
            80..86 => self.on_lists(tx),
            _ => self.on_board(tx),
        }
    }

    fn on_issue(
        &mut self,
        writer: &mut RepositoryWriter<'_>,
        repository: &'static str,
        number: u64,
    ) -> Result<()> {
        let other = self.other(repository);
        match self.dice.below(24) {
            0 if self.dice.percent(40) => {
                writer.delete_issue(number)?;
                self.made = self.made.saturating_sub(1);
                Ok(())
            }
            0 | 1 => {
                let to = if repository == HERE { THERE } else { HERE };
                let there = writer.transfer_issue(number, to)?;
                self.places.push((to, there));
                Ok(())
            }
            2..5 => {
                let reason = self.dice.of(&[
                    None,
                    Some(LockReason::Spam),
                    Some(LockReason::TooHeated),
                    Some(LockReason::Resolved),
                    Some(LockReason::OffTopic),
                ]);
                writer.lock_issue(number, reason).map(drop)
            }
            5 | 6 => writer.unlock_issue(number).map(drop),
            7 | 8 => {
                writer.pin_issue(number)?;
                self.pinned = Some((repository, number));
                Ok(())
            }
            9 => {
                let last = self.pinned.filter(|(there, _)| *there == repository);
                let number = last.map_or(number, |(_, last)| last);
                writer.unpin_issue(number).map(drop)
            }
            10..14 => {
                let replaces = self.dice.percent(20);
                writer.add_sub_issue(number, &other, replaces).map(drop)
            }
            14 | 15 => {
                // One that is there is found sooner by looking than by throwing.
                writer.remove_sub_issue(number, &other).map(drop)
            }
            16 => writer
                .move_sub_issue(number, &other, &SubIssuePlace::First)
                .map(drop),
            17..20 => writer.add_blocked_by(number, &other).map(drop),
            20 => writer.remove_blocked_by(number, &other).map(drop),
            21 | 22 => writer.mark_duplicate(number, &other).map(drop),
            _ => writer.unmark_duplicate(number).map(drop),
        }
    }

    fn on_comment(&mut self, tx: &mut WriteTransaction) -> Result<()> {
        if self.comments.is_empty() || self.dice.percent(40) {
            let (repository, number) = self.place();
            let said = tx
                .repository(repository)?
                .comment(number, text(&mut self.dice))?;
            self.comments.push((repository, said));
            return Ok(());
        }
        let (repository, comment) = self.dice.of(&self.comments);
        let mut writer = tx.repository(repository)?;
        match self.dice.below(12) {
            0 | 1 => writer.edit_comment(comment, text(&mut self.dice)).map(drop),
            2 => writer.delete_comment(comment),
            3 | 4 => {
                let reasons = [None, Some("spam"), Some("outdated"), Some("resolved")];
                let reason = self.dice.of(&reasons);
                writer.minimize_comment(comment, reason).map(drop)
            }
            5 => writer.unminimize_comment(comment).map(drop),
            6 => writer.pin_comment(comment).map(drop),
            7 => writer.unpin_comment(comment).map(drop),
            _ => self.react(tx, repository, comment),
        }
    }

    /// A reaction to a comment or to an issue, or one fewer.
    fn react(
        &mut self,
        tx: &mut WriteTransaction,
        repository: &'static str,
        comment: RecordId,
    ) -> Result<()> {
        let content = self.dice.of(&Reactions::CONTENTS);
        let (repository, to) = match self.dice.any(&self.records) {
            Some(issue) if self.dice.percent(45) => issue,
            _ => (repository, comment),
        };
        let mut writer = tx.repository(repository)?;
        if self.dice.percent(80) {
            writer.react(to, content).map(drop)
        } else {
            writer.unreact(to, content).map(drop)
        }
    }

    fn on_lists(&mut self, tx: &mut WriteTransaction) -> Result<()> {
        let repository = self.repository();
        let mut writer = tx.repository(repository)?;
        let dice = &mut self.dice;
        match dice.below(12) {
            0..2 => {
                let mut label = NewLabel::named(dice.of(&LABELS)).color(dice.of(&COLORS));
                if dice.percent(50) {
                    label = label.description(line(dice, 100));
                }
                writer.create_label(label).map(drop)
            }
            2..5 => {
                let mut edit = LabelEdit::default().color(dice.of(&COLORS));
                if dice.percent(40) {
                    edit = edit.name(dice.of(&LABELS));
                }
                if dice.percent(50) {
                    edit = edit.description(dice.percent(70).then(|| line(dice, 100)));
                }
                writer.edit_label(dice.of(&LABELS), &edit).map(drop)
            }
            5 if dice.percent(30) => writer.delete_label(dice.of(&LABELS)),
            5..8 => {
                let mut milestone = NewMilestone::titled(dice.of(&TITLES)).state(state(dice));
                if dice.percent(50) {
                    milestone = milestone.description(text(dice));
                }
                if dice.percent(50) {
                    milestone = milestone.due_on(due(dice));
                }
                writer.create_milestone(milestone).map(drop)
            }
            8 if dice.percent(20) => writer.delete_milestone(1 + dice.below(5) as u64),
            _ => {
                let mut edit = MilestoneEdit::default();
                if dice.percent(30) {
                    edit = edit.title(dice.of(&TITLES));
                }
                if dice.percent(30) {
                    edit = edit.description(dice.percent(70).then(|| text(dice)));
                }
                if dice.percent(30) {
                    edit = edit.due_on(dice.percent(70).then(|| due(dice)));
                }
                if dice.percent(50) {
                    edit = edit.state(state(dice));
                }
                writer
                    .edit_milestone(1 + dice.below(5) as u64, &edit)
                    .map(drop)
            }
        }
    }

    fn on_board(&mut self, tx: &mut WriteTransaction) -> Result<()> {
        let project = self.dice.of(&self.projects);
        let column = self.dice.of(&self.columns);
        let Some(card) = self.dice.any(&self.cards) else {
            let note = text(&mut self.dice);
            self.cards.push(tx.create_note(column, clipped(note))?);
            return Ok(());
        };
        match self.dice.below(30) {
            0 if self.dice.percent(20) => {
                let repository = self.repository();
                let owner = ProjectOwner::Repository(name(repository));
                let title = line(&mut self.dice, 60);
                self.board(tx, &owner, &title)
            }
            0 | 1 => {
                let dice = &mut self.dice;
                let mut edit = ProjectEdit::default().state(state(dice));
                if dice.percent(40) {
                    edit = edit.name(line(dice, 60));
                }
                if dice.percent(40) {
                    edit = edit.body(body(dice));
                }
                tx.edit_project(project, &edit).map(drop)
            }
            2 if self.dice.percent(5) => tx.delete_project(project),
            2 => {
                self.columns
                    .push(tx.create_column(project, &line(&mut self.dice, 60))?);
                Ok(())
            }
            3 => tx
                .rename_column(column, &line(&mut self.dice, 60))
                .map(drop),
            4 => {
                let after = self.dice.of(&self.columns);
                let place = self.dice.of(&[
                    ColumnPlace::First,
                    ColumnPlace::Last,
                    ColumnPlace::After(after),
                ]);
                tx.move_column(column, place).map(drop)
            }
            5 if self.dice.percent(10) => tx.delete_column(column),
            5..9 => {
                let note = clipped(text(&mut self.dice));
                self.cards.push(tx.create_note(column, note)?);
                Ok(())
            }
            9..16 => {
                let (repository, number) = self.place();
                self.cards
                    .push(tx.add_card(column, &name(repository), number)?);
                Ok(())
            }
            16 | 17 => {
                let mut edit = CardEdit::default().archived(self.dice.percent(60));
                if self.dice.percent(30) {
                    edit = edit.note(clipped(text(&mut self.dice)));
                }
                tx.edit_card(card, &edit).map(drop)
            }
            18..25 => {
                let after = self.dice.of(&self.cards);
                let place =
                    self.dice
                        .of(&[CardPlace::Top, CardPlace::Bottom, CardPlace::After(after)]);
                let to = self.dice.percent(60).then_some(column);
                tx.move_card(card, place, to).map(drop)
            }
            25..27 => tx.delete_card(card),
            _ => {
                let repository = self.repository();
                let body = body(&mut self.dice);
                let number = tx.convert_note(card, &name(repository), body)?;
                self.places.push((repository, number));
                Ok(())
            }
        }
    }
}

/// As much of a text as a note holds.
fn clipped(text: String) -> String {
    match text.char_indices().nth(1_024) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    }
}
