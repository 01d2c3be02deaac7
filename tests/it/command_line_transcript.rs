//! Commands and what they answer, one after another, as a person would see them in a session.

use std::path::Path;

use backlot_core::{Environment as _, SystemEnvironment};
use backlot_model::Timestamp;

use crate::support::backlot;

/// Runs commands, one to a line, in a folder with a store. `ID` in a command stands for the last `"id":"..."` that a
/// command printed. What differs from run to run is replaced in what is given back: identifiers and present moments.
pub(crate) fn transcript(folder: &Path, commands: &str) -> String {
    let mut told = String::new();
    let mut id = String::new();
    for command in commands.lines().map(str::trim) {
        if command.is_empty() {
            continue;
        }
        let words: Vec<String> = words(command)
            .into_iter()
            .map(|word| if word == "ID" { id.clone() } else { word })
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = backlot(folder, &words);
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        if let Some((_, rest)) = out.rsplit_once("\"id\":\"") {
            id = rest.split('"').next().unwrap().to_owned();
        }
        told.push_str(&format!("$ backlot {command}\n{out}{err}"));
        let code = output.status.code().unwrap();
        if code != 0 {
            told.push_str(&format!("(code {code})\n"));
        }
    }
    steady(&told)
}

/// The words of a command, where quotes hold several together.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![];
    let (mut word, mut is_quoted, mut is_begun) = (String::new(), false, false);
    for c in command.chars() {
        match c {
            '\'' => (is_quoted, is_begun) = (!is_quoted, true),
            ' ' if !is_quoted => {
                if is_begun {
                    words.push(std::mem::take(&mut word));
                }
                is_begun = false;
            }
            c => {
                word.push(c);
                is_begun = true;
            }
        }
    }
    if is_begun {
        words.push(word);
    }
    words
}

/// The text without what differs from run to run.
fn steady(text: &str) -> String {
    let now = SystemEnvironment.now().unix_milliseconds();
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '.');
    let replaced = |token: &str| {
        let is_id = token.len() == 26
            && token.starts_with("01")
            && (token.bytes()).all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        let at = Timestamp::parse(token).map(Timestamp::unix_milliseconds);
        match at {
            _ if is_id => "<id>".to_owned(),
            Ok(at) if (now - at).abs() < 3_600_000 => "<now>".to_owned(),
            _ => token.to_owned(),
        }
    };
    let mut steady = String::new();
    let mut token = String::new();
    for c in text.chars() {
        if belongs(c) {
            token.push(c);
            continue;
        }
        steady.push_str(&replaced(&token));
        token.clear();
        steady.push(c);
    }
    steady + &replaced(&token)
}
