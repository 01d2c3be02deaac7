//! What is carried comes back, and nothing else is taken for it.

use proptest::prelude::*;

use super::*;
use crate::id::RecordId;
use crate::kind::RecordKind;
use crate::time::Timestamp;
use crate::value::{Field, Reactions, Value};

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn put(text: Option<&str>, carried: &Carried) -> String {
    put_below(text, carried).unwrap()
}

#[test]
fn a_footer_is_one_line_that_people_can_read() {
    let carried = Carried::new()
        .with(Field::State, "closed")
        .with(Field::StateReason, "not_planned")
        .with(Field::Author, "dependabot[bot]")
        .with_moment(Field::CreatedAt, moment("2011-05-27T03:46:15Z"))
        .with_moment(Field::DueOn, moment("2011-05-27T03:46:15.120Z"))
        .without(Field::ClosedBy)
        .with_names(Field::Labels, ["good first issue", "a,b", "--> x", "漢"])
        .with_milestone("v1 <beta>", Some(7))
        .given_names(Field::Labels, ["good first issue"])
        .with_flag(Field::Locked);
    let text = put(Some("Text."), &carried);
    let (above, footer) = text.split_once("\n\n").unwrap();
    assert_eq!(above, "Text.");
    assert_eq!(
        footer,
        "<!-- backlot 1 digest=95fd2f255f36eb33 author=dependabot[bot] closed_by \
         created_at=2011-05-27T03:46:15Z due_on=2011-05-27T03:46:15.120Z given:labels=good%20first%20issue \
         labels=good%20first%20issue,a%2Cb,-%2D%3E%20x,%E6%BC%A2 locked=true milestone=v1%20%3Cbeta%3E,7 \
         state=closed state_reason=not_planned -->"
    );
    assert_eq!(footer_characters(Some("Text."), &carried), footer.len() + 2);
    let taken = take(&text).unwrap();
    assert!(taken.is_intact() && taken.is_exact);
    assert_eq!(taken.carried, carried);
    assert_eq!(
        taken.carried.moment(Field::DueOn),
        Some(moment("2011-05-27T03:46:15.120Z"))
    );
    assert_eq!(taken.carried.names(Field::ClosedBy), Some(&[][..]));
}

#[test]
fn no_text_and_an_empty_one_are_told_apart() {
    let carried = Carried::new();
    for text in [None, Some(""), Some("\n\n"), Some(" ")] {
        let taken = take(&put(text, &carried)).unwrap();
        assert_eq!(taken.text_above.as_deref(), text);
        assert!(taken.is_intact() && taken.is_exact);
    }
}

#[test]
fn other_ends_of_lines_are_no_edit_and_come_back_as_they_were() {
    let carried = Carried::new().with(Field::ClosedBy, "mona");
    for text in ["one\ntwo\n\nthree", "one\r\ntwo\r\n", "one\ntwo\n\n"] {
        let sent = put(Some(text), &carried);
        let unified = sent.replace("\r\n", "\n");
        let trimmed: String = unified
            .lines()
            .map(|line| format!("{}\n", line.trim_end()))
            .collect();
        for received in [
            unified.replace('\n', "\r\n"),
            unified,
            trimmed,
            format!("{sent}\r\n"),
        ] {
            let taken = take(&received).unwrap();
            assert!(taken.is_intact(), "{received:?}");
            assert_eq!(taken.text_above.as_deref(), Some(text), "{received:?}");
            assert!(taken.is_exact);
        }
    }
    // Where blanks were taken away nobody knows where they were, and that is said.
    let taken = take(&put(Some("one  \ntwo"), &carried).replace("  \n", "\n")).unwrap();
    assert!(taken.is_intact() && !taken.is_exact);
    assert_eq!(taken.text_above.as_deref(), Some("one\ntwo"));
}

#[test]
fn an_edit_is_told_wherever_it_was_made() {
    let carried = Carried::new().with(Field::ClosedBy, "mona");
    let sent = put(Some("Text."), &carried);
    let damage = |text: &str| take(text).and_then(|taken| taken.damage);
    assert_eq!(damage(&sent), None);
    for edited in [
        sent.replace("Text", "Another text"),
        sent.replace("mona", "hubot"),
        sent.replace("digest=", "digest=0"),
        format!("above {sent}"),
    ] {
        assert_eq!(damage(&edited), Some(Damage::Edited), "{edited}");
    }
    let without_text = put(None, &carried);
    assert_eq!(
        damage(&format!("new\n\n{without_text}")),
        Some(Damage::Edited)
    );
    assert_eq!(damage(&format!("{sent}\n\nP.S.")), Some(Damage::TextBelow));
    assert_eq!(
        damage(&sent.replace(" 1 ", " 2 ")),
        Some(Damage::Version(2))
    );
    // Neither what is no footer below one nor how often it stands there hides that it was written.
    for below in [
        "see `<!-- backlot 1 x -->` here",
        "<!-- backlot 1 x --> <!-- backlot 1 digest=0 Y --> and more",
    ] {
        let text = format!("{sent}\n\n{below}");
        assert_eq!(damage(&text), Some(Damage::TextBelow), "{text}");
        assert_eq!(take(&text).unwrap().text_above.as_deref(), Some("Text."));
    }
    for broken in [
        sent.replace("digest=", "disgust="),
        sent.replace("mona", "mo%na"),
        sent.replace("mona", "%6Dona"),
        sent.replace("closed_by", "Closed"),
        sent.replace(" closed_by", "  closed_by"),
        sent.replace("mona", "mona author=ada"),
        sent.trim_end_matches(" -->").to_owned(),
    ] {
        let damage = damage(&broken);
        assert!(
            matches!(damage, Some(Damage::Malformed(_))),
            "{broken}: {damage:?}"
        );
    }
}

