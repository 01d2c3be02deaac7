//! What the exports of all forges share: the folder, the way of the records into it, and what cannot be taken over.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use backlot_core::Snapshot;
use backlot_github::{WriteError, WriteSummary};
use backlot_model::{
    Lookup, Loss, LossKind, Mapper, Mapping, Outgoing, Pass, RecordKind, RepositoryName,
};

use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::progress::Progress;

pub(super) const LOSSES: &str = "\
Losses are what the layout could not take over as it is:
  minted   a value that the format demands and nobody knows was made up, such as the id of an
           issue that was made here
  altered  a value is written in another form than it has
  dropped  a value is not written, as the format has no place for it
  refused  a value is written, and FORGE will not take it, such as a text that is too long
The file losses.ndjson in the folder names each on a line of its own: kind, record_kind, record,
field, reason, and the digest of the value. It is always written; where nothing was lost it is empty.";

/// The long help of an export: its examples and layouts, and what losses are.
pub(super) fn long_help(examples: &str, layouts: &str, forge: &str) -> String {
    let losses = LOSSES.replace("FORGE", forge);
    format!("{examples}\n\n{layouts}\n\n{losses}")
}

/// A host as it stands in addresses, perhaps with a port.
pub(super) fn host_parser(text: &str) -> std::result::Result<String, String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':');
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    match text.len() < 100 && begins && text.bytes().all(plain) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("give a host such as git.example.org, without https:// and path".to_owned()),
    }
}

/// A name with an owner, as repositories have at a forge.
pub(super) fn name_parser(text: &str) -> std::result::Result<String, String> {
    let plain = |part: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        !matches!(part, "" | "." | "..") && part.bytes().all(fits)
    };
    match text.split_once('/') {
        Some((owner, name)) if plain(owner) && plain(name) => Ok(text.to_owned()),
        _ => Err("give an owner and a name, such as octo/hello".to_owned()),
    }
}

/// Refuses a folder that holds something. The writer makes it, once all of the export is written.
pub(super) fn check_folder(path: &Path) -> Result<()> {
    match path.read_dir().map(|mut entries| entries.next()) {
        Ok(None) => Ok(()),
        Ok(Some(_)) => {
            let full = format!("the folder {} is not empty", path.display());
            Err(Error::usage(full).hint("give `--out` a new or an empty folder"))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => {
            let unusable = format!("cannot write into {}", path.display());
            Err(Error::new(Kind::Usage, unusable).caused_by(&error))
        }
    }
}

/// Whether a host is one of GitCode's. Every other one is taken to be GitHub's, which runs at hosts of any name.
pub(super) fn is_gitcodes(host: &str) -> bool {
    ["gitcode.com", "atomgit.com"].contains(&host.trim_start_matches("api."))
}

/// Says so where another place was asked for and the repository came from the same forge: it keeps the one that it has
/// there.
pub(super) fn warn_of_place(
    snapshot: &Snapshot,
    repository: &RepositoryName,
    (host, name): (Option<&str>, Option<&str>),
    is_own: impl Fn(&str) -> bool,
    context: &mut Context<'_>,
) -> Result<()> {
    let known = snapshot.repository(repository)?;
    let foreign = known.and_then(|known| known.foreign);
    let Some((own_host, _)) = foreign.filter(|(host, _)| is_own(host)) else {
        return Ok(());
    };
    let given = [("--host", host), ("--as", name)];
    let given: Vec<String> = given
        .iter()
        .filter(|(_, value)| value.is_some())
        .map(|(option, _)| format!("`{option}`"))
        .collect();
    if given.is_empty() {
        return Ok(());
    }
    context.warn(&format!(
        "warning: {} left out: {repository} came from {own_host} and keeps its place there",
        given.join(" and ")
    ))
}

/// What writes the objects of a forge into a folder.
pub(super) trait ForgeWriter {
    /// The passes over a repository's records that it wants.
    fn passes(&self) -> Vec<Pass>;

    /// Writes one record in one form.
    fn write<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> std::result::Result<(), WriteError<L::Error>>;

    /// Notes a loss that it did not see itself.
    fn loss(&mut self, loss: Loss) -> Result<()>;

    /// Ends the export.
    fn finish(self) -> Result<WriteSummary>;
}

macro_rules! forge_writers {
    ($($writer:ty),+) => {
        $(impl ForgeWriter for $writer {
            fn passes(&self) -> Vec<Pass> {
                self.passes()
            }

            fn write<L: Lookup>(
                &mut self,
                outgoing: &Outgoing,
                lookup: &mut L,
            ) -> std::result::Result<(), WriteError<L::Error>> {
                self.write(outgoing, lookup)
            }

            fn loss(&mut self, loss: Loss) -> Result<()> {
                Ok(self.loss(loss)?)
            }

            fn finish(self) -> Result<WriteSummary> {
                Ok(self.finish()?)
            }
        })+
    };
}

forge_writers!(backlot_github::Writer, backlot_gitcode::Writer);

/// Writes a repository, under other names where a mapping says so, and notes what has no place at the forge.
pub(super) fn write(
    (snapshot, repository): (&Snapshot, &RepositoryName),
    mapping: Option<&Mapping>,
    forge: &str,
    is_quiet: bool,
    mut writer: impl ForgeWriter,
) -> Result<WriteSummary> {
    let written = Arc::new(AtomicU64::new(0));
    let progress = Progress::of_objects(Arc::clone(&written), is_quiet);
    progress.stage("exporting");
    let passes = writer.passes();
    let mut mapper = mapping.map(|mapping| Mapper::new(mapping, Some(repository.clone())));
    snapshot.export(repository, &passes, &mut |outgoing, lookup| -> Result<()> {
        written.fetch_add(1, Ordering::Relaxed);
        let Some(mapper) = &mut mapper else {
            return Ok(writer.write(outgoing, lookup)?);
        };
        if let Some(mapped) = mapper.outgoing(outgoing, lookup)? {
            writer.write(&mapped, &mut mapper.lookup(lookup))?;
        }
        for loss in mapper.take_losses() {
            writer.loss(loss)?;
        }
        Ok(())
    })?;
    snapshot.left_out(repository, &passes, &mut |kind, name| -> Result<()> {
        writer.loss(Loss {
            kind: LossKind::Dropped,
            record_kind: kind,
            record: format!("{repository} {} {name}", kind.name()),
            field: String::new(),
            reason: "what was made here has no file of its own in this layout yet".to_owned(),
            value: None,
        })
    })?;
    snapshot.untold_events(repository, &mut |number, kind, _| -> Result<()> {
        writer.loss(Loss {
            kind: LossKind::Dropped,
            record_kind: RecordKind::HistoryEvent,
            record: format!("{repository}#{number}"),
            field: kind.to_owned(),
            reason: format!("{forge} has no event for what was changed"),
            value: None,
        })
    })?;
    writer.finish()
}
