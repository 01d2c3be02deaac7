//! Times on a real store. Set `BACKLOT_TEXT_STORE` to one and run this with `--ignored --nocapture`, in release.

use std::ops::ControlFlow;
use std::time::Instant;

use super::{mentions, phrase, text};
use crate::store::Store;
use crate::store::texts::raw_texts;
use crate::text::TextQuestion;

fn median(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..9)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[4]
}

#[test]
#[ignore = "needs a store of real data"]
fn times() {
    let Some(path) = std::env::var_os("BACKLOT_TEXT_STORE") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.backlot");
    std::fs::copy(path, &copy).unwrap();
    let store = Store::open(&copy).unwrap();
    let words = [text("panic"), text("thread"), text("main")];
    let questions = words.each_ref().map(TextQuestion::Text);
    let snapshot = store.read().unwrap();
    let unindexed = median(|| {
        snapshot
            .search_texts(&questions, None)
            .unwrap()
            .sets(None)
            .unwrap();
    });
    eprintln!("three words, nothing indexed: {unindexed:.1} ms");
    drop(snapshot);
    let begin = Instant::now();
    let report = store
        .index_texts(&mut |progress| {
            eprintln!("{:.2} s: {progress:?}", begin.elapsed().as_secs_f64());
            ControlFlow::Continue(())
        })
        .unwrap();
    eprintln!(
        "indexed in {:.2} s: {report:?}",
        begin.elapsed().as_secs_f64()
    );
    let snapshot = store.read().unwrap();
    let raw = raw_texts(&snapshot.tables.texts).unwrap();
    let (documents, blocks): (Vec<_>, Vec<_>) = raw
        .iter()
        .partition(|(key, _)| key.len() == 8 && key.starts_with(&[0, 0, 0, 0]));
    let size = |entries: &[&(Vec<u8>, Vec<u8>)]| -> usize {
        entries
            .iter()
            .map(|(key, value)| key.len() + value.len())
            .sum()
    };
    eprintln!(
        "{} pieces, {} kB; documents {} kB",
        blocks.len(),
        size(&blocks) / 1000,
        size(&documents) / 1000
    );
    for (name, questions) in [
        ("three words", questions.to_vec()),
        ("a frequent word", vec![TextQuestion::Text(&text("the"))]),
        ("a rare word", vec![TextQuestion::Text(&text("llvm"))]),
        ("a prefix", vec![TextQuestion::Text(&text("cra*"))]),
        (
            "a phrase",
            vec![TextQuestion::Text(&phrase("borrow checker"))],
        ),
        (
            "a frequent phrase",
            vec![TextQuestion::Text(&phrase("in the"))],
        ),
        ("mentions", vec![TextQuestion::Mentions(&mentions("brson"))]),
    ] {
        let mut found = 0;
        let sets = median(|| {
            let search = snapshot.search_texts(&questions, None).unwrap();
            let sets = search.sets(None).unwrap();
            found = sets
                .into_iter()
                .reduce(|a, b| a & b)
                .unwrap_or_default()
                .len();
        });
        let search = snapshot.search_texts(&questions, None).unwrap();
        let rows = search
            .sets(None)
            .unwrap()
            .into_iter()
            .reduce(|a, b| a & b)
            .unwrap_or_default();
        let scores = median(|| drop(search.scores(&rows)));
        eprintln!("{name}: {found} found in {sets:.3} ms, scored in {scores:.3} ms");
    }
    drop(snapshot);
    let mut tx = store
        .write(backlot_model::Actor::login("mona"), "one")
        .unwrap();
    let mut repository = tx.repository("rust-lang/rust").unwrap();
    repository
        .comment(1, "A comment with zzyzx in it, and a thread that panics.")
        .unwrap();
    tx.commit().unwrap();
    let snapshot = store.read().unwrap();
    let begin = Instant::now();
    snapshot.search_texts(&questions, None).unwrap();
    eprintln!(
        "first search after a comment: {:.3} ms",
        begin.elapsed().as_secs_f64() * 1e3
    );
    let after = median(|| drop(snapshot.search_texts(&questions, None).unwrap()));
    eprintln!("three words after that: {after:.3} ms");
    drop(snapshot);
    let begin = Instant::now();
    store
        .index_texts(&mut |_| ControlFlow::Continue(()))
        .unwrap();
    eprintln!(
        "indexed the comment in {:.1} ms",
        begin.elapsed().as_secs_f64() * 1e3
    );
}
