//! The invariants of `docs/architecture.md` that can be read off the sources: who may know whom, and
//! what a crate does not contain.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use backlot_model::{EventKind, Field, RecordKind};

use crate::support::{root, walk};

/// The crates of the workspace that a crate's normal dependencies name, and all other dependencies.
fn dependencies(manifest: &Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let text = std::fs::read_to_string(manifest).unwrap();
    let mut section = "";
    let (mut own, mut foreign) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section == "[dependencies]"
            && let Some((name, _)) = line.split_once(['.', ' ', '='])
        {
            let names = if name.starts_with("backlot") {
                &mut own
            } else {
                &mut foreign
            };
            names.insert(name.to_owned());
        }
    }
    (own, foreign)
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn dependencies_point_one_way() {
    let of = |crate_: &str| dependencies(&root().join(crate_).join("Cargo.toml"));
    assert_eq!(of("crates/model").0, set(&[]));
    assert_eq!(of("crates/core").0, set(&["backlot-model"]));
    assert_eq!(of("crates/forge").0, set(&["backlot-model"]));
    for forge in ["crates/github", "crates/gitcode"] {
        assert_eq!(
            of(forge).0,
            set(&["backlot-forge", "backlot-model"]),
            "{forge}"
        );
    }
    assert_eq!(of("crates/tabular").0, set(&["backlot-model"]));
    assert_eq!(
        of("crates/convert").0,
        set(&[
            "backlot-core",
            "backlot-forge",
            "backlot-gitcode",
            "backlot-github",
            "backlot-model"
        ])
    );
    assert_eq!(
        of("crates/rest").0,
        set(&[
            "backlot-core",
            "backlot-forge",
            "backlot-gitcode",
            "backlot-github",
            "backlot-model"
        ])
    );
    for heavy in ["tokio", "hyper", "axum", "tower"] {
        assert!(!of("crates/rest").1.contains(heavy), "rest has no sockets");
    }
    assert_eq!(
        of("cli").0,
        set(&[
            "backlot-convert",
            "backlot-core",
            "backlot-gitcode",
            "backlot-github",
            "backlot-model",
            "backlot-rest",
            "backlot-tabular"
        ])
    );
    for crate_ in ["crates/model", "crates/core"] {
        let foreign = of(crate_).1;
        for heavy in [
            "serde",
            "serde_json",
            "tokio",
            "async-std",
            "reqwest",
            "clap",
        ] {
            assert!(!foreign.contains(heavy), "{crate_} depends on {heavy}");
        }
    }
    assert!(!of("crates/model").1.contains("redb"));
    assert!(!of("crates/forge").1.contains("redb"));
    assert!(!of("crates/convert").1.contains("redb"));
    assert!(!of("crates/github").1.contains("redb"));
    assert!(!of("crates/tabular").1.contains("redb"));
    assert!(!of("crates/gitcode").1.contains("redb"));
    assert!(!of("crates/rest").1.contains("redb"));
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let files = walk(&root().join(folder)).into_iter();
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| !path.to_string_lossy().contains("/target/"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.strip_prefix(root()).unwrap().to_owned(), text)
        })
        .collect()
}

