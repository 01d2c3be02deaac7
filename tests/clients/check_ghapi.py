"""ghapi: made at run time from GitHub's description of its API, so every operation by its own name."""

from ghapi.all import APIError, GhApi
from ghapi.page import sync_paged

from checks import OWNER, REPO, TOKEN, URL, Checks, equal, holds, numbers, refused, sample

checks = Checks("ghapi")
api = GhApi(owner=OWNER, repo=REPO, token=TOKEN or "any", gh_host=URL, sync=True)
issues = sample("issues")


def status(code):
    return lambda error: equal(error.status_code, code, "status")


with checks.step("issues over pages, until one is empty"):
    found = [each.number for page in sync_paged(api.issues.list_for_repo, state="all", per_page=9) for each in page]
    equal(sorted(found), numbers(issues))
with checks.step("milestones: list, create, get, update, delete"):
    equal(len(api.issues.list_milestones(state="all")), len(sample("milestones")))
    made = api.issues.create_milestone(title="Ebb", due_on="2030-01-01T08:00:00Z")
    equal(api.issues.get_milestone(made.number).title, "Ebb")
    equal(api.issues.update_milestone(made.number, state="closed").state, "closed")
    api.issues.delete_milestone(made.number)
    with refused(APIError, status(404)):
        api.issues.get_milestone(made.number)
with checks.step("labels: list, create, get, update, delete"):
    equal(len(api.issues.list_labels_for_repo()), len(sample("labels")))
    api.issues.create_label(name="wind/force", color="00ff00")
    equal(api.issues.get_label("wind/force").color, "00ff00")
    equal(api.issues.update_label("wind/force", new_name="wind").name, "wind")
    api.issues.delete_label("wind")
    with refused(APIError, status(422)):
        api.issues.create_label(name="bug", color="00ff00")
with checks.step("issues: create, get, update, close; comments; events; timeline"):
    made = api.issues.create(title="Swell", body="Text", labels=["bug"])
    number = made.number
    equal(api.issues.update(number, state="closed", title="Long swell").state, "closed")
    equal(api.issues.get(number).title, "Long swell")
    comment = api.issues.create_comment(number, body="One")
    equal(api.issues.update_comment(comment.id, body="Two").body, "Two")
    equal([each.body for each in api.issues.list_comments(number)], ["Two"])
    api.issues.delete_comment(comment.id)
    holds("closed" in [each.event for each in api.issues.list_events(number)], "no event")
    holds("renamed" in [each.event for each in api.issues.list_events_for_timeline(number)], "no timeline")
with checks.step("what is not there: 404; a wrong token: 401"):
    with refused(APIError, status(404)):
        api.issues.get(99999)
    if TOKEN:
        with refused(APIError, status(401)):
            GhApi(owner=OWNER, repo=REPO, token="wrong", gh_host=URL, sync=True).issues.create(title="No")

checks.end()
