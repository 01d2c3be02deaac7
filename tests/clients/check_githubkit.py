"""githubkit: every answer is validated against the models that are generated from GitHub's description of its API."""

import importlib
import sys
import typing

import pydantic
from githubkit import GitHub, TokenAuthStrategy
from githubkit.exception import RequestFailed

from checks import OWNER, REPO, TOKEN, URL, Checks, comments, equal, holds, numbers, refused, sample

version = sys.argv[1]
checks = Checks(f"githubkit {version}")
api = GitHub(TokenAuthStrategy(TOKEN) if TOKEN else None, base_url=URL, auto_retry=False, http_cache=True,
             rest_api_validate_body=False)
rest = api.rest(version)
models = importlib.import_module(f"githubkit_schemas.v{version.replace('-', '_')}.models")
here = {"owner": OWNER, "repo": REPO}
issues = sample("issues")


def every(request, **parameters):
    """All objects of a list, page by page, each validated."""
    return list(api.rest.paginate(request, **parameters))


def events_of(number, per_page=30):
    """The events of an issue, validated; GitHub's description of this list has neither `closed` nor `reopened` and
    many others, which have to be as its description of timelines has them."""
    found, page = [], 1
    while True:
        answer = rest.issues.list_events(**here, issue_number=number, per_page=per_page, page=page)
        [described] = typing.get_args(answer._data_model)
        pydantic.TypeAdapter(list[typing.Union[described, models.StateChangeIssueEvent]]).validate_json(answer.content)
        found += answer.json()
        if 'rel="next"' not in answer.headers.get("link", ""):
            return found
        page += 1


def status(code, field=None):
    """The answer has to have this status, and name this field where one is given."""

    def check(error):
        equal(error.response.status_code, code, "status")
        body = error.response.json()
        holds(body.get("message") and body.get("documentation_url"), f"the answer says only {body}")
        if field:
            holds(field in [each.get("field") for each in body["errors"]], f"{field} is not named in {body}")

    return check


with checks.step("the repository, the user, the limits, the meta data"):
    equal(rest.repos.get(**here).parsed_data.full_name, f"{OWNER}/{REPO}")
    holds(rest.users.get_authenticated().parsed_data.login, "nobody asks")
    equal(rest.users.get_by_username("hana-shiomi").parsed_data.login, "hana-shiomi")
    holds(rest.rate_limit.get().parsed_data.resources.core.limit > 0, "no rate limit")
    rest.meta.get().parsed_data

with checks.step("issues over pages"):
    found = every(rest.issues.list_for_repo, **here, state="all", per_page=7)
    equal(sorted(each.number for each in found), numbers(issues))
    equal(sorted(each.number for each in every(rest.issues.list_for_repo, **here)), numbers(issues, "open"))
with checks.step("issues by label, milestone, assignee, creator, mentioned, since, sorted"):
    found = every(rest.issues.list_for_repo, **here, state="all", labels="bug,prio:high")
    equal(sorted(each.number for each in found),
          sorted(set(numbers(issues, label="bug")) & set(numbers(issues, label="prio:high"))))
    for milestone, expected in [("2", lambda each: (each["milestone"] or {}).get("number") == 2),
                                ("none", lambda each: each["milestone"] is None),
                                ("*", lambda each: each["milestone"] is not None)]:
        found = every(rest.issues.list_for_repo, **here, state="all", milestone=milestone)
        equal(sorted(each.number for each in found), sorted(each["number"] for each in issues if expected(each)))
    found = every(rest.issues.list_for_repo, **here, state="all", assignee="none")
    equal(sorted(each.number for each in found), sorted(each["number"] for each in issues if not each["assignees"]))
    every(rest.issues.list_for_repo, **here, state="all", mentioned="hana-shiomi")
    found = every(rest.issues.list_for_repo, **here, state="all", sort="comments", direction="asc")
    equal([each.comments for each in found], sorted(each["comments"] for each in issues))
with checks.step("every issue, its comments, events and timeline"):
    for each in issues:
        found = rest.issues.get(**here, issue_number=each["number"]).parsed_data
        equal((found.title, found.body, found.state), (each["title"], each["body"], each["state"]))
        equal(len(every(rest.issues.list_comments, **here, issue_number=each["number"])), comments(each))
        events_of(each["number"])
        every(rest.issues.list_events_for_timeline, **here, issue_number=each["number"])
        every(rest.issues.list_labels_on_issue, **here, issue_number=each["number"])
with checks.step("the other lists of issues"):
    every(rest.issues.list, filter_="all", state="all")
    every(rest.issues.list_for_authenticated_user, filter_="all", state="all")
    found = every(rest.issues.list_for_org, org=OWNER, filter_="all", state="all")
    equal(sorted(each.number for each in found), numbers(issues))

