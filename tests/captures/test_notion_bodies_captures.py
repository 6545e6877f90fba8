"""Recorded bodies of pages: blocks of every kind that live pages hold, and what the Markdown endpoints answered."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from syncbot.endpoints.notion.bodies import PageNotes
from tests.captures.notion_cassettes import NOTION_DATA, available, exchanges
from tests.captures.notion_replay import Replay
from tests.fakes.notion_in_process import InProcess
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


def all_words(node: Any) -> list[str]:
    """Return the words of every piece of rich text in an answer."""
    if isinstance(node, list):
        return [text for one in node for text in all_words(one)]
    if not isinstance(node, dict):
        return []
    if "plain_text" in node:
        return [str(node["plain_text"])]
    return [text for name, one in node.items() if name != "parent" for text in all_words(one)]


def test_recorded_blocks_are_read_whole(desk: Desk) -> None:
    """Every recorded list of blocks becomes a note that holds all of its words; only kinds without words are odd."""
    lists = [json.loads(file.read_text("utf-8")) for file in LISTS]
    lists += [
        one.parsed
        for one in exchanges()
        if one.method == "GET" and one.path.startswith("blocks/") and one.path.endswith("/children")
    ]
    wire, page, lines = InProcess(desk), desk.add("Ghent"), 0
    connection = wire.connection()
    for answer in lists:
        wire.answers = {
            f"/pages/{page}/markdown": {"truncated": True},
            f"/blocks/{page}/children": {**answer, "has_more": False},
        }
        note = PageNotes(connection=connection).read(page, title="x")
        read = " ".join(block.text for block in note.blocks)
        for text in all_words(answer["results"]):
            missing = [word for word in text.split() if word.strip("-_=*~#|•") and word not in read]
            assert not missing or "T" in text, text  # moments are told as days
        hidden = "something on the page is not shared with us, or was taken away while we read"
        kinds = {one.rpartition(" ")[2] for one in note.oddities if one != hidden}
        assert kinds <= {"button", "out"}  # "... a link to a page whose title we do not know was left out"
        lines += len(note.blocks)
    connection.close()
    assert len(lists) > 60 and lines > 150


def test_recorded_markdown_is_read(desk: Desk) -> None:
    """The recorded Markdown becomes headings and paragraphs, without another request."""
    wire, page, read = InProcess(desk), desk.add("Ghent"), list[str]()
    connection = wire.connection()
    for exchange in exchanges():
        body = exchange.parsed if exchange.path.endswith("/markdown") else None
        if body is not None and "markdown" in body:
            wire.answers = {f"/pages/{page}/markdown": body}
            note = PageNotes(connection=connection).read(page, title="x")
            read += [f"{block.kind}: {block.text}" for block in note.blocks]
    connection.close()
    assert read == ["heading: New Section", "paragraph: Hello from markdown."]
    assert all(path.endswith("/markdown") for path in wire.asked)
