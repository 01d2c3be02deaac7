//! The command line of `backlot project card`.

use clap::{Args, Subcommand};

use super::reference::{OwnerArgs, ProjectRef};
use crate::commands::issue::body::BodyArgs;
use crate::commands::issue::reference::IssueRef;
use crate::repository::ActorArgs;
use crate::sure::SureArgs;

/// Add, write, move, archive and delete the cards of a board
///
/// A card is named by the issue that it shows, or by its id, which `backlot project view` shows.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot project card add 1 'To do' 12
  backlot project card note 1 'To do' --body 'Ask the harbour'
  backlot project card move 1 12 --column Done --top")]
pub(crate) enum CardCommand {
    Add(AddArgs),
    Note(NoteArgs),
    Edit(EditArgs),
    Move(MoveArgs),
    Archive(ArchiveArgs),
    Unarchive(UnarchiveArgs),
    Convert(ConvertArgs),
    Delete(DeleteArgs),
}

/// A board, and who edits it.
#[derive(Args, Debug)]
pub(super) struct BoardArgs {
    /// The number of the board, or its id
    #[arg(value_name = "PROJECT")]
    pub(super) project: ProjectRef,

    #[command(flatten)]
    pub(super) owner: OwnerArgs,

    #[command(flatten)]
    pub(super) actor: ActorArgs,
}

/// Put an issue or a pull request on top of a column
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project card add 1 'To do' 12
  backlot project card add 1 'To do' octo/other#3 --org octo")]
pub(crate) struct AddArgs {
    #[command(flatten)]
    pub(super) board: BoardArgs,

    /// The column: its name, its place from 1, or its id
    #[arg(value_name = "COLUMN")]
    pub(super) column: String,

    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    pub(super) issue: IssueRef,
}

/// Put a note on top of a column
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project card note 1 'To do' --body 'Ask the harbour'")]
pub(crate) struct NoteArgs {
    #[command(flatten)]
    pub(super) board: BoardArgs,

    /// The column: its name, its place from 1, or its id
    #[arg(value_name = "COLUMN")]
    pub(super) column: String,

    #[command(flatten)]
    pub(super) body: BodyArgs,
}

/// Write another note
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project card edit 1 01JC3Z8T0V7R9KX2M4N6P8Q0AB --body 'Ask the lighthouse'")]
pub(crate) struct EditArgs {
    #[command(flatten)]
    pub(super) board: BoardArgs,

    /// The card: its id
    #[arg(value_name = "CARD")]
    pub(super) card: String,

    #[command(flatten)]
    pub(super) body: BodyArgs,
}

/// Move a card in its column, or into another one
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project card move 1 12 --column Done
  backlot project card move 1 12 --bottom
  backlot project card move 1 12 --after 14")]
pub(crate) struct MoveArgs {
    #[command(flatten)]
    pub(super) board: BoardArgs,

    /// The card: the issue that it shows, or its id
    #[arg(value_name = "CARD")]
    pub(super) card: String,

    /// Into this column: its name, its place from 1, or its id
    #[arg(short, long, value_name = "COLUMN")]
    pub(super) column: Option<String>,

    #[command(flatten)]
    pub(super) place: PlaceArgs,
}

#[derive(Args, Debug)]
#[group(multiple = false)]
pub(super) struct PlaceArgs {
    /// Above all others, which is the default
    #[arg(long)]
    pub(super) top: bool,

    /// Below all others
    #[arg(long)]
    pub(super) bottom: bool,

    /// Right below this one
    #[arg(long, value_name = "CARD")]
    pub(super) after: Option<String>,
}

/// Archive a card
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project card archive 1 12")]
pub(crate) struct ArchiveArgs {
    #[command(flatten)]
    pub(super) board: BoardArgs,

    /// The card: the issue that it shows, or its id
    #[arg(value_name = "CARD")]
    pub(super) card: String,
}

/// Take an archived card back
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project card unarchive 1 12")]
pub(crate) struct UnarchiveArgs {
    #[command(flatten)]
    pub(super) board: BoardArgs,

    /// The card: the issue that it shows, or its id
    #[arg(value_name = "CARD")]
    pub(super) card: String,
}

/// Make an issue of a note, which the card then shows
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project card convert 1 01JC3Z8T0V7R9KX2M4N6P8Q0AB
  backlot project card convert 1 01JC3Z8T0V7R9KX2M4N6P8Q0AB --body 'Details'")]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    pub(super) board: BoardArgs,

    /// The card: its id
    #[arg(value_name = "CARD")]
    pub(super) card: String,

    #[command(flatten)]
    pub(super) body: BodyArgs,
}

/// Delete a card; the issue that it shows stays
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project card delete 1 12            asks first
  backlot project card delete 1 12 --yes")]
pub(crate) struct DeleteArgs {
    #[command(flatten)]
    pub(super) board: BoardArgs,

    /// The card: the issue that it shows, or its id
    #[arg(value_name = "CARD")]
    pub(super) card: String,

    #[command(flatten)]
    pub(super) sure: SureArgs,
}
