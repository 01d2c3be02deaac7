//! GitCode on the command line.

use std::path::Path;

use insta::assert_snapshot;

use crate::command_line_transcript::transcript;
use crate::support::{backlot, expect, root};

/// A folder with an empty store, and both samples.
fn begun() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for sample in ["sample", "sample-gitcode"] {
        copy(
            &root().join("docs").join(sample),
            &folder.path().join(sample),
        );
    }
    expect(&backlot(folder.path(), &["init", "nongli.backlot"]), 0);
    folder
}

/// A folder with a store that holds GitCode's sample.
fn sampled() -> tempfile::TempDir {
    let folder = begun();
    expect(
        &backlot(
            folder.path(),
            &["import", "gitcode", "sample-gitcode", "-q"],
        ),
        8,
    );
    folder
}

fn copy(from: &Path, to: &Path) {
    for path in crate::support::walk(from) {
        let to = to.join(path.strip_prefix(from).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&path, to).unwrap();
    }
}

#[test]
fn the_sample_is_imported_with_a_report() {
    let folder = begun();
    assert_snapshot!(transcript(
        folder.path(),
        "
        import gitcode sample-gitcode --dry-run
        import gitcode sample-gitcode
        import gitcode sample-gitcode --json=commit,repositories,skipped_count,skipped
        import gitcode sample-gitcode/issues.ndjson --quiet
        imports --json=name,forge,skipped
        "
    ));
}

#[test]
fn what_came_from_gitcode_is_listed_shown_and_edited() {
    let folder = sampled();
    assert_snapshot!(transcript(
        folder.path(),
        "
        issue list --state all --json=number,title,state,type,labels,milestone
        issue view 1
        issue view 4
        milestone list --state all
        label list
        search 节气 --json=number,title
        issue close 12 --reason completed
        issue edit 4 --add-label perf
        import gitcode sample-gitcode --quiet
        issue list --state all label:perf --json=number,labels
        verify --json=problems
        "
    ));
}

#[test]
fn what_came_from_gitcode_goes_out_with_a_report() {
    let folder = sampled();
    assert_snapshot!(transcript(
        folder.path(),
        "
        export gitcode --out rest
        export gitcode --out pages --pages --shape documented --json
        export gitcode --out requests --layout requests --losses lost.ndjson
        export gitcode --out counted --layout requests --json=layout,requests,estimated_seconds
        "
    ));
    for (file, is_there) in [
        ("rest/losses.ndjson", true),
        ("pages/issues.1.json", true),
        ("requests/losses.ndjson", false),
        ("lost.ndjson", true),
    ] {
        assert_eq!(folder.path().join(file).exists(), is_there, "{file}");
    }
}

#[test]
fn what_was_made_here_goes_out_under_the_name_that_it_is_given() {
    let folder = begun();
    assert_snapshot!(transcript(
        folder.path(),
        "
        repo create me/notes
        issue create --title 'Buy ink' --body 'Black.'
        issue close 1 --reason not_planned
        export gitcode --out notes --as yunlu/notes --host atomgit.com
        export gitcode --out carried --as yunlu/notes --carry --json=losses
        "
    ));
    let issues = crate::support::objects(&folder.path().join("notes/issues.ndjson"));
    assert_eq!(
        issues[0]["html_url"],
        "https://atomgit.com/yunlu/notes/issues/1"
    );
}

#[test]
fn what_cannot_be_is_said_with_what_to_do() {
    let folder = sampled();
    std::fs::write(folder.path().join("broken.json"), "{\"number\":\"1\",").unwrap();
    std::fs::write(folder.path().join("empty.json"), "").unwrap();
    assert_snapshot!(transcript(
        folder.path(),
        "
        import gitcode nowhere
        import gitcode broken.json
        import gitcode empty.json
        import gitcode sample
        import github sample-gitcode
        import github sample-gitcode/comments.ndjson
        import gitcode sample-gitcode --kind pull
        import gitcode sample-gitcode --complete projects
        import gitcode sample-gitcode --write-map map.toml
        export gitcode --out sample
        export gitcode --out requests --layout requests --pages
        export gitcode --out shape --shape gitee
        export gitcode --out due --due-on 2030-02-30
        export gitcode --out placed --as octo/elsewhere --host git.example.org --quiet
        "
    ));
}
