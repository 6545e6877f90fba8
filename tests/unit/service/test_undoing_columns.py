"""Runs taken back after somebody changed columns: a name is in nobody's way, and what is told to do first helps."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.endpoints.base import ColumnType
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.reconcile.plan import LeftAlone
from syncbot.service.syncing import sync
from syncbot.service.undoing import undo
from tests.fakes.world import World, new_world


def _run(world: World) -> str:
    """Ghent's note and population flowed to SharePoint."""
    ghent = world.add_city("notion", "Ghent", note="a", population=1)
    sync(world.parts)
    world.later(hours=1)
    world.edit_city("notion", ghent, note="b", population=2)
    run = sync(world.parts).run
    world.later(hours=1)
    assert run is not None
    return run


def _rename(place: MemoryEndpoint) -> None:
    place.rename_column("note", "Remarks")


def _add_option(place: MemoryEndpoint) -> None:
    place.put_column(replace(place.schema.columns["topics"], options=("finance", "governance")))


@pytest.mark.parametrize("change", [_rename, _add_option])
def test_a_column_that_is_still_the_same_is_in_nobodys_way(
    tmp_path: Path, change: Callable[[MemoryEndpoint], None]
) -> None:
    """It is bound by its id, for undoing as for every sync."""
    world = new_world(tmp_path)
    run = _run(world)
    change(world.cities["sharepoint"])
    [report] = undo(world.parts, run).kinds
    assert report.plan.refused == ()
    assert [world.city(place, "Ghent")["note"] for place in world.cities] == ["a", "a"]
    assert not sync(world.parts).anything


@pytest.mark.parametrize("gone", [True, False])
def test_what_is_told_to_do_first_lets_it_go_on(tmp_path: Path, gone: bool) -> None:
    """A sync that compares everything meets the other column; then its field is left alone, and the others go back."""
    world = new_world(tmp_path)
    run = _run(world)
    place = world.cities["sharepoint"]
    if gone:
        place.drop_column("note")
    else:
        place.retype_column("note", ColumnType.FLAG)
    [refused] = undo(world.parts, run).kinds[0].plan.refused
    assert "run `syncbot sync --full` first" in refused.reason
    assert ("sharepoint", "note") in sync(world.parts, full=True).kinds[1].faults
    [report] = undo(world.parts, run).kinds
    assert report.plan.refused == ()
    assert [one.field for one in report.plan.findings if isinstance(one, LeftAlone)] == ["note"]
    assert [world.city(one, "Ghent")["population"] for one in world.cities] == [1, 1]
    assert world.city("notion", "Ghent")["note"] == "b"
