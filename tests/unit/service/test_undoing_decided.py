"""A run is taken back after somebody decided anew which rows are which record: no decision is overrun."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from syncbot.reconcile.plan import LeftAlone
from syncbot.service import answering, matches, matching, uniting
from syncbot.service.report import Report
from syncbot.service.straying import strays
from syncbot.service.syncing import sync
from syncbot.service.undoing import undo
from syncbot.store.base import RunStatus
from tests.fakes.world import CITY, DAY, World, new_world

MARCH = date(2026, 3, 1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return new_world(tmp_path)


def _sync(world: World) -> str:
    run = sync(world.parts).run
    assert run is not None
    world.later(minutes=10)
    return run


def _key(world: World, place: str, ref: str) -> str:
    return world.parts.store.keys_of("city", place, [ref])[ref]


def _refs(world: World, record: str) -> Mapping[str, str]:
    return {name: row.ref for name, row in world.parts.store.records("city")[record].rows.items()}


def _merge(world: World, kept: str, absorbed: str) -> None:
    """Two records become one, which keeps the rows that it has."""
    uniting.merge(world.parts, kept, absorbed, rows=_refs(world, kept))
    _sync(world)


def _left(report: Report) -> list[tuple[str, str]]:
    found = [one for kind in report.kinds for one in kind.plan.findings if isinstance(one, LeftAlone)]
    return [(one.endpoint, one.reason) for one in found]


def _at_rest(world: World) -> bool:
    world.later(minutes=10)
    return not sync(world.parts).anything and not sync(world.parts, full=True).anything


@pytest.mark.parametrize("synced", [True, False])
def test_a_removed_row_that_was_taken_out_of_its_record_since_stays_out(tmp_path: Path, synced: bool) -> None:
    """Restored by hand and split off, it is a record of its own: undoing its removal says so, and stops no sync."""
    declared = CITY.replace("key: Key}", "key: Key, deletes: true, creates: false}") + "deletes: propagate\n"
    world = new_world(tmp_path, city=declared)
    left, right = world.add_city("notion", "Ghent"), world.add_city("sharepoint", "Ghent")
    _sync(world)
    record = _key(world, "notion", left)
    world.cities["sharepoint"].remove(right, by="somebody", at=world.now[0])
    run = _sync(world)
    assert world.names("notion") == []
    world.cities["sharepoint"].restore(right, by="somebody", at=world.now[0])
    world.cities["notion"].restore(left, by="somebody", at=world.now[0])
    _sync(world)
    matching.split(world.parts, record, "notion")
    if synced:
        _sync(world)
    report = undo(world.parts, run)
    [(place, why)] = _left(report)
    assert place == "notion"
    assert ("another record's" if synced else "no record's now") in why
    assert (report.status, world.parts.store.intents(open_only=True)) == (RunStatus.DONE, [])
    _sync(world)
    assert _key(world, "notion", left) != _key(world, "sharepoint", right) == record
    assert _at_rest(world)


def test_a_run_about_an_absorbed_record_changes_nothing_of_the_kept_one(world: World) -> None:
    """The run wrote on rows that are nobody's now; what the kept record said all along stays in every place."""
    kept = world.add_city("notion", "Ghent", contact=MARCH)
    lost = world.add_city("notion", "Gent (old)", contact=DAY)
    _sync(world)
    world.edit_city("notion", lost, contact=MARCH)
    run = _sync(world)
    _merge(world, _key(world, "notion", kept), _key(world, "notion", lost))
    report = undo(world.parts, run)
    assert [place for place, _ in _left(report)] == ["sharepoint"]
    assert {row.cells["contact"] for row in world.cities["notion"].rows.values()} == {MARCH}
    assert {row.cells["contact"] for row in world.cities["sharepoint"].rows.values()} == {MARCH}
    assert [*strays(world.parts), *answering.conflicts(world.parts)] == []
    assert _at_rest(world)


@pytest.mark.parametrize("first", ["Ghent", "Aalst"])
def test_a_run_about_both_of_two_that_were_merged_takes_back_what_the_kept_one_said(
    world: World, first: str
) -> None:
    """Never what the absorbed one said before, whichever the run had moved first."""
    said = {"Ghent": "of Ghent", "Aalst": "of Aalst"}
    refs = {name: world.add_city("notion", name, note=said[name]) for name in sorted(said, key=first.__ne__)}
    _sync(world)
    for ref in refs.values():
        world.edit_city("notion", ref, note="both")
    run = _sync(world)
    _merge(world, _key(world, "notion", refs["Ghent"]), _key(world, "notion", refs["Aalst"]))
    undo(world.parts, run)
    for place in ("notion", "sharepoint"):
        assert world.city(place, "Ghent")["note"] == "of Ghent"
        assert world.city(place, "Aalst")["note"] == "both"
    assert _at_rest(world)


def test_a_row_that_came_over_goes_back_alone_and_a_person_is_asked(tmp_path: Path) -> None:
    """The record that it joined said the same all along: its own row is not changed for a run that never touched it."""
    world = new_world(tmp_path)
    lost = world.add_city("notion", "Gent (old)", contact=DAY)
    _sync(world)
    absorbed = _key(world, "notion", lost)
    world.edit_city("notion", lost, contact=MARCH)
    run = _sync(world)
    kept = world.add_city("notion", "Ghent", contact=MARCH)
    _sync(world)
    record = _key(world, "notion", kept)
    joined = _refs(world, absorbed)["sharepoint"]
    uniting.merge(world.parts, record, absorbed, rows={"notion": kept, "sharepoint": joined})
    _sync(world)
    assert _refs(world, record) == {"notion": kept, "sharepoint": joined}
    undo(world.parts, run)
    assert world.cities["notion"].rows[kept].cells["contact"] == MARCH
    assert world.cities["sharepoint"].rows[joined].cells["contact"] == DAY
    assert [one.conflict.field for one in answering.conflicts(world.parts)] == ["last_contact"]
    assert _at_rest(world)


def test_a_row_made_in_place_of_one_that_was_taken_out_is_not_written_on(world: World) -> None:
    """The run changed the row that is another record's by now: it is said, and neither of the two is touched."""
    world.add_city("notion", "Lahti", population=1)
    taken = world.add_city("sharepoint", "Lathi", population=2)
    _sync(world)
    [match] = matches.matches(world.parts)
    record = matching.accept(world.parts, match.id).candidates[0].record
    run = _sync(world)
    matching.split(world.parts, record, "sharepoint")
    _sync(world)
    before = {ref: dict(row.cells) for ref, row in world.cities["sharepoint"].rows.items()}
    [(place, why)] = _left(undo(world.parts, run))
    assert (place, _key(world, "sharepoint", taken) in why) == ("sharepoint", True)
    assert {ref: dict(row.cells) for ref, row in world.cities["sharepoint"].rows.items()} == before
    assert answering.conflicts(world.parts) == []
    assert _at_rest(world)
