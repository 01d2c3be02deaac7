//! What searches mean, what is wrong with others, and that what is shown is read back.

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

use super::{
    Aspect, Bounds, Condition, Direction, MAX_DEPTH, ParseOptions, Query, QueryError,
    QueryErrorKind, Sort, SortKey, Test, TextFields, TextTest,
};
use crate::time::Timestamp;
use crate::word::{State, StateReason};

fn options() -> ParseOptions {
    ParseOptions {
        me: Some("mona".to_owned()),
        now: Timestamp::parse("2024-06-15T12:00:00Z").ok(),
    }
}

fn parse(text: &str) -> Result<Query, QueryError> {
    Query::parse(text, &options())
}

/// What a search is shown as.
fn shown(text: &str) -> String {
    match parse(text) {
        Ok(query) => query.to_string(),
        Err(error) => format!("{:?} {:?}", error.kind(), &text[error.span()]),
    }
}

fn is(test: Test) -> Condition {
    Condition::Is(test)
}

fn label(name: &str) -> Condition {
    is(Test::Label(vec![name.to_owned()]))
}

fn word(text: &str) -> Condition {
    is(Test::Text(TextTest {
        text: text.to_owned(),
        is_phrase: false,
        is_prefix: false,
        fields: TextFields::default(),
    }))
}

#[test]
fn operators_bind_as_everywhere() {
    use Condition::{All, Any, Not};
    let (a, b, c) = (label("a"), label("b"), label("c"));
    for (text, condition) in [
        ("", All(vec![])),
        ("  ", All(vec![])),
        ("label:a", a.clone()),
        ("label:a label:b", All(vec![a.clone(), b.clone()])),
        ("label:a AND label:b", All(vec![a.clone(), b.clone()])),
        ("label:a OR label:b", Any(vec![a.clone(), b.clone()])),
        (
            "label:a label:b OR label:c",
            Any(vec![All(vec![a.clone(), b.clone()]), c.clone()]),
        ),
        (
            "label:a AND (label:b OR label:c)",
            All(vec![a.clone(), Any(vec![b.clone(), c])]),
        ),
        ("((label:a) (label:b))", All(vec![a.clone(), b.clone()])),
        ("-(label:a label:b)", Not(Box::new(All(vec![a.clone(), b])))),
        ("NOT label:a", Not(Box::new(a.clone()))),
        ("NOT(label:a)", Not(Box::new(a.clone()))),
        ("-label:a", Not(Box::new(a.clone()))),
        ("NOT -label:a", Not(Box::new(Not(Box::new(a))))),
        ("and", word("and")),
        ("main() x", All(vec![word("main()"), word("x")])),
        ("--verbose", word("--verbose")),
        ("std::fmt", word("std::fmt")),
        ("12", word("12")),
    ] {
        assert_eq!(parse(text).map(|q| q.condition), Ok(condition), "{text}");
    }
}

#[test]
fn spaces_make_alternatives_of_repositories_and_owners() {
    for (text, canonical) in [
        ("repo:a/x repo:a/y", "repo:a/x,a/y"),
        ("repo:a/x crash repo:a/y", "repo:a/x,a/y crash"),
        ("repo:a/x org:b user:c", "repo:a/x OR org:b,c"),
        ("crash repo:a/x org:b", "crash (repo:a/x OR org:b)"),
        ("repo:a/x AND repo:a/y", "repo:a/x AND repo:a/y"),
        ("repo:a/x (repo:a/y)", "repo:a/x AND repo:a/y"),
        ("-repo:a/x -repo:a/y", "-repo:a/x -repo:a/y"),
    ] {
        assert_eq!(shown(text), canonical, "{text}");
        assert_eq!(shown(canonical), canonical, "{text}");
    }
}

