"""A run that was cut off is taken back at once, before a sync has looked how its last write ended."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from syncbot.endpoints.base import Done, Endpoint, Schema, Write
from syncbot.service.lease import Lease
from syncbot.service.syncing import sync
from syncbot.service.undoing import plan_undo, undo
from tests.fakes.world import CITY, World, new_world

TAKES_ALONG = CITY.replace("key: Key", "key: Key, deletes: true") + "deletes: propagate\n"


class Killed(BaseException):
    """The process is gone; nothing catches this."""


class Deadly:
    """A place whose answer to a write finds nobody any more."""

    def __init__(self, inner: Endpoint) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:
        """Save them."""
        list(self._inner.write(writes, schema))
        raise Killed


def _killed_at_sharepoint(world: World) -> str:
    """Sync; the process dies when the first write of a city is saved there. Return the run."""
    cities = {**world.cities, "sharepoint": cast(Endpoint, Deadly(world.cities["sharepoint"]))}
    with pytest.raises(Killed):
        sync(replace(world.parts, endpoints={**world.parts.endpoints, "city": cities}))
    world.parts = replace(world.parts, lease=Lease(), holder_is_dead=lambda _: True)
    world.later(minutes=10)
    return world.parts.store.runs()[0].id


def test_its_last_write_is_taken_back_though_no_other_of_its_kind_was_confirmed(tmp_path: Path) -> None:
    """People were written and confirmed, the city was saved unconfirmed: both go back."""
    world = new_world(tmp_path)
    world.add_city("notion", "Ghent")
    zofia = world.add_person("sharepoint", "Zofia")
    sync(world.parts)
    world.later(hours=1)
    world.people["sharepoint"].edit(zofia, {"name": "Zoe"}, by="x", at=world.now[0])
    world.edit_city("notion", next(iter(world.cities["notion"].rows)), note="two")
    run = _killed_at_sharepoint(world)
    assert world.city("sharepoint", "Ghent")["note"] == "two"
    told = [note for kind in plan_undo(world.parts, run).kinds for note in kind.notes]
    assert told == ["sharepoint: 1 more of what was sent is looked up first, and taken back if it arrived"]
    undo(world.parts, run)
    assert not [note for kind in plan_undo(world.parts, run).kinds for note in kind.notes]
    assert world.city("sharepoint", "Ghent")["note"] is None
    assert [row.cells["name"] for row in world.people["notion"].rows.values()] == ["Zofia"]


def test_a_row_that_was_removed_by_its_last_write_comes_back(tmp_path: Path) -> None:
    """The first undoing does it; a second has nothing left to do."""
    world = new_world(tmp_path, city=TAKES_ALONG)
    ghent = world.add_city("notion", "Ghent")
    sync(world.parts)
    world.later(hours=1)
    world.cities["notion"].remove(ghent, by="x", at=world.now[0])
    run = _killed_at_sharepoint(world)
    assert world.names("sharepoint") == []
    undo(world.parts, run)
    assert world.names("sharepoint") == ["Ghent"]
    assert all(kind.plan.empty for kind in undo(world.parts, run).kinds)
