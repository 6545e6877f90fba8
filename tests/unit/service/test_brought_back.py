"""A row that undoing takes out of the trash is as old as its deletion: what was written elsewhere since goes before."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from syncbot.service import answering
from syncbot.service.straying import strays
from syncbot.service.syncing import sync
from syncbot.service.undoing import undo
from tests.fakes.world import DAY, World, new_world
from tests.unit.service.test_killed import Killed, Mortal, with_store

MARCH = date(2026, 3, 1)


@pytest.fixture
def trashed(tmp_path: Path) -> tuple[World, str]:
    """Ghent, whose copy a run made and an undo trashed; since then it was edited where it is left. Also that undo."""
    world = new_world(tmp_path)
    ref = world.add_city("notion", "Ghent", contact=DAY, population=1)
    made = str(sync(world.parts).run)
    world.later(minutes=10)
    undone = str(undo(world.parts, made).run)
    world.later(minutes=10)
    world.edit_city("notion", ref, contact=MARCH, population=7)
    sync(world.parts)
    world.later(minutes=10)
    return world, undone


def _check(world: World) -> None:
    """The next sync asks about what may be edited anywhere, brings the copy up to date, and changes no edit."""
    world.later(minutes=10)
    sync(world.parts)
    left, right = world.city("notion", "Ghent"), world.city("sharepoint", "Ghent")
    assert (left["contact"], left["population"], right["population"]) == (MARCH, 7, 7)
    [asked] = [one.conflict for one in answering.conflicts(world.parts)]
    assert {name: side.value for name, side in asked.sides.items()} == {"notion": MARCH, "sharepoint": DAY}
    assert [one.stray.value for one in strays(world.parts)] == [1]
    world.later(minutes=10)
    assert not sync(world.parts).anything
    assert not sync(world.parts, full=True).anything


def test_its_age_overwrites_nothing_that_was_written_since(trashed: tuple[World, str]) -> None:
    """Exactly as for a row that somebody takes out of the trash by hand."""
    world, undone = trashed
    undo(world.parts, undone)
    assert len(world.cities["sharepoint"].rows) == 1
    _check(world)


def test_nor_where_the_undo_is_cut_off_as_the_row_comes_back(trashed: tuple[World, str]) -> None:
    """Whatever the store had heard of it by then."""
    world, undone = trashed
    inner, stopped = world.parts.store, 0
    for at in range(1, 40):
        if world.cities["sharepoint"].rows:
            break
        world.parts = with_store(world.parts, Mortal(inner, at=at, after=False))
        with pytest.raises(Killed):
            undo(world.parts, undone)
        world.parts = replace(world.parts, store=inner)
        stopped = at
    assert world.cities["sharepoint"].rows and stopped
    assert [one.action for one in inner.intents(open_only=True)] == ["restore"]
    _check(world)
