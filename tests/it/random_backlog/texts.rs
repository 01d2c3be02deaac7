//! Texts: ordinary ones, and odd ones that forges take all the same.

use super::dice::Dice;

const WORDS: [&str; 12] = [
    "crash",
    "slow",
    "window",
    "save",
    "naïve",
    "漢字",
    "again",
    "\u{1f600}",
    "of",
    "the",
    "with",
    "file",
];
const ODD: [&str; 16] = [
    " spaces at both ends \t",
    "line\r\nline\r\n",
    "\nbegins with a line break",
    "\"quotes\" \\ back\\slashes / and \\u0041",
    "a zero width \u{200b} and a \u{feff} mark",
    "\u{2028}line and paragraph\u{2029} separators",
    "right to left: \u{5e9}\u{5dc}\u{5d5}\u{5dd}",
    "combined e\u{301} and \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
    "<!-- a comment --> <b>html</b> &amp; &lt;",
    "```rust\n// @hubot and #1 in code are neither\n```",
    "> quoted @hubot\n\n- [ ] a task\n- [x] done",
    "the last character \u{10ffff}, a private one \u{e000}",
    "tab\tand bell \u{7} and escape \u{1b}[0m",
    "https://github.com/octo/hello/issues/1 and octo/other#1",
    "$(rm -rf /) '; DROP TABLE issues; --",
    "0",
];

/// A text that is never blank, mostly of few words; at times it mentions somebody or refers to an issue.
pub(super) fn text(dice: &mut Dice) -> String {
    match dice.below(20) {
        0..5 => dice.of(&ODD).to_owned(),
        5 => format!("As @{} says: {}", dice.of(&super::PEOPLE), words(dice)),
        6 => format!("See #{}.", 1 + dice.below(30)),
        7 => format!("Like {}#{}", super::THERE, 1 + dice.below(4)),
        8 => "long ".repeat(1 + dice.below(2_000)),
        _ => words(dice),
    }
}

/// A text, none, or an empty one.
pub(super) fn body(dice: &mut Dice) -> Option<String> {
    match dice.below(10) {
        0 | 1 => None,
        2 => Some(String::new()),
        3 => Some("\n".to_owned()),
        _ => Some(text(dice)),
    }
}

/// One line that is not blank, of at most so many characters.
pub(super) fn line(dice: &mut Dice, most: usize) -> String {
    let line: String = match dice.below(12) {
        0 => "漢".repeat(most),
        1..4 => {
            let odd = dice.of(&ODD);
            odd.chars().filter(|c| !c.is_control()).take(most).collect()
        }
        _ => words(dice).chars().take(most).collect(),
    };
    line
}

fn words(dice: &mut Dice) -> String {
    let count = 1 + dice.below(6);
    let words: Vec<&str> = (0..count).map(|_| dice.of(&WORDS)).collect();
    words.join(" ")
}
