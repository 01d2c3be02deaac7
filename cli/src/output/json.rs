//! JSON for programs: whole objects, or just the fields that the user chose.

use std::convert::Infallible;
use std::io::{self, Write};
use std::str::FromStr;

use serde_json::Value;

use super::text::is_unsafe;
use crate::error::{Error, Result};

/// The name of a field and how it is found in an object.
pub(crate) type Field<T> = (&'static str, fn(&T) -> Value);

/// The fields of an object, in order.
pub(crate) type Fields<T> = &'static [Field<T>];

/// What the user wrote after `--json`: the names of fields, or none for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldNames(Vec<String>);

impl FromStr for FieldNames {
    type Err = Infallible;

    fn from_str(text: &str) -> std::result::Result<Self, Infallible> {
        let mut names: Vec<String> = Vec::new();
        for name in text.split(',').map(str::trim) {
            // Of a name that comes twice the first counts: an object has each key once.
            if !name.is_empty() && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        Ok(Self(names))
    }
}

/// The fields that are shown, in the order in which the user named them.
pub(crate) struct Selection<T: 'static> {
    fields: Vec<Field<T>>,
    is_indented: bool,
}

impl<T> Selection<T> {
    /// The fields of these names, or all; indented where a person looks on.
    pub(crate) fn new(names: &FieldNames, known: Fields<T>, is_indented: bool) -> Result<Self> {
        if names.0.is_empty() {
            let fields = known.to_vec();
            return Ok(Self {
                fields,
                is_indented,
            });
        }
        let mut fields = Vec::with_capacity(names.0.len());
        for name in &names.0 {
            match known.iter().find(|(known, _)| known == name) {
                Some(field) => fields.push(*field),
                None => {
                    let known: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                    return Err(
                        Error::usage(format!("there is no field `{name}` for --json"))
                            .hint(format!("known fields are {}", known.join(", "))),
                    );
                }
            }
        }
        Ok(Self {
            fields,
            is_indented,
        })
    }

    /// Writes one object.
    pub(crate) fn object(&self, item: &T, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.text(item, ""))
    }

    /// Writes objects as one array.
    pub(crate) fn array<'a>(
        &self,
        items: impl IntoIterator<Item = &'a T>,
        out: &mut dyn Write,
    ) -> io::Result<()>
    where
        T: 'a,
    {
        let mut array = self.begin_array();
        for item in items {
            array.item(item, out)?;
        }
        array.end(out)
    }

    /// An array of objects that are written as they come.
    pub(crate) const fn begin_array(&self) -> Array<'_, T> {
        Array {
            selection: self,
            any: false,
        }
    }

    fn text(&self, item: &T, indent: &str) -> String {
        let mut text = String::from("{");
        for (at, (name, value)) in self.fields.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            let value = value(item);
            if self.is_indented {
                // No string holds a bare newline, so each one in the text is one of the layout.
                let shown = format!("{value:#}").replace('\n', &format!("\n{indent}  "));
                text.push_str(&format!("\n{indent}  \"{name}\": {shown}"));
            } else {
                text.push_str(&format!("\"{name}\":{value}"));
            }
        }
        if self.is_indented {
            text.push_str(&format!("\n{indent}"));
        }
        text.push('}');
        escaped(text)
    }
}

/// An array at work.
pub(crate) struct Array<'a, T: 'static> {
    selection: &'a Selection<T>,
    any: bool,
}

impl<T> Array<'_, T> {
    /// Writes the next object.
    pub(crate) fn item(&mut self, item: &T, out: &mut dyn Write) -> io::Result<()> {
        let (indent, gap) = self.layout();
        let before = if self.any { "," } else { "[" };
        self.any = true;
        let text = self.selection.text(item, indent);
        write!(out, "{before}{gap}{indent}{text}")
    }

    /// Ends the array.
    pub(crate) fn end(self, out: &mut dyn Write) -> io::Result<()> {
        let (_, gap) = self.layout();
        match self.any {
            true => writeln!(out, "{gap}]"),
            false => writeln!(out, "[]"),
        }
    }

    const fn layout(&self) -> (&'static str, &'static str) {
        match self.selection.is_indented {
            true => ("  ", "\n"),
            false => ("", ""),
        }
    }
}

/// JSON lets control characters above 0x7f and overrides of direction stand as they are: they are
/// escaped here, which gives the same values.
fn escaped(text: String) -> String {
    let harmful = |c: char| c != '\n' && is_unsafe(c);
    if !text.contains(harmful) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match harmful(c) {
            // All of them lie in the basic plane.
            true => safe.push_str(&format!("\\u{:04x}", c as u32)),
            false => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    struct Issue(u64, &'static str);

    const FIELDS: Fields<Issue> = &[
        ("number", |issue| json!(issue.0)),
        ("title", |issue| json!(issue.1)),
        ("labels", |_| json!(["bug", "ui"])),
    ];

    fn shown(names: &str, is_indented: bool, items: &[Issue]) -> Result<String> {
        let Ok(names) = names.parse::<FieldNames>();
        let mut out = Vec::new();
        Selection::new(&names, FIELDS, is_indented)?.array(items, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn all_fields_or_those_named_in_their_order() {
        let items = [Issue(1, "a"), Issue(2, "b")];
        assert_eq!(
            shown("", false, &items[..1]).unwrap(),
            "[{\"number\":1,\"title\":\"a\",\"labels\":[\"bug\",\"ui\"]}]\n"
        );
        assert_eq!(
            shown("title, number", false, &items).unwrap(),
            "[{\"title\":\"a\",\"number\":1},{\"title\":\"b\",\"number\":2}]\n"
        );
        assert_eq!(
            shown("number,title,number", false, &items[..1]).unwrap(),
            "[{\"number\":1,\"title\":\"a\"}]\n"
        );
        assert_eq!(shown("", true, &[]).unwrap(), "[]\n");
    }

    #[test]
    fn people_get_it_indented() {
        let shown = shown("number,labels", true, &[Issue(1, "a")]).unwrap();
        assert_eq!(
            shown,
            "[\n  {\n    \"number\": 1,\n    \"labels\": [\n      \"bug\",\n      \"ui\"\n    ]\n  }\n]\n"
        );
    }

    #[test]
    fn an_unknown_field_is_an_error_that_lists_the_known_ones() {
        let error = shown("number,body", false, &[]).unwrap_err();
        let mut out = Vec::new();
        error.print(&mut out, false).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "error: there is no field `body` for --json\n\
             hint: known fields are number, title, labels\n"
        );
    }

    #[test]
    fn what_could_command_a_terminal_is_escaped() {
        let title = "\u{1b}\u{9b}2J\u{202e}\n";
        let text = shown("title", false, &[Issue(1, title)]).unwrap();
        assert_eq!(text, "[{\"title\":\"\\u001b\\u009b2J\\u202e\\n\"}]\n");
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back[0]["title"], title);
    }
}
