//! The files of a layout that has one for each form: an object to a line, or pages.

use rustc_hash::FxHashMap;

use crate::Error;
use crate::output::{OpenFile, Output};

/// How much is written at once.
const BUFFER: usize = 256 * 1024;
/// The same for one of many small files.
const SMALL_BUFFER: usize = 8 * 1024;
/// How many objects the forges put on a page at most.
const PAGE: u64 = 100;
/// What a list ends with.
const END_OF_LIST: &[u8] = b"\n]\n";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// One object and no list.
    Single,
    /// A list, one of few.
    List,
    /// A list, one of as many as there are issues: what it holds is not remembered.
    OneOfMany,
}

/// Files by their names without the ends, of which one is open at a time.
#[derive(Default)]
pub struct Files {
    pages: bool,
    open: Option<Open>,
    /// How many objects each file, or row of pages, has so far, but for those of which there are many.
    counts: FxHashMap<String, u64>,
}

/// The file that is being written.
struct Open {
    stem: String,
    file: OpenFile,
    kind: File,
    in_list: bool,
}

impl Files {
    /// No file yet; lists are split into pages of a hundred where that is wanted.
    pub fn new(pages: bool) -> Self {
        Self {
            pages,
            ..Self::default()
        }
    }

    /// Whether a file of this name has something in it, but for those of which there are many.
    pub fn has(&self, stem: &str) -> bool {
        self.counts.contains_key(stem)
    }

    /// Puts an object into a file, which is begun if it is new.
    ///
    /// # Errors
    ///
    /// When the operating system refuses to write.
    pub fn put(
        &mut self,
        stem: &str,
        kind: File,
        object: &[u8],
        output: &mut Output,
    ) -> Result<(), Error> {
        if self.open.as_ref().is_none_or(|open| open.stem != stem) {
            self.close()?;
        }
        let count = self.counts.get(stem).copied().unwrap_or(0);
        let paged = self.pages && kind != File::Single;
        let in_folder = stem.contains('/');
        if paged && !in_folder && count % PAGE == 0 {
            self.close()?;
        }
        if self.open.is_none() {
            self.begin(stem, kind, count, output)?;
        }
        if let Some(open) = &mut self.open {
            let begun = std::mem::replace(&mut open.in_list, true);
            let before: &[u8] = match (paged, begun) {
                (true, true) => b",\n",
                (true, false) => b"[\n",
                (false, _) => b"",
            };
            open.file.put(before)?;
            open.file.put(object)?;
            open.file.put(if paged { b"" } else { b"\n" })?;
        }
        let file = match (stem.rsplit_once('/'), kind, paged) {
            (Some((folder, _)), ..) => format!("{folder}/"),
            (None, File::Single, _) => format!("{stem}.json"),
            (None, _, true) => format!("{stem}.*.json"),
            (None, _, false) => format!("{stem}.ndjson"),
        };
        *output.summary.objects_by_file.entry(file).or_default() += 1;
        if kind != File::OneOfMany {
            self.counts.insert(stem.to_owned(), count + 1);
        }
        Ok(())
    }

    fn begin(
        &mut self,
        stem: &str,
        kind: File,
        count: u64,
        output: &mut Output,
    ) -> Result<(), Error> {
        let paged = self.pages && kind != File::Single;
        let in_folder = stem.contains('/');
        let name = match (kind, paged, in_folder) {
            (File::Single, ..) => format!("{stem}.json"),
            (_, true, true) => format!("{stem}.json"),
            (_, true, false) => format!("{stem}.{}.json", count / PAGE + 1),
            (_, false, _) => format!("{stem}.ndjson"),
        };
        let buffer = if in_folder { SMALL_BUFFER } else { BUFFER };
        let mut file = output.append(&name, buffer)?;
        let is_new = file.length == 0;
        if is_new {
            output.summary.files += 1;
        }
        if paged && !is_new {
            // The list goes on that was ended when the file was left.
            file.cut(END_OF_LIST.len() as u64)?;
        }
        self.open = Some(Open {
            stem: stem.to_owned(),
            file,
            kind,
            in_list: paged && !is_new,
        });
        Ok(())
    }

    /// Ends the file that is open.
    ///
    /// # Errors
    ///
    /// When the operating system refuses to write.
    pub fn close(&mut self) -> Result<(), Error> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        if self.pages && open.kind != File::Single {
            open.file.put(END_OF_LIST)?;
        }
        open.file.close()
    }
}
