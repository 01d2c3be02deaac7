//! What a search must find, by plain looking at all texts.

use backlot_model::TextTest;

use crate::read::Snapshot;

/// An issue as it reads: its number, its texts with the place of their fields, who commented.
pub(super) struct Seen {
    pub(super) number: u64,
    pub(super) texts: Vec<(usize, String)>,
    pub(super) commenters: Vec<String>,
}

/// Every issue of a repository.
pub(super) fn all(snapshot: &Snapshot, repository: &str) -> Vec<Seen> {
    let name = repository.parse().unwrap();
    let mut all = Vec::new();
    for number in 1..60 {
        let Ok(issue) = snapshot.issue(&name, number) else {
            continue;
        };
        let mut seen = Seen {
            number,
            texts: vec![(0, issue.summary.title.clone())],
            commenters: vec![],
        };
        seen.texts.extend(issue.body.clone().map(|body| (1, body)));
        for item in snapshot.timeline(&issue).unwrap() {
            if item.record.kind() == backlot_model::RecordKind::Comment {
                seen.commenters.extend(item.actor);
                seen.texts
                    .extend(item.record.body().cloned().map(|body| (2, body)));
            }
        }
        all.push(seen);
    }
    all
}

const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// The text with one space around each word and each run of Chinese, in lower case.
fn plain(text: &str) -> String {
    let mut out = String::from(" ");
    let mut in_chinese = false;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || is_chinese(c) {
            if in_chinese != is_chinese(c) && !out.ends_with(' ') {
                out.push(' ');
            }
            in_chinese = is_chinese(c);
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    let words = out
        .split(' ')
        .map(|word| word.chars().take(if word.is_ascii() { 40 } else { 400 }));
    let words: Vec<String> = words.map(Iterator::collect).collect();
    format!("{} ", words.join(" ").trim_end())
}

/// Whether words stand in a text: Chinese may be a part of a longer run.
fn holds(text: &str, asked: &str, is_prefix: bool) -> bool {
    let (text, asked) = (plain(text), plain(asked));
    let mut asked = asked.as_str();
    if asked.trim().is_empty() {
        return true;
    }
    if asked.trim_start().starts_with(is_chinese) {
        asked = asked.trim_start();
    }
    if is_prefix || asked.trim_end().ends_with(is_chinese) {
        asked = asked.trim_end();
    }
    text.contains(asked)
}

impl Seen {
    /// Whether the issue passes a test.
    pub(super) fn passes(&self, test: &TextTest) -> bool {
        let searched = [test.fields.title, test.fields.body, test.fields.comments];
        let texts: Vec<&String> = self
            .texts
            .iter()
            .filter(|(field, _)| searched[*field])
            .map(|(_, text)| text)
            .collect();
        if test.is_phrase {
            let asked = plain(&test.text);
            return asked.trim().is_empty()
                || texts.iter().any(|t| holds(t, &test.text, test.is_prefix));
        }
        let asked = plain(&test.text);
        let words: Vec<&str> = asked.split_whitespace().collect();
        words.iter().enumerate().all(|(at, word)| {
            let is_prefix = test.is_prefix && at + 1 == words.len();
            texts.iter().any(|text| holds(text, word, is_prefix))
        })
    }

    /// Whether a login is mentioned; the texts of the tests have no code.
    pub(super) fn mentions(&self, login: &str) -> bool {
        let asked = format!("@{login} ");
        let mut bodies = self.texts.iter().filter(|(field, _)| *field > 0);
        bodies.any(|(_, text)| format!("{} ", text.to_lowercase()).contains(&asked))
    }
}
