//! Answers that hold as long as the store stays as it is.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use backlot_github::ApiVersion;
use http::Uri;
use http::uri::PathAndQuery;

use crate::access::Caller;
use crate::address::Address;
use crate::answer::Answer;
use crate::media::Accepted;
use crate::route::Forge;

/// How much memory an answer takes beside its body and its question, about.
const OVERHEAD: usize = 512;

/// All that an answer to a reader depends on, beside the state of the store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    forge: Forge,
    asked: Option<PathAndQuery>,
    address: Address,
    version: ApiVersion,
    accepted: Accepted,
    caller: Option<Caller>,
}

impl Question {
    pub(crate) fn new(
        forge: Forge,
        uri: &Uri,
        address: &Address,
        version: ApiVersion,
        accepted: &Accepted,
        caller: Option<&Caller>,
    ) -> Self {
        Self {
            forge,
            asked: uri.path_and_query().cloned(),
            address: address.clone(),
            version,
            accepted: accepted.clone(),
            caller: caller.cloned(),
        }
    }

    fn length(&self) -> usize {
        self.asked.as_ref().map_or(0, |asked| asked.as_str().len())
    }
}

/// Answers that hold as long as the store stays as it is: those of one commit, up to a number of bytes. Of more, those
/// that were given first are forgotten.
#[derive(Debug)]
pub(crate) struct Kept {
    most: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// The place of the commit after which all of them were given.
    sequence: u64,
    answers: HashMap<Arc<Question>, Answer>,
    order: VecDeque<Arc<Question>>,
    bytes: usize,
}

impl Kept {
    /// Keeps at most so many bytes; none where it is none.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            held: Mutex::default(),
        }
    }

    /// Whether it keeps anything.
    pub(crate) const fn is_used(&self) -> bool {
        self.most > 0
    }

    /// What was answered while the last commit was this one.
    pub(crate) fn answer(&self, sequence: u64, question: &Question) -> Option<Answer> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match held.sequence == sequence {
            true => held.answers.get(question).cloned(),
            false => None,
        }
    }

    /// Keeps what was answered while the last commit was this one. What was answered before an earlier one is forgotten.
    pub(crate) fn keep(&self, sequence: u64, question: Question, answer: &Answer) {
        let size = size_of(&question, answer);
        // One answer must not cost all others their place.
        if size > self.most / 4 {
            return;
        }
        let mut old = Held::default();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.sequence > sequence {
            return;
        }
        if held.sequence < sequence {
            old = std::mem::take(&mut *held);
            held.sequence = sequence;
        }
        let question = Arc::new(question);
        if held
            .answers
            .insert(Arc::clone(&question), answer.clone())
            .is_none()
        {
            held.order.push_back(question);
            held.bytes += size;
        }
        while held.bytes > self.most {
            let Some(first) = held.order.pop_front() else {
                break;
            };
            if let Some(dropped) = held.answers.remove(&first) {
                held.bytes -= size_of(&first, &dropped);
            }
        }
        drop(held);
        // Many answers take a while to be given back, for which nobody should have to wait.
        drop(old);
    }
}

fn size_of(question: &Question, answer: &Answer) -> usize {
    OVERHEAD + question.length() + answer.body.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media;

    fn question(path: &str) -> Question {
        let uri: Uri = path.parse().unwrap();
        let address = Address {
            api: String::new(),
            html: String::new(),
        };
        let version = ApiVersion::V2022;
        Question::new(
            Forge::GitHub,
            &uri,
            &address,
            version,
            &media::plain(),
            None,
        )
    }

    #[test]
    fn answers_of_another_commit_are_none() {
        let kept = Kept::new(1 << 20);
        let asked = question("/a");
        kept.keep(3, asked.clone(), &Answer::ok(b"new".to_vec()));
        kept.keep(2, asked.clone(), &Answer::ok(b"old".to_vec()));
        assert_eq!(kept.answer(3, &asked).unwrap().body, "new");
        assert!(kept.answer(2, &asked).is_none() && kept.answer(4, &asked).is_none());
        assert!(kept.answer(3, &question("/a?page=2")).is_none());
        kept.keep(4, question("/b"), &Answer::ok(Vec::new()));
        assert!(kept.answer(3, &asked).is_none() && kept.answer(4, &asked).is_none());
    }

    #[test]
    fn no_more_is_kept_than_was_allowed() {
        let kept = Kept::new(10_000);
        let answer = Answer::ok(vec![b'x'; 1000]);
        for number in 0..100 {
            kept.keep(1, question(&format!("/{number}")), &answer);
            kept.keep(1, question(&format!("/{number}")), &answer);
        }
        assert!(kept.answer(1, &question("/99")).is_some());
        assert!(kept.answer(1, &question("/0")).is_none());
        let held = kept.held.lock().unwrap();
        assert!(held.bytes <= 10_000 && held.answers.len() == held.order.len());
        let bytes: usize = held.answers.iter().map(|(q, a)| size_of(q, a)).sum();
        assert_eq!((bytes, held.answers.len()), (held.bytes, 6));
        drop(held);
        kept.keep(1, question("/large"), &Answer::ok(vec![b'x'; 5000]));
        assert!(kept.answer(1, &question("/large")).is_none());
    }
}
