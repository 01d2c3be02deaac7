//! Ranks: short texts that sort as the things in a container stand, with room between any two.

/// The digits of a rank, in the order of their bytes.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The rank of the first thing in an empty container.
const FIRST: &[u8] = b"a1";

/// Finds ranks. A rank is a number of a fixed form: a letter that says how many digits its whole part
/// has, that whole part, and a fraction. So appending counts up, and a rank grows by one digit only after
/// about sixty times as many as before; only what is put between two neighbours makes a fraction. Neither
/// part ends with the lowest digit, so that there is always a rank between two.
///
/// ```
/// use backlot_model::Rank;
///
/// let first = Rank::between(None, None).unwrap();
/// let last = Rank::between(Some(&first), None).unwrap();
/// let middle = Rank::between(Some(&first), Some(&last)).unwrap();
/// assert!(first < middle && middle < last);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rank;

impl Rank {
    /// The longest rank worth keeping: a container that would need a longer one is ranked anew.
    pub const LONGEST: usize = 200;

    /// A rank after `before` and before `after`, either of which may be missing. None when there is
    /// none: the two are not in order, or one of them is no rank.
    pub fn between(before: Option<&str>, after: Option<&str>) -> Option<String> {
        let before = before
            .map(split)
            .map_or(Some(None), |parts| parts.map(Some))?;
        let after = after
            .map(split)
            .map_or(Some(None), |parts| parts.map(Some))?;
        let rank = match (before, after) {
            (None, None) => FIRST.to_vec(),
            (Some((whole, _)), None) => up(whole)?,
            (None, Some((whole, fraction))) => {
                // What has a fraction stands after its whole part alone.
                if fraction.is_empty() {
                    down(whole)?
                } else {
                    whole.to_vec()
                }
            }
            (Some((low, low_fraction)), Some((high, high_fraction))) => {
                if (low, low_fraction) >= (high, high_fraction) {
                    return None;
                }
                if low == high {
                    let fraction = middle(low_fraction, Some(high_fraction));
                    [low, &fraction].concat()
                } else {
                    let next = up(low)?;
                    if next.as_slice() < high || !high_fraction.is_empty() && next == high {
                        next
                    } else {
                        [low, &middle(low_fraction, None)].concat()
                    }
                }
            }
        };
        String::from_utf8(rank).ok()
    }

    /// So many ranks in order, all short.
    pub fn spread(count: usize) -> Vec<String> {
        let mut ranks: Vec<String> = Vec::with_capacity(count);
        for _ in 0..count {
            let last = ranks.last().map(String::as_str);
            ranks.extend(Self::between(last, None));
        }
        ranks
    }
}

fn digit(byte: u8) -> Option<usize> {
    DIGITS.iter().position(|digit| *digit == byte)
}

/// How many digits follow a leading letter: one after `a` and `Z`, two after `b` and `Y`, and so on.
fn length(letter: u8) -> Option<usize> {
    match letter {
        b'a'..=b'z' => Some(usize::from(letter - b'a') + 1),
        b'A'..=b'Z' => Some(usize::from(b'Z' - letter) + 1),
        _ => None,
    }
}

/// The whole part with its letter, and the fraction; none when it is no rank.
fn split(rank: &str) -> Option<(&[u8], &[u8])> {
    let bytes = rank.as_bytes();
    let whole = length(*bytes.first()?)? + 1;
    let (whole, fraction) = bytes.split_at_checked(whole)?;
    let is_rank = bytes.iter().all(|byte| digit(*byte).is_some())
        && whole.last() != Some(&b'0')
        && fraction.last() != Some(&b'0');
    is_rank.then_some((whole, fraction))
}

/// The next whole part; none after the last of the longest ones.
fn up(whole: &[u8]) -> Option<Vec<u8>> {
    let mut next = whole.to_vec();
    let (letter, digits) = next.split_first_mut()?;
    for place in digits.iter_mut().rev() {
        match DIGITS.get(digit(*place)? + 1) {
            Some(higher) => {
                *place = *higher;
                return if next.last() == Some(&b'0') {
                    up(&next)
                } else {
                    Some(next)
                };
            }
            None => *place = b'0',
        }
    }
    let letter = match *letter {
        b'Z' => b'a',
        b'z' => return None,
        letter => letter + 1,
    };
    lowest(letter)
}

