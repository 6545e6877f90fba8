"""The verbs plan and sync over a small world in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from syncbot.endpoints.base import (
    Create,
    Done,
    Reading,
    Schema,
    Update,
    Versions,
    Write,
    nothing_known,
)
from syncbot.endpoints.memory import Lies, MemoryEndpoint
from syncbot.errors import LeaseHeld, Unavailable, VersionChanged
from syncbot.reconcile.plan import Conflict, Duplicate, StrayEdit, Unread
from syncbot.service import answering
from syncbot.service.lease import LEASE, LEASE_LIFE
from syncbot.service.syncing import plan, sync
from syncbot.store.base import Run, RunStatus
from tests.fakes.world import CITY, DAY, START, World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return new_world(tmp_path)


def test_each_city_ends_in_both_places(world: World) -> None:
    """What only one place knows is created in the other; what both know is recognised, not doubled."""
    world.add_city("notion", "Ghent", population=260000)
    world.add_city("notion", "Lier")
    world.add_city("sharepoint", "GHENT", contact=DAY)
    world.add_city("sharepoint", "Mons")
    report = sync(world.parts)
    assert report.status is RunStatus.DONE
    assert world.names("notion") == world.names("sharepoint") == ["Ghent", "Lier", "Mons"]
    assert world.city("sharepoint", "Ghent")["population"] == 260000
    assert world.city("notion", "Ghent")["contact"] == DAY
    keys = [{row.key for row in world.cities[place].rows.values()} for place in ("notion", "sharepoint")]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 3


def test_a_second_sync_asks_once_and_writes_nothing(world: World) -> None:
    """Nothing new, one request for each place of each kind."""
    world.add_city("notion", "Ghent", note="hello")
    world.add_city("sharepoint", "Mons")
    sync(world.parts)
    before = world.requests()
    report = sync(world.parts)
    assert (report.anything, world.requests() - before) == (False, 4)


def test_a_plan_changes_nothing_anywhere(world: World) -> None:
    """Not at the places and not in the store: the sync after it does what it said."""
    world.add_city("notion", "Ghent")
    said = plan(world.parts)
    assert said.anything
    assert world.names("sharepoint") == []
    assert world.parts.store.runs() == []
    assert world.parts.store.count("city") == 0
    assert len(sync(world.parts).kinds[1].plan.actions) == len(said.kinds[1].plan.actions)


def test_references_point_at_the_same_person_in_both_places(world: World) -> None:
    """A lead named in one place is the same person's row in the other, though the refs differ."""
    world.add_person("sharepoint", "Zofia")
    anna = world.add_person("notion", "Anna")
    zofia = world.add_person("notion", "Zofia")
    world.add_city("notion", "Ghent", lead=frozenset({zofia}))
    world.add_city("notion", "Lier", lead=frozenset({anna}))
    sync(world.parts)
    there = {str(row.cells["name"]): ref for ref, row in world.people["sharepoint"].rows.items()}
    assert world.city("sharepoint", "Ghent")["lead"] == frozenset({there["Zofia"]})
    assert world.city("sharepoint", "Lier")["lead"] == frozenset({there["Anna"]})


def test_edits_flow_and_a_copy_is_put_back(world: World) -> None:
    """A shared field flows from where it was edited; an edit of a copy is put back and kept."""
    left = world.add_city("notion", "Ghent", population=1)
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    world.later(hours=1)
    world.edit_city("sharepoint", right, contact=DAY, population=2)
    report = sync(world.parts)
    assert world.cities["notion"].rows[left].cells["contact"] == DAY
    assert world.city("sharepoint", "Ghent")["population"] == 1
    [stray] = [one for one in report.kinds[1].plan.findings if isinstance(one, StrayEdit)]
    assert (stray.field, stray.value, stray.kept) == ("population", 2, 1)
    assert [one.stray.value for one in world.parts.store.strays()] == [2]


