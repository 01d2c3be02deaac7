//! A document as it came, taken apart.

use std::collections::HashMap;

use async_graphql_parser::types::{
    DocumentOperations, FragmentDefinition, OperationDefinition, SelectionSet,
};
use async_graphql_parser::{Positioned, parse_query};
use async_graphql_value::Name;

use super::fault::Fault;

/// As long as a document may be.
const LONGEST: usize = 100_000;
/// As deep as brackets may nest in it, which the parser follows by recursion.
const DEEPEST: usize = 64;

/// The operation to run, and the fragments that it may use.
pub(super) struct Document {
    pub(super) name: Option<String>,
    pub(super) operation: OperationDefinition,
    pub(super) fragments: HashMap<Name, Positioned<FragmentDefinition>>,
}

impl Document {
    /// Parses a text and takes the operation of this name, or the only one.
    pub(super) fn parse(text: &str, name: Option<&str>) -> Result<Self, Fault> {
        if text.len() > LONGEST {
            let told = format!("Query is longer than {LONGEST} bytes");
            return Err(Fault::new(told));
        }
        if nests_deeper(text.as_bytes(), DEEPEST) {
            let told = format!("Query nests deeper than {DEEPEST} brackets");
            return Err(Fault::new(told));
        }
        let parsed = parse_query(text).map_err(|error| {
            let at = error.positions().next();
            let fault = Fault::new(format!("Parse error: {error}"));
            match at {
                Some(at) => fault.at(at),
                None => fault,
            }
        })?;
        let (name, operation) = match parsed.operations {
            DocumentOperations::Single(operation) => (None, operation.node),
            DocumentOperations::Multiple(mut operations) => {
                let name = match name {
                    Some(name) => name.to_owned(),
                    None if operations.len() == 1 => {
                        let only = operations.keys().next().map(ToString::to_string);
                        only.unwrap_or_default()
                    }
                    None => return Err(Fault::new("An operation name is required")),
                };
                let operation = operations.remove(name.as_str());
                let operation = operation
                    .ok_or_else(|| Fault::new(format!("No operation named \"{name}\"")))?;
                (Some(name), operation.node)
            }
        };
        Ok(Self {
            name,
            operation,
            fragments: parsed.fragments,
        })
    }

    /// A fragment by its name.
    pub(super) fn fragment(&self, name: &str) -> Option<&FragmentDefinition> {
        self.fragments.get(name).map(|fragment| &fragment.node)
    }

    pub(super) const fn selection(&self) -> &SelectionSet {
        &self.operation.selection_set.node
    }
}

/// Whether brackets nest deeper than so, strings and comments left out.
fn nests_deeper(text: &[u8], most: usize) -> bool {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' => {
                let rest = &text[at..];
                let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r'));
                at += end.unwrap_or(rest.len());
            }
            b'"' => at = after_string(text, at),
            _ => {}
        }
        if depth > most {
            return true;
        }
        at += 1;
    }
    false
}

/// Where the last quote of a string stands that begins here.
fn after_string(text: &[u8], start: usize) -> usize {
    let is_block = text[start..].starts_with(b"\"\"\"");
    let mut at = start + if is_block { 3 } else { 1 };
    while let Some(&byte) = text.get(at) {
        let rest = &text[at..];
        match byte {
            b'\\' if !is_block => at += 1,
            b'\\' if rest.starts_with(b"\\\"\"\"") => at += 3,
            b'"' if !is_block => return at,
            b'"' if rest.starts_with(b"\"\"\"") => return at + 2,
            // A string ends with its line at the latest, so that no bracket hides behind a lone quote.
            b'\n' | b'\r' if !is_block => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_counted_outside_of_texts() {
        let deep = |text: &str| nests_deeper(text.as_bytes(), 3);
        assert!(!deep("{a(b: [1])} {a}"));
        assert!(deep("{{{{"));
        assert!(!deep(r#"{a(b: "{{{{\"{{{")}"#));
        assert!(!deep("{a(b: \"\"\"{{{{\" \\\"\"\" {{\"\"\")}"));
        assert!(!deep("{a # {{{{{\n b}"));
        assert!(deep("{a \" \n {{{"));
    }
}
