"""gh: `gh api` over REST, and the commands that speak GraphQL, through a TLS front, which gh insists on."""

import json
import os
import subprocess
import sys
import tempfile

from checks import OWNER, REPO, SECURE_URL, TOKEN, URL, Checks, Failed, comments, equal, holds, numbers, sample

gh, certificate, what = sys.argv[1:]
HOST = SECURE_URL.removeprefix("https://")
checks = Checks(f"gh {what}")
issues = sample("issues")
folder = tempfile.mkdtemp()
environment = {**os.environ, "GH_HOST": HOST, "GH_ENTERPRISE_TOKEN": TOKEN or "any", "GH_CONFIG_DIR": folder,
               "SSL_CERT_FILE": certificate, "TMPDIR": folder, "NO_COLOR": "1", "GH_PROMPT_DISABLED": "1",
               "GH_NO_UPDATE_NOTIFIER": "1"}


def run(*arguments, code=0, **more):
    """What gh prints; `code` is the exit code that it has to end with."""
    ended = subprocess.run([gh, *arguments], env={**environment, **more}, capture_output=True, text=True, timeout=60,
                           stdin=subprocess.DEVNULL)
    if ended.returncode != code:
        raise Failed(f"gh {' '.join(arguments)} ended with {ended.returncode}: {ended.stderr.strip()} {ended.stdout[:300]}")
    return ended.stdout if code == 0 else ended.stderr + ended.stdout


def api(path, *arguments):
    printed = run("api", path, *arguments)
    return json.loads(printed) if printed.strip() else None


def repository(*arguments, **more):
    return run(*arguments, "--repo", f"{HOST}/{OWNER}/{REPO}", **more)


