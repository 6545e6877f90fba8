"""Recorded bodies of pages: blocks of every kind that live pages hold, and what the Markdown endpoints answered."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from tests.captures.notion_cassettes import NOTION_DATA, available, exchanges
from tests.captures.notion_replay import Replay
from tests.referees import notion as referee
from tests.unit.sandbox.notion_desk import Desk, new_desk

pytestmark = pytest.mark.skipif(
    not (available() and referee.available()), reason="the recordings of Notion are not here"
)
LISTS = sorted((NOTION_DATA / "kristaxlab_notion-sdk").glob("*.json"))


def listed() -> list[Mapping[str, Any]]:
    """Return the blocks of the two long lists, typed in the browser."""
    return [one for file in LISTS for one in json.loads(file.read_text("utf-8"))["results"]]


def test_blocks_that_people_made_are_answered_as_recorded() -> None:
    """29 kinds, those that no append can make too, come back from the sandbox with the recorded members."""
    replay, kinds = Replay(), Counter[str]()
    for block in listed():
        replay.see_block(block)
        if '"mention"' in json.dumps(block):
            continue  # of people and pages that were never shown
        ours = replay.get(f"blocks/{block['id']}")
        assert set(ours) - {"request_id"} == set(block)
        assert ours[block["type"]] == block[block["type"]], block["type"]
        kinds[block["type"]] += 1
    assert len(kinds) >= 28 and kinds["unsupported"] and kinds["child_database"] and kinds["audio"]


@pytest.fixture
def desk() -> Desk:
    """A fresh desk whose referee's documentation is older than what is asked."""
    desk = new_desk()
    desk.documented = False
    return desk


def test_recorded_markdown_is_answered_the_same(desk: Desk) -> None:
    """What was asked of the Markdown endpoints then gets the same answer here: text, members and status."""
    met = Counter[int]()
    for exchange in exchanges():
        if not exchange.path.endswith("/markdown"):
            continue
        page = desk.create()["id"]
        answer: Any = desk.ask(exchange.method, f"/pages/{page}/markdown", exchange.asked)
        theirs = exchange.parsed
        assert (answer.status, set(answer.body)) == (exchange.status, set(theirs))
        for name in (
            "markdown",
            "truncated",
            "unknown_block_ids",
            "status",
            "poll_after_seconds",
            "operation",
        ):
            assert answer.body.get(name) == theirs.get(name)
        met[answer.status] += 1
    assert met == {200: 2, 202: 1}


def test_a_recorded_task_ends_the_same(desk: Desk) -> None:
    """The task that a recorded write was answered with comes to the recorded Markdown."""
    asked = next(one for one in exchanges() if one.status == 202)
    ended = next(one for one in exchanges() if one.path.startswith("async_tasks/")).parsed
    page = desk.create()["id"]
    task: Any = desk.ask(asked.method, f"/pages/{page}/markdown", asked.asked).body
    desk.later(seconds=3)
    ours = desk.get(f"/async_tasks/{task['id']}")
    assert set(ours) == set(ended) and ours["status"] == ended["status"]
    assert ours["result"] | {"id": ""} == ended["result"] | {"id": ""}
