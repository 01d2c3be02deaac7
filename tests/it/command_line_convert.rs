//! Conversions on the command line.

use insta::assert_snapshot;

use crate::command_line::sampled;
use crate::command_line_transcript::transcript;

#[test]
fn a_conversion_tells_what_goes_over_whole_and_what_is_lost() {
    let folder = sampled();
    let told = transcript(
        folder.path(),
        "
        export github --out in --quiet
        convert --from github --to github in same
        convert --from github --to github --layout github-backup in backup
        convert --from github --to github --layout github-backup in --dry-run --json=records,losses,folder,dry_run
        convert --from github --to github --layout import-api in --dry-run --quiet
        convert --from github --to github in backup
        convert --from github --to github in
        convert --from github --to gitlab in out
        convert --from github --to github --layout requests in out
        convert --from github --to github --layout import-api --pages in out
        convert --from github --to github --repo octo/other in out
        convert --from github --to github nothing out
        ",
    );
    assert_snapshot!(told);
}

#[test]
fn a_backlog_goes_to_gitcode_and_comes_back() {
    let folder = sampled();
    let told = transcript(
        folder.path(),
        "
        export github --out in --quiet
        convert --from github --to gitcode --carry in there --json=labels,mapping_file,layout,forge
        convert --from gitcode --to github --map-back there/mapping.toml there back --json=restored,records
        convert --from github --to gitcode --pulls leave-out --keep-labels --dry-run in --json=records,labels
        convert --from github --to gitcode --dry-run in
        convert --from github --to gitcode --layout import-api in out
        convert --from github --to gitcode --layout requests in out
        convert --from github --to gitcode --api-version 2022-11-28 in out
        convert --from github --to github --carry in out
        convert --from github --to github --no-restore in out
        ",
    );
    assert_snapshot!(told);
}
