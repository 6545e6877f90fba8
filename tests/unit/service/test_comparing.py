"""Once a day a sync compares everything, and finds what the places' own marks hid."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from syncbot.endpoints.base import Endpoint, Reading, Schema, Versions, nothing_known
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.reconcile.plan import Drift, Missing, Unread
from syncbot.service.report import Report
from syncbot.service.syncing import COMPARED_EVERY, is_due, plan, sync
from tests.fakes.world import DAY, World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three cities that are the same in both places."""
    world = new_world(tmp_path)
    for name in ("Ghent", "Lier", "Mons"):
        world.add_city("notion", name, contact=DAY, population=1)
    sync(world.parts)
    return world


class Quiet:
    """An endpoint that, as Notion, says nothing of rows that went to the trash unless everything is read."""

    def __init__(self, inner: MemoryEndpoint) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:
        """Leave out what went."""
        return replace(self._inner.changes(cursor, schema, known), gone=())


def _hidden_edit(world: World, place: str, ref: str, **cells: object) -> None:
    """Change cells of a row in a way that leaves no trace: neither its version nor the place's counter moves."""
    world.cities[place]._rows[ref].cells.update(cells)  # type: ignore[arg-type]


def _day_later(world: World) -> None:
    world.later(seconds=COMPARED_EVERY.total_seconds())


def _ref(world: World, place: str, name: str) -> str:
    return next(ref for ref, row in world.cities[place].rows.items() if row.cells["name"] == name)


def test_it_compares_once_a_day(world: World) -> None:
    """Not before a day is over, then once, and then not again."""
    world.later(hours=23)
    assert [kind.compared for kind in sync(world.parts).kinds] == [False, False]
    world.later(hours=1)
    assert [kind.compared for kind in plan(world.parts).kinds] == [True, True]
    assert [kind.compared for kind in sync(world.parts).kinds] == [True, True]
    world.later(hours=23)
    assert [kind.compared for kind in sync(world.parts).kinds] == [False, False]


def test_a_comparison_with_nothing_new_writes_nothing(world: World) -> None:
    """It reads every row and asks each place once."""
    _day_later(world)
    before = world.requests()
    report = sync(world.parts)
    assert (report.anything, world.requests() - before) == (False, 4)
    assert report.kinds[1].read == {"notion": 3, "sharepoint": 3}


def test_drift_is_found_and_healed_by_the_policy(world: World) -> None:
    """A shared field flows from where it differs; a copy is put back, and what it said is kept."""
    _hidden_edit(world, "sharepoint", _ref(world, "sharepoint", "Ghent"), contact=date(2026, 2, 20))
    _hidden_edit(world, "sharepoint", _ref(world, "sharepoint", "Lier"), population=7)
    assert not sync(world.parts).anything
    _day_later(world)
    report = sync(world.parts)
    drifts = [one for one in report.kinds[1].plan.findings if isinstance(one, Drift)]
    assert [(one.title, one.field, one.value) for one in drifts] == [
        ("Ghent", "last_contact", date(2026, 2, 20)),
        ("Lier", "population", 7),
    ]
    assert world.city("notion", "Ghent")["contact"] == date(2026, 2, 20)
    assert world.city("sharepoint", "Lier")["population"] == 1
    assert [one.stray.value for one in world.parts.store.strays()] == [7]
    assert not sync(world.parts, full=True).anything


def test_rows_that_went_without_a_word_are_found(world: World) -> None:
    """A place that does not report its trash is read as a whole, and what is missing is looked up."""
    quiet: Mapping[str, Endpoint] = {
        **world.cities,
        "notion": Quiet(world.cities["notion"]),  # type: ignore[dict-item]  # the rest is passed on
    }
    parts = replace(world.parts, endpoints={**world.parts.endpoints, "city": quiet})
    world.cities["notion"].remove(_ref(world, "notion", "Mons"), by="somebody", at=world.now[0])
    assert not sync(parts).anything
    _day_later(world)
    [gone] = [one for one in sync(parts).kinds[1].plan.findings if isinstance(one, Missing)]
    assert (gone.title, gone.endpoint, gone.reason) == ("Mons", "notion", "trashed")
    assert world.names("sharepoint") == ["Ghent", "Lier", "Mons"]
    assert not sync(parts).anything


def test_a_reading_that_was_not_whole_does_not_count(world: World) -> None:
    """The next sync tries again."""
    _day_later(world)
    world.cities["notion"].lies.halved = True
    assert sync(world.parts).kinds[1].plan.refused
    world.cities["notion"].lies.halved = False
    assert [kind.compared for kind in sync(world.parts).kinds] == [False, True]


def test_a_kind_is_compared_when_one_of_its_places_is_due(world: World) -> None:
    """Also one whose last comparison is not known, because an older syncbot read it."""
    store = world.parts.store
    store.set_cursor("city", "elsewhere", "1", run="run-1", at=world.now[0])
    more = {**world.cities, "elsewhere": replace(world.cities["notion"], name="elsewhere")}
    parts = replace(world.parts, endpoints={**world.parts.endpoints, "city": more})
    assert is_due(parts, parts.mappings.kinds["city"])
    assert not is_due(world.parts, parts.mappings.kinds["city"])


def test_what_is_not_understood_is_said_again_by_every_comparison(world: World) -> None:
    """It is in one place only: if it were said once and never again, the edit would be as good as lost."""
    world.edit_city("notion", _ref(world, "notion", "Lier"), population=-3)
    assert _unread(sync(world.parts)) == ["Lier"]
    assert _unread(sync(world.parts)) == []
    for _ in range(2):
        assert _unread(sync(world.parts, full=True)) == ["Lier"]
    _day_later(world)
    assert _unread(sync(world.parts)) == ["Lier"]
    assert not any(sum(kind.updated.values()) for kind in sync(world.parts, full=True).kinds)


def _unread(report: Report) -> list[str]:
    return [one.title for kind in report.kinds for one in kind.plan.findings if isinstance(one, Unread)]
