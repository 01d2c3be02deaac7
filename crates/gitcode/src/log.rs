//! What operate logs tell in words, as far as their wording is established.

use backlot_model::RecordKind;

/// What a log tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told<'t> {
    /// These labels were put on. Where there are several, it may as well have been fewer whose names have
    /// `, ` inside: the words do not tell them apart, and names of labels are said to have no special characters.
    Labeled(Vec<&'t str>),
    /// The issue was put on the milestone of this title.
    Milestoned(&'t str),
    /// The title was another one.
    Renamed {
        /// What it was.
        from: &'t str,
        /// What it became.
        to: &'t str,
    },
    /// A pull request was linked.
    Connected {
        /// Its title.
        title: &'t str,
        /// Its number, among the pull requests.
        number: u64,
    },
}

/// An operate log in GitCode's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// The `action_type`.
    pub(crate) action: &'static str,
    /// The `content`.
    pub(crate) content: String,
}

const LABEL: (&str, &str) = ("label", "add label ");
const MILESTONE: (&str, &str) = ("milestone", "changed milestone to ");
const TITLE: (&str, &str) = ("title", "changed title from **");
const LINK: (&str, &str) = ("add_issue_mr_link", "Create issue mr links: **");
/// What the name of an event begins with whose words are not established; the type of the log follows.
const UNESTABLISHED: &str = "gitcode:";
/// No log is known that tells of more labels than an issue can have. One that names more is only kept.
const MOST_LABELS: usize = 100;
/// Between two labels of one log.
const AND: &str = ", ";
/// Between the two titles of a renaming.
const TO: &str = "** to **";
/// Between the title and the number of a pull request.
const NUMBER: &str = "** #";

impl Told<'_> {
    /// The name by which the model calls such an event.
    pub(crate) const fn event(&self) -> &'static str {
        match self {
            Self::Labeled(_) => "labeled",
            Self::Milestoned(_) => "milestoned",
            Self::Renamed { .. } => "renamed",
            Self::Connected { .. } => "connected",
        }
    }

    /// The words of the log with other names in them; none where no name is another one. Titles of issues have no
    /// other names.
    pub(crate) fn renamed(
        &self,
        mut new: impl FnMut(RecordKind, &str) -> Option<String>,
    ) -> Result<Option<String>, Unsaid> {
        let words = match self {
            Self::Labeled(names) => {
                let given: Vec<_> = names
                    .iter()
                    .map(|name| new(RecordKind::Label, name))
                    .collect();
                if given.iter().all(Option::is_none) {
                    return Ok(None);
                }
                let pairs = names.iter().zip(&given);
                let names = pairs.map(|(name, given)| given.as_deref().unwrap_or(name));
                compose(&Told::Labeled(names.collect()))
            }
            Self::Milestoned(title) => match new(RecordKind::Milestone, title) {
                Some(new) => compose(&Told::Milestoned(&new)),
                None => return Ok(None),
            },
            Self::Renamed { .. } | Self::Connected { .. } => return Ok(None),
        };
        words.map(|words| Some(words.content)).ok_or(Unsaid)
    }
}

/// That no words of a log say a name, because they would be read as something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unsaid;

/// The name of an event of whose words nobody knows what they mean: the type of the log, behind what makes it a name
/// that means nothing anywhere else.
pub(crate) fn unestablished(action: &str) -> String {
    format!("{UNESTABLISHED}{action}")
}

/// The type of the log that an event of such a name came from.
pub(crate) fn action_of(event: &str) -> Option<&str> {
    event.strip_prefix(UNESTABLISHED)
}

/// What a log tells; none where its wording is not established, or could mean two things. Such a log is kept word
/// for word.
pub(crate) fn parse<'t>(action: &str, content: &'t str) -> Option<Told<'t>> {
    let after = |(known, words): (&str, &str)| {
        let rest = content.strip_prefix(words)?;
        (action == known && !rest.is_empty()).then_some(rest)
    };
    if let Some(names) = after(LABEL) {
        let names: Vec<&str> = names.split(AND).take(MOST_LABELS + 1).collect();
        let is_told = names.len() <= MOST_LABELS && !names.contains(&"");
        return is_told.then_some(Told::Labeled(names));
    }
    if let Some(title) = after(MILESTONE) {
        return Some(Told::Milestoned(title));
    }
    if let Some(titles) = after(TITLE) {
        let titles = titles.strip_suffix("**")?;
        let at = titles.find(TO)?;
        // A title can have these signs inside. Then nobody knows where the first one ends.
        if titles.get(at + 1..)?.contains(TO) {
            return None;
        }
        let (from, to) = (titles.get(..at)?, titles.get(at + TO.len()..)?);
        let is_whole = !from.is_empty() && !to.is_empty();
        return is_whole.then_some(Told::Renamed { from, to });
    }
    let (title, number) = after(LINK)?.rsplit_once(NUMBER)?;
    let number = backlot_forge::json::number(number)?;
    // More than one pull request may be linked at once, in words that nobody has seen.
    let is_one = !title.is_empty() && !title.contains(NUMBER);
    is_one.then_some(Told::Connected { title, number })
}