/// The whole part before; none before the first of the longest ones.
fn down(whole: &[u8]) -> Option<Vec<u8>> {
    let mut next = whole.to_vec();
    let (letter, digits) = next.split_first_mut()?;
    for place in digits.iter_mut().rev() {
        match digit(*place)?.checked_sub(1).and_then(|at| DIGITS.get(at)) {
            Some(lower) => {
                *place = *lower;
                return if next.last() == Some(&b'0') {
                    down(&next)
                } else {
                    Some(next)
                };
            }
            None => *place = b'z',
        }
    }
    let letter = match *letter {
        b'a' => b'Z',
        b'A' => return None,
        letter => letter - 1,
    };
    let mut highest = vec![letter];
    highest.resize(length(letter)? + 1, b'z');
    Some(highest)
}

/// The lowest whole part with this letter.
fn lowest(letter: u8) -> Option<Vec<u8>> {
    let mut lowest = vec![letter];
    lowest.resize(length(letter)?, b'0');
    lowest.push(b'1');
    Some(lowest)
}

/// A fraction between two that are in order; without the second, one between the first and the next whole
/// number.
fn middle(low: &[u8], high: Option<&[u8]>) -> Vec<u8> {
    let mut fraction = Vec::new();
    let mut high = high;
    for at in 0.. {
        let below = low.get(at).copied().and_then(digit).unwrap_or(0);
        let above = match high {
            Some(high) => high.get(at).copied().and_then(digit).unwrap_or(0),
            None => DIGITS.len(),
        };
        if below + 1 < above {
            fraction.extend(DIGITS.get(usize::midpoint(below, above)));
            break;
        }
        fraction.extend(DIGITS.get(below));
        if below < above {
            // One digit apart: whatever follows here stays below the second.
            high = None;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn between(before: Option<&str>, after: Option<&str>) -> String {
        Rank::between(before, after).unwrap()
    }

    #[test]
    fn ten_thousand_appended_or_put_first_stay_short() {
        let (mut last, mut first) = (between(None, None), between(None, None));
        for _ in 0..10_000 {
            let next = between(Some(&last), None);
            assert!(last < next, "{last} {next}");
            last = next;
            let next = between(None, Some(&first));
            assert!(next < first, "{next} {first}");
            first = next;
        }
        assert!(last.len() <= 4, "{last}");
        assert!(first.len() <= 4, "{first}");
        assert_eq!(Rank::spread(10_001).last(), Some(&last));
    }

    #[test]
    fn what_is_no_rank_or_not_in_order_has_nothing_between() {
        let (a, b) = ("a1", "a2");
        for (before, after) in [(b, a), (a, a), ("", a), ("a0", a), ("a1V0", b), ("?1", b)] {
            assert_eq!(Rank::between(Some(before), Some(after)), None);
        }
        assert_eq!(Rank::between(Some("a漢"), None), None);
    }

    #[test]
    fn always_in_the_same_place_grows_slowly() {
        let (low, mut high) = (between(None, None), between(Some("a1"), None));
        for _ in 0..900 {
            high = between(Some(&low), Some(&high));
        }
        assert!(high.len() <= Rank::LONGEST, "{}", high.len());
    }

    proptest! {
        #[test]
        fn a_rank_stands_strictly_between(places in prop::collection::vec(any::<prop::sample::Index>(), 1..300)) {
            let mut ranks: Vec<String> = Vec::new();
            for place in places {
                let at = place.index(ranks.len() + 1);
                let before = at.checked_sub(1).map(|at| ranks[at].as_str());
                let rank = between(before, ranks.get(at).map(String::as_str));
                prop_assert!(!rank.ends_with('0'));
                ranks.insert(at, rank);
            }
            prop_assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{ranks:?}");
        }
    }
}
