"""What the checks of all Python clients share: steps that are told apart, and the sample that is served."""

import contextlib
import json
import os
import pathlib
import sys
import traceback

URL = os.environ["BACKLOT_URL"]
TOKEN = os.environ.get("BACKLOT_TOKEN", "")
SECURE_URL = os.environ.get("BACKLOT_SECURE_URL", "")
SAMPLE = pathlib.Path(os.environ["BACKLOT_SAMPLE"])
OWNER, REPO = "tidepool", "kelp"


class Failed(Exception):
    """A value is not what it has to be."""


def equal(found, expected, what="value"):
    if found != expected:
        raise Failed(f"{what} is {found!r}, expected {expected!r}")


def holds(condition, what):
    if not condition:
        raise Failed(what)


@contextlib.contextmanager
def refused(kind, check=None):
    """The block has to raise `kind`, and `check` has to be content with what it raised."""
    try:
        yield
    except kind as error:
        if check is not None:
            check(error)
        return
    raise Failed(f"no {getattr(kind, '__name__', kind)} was raised")


class Checks:
    """Runs the steps of one client and prints a line for each."""

    def __init__(self, client):
        self.client = client
        self.failed = 0

    @contextlib.contextmanager
    def step(self, what):
        try:
            yield
        except Exception as error:  # Whatever the client throws is a failure of this step alone.
            self.failed += 1
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"FAILED {self.client}: {what}: {reason[:600]}", flush=True)
            if os.environ.get("BACKLOT_TRACE"):
                traceback.print_exc(file=sys.stdout)
        else:
            print(f"ok {self.client}: {what}", flush=True)

    def end(self):
        sys.exit(1 if self.failed else 0)


def sample(kind):
    """The objects of one file of the sample, such as `issues`."""
    with open(SAMPLE / f"{kind}.ndjson", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def numbers(issues, state=None, label=None):
    """The numbers of the sample's issues in a state, with a label, in ascending order."""
    return sorted(
        issue["number"]
        for issue in issues
        if state in (None, issue["state"])
        and (label is None or label in [each["name"] for each in issue["labels"]])
    )


def comments(issue):
    """How many comments the sample has of an issue; one of its counts is wrong on purpose."""
    return sum(each["issue_url"] == issue["url"] for each in sample("comments"))
