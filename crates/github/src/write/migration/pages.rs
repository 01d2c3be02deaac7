//! The files of an archive: lists of at most a hundred records.

use std::collections::BTreeMap;

use crate::read::migration::Type;
use backlot_forge::Error;
use backlot_forge::output::{OpenFile, Output};

/// How many records a file has at most.
const PAGE: u64 = 100;
/// How much of a file is written at once.
const BUFFER: usize = 64 * 1024;

/// The files that are being written, one for each type.
#[derive(Default)]
pub(super) struct Pages(BTreeMap<Type, Page>);

struct Page {
    count: u64,
    file: Option<OpenFile>,
}

impl Pages {
    /// Puts a record into the file of its type.
    pub(super) fn put(
        &mut self,
        kind: Type,
        record: &str,
        output: &mut Output,
    ) -> Result<(), Error> {
        let page = self.0.entry(kind).or_insert(Page {
            count: 0,
            file: None,
        });
        if page.count.is_multiple_of(PAGE) {
            close(page.file.take())?;
        }
        let (file, before) = match &mut page.file {
            Some(file) => (file, ",\n"),
            None => {
                let name = format!("{}_{:06}.json", kind.stem(), page.count / PAGE + 1);
                output.summary.files += 1;
                (page.file.insert(output.append(&name, BUFFER)?), "[\n")
            }
        };
        file.put(before.as_bytes())?;
        file.put(record.as_bytes())?;
        page.count += 1;
        let shown = format!("{}_*.json", kind.stem());
        *output.summary.objects_by_file.entry(shown).or_default() += 1;
        Ok(())
    }

    /// Ends all files.
    pub(super) fn close(&mut self) -> Result<(), Error> {
        std::mem::take(&mut self.0)
            .into_values()
            .try_for_each(|page| close(page.file))
    }
}

fn close(file: Option<OpenFile>) -> Result<(), Error> {
    match file {
        Some(mut file) => {
            file.put(b"\n]\n")?;
            file.close()
        }
        None => Ok(()),
    }
}
