//! Checks of labels, and names that fit.

use std::collections::BTreeSet;

use super::check::Checker;
use super::code::Code;
use super::finding::{Finding, Fix, Subject};
use super::target::{Limit, Target};
use super::text::{count, cut, excerpt, longer_than};

/// The colour of a label that has none: the one that forges give.
const COLOR: &str = "ededed";

/// A label of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelView {
    /// Its name.
    pub name: String,
    /// Its colour.
    pub color: String,
    /// What it is for.
    pub description: Option<String>,
}

/// What puts a label right. Parts that are right are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelRepair {
    /// The name that it has.
    pub label: String,
    /// Another name, which no other label has or gets.
    pub name: Option<String>,
    /// Another colour.
    pub color: Option<String>,
    /// Another description.
    pub description: Option<String>,
    /// What was done, and for which finding.
    pub did: Vec<(Code, String)>,
}

impl Target {
    /// What puts the labels of a repository right: for each, in their order, that needs it. No two labels get
    /// one name, so that the map from old names to new ones can be turned round.
    pub fn repair_labels(&self, labels: &[LabelView]) -> Vec<LabelRepair> {
        let mut taken: BTreeSet<String> = labels
            .iter()
            .map(|label| label.name.to_lowercase())
            .collect();
        let mut seen = BTreeSet::new();
        let mut repairs = Vec::new();
        for label in labels {
            let is_second = !seen.insert(label.name.to_lowercase());
            let faults = self.name_faults(&label.name, is_second);
            let mut repair = LabelRepair {
                label: label.name.clone(),
                ..LabelRepair::default()
            };
            if !faults.is_empty() {
                let name = self.free_name(&label.name, &taken);
                taken.insert(name.to_lowercase());
                let done = format!("rename it to {name:?}");
                let faults = faults.into_iter();
                repair.did.extend(faults.map(|code| (code, done.clone())));
                repair.name = Some(name);
            }
            if self.has(Code::LabelColorInvalid) && !is_color(&label.color) {
                let color = color_like(&label.color);
                let done = format!("colour it {color}");
                repair.did.push((Code::LabelColorInvalid, done));
                repair.color = Some(color);
            }
            let description = label.description.as_deref().unwrap_or_default();
            if let Some(most) = self.most(Code::LabelDescriptionTooLong)
                && longer_than(description, most).is_some()
            {
                let (kept, _) = cut(description, most.saturating_sub(1));
                repair.description = Some(format!("{}…", kept.trim_end()));
                let done = "cut the description".to_owned();
                repair.did.push((Code::LabelDescriptionTooLong, done));
            }
            if !repair.did.is_empty() {
                repairs.push(repair);
            }
        }
        repairs
    }

    fn name_faults(&self, name: &str, is_second: bool) -> Vec<Code> {
        let mut faults = Vec::new();
        let is_long = |most| longer_than(name, most).is_some();
        if self.has(Code::LabelNameEmpty) && name.trim().is_empty() {
            faults.push(Code::LabelNameEmpty);
        }
        if self.most(Code::LabelNameTooLong).is_some_and(is_long) {
            faults.push(Code::LabelNameTooLong);
        }
        let length = name.chars().count();
        let least = self.least(Code::LabelNameTooShort);
        if least.is_some_and(|least| (1..least).contains(&length)) {
            faults.push(Code::LabelNameTooShort);
        }
        if name.chars().any(|c| !self.fits(c)) {
            faults.push(Code::LabelNameCharacters);
        }
        if self.has(Code::LabelNameTaken) && is_second {
            faults.push(Code::LabelNameTaken);
        }
        faults
    }

    /// Whether a character can be in the name of a label.
    fn fits(&self, c: char) -> bool {
        match self.rule(Code::LabelNameCharacters).map(|rule| rule.limit) {
            Some(Limit::LettersAnd(others)) => c.is_alphanumeric() || others.contains(c),
            Some(_) => !c.is_control(),
            None => true,
        }
    }

    /// A name that is like this one, fits, and is not taken.
    fn free_name(&self, name: &str, taken: &BTreeSet<String>) -> String {
        // What is written here keeps to the limits of the store as well.
        let store = crate::limits::LABEL_NAME_CHARACTERS;
        let most = self
            .most(Code::LabelNameTooLong)
            .map_or(store, |most| most.min(store));
        let least = self.least(Code::LabelNameTooShort).unwrap_or(1);
        let (mut base, mut replaced) = (String::new(), false);
        for c in name.trim().chars() {
            let is_kept = self.fits(c) && c != ',' && !c.is_control();
            match is_kept {
                // A blank beside what stands for a character is too much.
                true if c.is_whitespace() && replaced => {}
                true => {
                    base.push(c);
                    replaced = false;
                }
                false => {
                    base.truncate(base.trim_end().trim_end_matches('-').len());
                    base.push('-');
                    replaced = true;
                }
            }
        }
        let trimmed = base.trim_matches(|c: char| c == '-' || c.is_whitespace());
        let mut base = match trimmed.chars().count() {
            0 => "label".to_owned(),
            length if length < least => format!("label-{trimmed}"),
            _ => trimmed.to_owned(),
        };
        base = shortened(&base, most);
        if !taken.contains(&base.to_lowercase()) {
            return base;
        }
        for number in 2_u64.. {
            let end = format!("-{number}");
            let name = format!("{}{end}", shortened(&base, most.saturating_sub(end.len())));
            if !taken.contains(&name.to_lowercase()) {
                return name;
            }
        }
        base
    }
}

fn shortened(name: &str, most: usize) -> String {
    let kept: String = name.chars().take(most).collect();
    kept.trim_end_matches(|c: char| c == '-' || c.is_whitespace())
        .to_owned()
}

fn is_color(color: &str) -> bool {
    color.len() == 6 && color.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The six digits that a colour of another form means, or the usual colour.
fn color_like(color: &str) -> String {
    let digits = color.trim().trim_start_matches('#');
    if is_color(digits) {
        return digits.to_owned();
    }
    if digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return digits.chars().flat_map(|digit| [digit, digit]).collect();
    }
    COLOR.to_owned()
}

impl Checker<'_> {
    /// Tells what is wrong with the labels of a repository, all of which are given.
    pub fn labels(&self, labels: &[LabelView], tell: &mut dyn FnMut(Finding)) {
        let repairs = self.target.repair_labels(labels);
        let mut repairs = repairs.iter().peekable();
        for label in labels {
            let subject = Subject::Label {
                name: label.name.clone(),
            };
            let description = label.description.as_deref().unwrap_or_default();
            if let Some(repair) = repairs.next_if(|repair| repair.label == label.name) {
                for (code, does) in &repair.did {
                    let Some(rule) = self.target.rule(*code) else {
                        continue;
                    };
                    let (field, there) = match code {
                        Code::LabelColorInvalid => ("color", excerpt(&label.color)),
                        Code::LabelDescriptionTooLong => {
                            let length = description.chars().count();
                            ("description", count(length, "character", "characters"))
                        }
                        _ => ("name", excerpt(&label.name)),
                    };
                    let fix = Some(Fix::safe(does.clone()));
                    tell(rule.finding(&subject, field, there, fix));
                }
            }
            if let Some(rule) = self.target.rule(Code::LabelDetailsLost)
                && (label.color != COLOR || !description.is_empty())
            {
                let there = [label.color.as_str(), description].join(" ");
                let fix = Some(Fix::by_hand("create the label at the target before"));
                tell(rule.finding(&subject, "color", excerpt(there.trim()), fix));
            }
        }
    }
}
