//! The sets of real data: one entry of a list each.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::scenarios;
use crate::gitcode_conformance;
use crate::support::walk;

/// A set of real data.
pub(super) struct Set {
    pub(super) name: &'static str,
    pub(super) forge: Forge,
    pub(super) layout: &'static str,
    pub(super) what: &'static str,
    /// Whether it has objects as the forge gave them, which must come back equal.
    pub(super) is_raw: bool,
    /// What is imported, each into a store of its own; the second folder is for what has to be made.
    pub(super) inputs: fn(&Path, &Path) -> Vec<Input>,
}

/// The forge whose objects a set holds.
#[derive(Clone, Copy)]
pub(super) enum Forge {
    GitHub,
    GitCode,
}

type Objects = Box<dyn Fn(&mut dyn FnMut(Value))>;

/// One import.
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// The name for a repository that the input does not name.
    pub(super) repository: Option<&'static str>,
    /// Hands over every object that must come back.
    pub(super) originals: Objects,
}

impl Input {
    /// An input of which nothing is compared.
    fn not_raw(path: PathBuf) -> Self {
        Self {
            path,
            repository: None,
            originals: Box::new(|_| {}),
        }
    }
}

pub(super) fn all() -> Vec<Set> {
    vec![
        Set {
            name: "early issues of rust-lang/rust",
            forge: Forge::GitHub,
            layout: "rest",
            what: "Objects of API version 2022-11-28, one to a line, packed with zstd.",
            is_raw: true,
            inputs: rust_early,
        },
        Set {
            name: "venomous0x/WhatsAPI",
            forge: Forge::GitHub,
            layout: "github-backup",
            what: "A whole repository as of 2015, in a tar archive packed with zstd.",
            is_raw: true,
            inputs: whatsapi,
        },
        Set {
            name: "bitcoin-core/gui",
            forge: Forge::GitHub,
            layout: "metadata-backup",
            what: "A whole repository as of 2026, in a tar archive packed with zstd.",
            is_raw: false,
            inputs: |data, _| vec![Input::not_raw(data.join("github/bitcoin-core-gui.tar.zst"))],
        },
        Set {
            name: "an archive of a user",
            forge: Forge::GitHub,
            layout: "migration",
            what: "An archive of the migrations API, schema 1.1.0.",
            is_raw: false,
            inputs: |data, _| {
                vec![Input::not_raw(
                    data.join("github/migration-archive.tar.zst"),
                )]
            },
        },
        Set {
            name: "odd cases",
            forge: Forge::GitHub,
            layout: "single answers",
            what: "Single objects of many repositories and years, each odd in its own way.",
            is_raw: true,
            inputs: odd_cases,
        },
        Set {
            name: "octokit's fixtures",
            forge: Forge::GitHub,
            layout: "single answers",
            what: "Recorded answers about issues, labels, boards, searches, repositories and users, and \
                   all refusals: each is imported alone.",
            is_raw: true,
            inputs: scenarios::inputs,
        },
        Set {
            name: "GitCode's answers",
            forge: Forge::GitCode,
            layout: "single answers",
            what: "Recorded answers and webhooks of 2024 and 2026, those about pull requests, branches and files too: \
                   each is imported alone.",
            is_raw: true,
            inputs: |data, scratch| answers(data, scratch, false),
        },
        Set {
            name: "GitCode's documentation",
            forge: Forge::GitCode,
            layout: "single answers",
            what: "The examples of the pages about issues and pull requests: each is imported alone.",
            is_raw: true,
            inputs: |data, scratch| answers(data, scratch, true),
        },
    ]
}

fn rust_early(data: &Path, _: &Path) -> Vec<Input> {
    let path = data.join("github/rust-early");
    let files = ["issues.ndjson.zst", "comments.ndjson.zst"].map(|file| path.join(file));
    vec![Input {
        path,
        repository: None,
        originals: Box::new(move |take| files.iter().for_each(|file| each_object(file, take))),
    }]
}

/// Each issue without `comment_data` and `event_data`, what these hold, and all else as it is.
fn whatsapi(data: &Path, scratch: &Path) -> Vec<Input> {
    let path = data.join("github/whatsapi.tar.zst");
    let unpacked = scratch.join("whatsapi");
    let archive = zstd::Decoder::new(File::open(&path).unwrap()).unwrap();
    tar::Archive::new(archive).unpack(&unpacked).unwrap();
    let originals = move |take: &mut dyn FnMut(Value)| {
        for file in walk(&unpacked) {
            each_object(&file, &mut |mut object| {
                if super::slashed(&file).contains("/issues/") {
                    let map = object.as_object_mut().unwrap();
                    for list in ["comment_data", "event_data"] {
                        let Some(Value::Array(inner)) = map.remove(list) else {
                            panic!("no {list}")
                        };
                        inner.into_iter().for_each(&mut *take);
                    }
                }
                take(object);
            });
        }
    };
    vec![Input {
        path,
        repository: None,
        originals: Box::new(originals),
    }]
}

fn odd_cases(data: &Path, _: &Path) -> Vec<Input> {
    let files = walk(&data.join("github/odd-cases")).into_iter();
    files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| single(path, "octo/odd"))
        .collect()
}

/// What GitCode answered, or the examples of its documentation.
fn answers(data: &Path, scratch: &Path, documented: bool) -> Vec<Input> {
    let answers = gitcode_conformance::answers(data, scratch).into_iter();
    let of_set = answers.filter(|(called, _)| called.starts_with("contracts-zh") == documented);
    let inputs = of_set.map(|(called, path)| {
        let input = single(path, "octo/recorded");
        match gitcode_conformance::why_not_kept(&called) {
            Some(_) => Input {
                originals: Box::new(|_| {}),
                ..input
            },
            None => input,
        }
    });
    inputs.collect()
}

/// A file of which every object must come back but those that refuse.
pub(super) fn single(path: PathBuf, repository: &'static str) -> Input {
    let file = path.clone();
    let originals = move |take: &mut dyn FnMut(Value)| {
        each_object(&file, &mut |object| {
            let found = object.get("total_count").and_then(|_| object.get("items"));
            match found {
                Some(Value::Array(items)) => items.iter().cloned().for_each(&mut *take),
                _ if is_refusal(&object) => {}
                _ => take(object),
            }
        });
    };
    Input {
        path,
        repository: Some(repository),
        originals: Box::new(originals),
    }
}

fn is_refusal(object: &Value) -> bool {
    let empty = object.as_object().is_some_and(serde_json::Map::is_empty);
    empty || object.get("message").is_some() && object.get("documentation_url").is_some()
}

/// Hands over the objects of a file one by one: lines, lists, or one after another.
pub(super) fn each_object(path: &Path, take: &mut dyn FnMut(Value)) {
    let file = BufReader::new(File::open(path).unwrap());
    let reader: Box<dyn Read> = match path.extension().and_then(|extension| extension.to_str()) {
        Some("zst") => Box::new(zstd::Decoder::new(file).unwrap()),
        _ => Box::new(file),
    };
    for value in serde_json::Deserializer::from_reader(BufReader::new(reader)).into_iter() {
        match value.unwrap() {
            Value::Array(values) => values.into_iter().for_each(&mut *take),
            value => take(value),
        }
    }
}
