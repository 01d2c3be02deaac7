"""gitcode-api: GitCode's API at /api/v5 of the same server, and that GitHub's tongue tells of the same backlog."""

import json
import urllib.request

from gitcode_api import GitCode
from gitcode_api.exceptions import GitCodeAPIError, GitCodeUnauthorizedError

from checks import OWNER, REPO, TOKEN, URL, Checks, comments, equal, holds, refused, sample

checks = Checks("gitcode-api")
BASE = URL + "/api/v5"
api = GitCode(api_key=TOKEN or "any", owner=OWNER, repo=REPO, base_url=BASE)
issues = sample("issues")


def status(code):
    def check(error):
        equal(error.status_code, code, "status")
        holds(isinstance(error.payload, dict), f"the error's body is {error.payload!r}")
        holds("error_message" in error.payload or "message" in error.payload, f"the error says only {error.payload}")

    return check


def with_headers(path):
    """The headers and the body of an answer: the client shows only the body."""
    request = urllib.request.Request(BASE + path, headers={"Authorization": f"Bearer {TOKEN}"} if TOKEN else {})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.headers, json.load(answer)


def as_github(path):
    request = urllib.request.Request(URL + path, headers={"Authorization": f"token {TOKEN}"} if TOKEN else {})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def pages(request, **parameters):
    """Every object, as this client's users page: until a page is not full."""
    found, page = [], 1
    while True:
        part = request(page=page, per_page=7, **parameters)
        found += part
        if len(part) < 7:
            return found
        page += 1


with checks.step("issues over pages, by state"):
    expected = sorted(each["number"] for each in issues)
    equal(sorted(int(each.number) for each in pages(api.issues.list, state="all")), expected)
    for state in ["open", "closed"]:
        expected = sorted(each["number"] for each in issues if each["state"] == state)
        equal(sorted(int(each.number) for each in pages(api.issues.list, state=state)), expected)
