//! Tests of an issue's text.

/// Which texts of an issue are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextFields {
    /// The title.
    pub title: bool,
    /// The body.
    pub body: bool,
    /// The comments.
    pub comments: bool,
}

impl Default for TextFields {
    /// All of them, as GitHub's search has it.
    fn default() -> Self {
        Self {
            title: true,
            body: true,
            comments: true,
        }
    }
}

/// A test of an issue's text: all its words stand in the fields that are searched, in whichever of them.
/// Words compare without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextTest {
    /// What was typed: one word, or a phrase whose words stand next to each other in one text.
    pub text: String,
    /// Whether it is a phrase.
    pub is_phrase: bool,
    /// Whether the last word may go on: `crash*` finds `crashes`.
    pub is_prefix: bool,
    /// Where it is looked for.
    pub fields: TextFields,
}
