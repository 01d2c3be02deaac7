//! Reading beside a writer: the engine lets no other process open a file that is being written to, so
//! what was last committed is copied aside and read there.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::Duration;

/// The part of the file that every commit changes: the engine's head and its two commit slots.
const HEAD: usize = 320;
/// How often the copy is begun anew because a commit ended meanwhile, and the pause before each.
const ATTEMPTS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(10);

/// A copy of the file as its last commit left it, in a file without a name; none when commits came too
/// fast for it.
///
/// A transaction writes only to pages that the last commit does not use, and ends by writing the head.
/// So a copy is whole when the head was the same before and after.
pub(super) fn copy_aside(path: &Path) -> io::Result<Option<File>> {
    let mut source = File::open(path)?;
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            std::thread::sleep(PAUSE);
        }
        let before = head(&mut source)?;
        // Beside the store, where the file system may share the blocks of both; else where there is room.
        let mut copy = tempfile::tempfile_in(folder.unwrap_or(Path::new(".")))
            .or_else(|_| tempfile::tempfile())?;
        source.seek(SeekFrom::Start(0))?;
        io::copy(&mut source, &mut copy)?;
        if head(&mut source)? == before {
            copy.seek(SeekFrom::Start(0))?;
            return Ok(Some(copy));
        }
    }
    Ok(None)
}

fn head(file: &mut File) -> io::Result<[u8; HEAD]> {
    let mut bytes = [0; HEAD];
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
