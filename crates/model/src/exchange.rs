//! The contract between the store and the forges: what a reader hands in, what a writer is handed.

use std::fmt;
use std::sync::Arc;

use crate::change::Change;
use crate::event::{ForeignId, View};
use crate::id::{Digest, RecordId, ViewId};
use crate::kind::RecordKind;
use crate::record::Record;
use crate::time::Timestamp;
use crate::word::UserKind;

/// Where in an input something stands.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Place {
    /// The file, with the archive before it where it lies in one.
    pub file: Arc<str>,
    /// The line, from 1; 0 when unknown.
    pub line: u64,
    /// The path inside the object, such as `$.user.login`; empty for the whole.
    pub path: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file.escape_debug().to_string())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.path.is_empty() {
            write!(f, ": {}", self.path.escape_debug())?;
        }
        Ok(())
    }
}

/// A repository that an input names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRepository {
    /// The host of the forge, such as `github.com`.
    pub host: String,
    /// The `owner/name` at the forge.
    pub name: String,
    /// Whether it is the one that most objects of the input name.
    pub is_main: bool,
    /// The forge, by the number that the views of its records give it.
    pub forge: u8,
    /// Whether the forge numbers issues and pull requests apart from each other.
    pub separate_numbers: bool,
}

/// A whole object that a source states: it is compared with what the source said last.
#[derive(Clone, Debug, PartialEq)]
pub struct IncomingRecord {
    /// Where it stood.
    pub place: Place,
    /// The repository it belongs to, by its place in the order in which the reader named them.
    pub repository: u32,
    /// What it is.
    pub kind: RecordKind,
    /// The form it came in.
    pub view: View,
    /// The forge's name for it.
    pub id: ForeignId,
    /// Every value that it states; a `Clear` states that there is none. References are names of
    /// embedded objects that the reader has handed in before.
    pub changes: Vec<Change<String, ViewId>>,
    /// What it says beyond those values.
    pub overlay: Vec<u8>,
    /// What it says about other records by the names that the forge gives them.
    pub links: Vec<Link>,
    /// Its place in a list whose order counts, such as a timeline, from 0.
    pub position: Option<u64>,
    /// Whether the overlay holds anything but which keys were there.
    pub has_extras: bool,
}

/// What a record says about another one that it only names. The store finds that one: at once, or when it
/// arrives, in this import or in a later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// The organisation or the person that a project belongs to.
    Owner {
        /// The host of the forge.
        host: Arc<str>,
        /// The login.
        login: String,
        /// Which of the two it is.
        kind: UserKind,
    },
    /// The project that a column is on, or the column that a card is in, by the forge's number. Columns of a
    /// project and cards of a column stand there in the order in which the reader hands them in.
    Container(u64),
    /// The issue that a card shows.
    Issue {
        /// The host of the forge.
        host: Arc<str>,
        /// The `owner/name` of its repository at the forge.
        repository: String,
        /// The number.
        number: u64,
    },
}

/// An object inside another one: a user, a label, a milestone. It is news only the first time it is
/// seen in its exact form, so that the same input twice is the same as once.
#[derive(Clone, Debug, PartialEq)]
pub struct IncomingEmbedded {
    /// The hash of `bytes`.
    pub id: ViewId,
    /// The whole object in the forge crate's encoding.
    pub bytes: Vec<u8>,
    /// The record that the object depicts; none for one that is only kept.
    pub depicts: Option<Depicted>,
}

/// The record that an embedded object depicts.
#[derive(Clone, Debug, PartialEq)]
pub struct Depicted {
    /// The repository it belongs to; none for a user.
    pub repository: Option<u32>,
    /// The host of the forge.
    pub host: Arc<str>,
    /// What it is.
    pub kind: RecordKind,
    /// The form, which its own list would give too.
    pub view: View,
    /// The forge's number for it, if the object says so.
    pub id: Option<u64>,
    /// The number of [`RecordId::minted_number`] that the object would show if an export had made it; none where it
    /// has a number of its own, which would be that one.
    pub minted: Option<u64>,
    /// The login, name or title, which tells it apart where there is no number.
    pub name: String,
    /// Every value that it states.
    pub changes: Vec<Change<String, ViewId>>,
}

