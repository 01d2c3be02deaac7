//! Colours, for terminals that want them.

/// How a piece of text stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Style {
    /// Not at all.
    #[default]
    Plain,
    /// Heads and titles.
    Bold,
    /// What matters less.
    Dim,
    /// Open.
    Green,
    /// Closed as done.
    Purple,
    /// Wrong, or closed as not done.
    Red,
    /// Names.
    Cyan,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Bold => "\x1b[1m",
            Self::Dim => "\x1b[2m",
            Self::Green => "\x1b[32m",
            Self::Purple => "\x1b[35m",
            Self::Red => "\x1b[31m",
            Self::Cyan => "\x1b[36m",
        }
    }

    /// Appends `text` in this style, or plainly where there are no colours.
    pub(crate) fn paint(self, text: &str, colour: bool, out: &mut String) {
        if colour && self != Self::Plain && !text.is_empty() {
            out.push_str(self.code());
            out.push_str(text);
            out.push_str("\x1b[0m");
        } else {
            out.push_str(text);
        }
    }
}
