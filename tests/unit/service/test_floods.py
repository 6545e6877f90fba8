"""Many rows that are new in one place: what a run makes elsewhere without being told so."""

import hashlib
from pathlib import Path

import pytest

from syncbot.endpoints.base import Write
from syncbot.errors import EndpointError, Unavailable
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus
from tests.fakes.world import World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Eighty cities at Notion, and nothing synced yet."""
    world = new_world(tmp_path)
    _add(world, "notion", 0, 80)
    return world


def _add(world: World, place: str, first: int, last: int) -> None:
    for number in range(first, last):
        world.add_city(place, f"City {hashlib.sha256(str(number).encode()).hexdigest()[:12]}")
    world.later(minutes=10)


def _count(world: World) -> tuple[int, int]:
    return len(world.names("notion")), len(world.names("sharepoint"))


def test_a_first_load_that_was_cut_off_goes_on(world: World) -> None:
    """The records are known by then, so what is missing of them is no flood."""
    written = [0]

    def stops(_: Write) -> EndpointError | None:
        written[0] += 1
        return Unavailable("does not answer", endpoint="sharepoint") if written[0] > 10 else None

    place = world.cities["sharepoint"]
    place.lies.refused = stops
    assert sync(world.parts).status is RunStatus.PARTLY
    assert _count(world) == (80, 10)
    place.lies.refused = lambda _: None
    world.later(minutes=10)
    assert sync(world.parts).status is RunStatus.DONE
    assert _count(world) == (80, 80)


@pytest.mark.parametrize("place", ["notion", "sharepoint"])
def test_a_person_adds_twenty_and_a_slip_adds_a_hundred(world: World, place: str) -> None:
    """The twenty go through; of the hundred none is copied until somebody says so, and edits wait as well."""
    sync(world.parts)
    _add(world, place, 100, 120)
    assert sync(world.parts).status is RunStatus.DONE
    assert _count(world) == (100, 100)
    _add(world, place, 200, 300)
    [refused] = [one for kind in sync(world.parts).kinds for one in kind.plan.refused]
    assert refused.endpoint == place
    assert min(_count(world)) == 100
    assert sync(world.parts, allow_mass_change=True).status is RunStatus.DONE
    assert _count(world) == (200, 200)
    assert not sync(world.parts, full=True).anything


def test_a_slip_that_was_put_right_needs_no_word(world: World) -> None:
    """The rows are removed where they were added, and the next run goes on."""
    sync(world.parts)
    before = set(world.cities["notion"].rows)
    _add(world, "notion", 200, 300)
    sync(world.parts)
    for ref in set(world.cities["notion"].rows) - before:
        world.cities["notion"].remove(ref, by="somebody", at=world.now[0])
    world.later(minutes=10)
    assert sync(world.parts).status is RunStatus.DONE
    assert _count(world) == (80, 80)
