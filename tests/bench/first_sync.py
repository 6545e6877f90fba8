"""What a first sync costs, measured at the real rate limits against the sandbox.

Every figure is counted by the sandbox or by the clock of this run; nothing is taken from syncbot's own report.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from syncbot.cli.onlooker import Onlooker
from syncbot.cli.sandbox import running
from syncbot.settings import environment, example_mappings
from tests.bench.figures import Figure
from tests.fakes.shipped import ASKED

NOTION_RATE = 180
"""Requests a minute (developers.notion.com, request limits)."""


def figures() -> list[Figure]:
    """Measure at the real rate limits."""
    with running(["--seed", "empty-notion"]) as lines, tempfile.TemporaryDirectory() as folder:
        return _first_sync(lines, Path(folder))


def _first_sync(lines: Mapping[str, str], folder: Path) -> list[Figure]:
    onlooker = Onlooker(lines)
    sync = syncing(lines, folder)
    sync("--kind", "person")
    onlooker.forget()
    wall = timed(lambda: sync("--kind", "city"))
    seen = log(lines["SYNCBOT_NOTION_BASE_URL"])
    creates = [one for one in seen if one["method"] == "POST" and one["path"].endswith("/pages")]
    graph = onlooker.requests()["SharePoint"]
    sync()  # the other kinds, and notes
    onlooker.forget()
    again = timed(sync)
    idle = onlooker.requests()
    floor = len(seen) / NOTION_RATE * 60
    return [
        Figure(what="First sync of 112 cities into an empty Notion: creates", value=len(creates), bound=112),
        Figure(what="  other requests on Notion", value=len(seen) - len(creates), bound=8),
        Figure(what="  requests on SharePoint (writes in batches of 20)", value=graph),
        Figure(what="  wall time, s", value=wall),
        Figure(what="  wall time / (requests / allowed rate)", value=wall / floor, bound=1.2),
        Figure(
            what="Second sync: requests on Notion (one for each kind, one for notes)",
            value=idle["Notion"],
            bound=ASKED["notion"],
        ),
        Figure(
            what="  requests on SharePoint (one for each kind, for notes and for a workbook)",
            value=idle["SharePoint"],
            bound=ASKED["sharepoint"],
        ),
        Figure(what="  writes", value=onlooker.writes(), bound=0),
        Figure(what="  wall time, s, with the start of Python", value=again),
    ]


def syncing(lines: Mapping[str, str], folder: Path) -> Callable[..., None]:
    """A sync in a process of its own, with a store in `folder`."""
    variables = {
        **environment(),
        **lines,
        "SYNCBOT_DATABASE_URL": f"sqlite:///{folder / 'syncbot.sqlite'}",
        "SYNCBOT_MAPPINGS": str(example_mappings()),
    }

    def sync(*words: str) -> None:
        command = [sys.executable, "-m", "syncbot", "sync", "--json", *words]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(
                f"syncbot sync ended with {done.returncode}:\n{done.stderr}{done.stdout[-2000:]}"
            )

    return sync


def timed(call: Callable[[], None]) -> float:
    """Seconds that it takes."""
    began = time.monotonic()
    call()
    return time.monotonic() - began


def log(url: str) -> list[dict[str, Any]]:
    """What a service of the sandbox was asked."""
    entries: list[dict[str, Any]] = json.loads(httpx.get(f"{url}/_sandbox/requests", trust_env=False).content)
    return entries
