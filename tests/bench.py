"""`make bench`: what a first sync costs, measured at the real rate limits against the sandbox.

Every figure is counted by the sandbox or by the clock of this run; nothing is taken from syncbot's own report.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from syncbot.cli.onlooker import Onlooker
from syncbot.cli.sandbox import running
from syncbot.settings import environment, example_mappings

NOTION_RATE = 180
"""Requests a minute (developers.notion.com, request limits)."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number and the bound that it must keep, if there is one."""

    what: str
    value: float
    bound: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the bound is kept."""
        return self.bound is None or self.value <= self.bound


def main() -> int:
    """Measure, print a table, and return 1 when a bound is broken."""
    with running(["--seed", "empty-notion"]) as lines, tempfile.TemporaryDirectory() as folder:
        figures = _first_sync(lines, Path(folder))
    _print(figures)
    return 0 if all(figure.kept for figure in figures) else 1


def _first_sync(lines: Mapping[str, str], folder: Path) -> list[Figure]:
    onlooker = Onlooker(lines)
    sync = _syncing(lines, folder)
    sync("--kind", "person")
    onlooker.forget()
    wall = _timed(lambda: sync("--kind", "city"))
    seen = _log(lines["SYNCBOT_NOTION_BASE_URL"])
    creates = [one for one in seen if one["method"] == "POST" and one["path"].endswith("/pages")]
    graph = onlooker.requests()["SharePoint"]
    onlooker.forget()
    again = _timed(sync)
    idle = onlooker.requests()
    floor = len(seen) / NOTION_RATE * 60
    return [
        Figure(what="First sync of 112 cities into an empty Notion: creates", value=len(creates), bound=112),
        Figure(what="  other requests on Notion", value=len(seen) - len(creates), bound=8),
        Figure(what="  requests on SharePoint (writes in batches of 20)", value=graph),
        Figure(what="  wall time, s", value=wall),
        Figure(what="  wall time / (requests / allowed rate)", value=wall / floor, bound=1.2),
        Figure(what="Second sync: requests on Notion (people, cities)", value=idle["Notion"], bound=2),
        Figure(what="  requests on SharePoint (people, cities)", value=idle["SharePoint"], bound=2),
        Figure(what="  writes", value=onlooker.writes(), bound=0),
        Figure(what="  wall time, s, with the start of Python", value=again),
    ]


def _syncing(lines: Mapping[str, str], folder: Path) -> Callable[..., None]:
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


def _timed(call: Callable[[], None]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def _log(url: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(httpx.get(f"{url}/_sandbox/requests", trust_env=False).content)
    return entries


def _print(figures: list[Figure]) -> None:
    for figure in figures:
        bound = "" if figure.bound is None else f"at most {figure.bound:g}"
        mark = "" if figure.kept else "  BROKEN"
        print(f"{figure.what:<60} {figure.value:>8.3g}  {bound}{mark}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
