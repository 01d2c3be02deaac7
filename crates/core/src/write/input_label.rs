//! What new labels and their edits are made of.

/// A label to be created.
///
/// ```
/// let flaky = backlot_core::NewLabel::named("flaky").color("fbca04").description("Fails at times");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewLabel {
    pub(super) name: String,
    pub(super) color: Option<String>,
    pub(super) description: Option<String>,
    pub(super) is_default: bool,
}

impl NewLabel {
    /// A label of this name, in the colour `ededed`, which is what GitHub gives where none is asked for.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Gives it a colour: six hexadecimal digits without `#`.
    #[must_use]
    pub fn color(mut self, color: impl Into<String>) -> Self {
        self.color = Some(color.into());
        self
    }

    /// Describes it, in at most 100 characters.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// An edit of a label: what is not mentioned stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelEdit {
    pub(super) name: Option<String>,
    pub(super) color: Option<String>,
    pub(super) description: Option<Option<String>>,
}

impl LabelEdit {
    /// Renames it. Every issue that bears it shows the new name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Gives it another colour.
    #[must_use]
    pub fn color(mut self, color: impl Into<String>) -> Self {
        self.color = Some(color.into());
        self
    }

    /// Describes it otherwise, or not at all.
    #[must_use]
    pub fn description(mut self, description: Option<String>) -> Self {
        self.description = Some(description);
        self
    }
}

/// The labels that GitHub gives a new repository: name, colour, description.
pub(super) const DEFAULT_LABELS: [(&str, &str, &str); 9] = [
    ("bug", "d73a4a", "Something isn't working"),
    (
        "documentation",
        "0075ca",
        "Improvements or additions to documentation",
    ),
    (
        "duplicate",
        "cfd3d7",
        "This issue or pull request already exists",
    ),
    ("enhancement", "a2eeef", "New feature or request"),
    ("good first issue", "7057ff", "Good for newcomers"),
    ("help wanted", "008672", "Extra attention is needed"),
    ("invalid", "e4e669", "This doesn't seem right"),
    ("question", "d876e3", "Further information is requested"),
    ("wontfix", "ffffff", "This will not be worked on"),
];
