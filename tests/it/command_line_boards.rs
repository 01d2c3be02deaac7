//! Project boards on the command line.

use insta::assert_snapshot;

use crate::command_line::sampled;
use crate::command_line_transcript::transcript;

#[test]
fn boards_have_columns_and_cards() {
    let folder = sampled();
    assert_snapshot!(transcript(
        folder.path(),
        "
        project list --json=number,name,state
        project create Harvest --body 'What grows when'
        project column add 2 'To do' --json
        project column add 2 Doing
        project column add 2 Done
        project column move 2 Done --first
        project column move 2 Done --after Doing
        project column rename 2 2 'In hand'
        project card add 2 'To do' 5
        project card add 2 'To do' 5
        project card add 2 'To do' 7 --json
        project card note 2 'In hand' --body 'Ask the harbour' --json
        project card edit 2 ID --body 'Ask the lighthouse'
        project view 2
        project card move 2 5 --column Done
        project card move 2 ID --column 1 --bottom
        project card move 2 7 --after ID
        project card move 2 7
        project card convert 2 ID --body 'By telephone.'
        project card archive 2 5
        project view 2
        project view 2 --archived --json=columns
        project card unarchive 2 5
        issue view 43 --no-events
        project card delete 2 7 --dry-run
        project card delete 2 7
        project card delete 2 7 --yes
        project card delete 2 7 --yes
        project column delete 2 Done --dry-run
        project column delete 2 Done --yes
        project column delete 2 Done --yes
        project edit 2 --name Crop --private true
        project edit 2
        project close 2
        project reopen 2 --json=number,changed
        project view 2 --as-known 4
        project view 2 --as-known 4 --json
        project delete 2
        project delete 2 --yes
        project view 2
        project create Roadmap --org tidepool
        project list --org tidepool
        project list --user nobody
        "
    ));
}
