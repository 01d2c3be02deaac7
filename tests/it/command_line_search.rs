//! Queries on the command line.

use insta::assert_snapshot;

use crate::command_line::sampled;
use crate::command_line_transcript::transcript;

#[test]
fn queries_find_and_point_at_what_is_wrong() {
    let folder = sampled();
    assert_snapshot!(transcript(
        folder.path(),
        "
        issue list 'is:issue label:bug sort:created-asc' --limit 3
        issue list 'label:bug' --state closed --json=number,state
        issue list 'assignee:@me'
        issue list 'is:opne label:bug'
        issue list '(label:bug'
        issue list number,title --json
        issue list --mentioned hana-shiomi --state all --json=number
        issue list --issue-type any --state all --json=number,type
        issue list --since 2025-11-01 --json=number
        issue list --after start --limit 2 --sort number --json=number
        issue list --after nonsense --json
        issue list --after start
        issue list 'label:bug' --facets --limit 2
        issue list 'label:bug is:open' --facets --json=total,open,labels
        issue list 'label:bug' --explain --json=total
        search harbour --limit 3
        search harbour 'is:open' --json=number,repository
        search 'repo:tidepool/other'
        search crash --explain --json=total
        search crash --facets --limit 1
        search 'state:gone'
        index
        index --json
        search harbour --limit 3 --json=number
        "
    ));
}