def rest():
    here = f"repos/{OWNER}/{REPO}"
    with checks.step("over TLS, and plain with a whole address"):
        equal(api(here)["full_name"], f"{OWNER}/{REPO}")
        equal(api(f"{URL}/{here}")["full_name"], f"{OWNER}/{REPO}")
        holds(api("user")["login"] and api("rate_limit")["resources"] and api("meta") is not None, "nobody asks")
    with checks.step("--paginate follows the links"):
        for base in ["", URL + "/"]:
            printed = run("api", "--paginate", f"{base}{here}/issues?state=all&per_page=7", "--jq", ".[].number")
            equal(sorted(int(line) for line in printed.split()), numbers(issues))
    with checks.step("milestones: list, create, get, update, delete"):
        equal(len(api(f"{here}/milestones?state=all")), len(sample("milestones")))
        number = api(f"{here}/milestones", "-f", "title=Ebb", "-f", "due_on=2030-01-01T08:00:00Z")["number"]
        equal(api(f"{here}/milestones/{number}")["title"], "Ebb")
        equal(api(f"{here}/milestones/{number}", "-X", "PATCH", "-f", "state=closed")["state"], "closed")
        api(f"{here}/milestones/{number}", "-X", "DELETE")
        holds("404" in run("api", f"{here}/milestones/{number}", code=1), "it is still there")
    with checks.step("labels: list, create, get, update, delete"):
        equal(len(api(f"{here}/labels")), len(sample("labels")))
        api(f"{here}/labels", "-f", "name=wind/force", "-f", "color=00ff00")
        equal(api(f"{here}/labels/wind%2Fforce")["color"], "00ff00")
        equal(api(f"{here}/labels/wind/force")["color"], "00ff00")
        equal(api(f"{here}/labels/wind%2Fforce", "-X", "PATCH", "-f", "new_name=wind")["name"], "wind")
        api(f"{here}/labels/wind", "-X", "DELETE")
        holds("404" in run("api", f"{here}/labels/wind", code=1), "it is still there")
    with checks.step("issues: create, get, update, labels, assignees, close"):
        made = api(f"{here}/issues", "-f", "title=Swell", "-f", "labels[]=bug", "-f", "assignees[]=hana-shiomi",
                   "-F", "milestone=2")
        number = made["number"]
        equal((made["labels"][0]["name"], made["assignees"][0]["login"], made["milestone"]["number"]), ("bug", "hana-shiomi", 2))
        made = api(f"{here}/issues/{number}", "-X", "PATCH", "-f", "title=Long swell", "-F", "milestone=null", "-f", "state=closed")
        equal((made["title"], made["milestone"], made["state"]), ("Long swell", None, "closed"))
        equal(api(f"{here}/issues/{number}", "-X", "PATCH", "-F", "milestone=2")["milestone"]["number"], 2)
        equal(api(f"{here}/issues/{number}")["state"], "closed")
        equal(len(api(f"{here}/issues/{number}/labels", "-f", "labels[]=question")), 2)
        api(f"{here}/issues/{number}/labels/bug", "-X", "DELETE")
    with checks.step("comments: list, create, get, update, delete"):
        one = api(f"{here}/issues/{number}/comments", "-f", "body=One")["id"]
        equal(api(f"{here}/issues/comments/{one}")["body"], "One")
        equal(api(f"{here}/issues/comments/{one}", "-X", "PATCH", "-f", "body=Two")["body"], "Two")
        equal(len(api(f"{here}/issues/{number}/comments")), 1)
        api(f"{here}/issues/comments/{one}", "-X", "DELETE")
    with checks.step("events and timeline"):
        found = [each["event"] for each in api(f"{here}/issues/{number}/events")]
        holds({"labeled", "unlabeled", "milestoned", "demilestoned", "renamed", "closed"} <= set(found), f"events are {found}")
        holds("closed" in [each["event"] for each in api(f"{here}/issues/{number}/timeline")], "no timeline")
    with checks.step("errors: 404, 422, 401"):
        holds("Not Found (HTTP 404)" in run("api", f"{here}/issues/99999", code=1), "no 404")
        printed = run("api", f"{here}/labels", "-f", "name=bug", "-f", "color=ff0000", code=1)
        holds("Validation Failed (HTTP 422)" in printed and "already_exists" in printed, f"printed {printed}")
        if TOKEN:
            printed = run("api", "user", code=1, GH_ENTERPRISE_TOKEN="wrong")
            holds("HTTP 401" in printed, f"printed {printed}")
    with checks.step("gh label create, edit, delete, and gh search issues, which are REST too"):
        repository("label", "create", "foam", "--color", "ffffff", "--description", "White")
        repository("label", "edit", "foam", "--name", "spray")
        holds("already exists" in repository("label", "create", "spray", "--color", "ffffff", code=1), "made twice")
        repository("label", "create", "spray", "--color", "eeeeee", "--force")
        equal(api(f"{here}/labels/spray")["color"], "eeeeee")
        repository("label", "delete", "spray", "--yes")
        found = json.loads(run("search", "issues", "swell", "--repo", f"{OWNER}/{REPO}", "--json", "number"))
        holds(number in [each["number"] for each in found], f"found {found}")


