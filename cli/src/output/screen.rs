//! What the output goes to.

use std::io::{self, IsTerminal as _, Write};

use backlot_core::{Environment as _, SystemEnvironment};
use backlot_model::Timestamp;

use super::style::Style;
use super::text;
use super::time::ago;
use crate::app::Colour;

/// How wide a terminal is that does not say.
const USUAL_WIDTH: usize = 80;

/// What the output goes to: a terminal of some width, or a pipe or file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// The width of the terminal; none for a pipe or a file.
    pub(crate) width: Option<usize>,
    /// Whether colours are used.
    pub(crate) colour: bool,
    /// The moment from which distances in time are counted.
    pub(crate) now: Timestamp,
}

impl Screen {
    /// Looks at what standard output is.
    pub(crate) fn detect(colour: Colour) -> Self {
        let width = io::stdout().is_terminal().then(|| {
            terminal_size::terminal_size().map_or(USUAL_WIDTH, |(width, _)| width.0.into())
        });
        Self {
            width,
            colour: wants_colour(colour, width.is_some()),
            now: SystemEnvironment.now(),
        }
    }

    /// Whether a person looks on.
    pub(crate) const fn is_terminal(&self) -> bool {
        self.width.is_some()
    }

    /// A moment as the output's reader wants it.
    pub(crate) fn time(&self, moment: Option<Timestamp>) -> String {
        match moment {
            Some(moment) if self.is_terminal() => ago(moment, self.now),
            Some(moment) => moment.to_string(),
            None => String::new(),
        }
    }

    /// A text in a style.
    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        let mut painted = String::with_capacity(text.len() + 8);
        style.paint(text, self.colour, &mut painted);
        painted
    }

    /// Writes lines of `key` and `value`: in columns for people, with a tab between them for programs.
    pub(crate) fn pairs(&self, pairs: &[(&str, String)], out: &mut dyn Write) -> io::Result<()> {
        let widest = pairs.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
        for (key, value) in pairs {
            match self.is_terminal() {
                true => {
                    let key = self.paint(Style::Dim, &format!("{key:widest$}"));
                    writeln!(out, "{key}  {}", text::line(value))?;
                }
                false => writeln!(out, "{key}:\t{}", text::line(value))?,
            }
        }
        Ok(())
    }
}

/// Whether a stream that is a terminal, or is none, gets colours.
pub(crate) fn wants_colour(colour: Colour, is_terminal: bool) -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            is_terminal
                && !is_set("NO_COLOR")
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}