with checks.step("total_count and total_page on every list"):
    headers, found = with_headers(f"/repos/{OWNER}/{REPO}/issues?state=all&per_page=7")
    equal((int(headers["total_count"]), int(headers["total_page"])), (len(issues), -(-len(issues) // 7)))
    for path in ["labels", "milestones?state=all", "issues/5/comments", "issues/comments"]:
        headers, found = with_headers(f"/repos/{OWNER}/{REPO}/{path}")
        holds(headers["total_count"] and headers["total_page"], f"{path} has no totals")
with checks.step("every issue and its comments"):
    for each in issues:
        found = api.issues.get(number=each["number"])
        equal((found.title, found.body or "", found.state, str(found.number)),
              (each["title"], each["body"] or "", each["state"], str(each["number"])))
        equal(sorted(label.name for label in found.labels or []), sorted(label["name"] for label in each["labels"]))
        equal(len(pages(api.issues.list_comments, number=each["number"])), comments(each))

milestone = None
with checks.step("list, create, get, update and delete a milestone"):
    equal(sorted(each.title for each in api.milestones.list(state="all", per_page=100)),
          sorted(each["title"] for each in sample("milestones")))
    made = api.milestones.create(title="Spring tide", due_on="2030-03-04", description="High")
    milestone = made.number
    equal((made.title, made.due_on, made.description), ("Spring tide", "2030-03-04", "High"))
    equal(api.milestones.get(number=milestone).title, "Spring tide")
    made = api.milestones.update(number=milestone, title="Neap tide", due_on="2030-03-05", state="closed")
    equal((made.title, made.due_on, made.state), ("Neap tide", "2030-03-05", "closed"))
    api.milestones.update(number=milestone, title="Neap tide", due_on="2030-03-05", state="open")
    second = api.milestones.create(title="to go", due_on="2030-01-01")
    api.milestones.delete(number=second.number)
    with refused(GitCodeAPIError, status(404)):
        api.milestones.get(number=second.number)
with checks.step("list, create, update and delete a label"):
    equal(sorted(each.name for each in api.labels.list()), sorted(each["name"] for each in sample("labels")))
    equal(api.labels.create(name="wind/force", color="#00aaff").color.lower(), "#00aaff")
    found = api.labels.update(original_name="wind/force", name="wind", color="#00aa00")
    equal((found.name, found.color.lower()), ("wind", "#00aa00"))
    api.labels.delete(name="wind")
    holds("wind" not in [each.name for each in api.labels.list()], "the label is still there")

number = None
with checks.step("create, get and update an issue, close and reopen it"):
    made = api.issues.create(owner=OWNER, title="涌浪", body="From the west", labels=["bug", "潮位"], milestone=milestone,
                             assignee="hana-shiomi")
    number = int(made.number)
    found = api.issues.get(number=number)
    equal((found.title, found.body, found.state), ("涌浪", "From the west", "open"))
    equal(sorted(each.name for each in found.labels), sorted(["bug", "潮位"]))
    equal((found.milestone.title, found.assignee.login), ("Neap tide", "hana-shiomi"))
    equal(api.issues.update(number=number, owner=OWNER, state="close").state, "closed")
    found = api.issues.get(number=number)
    equal((found.title, found.body, found.milestone.title), ("涌浪", "From the west", "Neap tide"), "what null left alone")
    equal(api.issues.update(number=number, owner=OWNER, state="reopen", title="Swell").state, "open")
    equal(api.issues.get(number=number).title, "Swell")
    api.issues.update(number=number, owner=OWNER, labels=["question"])
    equal([each.name for each in api.issues.get(number=number).labels], ["question"])
with checks.step("GitHub's tongue tells the same of it"):
    found = as_github(f"/repos/{OWNER}/{REPO}/issues/{number}")
    equal((found["title"], found["body"], found["state"]), ("Swell", "From the west", "open"))
    equal((found["milestone"]["title"], [each["login"] for each in found["assignees"]]), ("Neap tide", ["hana-shiomi"]))
    equal([each["name"] for each in found["labels"]], ["question"])
with checks.step("labels on an issue: add, remove, replace, clear"):
    equal(sorted(each.name for each in api.issues.add_labels(number=number, labels=["bug", "area/harmonics"]))[:2],
          ["area/harmonics", "bug"])
    api.issues.remove_label(number=number, name="area/harmonics")
    equal(sorted(each.name for each in api.issues.get(number=number).labels), ["bug", "question"])
    equal([each.name for each in api.labels.replace_issue_labels(number=number, labels=["bug"])], ["bug"])
    api.labels.clear_issue_labels(number=number)
    equal(list(api.issues.get(number=number).labels or []), [])
with checks.step("list, create, get, update and delete a comment"):
    made = api.issues.create_comment(number=number, body="One")
    equal(api.issues.get_comment(comment_id=made.id).body, "One")
    equal(api.issues.update_comment(comment_id=made.id, body="Two").body, "Two")
    equal([each.body for each in api.issues.list_comments(number=number)], ["Two"])
    api.issues.delete_comment(comment_id=made.id)
    with refused(GitCodeAPIError, status(404)):
        api.issues.get_comment(comment_id=made.id)
with checks.step("the operate logs"):
    _, found = with_headers(f"/repos/{OWNER}/issues/{number}/operate_logs?repo={REPO}")
    holds({"title", "label"} <= {each["action_type"] for each in found}, f"the logs are {found}")
    # The client does not name the repository, which is one that the owner has no second of.
    equal(len(api.issues.list_operation_logs(owner=OWNER, number=number, per_page=100)), len(found))
with checks.step("the members"):
    holds(api.members.list(per_page=100) is not None, "no members")

with checks.step("what is not there, and what cannot be"):
    with refused(GitCodeAPIError, status(404)):
        api.issues.get(number=99999)
    with refused(GitCodeAPIError, status(404)):
        api.issues.list(repo="none")
    with refused(GitCodeAPIError, lambda error: holds(error.status_code in (400, 422), f"status {error.status_code}")):
        api.issues.update(number=number, owner=OWNER, state="ajar")
if TOKEN:
    with checks.step("a wrong token is GitCodeUnauthorizedError"):
        with refused(GitCodeUnauthorizedError, status(401)):
            GitCode(api_key="wrong", owner=OWNER, repo=REPO, base_url=BASE).issues.create(owner=OWNER, title="No")

checks.end()