/// An object, or a part of one, that could not be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Where it stood.
    pub place: Place,
    /// Why it could not be kept.
    pub reason: String,
    /// Whether everything was kept, and only the part at `place` was not understood. A value that was dropped was not
    /// kept, though the rest of its object was.
    pub kept: bool,
}

/// One thing that a reader hands to the store.
#[derive(Clone, Debug, PartialEq)]
pub enum Incoming {
    /// The next repository, counted from 0; it comes before the first object that names it.
    Repository(SourceRepository),
    /// An object inside another one; it comes before the first object that refers to it.
    Embedded(Box<IncomingEmbedded>),
    /// A whole object.
    Record(Box<IncomingRecord>),
    /// An object, or a part of one, that could not be kept.
    Skipped(Box<Skipped>),
}

/// A record on its way out, in one of the forms in which its source stated it. Its number, and that of its
/// issue, are those by which the forge of the export calls them.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// What is true now.
    pub record: Arc<Record>,
    /// What the source said last, where that is something else.
    pub base: Option<Arc<Record>>,
    /// The form, the forge's name and the overlay; none for a record that was born here.
    pub stated: Option<(View, ForeignId, Vec<u8>)>,
    /// The number of the issue that it belongs to, if it belongs to one.
    pub parent_number: Option<u64>,
    /// The form in which the pass wants it, where no source stated it in any.
    pub wanted: Option<View>,
    /// The other record that an event which happened here was about: a label, a milestone, an issue or a card.
    pub about: Option<RecordId>,
    /// The forms in which forges stated it that are not the one of the export.
    pub elsewhere: Vec<Elsewhere>,
    /// The number that it has in the store, where it goes out under another one because the export's forge has
    /// given that to another record.
    pub own_number: Option<u64>,
    /// Whether the export's forge has named it, so that it stands there also where its own object never came:
    /// a repository.
    pub is_named: bool,
}

impl Outgoing {
    /// Whether only other forges know it, so that it does not stand where its values say.
    pub fn is_from_elsewhere(&self) -> bool {
        self.stated.is_none() && !self.elsewhere.is_empty() && !self.is_named
    }
}

/// A form in which another forge stated a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The form.
    pub view: View,
    /// Whether it says more than the record's values. None of that goes out to any other forge.
    pub has_extras: bool,
}

/// In which order a pass over the records hands them out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PassOrder {
    /// The repository itself.
    Repository,
    /// By name, without regard to case.
    Name,
    /// By number.
    Number,
    /// By the moment of creation, then by the forge's number. Events that happened here come after those that
    /// are records, issue by issue, so that nobody has to hold them all.
    Moment,
    /// What belongs to each issue, issue by issue in the order of their numbers; inside one, by position
    /// where the source gave one, else by moment. What was made or done here stands before the first of
    /// these that is of a later moment. Then comment by comment what happened to each of these, and last what
    /// belongs to no known issue.
    Issue,
    /// Each issue in the order of their numbers, and after it what belongs to it: kind by kind in the order
    /// in which the kinds are wanted, inside a kind by moment, and right after a comment the reactions to it and
    /// what happened to it.
    Thread,
    /// Board by board: projects by the moment of creation, their columns and the cards of these as they
    /// stand. Boards of organisations and people come along that came with the repository, that belong to
    /// its owner, or that show one of its issues. What stands nowhere comes last.
    Board,
    /// What belongs to no known issue, by moment: what [`PassOrder::Thread`] leaves out.
    Loose,
}

/// A kind of record that a pass wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The kind.
    pub kind: RecordKind,
    /// In which forms; of a record that was stated in several, the first of them.
    pub views: Vec<View>,
}

