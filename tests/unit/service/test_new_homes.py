"""A field is given another home while its places agree: from then on that place's word counts, whoever said it first."""

from dataclasses import replace
from pathlib import Path

from syncbot.service.straying import strays
from syncbot.service.syncing import sync
from tests.fakes.world import CITY, new_world

COPY = "population: {home: notion, notion: Population, sharepoint: Population}"
HOME = "population: {home: sharepoint, notion: Population, sharepoint: {column: Population, read_only: true}}"


def test_what_is_emptied_at_a_new_home_that_we_may_not_write_is_empty(tmp_path: Path) -> None:
    """It had the value as a copy, so that this is an edit, and no home that never knew."""
    world = new_world(tmp_path)
    world.add_city("notion", "Ghent", population=1)
    sync(world.parts)
    (tmp_path / "later").mkdir()
    later = new_world(tmp_path / "later", city=CITY.replace(COPY, HOME))
    world.parts = replace(world.parts, mappings=later.parts.mappings)
    sync(world.parts)
    world.later(hours=1)
    world.edit_city("sharepoint", next(iter(world.cities["sharepoint"].rows)), population=None)
    sync(world.parts)
    assert [world.city(place, "Ghent").get("population") for place in world.cities] == [None, None]
    assert strays(world.parts) == []
    assert not sync(world.parts, full=True).anything