#[test]
fn values_are_read_as_github_documents_them() {
    for (text, canonical) in [
        ("IS:Open", "is:open"),
        ("state:closed", "is:closed"),
        ("type:pr", "is:pr"),
        ("type:issue", "is:issue"),
        ("type:Bug", "type:Bug"),
        (r#"type:"pr""#, r#"type:"pr""#),
        ("type:bug,issue", "type:bug OR is:issue"),
        ("is:unmerged", "is:pr -is:merged"),
        ("-is:merged", "-is:merged"),
        ("-is:unlocked", "is:locked"),
        ("-is:pr", "is:issue"),
        ("draft:false", "is:pr -is:draft"),
        ("-draft:false", "-(is:pr -is:draft)"),
        ("is:archived", "archived:true"),
        ("is:public", "is:public"),
        (r#"label:"help wanted",bug"#, r#"label:"help wanted",bug"#),
        (r#"label:"say \"hi\" \\""#, r#"label:"say \"hi\" \\""#),
        ("milestone:*", "has:milestone"),
        ("milestone:none", "no:milestone"),
        (r#"milestone:"none""#, r#"milestone:"none""#),
        ("assignee:@me,none", "assignee:mona OR no:assignee"),
        ("author:app/robot", "author:robot[bot]"),
        ("author:@Hubot", "author:Hubot"),
        ("author:@@Hubot", "author:Hubot"),
        (r#"reason:"not planned""#, "reason:not-planned"),
        (
            "reason:not_planned,duplicate",
            "reason:not-planned OR reason:duplicate",
        ),
        ("parent-issue:a/x#12", "parent-issue:a/x#12"),
        ("parent-issue:12", "parent-issue:#12"),
        (
            "no:sub-issue has:parent-issue",
            "no:sub-issue has:parent-issue",
        ),
        ("-(no:label)", "-(no:label)"),
        ("created:2024-05-01", "created:2024-05-01"),
        ("created:>2024-05-01", "created:>=2024-05-02"),
        ("updated:<@today-1w", "updated:<=2024-06-07"),
        ("closed:*..2024-05-01", "closed:<=2024-05-01"),
        (
            "merged:2024-05-01T10:00:00+02:00..*",
            "merged:>=2024-05-01T08:00:00Z",
        ),
        ("closed:*", "closed:*"),
        ("comments:>3", "comments:>=4"),
        ("interactions:2..5", "interactions:2..5"),
        ("reactions:<0", "reactions:1..0"),
        ("crash in:title in:body", "crash in:title,body"),
        ("crash in:title,body,comments", "crash"),
        ("(in:title crash) OR boom", "crash OR boom in:title"),
        ("in:title", ""),
        (
            "crash* \"stack over\"* -\"at start\"",
            "crash* \"stack over\"* -\"at start\"",
        ),
        ("sort:created-asc", "sort:created-asc"),
        ("x sort:reactions--1", "x sort:reactions--1-desc"),
        ("sort:reactions-+1-asc", "sort:reactions-+1-asc"),
        (
            "sort:reactions-thinking_face",
            "sort:reactions-thinking_face-desc",
        ),
        ("sort:reactions-laugh", "sort:reactions-smile-desc"),
        ("error:404", "error:404"),
        (r#"error:"not found""#, r#""error:not found""#),
        ("崩溃 label:缺陷", "崩溃 label:缺陷"),
        (
            "number:1..20 milestone-number:3",
            "number:1..20 milestone-number:3",
        ),
    ] {
        assert_eq!(shown(text), canonical, "{text}");
        assert_eq!(shown(canonical), canonical, "{text}");
    }
}

#[test]
fn errors_point_at_the_word() {
    use QueryErrorKind as Kind;
    for (text, kind, meant) in [
        ("a \"b c", Kind::UnclosedQuote, "\"b c"),
        ("(a b", Kind::UnclosedParenthesis, "("),
        ("f(a b", Kind::UnclosedParenthesis, "("),
        ("a) b", Kind::UnmatchedParenthesis, ")"),
        ("a ( ) b", Kind::EmptyGroup, "( )"),
        ("a OR", Kind::MissingOperand, "OR"),
        ("AND a", Kind::MissingOperand, "AND"),
        ("a OR OR b", Kind::MissingOperand, "OR"),
        ("a NOT", Kind::MissingOperand, "NOT"),
        ("a OR in:title", Kind::MissingOperand, "OR"),
        ("label: bug", Kind::MissingValue, "label:"),
        ("label:a,", Kind::MissingValue, "label:a,"),
        ("label:\"\"", Kind::MissingValue, "label:\"\""),
        ("\"\"", Kind::MissingValue, "\"\""),
        ("is:opne", Kind::InvalidValue, "opne"),
        ("x -state:merged", Kind::InvalidValue, "merged"),
        ("is:open,closed", Kind::InvalidValue, "is:open,closed"),
        ("label:\"a\"b", Kind::InvalidValue, "b"),
        ("created:yesterday", Kind::InvalidValue, "yesterday"),
        ("comments:many", Kind::InvalidValue, "many"),
        ("repo:kelp", Kind::InvalidValue, "kelp"),
        ("author:*", Kind::InvalidValue, "*"),
        ("author:@", Kind::InvalidValue, "@"),
        ("parent-issue:a#1", Kind::InvalidValue, "a#1"),
        ("parent-issue:#", Kind::InvalidValue, "#"),
        ("in:title,header", Kind::InvalidValue, "header"),
        ("sort:stars", Kind::InvalidValue, "stars"),
        ("no:reviewer", Kind::InvalidValue, "reviewer"),
        ("draft:maybe", Kind::InvalidValue, "maybe"),
        ("is:queued", Kind::Unsupported, "queued"),
        ("a review:approved", Kind::Unsupported, "review:approved"),
        ("-no:label", Kind::CannotNegate, "-no:label"),
        ("NOT no:label", Kind::CannotNegate, "no:label"),
        ("-in:title", Kind::CannotNegate, "-in:title"),
        ("-sort:created", Kind::CannotNegate, "-sort:created"),
        (
            "sort:created x sort:updated",
            Kind::SecondSort,
            "sort:updated",
        ),
        ("作者 is:开", Kind::InvalidValue, "开"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!((error.kind(), &text[error.span()]), (kind, meant), "{text}");
    }
    let unknown = ParseOptions::default();
    for text in ["author:@me", "created:@today-1d"] {
        let error = Query::parse(text, &unknown).unwrap_err();
        assert_eq!(error.kind(), QueryErrorKind::Unresolved);
    }
}

#[test]
fn errors_say_what_would_be_right() {
    for (text, right) in [
        ("is:opne", "did you mean is:open?"),
        ("is:Isue", "did you mean is:issue?"),
        ("no:labels", "did you mean no:label?"),
        ("reason:notplanned", "did you mean reason:\"not planned\"?"),
        ("sort:upadted", "did you mean sort:updated?"),
        ("in:titel", "did you mean in:title?"),
        ("-no:label", "write has:label"),
        ("repo:kelp", "write owner/name"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.what_would_be_right(), Some(right), "{text}");
    }
    let error = parse("crash is:opne").unwrap_err();
    assert_eq!(
        error.pointing_at("crash is:opne").to_string(),
        "crash is:opne\n         ^^^^\nis: cannot be \"opne\": did you mean is:open?"
    );
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    for text in [
        nested(MAX_DEPTH + 1),
        "(".repeat(100_000),
        "-(".repeat(100_000),
        "NOT ".repeat(100_000),
    ] {
        let kind = parse(&text).unwrap_err().kind();
        assert_eq!(kind, QueryErrorKind::TooDeep);
    }
    let deep = format!("{}a{}", "-(a OR ".repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH));
    let query = parse(&deep).unwrap();
    assert_eq!(parse(&query.to_string()), Ok(query));
}

fn moments() -> impl Strategy<Value = Bounds<Timestamp>> {
    let day = 86_400_000i64;
    let from = prop_oneof![
        (-20_000..20_000i64).prop_map(move |d| d * day),
        (-2_000_000_000..2_000_000_000i64).prop_map(|s| s * 1000),
        -2_000_000_000_000..2_000_000_000_000i64,
    ];
    let to = from.clone().prop_map(|at| at - 1);
    let end = Timestamp::from_unix_milliseconds;
    let from = prop::option::of(from.prop_map(end));
    let to = prop::option::of(to.prop_map(end));
    (from, to).prop_map(|(from, to)| Bounds { from, to })
}

fn counts() -> impl Strategy<Value = Bounds<u64>> {
    let number = || prop::option::of(prop_oneof![0..20u64, any::<u64>()]);
    (number(), number()).prop_map(|(from, to)| Bounds { from, to })
}

/// Names of labels, milestones and types.
fn names() -> impl Strategy<Value = Vec<String>> {
    let name = prop_oneof![
        "[a-z]{1,6}",
        "[A-Za-z 崩溃é\"\\\\,()*:#@-]{1,8}",
        Just("none".to_owned()),
        Just("*".to_owned()),
        Just("issue".to_owned()),
    ];
    prop::collection::vec(name, 1..4)
}

fn logins() -> impl Strategy<Value = Vec<String>> {
    let login = prop_oneof![
        "[a-zA-Z0-9-]{1,8}",
        "[a-z]{1,4}\\[bot\\]",
        Just("none".to_owned())
    ];
    prop::collection::vec(login, 1..4)
}

fn texts() -> impl Strategy<Value = (String, bool, bool)> {
    let reads_as_itself = |text: &String| parse(text).map(|q| q.condition) == Ok(word(text));
    let typed = "[a-zA-Z:/#.()崩溃\"*-]{1,8}".prop_filter("can be typed", reads_as_itself);
    prop_oneof![
        ("[a-z崩é]{1,8}", any::<bool>()).prop_map(|(text, prefix)| (text, false, prefix)),
        typed.prop_map(|text| (text, false, false)),
        ("[a-zA-Z :\"\\\\*()-]{1,12}", any::<bool>())
            .prop_map(|(text, prefix)| (text, true, prefix)),
    ]
}

fn aspects() -> impl Strategy<Value = Aspect> {
    prop::sample::select(vec![
        Aspect::Label,
        Aspect::Milestone,
        Aspect::Assignee,
        Aspect::Type,
        Aspect::Project,
        Aspect::ParentIssue,
        Aspect::SubIssue,
    ])
}

fn reasons() -> impl Strategy<Value = StateReason> {
    prop::sample::select(vec![
        StateReason::Completed,
        StateReason::NotPlanned,
        StateReason::Duplicate,
        StateReason::Reopened,
    ])
}

fn tests(fields: TextFields) -> impl Strategy<Value = Condition> {
    let repository = || "[a-z]{1,5}/[a-z.,\"()]{1,3}x".prop_map(|name| name.parse().unwrap());
    let people = (logins(), 0..6u8).prop_map(|(logins, which)| match which {
        0 => Test::Assignee(logins),
        1 => Test::Author(logins),
        2 => Test::Mentions(logins),
        3 => Test::Commenter(logins),
        4 => Test::Owner(logins),
        _ => Test::Involves(logins),
    });
    let flags = (any::<bool>(), 0..9u8).prop_map(|(yes, which)| match which {
        0 => Test::PullRequest(yes),
        1 => Test::Merged(yes),
        2 => Test::Draft(yes),
        3 => Test::Locked(yes),
        4 => Test::Pinned(yes),
        5 => Test::Blocked(yes),
        6 => Test::Blocking(yes),
        7 => Test::Private(yes),
        _ => Test::Archived(yes),
    });
    let times = (moments(), 0..4u8).prop_map(|(bounds, which)| match which {
        0 => Test::Created(bounds),
        1 => Test::Updated(bounds),
        2 => Test::Closed(bounds),
        _ => Test::MergedAt(bounds),
    });
    let counted = (counts(), 0..4u8).prop_map(|(bounds, which)| match which {
        0 => Test::Comments(bounds),
        1 => Test::Reactions(bounds),
        2 => Test::Interactions(bounds),
        _ => Test::Number(bounds),
    });
    let others = prop_oneof![
        any::<bool>().prop_map(|open| Test::State(if open { State::Open } else { State::Closed })),
        reasons().prop_map(Test::Reason),
        names().prop_map(Test::Label),
        names().prop_map(Test::Milestone),
        names().prop_map(Test::Type),
        any::<u64>().prop_map(Test::MilestoneNumber),
        (prop::option::of(repository()), any::<u64>()).prop_map(|(r, n)| Test::ParentIssue(r, n)),
        aspects().prop_map(Test::Has),
        aspects().prop_map(Test::No),
        prop::collection::vec(repository(), 1..3).prop_map(Test::Repository),
    ];
    let text = texts().prop_map(move |(text, is_phrase, is_prefix)| {
        Test::Text(TextTest {
            text,
            is_phrase,
            is_prefix,
            fields,
        })
    });
    prop_oneof![people, flags, times, counted, others, text].prop_map(Condition::Is)
}

/// Conditions as parsing makes them.
fn conditions(fields: TextFields) -> impl Strategy<Value = Condition> {
    tests(fields).prop_recursive(4, 24, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..5);
        prop_oneof![
            several.clone().prop_map(|all| flat(all, true)),
            several.prop_map(|any| flat(any, false)),
            inner.prop_map(opposite),
        ]
    })
}

fn flat(members: Vec<Condition>, is_all: bool) -> Condition {
    let mut out = Vec::new();
    for member in members {
        match member {
            Condition::All(inner) if is_all => out.extend(inner),
            Condition::Any(inner) if !is_all => out.extend(inner),
            other => out.push(other),
        }
    }
    if is_all {
        Condition::All(out)
    } else {
        Condition::Any(out)
    }
}

fn opposite(condition: Condition) -> Condition {
    match condition {
        Condition::Is(
            Test::PullRequest(_)
            | Test::Merged(_)
            | Test::Draft(_)
            | Test::Locked(_)
            | Test::Pinned(_)
            | Test::Blocked(_)
            | Test::Blocking(_)
            | Test::Private(_)
            | Test::Archived(_),
        ) => condition,
        other => Condition::Not(Box::new(other)),
    }
}

fn queries() -> impl Strategy<Value = Query> {
    let fields = (1..8u8).prop_map(|bits| TextFields {
        title: bits & 1 != 0,
        body: bits & 2 != 0,
        comments: bits & 4 != 0,
    });
    let keys = prop_oneof![
        (0..8u8).prop_map(SortKey::Reaction),
        prop::sample::select(vec![
            SortKey::Created,
            SortKey::Updated,
            SortKey::Comments,
            SortKey::Reactions,
            SortKey::Interactions,
            SortKey::Relevance,
            SortKey::Number,
        ]),
    ];
    let sort = (keys, any::<bool>()).prop_map(|(key, ascending)| Sort {
        key,
        direction: if ascending {
            Direction::Ascending
        } else {
            Direction::Descending
        },
    });
    let condition = fields.prop_flat_map(conditions);
    let sort = prop::option::of(sort);
    (condition, sort).prop_map(|(condition, sort)| Query { condition, sort })
}

/// Texts that look like searches.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "(",
        ")",
        "-",
        "\"",
        "\\",
        ":",
        ",",
        "*",
        "..",
        ">",
        "<=",
        "@today",
        "@me",
        "-7d",
        "NOT ",
        " AND ",
        " OR ",
        " ",
        "\u{3000}",
        "is:",
        "open",
        "label:",
        "created:",
        "2024-05-01",
        "T10:00Z",
        "sort:",
        "reactions-",
        "in:",
        "title",
        "repo:",
        "a/b",
        "#12",
        "parent-issue:",
        "comments:",
        "99999999999999999999",
        "崩溃",
        "é",
        "😀",
        "\n",
        "x",
        "review:",
        "type:",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_shown_is_read_back(query in queries()) {
        let shown = query.to_string();
        assert_eq!(parse(&shown), Ok(query), "{shown}");
    }

    #[test]
    fn any_text_is_read_or_refused_at_a_place_inside(text in prop_oneof![pieces(), ".{0,40}"]) {
        match parse(&text) {
            Ok(query) => {
                let shown = query.to_string();
                assert_eq!(parse(&shown), Ok(query), "{text:?} is shown as {shown:?}");
            }
            Err(error) => {
                assert!(text.get(error.span()).is_some(), "{:?} in {text:?}", error.span());
                assert_eq!(error.pointing_at(&text).to_string().lines().count(), 3);
            }
        }
    }
}