/// The source without its tests and comments.
fn production(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
    before_tests
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn crates_do_not_contain_what_they_must_not() {
    let nowhere = [
        "println!",
        "eprintln!",
        "std::env::var",
        "TcpStream",
        "TcpListener",
        "unsafe ",
    ];
    let mut rules: Vec<(&str, Vec<&str>)> = vec![
        ("crates/core/src", nowhere.to_vec()),
        ("crates/forge/src", nowhere.to_vec()),
        ("crates/convert/src", nowhere.to_vec()),
        ("crates/github/src", nowhere.to_vec()),
        ("crates/tabular/src", nowhere.to_vec()),
        ("crates/gitcode/src", nowhere.to_vec()),
        ("crates/rest/src", nowhere.to_vec()),
    ];
    let mut model = nowhere.to_vec();
    model.extend([
        "std::fs",
        "std::io",
        "std::thread",
        "SystemTime",
        "Instant::now",
        "Utc::now",
        "serde",
    ]);
    rules.push(("crates/model/src", model));
    for (folder, words) in rules {
        for (path, text) in sources(folder) {
            if path.components().any(|part| part.as_os_str() == "tests") {
                continue;
            }
            let text = production(&text);
            for word in &words {
                assert!(!text.contains(word), "{} contains {word}", path.display());
            }
        }
    }
    for (path, text) in sources("crates/core/src") {
        let in_store = path.starts_with("crates/core/src/store");
        assert!(
            in_store || !production(&text).contains("redb"),
            "{} names the engine",
            path.display()
        );
    }
    for (path, text) in ["crates/core/src", "crates/forge/src"]
        .into_iter()
        .flat_map(sources)
    {
        let text = production(&text).to_lowercase();
        for word in ["github", "gitcode", "node_id", "html_url"] {
            assert!(
                !text.contains(word),
                "{} has a forge's word {word}",
                path.display()
            );
        }
    }
}

#[test]
fn every_test_module_is_in_the_binary() {
    let main = std::fs::read_to_string(root().join("tests/it/main.rs")).unwrap();
    for entry in std::fs::read_dir(root().join("tests/it")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let module = name.trim_end_matches(".rs");
        assert!(
            ["main", "snapshots"].contains(&module) || main.contains(&format!("mod {module};")),
            "{name} is forgotten"
        );
    }
}

#[test]
fn files_stay_readable() {
    for folder in ["crates", "cli", "tests", "benches"] {
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(
                lines <= 800,
                "{} has {lines} lines: is it one room or several?",
                path.display()
            );
        }
    }
}

#[test]
fn every_invariant_names_its_test() {
    let text = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let section = text
        .split("## Invariants")
        .nth(1)
        .unwrap()
        .split("\n## ")
        .next()
        .unwrap();
    let invariants: Vec<_> = section.split("\n**").skip(1).collect();
    assert!(invariants.len() >= 13, "{} invariants", invariants.len());
    let everything: String = ["tests", "crates"]
        .iter()
        .flat_map(|f| sources(f))
        .map(|s| s.1)
        .collect();
    for invariant in invariants {
        let tests = invariant
            .split("Tests:")
            .nth(1)
            .unwrap_or_else(|| panic!("no tests: {invariant}"));
        for test in tests.split('`').skip(1).step_by(2) {
            let name = test.rsplit("::").next().unwrap();
            assert!(
                everything.contains(&format!("fn {name}(")),
                "there is no test {test}"
            );
        }
    }
}

#[test]
fn the_file_format_names_every_table_kind_and_field() {
    let text = std::fs::read_to_string(root().join("docs/file-format.md")).unwrap();
    let rows = |heading: &str| -> BTreeSet<(u64, String)> {
        let section = text.split(heading).nth(1).unwrap();
        let section = section.split("\n###").next().unwrap();
        let cells = section.lines().filter_map(|line| {
            let mut cells = line.split('|').skip(1);
            let number = cells.next()?.trim().parse().ok()?;
            Some((number, cells.next()?.trim().trim_matches('`').to_owned()))
        });
        cells.collect()
    };
    let fields = Field::ALL.iter();
    let fields: BTreeSet<_> = fields
        .map(|field| (u64::from(field.tag()), field.name().to_owned()))
        .collect();
    assert_eq!(rows("### Fields"), fields);
    let kinds: BTreeSet<_> = (0..1000)
        .map(EventKind::from_tag)
        .filter(|kind| !matches!(kind, EventKind::Other(_)))
        .map(|kind| (kind.tag(), kind.name().to_owned()))
        .collect();
    assert_eq!(rows("### Kinds of event"), kinds);
    let kinds = RecordKind::ALL.iter();
    let kinds: BTreeSet<_> = kinds
        .map(|kind| (u64::from(kind.tag()), kind.name().to_owned()))
        .collect();
    assert_eq!(rows("### Kinds of record"), kinds);
    for (path, source) in sources("crates/core/src/store") {
        for name in source.split('"').skip(1).step_by(2) {
            assert!(
                !name.ends_with("_v1") || text.matches(&format!("`{name}`")).count() >= 2,
                "{name} of {} is not described",
                path.display()
            );
        }
    }
}

#[test]
fn every_decision_is_listed() {
    let folder = root().join("docs/decisions");
    let list = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(
            name == "README.md" || list.contains(&format!("]({name})")),
            "{name} is not listed"
        );
    }
}
