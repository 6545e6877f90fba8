"""A place that is taken out of mappings/ for a while: what it said by then undoes nothing when it is back."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from syncbot.service import answering
from syncbot.service.straying import strays
from syncbot.service.syncing import sync
from tests.fakes.world import CITY, DAY, World, new_world

ALONE = re.sub(r", sharepoint: \w+", "", re.sub(r"  sharepoint: .*\n", "", CITY)).replace("shared", "notion")
"""Only Notion has cities."""
MARCH = date(2026, 3, 1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two cities that are the same in both places."""
    world = new_world(tmp_path)
    for name in ("Ghent", "Lier"):
        world.add_city("notion", name, contact=DAY, note="one", population=1)
    sync(world.parts)
    return world


def _declared(world: World, folder: Path, city: str) -> None:
    folder.mkdir()
    mappings = new_world(folder, city=city).parts.mappings
    cities = {name: one for name, one in world.cities.items() if name in mappings.kinds["city"].endpoints}
    world.parts = replace(world.parts, mappings=mappings, endpoints={**world.parts.endpoints, "city": cities})
    world.later(hours=1)


def _both(world: World, column: str) -> tuple[object, object]:
    return world.city("notion", "Ghent").get(column), world.city("sharepoint", "Ghent").get(column)


def test_an_old_word_does_not_flow_over_what_was_edited_meanwhile(world: World, tmp_path: Path) -> None:
    """It is asked about, as of a row that was in the trash; a field with a home is brought up to date."""
    _declared(world, tmp_path / "without", ALONE)
    [left] = [ref for ref, row in world.cities["notion"].rows.items() if row.cells["name"] == "Ghent"]
    world.edit_city("notion", left, note="two", population=2)
    sync(world.parts)
    world.later(hours=1)
    world.edit_city("notion", left, contact=MARCH)
    sync(world.parts)
    _declared(world, tmp_path / "again", CITY)
    sync(world.parts)
    assert _both(world, "note") == ("two", "one")
    assert _both(world, "contact") == (MARCH, DAY)
    assert _both(world, "population") == (2, 2)
    asked = answering.conflicts(world.parts)
    assert [one.conflict.field for one in asked] == ["last_contact", "note"]
    for one in asked:
        answering.resolve(world.parts, one.id, "notion")
    sync(world.parts)
    assert _both(world, "note") == ("two", "two")
    assert not sync(world.parts, full=True).anything


def test_what_nobody_touched_meanwhile_goes_on(world: World, tmp_path: Path) -> None:
    """An edit that was made at the place itself flows, and a row that is as it was has nothing to say."""
    _declared(world, tmp_path / "without", ALONE)
    [right] = [ref for ref, row in world.cities["sharepoint"].rows.items() if row.cells["name"] == "Ghent"]
    world.edit_city("sharepoint", right, note="two")
    sync(world.parts)
    _declared(world, tmp_path / "again", CITY)
    sync(world.parts)
    assert _both(world, "note") == ("two", "two")
    assert answering.conflicts(world.parts) == []
    assert strays(world.parts) == []
    assert not sync(world.parts, full=True).anything
