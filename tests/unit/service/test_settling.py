"""Writes of a run that was cut off, looked up after the row or its place went to others meanwhile."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.service import matching
from syncbot.service.parts import Parts
from syncbot.service.syncing import sync
from syncbot.store.base import Intent, IntentStatus, RunStatus
from tests.fakes.world import CITY, World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return new_world(tmp_path)


def _cut_off(parts: Parts, record: str, action: str, endpoint: str, ref: str) -> None:
    """A run of long ago wrote this, and nobody knows how it ended."""
    store = parts.store
    intent = Intent(
        id="write-cut",
        run=store.runs()[-1].id,
        kind="city",
        record=record,
        endpoint=endpoint,
        action=action,
        ref=ref,
        changes={},
        at=parts.now(),
    )
    store.intend([intent])


def _ended(parts: Parts) -> tuple[IntentStatus, str]:
    [one] = [one for one in parts.store.intents() if one.id == "write-cut"]
    return one.status, str(one.note)


def _split(world: World) -> tuple[str, str, str]:
    """A record, the row that was taken out of it at Notion, and the one that it got instead."""
    taken = world.add_city("notion", "Ghent")
    sync(world.parts)
    record = world.parts.store.keys_of("city", "notion", [taken])[taken]
    matching.split(world.parts, record, "notion")
    for _ in range(2):
        sync(world.parts)
        world.later(minutes=10)
    return record, taken, world.parts.store.refs("city", "notion")[record]


@pytest.mark.parametrize("action", ["restore", "update"])
def test_a_row_that_is_another_records_by_now_is_left_to_it(world: World, action: str) -> None:
    """It is known how the write ended, the row stays whose it is, and every later sync works."""
    record, taken, instead = _split(world)
    owner = world.parts.store.keys_of("city", "notion", [taken])[taken]
    _cut_off(world.parts, record, action, "notion", taken)
    assert sync(world.parts).status is RunStatus.DONE
    status, note = _ended(world.parts)
    assert (status, owner in note) == (IntentStatus.DONE, True)
    assert world.parts.store.refs("city", "notion") == {record: instead, owner: taken}
    assert not sync(world.parts, full=True).anything


def test_a_removal_of_a_row_that_went_to_others_unlinks_no_other(world: World) -> None:
    """The row is in the trash; the record keeps the one that it got instead."""
    record, taken, instead = _split(world)
    world.cities["notion"].remove(taken, by="somebody", at=world.now[0])
    _cut_off(world.parts, record, "delete", "notion", taken)
    sync(world.parts)
    assert _ended(world.parts)[0] is IntentStatus.DONE
    assert world.parts.store.refs("city", "notion")[record] == instead
    assert world.parts.store.records("city")[record].unlinked == {}


def test_a_write_to_a_place_that_left_the_mapping_waits_for_nobody(tmp_path: Path) -> None:
    """Nobody can look any more: it is closed with words that say so, and the record can be decided about."""
    world = new_world(tmp_path)
    ref = world.add_city("notion", "Ghent")
    sync(world.parts)
    [(record, known)] = world.parts.store.records("city").items()
    _cut_off(world.parts, record, "update", "sharepoint", known.rows["sharepoint"].ref)
    elsewhere = tmp_path / "smaller"
    elsewhere.mkdir()
    smaller = new_world(elsewhere, city=CITY.replace("sharepoint", "archive"))
    archive = smaller.cities["sharepoint"]
    archive.name = "archive"
    places = {"notion": world.cities["notion"], "archive": archive}
    parts = replace(
        world.parts, mappings=smaller.parts.mappings, endpoints={**world.parts.endpoints, "city": places}
    )
    sync(parts)
    status, note = _ended(parts)
    assert status is IntentStatus.FAILED
    assert "nobody knows" in note
    assert "sharepoint left mappings/" in note
    sync(parts)
    assert matching.split(parts, record, "archive").record == record
    assert parts.store.keys_of("city", "notion", [ref]) == {ref: record}
