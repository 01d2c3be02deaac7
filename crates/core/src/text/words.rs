//! What is asked of texts, as terms of the index and as sequences that have to stand in one text.

use backlot_model::TextTest;

use super::tokens::{Piece, pieces};

/// A term that is looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Word {
    /// This term.
    Exact(Vec<u8>),
    /// Every term that begins so.
    Prefix(Vec<u8>),
}

impl Word {
    /// The term, or what it begins with.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Exact(bytes) | Self::Prefix(bytes) => bytes,
        }
    }

    /// Whether a term is what is looked for.
    pub(super) fn fits(&self, term: &[u8]) -> bool {
        match self {
            Self::Exact(bytes) => term == bytes,
            Self::Prefix(bytes) => term.starts_with(bytes),
        }
    }
}

/// A piece of a text that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    text: String,
    is_dense: bool,
    /// Whether something else stands before it, so that it is not in the middle of a run without spaces.
    begins: bool,
}

/// Pieces that have to follow each other in one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sequence {
    items: Vec<Item>,
    /// Whether the last word may go on.
    is_prefix: bool,
}

/// A test of texts, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// Terms that an issue must have.
    pub(super) words: Vec<Word>,
    /// What must be checked in the texts themselves.
    pub(super) sequences: Vec<Sequence>,
}

impl Asked {
    /// What a test asks for. No words, when its text has none: then every issue passes.
    pub(super) fn of(test: &TextTest) -> Self {
        let items = items_of(&test.text);
        let mut asked = Self {
            words: Vec::new(),
            sequences: Vec::new(),
        };
        let mut rest = items.as_slice();
        while let Some(first) = rest.first() {
            let length = if first.is_dense {
                let inside = |item: &&Item| item.is_dense && !item.begins;
                1 + rest.iter().skip(1).take_while(inside).count()
            } else {
                1
            };
            let (run, after) = rest.split_at(length);
            rest = after;
            let is_last_word = rest.is_empty() && test.is_prefix;
            asked.add_run(run, is_last_word, !test.is_phrase);
        }
        if test.is_phrase && (items.len() > 2 || items.iter().skip(1).any(|item| item.begins)) {
            asked.sequences.push(Sequence {
                items,
                is_prefix: test.is_prefix,
            });
        }
        asked.words.sort();
        asked.words.dedup();
        asked
    }

    fn add_run(&mut self, run: &[Item], is_prefix: bool, is_alone: bool) {
        match run {
            [word] if word.is_dense || is_prefix => {
                self.words
                    .push(Word::Prefix(word.text.clone().into_bytes()));
            }
            [word] => self.words.push(Word::Exact(word.text.clone().into_bytes())),
            run => {
                for pair in run.windows(2) {
                    let pair: String = pair.iter().map(|item| item.text.as_str()).collect();
                    self.words.push(Word::Exact(pair.into_bytes()));
                }
                if is_alone && run.len() > 2 {
                    self.sequences.push(Sequence {
                        items: run.to_vec(),
                        is_prefix: false,
                    });
                }
            }
        }
    }
}

fn items_of(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    pieces(text, &mut String::new(), &mut |piece| {
        items.push(match piece {
            Piece::Word(word) => Item {
                text: word.to_owned(),
                is_dense: false,
                begins: true,
            },
            Piece::Dense(c, begins) => Item {
                text: c.to_string(),
                is_dense: true,
                begins,
            },
        });
    });
    items
}

impl Sequence {
    /// Whether the pieces follow each other in a text.
    pub(super) fn is_in(&self, text: &str, word: &mut String) -> bool {
        // The places in the sequence up to which it has been seen, as the text is read once.
        let (mut before, mut after) = (vec![], vec![]);
        let mut found = false;
        pieces(text, word, &mut |piece| {
            before.push(0);
            for at in before.drain(..) {
                if self.item_fits(at, piece) {
                    if at + 1 == self.items.len() {
                        found = true;
                    } else {
                        after.push(at + 1);
                    }
                }
            }
            std::mem::swap(&mut before, &mut after);
        });
        found
    }

    fn item_fits(&self, at: usize, piece: Piece<'_>) -> bool {
        let Some(item) = self.items.get(at) else {
            return false;
        };
        let may_go_on = self.is_prefix && at + 1 == self.items.len();
        match piece {
            Piece::Word(_) if item.is_dense => false,
            Piece::Word(word) if may_go_on => word.starts_with(item.text.as_str()),
            Piece::Word(word) => word == item.text,
            Piece::Dense(c, begins) => {
                let mut bytes = [0; 4];
                item.is_dense
                    && (item.begins || !begins)
                    && *c.encode_utf8(&mut bytes) == *item.text.as_str()
            }
        }
    }
}