milestone = None
with checks.step("list, create, get, update and delete a milestone"):
    found = every(rest.issues.list_milestones, **here, state="all")
    equal(sorted(each.title for each in found), sorted(each["title"] for each in sample("milestones")))
    made = rest.issues.create_milestone(**here, title="Spring tide", state="open", description="Text",
                                        due_on="2030-01-02T08:00:00Z").parsed_data
    milestone = made.number
    equal((made.title, made.state, made.description), ("Spring tide", "open", "Text"))
    rest.issues.get_milestone(**here, milestone_number=milestone).parsed_data
    made = rest.issues.update_milestone(**here, milestone_number=milestone, title="Neap tide", state="closed").parsed_data
    equal((made.title, made.state, bool(made.closed_at)), ("Neap tide", "closed", True))
    rest.issues.update_milestone(**here, milestone_number=milestone, state="open").parsed_data
    second = rest.issues.create_milestone(**here, title="to go").parsed_data
    equal(rest.issues.delete_milestone(**here, milestone_number=second.number).status_code, 204)
    with refused(RequestFailed, status(404)):
        rest.issues.get_milestone(**here, milestone_number=second.number)
    every(rest.issues.list_labels_for_milestone, **here, milestone_number=2)
with checks.step("list, create, get, update and delete a label"):
    found = every(rest.issues.list_labels_for_repo, **here, per_page=5)
    equal(sorted(each.name for each in found), sorted(each["name"] for each in sample("labels")))
    rest.issues.create_label(**here, name="surge/wind", color="00ff00", description="Wind").parsed_data
    equal(rest.issues.get_label(**here, name="surge/wind").parsed_data.color, "00ff00")
    made = rest.issues.update_label(**here, name="surge/wind", new_name="surge", color="0000ff").parsed_data
    equal((made.name, made.color, made.description), ("surge", "0000ff", "Wind"))
    equal(rest.issues.delete_label(**here, name="surge").status_code, 204)
    with refused(RequestFailed, status(404)):
        rest.issues.get_label(**here, name="surge")

number = None
with checks.step("create, get, update and close an issue"):
    made = rest.issues.create(**here, title="Fog", body="Thick.\n\n- [ ] lift it", labels=["bug"],
                              milestone=milestone, assignees=["hana-shiomi"]).parsed_data
    number = made.number
    found = rest.issues.get(**here, issue_number=number).parsed_data
    equal((found.title, found.state, found.milestone.number, found.assignees[0].login),
          ("Fog", "open", milestone, "hana-shiomi"))
    made = rest.issues.update(**here, issue_number=number, title="Fog lifts", state="closed",
                              state_reason="completed").parsed_data
    equal((made.title, made.state, made.state_reason, bool(made.closed_at)), ("Fog lifts", "closed", "completed", True))
    made = rest.issues.update(**here, issue_number=number, state="open", milestone=None, labels=[], assignees=[]).parsed_data
    equal((made.state, made.state_reason, made.milestone, made.labels, made.assignees), ("open", "reopened", None, [], []))
    equal(rest.issues.update(**here, issue_number=number, milestone=milestone).parsed_data.milestone.number, milestone)
with checks.step("labels and assignees of an issue"):
    on = {**here, "issue_number": number}
    found = rest.issues.add_labels(**on, labels=["bug", "area/harmonics"]).parsed_data
    equal(sorted(each.name for each in found), ["area/harmonics", "bug"])
    equal([each.name for each in rest.issues.remove_label(**on, name="area/harmonics").parsed_data], ["bug"])
    equal([each.name for each in rest.issues.set_labels(**on, labels=["question"]).parsed_data], ["question"])
    equal(rest.issues.remove_all_labels(**on).status_code, 204)
    equal([each.login for each in rest.issues.add_assignees(**on, assignees=["nils-havn"]).parsed_data.assignees], ["nils-havn"])
    equal(rest.issues.remove_assignees(**on, assignees=["nils-havn"]).parsed_data.assignees, [])
    every(rest.issues.list_assignees, **here)
    equal(rest.issues.check_user_can_be_assigned(**here, assignee="nils-havn").status_code, 204)
    equal(rest.issues.check_user_can_be_assigned_to_issue(**on, assignee="nils-havn").status_code, 204)
    with refused(RequestFailed, status(404)):
        rest.issues.check_user_can_be_assigned(**here, assignee="nobody-at-all")
with checks.step("lock and unlock"):
    equal(rest.issues.lock(**on, lock_reason="too heated").status_code, 204)
    equal(rest.issues.get(**on).parsed_data.active_lock_reason, "too heated")
    equal(rest.issues.unlock(**on).status_code, 204)
