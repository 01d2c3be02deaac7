//! What was, what happened, and taking it back, on the command line.

use insta::assert_snapshot;

use crate::command_line::sampled;
use crate::command_line_transcript::transcript;

#[test]
fn what_is_undone_can_be_done_again() {
    let folder = sampled();
    assert_snapshot!(transcript(
        folder.path(),
        "
        redo
        issue close 5
        issue delete 11 --yes
        undo --dry-run
        undo --dry-run --json
        undo
        issue view 11 --no-events --json=title
        redo --dry-run
        redo
        undo 2
        undo 2
        redo 2 --json=target,reason,commit
        undo --last
        log --json=sequence,reason,undone
        log --limit 3
        issue label 5 new
        undo 1
        undo 99
        "
    ));
}

#[test]
fn earlier_states_can_be_asked_for() {
    let folder = sampled();
    assert_snapshot!(transcript(
        folder.path(),
        "
        issue close 5 --reason not_planned
        issue list --as-of 2023-04-01 --limit 3
        issue list 'label:bug' --as-of 2023-04-01 --json=number,state,unknown
        issue list --as-known 0
        issue list --as-known 1 --limit 2 --json=number,unknown
        issue view 2 --as-of 2023-02-01
        issue view 5 --as-known 1 --json=state,unknown
        issue view 5 --json=state
        issue view 40 --as-of 2023-01-01
        issue view 2 --as-of yesterday
        milestone list --as-of 2024-01-01
        milestone list --as-of 2024-01-01 --state all --json=number,title,state,unknown
        timeline 2
        timeline 2 --json=event,actor
        diff 1
        diff 1 2 --json=kind,label,fields
        diff 2025-01-15 2025-01-20
        burn-down 1 --from 2023-02-01 --to 2023-03-01 --step 14
        burn-down 0.1 --from 2023-02-01 --to 2023-02-02 --json
        contradictions --json=number,field,class
        "
    ));
}
