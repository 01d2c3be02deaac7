"""github3.py: an older client that demands every key of a whole repository object, under /api/v3."""

import github3
from github3.exceptions import AuthenticationFailed, NotFoundError, UnprocessableEntity

from checks import OWNER, REPO, TOKEN, URL, Checks, equal, holds, numbers, refused, sample

checks = Checks("github3.py")
api = github3.GitHubEnterprise(URL, token=TOKEN or "any")
repo = None
issues = sample("issues")

with checks.step("the repository, whole"):
    repo = api.repository(OWNER, REPO)
    equal(repo.full_name, f"{OWNER}/{REPO}")
with checks.step("issues over pages"):
    equal(sorted(each.number for each in repo.issues(state="all")), numbers(issues))
with checks.step("milestones: list, create, get, update, delete"):
    equal(len(list(repo.milestones(state="all"))), len(sample("milestones")))
    made = repo.create_milestone("Ebb", description="Out", due_on="2030-01-01T08:00:00Z")
    holds(repo.milestone(made.number).update(title="Flood", state="closed"), "not updated")
    equal(repo.milestone(made.number).state, "closed")
    holds(made.delete(), "not deleted")
    with refused(NotFoundError):
        repo.milestone(made.number)
with checks.step("labels: list, create, get, update, delete"):
    equal(len(list(repo.labels())), len(sample("labels")))
    repo.create_label("wind", "#00ff00")
    holds(repo.label("wind").update("gale", "#0000ff"), "not updated")
    equal(repo.label("gale").color, "0000ff")
    holds(repo.label("gale").delete(), "not deleted")
    with refused(UnprocessableEntity):
        repo.create_label("bug", "#00ff00")
with checks.step("issues: create, get, edit, close and reopen, lock"):
    issue = repo.create_issue("Swell", body="Text", labels=["bug"], milestone=2, assignees=["hana-shiomi"])
    holds(issue.edit(title="Long swell"), "not edited")
    holds(issue.close(), "not closed")
    equal((repo.issue(issue.number).state, repo.issue(issue.number).title), ("closed", "Long swell"))
    holds(issue.reopen(), "not reopened")
    issue.add_labels("question")
    issue.remove_label("bug")
    equal([each.name for each in repo.issue(issue.number).labels()], ["question"])
    holds(issue.lock() and issue.unlock(), "not locked and unlocked")
with checks.step("comments, which this client edits by POST or PATCH"):
    comment = issue.create_comment("One")
    holds(comment.edit("Two"), "not edited")
    equal([each.body for each in issue.comments()], ["Two"])
    equal(issue.comment(comment.id).body, "Two")
    holds(comment.delete(), "not deleted")
with checks.step("events"):
    holds("closed" in [each.event for each in issue.events()], "no event")
    holds("labeled" in [each.event for each in repo.issue_events(number=20)], "no event of the repository")
with checks.step("what is not there: NotFoundError; a wrong token: AuthenticationFailed"):
    with refused(NotFoundError):
        repo.issue(99999)
    if TOKEN:
        with refused(AuthenticationFailed):
            github3.GitHubEnterprise(URL, token="wrong").me()

checks.end()
