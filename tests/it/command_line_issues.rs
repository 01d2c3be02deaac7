//! What can be done to issues, comments, labels and milestones on the command line.

use insta::assert_snapshot;

use crate::command_line::sampled;
use crate::command_line_transcript::transcript;

#[test]
fn issues_are_edited() {
    let folder = sampled();
    assert_snapshot!(transcript(
        folder.path(),
        "
        issue create --title 'Crash on start' --body 'Since 1.2.' --type Bug --label crash
        issue create --title 'Another one' --json
        issue edit 43 --type none --title 'Crash at once'
        issue close 43 44 --reason not_planned
        issue reopen 43 44 --json
        issue label 43 bug ui --remove crash
        issue label 43 ui --set --json
        issue label 43
        issue assign 43 mona hubot
        issue assign 43 --remove hubot
        issue type 43 Task
        issue type 43 Task
        issue lock 43 --reason too_heated
        issue unlock 43
        issue lock 43
        issue pin 43
        issue unpin 43 --json
        issue pin 43
        issue react 43 heart
        issue react 43 love
        issue unreact 43 heart
        issue unreact 43 heart
        issue react 43 rocket --json
        issue view 43
        issue view 43 --json=pinned,locked,type,labels,assignees,reactions
        "
    ));
}

#[test]
fn issues_are_linked() {
    let folder = sampled();
    assert_snapshot!(transcript(
        folder.path(),
        "
        issue sub add 5 7
        issue sub add 5 10 --json
        issue sub add 7 10
        issue sub add 7 10 --replace-parent
        issue sub add 5 10 --replace-parent
        issue sub add 10 5
        issue sub move 5 10 --first
        issue sub list 5
        issue sub list 5 --json=number,state
        issue sub remove 5 7
        issue block add 5 --by 7
        issue block add 7 --by 5
        issue block list 7
        issue block list 5 --json
        issue block remove 5 --by 10
        issue duplicate 16 --of 5
        issue view 16 --json=state_reason,duplicate_of
        issue duplicate 16 --none
        issue view 5 --json=sub_issues,blocked_by,blocking,parent
        issue view 10 --no-events
        "
    ));
}

#[test]
fn issues_are_moved_and_deleted() {
    let folder = sampled();
    assert_snapshot!(transcript(
        folder.path(),
        "
        repo create tidepool/other --description 'What is left' --no-labels
        issue transfer 10 tidepool/other -R tidepool/kelp
        issue transfer 10 tidepool/other -R tidepool/kelp --dry-run
        issue transfer 10 tidepool/other -R tidepool/kelp --yes
        issue view tidepool/kelp#10 --no-events
        issue close tidepool/kelp#10
        issue view tidepool/other#1 --json=number,repository
        issue delete tidepool/kelp#11
        issue delete tidepool/kelp#11 --dry-run --json
        issue delete tidepool/kelp#11 --yes
        issue view tidepool/kelp#11
        issue delete tidepool/kelp#12 --yes
        repo archive tidepool/other
        issue close tidepool/other#1
        repo unarchive tidepool/other
        repo edit tidepool/other --issues false
        issue create --title 'No' -R tidepool/other
        repo edit tidepool/other --private true --description ''
        repo edit tidepool/other
        repo rename tidepool/other tidepool/rest
        repo list
        repo list --json=name,private,archived
        repo delete tidepool/rest --yes
        repo delete tidepool/rest --force
        repo delete tidepool/rest --force --dry-run
        repo delete tidepool/rest --force --yes
        repo list --json=name
        "
    ));
}

#[test]
fn comments_are_edited_by_their_ids() {
    let folder = sampled();
    assert_snapshot!(transcript(
        folder.path(),
        "
        issue comment 5 --body 'Seen on 1.2.' --json
        comment edit ID --body 'Seen on 1.3.'
        comment edit ID --body 'Seen on 1.3.'
        comment minimize ID --reason outdated
        comment view ID --edits
        comment unminimize ID --json
        comment pin ID
        comment unpin ID
        issue react ID eyes --json
        comment view ID --json
        comment delete ID
        comment delete ID --dry-run
        comment delete ID --yes
        comment view 01M7XWTXJRXC46EKTW8NJEKA4E
        comment view 12
        comment list 2
        comment list 2 --json=author,body
        "
    ));
}

#[test]
fn labels_and_milestones_are_edited() {
    let folder = sampled();
    assert_snapshot!(transcript(
        folder.path(),
        "
        label list
        label create crash --rgb ff0000 --description 'It stops'
        label create CRASH
        label create 'a,b'
        label create odd --rgb red
        label edit crash --name panic --json
        label edit nothing --name something
        label edit panic
        issue label 5 panic
        label delete panic
        label delete panic --dry-run
        label delete panic --yes
        label list --json=name,default
        milestone list
        milestone list --state all --sort completeness --direction desc --json=number,title,progress
        milestone create Next --description 'Soon' --due 2026-06-01
        milestone create Next
        milestone edit Next --title 'After next' --due none
        milestone close 'After next'
        milestone reopen 5 --json
        milestone view 5
        milestone view 2 --json=title,open_issues,closed_issues,due_on
        milestone delete 2 --dry-run
        milestone delete 2
        milestone delete 2 --yes
        milestone view 2
        milestone view Nothing
        "
    ));
}
