"""What was asked of the live Notion in recordings is asked of the sandbox in the same state: it answers the same.

The sandbox takes its state from what the recording showed so far. Compared are values, not only shapes; left out
are ids of new things, colours and ids of options, and what formulas, rollups and counters come to.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import pytest

from tests.captures.notion_cassettes import Exchange, available, exchanges
from tests.captures.notion_replay import COMPUTED, Json, Replay, dashed, moment_of, things

pytestmark = pytest.mark.skipif(not available(), reason="the recordings of Notion are not here")

_STAMPS = ("created_time", "last_edited_time", "created_by", "last_edited_by")
_OLD = {"archived"}
MOST = 25


@pytest.fixture(scope="module")
def tally() -> Iterator[Counter[str]]:
    """Count over all tests of this file and print at the end."""
    tally: Counter[str] = Counter()
    yield tally
    told = ", ".join(f"{number} {what}" for what, number in sorted(tally.items()))
    print(f"\nNotion recordings asked of the sandbox again: {told}")  # noqa: T201  # figures for the one who asks


def followed() -> Iterator[tuple[Replay, Exchange]]:
    """Yield each exchange that went well with a sandbox in the state before it."""
    recorded = [one for one in exchanges() if one.cassette.startswith("ultimate-notion")]
    for _, group in groupby(recorded, key=lambda one: one.cassette):
        cassette = [one for one in group if one.status == 200]
        replay = Replay()
        for one in cassette:
            replay.see_users(one)
        for one in cassette:
            yield replay, one
            replay.see(one)


def bare(cell: Json) -> Json:
    """Return a property without what the sandbox cannot know."""
    kind = cell["type"]
    value = cell[kind]
    if kind in ("select", "status") and value is not None:
        value = value["name"]
    if kind == "multi_select":
        value = [one["name"] for one in value]
    if kind in (*COMPUTED, *_STAMPS) and kind != "place":
        value = None
    if cell.get("has_more") and len(value) == MOST:  # what came after these was not shown
        cell = {**cell, "has_more": False}
    return {**cell, kind: value}


def same_cells(recorded: Json, ours: Json, at: str) -> int:
    """Compare the properties of two pages and return how many there were."""
    assert set(recorded) == set(ours), at
    for name, cell in recorded.items():
        assert bare(ours[name]) == bare(cell), f"{at}: {name}"
    return len(recorded)


def answered(replay: Replay, exchange: Exchange) -> Any:
    """Ask the sandbox the same and return its answer, which must be a good one."""
    body = exchange.parsed
    if "last_edited_time" in body:
        replay.now = moment_of(body)
    answer = replay.ask(exchange)
    assert answer.status == 200, f"{exchange.cassette} {exchange.method} {exchange.path}: {answer.body}"
    return answer.body


def test_recorded_pages_are_read_the_same(tally: Counter[str]) -> None:
    """Each recorded row, once it is in the sandbox, is answered with the same members and values."""
    for replay, exchange in followed():
        replay.see(exchange)
        rows = [one for one in things(exchange.parsed) if one["object"] == "page" and "properties" in one]
        for row in rows:
            if row["parent"].get("data_source_id") not in replay.state.data_sources:
                continue
            ours = replay.get(f"pages/{row['id']}")
            tally["cells read"] += same_cells(row["properties"], ours["properties"], exchange.cassette)
            assert {name: ours[name] for name in row if name not in ("properties", "request_id")} == {
                name: row[name] for name in row if name not in ("properties", "request_id")
            }
            tally["pages read"] += 1


def test_recorded_creates_make_the_same_pages(tally: Counter[str]) -> None:
    """The properties that a create was answered with are what the sandbox makes of the same request."""
    for replay, exchange in followed():
        if (exchange.method, exchange.path) != ("POST", "pages"):
            continue
        if exchange.asked["parent"].get("data_source_id") in replay.state.data_sources:
            ours = answered(replay, exchange)
            tally["cells written"] += same_cells(
                exchange.parsed["properties"], ours["properties"], exchange.cassette
            )
            tally["creates"] += 1
            del replay.state.pages[ours["id"]]


def test_recorded_updates_change_the_same(tally: Counter[str]) -> None:
    """An update over the API, the trash included, leaves the page as it left the live one."""
    for replay, exchange in followed():
        if exchange.method != "PATCH" or not exchange.path.startswith("pages/"):
            continue
        if dashed(exchange.path.split("/")[1]) in replay.state.pages:
            ours, theirs = answered(replay, exchange), exchange.parsed
            same_cells(theirs["properties"], ours["properties"], exchange.cassette)
            for name in set(theirs) - {"properties", "request_id", "url"} - _OLD:
                assert ours[name] == theirs[name], f"{exchange.cassette}: {name}"
            tally["updates"] += 1


def test_recorded_queries_find_the_same(tally: Counter[str]) -> None:
    """Every recorded filter and sort finds the rows that it found then."""
    for replay, exchange in followed():
        asked = exchange.asked or {}
        parts = exchange.path.split("/")
        if parts[-1] != "query" or parts[1] not in replay.state.data_sources or "start_cursor" in asked:
            continue
        theirs = [row["id"] for row in exchange.parsed["results"]]
        if not set(theirs) <= set(replay.state.pages):
            tally["queries left out, their rows were never shown before"] += 1
            continue
        ours = [row["id"] for row in answered(replay, exchange)["results"]]
        if asked.get("sorts"):
            assert ours == theirs, f"{exchange.cassette}: {asked}"
        elif "page_size" in asked and asked["page_size"] < 100:
            assert len(ours) == len(theirs)
        else:
            assert sorted(ours) == sorted(theirs), f"{exchange.cassette}: {asked}"
        tally["queries"] += 1


def test_recorded_schemas_are_made_the_same(tally: Counter[str]) -> None:
    """A table made of the recorded request has the columns that the live one got, options and all."""
    asked: dict[str, Any] = {}
    for replay, exchange in followed():
        if (exchange.method, exchange.path) == ("POST", "databases"):
            asked[exchange.parsed["id"]] = exchange.asked.get("initial_data_source", {}).get("properties")
        for source in [one for one in things(exchange.parsed) if one["object"] == "data_source"]:
            properties = asked.pop(source.get("parent", {}).get("database_id"), None)
            if properties is None:
                continue
            ours = replay.get(f"data_sources/{replay.service.add_data_source('T', properties)}")
            theirs = {name: _definition(one) for name, one in source["properties"].items()}
            assert {name: _definition(one) for name, one in ours["properties"].items()} == theirs
            tally["schemas made"] += 1


def _definition(one: Json) -> Any:
    """Return a column's definition without what is another's in each workspace."""
    kind = one["type"]
    inner = dict(one[kind])
    for name in ("options", "groups"):
        if name in inner:
            inner[name] = [(option["name"], option["color"]) for option in inner[name]]
    hidden = ("relation_property_id", "rollup_property_id", "expression", "dual_property", "database_id")
    return kind, one["name"], one["description"], {n: v for n, v in inner.items() if n not in hidden}


def test_recorded_changes_of_schemas_have_the_same_effect(tally: Counter[str]) -> None:
    """After an update of a data source names and kinds of its columns are those that were answered."""
    for replay, exchange in followed():
        if exchange.method != "PATCH" or not exchange.path.startswith("data_sources/"):
            continue
        # To move a table between databases is not built; ids of columns that were never shown are not known.
        known = replay.state.data_sources.get(exchange.path.split("/")[1])
        named = exchange.asked.get("properties", {})
        new = all(
            not isinstance(one, dict) or set(one) != {"name"} or _known(known, key)
            for key, one in named.items()
        )
        if known is None or "parent" in exchange.asked or not new:
            tally["changes of schemas left out"] += 1
            continue
        ours = answered(replay, exchange)
        kinds: Callable[[Json], Json] = lambda one: {name: prop["type"] for name, prop in one.items()}  # noqa: E731
        assert kinds(ours["properties"]) == kinds(exchange.parsed["properties"]), exchange.cassette
        tally["changes of schemas"] += 1


def _known(source: Any, key: str) -> bool:
    return source is not None and (key in source.properties or source.named(key) is not None)


def test_recorded_appends_answer_the_same_blocks(tally: Counter[str]) -> None:
    """Kinds, contents and number of the blocks answered are the same, with a position too."""
    for replay, exchange in followed():
        parts = exchange.path.split("/")
        if exchange.method != "PATCH" or parts[-1] != "children":
            continue
        owner = replay.state.holder(dashed(parts[1]))
        after = (exchange.asked.get("position") or {}).get("after_block", {}).get("id")
        theirs = exchange.parsed["results"]
        if owner is None or replay.beyond(exchange.asked, theirs):
            tally["appends left out"] += 1
            continue
        if after is not None and after not in owner.children:
            continue
        replay.now = moment_of(theirs[0])
        ours = answered(replay, exchange)["results"]
        assert [one["type"] for one in ours] == [one["type"] for one in theirs], exchange.cassette
        for one, other in zip(ours, theirs, strict=True):
            assert one[one["type"]] == other[other["type"]], exchange.cassette
            assert set(one) == set(other) - _OLD
            assert (one["parent"], one["has_children"]) == (other["parent"], other["has_children"])
            tally[f"kind {one['type']}"] += 1
        replay.forget(ours[: len(exchange.asked["children"])])
        tally["appends"] += 1
        tally["blocks"] += len(ours)


def test_recorded_blocks_are_read_the_same(tally: Counter[str]) -> None:
    """Each recorded block, of whatever kind, is answered with the same members and values."""
    for replay, exchange in followed():
        replay.see(exchange)
        for block in [one for one in things(exchange.parsed) if one["object"] == "block" and "type" in one]:
            if block["type"] == "child_page" or replay.beyond(block[block["type"]]):
                continue
            ours = replay.get(f"blocks/{block['id']}")
            left_out = {"request_id", "has_children", *_OLD}  # children may never have been shown
            assert {name: ours[name] for name in set(block) - left_out} == {
                name: block[name] for name in set(block) - left_out
            }
            tally["blocks read"] += 1


def test_recorded_changes_of_blocks_have_the_same_effect(tally: Counter[str]) -> None:
    """Updates and deletions of blocks are answered with what the live ones became."""
    for replay, exchange in followed():
        parts = exchange.path.split("/")
        block = replay.state.holder(dashed(parts[1])) if len(parts) == 2 and parts[0] == "blocks" else None
        if exchange.method not in ("PATCH", "DELETE") or block is None:
            continue
        theirs = exchange.parsed
        if replay.beyond(exchange.asked, theirs[theirs["type"]]):
            continue
        ours = answered(replay, exchange)
        assert set(ours) == set(theirs) - _OLD
        for name in (theirs["type"], "type", "in_trash", "parent"):
            assert ours[name] == theirs[name], exchange.cassette
        tally["changes of blocks"] += 1


def test_enough_was_compared(tally: Counter[str]) -> None:
    """The recordings are met in earnest: were the sandbox never in their state, all would pass."""
    assert tally["queries"] > 90 and tally["creates"] > 80 and tally["cells read"] > 1000
    assert tally["updates"] > 10 and tally["blocks"] > 80 and tally["changes of schemas"] > 15
    assert tally["blocks read"] > 300 and tally["changes of blocks"] > 30
    assert len([what for what in tally if what.startswith("kind ")]) >= 22
