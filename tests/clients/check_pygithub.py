"""PyGithub: everything through its typed objects, which refuse addresses of other hosts."""

import datetime

import github
from github import Auth, Github, GithubException

from checks import OWNER, REPO, TOKEN, URL, Checks, equal, holds, numbers, refused, sample

checks = Checks("PyGithub")
# A second without a pause: the client waits a second between writes otherwise.
options = {"base_url": URL, "seconds_between_requests": 0, "seconds_between_writes": 0, "retry": None}
api = Github(auth=Auth.Token(TOKEN), per_page=7, **options)
repo = None
issues = sample("issues")

with checks.step("the repository and who asks"):
    repo = api.get_repo(f"{OWNER}/{REPO}")
    equal(repo.full_name, f"{OWNER}/{REPO}")
    holds(repo.has_issues, "the repository has no issues")
    holds(api.get_user().login, "nobody asks")
    holds(api.get_rate_limit().rate.limit > 0, "no rate limit")
with checks.step("a user"):
    equal(api.get_user("hana-shiomi").login, "hana-shiomi")

with checks.step("issues over pages of seven"):
    equal(sorted(each.number for each in repo.get_issues(state="all")), numbers(issues))
    equal(repo.get_issues(state="all").totalCount, len(issues))
with checks.step("the last page first"):
    found = [each.number for each in repo.get_issues(state="all").reversed]
    equal(sorted(found), numbers(issues))
with checks.step("issues by state, label, milestone, assignee, creator"):
    equal(sorted(each.number for each in repo.get_issues()), numbers(issues, "open"))
    equal(sorted(each.number for each in repo.get_issues(state="all", labels=["area: output"])),
          numbers(issues, label="area: output"))
    milestone = repo.get_milestone(2)
    equal(sorted(each.number for each in repo.get_issues(state="all", milestone=milestone)),
          sorted(each["number"] for each in issues if (each["milestone"] or {}).get("number") == 2))
    equal(sorted(each.number for each in repo.get_issues(state="all", assignee="hana-shiomi")),
          sorted(each["number"] for each in issues
                 if "hana-shiomi" in [who["login"] for who in each["assignees"]]))
    equal(sorted(each.number for each in repo.get_issues(state="all", creator="jetty-cat")),
          sorted(each["number"] for each in issues if each["user"] and each["user"]["login"] == "jetty-cat"))
with checks.step("sorted and since"):
    found = [each.number for each in repo.get_issues(state="all", sort="created", direction="asc")]
    equal(found, [each["number"] for each in sorted(issues, key=lambda each: (each["created_at"], each["number"]))])
    since = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)
    equal(sorted(each.number for each in repo.get_issues(state="all", since=since)),
          sorted(each["number"] for each in issues if each["updated_at"] >= "2025-01-01T00:00:00Z"))
