//! What the benchmarks run on: real data where there is some, else the bundled sample many times over.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// A backlog as uncompressed NDJSON in a folder of its own.
pub(crate) struct Data {
    pub(crate) name: &'static str,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) repository: String,
    pub(crate) label: &'static str,
    /// A label that many issues bear, and one that few do.
    pub(crate) labels: [&'static str; 2],
    /// The number of an issue with many comments.
    pub(crate) number: u64,
    pub(crate) issues: usize,
    pub(crate) comments: usize,
    pub(crate) bytes: usize,
}

impl Data {
    #[expect(
        clippy::disallowed_methods,
        reason = "a benchmark is told by its environment where data is"
    )]
    pub(crate) fn prepare() -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let real =
            std::env::var("BACKLOT_DATA").map(|data| Path::new(&data).join("github/rust-early"));
        let (name, repository, label, labels, number) = match real {
            Ok(real) if real.is_dir() => {
                for file in ["issues.ndjson", "comments.ndjson"] {
                    let packed = fs::File::open(real.join(format!("{file}.zst")))?;
                    zstd::stream::copy_decode(packed, fs::File::create(folder.path().join(file))?)?;
                }
                (
                    "rust-early",
                    "rust-lang/rust",
                    "C-bug",
                    ["E-easy", "E-hard"],
                    4819,
                )
            }
            _ => {
                repeat_sample(folder.path())?;
                (
                    "the sample, 200 times",
                    "copy-1/kelp",
                    "bug",
                    ["bug", "help wanted"],
                    1,
                )
            }
        };
        let count = |file: &str| -> Result<(usize, usize), std::io::Error> {
            let bytes = fs::read(folder.path().join(file))?;
            Ok((
                bytes.iter().filter(|byte| **byte == b'\n').count(),
                bytes.len(),
            ))
        };
        let (issues, issue_bytes) = count("issues.ndjson")?;
        let (comments, comment_bytes) = count("comments.ndjson")?;
        Ok(Self {
            name,
            folder,
            repository: repository.to_owned(),
            label,
            labels,
            number,
            issues,
            comments,
            bytes: issue_bytes + comment_bytes,
        })
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Two hundred repositories, each a copy of the sample under a name of its own.
fn repeat_sample(folder: &Path) -> Result<(), Box<dyn Error>> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/sample");
    for file in ["issues.ndjson", "comments.ndjson"] {
        let text = fs::read_to_string(sample.join(file))?;
        let copies =
            (1..=200).map(|copy| text.replace("tidepool/kelp", &format!("copy-{copy}/kelp")));
        fs::write(folder.join(file), copies.collect::<String>())?;
    }
    Ok(())
}