def test_two_edits_make_a_question_and_its_answer_reaches_both(world: World) -> None:
    """Nothing is overwritten while the question waits; other fields go on."""
    left = world.add_city("notion", "Ghent", contact=DAY)
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    world.edit_city("notion", left, contact=date(2026, 3, 1), note="moved")
    world.edit_city("sharepoint", right, contact=date(2026, 3, 2))
    report = sync(world.parts)
    [conflict] = [one for one in report.kinds[1].plan.findings if isinstance(one, Conflict)]
    assert conflict.field == "last_contact"
    assert world.city("notion", "Ghent")["contact"] == date(2026, 3, 1)
    assert world.city("sharepoint", "Ghent")["contact"] == date(2026, 3, 2)
    assert world.city("sharepoint", "Ghent")["note"] == "moved"
    [waiting] = answering.conflicts(world.parts)
    assert not sync(world.parts).kinds[1].plan.actions
    answering.resolve(world.parts, waiting.id, "sharepoint")
    sync(world.parts)
    assert world.city("notion", "Ghent")["contact"] == date(2026, 3, 2)
    assert answering.conflicts(world.parts) == []


def test_a_lost_create_is_not_made_twice(world: World) -> None:
    """The answer of a create gets lost; the same run looks for the row by its key and goes on with it."""
    world.add_city("notion", "Ghent")
    lost = [True]

    def once(write: Write) -> bool:
        return isinstance(write, Create) and lost.pop() if lost else False

    world.cities["sharepoint"].lies.lost = once
    report = sync(world.parts)
    assert (report.status, report.settled) == (RunStatus.DONE, 1)
    assert world.names("sharepoint") == ["Ghent"]
    assert not sync(world.parts).anything


@pytest.mark.parametrize("after", range(8))
def test_a_run_that_stops_anywhere_is_finished_by_the_next(world: World, after: int) -> None:
    """Stopped after so many writes, saved or not: the next run ends as an undisturbed one would, nothing doubled."""
    names = ["Aalst", "Bruges", "Ghent", "Lier"]
    for name in names:
        world.add_city("notion", name, note=f"about {name}")
    world.add_city("sharepoint", "Mons", contact=DAY)
    count = [0]

    def stops(_: Write) -> bool:
        count[0] += 1
        return count[0] == after + 1

    for endpoint in world.cities.values():
        endpoint.lies.lost = stops
    sync(world.parts)
    count[0] = 100
    sync(world.parts)
    assert world.names("notion") == world.names("sharepoint") == [*names, "Mons"]
    assert not sync(world.parts, full=True).anything


def test_a_place_that_cannot_be_read_stops_its_kind_only(world: World) -> None:
    """Cities wait, people are synced, and the report says where it failed."""
    world.add_person("sharepoint", "Zofia")
    world.add_city("notion", "Ghent")
    world.cities["sharepoint"].lies.reading = lambda: Unavailable("does not answer", endpoint="sharepoint")
    report = sync(world.parts)
    assert report.status is RunStatus.PARTLY
    assert len(world.people["notion"].rows) == 1
    assert world.names("sharepoint") == []
    assert [failure.endpoint for failure in report.kinds[1].failures] == ["sharepoint"]


def test_a_place_that_was_emptied_is_not_followed(world: World) -> None:
    """All rows of one place vanish: the run refuses, and the other place keeps its rows."""
    for number in range(12):
        world.add_city("notion", f"City {number}")
    sync(world.parts)
    for ref in list(world.cities["sharepoint"].rows):
        world.cities["sharepoint"].remove(ref, by="accident", at=world.now[0])
    report = sync(world.parts, full=True)
    assert report.kinds[1].plan.refused
    assert len(world.names("notion")) == 12


def test_a_row_edited_meanwhile_is_decided_again(world: World) -> None:
    """The row moved between reading and writing: the same run reads it again and loses neither edit."""
    left = world.add_city("notion", "Ghent")
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    world.edit_city("notion", left, note="from the left")
    raced = [True]

    def race(write: Write) -> VersionChanged | None:
        if raced and isinstance(write, Update):
            raced.pop()
            world.edit_city("sharepoint", right, contact=DAY)
            return VersionChanged("the row moved", endpoint="sharepoint", ref=right)
        return None

    world.cities["sharepoint"].lies.refused = race
    report = sync(world.parts)
    assert report.status is RunStatus.DONE
    assert world.city("sharepoint", "Ghent")["note"] == "from the left"
    assert world.city("notion", "Ghent")["contact"] == DAY


