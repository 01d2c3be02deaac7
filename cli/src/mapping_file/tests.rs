use super::read::{Trouble, parsed};
use super::show::shown;

const WHOLE: &str = r##"
defuse-mentions = true
keep-authorship = true

[users]
octocat = "mona"   # the same person
"dependabot[bot]" = "renovate"

[labels]
"good first issue" = "starter \"easy\""

[milestones]
"v1.0" = "1.0"

[issues]
12 = 40
"#13" = "acme/tracker#7"
"octo/old#1" = "GH-2"
"##;

#[test]
fn a_file_reads_back_as_it_was_written() {
    let mapping = parsed(WHOLE).unwrap();
    let text = shown(&mapping);
    assert_eq!(parsed(&text), Ok(mapping.clone()));
    let back = mapping.inverse().mapping;
    assert_eq!(parsed(&shown(&back)), Ok(back));
    assert_eq!(mapping.pairs(backlot_model::RecordKind::User).count(), 2);
    assert_eq!(mapping.issues().count(), 3);
}

#[test]
fn lines_of_pairs_are_users() {
    let lines = "# people\r\noctocat: mona\r\n\r\nhubot : ada\r\n";
    let table = "[users]\noctocat = 'mona'\nhubot = 'ada'\n";
    assert_eq!(parsed(lines), parsed(table));
    assert_eq!(parsed("# nothing\n"), Ok(Default::default()));
}

#[test]
fn the_file_says_what_cannot_be_told_apart() {
    let text = shown(&parsed("[labels]\nbug = 'defect'\nBroken = 'Defect'\n").unwrap());
    assert!(
        text.contains("#   labels: \"Defect\" is \"Broken\", \"bug\"\n"),
        "{text}"
    );
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let cases = [
        (
            "\n[user]\na = 'b'\n",
            2,
            "unknown key \"user\"",
            "did you mean `users`?",
        ),
        (
            "x = 1\n",
            1,
            "unknown key \"x\"",
            "known are users, labels, milestones, issues, defuse-mentions, restore-mentions, \
             keep-authorship, take-authorship-off",
        ),
        ("[users]\na = 1\n", 2, "the new name must be a text", ""),
        (
            "[users]\n\na = 'b c'\n",
            3,
            "users: \"a\": user login can't contain white space, a slash or a comma",
            "",
        ),
        (
            "[issues]\n0 = 3\n",
            2,
            "\"0\" is no reference to an issue: write 12, #12, GH-12, owner/name#12 or the address of its page",
            "",
        ),
        (
            "[issues]\n3 = -3\n",
            2,
            "\"-3\" is no reference to an issue: write 12, #12, GH-12, owner/name#12 or the address of its page",
            "",
        ),
        ("defuse-mentions = 'yes'\n", 1, "must be true or false", ""),
        (
            "defuse-mentions = true\nrestore-mentions = true\n",
            2,
            "\"restore-mentions\" and its opposite are both set",
            "",
        ),
        (
            "users = 3\n",
            1,
            "\"users\" must be a table of old and new names",
            "",
        ),
        (
            "[users]\na = 'b'\nA = 'c'\n",
            3,
            "users: \"A\": is mapped to \"b\" already",
            "",
        ),
        (
            "octocat: mona\nhubot\n",
            2,
            "\"hubot\" is no pair: write `old: new`",
            "",
        ),
    ];
    for (text, line, message, hint) in cases {
        let expected = Trouble {
            line,
            message: message.to_owned(),
            hint: (!hint.is_empty()).then(|| hint.to_owned()),
        };
        assert_eq!(parsed(text), Err(expected), "{text}");
    }
    let broken = parsed("[users]\na = \n").unwrap_err();
    assert_eq!(broken.line, 2, "{}", broken.message);
}