/// One pass over a repository's records, as a writer wants them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Which records.
    pub wanted: Vec<Wanted>,
    /// The order.
    pub order: PassOrder,
    /// Whether records come along that no pass of the same export has a form of: those that were made here,
    /// and those that came from elsewhere.
    ///
    /// Such events, and such comments in the order [`PassOrder::Issue`] beside events, come in the forms in which
    /// a source gave the repository's other events; where it gave none, in every form but a list of the whole
    /// repository ([`PassOrder::Moment`]). A reference from another issue, which forges tell in one form alone,
    /// comes in every form but that list.
    pub includes_unstated: bool,
}

impl Pass {
    /// The forms in which records of a kind are wanted; none when they are not.
    pub fn views(&self, kind: RecordKind) -> Option<&[View]> {
        let wanted = self.wanted.iter().find(|wanted| wanted.kind == kind)?;
        Some(&wanted.views)
    }
}

/// What a writer may ask while records stream out.
pub trait Lookup {
    /// What can go wrong.
    type Error;

    /// An embedded object's bytes.
    fn embedded(&mut self, id: ViewId) -> Result<Option<Arc<[u8]>>, Self::Error>;

    /// A record as it is now, and what its source said last where that is something else. Forms are those of the
    /// export's forge alone.
    fn record(&mut self, id: RecordId) -> Result<Option<Arc<Outgoing>>, Self::Error>;

    /// A record in one of the forms in which its source stated it; none where it was not stated so.
    fn stated(&mut self, id: RecordId, view: View) -> Result<Option<Outgoing>, Self::Error>;

    /// Whether names or texts go out otherwise than they are kept, so that what is kept in the forge's own
    /// words has to be looked through.
    fn maps(&self) -> bool {
        false
    }

    /// The name of a user, a label or a milestone on its way out, where that is another one.
    fn new_name(&mut self, _kind: RecordKind, _name: &str) -> Option<String> {
        None
    }

    /// What a Markdown text says on its way out, where that is something else.
    fn new_text(&mut self, _text: &str) -> Option<String> {
        None
    }

    /// The user of a login, if one is known; one who is known only here first.
    fn user(&mut self, login: &str) -> Result<Option<Arc<Outgoing>>, Self::Error> {
        let _ = login;
        Ok(None)
    }

    /// What is counted of a record: of a milestone and of a repository the issues, of issues and comments what
    /// follows from what was made or edited here.
    fn tallies(&mut self, of: &Outgoing) -> Result<Tallies, Self::Error> {
        let _ = of;
        Ok(Tallies::default())
    }
}

/// What a store counts of a record, and what its log tells of it, beside the record's values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tallies {
    /// How many issues of a milestone or a repository are open.
    pub open_issues: u64,
    /// How many issues of a milestone or a repository are closed.
    pub closed_issues: u64,
    /// The comment that is pinned to an issue.
    pub pinned_comment: Option<RecordId>,
    /// Whether comments of an issue were pinned or unpinned here, so that its source no longer says which
    /// one is pinned.
    pub pinned_here: bool,
    /// When a comment was pinned here, and by whom.
    pub pinned: Option<(Timestamp, Option<RecordId>)>,
}

/// How a record or a field fared on its way into a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LossKind {
    /// The format demands a value that is not known; one was made up.
    Minted,
    /// The format has no place for the value.
    Dropped,
    /// The value is given in another form than it had.
    Altered,
    /// The value is given as it is, and who the format is for will not take it.
    Refused,
}

impl LossKind {
    /// The word by which reports name the kind.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minted => "minted",
            Self::Dropped => "dropped",
            Self::Altered => "altered",
            Self::Refused => "refused",
        }
    }
}

/// One thing that a target format could not hold as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What befell it.
    pub kind: LossKind,
    /// What the record is.
    pub record_kind: RecordKind,
    /// The record, as its forge names it: a URL where there is one.
    pub record: String,
    /// The key in the target format.
    pub field: String,
    /// Why.
    pub reason: String,
    /// The digest of the value that was lost, as bytes of UTF-8 or of JSON, where there was one: two reports
    /// can be compared by it, and it gives nothing away.
    pub value: Option<Digest>,
}