def test_an_edit_in_the_middle_of_our_write_is_not_lost(world: World) -> None:
    """A place without conditional writes: the edit shows only in the answer to our write, and flows all the same."""
    left = world.add_city("notion", "Ghent")
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    world.edit_city("notion", left, note="from the left")
    place = world.cities["sharepoint"]
    world.cities["sharepoint"] = Racing(place, right)  # type: ignore[index]
    report = sync(world.parts)
    assert report.status is RunStatus.DONE
    assert place.rows[right].cells["note"] == "from the left"
    assert world.city("notion", "Ghent")["contact"] == DAY
    assert not sync(world.parts).anything


class Racing:
    """A place where somebody edits a row just before our first update reaches it, and that is not told afterwards."""

    def __init__(self, inner: MemoryEndpoint, ref: str) -> None:
        self._inner, self._ref, self._raced = inner, ref, False

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:
        """Tell nothing of rows that we were the last to write."""
        reading = self._inner.changes(cursor, schema, known)
        return replace(reading, rows=[row for row in reading.rows if not row.by_us])

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:
        """Let the edit slip in before an update, as where a version cannot be insisted on."""
        for one in writes:
            yield from self._inner.write([self._after_a_race(one)], schema)

    def _after_a_race(self, write: Write) -> Write:
        if self._raced or not isinstance(write, Update):
            return write
        self._raced = True
        self._inner.edit(self._ref, {"contact": DAY}, by="somebody", at=START)
        return replace(write, version=self._inner.rows[self._ref].version)


def test_a_removed_column_stops_its_field_and_nothing_else(world: World) -> None:
    """Nobody's notes are emptied because a column was deleted; other fields go on."""
    left = world.add_city("notion", "Ghent", note="keep me")
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    world.cities["sharepoint"].drop_column("note")
    world.edit_city("sharepoint", right, contact=DAY)
    report = sync(world.parts)
    assert world.cities["notion"].rows[left].cells["note"] == "keep me"
    assert world.cities["notion"].rows[left].cells["contact"] == DAY
    assert ("sharepoint", "note") in report.kinds[1].faults


def test_doubled_rows_are_asked_about_until_somebody_decides(world: World) -> None:
    """Neither is written, the other place gets no row, and every run says so; removing one row decides."""
    world.add_city("notion", "Ghent", note="first")
    second = world.add_city("notion", "Ghent", note="second")
    world.add_city("notion", "Lier")
    for _ in range(3):
        found = sync(world.parts).kinds[1].plan.findings
        assert [type(one) for one in found] == [Duplicate]
        assert world.names("sharepoint") == ["Lier"]
    world.cities["notion"].remove(second, by="somebody", at=world.now[0])
    sync(world.parts)
    assert world.names("sharepoint") == ["Ghent", "Lier"]
    assert world.city("sharepoint", "Ghent")["note"] == "first"


def test_a_new_row_at_an_empty_home_empties_no_copy(tmp_path: Path) -> None:
    """The home's row went, a new one knows nothing, and we may not write there: the copy's fact stays, also later."""
    world = new_world(
        tmp_path,
        city=CITY.replace("notion: Population,", "notion: {column: Population, read_only: true},").replace(
            "population: {home: sharepoint", "population: {home: notion"
        ),
    )
    left = world.add_city("notion", "Ghent", population=265_000)
    sync(world.parts)
    world.cities["notion"].remove(left, by="somebody", at=world.now[0])
    sync(world.parts)
    world.later(hours=1)
    second = world.add_city("notion", "Ghent")
    sync(world.parts)
    for _ in range(2):
        world.later(hours=25)
        assert not sync(world.parts, full=True).kinds[1].plan.actions
    assert world.city("sharepoint", "Ghent")["population"] == 265_000
    world.edit_city("notion", second, population=266_000)
    sync(world.parts)
    assert world.city("sharepoint", "Ghent")["population"] == 266_000
    world.edit_city("notion", second, population=None)
    sync(world.parts)
    assert world.city("sharepoint", "Ghent").get("population") is None


