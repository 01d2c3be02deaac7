//! The attachments that lie in a folder beside the store, on their way into an archive again.

use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind as ErrorKindOfIo, Read as _};
use std::path::Path;

use backlot_model::{Digest, Loss, LossKind, RecordKind};

use super::convert::Object;
use super::{Migration, Type};
use crate::attachments::{INDEX, is_safe};
use backlot_forge::Error;
use backlot_forge::output::Output;

/// What an archive's addresses of its own files begin with.
const ROOT: &str = "tarball://root/attachments/";
/// How much of a file is copied at once.
const BUFFER: usize = 64 * 1024;

impl Migration {
    /// Writes the attachments of the repository that lie in a folder.
    pub(super) fn attachments(&mut self, folder: &Path, output: &mut Output) -> Result<(), Error> {
        let index = folder.join(INDEX);
        let named = |error: std::io::Error| Error::from(error).in_file(index.to_string_lossy());
        let file = match File::open(&index) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKindOfIo::NotFound => return Ok(()),
            Err(error) => return Err(named(error)),
        };
        for line in BufReader::new(file).lines() {
            let line = line.map_err(named)?;
            if !line.starts_with('{')
                || serde_json::from_str::<&serde_json::value::RawValue>(&line).is_err()
            {
                continue;
            }
            let record = Object(&line);
            let Some((kind, subject)) = self.subject(record) else {
                continue;
            };
            self.pages.put(Type::Attachments, &line, output)?;
            let below = record
                .text("asset_url")
                .and_then(|url| Some(url.strip_prefix(ROOT)?.to_owned()));
            let is_copied = match below.filter(|below| is_safe(below)) {
                Some(below) => copy(
                    &folder.join(&below),
                    &format!("attachments/{below}"),
                    output,
                )?,
                None => false,
            };
            if !is_copied {
                output.noted.push(Loss {
                    kind: LossKind::Dropped,
                    record_kind: kind,
                    record: subject,
                    field: "attachment".to_owned(),
                    reason: "the file is not in the folder of attachments".to_owned(),
                    value: Some(Digest::of(line.as_bytes())),
                });
            }
        }
        Ok(())
    }

    /// What an attachment is to, if that is in the repository.
    fn subject(&self, record: Object<'_>) -> Option<(RecordKind, String)> {
        let page = self.repository_page() + "/";
        let subjects = [
            ("issue_comment", RecordKind::Comment),
            ("issue", RecordKind::Issue),
            ("pull_request", RecordKind::Issue),
        ];
        subjects.into_iter().find_map(|(key, kind)| {
            let url = record.text(key)?;
            url.starts_with(&page).then_some((kind, url))
        })
    }
}

/// Copies a file; false when there is none.
fn copy(from: &Path, to: &str, output: &mut Output) -> Result<bool, Error> {
    let named = |error: std::io::Error| Error::from(error).in_file(from.to_string_lossy());
    match std::fs::symlink_metadata(from) {
        Ok(metadata) if metadata.is_file() => {}
        _ => return Ok(false),
    }
    let mut source = File::open(from).map_err(named)?;
    let mut file = match output.append_new(to, BUFFER)? {
        Some(file) => file,
        // Two records can name one file.
        None => return Ok(true),
    };
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = source.read(&mut buffer).map_err(named)?;
        if count == 0 {
            break;
        }
        file.put(&buffer[..count])?;
    }
    file.close()?;
    output.summary.files += 1;
    let folder = "attachments/".to_owned();
    *output.summary.objects_by_file.entry(folder).or_default() += 1;
    Ok(true)
}