def graphql():
    with checks.step("gh repo view"):
        found = json.loads(run("repo", "view", f"{HOST}/{OWNER}/{REPO}", "--json", "name,owner,hasIssuesEnabled"))
        equal((found["name"], found["owner"]["login"], found["hasIssuesEnabled"]), (REPO, OWNER, True))
    with checks.step("gh issue list"):
        open_issues = sorted(each["number"] for each in issues if each["state"] == "open" and "pull_request" not in each)
        holds(f"{open_issues[0]}\tOPEN\t" in repository("issue", "list"), "an open issue is not listed")
        found = json.loads(repository("issue", "list", "--limit", "150", "--json", "number,title,labels,state"))
        equal(sorted(each["number"] for each in found), open_issues)
        found = json.loads(repository("issue", "list", "--state", "all", "--limit", "7", "--json", "number"))
        equal(len(found), 7)
    with checks.step("gh issue list by label, assignee, author, milestone, search"):
        def listed(*arguments):
            printed = repository("issue", "list", "--state", "all", "--limit", "150", "--json", "number", *arguments)
            return sorted(each["number"] for each in json.loads(printed))

        def expected(condition):
            return sorted(each["number"] for each in issues if "pull_request" not in each and condition(each))

        equal(listed("--label", "bug"), expected(lambda each: "bug" in [label["name"] for label in each["labels"]]))
        equal(listed("--assignee", "hana-shiomi"), expected(lambda each: "hana-shiomi" in [who["login"] for who in each["assignees"]]))
        equal(listed("--author", "jetty-cat"), expected(lambda each: each["user"] and each["user"]["login"] == "jetty-cat"))
        equal(listed("--milestone", "0.1"), expected(lambda each: (each["milestone"] or {}).get("number") == 1))
        equal(listed("--milestone", "1"), expected(lambda each: (each["milestone"] or {}).get("number") == 1))
        equal(listed("--search", "station in:title"), expected(lambda each: "station" in each["title"].lower()))
    with checks.step("gh issue view, with comments, as JSON"):
        printed = repository("issue", "view", "14")
        holds("title:\tHeights are 0.1 m too low" in printed and "state:\tOPEN" in printed, f"printed {printed[:300]}")
        holds(repository("issue", "view", "14", "--comments").count("--\n") >= 3, "comments are missing")
        found = json.loads(repository("issue", "view", "14", "--json", "title,body,comments,labels,assignees,author,milestone,state"))
        of_sample = next(each for each in issues if each["number"] == 14)
        equal((found["title"], found["body"], len(found["comments"])), (of_sample["title"], of_sample["body"], comments(of_sample)))
        holds("Could not resolve" in repository("issue", "view", "99999", code=1), "99999 can be viewed")
    number = None
    with checks.step("gh issue create, with and without more than a title"):
        address = repository("issue", "create", "--title", "Swell", "--body", "From the west").strip()
        number = address.rsplit("/", 1)[1]
        address = repository("issue", "create", "--title", "Fog", "--body", "", "--label", "bug", "--assignee", "hana-shiomi",
                             "--milestone", "1.0").strip()
        found = json.loads(repository("issue", "view", address.rsplit("/", 1)[1], "--json", "labels,assignees,milestone"))
        equal((found["labels"][0]["name"], found["assignees"][0]["login"], found["milestone"]["title"]), ("bug", "hana-shiomi", "1.0"))
    with checks.step("gh issue comment"):
        holds("#issuecomment-" in repository("issue", "comment", number, "--body", "Seen"), "no address of the comment")
        found = json.loads(repository("issue", "view", number, "--json", "comments"))
        equal([each["body"] for each in found["comments"]], ["Seen"])
    with checks.step("gh issue close, with a reason and a comment, and reopen"):
        repository("issue", "close", number, "--reason", "not planned", "--comment", "No")
        found = api(f"repos/{OWNER}/{REPO}/issues/{number}")
        equal((found["state"], found["state_reason"], found["comments"]), ("closed", "not_planned", 2))
        repository("issue", "reopen", number)
        equal(json.loads(repository("issue", "view", number, "--json", "state"))["state"], "OPEN")
    with checks.step("gh issue edit"):
        repository("issue", "edit", number, "--title", "Long swell", "--body", "Longer", "--add-label", "bug",
                   "--add-assignee", "nils-havn", "--milestone", "1.0")
        found = api(f"repos/{OWNER}/{REPO}/issues/{number}")
        equal((found["title"], found["body"], found["labels"][0]["name"], found["milestone"]["title"]), ("Long swell", "Longer", "bug", "1.0"))
        repository("issue", "edit", number, "--remove-label", "bug", "--remove-assignee", "nils-havn", "--milestone", "")
        found = api(f"repos/{OWNER}/{REPO}/issues/{number}")
        equal((found["labels"], found["assignees"], found["milestone"]), ([], [], None))
    with checks.step("gh issue status, lock and unlock"):
        holds("Relevant issues in" in repository("issue", "status"), "no status")
        repository("issue", "lock", number, "--reason", "spam")
        equal(api(f"repos/{OWNER}/{REPO}/issues/{number}")["active_lock_reason"], "spam")
        repository("issue", "unlock", number)
    with checks.step("gh label list"):
        found = json.loads(repository("label", "list", "--limit", "100", "--json", "name,color,description"))
        equal(sorted(each["name"] for each in found), sorted(each["name"] for each in sample("labels")))


rest() if what == "api" else graphql()
checks.end()