#[test]
fn what_is_no_footer_is_text() {
    for text in [
        "",
        "text",
        "<!-- backlot -->",
        "<!-- backlot is fine -->",
        "<!-- backlot 1",
        "<!-- backlot 1 and text",
        "<!-- backlot 1 is the first --> and more",
    ] {
        assert_eq!(take(text), None, "{text:?}");
    }
}

#[test]
fn keys_of_later_versions_stay_and_count_for_the_digest() {
    let mut carried = Carried::new().with(Field::ClosedBy, "mona");
    assert!(carried.read("color.of.hope=green,blue"));
    let taken = take(&put(Some("Text."), &carried)).unwrap();
    assert_eq!(taken.carried, carried);
    assert_eq!(
        taken.carried.unknown().collect::<Vec<_>>(),
        ["color.of.hope"]
    );
    assert_eq!(
        taken.carried.fields().collect::<Vec<_>>(),
        [Field::ClosedBy]
    );
}

#[test]
fn nothing_mentions_anybody_or_refers_to_anything() {
    let names = [
        "@mona", "#5", "!5", "~x", "$1", "&1", "(c)", "it's", "a;b*?",
    ];
    let carried = Carried::new().with_names(Field::Labels, names);
    let text = put(Some("Text."), &carried);
    assert!(
        text.contains("labels=%40mona,%235,%215,%7Ex,%241,%261,%28c%29,it%27s,a%3Bb%2A%3F"),
        "{text}"
    );
    // As it was spelled first, by which nobody meant anything else.
    let once = "labels=@mona,#5,!5,~x,$1,&1,(c),it's,a;b*?";
    let digest = digest("Text.", once);
    let taken = take(&format!(
        "Text.\n\n<!-- backlot 1 digest={digest} {once} -->"
    ))
    .unwrap();
    assert!(taken.is_intact());
    assert_eq!(taken.carried, carried);
}

#[test]
fn a_footer_knows_the_record_that_it_is_of() {
    let (issue, comment, milestone) = (
        RecordKind::Issue,
        RecordKind::Comment,
        RecordKind::Milestone,
    );
    let sent = put(Some("Text."), &Carried::new().of_issue(3));
    assert!(sent.ends_with(" of=issue,3 -->"), "{sent}");
    let carried = take(&sent).unwrap().carried;
    assert_eq!(carried.unknown().count(), 0);
    assert!(carried.is_of(issue, Some(3), Some("Any title")));
    assert!(carried.is_of(issue, None, None));
    assert!(!carried.is_of(issue, Some(4), None));
    assert!(!carried.is_of(comment, Some(3), None));
    // Nobody can give it to another record without an edit that is told.
    let other = sent.replace("of=issue,3", "of=issue,4");
    assert_eq!(take(&other).unwrap().damage, Some(Damage::Edited));

    let moment = moment("2011-05-27T03:46:15Z");
    let carried = Carried::new().of_comment(3, Some(moment));
    assert_eq!(
        carried.said_of().unwrap(),
        ["comment", "3", "2011-05-27T03:46:15Z"]
    );
    assert!(carried.is_of(comment, Some(3), None));
    assert!(!carried.is_of(comment, Some(4), None) && !carried.is_of(issue, Some(3), None));

    let carried = Carried::new().of_milestone(7, "Beta");
    for (number, title, expected) in [
        (7, "Beta", true),
        (7, "Gamma", true),
        (1, "Beta", true),
        (1, "Gamma", false),
    ] {
        let found = carried.is_of(milestone, Some(number), Some(title));
        assert_eq!(found, expected, "{number} {title}");
    }
    assert!(Carried::new().is_of(issue, Some(4), None));
}

