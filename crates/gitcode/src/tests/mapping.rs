//! The tables of fields in `docs/gitcode-mapping.md` are those of the code.

mod keys;

use std::env;
use std::fmt::Write as _;

use backlot_model::RecordKind;

use crate::write::{Fate, table};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/gitcode-mapping.md");
const UPDATE: &str = "BACKLOT_UPDATE_DOCS";

/// Gives what stands in a part of the page.
type Part = fn() -> String;

/// The parts of the page that are made from the code: the mark of each, and what stands there.
const PARTS: [(&str, Part); 3] = [
    ("reactions", keys::reactions),
    ("fields", fields),
    ("keys", keys::keys),
];

#[test]
fn the_documented_fields_are_those_of_the_code() {
    let text = std::fs::read_to_string(FILE).expect("the page");
    let mut wanted = text.clone();
    for (mark, rendered) in PARTS {
        let (begin, end) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
        let (before, rest) = wanted.split_once(&begin).expect("the begin of the part");
        let (_, after) = rest.split_once(&end).expect("the end of the part");
        wanted = format!("{before}{begin}{}{end}{after}", rendered());
    }
    if text == wanted {
        return;
    }
    if env::var_os(UPDATE).is_some_and(|value| value == "1") {
        std::fs::write(FILE, wanted).expect("a page that can be written");
        return;
    }
    let mut lines = text.lines().zip(wanted.lines());
    let (has, code) = lines.find(|(one, other)| one != other).unwrap_or_default();
    panic!(
        "docs/gitcode-mapping.md does not show what the code does; run this test with {UPDATE}=1 to rewrite \
         those parts of it\n    it has: {has}\n  the code: {code}"
    );
}

/// What becomes of each field, kind by kind.
fn fields() -> String {
    let mut out = String::new();
    for kind in RecordKind::ALL {
        write!(out, "\n### {}\n\n", kind.plural()).expect("a text grows");
        out.push_str("| Model field | GitCode | GitHub | As an object | By requests |\n");
        out.push_str("| --- | --- | --- | --- | --- |\n");
        for row in table(kind) {
            let (gitcode, elsewhere) = (named(row.gitcode), named(row.elsewhere));
            let (object, sent) = (shown(row.object), shown(row.sent));
            let field = row.field.name();
            writeln!(
                out,
                "| `{field}` | {gitcode} | {elsewhere} | {object} | {sent} |"
            )
            .expect("a text grows");
        }
    }
    out.push('\n');
    out
}

/// Keys as code, and what is none in words.
fn named(keys: &str) -> String {
    let is_key = |key: &str| key.contains(['_', '.']) || !key.contains(' ');
    let words = ["address", "always", "never", "file"];
    match keys {
        "" => "–".to_owned(),
        keys if words.contains(&keys) => keys.to_owned(),
        keys => {
            let shown = keys.split(", ").map(|key| match is_key(key) {
                true => format!("`{key}`"),
                false => key.to_owned(),
            });
            shown.collect::<Vec<_>>().join(", ")
        }
    }
}

fn shown(fate: Fate) -> String {
    match fate {
        Fate::Held => "held".to_owned(),
        Fate::Altered(reason) => format!("altered: {reason}"),
        Fate::Dropped(reason) => format!("dropped: {reason}"),
        Fate::Minted(reason) => format!("minted: {reason}"),
    }
}
