//! What a target cannot hold, carried in a footer below a text, and found again on the way back.
//!
//! The footer is one comment of HTML after an empty line, which rendered Markdown does not show:
//!
//! ```text
//! <!-- backlot 1 digest=4f1c0ae2d3b59867 closed_by=mona state=closed state_reason=completed -->
//! ```
//!
//! It is ASCII without `--`, `<`, `>` or line breaks inside, and the same values give the same bytes. The digest is of
//! the text above it and of what it carries, but for the ends of lines, which forges make their own: a text that
//! was edited since is told from one that was not.
//!
//! ```
//! use backlot_model::Field;
//! use backlot_model::carry::{Carried, put_below, take};
//!
//! # fn main() -> Result<(), backlot_model::carry::FooterTooLong> {
//! let carried = Carried::new().with(Field::StateReason, "completed");
//! let sent = put_below(Some("It works here."), &carried)?;
//!
//! let taken = take(&sent).expect("a footer");
//! assert!(taken.is_intact());
//! assert_eq!(taken.text_above.as_deref(), Some("It works here."));
//! assert_eq!(taken.carried, carried);
//!
//! let edited = take(&sent.replace("here", "everywhere")).expect("a footer");
//! assert!(!edited.is_intact());
//! # Ok(())
//! # }
//! ```

mod carried;
mod encode;
mod ends;
mod taken;
#[cfg(test)]
mod tests;

pub use carried::Carried;
pub use taken::{Damage, Taken, take};

use crate::id::Digest;

/// The most bytes of a footer, which are as many characters.
pub const FOOTER_BYTES: usize = 32_768;

/// The version that is written.
const VERSION: u64 = 1;
const OPENING: &str = "<!-- backlot ";
const CLOSING: &str = " -->";
const DIGEST: &str = "digest=";
const EXACT: &str = "exact=";
const NO_TEXT: &str = "no_text";
/// Between the text and its footer.
const GAP: &str = "\n\n";

/// A footer that is longer than [`FOOTER_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the footer has {bytes} bytes, and at most {FOOTER_BYTES} can be carried")]
pub struct FooterTooLong {
    /// How many bytes it would have.
    pub bytes: usize,
}

/// The text with a footer below it. It comes back by [`take`] exactly, whatever it is: none, empty, with any ends of
/// lines, with a footer of its own. A text that ends in a footer needs one more even where nothing is carried, or else
/// its own is taken for one.
///
/// # Errors
/// When the footer is longer than [`FOOTER_BYTES`]. How long the whole may be is for its writer to know;
/// [`footer_characters`] tells beforehand what is added.
pub fn put_below(text: Option<&str>, carried: &Carried) -> Result<String, FooterTooLong> {
    let footer = footer(text, carried);
    if footer.len() > FOOTER_BYTES {
        let bytes = footer.len();
        return Err(FooterTooLong { bytes });
    }
    Ok(match text {
        None | Some("") => footer,
        Some(text) => [text, GAP, &footer].concat(),
    })
}

/// By how many characters a footer makes a text longer.
pub fn footer_characters(text: Option<&str>, carried: &Carried) -> usize {
    let gap = if text.is_none_or(str::is_empty) {
        0
    } else {
        GAP.len()
    };
    footer(text, carried).len() + gap
}

fn footer(text: Option<&str>, carried: &Carried) -> String {
    let above = text.unwrap_or_default();
    let normal = ends::normal(above);
    let mut inside = String::new();
    if normal != above {
        inside.push_str(&format!(" {EXACT}{}", hex(&Digest::of(above.as_bytes()))));
    }
    if text.is_none() {
        inside.push(' ');
        inside.push_str(NO_TEXT);
    }
    carried.write(&mut inside);
    let digest = digest(&normal, inside.trim_start());
    format!("{OPENING}{VERSION} {DIGEST}{digest}{inside}{CLOSING}")
}

/// The digest of the text above a footer and of what stands in the footer behind it.
fn digest(normal: &str, inside: &str) -> String {
    hex(&Digest::of_parts(&[normal.as_bytes(), inside.as_bytes()]))
}

/// The first eight bytes: enough to tell an edit, which nobody makes for a collision.
fn hex(digest: &Digest) -> String {
    let mut text = digest.to_string();
    text.truncate(16);
    text
}
