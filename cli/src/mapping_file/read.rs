//! Reading mapping files: TOML with a table for each kind of name, or lines of `old: new` for users.

use std::ops::Range;

use backlot_model::{Authorship, IssueReference, Mapping, Mentions};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// The tables and options of a file.
const KEYS: [&str; 8] = [
    "users",
    "labels",
    "milestones",
    "issues",
    "defuse-mentions",
    "restore-mentions",
    "keep-authorship",
    "take-authorship-off",
];

/// What is wrong with a file, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    /// The line, from 1.
    pub(super) line: usize,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// A file at work, to tell where something stands in it.
struct File<'t>(&'t str);

impl File<'_> {
    fn trouble(&self, at: &Range<usize>, message: impl Into<String>) -> Trouble {
        let before = self.0.get(..at.start).unwrap_or_default();
        Trouble {
            line: before.matches('\n').count() + 1,
            message: message.into(),
            hint: None,
        }
    }
}

/// The mapping that a file says.
pub(super) fn parsed(text: &str) -> Result<Mapping, Trouble> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let telling = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let first = text.lines().find(telling).map_or("", str::trim);
    let file = File(text);
    match first.contains('=') || first.starts_with('[') || first.is_empty() {
        true => file.toml(),
        false => file.lines(),
    }
}

impl File<'_> {
    /// Lines of `old: new`, each for a user.
    fn lines(&self) -> Result<Mapping, Trouble> {
        let mut mapping = Mapping::default();
        let mut at = 0;
        for line in self.0.split_inclusive('\n') {
            let span = at..at + line.len();
            at = span.end;
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((old, new)) = line.split_once(':') else {
                let message = format!("{line:?} is no pair: write `old: new`");
                return Err(self.trouble(&span, message));
            };
            mapping = mapping
                .user(old.trim(), new.trim())
                .map_err(|error| self.trouble(&span, error.to_string()))?;
        }
        Ok(mapping)
    }

    fn toml(&self) -> Result<Mapping, Trouble> {
        let table = DeTable::parse(self.0).map_err(|error| {
            let at = error.span().unwrap_or_default();
            self.trouble(&at, error.message())
        })?;
        let mut mapping = Mapping::default();
        for (key, value) in in_order(table.get_ref()) {
            let name: &str = key.get_ref();
            mapping = match name {
                "users" | "labels" | "milestones" | "issues" => {
                    self.section(mapping, name, value)?
                }
                "defuse-mentions" if self.flag(value)? => {
                    self.only(mapping.mention_rule() == Mentions::Keep, key)?;
                    mapping.mentions(Mentions::Defuse)
                }
                "restore-mentions" if self.flag(value)? => {
                    self.only(mapping.mention_rule() == Mentions::Keep, key)?;
                    mapping.mentions(Mentions::Restore)
                }
                "keep-authorship" if self.flag(value)? => {
                    self.only(mapping.authorship_rule() == Authorship::Keep, key)?;
                    mapping.authorship(Authorship::PutAbove)
                }
                "take-authorship-off" if self.flag(value)? => {
                    self.only(mapping.authorship_rule() == Authorship::Keep, key)?;
                    mapping.authorship(Authorship::TakeOff)
                }
                known if KEYS.contains(&known) => mapping,
                unknown => {
                    let message = format!("unknown key {unknown:?}");
                    let mut trouble = self.trouble(&key.span(), message);
                    trouble.hint = Some(meant(unknown));
                    return Err(trouble);
                }
            };
        }
        Ok(mapping)
    }

    /// Refuses an option whose opposite is set.
    fn only(&self, is_free: bool, key: &Spanned<DeString<'_>>) -> Result<(), Trouble> {
        if is_free {
            return Ok(());
        }
        let message = format!("{:?} and its opposite are both set", key.get_ref());
        Err(self.trouble(&key.span(), message))
    }

    fn flag(&self, value: &Spanned<DeValue<'_>>) -> Result<bool, Trouble> {
        value
            .get_ref()
            .as_bool()
            .ok_or_else(|| self.trouble(&value.span(), "must be true or false"))
    }

    fn section(
        &self,
        mut mapping: Mapping,
        section: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Mapping, Trouble> {
        let Some(pairs) = value.get_ref().as_table() else {
            let message = format!("{section:?} must be a table of old and new names");
            return Err(self.trouble(&value.span(), message));
        };
        for (old, new) in in_order(pairs) {
            let at = new.span();
            let told = match new.get_ref() {
                DeValue::String(text) => text.to_string(),
                DeValue::Integer(number) if section == "issues" => number.to_string(),
                _ => return Err(self.trouble(&at, "the new name must be a text")),
            };
            let name: &str = old.get_ref();
            let outcome = match section {
                "users" => mapping.user(name, &told),
                "labels" => mapping.label(name, &told),
                "milestones" => mapping.milestone(name, &told),
                _ => {
                    let read = |text: &str, at: &Range<usize>| {
                        text.parse::<IssueReference>()
                            .map_err(|error| self.trouble(at, error.to_string()))
                    };
                    mapping.issue(read(name, &old.span())?, read(&told, &at)?)
                }
            };
            mapping = outcome.map_err(|error| self.trouble(&at, error.to_string()))?;
        }
        Ok(mapping)
    }
}

/// The entries of a table in the order in which they are written.
fn in_order<'t, 's>(
    table: &'t DeTable<'s>,
) -> Vec<(&'t Spanned<DeString<'s>>, &'t Spanned<DeValue<'s>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// What somebody who wrote an unknown key can have meant.
fn meant(unknown: &str) -> String {
    let likely = |key: &&str| strsim::jaro_winkler(key, &unknown.to_lowercase());
    let nearest = KEYS
        .iter()
        .max_by(|one, other| likely(one).total_cmp(&likely(other)));
    match nearest.filter(|key| likely(key) > 0.8) {
        Some(key) => format!("did you mean `{key}`?"),
        None => format!("known are {}", KEYS.join(", ")),
    }
}
