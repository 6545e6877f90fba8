"""Requests of a run in which nothing changed, and of one in which 1 % of the records did, as the sandbox counted them."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path

import httpx

from syncbot.cli.onlooker import Onlooker
from syncbot.cli.sandbox import running
from tests.bench.figures import Figure
from tests.bench.first_sync import NOTION_RATE, log, syncing, timed
from tests.fakes.shipped import ASKED

GRAPH_BATCH = 20
"""Requests that one batch of Graph may hold (learn.microsoft.com/graph/json-batching)."""
READS = 3
"""Of a place in a run with changes: the rows, and the columns before anything is written."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What both services were asked in one run."""

    notion_reads: int
    notion_writes: int
    graph_reads: int
    graph_batches: int
    seconds: float

    @property
    def floor(self) -> float:
        """Seconds below which Notion's rate limit lets no such run end."""
        return (self.notion_reads + self.notion_writes) / NOTION_RATE * 60


def figures(size: int, rate: float) -> Iterator[Figure]:
    """Sync once, then with nothing changed, then with 1 % changed, half of that at each place."""
    seed = "demo" if size == 112 else str(size)
    with running(["--seed", seed, "--rate", f"{rate:g}"]) as lines, tempfile.TemporaryDirectory() as folder:
        sync = syncing(lines, Path(folder))
        began = timed(sync)
        yield Figure(what=f"{size:,} cities: first sync, s (limits x {rate:g})", value=began)
        echo = _run(lines, sync)  # Graph's change feed tells what we wrote once more, a thousand rows a page
        yield Figure(
            what="  next run: reads of SharePoint, which tells our own writes", value=echo.graph_reads
        )
        yield from told("idle run", _run(lines, sync), changed=0)
        changed = edit(Onlooker(lines), lines, size)
        yield from told(
            f"run with {changed} cities changed", _run(lines, partial(sync, "--kind", "city")), changed
        )


def told(what: str, run: Run, changed: int) -> Iterator[Figure]:
    """Say one run against its bounds."""
    batches = ceil(changed / 2 / GRAPH_BATCH)
    most = dict.fromkeys(ASKED, READS) if changed else ASKED
    yield Figure(what=f"  {what}: reads of Notion", value=run.notion_reads, bound=most["notion"])
    yield Figure(what="    writes to Notion", value=run.notion_writes, bound=changed / 2)
    yield Figure(what="    reads of SharePoint", value=run.graph_reads, bound=most["graph"])
    yield Figure(what="    batches of writes to SharePoint", value=run.graph_batches, bound=batches)
    yield Figure(what="    wall time, s, with the start of Python", value=run.seconds)
    yield Figure(what="    least time by Notion's limit, s, once its burst is used up", value=run.floor)


def edit(people: Onlooker, lines: Mapping[str, str], size: int) -> int:
    """Ten minutes later, people write notes about 1 % of the cities, half of them at each place; say how many."""
    half = max(1, size // 200)
    order = {"advance": 600}
    httpx.post(f"{lines['SYNCBOT_NOTION_BASE_URL']}/_sandbox/clock", json=order, trust_env=False)
    pages = people.pages("CITIES")[:half]
    note = {"Note": {"rich_text": [{"type": "text", "text": {"content": "Called on Monday."}}]}}
    for page in pages:
        people.edit_page(page["id"], note, by="Zara Namuna")
    taken = {_key(page["properties"]["syncbot key"]["rich_text"]) for page in pages}
    items = [one for one in people.items("Mission Cities") if one["fields"].get("SyncbotKey") not in taken]
    for item in items[:half]:
        people.edit_item(item["id"], {"Note": "Called on Tuesday."}, by="Zara Namuna")
    return 2 * half


def _key(parts: list[dict[str, str]]) -> str:
    return "".join(part["plain_text"] for part in parts)


def _run(lines: Mapping[str, str], sync: Callable[[], None]) -> Run:
    onlooker = Onlooker(lines)
    onlooker.forget()
    seconds = timed(sync)
    return count(lines, seconds)


def count(lines: Mapping[str, str], seconds: float = 0.0) -> Run:
    """What the services were asked since their logs were emptied."""
    notion = log(lines["SYNCBOT_NOTION_BASE_URL"])
    graph = log(lines["SYNCBOT_GRAPH_BASE_URL"].removesuffix("/v1.0"))
    writes = [one for one in notion if one["method"] != "GET" and not str(one["path"]).endswith("/query")]
    batches = [one for one in graph if str(one["path"]).endswith("/$batch")]
    return Run(
        notion_reads=len(notion) - len(writes),
        notion_writes=len(writes),
        graph_reads=len(graph) - len(batches),
        graph_batches=len(batches),
        seconds=seconds,
    )
