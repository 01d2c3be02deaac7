//! A backlog from one forge's JSON into another's, and exactly what is lost on the way.
//!
//! A [`Conversion`] reads the source into a store of its own, writes the target from that, and then measures:
//! it reads back what it wrote, turns back what a mapping did, and compares the two stores record by record, as
//! the source's own JSON. Every difference is a line of the report of losses, and nothing else is. The
//! [`Report`] also says how many records of each kind went over whole.
//!
//! ```no_run
//! use backlot_convert::{Conversion, Forge, GithubTarget, Target};
//! use backlot_github::{Layout, Limits, Source};
//!
//! let target = GithubTarget { layout: Layout::ImportApi, ..GithubTarget::default() };
//! let conversion = Conversion::new(Forge::GitHub, Target::GitHub(target));
//! let source = Source::open("octo-hello.tar.zst".as_ref(), Limits::default())?;
//! let report = conversion.convert(source, Some("out".as_ref()), &mut |_| {})?;
//! for (kind, fate) in &report.fates {
//!     println!("{}: {} of {} whole", kind.plural(), fate.whole, fate.records);
//! }
//! # Ok::<(), backlot_convert::Error>(())
//! ```
#![forbid(unsafe_code)]

mod addresses;
mod confidential;
mod conversion;
mod error;
mod forge;
mod labels;
mod measure;
mod outward;
mod reasons;
mod repository;
mod target;

pub use backlot_forge::output::{LossGroup, WriteSummary};
pub use conversion::{Conversion, Report, Stage};
pub use error::Error;
pub use forge::{Forge, UnknownForge};
pub use measure::Fate;
pub use target::{GitcodeTarget, GithubTarget, Pulls, Target};
