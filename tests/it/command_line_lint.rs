//! Lint on the command line.

use insta::assert_snapshot;

use crate::command_line::sampled;
use crate::command_line_transcript::transcript;

#[test]
fn what_a_target_refuses_is_listed_put_right_and_taken_back() {
    let folder = sampled();
    let long = "A very long title ".repeat(14);
    let told = transcript(
        folder.path(),
        &format!(
            "
            lint --for gitcode --code label-name-too-long --code label-name-characters
            lint --for gitcode --summary
            lint --for github 'is:open label:bug'
            lint --for github 'author:nobody'
            lint --for github 'is:opne'
            lint --for github --code body-too-long
            lint --for github --code number-gap --json
            lint --for github --code title --json
            lint --for gitlab
            issue create --title '{}' --body 'Ask @mona.'
            lint --for gitcode --code title-too-long --code mention-notifies --dry-run
            lint --for gitcode --code title-too-long --code label-name-too-short --fix --json
            issue view 43 --no-events --json=title,body
            lint --for gitcode --code title-too-long --fix
            undo
            lint --for gitcode --code title-too-long --json=number,there,safe
            lint --for gitcode --fix --quiet
            lint --for gitcode --fix --quiet --json=errors_left
            lint --for github-import-api --quiet 43
            lint --for github --fix --summary
            ",
            [long.trim_end(), "more"].join(" ")
        ),
    );
    assert_snapshot!(told);
}
