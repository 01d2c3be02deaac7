//! Putting titles and texts right, without losing anything of them.

use super::code::Code;
use super::defuse::defuse_mentions;
use super::split::split_text;
use super::target::Target;
use super::text::{count, cut, longer_than};
use crate::limits::{BODY_CHARACTERS, TITLE_CHARACTERS};

/// How often a piece can be cut again because it grew.
const DEEPEST: usize = 8;

/// What puts an issue or a comment right. Parts that are right are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Another title.
    pub title: Option<String>,
    /// Another text.
    pub body: Option<String>,
    /// Texts that continue the body, one comment each.
    pub more: Vec<String>,
    /// What was done, and for which finding.
    pub did: Vec<(Code, String)>,
}

impl Target {
    /// What puts an issue's title and body right; none where nothing is to be done or nothing can be.
    pub fn repair_issue(&self, title: &str, body: Option<&str>) -> Option<Repaired> {
        let mut repaired = Repaired::default();
        let mut longer = None;
        if let Some((kept, rest)) = self.repair_title(title, &mut repaired.did) {
            repaired.title = Some(kept);
            longer = rest.map(|rest| match body {
                Some(body) if !body.is_empty() => format!("{rest}\n\n{body}"),
                _ => rest,
            });
        }
        let now = longer.as_deref().or(body);
        let texts = now.and_then(|now| self.repair_text(now, Code::BodyTooLong, &mut repaired.did));
        match texts {
            Some((first, more)) => {
                repaired.body = Some(first);
                repaired.more = more;
            }
            None => repaired.body = longer,
        }
        (!repaired.did.is_empty()).then_some(repaired)
    }

    /// What puts the text of a comment right; none where nothing is to be done or nothing can be.
    pub fn repair_comment(&self, body: &str) -> Option<Repaired> {
        let mut repaired = Repaired::default();
        let (first, more) = self.repair_text(body, Code::CommentTooLong, &mut repaired.did)?;
        repaired.body = Some(first);
        repaired.more = more;
        Some(repaired)
    }

    /// A title that fits, and what of it did not.
    pub(super) fn repair_title(
        &self,
        title: &str,
        did: &mut Vec<(Code, String)>,
    ) -> Option<(String, Option<String>)> {
        let most = self.most(Code::TitleTooLong);
        let has_controls =
            self.has(Code::TitleControlCharacters) && title.contains(char::is_control);
        let has_blanks = self.has(Code::TitleBlanks) && title.trim() != title;
        let is_long = most.is_some_and(|most| longer_than(title, most).is_some());
        if !(has_controls || has_blanks || is_long) {
            return None;
        }
        let printable: String = title
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let printable = printable.trim();
        if printable.is_empty() {
            return None;
        }
        // What is written here keeps to the limits of the store as well.
        let most = most.unwrap_or(TITLE_CHARACTERS).min(TITLE_CHARACTERS);
        let mut parts = (printable.to_owned(), None);
        if longer_than(printable, most).is_some() {
            let (kept, rest) = cut(printable, most.saturating_sub(1).max(1));
            let rest = format!("…{}", rest.trim_start());
            parts = (format!("{}…", kept.trim_end()), Some(rest));
        }
        if has_controls {
            let done = "put blanks for the control characters in the title";
            did.push((Code::TitleControlCharacters, done.to_owned()));
        }
        if has_blanks {
            let done = "strip the blanks around the title";
            did.push((Code::TitleBlanks, done.to_owned()));
        }
        if parts.1.is_some() && is_long {
            let done = "shorten the title; the rest begins the body";
            did.push((Code::TitleTooLong, done.to_owned()));
        }
        Some(parts)
    }

    /// A text that fits, and those that continue it.
    fn repair_text(
        &self,
        text: &str,
        too_long: Code,
        did: &mut Vec<(Code, String)>,
    ) -> Option<(String, Vec<String>)> {
        let mut now = text.to_owned();
        let before = did.len();
        if self.has(Code::NullCharacter) && self.can_strip(text, too_long) {
            now.retain(|c| c != '\0');
            did.push((Code::NullCharacter, "strip U+0000".to_owned()));
        }
        if self.has(Code::MentionNotifies)
            && let Some(defused) = defuse_mentions(&now)
        {
            now = defused;
            let done = "write mentions as code";
            did.push((Code::MentionNotifies, done.to_owned()));
        }
        let most = self.most(too_long);
        let is_long = most.is_some_and(|most| longer_than(&now, most).is_some());
        if did.len() == before && !is_long {
            return None;
        }
        // What is written here keeps to the limits of the store as well.
        let most = most.unwrap_or(BODY_CHARACTERS).min(BODY_CHARACTERS);
        let mut texts = Vec::new();
        self.settle(now, most, 0, &mut texts);
        if texts.len() > 1 {
            let comments = count(texts.len() - 1, "comment", "comments");
            did.push((too_long, format!("continue the text in {comments}")));
        }
        let mut texts = texts.into_iter();
        Some((texts.next()?, texts.collect()))
    }

    /// Whether U+0000 can be taken out: a comment must not be left blank.
    pub(super) fn can_strip(&self, text: &str, too_long: Code) -> bool {
        let is_blank = || {
            text.trim_matches(|c: char| c == '\0' || c.is_whitespace())
                .is_empty()
        };
        text.contains('\0') && (too_long == Code::BodyTooLong || !is_blank())
    }

    /// Cuts a text until each piece fits. A piece can mention somebody where the whole did not, because what
    /// made it code was cut off.
    fn settle(&self, text: String, most: usize, depth: usize, settled: &mut Vec<String>) {
        let defused = (depth > 0 && self.has(Code::MentionNotifies))
            .then(|| defuse_mentions(&text))
            .flatten();
        let text = defused.unwrap_or(text);
        if depth == DEEPEST || longer_than(&text, most).is_none() {
            settled.push(text);
            return;
        }
        for piece in split_text(&text, most) {
            self.settle(piece.rendered(&text), most, depth + 1, settled);
        }
    }
}