with checks.step("list, create, get, update and delete a comment"):
    made = rest.issues.create_comment(**on, body="First.").parsed_data
    equal(rest.issues.get_comment(**here, comment_id=made.id).parsed_data.body, "First.")
    equal(rest.issues.update_comment(**here, comment_id=made.id, body="Second.").parsed_data.body, "Second.")
    equal([each.id for each in every(rest.issues.list_comments, **on)], [made.id])
    equal(rest.issues.delete_comment(**here, comment_id=made.id).status_code, 204)
    with refused(RequestFailed, status(404)):
        rest.issues.get_comment(**here, comment_id=made.id)
    equal(len(every(rest.issues.list_comments_for_repo, **here, per_page=10, sort="updated")), len(sample("comments")))
with checks.step("reactions"):
    made = rest.reactions.create_for_issue(**on, content="+1").parsed_data
    equal([each.content for each in every(rest.reactions.list_for_issue, **on)], ["+1"])
    equal(rest.issues.get(**on).parsed_data.reactions.plus_one, 1)
    equal(rest.reactions.delete_for_issue(**on, reaction_id=made.id).status_code, 204)
with checks.step("sub-issues and dependencies"):
    child = rest.issues.create(**here, title="Part of the fog").parsed_data
    rest.issues.add_sub_issue(**on, sub_issue_id=child.id).parsed_data
    equal([each.number for each in every(rest.issues.list_sub_issues, **on)], [child.number])
    equal(rest.issues.get_parent(**here, issue_number=child.number).parsed_data.number, number)
    rest.issues.remove_sub_issue(**on, sub_issue_id=child.id).parsed_data
    rest.issues.add_blocked_by_dependency(**on, issue_id=child.id).parsed_data
    equal([each.number for each in every(rest.issues.list_dependencies_blocked_by, **on)], [child.number])
    equal([each.number for each in every(rest.issues.list_dependencies_blocking, **here, issue_number=child.number)], [number])
    rest.issues.remove_dependency_blocked_by(**on, issue_id=child.id).parsed_data
with checks.step("the events of the issue and of the repository, and its timeline"):
    found = {each["event"] for each in events_of(number, per_page=4)}
    for kind in ["labeled", "unlabeled", "assigned", "unassigned", "milestoned", "demilestoned", "renamed", "closed",
                 "reopened", "locked", "unlocked"]:
        holds(kind in found, f"no {kind} among {sorted(found)}")
    events = every(rest.issues.list_events_for_repo, **here, per_page=30)
    holds({each["id"] for each in sample("events")} <= {each.id for each in events}, "events are missing")
    equal(rest.issues.get_event(**here, event_id=events[0].id).parsed_data.id, events[0].id)
    every(rest.issues.list_events_for_timeline, **on)
with checks.step("search for issues and for labels"):
    found = rest.search.issues_and_pull_requests(q=f"repo:{OWNER}/{REPO} is:issue fog").parsed_data
    holds(number in [each.number for each in found.items], "the new issue is not found")
    repository = rest.repos.get(**here).parsed_data.id
    found = rest.search.labels(repository_id=repository, q="bug").parsed_data
    holds("bug" in [each.name for each in found.items], "the label is not found")

with checks.step("what is not there: 404"):
    for ask in [lambda: rest.issues.get(**here, issue_number=99999), lambda: rest.issues.get_label(**here, name="none"),
                lambda: rest.issues.list_for_repo(owner=OWNER, repo="none"), lambda: rest.issues.list_comments(**here, issue_number=99999),
                lambda: rest.issues.get_event(**here, event_id=1)]:
        with refused(RequestFailed, status(404)):
            ask()
with checks.step("what cannot be: 422 with the field"):
    with refused(RequestFailed, status(422, "title")):
        rest.issues.create_milestone(**here, title="0.1")
    with refused(RequestFailed, status(422, "name")):
        rest.issues.create_label(**here, name="bug", color="ff0000")
    with refused(RequestFailed, status(422)):
        rest.issues.create_label(**here, name="colourful", color="no colour")
    with refused(RequestFailed, status(422)):
        rest.issues.update(**on, state="ajar")
    with refused(RequestFailed, status(422, "milestone")):
        rest.issues.create(**here, title="T", milestone=99999)
if TOKEN:
    with checks.step("a wrong token: 401"):
        wrong = GitHub(TokenAuthStrategy("wrong"), base_url=URL, auto_retry=False)
        with refused(RequestFailed, status(401)):
            wrong.rest(version).issues.create(**here, title="T")

checks.end()