/// The log that tells this, if there are words for it that tell nothing else.
pub(crate) fn compose(told: &Told<'_>) -> Option<Words> {
    let (action, content) = match told {
        Told::Labeled(names) => (LABEL.0, format!("{}{}", LABEL.1, names.join(AND))),
        Told::Milestoned(title) => (MILESTONE.0, format!("{}{title}", MILESTONE.1)),
        Told::Renamed { from, to } => (TITLE.0, format!("{}{from}{TO}{to}**", TITLE.1)),
        // Its keys say more of the pull request than an event of another forge knows.
        Told::Connected { .. } => return None,
    };
    let is_heard = parse(action, &content).as_ref() == Some(told);
    is_heard.then_some(Words { action, content })
}

/// The log of an event that the model calls so: one about `subject`, or about what was `from` one thing and became
/// `to` another. None where GitCode has no established words for it.
pub(crate) fn compose_event(
    event: &str,
    subject: Option<&str>,
    from: Option<&str>,
    to: Option<&str>,
) -> Option<Words> {
    let told = match event {
        "labeled" => Told::Labeled(vec![subject?]),
        "milestoned" => Told::Milestoned(subject?),
        "renamed" => Told::Renamed {
            from: from?,
            to: to?,
        },
        _ => return None,
    };
    compose(&told)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn established_words_tell_what_happened() {
        let cases = [
            ("label", "add label bug", Told::Labeled(vec!["bug"])),
            (
                "label",
                "add label help wanted, question",
                Told::Labeled(vec!["help wanted", "question"]),
            ),
            (
                "milestone",
                "changed milestone to new_milstone",
                Told::Milestoned("new_milstone"),
            ),
            (
                "title",
                "changed title from **a ** to b** to **c**",
                Told::Renamed {
                    from: "a ** to b",
                    to: "c",
                },
            ),
            (
                "add_issue_mr_link",
                "Create issue mr links: **Fix #3** #1",
                Told::Connected {
                    title: "Fix #3",
                    number: 1,
                },
            ),
        ];
        for (action, content, expected) in cases {
            assert_eq!(parse(action, content), Some(expected), "{content}");
        }
    }

    #[test]
    fn other_words_tell_nothing() {
        for (action, content) in [
            ("opened", "reopen from codehub"),
            ("closed", "closed from codehub"),
            ("description", "changed the description"),
            ("title", "unmarked as a **Work In Progress**"),
            ("title", "changed title from **a** to **b** to **c**"),
            ("title", "changed title from **a** to **b"),
            ("title", "changed title from **** to **b**"),
            ("title", "changed title from **"),
            ("label", "add label "),
            ("label", "add label a, "),
            ("label", "remove label bug"),
            ("milestone", "add label bug"),
            ("milestone", "changed milestone to "),
            ("add_issue_mr_link", "Create issue mr links: **a** #x"),
            (
                "add_issue_mr_link",
                "Create issue mr links: **a** #1, **b** #2",
            ),
            ("", ""),
        ] {
            assert_eq!(parse(action, content), None, "{action}: {content}");
        }
    }

    #[test]
    fn what_has_no_words_is_not_told() {
        for (event, subject) in [
            ("closed", None),
            ("unlabeled", Some("bug")),
            ("labeled", None),
        ] {
            assert_eq!(compose_event(event, subject, None, None), None);
        }
        assert_eq!(compose_event("labeled", Some("a, b"), None, None), None);
        assert_eq!(
            compose_event("renamed", None, Some("a** to **b"), Some("c")),
            None
        );
        let words = compose_event("renamed", None, Some("a"), Some("b")).unwrap();
        assert_eq!(words.content, "changed title from **a** to **b**");
    }

    #[test]
    fn a_new_name_that_would_be_read_as_two_is_not_said() {
        let told = Told::Labeled(vec!["bug", "help"]);
        let to = |name: &'static str| {
            move |_: RecordKind, old: &str| (old == "bug").then(|| name.to_owned())
        };
        assert_eq!(
            told.renamed(to("defect")),
            Ok(Some("add label defect, help".to_owned()))
        );
        assert_eq!(told.renamed(to("a, b")), Err(Unsaid));
        assert_eq!(told.renamed(|_, _| None), Ok(None));
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-c*, #to1]{0,12}",
            "(\\*\\*| to |, |#|a|1){0,6}",
            any::<String>()
        ]
    }

    proptest! {
        #[test]
        fn what_is_told_is_heard_or_not_told_at_all(one in text(), other in text()) {
            let events = [
                Told::Labeled(vec![&one]),
                Told::Labeled(vec![&one, &other]),
                Told::Milestoned(&one),
                Told::Renamed { from: &one, to: &other },
            ];
            for told in events {
                match compose(&told) {
                    Some(words) => prop_assert_eq!(parse(words.action, &words.content), Some(told)),
                    // Plain names always have words.
                    None => {
                        let is_odd = |text: &&String| text.is_empty() || text.contains([',', '*']);
                        prop_assert!([&one, &other].iter().any(is_odd), "{:?}", told);
                    }
                }
            }
        }

        #[test]
        fn any_words_are_read_without_a_panic(action in 0usize..4, content in text()) {
            let (action, words) = [LABEL, MILESTONE, TITLE, LINK][action];
            for content in [format!("{words}{content}"), content] {
                if let Some(told) = parse(action, &content)
                    && let Some(words) = compose(&told)
                {
                    prop_assert_eq!(words.content, content);
                }
            }
        }
    }
}
