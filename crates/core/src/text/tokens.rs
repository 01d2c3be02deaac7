//! Texts as terms: words in lower case, and pairs of characters where a script has no spaces.

/// How many characters of a word count; a longer one is cut, in texts and in what is asked alike.
pub(super) const LONGEST: usize = 40;

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A word in lower case, cut.
    Word(&'a str),
    /// A character of a script that is written without spaces, and whether it begins a run of such.
    Dense(char, bool),
}

/// Whether a character belongs to a script that is written without spaces between words, or, as Korean,
/// with endings that a search must look behind.
fn is_dense(c: char) -> bool {
    let script = matches!(c,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Burmese
        | '\u{1100}'..='\u{11ff}' // Hangul, its letters
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{318f}' | '\u{31a0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7ff}' // Hangul
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' // Katakana of half width
        | '\u{20000}'..='\u{3ffff}');
    // Signs above and below letters of the first scripts are no letters to Unicode.
    script && (c.is_alphanumeric() || (c < '\u{1100}' && !is_southern_mark(c)))
}

/// Signs of Thai, Lao and Burmese that separate words or sentences, or stand for money.
fn is_southern_mark(c: char) -> bool {
    matches!(
        c,
        '\u{0e3f}' | '\u{0e4f}' | '\u{0e5a}' | '\u{0e5b}' | '\u{104a}'..='\u{104f}'
    )
}

/// Letters and digits of full width stand for those of ASCII.
fn folded(c: char) -> char {
    match u32::from(c) {
        full @ 0xff01..=0xff5e => char::from_u32(full - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

const fn is_combining(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}')
}

/// Gives the pieces of a text in order. `word` is scratch.
pub(super) fn pieces(text: &str, word: &mut String, emit: &mut impl FnMut(Piece<'_>)) {
    word.clear();
    let bytes = text.as_bytes();
    let (mut at, mut length, mut in_run) = (0, 0, false);
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            at += 1;
            in_run = false;
            if byte.is_ascii_alphanumeric() {
                if length < LONGEST {
                    word.push(char::from(byte.to_ascii_lowercase()));
                    length += 1;
                }
            } else if length > 0 {
                emit(Piece::Word(word));
                word.clear();
                length = 0;
            }
            continue;
        }
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            break;
        };
        at += c.len_utf8();
        let c = folded(c);
        let goes_on = c.is_alphanumeric() || (length > 0 && is_combining(c));
        let dense = is_dense(c);
        if goes_on && !dense {
            in_run = false;
            for lower in c.to_lowercase() {
                if length < LONGEST {
                    word.push(lower);
                    length += 1;
                }
            }
            continue;
        }
        if length > 0 {
            emit(Piece::Word(word));
            word.clear();
            length = 0;
        }
        if dense {
            emit(Piece::Dense(c, !in_run));
        }
        in_run = dense;
    }
    if length > 0 {
        emit(Piece::Word(word));
    }
}

/// Gives the terms of a text: each word; of each run without spaces every pair of neighbours, and the last
/// character alone, so that each of its characters begins a term. How many words and characters there were.
pub(super) fn terms(text: &str, word: &mut String, emit: &mut impl FnMut(&[u8])) -> u32 {
    let mut last: Option<char> = None;
    let mut count = 0u32;
    pieces(text, word, &mut |piece| {
        count = count.saturating_add(1);
        match (piece, last) {
            (Piece::Dense(c, false), Some(before)) => {
                with_pair(before, c, emit);
                last = Some(c);
            }
            (Piece::Dense(c, _), before) => {
                if let Some(before) = before {
                    emit(before.encode_utf8(&mut [0; 4]).as_bytes());
                }
                last = Some(c);
            }
            (Piece::Word(word), before) => {
                if let Some(before) = before {
                    emit(before.encode_utf8(&mut [0; 4]).as_bytes());
                }
                emit(word.as_bytes());
                last = None;
            }
        }
    });
    if let Some(before) = last {
        emit(before.encode_utf8(&mut [0; 4]).as_bytes());
    }
    count
}

/// The term of two neighbours.
fn with_pair(a: char, b: char, emit: &mut impl FnMut(&[u8])) {
    let mut pair = [0; 8];
    let first = a.encode_utf8(&mut pair).len();
    let second = pair
        .get_mut(first..)
        .map_or(0, |rest| b.encode_utf8(rest).len());
    emit(pair.get(..first + second).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        terms(text, &mut String::new(), &mut |term| {
            found.push(String::from_utf8(term.to_vec()).unwrap());
        });
        found
    }

    #[test]
    fn words_are_lower_case_and_end_at_anything_else() {
        assert_eq!(all("Foo::bar_BAZ, 12a!"), ["foo", "bar", "baz", "12a"]);
        assert_eq!(
            all("Ünïcode\0ÄPFEL Ｆｕｌｌ１"),
            ["ünïcode", "äpfel", "full1"]
        );
        assert_eq!(all(" \0 --"), Vec::<String>::new());
        assert_eq!(all(&"x".repeat(100)), ["x".repeat(LONGEST)]);
    }

    #[test]
    fn scripts_without_spaces_become_pairs_and_a_last_character() {
        assert_eq!(all("数据库"), ["数据", "据库", "库"]);
        assert_eq!(
            all("修复rust语言。好"),
            ["修复", "复", "rust", "语言", "言", "好"]
        );
        assert_eq!(all("データ"), ["デー", "ータ", "タ"]);
        assert_eq!(all("한국 a"), ["한국", "국", "a"]);
        assert_eq!(all("ภาษา").len(), 4);
    }
}
