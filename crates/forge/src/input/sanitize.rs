use memchr::memmem;

const REPLACEMENT: &str = "\\ufffd";

/// The JSON text with each lone surrogate escape replaced by `\ufffd`, and how many there were.
///
/// Such an escape, as in `"\ud83d"`, is half of a character: legal JSON that no UTF-8 string can
/// hold. It is `None` for a text without one, which is found out at the speed of a search.
pub fn lone_surrogates(text: &str) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let mut repaired = String::new();
    let (mut copied, mut count) = (0, 0);
    let mut skip = 0;
    for at in memmem::find_iter(bytes, b"\\u") {
        if at < skip || is_escaped(bytes, at) {
            continue;
        }
        let Some(unit) = surrogate(bytes, at) else {
            continue;
        };
        if unit < 0xdc00 && surrogate(bytes, at + 6).is_some_and(|next| next >= 0xdc00) {
            skip = at + 12;
            continue;
        }
        repaired.push_str(&text[copied..at]);
        repaired.push_str(REPLACEMENT);
        copied = at + 6;
        count += 1;
    }
    if count == 0 {
        return None;
    }
    repaired.push_str(&text[copied..]);
    Some((repaired, count))
}

/// The surrogate whose escape begins at a byte.
fn surrogate(bytes: &[u8], at: usize) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = bytes.get(at..at + 6)? else {
        return None;
    };
    let unit = digits.iter().try_fold(0, |unit, &digit| {
        Some(unit << 4 | char::from(digit).to_digit(16)?)
    })?;
    (0xd800..0xe000).contains(&unit).then_some(unit)
}

/// Whether the backslash at a byte is itself escaped by the one before it.
fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at]
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'\\')
        .count()
        % 2
        == 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::lone_surrogates;

    #[test]
    fn whole_texts_stay() {
        for text in [
            "",
            "\\u",
            "\\ud8",
            r#""plain \n \u0041 \ue000 \uD7FF""#,
            r#""\ud83d\ude00\uD83D\uDE00""#,
            r#""\\ud800""#,
            r#""\\\\ud800\\udc00""#,
        ] {
            assert_eq!(lone_surrogates(text), None, "{text}");
        }
    }

    #[test]
    fn halves_are_replaced() {
        for (text, repaired, count) in [
            (r#""\ud800""#, r#""\ufffd""#, 1),
            (r#""\uDfFf""#, r#""\ufffd""#, 1),
            (r#""a\udc00\ud800b""#, r#""a\ufffd\ufffdb""#, 2),
            (r#""\ud800\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#, 1),
            (r#""\ud83d\ude00\ude00""#, r#""\ud83d\ude00\ufffd""#, 1),
            (r#""\\\ud800\n""#, r#""\\\ufffd\n""#, 1),
            (r#""\ud800\\udc00""#, r#""\ufffd\\udc00""#, 1),
            (r#""\ud800\u0041é""#, r#""\ufffd\u0041é""#, 1),
        ] {
            assert_eq!(
                lone_surrogates(text),
                Some((repaired.to_owned(), count)),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_left_is_a_string(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "\\ud83d", "\\ude00", "\\uD800", "\\udfff", "\\\\", "\\\"", "\\n", "ud800", "a", "𝕏", "\\u0041",
                ]),
                0..20,
            ),
        ) {
            let text = format!("\"{}\"", parts.concat());
            let repaired = lone_surrogates(&text);
            // A text is repaired just when the parser would not take it.
            prop_assert_eq!(repaired.is_some(), serde_json::from_str::<String>(&text).is_err());
            if let Some((repaired, _)) = repaired {
                prop_assert!(serde_json::from_str::<String>(&repaired).is_ok());
                prop_assert_eq!(lone_surrogates(&repaired), None);
            }
        }
    }
}
