//! `backlot milestone`

use std::str::FromStr;

use backlot_core::{
    MilestoneEdit, MilestoneList, MilestoneSort, MilestoneSummary, NewMilestone, PastRecord,
    RepositoryWriter, Snapshot, StateFilter,
};
use backlot_model::{Direction, Field, RepositoryName, State, Timestamp};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use crate::context::Context;
use crate::edit::{Edited, EditorArgs, NUMBERED, NUMBERED_FINAL, tell};
use crate::error::{Error, Kind, Result};
use crate::exit::Exit;
use crate::moment;
use crate::output::json::Fields;
use crate::output::screen::Screen;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};
use crate::output::text;
use crate::past::{self, PastArgs};
use crate::repository::RepositoryArgs;
use crate::sure::SureArgs;

/// List, create, edit, close and delete milestones
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot milestone list
  backlot milestone create 'Release 1.2' --due 2026-06-01
  backlot milestone close 'Release 1.2'
  backlot issue edit 12 --milestone 3       puts an issue into one")]
pub(crate) enum MilestoneCommand {
    List(ListArgs),
    View(ViewArgs),
    Create(CreateArgs),
    Edit(EditArgs),
    Close(CloseArgs),
    Reopen(ReopenArgs),
    Delete(DeleteArgs),
}

/// List the milestones of a repository, with how far each has come
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot milestone list
  backlot milestone list --state all --sort completeness --direction desc
  backlot milestone list --as-of 2025-01-01
  backlot milestone list --json=title,open_issues,closed_issues")]
pub(crate) struct ListArgs {
    #[command(flatten)]
    repository: RepositoryArgs,

    /// Open or closed ones
    #[arg(short, long, default_value = "open")]
    state: StateArg,

    /// By what to sort
    #[arg(long, value_name = "KEY", default_value = "due_on")]
    sort: SortArg,

    /// In which direction to sort
    #[arg(long, value_name = "DIRECTION", default_value = "asc")]
    direction: DirectionArg,