with checks.step("every issue reads as it came"):
    for each in issues:
        found = repo.get_issue(each["number"])
        equal((found.title, found.body, found.state, found.locked, found.comments, found.id),
              (each["title"], each["body"], each["state"], each["locked"], each["comments"], each["id"]))
        equal([label.name for label in found.labels], [label["name"] for label in each["labels"]])
        equal(found.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"), each["created_at"])

made = None
with checks.step("create, get, update and delete a milestone"):
    made = repo.create_milestone("0.3 “slack”", description="Text", due_on=datetime.datetime(2030, 1, 2, 8))
    equal((made.title, made.state, made.description), ("0.3 “slack”", "open", "Text"))
    equal(repo.get_milestone(made.number).title, "0.3 “slack”")
    made.edit("0.3", state="closed", description="")
    equal((repo.get_milestone(made.number).state, made.title), ("closed", "0.3"))
    made.edit("0.3", state="open")
    holds("0.3" in [each.title for each in repo.get_milestones(state="all")], "not in the list")
    second = repo.create_milestone("to go")
    second.delete()
    with refused(github.UnknownObjectException):
        repo.get_milestone(second.number)
with checks.step("the labels of a milestone"):
    expected = {label["name"] for each in issues if (each["milestone"] or {}).get("number") == 2
                for label in each["labels"]}
    equal({each.name for each in repo.get_milestone(2).get_labels()}, expected)
with checks.step("a milestone's title that is taken: 422 with its reason"):
    def reason(error):
        equal(error.status, 422)
        equal(error.data["errors"][0], {"resource": "Milestone", "code": "already_exists", "field": "title"})
    with refused(GithubException, reason):
        repo.create_milestone("0.1")

with checks.step("list, create, get, update and delete a label"):
    equal(sorted(each.name for each in repo.get_labels()), sorted(each["name"] for each in sample("labels")))
    label = repo.create_label("needs tide/gauge", "abcdef", "With a slash")
    equal((label.name, label.color, label.description), ("needs tide/gauge", "abcdef", "With a slash"))
    equal(repo.get_label("needs tide/gauge").color, "abcdef")
    label.edit("needs gauge", "123456")
    equal((repo.get_label("needs gauge").color, label.name), ("123456", "needs gauge"))
    label.delete()
    with refused(github.UnknownObjectException):
        repo.get_label("needs gauge")
with checks.step("labels whose names have a slash, a colon, and no Latin letter"):
    for name in ["area/harmonics", "area: output", "潮位"]:
        equal(repo.get_label(name).name, name)
with checks.step("a label that is there: 422 with its reason"):
    def reason(error):
        equal(error.status, 422)
        equal(error.data["errors"][0]["code"], "already_exists")
    with refused(GithubException, reason):
        repo.create_label("bug", "ff0000")

issue = None
with checks.step("create and get an issue"):
    issue = repo.create_issue("Gauge drifts", body="By *two* millimetres.", labels=["bug", "潮位"],
                              milestone=made, assignees=["hana-shiomi"])
    equal(issue.number, max(numbers(issues)) + 1)
    found = repo.get_issue(issue.number)
    equal((found.title, found.body, found.state), ("Gauge drifts", "By *two* millimetres.", "open"))
    equal(sorted(each.name for each in found.labels), sorted(["bug", "潮位"]))
    equal([each.login for each in found.assignees], ["hana-shiomi"])
    equal(found.milestone.number, made.number)
    equal(found.comments, 0)
with checks.step("update, close and reopen an issue"):
    issue.edit(title="Gauge drifts north", body="")
    issue.edit(state="closed", state_reason="not_planned")
    found = repo.get_issue(issue.number)
    equal((found.title, found.state, found.state_reason), ("Gauge drifts north", "closed", "not_planned"))
    holds(found.closed_at and found.closed_by, "nobody closed it")
    issue.edit(state="open")
    equal(repo.get_issue(issue.number).state, "open")
with checks.step("clear the milestone, and set it"):
    for milestone in [None, made, None]:
        issue.edit(milestone=milestone)
        equal(repo.get_issue(issue.number).milestone, milestone)
with checks.step("labels on an issue: add, remove, set, list, clear"):
    issue.add_to_labels("enhancement", "area/harmonics")
    equal(sorted(each.name for each in issue.get_labels()),
          sorted(["bug", "潮位", "enhancement", "area/harmonics"]))
    issue.remove_from_labels("area/harmonics")
    issue.set_labels("question")
    equal([each.name for each in issue.get_labels()], ["question"])
    issue.delete_labels()
    equal(list(issue.get_labels()), [])
with checks.step("assignees: add, remove, list"):
    issue.add_to_assignees("nils-havn")
    equal(sorted(each.login for each in repo.get_issue(issue.number).assignees), ["hana-shiomi", "nils-havn"])
    issue.remove_from_assignees("hana-shiomi")
    equal([each.login for each in repo.get_issue(issue.number).assignees], ["nils-havn"])
    holds("nils-havn" in [each.login for each in repo.get_assignees()], "not among the assignees")
    holds(repo.has_in_assignees("nils-havn"), "nils-havn cannot be assigned")
    holds(not repo.has_in_assignees("nobody-at-all"), "nobody-at-all can be assigned")
with checks.step("lock and unlock"):
    issue.lock("off-topic")
    found = repo.get_issue(issue.number)
    equal((found.locked, found.active_lock_reason), (True, "off-topic"))
    issue.unlock()
    equal(repo.get_issue(issue.number).locked, False)
with checks.step("list, create, get, update and delete comments"):
    expected = [each["body"] for each in sample("comments") if each["issue_url"].endswith("/issues/19")]
    equal([each.body for each in repo.get_issue(19).get_comments()], expected)
    comment = issue.create_comment("First.")
    equal(issue.get_comment(comment.id).body, "First.")
    comment.edit("First, again.")
    equal(issue.get_comment(comment.id).body, "First, again.")
    comment.delete()
    with refused(github.UnknownObjectException):
        issue.get_comment(comment.id)
with checks.step("the comments of the repository, over pages"):
    equal(sorted(each.id for each in repo.get_issues_comments()), sorted(each["id"] for each in sample("comments")))
with checks.step("reactions to an issue and to a comment"):
    reaction = issue.create_reaction("rocket")
    equal([each.content for each in issue.get_reactions()], ["rocket"])
    holds(issue.delete_reaction(reaction.id), "the reaction was not deleted")
    comment = issue.create_comment("To be cheered.")
    comment.create_reaction("heart")
    equal([each.content for each in comment.get_reactions()], ["heart"])
with checks.step("the events of an issue, of the repository, and one"):
    found = [each.event for each in issue.get_events()]
    for kind in ["labeled", "assigned", "milestoned", "demilestoned", "closed", "reopened", "renamed", "locked", "unlocked"]:
        holds(kind in found, f"no {kind} among {found}")
    events = list(repo.get_issues_events())
    holds(set(each["id"] for each in sample("events")) <= set(each.id for each in events), "events are missing")
    one = repo.get_issues_event(events[0].id)
    equal((one.id, one.event), (events[0].id, events[0].event))
with checks.step("the timeline"):
    found = [each.event for each in issue.get_timeline()]
    holds("commented" in found and "closed" in found, f"the timeline has {found}")
    holds(len(list(repo.get_issue(3).get_timeline())) > 4, "the timeline of 3 is short")

with checks.step("search"):
    found = [each.number for each in api.search_issues(f"repo:{OWNER}/{REPO} is:issue Gauge")]
    holds(issue.number in found, f"found {found}")
with checks.step("what is not there is UnknownObjectException"):
    with refused(github.UnknownObjectException):
        repo.get_issue(99999)
    with refused(github.UnknownObjectException):
        api.get_repo(f"{OWNER}/no-such-repository")
    with refused(github.UnknownObjectException):
        repo.get_label("no such label")
if TOKEN:
    with checks.step("a wrong token is BadCredentialsException"):
        wrong = Github(auth=Auth.Token("wrong" + TOKEN), **options)
        with refused(github.BadCredentialsException):
            wrong.get_repo(f"{OWNER}/{REPO}").create_issue("Not to be made")
    with checks.step("without a token nothing is written"):
        with refused(GithubException, lambda error: holds(error.status in (401, 403, 404), f"status {error.status}")):
            Github(**options).get_repo(f"{OWNER}/{REPO}").create_issue("Not to be made")

checks.end()