#[test]
fn values_of_records_are_carried_by_name() {
    let id = RecordId::NIL;
    let mut name = |_| Some("mona".to_owned());
    let reactions = Reactions {
        counts: [3, 0, 0, 0, 0, 1, 0, 0],
    };
    let values: [Value; 5] = [
        Value::ClosedBy(id),
        Value::Assignees(vec![id, id]),
        Value::Locked(true),
        Value::Reactions(reactions),
        Value::MergedAt(moment("2020-01-01T00:00:00.001Z")),
    ];
    let carried = values.iter().fold(Carried::new(), |carried, value| {
        carried.with_value(value, &mut name)
    });
    assert_eq!(carried.text(Field::ClosedBy), Some("mona"));
    assert_eq!(carried.names(Field::Assignees).map(<[_]>::len), Some(2));
    assert_eq!(carried.text(Field::Locked), Some("true"));
    assert_eq!(carried.reactions(), Some(reactions));
    assert_eq!(
        carried.moment(Field::MergedAt),
        Some(moment("2020-01-01T00:00:00.001Z"))
    );
}

#[test]
fn a_footer_that_is_too_long_is_refused() {
    let carried = Carried::new().with(Field::Title, "x".repeat(FOOTER_BYTES));
    let error = put_below(None, &carried).unwrap_err();
    assert_eq!(error.bytes, footer_characters(None, &carried));
}

fn any_text() -> impl Strategy<Value = Option<String>> {
    let text = prop_oneof![
        any::<String>(),
        "[ab \r\n\t<>!-]{0,16}",
        "(a|\n|\r|\r\n|<!-- backlot 1 |digest=| -->|<!-- backlot 1 digest=0011223344556677 -->){0,8}",
    ];
    proptest::option::of(text)
}

fn any_carried() -> impl Strategy<Value = Carried> {
    let value = prop_oneof![any::<String>(), "[-%,=<> \n]{0,5}", "[a-z]{1,8}"];
    let entry = (
        proptest::sample::select(Field::ALL),
        proptest::collection::vec(value, 0..4),
        any::<bool>(),
        any::<i64>(),
    );
    proptest::collection::vec(entry, 0..5).prop_map(|entries| {
        let mut carried = Carried::new();
        for (field, names, is_given, milliseconds) in entries {
            let moment = Timestamp::from_unix_milliseconds(milliseconds);
            carried = match (names.is_empty(), is_given) {
                (true, true) => carried.with_moment(field, moment),
                (_, true) => carried.given_names(field, names),
                (_, false) => carried.with_names(field, names),
            };
        }
        carried
    })
}

proptest! {
    #[test]
    fn what_was_put_below_a_text_is_taken_off_again(
        text in any_text(),
        inner in any_carried(),
        outer in any_carried(),
    ) {
        let once = put(text.as_deref(), &inner);
        let twice = put(Some(&once), &outer);
        let taken = take(&twice).unwrap();
        prop_assert!(taken.is_intact() && taken.is_exact);
        prop_assert_eq!(taken.carried, outer);
        prop_assert_eq!(taken.text_above.as_deref(), Some(once.as_str()));
        let taken = take(&once).unwrap();
        prop_assert!(taken.is_intact() && taken.is_exact);
        prop_assert_eq!(taken.carried, inner);
        prop_assert_eq!(taken.text_above, text);
    }

    #[test]
    fn a_footer_is_a_comment_that_ends_where_it_should(text in any_text(), carried in any_carried()) {
        let whole = put(text.as_deref(), &carried);
        let inside = whole
            .get(whole.rfind("<!--").unwrap() + 4..)
            .and_then(|rest| rest.strip_suffix("-->"))
            .unwrap();
        prop_assert!(inside.is_ascii());
        prop_assert!(!inside.contains("--") && !inside.contains(['<', '>', '\n', '\r']));
        // Blanks and `=` part the pairs, and commas the names of a list.
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:+/[]-,%= ".contains(&byte);
        prop_assert!(inside.bytes().all(is_known), "{}", inside);
        let longer = whole.chars().count() - text.as_deref().unwrap_or_default().chars().count();
        prop_assert_eq!(footer_characters(text.as_deref(), &carried), longer);
    }

    #[test]
    fn moments_come_back_to_the_millisecond(milliseconds in prop_oneof![
        any::<i64>(),
        -62_167_219_200_000i64..253_402_300_800_000,
    ]) {
        let moment = Timestamp::from_unix_milliseconds(milliseconds);
        let carried = Carried::new().with_moment(Field::ClosedAt, moment);
        let taken = take(&put(None, &carried)).unwrap();
        prop_assert_eq!(taken.carried.moment(Field::ClosedAt), Some(moment));
    }

    #[test]
    fn garbage_never_panics_and_is_never_intact(
        text in "(<!-- backlot |1 |2 |digest=|0123456789abcdef|exact=| no_text| |a=b|%|,|-->| -->|<|\n|é|\\PC){0,24}",
    ) {
        if let Some(taken) = take(&text) {
            prop_assert!(!taken.is_intact());
        }
    }

    #[test]
    fn any_edit_of_the_text_is_told(text in "[a-z]{1,12}", other in "[a-z]{1,12}", carried in any_carried()) {
        prop_assume!(text != other);
        let sent = put(Some(&text), &carried);
        let edited = format!("{other}{}", &sent[text.len()..]);
        prop_assert_eq!(take(&edited).unwrap().damage, Some(Damage::Edited));
    }
}