def test_swapped_keys_hold_up_no_edit(world: World) -> None:
    """Neither row can be stamped before the other: that is said, and what people wrote flows all the same."""
    for name in ("Ghent", "Mons"):
        world.add_city("notion", name)
    sync(world.parts)
    place = world.cities["sharepoint"]
    (one, its_key), (other, other_key) = [(ref, row.key) for ref, row in place.rows.items()]
    world.later(hours=1)
    place.rekey(one, other_key, by="somebody", at=world.now[0])
    place.rekey(other, its_key, by="somebody", at=world.now[0])
    for ref, row in world.cities["notion"].rows.items():
        world.edit_city("notion", ref, note=f"about {row.cells['name']}")
    said = [failure.message for failure in sync(world.parts).kinds[1].failures]
    assert said == [f"row {other} has the key already", f"row {one} has the key already"]
    assert [row.cells["note"] for row in place.rows.values()] == ["about Ghent", "about Mons"]
    place.rekey(one, None, by="somebody", at=world.now[0])
    for _ in range(2):
        sync(world.parts, full=True)
    assert [row.key for row in place.rows.values()] == [its_key, other_key]


def test_a_renamed_column_stays_bound(world: World) -> None:
    """People may call their columns what they like."""
    left = world.add_city("notion", "Ghent")
    sync(world.parts)
    world.cities["notion"].rename_column("note", "Remarks")
    world.edit_city("notion", left, note="still read")
    sync(world.parts)
    assert world.city("sharepoint", "Ghent")["note"] == "still read"


def test_a_second_run_is_told_who_is_at_work(world: World) -> None:
    """Two runs never overlap, and a lease that expired is taken over."""
    now = world.now[0]
    world.parts.store.take_lease(LEASE, holder="anna@laptop:1", until=now + LEASE_LIFE, now=now)
    with pytest.raises(LeaseHeld, match="anna@laptop"):
        sync(world.parts)
    world.later(seconds=LEASE_LIFE.total_seconds() + 1)
    assert sync(world.parts).status is RunStatus.DONE


def test_an_unknown_outcome_is_looked_up_before_anything_else(world: World) -> None:
    """A reading that fails while looking keeps the intent open, and nothing is written on a guess."""
    world.add_city("notion", "Ghent")
    place = world.cities["sharepoint"]

    def lost(_: Write) -> bool:
        place.lies.reading = lambda: Unavailable("does not answer", endpoint="sharepoint")
        return True

    place.lies.lost = lost
    for _ in range(2):
        assert sync(world.parts).status is RunStatus.PARTLY
        assert len(world.parts.store.intents(kind="city", open_only=True)) == 1
    place.lies = Lies()
    assert sync(world.parts).status is RunStatus.DONE
    assert world.names("sharepoint") == ["Ghent"]


def test_history_says_where_a_value_came_from(world: World) -> None:
    """Each field names its source and run; an unknown name gets the nearest one."""
    world.add_city("notion", "Ghent", population=260000)
    world.add_city("sharepoint", "Ghent", contact=DAY)
    run = sync(world.parts).run
    story = answering.story(world.parts, "ghent")
    sources = {field.field: (field.source, field.run) for field in story.fields}
    assert sources["population"] == ("notion", run)
    assert sources["last_contact"] == ("sharepoint", run)
    with pytest.raises(Exception, match="did you mean Ghent"):
        answering.story(world.parts, "Gehnt")


def test_a_run_that_was_cut_off_is_not_shown_as_running(world: World) -> None:
    """The next run, which holds the lease, knows that the other one is over."""
    cut = Run(id="run-cut", verb="sync", kinds=("city",), started=world.now[0], by="anna")
    world.parts.store.begin_run(cut)
    world.later(hours=1)
    sync(world.parts)
    found = world.parts.store.run("run-cut")
    assert (found.status, found.ended) == (RunStatus.FAILED, world.now[0])


def test_a_row_without_a_name_is_called_by_where_it_is(world: World) -> None:
    """Nobody knows a key that was drawn a moment ago; the place and its ref can be looked up."""
    ref = world.cities["notion"].add({"country": "BE"}, by="notion person", at=world.now[0])
    report = plan(world.parts)
    told = {one.title for one in report.kinds[1].plan.findings if isinstance(one, Unread)}
    assert told == {f"a row without a name (notion {ref})"}
