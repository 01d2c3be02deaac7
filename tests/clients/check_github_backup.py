"""python-github-backup: a full backup of the served repository imports back as equal, object by object."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

from checks import OWNER, REPO, SECURE_URL, TOKEN, URL, Checks, Failed, equal, holds, sample

certificate = sys.argv[1]
PROGRAM, STORE = os.environ["BACKLOT_PROGRAM"], os.environ["BACKLOT_STORE"]
HOST = SECURE_URL.removeprefix("https://")
checks = Checks("github-backup")
folder = pathlib.Path(tempfile.mkdtemp())
tree = folder / "backup" / "repositories" / REPO


def write(method, path, body):
    """A write over the API, so that the backup has something that no forge ever stated."""
    headers = {"Authorization": f"token {TOKEN}"} if TOKEN else {}
    request = urllib.request.Request(f"{URL}/repos/{OWNER}/{REPO}/{path}", json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def run(*command):
    environment = {**os.environ, "SSL_CERT_FILE": certificate}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    if ended.returncode:
        raise Failed(f"{command[0]} ended with {ended.returncode}: {ended.stderr.strip()[-1000:]} {ended.stdout[-300:]}")
    return ended.stdout


def at_the_forge(value):
    """The value with the addresses that the server gave turned into those of the public host."""
    text = json.dumps(value)
    for served, forge in [(SECURE_URL + "/api/v3", "https://api.github.com"), (SECURE_URL, "https://github.com")]:
        text = text.replace(served, forge)
    return json.loads(text)


def differences(one, other, path=""):
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            if key not in one or key not in other:
                yield f"{path}.{key}: {'missing in the first' if key not in one else 'missing in the second'}"
            else:
                yield from differences(one[key], other[key], f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (left, right) in enumerate(zip(one, other)):
            yield from differences(left, right, f"{path}[{place}]")
    elif one != other or type(one) is not type(other):
        yield f"{path}: {json.dumps(one)[:100]} and {json.dumps(other)[:100]}"


def same(one, other, name):
    found = list(differences(one, other, name))
    if found:
        raise Failed(f"{len(found)} differences: " + "; ".join(found[:8]))


def files(root):
    return {str(path.relative_to(root)): json.loads(path.read_text()) for path in sorted(root.rglob("*.json"))}


def as_described(value):
    """The value without what a server tells of everything and an export only of what has it: what the newest clients demand
    of labels, and that an issue has no parts and waits for nothing."""
    if isinstance(value, dict):
        def is_more(key):
            if key in ("sub_issues_summary", "issue_dependencies_summary"):
                return not any(value[key].values())
            return key in ("archived_at", "archived_by") and value[key] is None
        return {key: as_described(each) for key, each in value.items() if not is_more(key)}
    return [as_described(each) for each in value] if isinstance(value, list) else value


def objects(root, kind):
    """The objects of a kind, from the file of all of them and from those of each issue."""
    paths = [root / f"{kind}.ndjson", *sorted(root.glob(f"{kind}/*.ndjson"))]
    return [json.loads(line) for path in paths if path.exists() for line in path.read_text().splitlines()]


made = None
with checks.step("what is made here is part of the backup"):
    made = write("POST", "issues", {"title": "Made here", "labels": ["bug"], "body": "Text"})["number"]
    write("POST", f"issues/{made}/comments", {"body": "A comment"})
    write("PATCH", f"issues/{made}", {"state": "closed", "title": "Made here, renamed"})
with checks.step("the backup runs to its end"):
    run(str(pathlib.Path(sys.executable).with_name("github-backup")), OWNER, "--token", TOKEN or "any", "--github-host", HOST,
        "--organization", "--repository", REPO, "--output-directory", str(folder / "backup"), "--retries", "0",
        "--issues", "--issue-comments", "--issue-events", "--issue-timeline", "--labels", "--milestones")
    equal(len(list((tree / "issues").glob("*.json"))), len(sample("issues")) + 1)
    equal(len(list((tree / "milestones").glob("*.json"))), len(sample("milestones")))
    equal(len(json.loads((tree / "labels" / "labels.json").read_text())), len(sample("labels")))
with checks.step("it imports into a fresh store"):
    run(PROGRAM, "init", str(folder / "fresh.backlot"))
    run(PROGRAM, "--store", str(folder / "fresh.backlot"), "import", "github", str(tree), "--repo", f"{OWNER}/{REPO}")
    run(PROGRAM, "--store", str(folder / "fresh.backlot"), "verify")
with checks.step("and goes out again as the backup, object by object"):
    run(PROGRAM, "--store", str(folder / "fresh.backlot"), "export", "github", "--layout", "github-backup", "--out", str(folder / "again"))
    before, after = files(tree), files(folder / "again")
    for name, value in before.items():
        holds(name in after, f"{name} is missing among {sorted(after)[:5]}")
        if isinstance(value, list):
            value, after[name] = [sorted(each, key=lambda one: one["name"]) for each in (value, after[name])]
        elif name.startswith("issues/"):
            # This layout is written without timelines; the next step looks at them.
            del value["timeline_data"]
        same(value, after[name], name)
with checks.step("and is what the served store exports, but for the addresses"):
    for store, name in [(STORE, "served"), (str(folder / "fresh.backlot"), "fresh")]:
        copy = folder / f"{name}-copy.backlot"
        copy.write_bytes(pathlib.Path(store).read_bytes())
        run(PROGRAM, "--store", str(copy), "export", "github", "--api-version", "2022-11-28", "--out", str(folder / name))
    def exported(name, kind):
        """What a store exports, with the addresses of the public host.

        An event is told without its issue, and as one of nobody where the account is gone: lists of an issue, whose
        description has no null there, name GitHub's `ghost` in its place.
        """
        found = [as_described(at_the_forge(each)) for each in objects(folder / name, kind)]
        for each in found:
            if (each.get("actor") or {}).get("login") == "ghost":
                each["actor"] = None
        return [{key: each[key] for key in each if key != "issue" or kind != "events"} for each in found]

    for kind, key in [("issues", "number"), ("labels", "name"), ("milestones", "number"), ("comments", "id"), ("events", "id")]:
        served, fresh = ({each[key]: each for each in exported(name, kind)} for name in ["served", "fresh"])
        equal(sorted(fresh), sorted(served), kind)
        for name, value in served.items():
            same(value, fresh[name], f"{kind} {name}")
    # The sample has the timelines of a few issues; the backup has that of each, but no comments in it.
    for path in sorted((folder / "served" / "timeline").glob("*.ndjson")):
        served, fresh = (
            [each for each in exported(name, f"timeline/{path.stem}") if each["event"] != "commented"] for name in ["served", "fresh"]
        )
        holds(served, f"the timeline of {path.stem} is empty")
        same(served, fresh, f"timeline {path.stem}")

checks.end()
