"""Whatever people do around a run that is undone: nothing is lost, and what was undone stays undone."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from syncbot.model.values import Value
from syncbot.reconcile.plan import LeftAlone
from syncbot.service.syncing import sync
from syncbot.service.undoing import plan_undo, undo
from tests.fakes.world import PLACES, World, new_world

COLUMNS = {"contact": "last_contact", "population": "population", "topics": "topics"}
CITIES = ("Ghent", "Mons")
START = date(2026, 1, 1)

Edit = tuple[str, str, str, int | None]
"""City, place, column, which value (None empties it)."""
edits = st.lists(
    st.tuples(
        st.sampled_from(CITIES),
        st.sampled_from(PLACES),
        st.sampled_from(sorted(COLUMNS)),
        st.one_of(st.none(), st.integers(0, 2)),
    ),
    max_size=5,
)


def _value(column: str, number: int | None) -> Value:
    if number is None:
        return None
    words = ("finance", "engagement", "mobility")
    values: dict[str, Value] = {
        "contact": START + timedelta(days=number),
        "population": number + 1,
        "topics": frozenset(words[: number + 1]),
    }
    return values[column]


@contextmanager
def _world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        world = new_world(Path(folder))
        world.add_city("notion", "Ghent", population=5, contact=date(2025, 1, 1))
        world.add_city("sharepoint", "Mons", topics=frozenset({"mobility"}))
        sync(world.parts)
        world.later(minutes=10)
        yield world


def _do(world: World, done: list[Edit]) -> list[Edit]:
    """Edit; return what changed anything: who writes what stands there already says nothing."""
    told = []
    for city, place, column, number in done:
        for ref, row in world.cities[place].rows.items():
            if row.cells["name"] == city and row.cells[column] != _value(column, number):
                world.edit_city(place, ref, **{column: _value(column, number)})
                told.append((city, place, column, number))
        world.later(minutes=1)
    return told


def _said(world: World) -> dict[tuple[str, str, str], object]:
    return {
        (str(row.cells["name"]), place, column): row.cells[column]
        for place in PLACES
        for row in world.cities[place].rows.values()
        for column in COLUMNS
    }


def _remembered(world: World, city: str, column: str) -> list[object]:
    """What of a field is in a question or kept as an edit."""
    field, store = COLUMNS[column], world.parts.store
    questions = [one.conflict for one in store.conflicts() if one.conflict.title == city]
    asked = [side.value for one in questions if one.field == field for side in one.sides.values()]
    kept = [one.stray for one in store.strays(include_settled=True) if one.stray.title == city]
    return [*asked, *(one.value for one in kept if one.field == field)]


def _sync(world: World) -> str:
    run = sync(world.parts).run
    assert run is not None
    world.later(minutes=10)
    return run


@settings(max_examples=150, deadline=None)
@given(before=edits, since=edits)
def test_nothing_is_lost_and_the_world_comes_to_rest(before: list[Edit], since: list[Edit]) -> None:
    """What places said before the undo is at a place, in a question or kept; the sync after it settles, and stays."""
    with _world() as world:
        told = _do(world, before)
        run = _sync(world)
        told += _do(world, since)
        written = _said(world)
        undo(world.parts, run)
        undone = _said(world)
        _sync(world)
        for (city, place, column), value in written.items():
            if undone.get((city, place, column)) != value and value is not None:
                now = [said for (one, _, field), said in undone.items() if (one, field) == (city, column)]
                carried = set(now) | set(_remembered(world, city, column))
                theirs = _is_peoples(told, city, place, column, value)
                assert value in carried or not theirs, (city, place, column)
        assert not sync(world.parts).anything
        assert not sync(world.parts, full=True).anything


def _is_peoples(done: list[Edit], city: str, place: str, column: str, value: object) -> bool:
    """Whether a value is the last word that somebody wrote there; else it is ours, and only a copy."""
    numbers = [number for *what, number in done if what == [city, place, column]]
    return bool(numbers) and _value(column, numbers[-1]) == value


@settings(max_examples=150, deadline=None)
@given(before=edits)
def test_without_other_edits_what_was_written_goes_back(before: list[Edit]) -> None:
    """Each place that the run wrote says again what it said before; nothing is left alone, and a sync keeps it so."""
    with _world() as world:
        _do(world, before)
        earlier = _said(world)
        run = _sync(world)
        after = _said(world)
        report = undo(world.parts, run)
        undone = _said(world)
        wrote = {place for place in earlier if earlier[place] != after[place]}
        assert {place: undone[place] for place in wrote} == {place: earlier[place] for place in wrote}
        assert not [one for kind in report.kinds for one in kind.plan.findings if isinstance(one, LeftAlone)]
        sync(world.parts)
        assert _said(world) == undone
        assert plan_undo(world.parts, run).kinds == () or not any(
            kind.plan.actions for kind in plan_undo(world.parts, run).kinds
        )


@settings(max_examples=100, deadline=None)
@given(before=edits)
def test_undoing_an_undo_gives_what_the_run_gave(before: list[Edit]) -> None:
    """Place by place, without a question left that the undo had asked."""
    with _world() as world:
        _do(world, before)
        run = _sync(world)
        after = _said(world)
        waiting = [one.conflict.field for one in world.parts.store.conflicts()]
        second = undo(world.parts, run).run
        assert second is not None
        world.later(minutes=10)
        undo(world.parts, second)
        assert _said(world) == after
        assert [one.conflict.field for one in world.parts.store.conflicts()] == waiting
        sync(world.parts)
        assert _said(world) == after