    #[command(flatten)]
    past: PastArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum StateArg {
    Open,
    Closed,
    All,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum SortArg {
    DueOn,
    Completeness,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DirectionArg {
    Asc,
    Desc,
}

/// A milestone by its number or its title.
#[derive(Clone, Debug)]
pub(crate) struct MilestoneRef(String);

impl FromStr for MilestoneRef {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl MilestoneRef {
    /// The milestone: of this title, or else of this number.
    pub(crate) fn find(
        &self,
        repository: &RepositoryName,
        snapshot: &Snapshot,
    ) -> Result<MilestoneSummary> {
        let list = MilestoneList {
            state: StateFilter::All,
            ..MilestoneList::default()
        };
        let wanted = self.0.to_lowercase();
        let all = snapshot.milestones(repository, &list)?;
        let is_it = |known: &&MilestoneSummary| known.title.to_lowercase() == wanted;
        match (all.iter().find(is_it), self.0.parse()) {
            (Some(found), _) => Ok(found.clone()),
            (None, Ok(number)) => Ok(snapshot.milestone(repository, number)?),
            (None, Err(_)) => {
                let unknown = format!("there is no milestone `{}` in {repository}", self.0);
                Err(Error::new(Kind::UnknownRecord, unknown)
                    .hint("`backlot milestone list --state all` lists them"))
            }
        }
    }
}

/// Show a milestone
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot milestone view 3
  backlot milestone view 'Release 1.2' --json")]
pub(crate) struct ViewArgs {
    /// Its number or its title
    milestone: MilestoneRef,

    #[command(flatten)]
    repository: RepositoryArgs,
}

/// Create a milestone
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot milestone create 'Release 1.2' --due 2026-06-01
  backlot milestone create Later --description 'No date yet'")]
pub(crate) struct CreateArgs {
    /// Its title
    title: String,

    /// What it is for
    #[arg(short, long, value_name = "TEXT")]
    description: Option<String>,

    /// When it is due: a day, or a moment
    #[arg(long, value_name = "DATE", value_parser = moment::parse)]
    due: Option<Timestamp>,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Edit a milestone, which reaches every issue that is in it
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot milestone edit 3 --title 'Release 1.2.1' --due 2026-07-01
  backlot milestone edit 3 --due none --description ''")]
pub(crate) struct EditArgs {
    /// Its number or its title
    milestone: MilestoneRef,

    /// Another title
    #[arg(short, long, value_name = "TEXT")]
    title: Option<String>,

    /// What it is for
    #[arg(short, long, value_name = "TEXT")]
    description: Option<String>,

    /// When it is due: a day, a moment, or `none`
    #[arg(long, value_name = "DATE|none", value_parser = due)]
    due: Option<Due>,

    #[command(flatten)]
    editor: EditorArgs,
}

#[derive(Clone, Copy, Debug)]
struct Due(Option<Timestamp>);

fn due(text: &str) -> std::result::Result<Due, String> {
    match text {
        "none" => Ok(Due(None)),
        text => moment::parse(text).map(|at| Due(Some(at))),
    }
}

/// Close a milestone; its issues stay as they are
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot milestone close 3
  backlot milestone close 'Release 1.2'")]
pub(crate) struct CloseArgs {
    /// Its number or its title
    milestone: MilestoneRef,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Open a closed milestone again
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot milestone reopen 3")]
pub(crate) struct ReopenArgs {
    /// Its number or its title
    milestone: MilestoneRef,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Delete a milestone; the issues in it stay, in none
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot milestone delete 3            asks first
  backlot milestone delete 3 --dry-run
  backlot milestone delete 3 --yes")]
pub(crate) struct DeleteArgs {
    /// Its number or its title
    milestone: MilestoneRef,

    #[command(flatten)]
    sure: SureArgs,

    #[command(flatten)]
    editor: EditorArgs,
}

const FIELDS: Fields<MilestoneSummary> = &[
    ("id", |milestone| json!(milestone.id.to_string())),
    ("number", |milestone| json!(milestone.number)),
    ("title", |milestone| json!(milestone.title)),
    ("description", |milestone| json!(milestone.description)),
    ("state", |milestone| json!(milestone.state.as_word())),
    ("creator", |milestone| json!(milestone.creator)),
    ("open_issues", |milestone| json!(milestone.open_issues)),
    ("closed_issues", |milestone| json!(milestone.closed_issues)),
    ("progress", |milestone| json!(progress(milestone))),
    ("due_on", |milestone| {
        json!(milestone.due_on.map(|at| at.to_string()))
    }),
    ("created_at", |milestone| {
        json!(milestone.created_at.map(|at| at.to_string()))
    }),
    ("updated_at", |milestone| {
        json!(milestone.updated_at.map(|at| at.to_string()))
    }),
    ("closed_at", |milestone| {
        json!(milestone.closed_at.map(|at| at.to_string()))
    }),
];

/// How many of a hundred issues are closed, rounded down; none where there are no issues.
fn progress(milestone: &MilestoneSummary) -> Option<u64> {
    let all = milestone.open_issues + milestone.closed_issues;
    (milestone.closed_issues * 100).checked_div(all)
}

pub(crate) fn run(command: &MilestoneCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        MilestoneCommand::List(args) => list(args, context),
        MilestoneCommand::View(args) => view(args, context),
        MilestoneCommand::Create(args) => create(args, context),
        MilestoneCommand::Edit(args) => edit(args, context),
        MilestoneCommand::Close(args) => {
            let edit = MilestoneEdit::default().state(State::Closed);
            let words = ("close", "closed");
            change(&args.editor, &args.milestone, &edit, words, context)
        }
        MilestoneCommand::Reopen(args) => {
            let edit = MilestoneEdit::default().state(State::Open);
            let words = ("reopen", "reopened");
            change(&args.editor, &args.milestone, &edit, words, context)
        }
        MilestoneCommand::Delete(args) => delete(args, context),
    }
}

const THEN: Fields<PastRecord> = &[
    ("id", |then| json!(then.record.id().to_string())),
    ("number", |then| json!(then.record.number())),
    ("title", |then| json!(then.record.title())),
    ("description", |then| json!(then.record.description())),
    ("state", |then| {
        json!(then.record.state().map(State::as_word))
    }),
    ("due_on", |then| {
        json!(then.record.due_on().map(|at| at.to_string()))
    }),
    ("closed_at", |then| {
        json!(then.record.closed_at().map(|at| at.to_string()))
    }),
    ("unknown", |then| past::unknown(then.unknown)),
];

/// Lists the milestones as they were, by number. How many issues each had is what `burn-down` tells.
fn list_then(args: &ListArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(THEN)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    let mut milestones = match args.past.of(&snapshot) {
        Some(past) => past.milestones(&repository)?,
        None => Vec::new(),
    };
    drop(snapshot);
    milestones.retain(|then| match args.state {
        StateArg::All => true,
        StateArg::Open => then.record.state() != Some(&State::Closed),
        StateArg::Closed => then.record.state() == Some(&State::Closed),
    });
    if let Some(json) = json {
        json.array(&milestones, context.out)?;
        return Ok(Exit::DONE);
    }
    if milestones.is_empty() {
        context.note(&format!("no milestone of {repository} matches"))?;
        return Ok(Exit::DONE);
    }
    let mut table = Table::new(vec![
        Column::right("NUMBER"),
        Column::left("STATE"),
        Column::main("TITLE"),
        Column::left("DUE"),
    ]);
    for then in &milestones {
        let record = &then.record;
        let sure = |field, text: &str| past::sure(then.unknown, field, text);
        let state = record.state().map_or("open", State::as_word);
        let number = record.number().map(|number| number.to_string());
        table.row(vec![
            Cell::plain(&number.unwrap_or_default()),
            Cell::plain(&sure(Field::State, state)),
            Cell::plain(&sure(Field::Title, record.title().unwrap_or_default())),
            Cell::plain(&sure(Field::DueOn, &day(record.due_on(), &context.screen))),
        ]);
    }
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}

fn list(args: &ListArgs, context: &mut Context<'_>) -> Result<Exit> {
    if args.past.is_given() {
        return list_then(args, context);
    }
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    let list = MilestoneList {
        state: match args.state {
            StateArg::Open => StateFilter::Open,
            StateArg::Closed => StateFilter::Closed,
            StateArg::All => StateFilter::All,
        },
        sort: match args.sort {
            SortArg::DueOn => MilestoneSort::DueOn,
            SortArg::Completeness => MilestoneSort::Completeness,
        },
        direction: match args.direction {
            DirectionArg::Asc => Direction::Ascending,
            DirectionArg::Desc => Direction::Descending,
        },
    };
    let milestones = snapshot.milestones(&repository, &list)?;
    drop(snapshot);
    if let Some(json) = json {
        json.array(&milestones, context.out)?;
        return Ok(Exit::DONE);
    }
    if milestones.is_empty() {
        context.note(&format!("no milestone of {repository} matches"))?;
        return Ok(Exit::DONE);
    }
    table(&milestones, &context.screen).print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}

fn table(milestones: &[MilestoneSummary], screen: &Screen) -> Table {
    let mut table = Table::new(vec![
        Column::right("NUMBER"),
        Column::left("STATE"),
        Column::main("TITLE"),
        Column::right("OPEN"),
        Column::right("CLOSED"),
        Column::right("DONE"),
        Column::left("DUE"),
    ]);
    for milestone in milestones {
        let style = match milestone.state {
            State::Open => Style::Green,
            _ => Style::Purple,
        };
        let done = progress(milestone).map(|progress| format!("{progress}%"));
        table.row(vec![
            Cell::new(&milestone.number.to_string(), style),
            Cell::new(milestone.state.as_word(), style),
            Cell::plain(&milestone.title),
            Cell::number(milestone.open_issues),
            Cell::number(milestone.closed_issues),
            Cell::plain(&done.unwrap_or_default()),
            Cell::new(&day(milestone.due_on, screen), Style::Dim),
        ]);
    }
    table
}

/// The day on which something is due, for people; the moment, for programs.
fn day(due: Option<Timestamp>, screen: &Screen) -> String {
    let due = due.map(|due| due.to_string()).unwrap_or_default();
    match due.split_once('T') {
        Some((day, _)) if screen.is_terminal() => day.to_owned(),
        _ => due,
    }
}

fn view(args: &ViewArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    let milestone = args.milestone.find(&repository, &snapshot)?;
    drop(snapshot);
    if let Some(json) = json {
        json.object(&milestone, context.out)?;
        return Ok(Exit::DONE);
    }
    let screen = context.screen;
    let done = progress(&milestone).map(|progress| format!("{progress}%"));
    let mut pairs = vec![
        ("title", milestone.title),
        ("repository", repository.to_string()),
        ("number", milestone.number.to_string()),
        ("state", milestone.state.as_word().to_owned()),
        ("creator", milestone.creator.unwrap_or_default()),
        ("open issues", milestone.open_issues.to_string()),
        ("closed issues", milestone.closed_issues.to_string()),
        ("done", done.unwrap_or_default()),
        ("due", day(milestone.due_on, &screen)),
        ("created", screen.time(milestone.created_at)),
        ("updated", screen.time(milestone.updated_at)),
        ("closed", screen.time(milestone.closed_at)),
    ];
    pairs.retain(|(_, value)| !screen.is_terminal() || !value.is_empty());
    screen.pairs(&pairs, context.out)?;
    if let Some(description) = &milestone.description {
        let parting = if screen.is_terminal() { "" } else { "--" };
        writeln!(
            context.out,
            "{parting}\n{}",
            text::body(description.trim_end())
        )?;
    }
    Ok(Exit::DONE)
}

fn called(title: &str, number: u64, repository: &str, is_changed: bool) -> Edited {
    let what = format!("the milestone {title} ({number}) of {repository}");
    Edited::called(what, is_changed)
        .of(repository)
        .number(number)
}

fn create(args: &CreateArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(NUMBERED)?;
    let mut milestone = NewMilestone::titled(&args.title);
    if let Some(description) = &args.description {
        milestone = milestone.description(description);
    }
    if let Some(due) = args.due {
        milestone = milestone.due_on(due);
    }
    let reason = format!("create the milestone {}", args.title);
    let editor = &args.editor;
    let created = editor
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let repository = editor.repository.resolve(snapshot)?;
            let mut writer = transaction.repository(repository.as_str())?;
            let number = writer.create_milestone(milestone)?;
            Ok(called(&args.title, number, repository.as_str(), true))
        })?;
    tell(&created, json.as_ref(), "created", context)
}

fn edit(args: &EditArgs, context: &mut Context<'_>) -> Result<Exit> {
    let mut edit = MilestoneEdit::default();
    if let Some(title) = &args.title {
        edit = edit.title(title);
    }
    if let Some(description) = &args.description {
        let description = Some(description.clone());
        edit = edit.description(description.filter(|text| !text.is_empty()));
    }
    if let Some(Due(due)) = args.due {
        edit = edit.due_on(due);
    }
    if edit == MilestoneEdit::default() {
        return Err(Error::usage("there is nothing to edit")
            .hint("`backlot milestone edit --help` lists what can be changed"));
    }
    change(
        &args.editor,
        &args.milestone,
        &edit,
        ("edit", "edited"),
        context,
    )
}

fn change(
    editor: &EditorArgs,
    milestone: &MilestoneRef,
    edit: &MilestoneEdit,
    (verb, done): (&str, &str),
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(NUMBERED)?;
    let reason = format!("{verb} the milestone {}", milestone.0);
    let edited = editor
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let repository = editor.repository.resolve(snapshot)?;
            let known = milestone.find(&repository, snapshot)?;
            let mut writer: RepositoryWriter<'_> = transaction.repository(repository.as_str())?;
            let is_changed = writer.edit_milestone(known.number, edit)?;
            Ok(called(
                &known.title,
                known.number,
                repository.as_str(),
                is_changed,
            ))
        })?;
    tell(&edited, json.as_ref(), done, context)
}

fn delete(args: &DeleteArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(NUMBERED_FINAL)?;
    let editor = &args.editor;
    let snapshot = context.open_to_read()?.read()?;
    let repository = editor.repository.resolve(&snapshot)?;
    let known = args.milestone.find(&repository, &snapshot)?;
    drop(snapshot);
    let issues = text::count(known.open_issues + known.closed_issues, "issue", "issues");
    let mut deleted = called(&known.title, known.number, repository.as_str(), true);
    deleted.is_dry_run = args.sure.dry_run;
    deleted.what = format!("{}, from {issues}", deleted.what);
    args.sure
        .ask(&format!("deleting {}", deleted.what), context)?;
    let reason = format!("delete the milestone {}", known.title);
    (editor.actor).try_out(args.sure.dry_run, reason, context, |_, transaction| {
        let mut writer = transaction.repository(repository.as_str())?;
        Ok(writer.delete_milestone(known.number)?)
    })?;
    tell(&deleted, json.as_ref(), "deleted", context)
}
