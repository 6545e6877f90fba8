"""A place that only tells, beside two that keep the records: what somebody noted is brought in and never written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from syncbot.endpoints.base import Capabilities, Column, ColumnType, Schema
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.mapping.load import load
from syncbot.model.values import Value
from syncbot.service import answering
from syncbot.service.report import Report
from syncbot.service.straying import strays
from syncbot.service.syncing import sync
from syncbot.service.undoing import undo
from tests.fakes.world import World, new_world

ACTION = """
kind: action
endpoints:
  notes: {service: notes}
  notion: {service: memory, container: left, key: Key}
  sharepoint: {service: memory, container: right, key: Key}
identity: {keys: [[name, city, owners]], name: name}
fields:
  name: {home: shared, notion: Name, sharepoint: Name, notes: name}
  due: {home: shared, notion: Due, sharepoint: Due, notes: due}
  done: {home: shared, notion: Done, sharepoint: Done, notes: done}
  city: {home: shared, notion: City, sharepoint: City, notes: city}
  owners: {home: shared, notion: Owners, sharepoint: Owners, notes: owners}
  heading: {home: notes, notion: Heading, sharepoint: Heading, notes: heading}
"""
KEPT = ("notion", "sharepoint")
MONDAY, TUESDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 6)


def _column(name: str, kind: ColumnType, **more: object) -> Column:
    return Column(id=name, name=name.capitalize(), type=kind, native=kind.value, **more)  # type: ignore[arg-type]


def _schema(container: str, pointers: ColumnType, key: str) -> Schema:
    columns = (
        _column("name", ColumnType.TEXT),
        _column("due", ColumnType.DAY),
        _column("done", ColumnType.FLAG),
        _column("city", pointers, many=False),
        _column("owners", pointers),
        _column("heading", ColumnType.TEXT),
        _column("key", ColumnType.TEXT),
    )
    named = {one.id: one if key else replace(one, name=one.id) for one in columns}
    return Schema(container=container, title=container, columns=named, key_column=key)


@dataclass(kw_only=True)
class Actions:
    """Three places of actions, one of which only tells."""

    world: World
    places: Mapping[str, MemoryEndpoint]

    def sync(self, *, full: bool = False) -> Report:
        """Let an hour pass and sync."""
        self.world.later(hours=1)
        return sync(self.world.parts, full=full)

    def noted(self, name: str, **cells: Value) -> str:
        """Somebody notes an action; returns its ref."""
        return self.places["notes"].add({"name": name, **cells}, by="notes", at=self.world.now[0])

    def edit(self, place: str, name: str, **cells: Value) -> None:
        """Somebody edits the one row of that name."""
        [ref] = [ref for ref, row in self.places[place].rows.items() if row.cells["name"] == name]
        self.places[place].edit(ref, cells, by="somebody", at=self.world.now[0])

    def said(self, column: str, *places: str) -> list[object]:
        """What the one row of each place says."""
        found: list[object] = []
        for place in places or ("notes", *KEPT):
            [row] = self.places[place].rows.values()
            found.append(row.cells[column])
        return found


@pytest.fixture
def actions(tmp_path: Path) -> Actions:
    """Three empty places, and no notes that could be written: the fake would refuse loudly."""
    world = new_world(tmp_path)
    (tmp_path / "action.yaml").write_text(ACTION)
    capable = Capabilities(creates=False, updates=False, deletes=False)
    clock = world.people["notion"].clock

    def no_write(_: object) -> None:
        raise AssertionError("written to the notes")

    places = {
        name: MemoryEndpoint(name=name, schema=_schema(name, ColumnType.REFS, "key"), clock=clock)
        for name in KEPT
    }
    notes = MemoryEndpoint(
        name="notes", schema=_schema("notes", ColumnType.RECORDS, ""), clock=clock, capabilities=capable
    )
    notes.lies.refused = no_write
    places["notes"] = notes
    endpoints = {**world.parts.endpoints, "action": places}
    world.parts = replace(world.parts, mappings=load(tmp_path, {}), endpoints=endpoints)
    return Actions(world=world, places=places)


def test_what_is_noted_comes_to_be_in_every_place_that_keeps_records(actions: Actions) -> None:
    """One row at each, with what the notes say; the idle run after it says and writes nothing."""
    actions.noted("Send the draft", due=FRIDAY, heading="Lahti")
    actions.sync()
    assert actions.said("name") == ["Send the draft"] * 3
    assert actions.said("due") == [FRIDAY] * 3
    assert actions.said("heading") == ["Lahti"] * 3
    report = actions.sync()
    assert not report.anything
    assert not actions.sync(full=True).anything


def test_an_old_note_stays_silent_after_an_edit(actions: Actions) -> None:
    """A person's date goes to the other place; the notes go on saying the old one, and no run ever mentions it."""
    actions.noted("Send the draft", due=MONDAY)
    actions.sync()
    actions.edit("notion", "Send the draft", due=FRIDAY)
    report = actions.sync()
    assert actions.said("due") == [MONDAY, FRIDAY, FRIDAY]
    assert [finding for kind in report.kinds for finding in kind.plan.findings] == []
    for full in (False, True, True):
        assert not actions.sync(full=full).anything
    actions.edit("sharepoint", "Send the draft", due=TUESDAY)
    actions.sync()
    assert actions.said("due") == [MONDAY, TUESDAY, TUESDAY]


def test_a_tick_in_the_notes_closes_it_everywhere(actions: Actions) -> None:
    """Also after people edited other fields, and a note that repeats the line unticked would not open it again."""
    actions.noted("Send the draft", due=MONDAY, done=False)
    actions.sync()
    actions.edit("sharepoint", "Send the draft", due=FRIDAY)
    actions.sync()
    actions.edit("notes", "Send the draft", done=True)
    actions.sync()
    assert actions.said("done") == [True, True, True]
    assert actions.said("due") == [MONDAY, FRIDAY, FRIDAY]
    actions.edit("notion", "Send the draft", done=False)
    actions.sync()
    assert actions.said("done") == [True, False, False]
    assert not actions.sync(full=True).anything


def test_two_edits_between_runs_go_to_the_place_that_keeps_records(actions: Actions) -> None:
    """A new date in the notes and another one in Notion: Notion's stands, what the notes said is kept as a stray edit."""
    actions.noted("Send the draft", due=MONDAY)
    actions.sync()
    actions.edit("notes", "Send the draft", due=TUESDAY)
    actions.edit("notion", "Send the draft", due=FRIDAY)
    actions.sync()
    assert actions.said("due") == [TUESDAY, FRIDAY, FRIDAY]
    [stray] = actions.world.parts.store.strays()
    assert (stray.stray.endpoint, stray.stray.value) == ("notes", TUESDAY)
    assert not actions.world.parts.store.conflicts()
    assert not actions.sync(full=True).anything


def test_a_question_between_people_ends_whatever_the_notes_say(actions: Actions) -> None:
    """Two places were edited differently and then say the same: the notes, which differ, keep no question open."""
    actions.noted("Send the draft", due=MONDAY)
    actions.sync()
    actions.edit("notion", "Send the draft", due=FRIDAY)
    actions.edit("sharepoint", "Send the draft", due=TUESDAY)
    actions.sync()
    assert len(actions.world.parts.store.conflicts()) == 1
    actions.edit("sharepoint", "Send the draft", due=FRIDAY)
    actions.sync()
    assert not actions.world.parts.store.conflicts()
    assert actions.said("due") == [MONDAY, FRIDAY, FRIDAY]


def test_a_note_that_is_gone_deletes_nothing(actions: Actions) -> None:
    """Neither as soon as the notes say so nor when everything is compared."""
    ref = actions.noted("Send the draft")
    actions.sync()
    actions.places["notes"].remove(ref, by="notes", at=actions.world.now[0])
    actions.sync()
    actions.sync(full=True)
    assert actions.said("name", *KEPT) == ["Send the draft"] * 2
    assert not actions.sync(full=True).anything


def test_two_alike_notes_are_two_records(actions: Actions) -> None:
    """The same words for two people, and without anybody, are several jobs; nothing is joined and nothing is asked."""
    for place in KEPT:
        for name in ("Anna", "Ben"):
            actions.world.add_person(place, name)
    actions.sync()
    people = {
        str(one.rows["notion"].values["name"]): key
        for key, one in actions.world.parts.store.records("person").items()
    }
    for owner in (people["Anna"], people["Ben"], None, None):
        actions.noted("Send the slides", owners=frozenset({owner}) if owner else None)
    actions.sync()
    for place in KEPT:
        assert len(actions.places[place].rows) == 4
    assert not actions.sync(full=True).anything


def test_notes_name_records_by_key_or_by_a_row_anywhere(actions: Actions) -> None:
    """A key of ours is itself; "endpoint/ref" is the record whose row that is; both become references of each place."""
    ref = actions.world.add_city("notion", "Lahti", "FI")
    actions.world.add_city("sharepoint", "Lahti", "FI")
    actions.world.add_city("notion", "Turku", "FI")
    sync(actions.world.parts, ["city"])
    turku = next(
        key
        for key, one in actions.world.parts.store.records("city").items()
        if one.agreed["name"].value == "Turku"
    )
    actions.noted("By row", city=frozenset({f"notion/{ref}"}))
    actions.noted("By key", city=frozenset({turku}))
    actions.noted("By nothing", city=frozenset({"notion/nowhere"}))
    actions.sync()
    rows = {str(row.cells["name"]): row.cells["city"] for row in actions.places["sharepoint"].rows.values()}
    here = {str(row.cells["name"]): ref for ref, row in actions.world.cities["sharepoint"].rows.items()}
    assert rows == {"By row": {here["Lahti"]}, "By key": {here["Turku"]}, "By nothing": None}


def _undone_tick(actions: Actions) -> str:
    """Undo a run that brought a tick from the notes to both places; returns the id of the question that it leaves."""
    actions.noted("Send the draft", due=MONDAY, done=False, heading="Lahti")
    actions.sync()
    actions.edit("notes", "Send the draft", done=True)
    run = actions.sync().run
    assert actions.said("done") == [True, True, True]
    assert run is not None
    actions.world.later(hours=1)
    undo(actions.world.parts, run)
    assert actions.said("done") == [True, False, False]
    [question] = answering.conflicts(actions.world.parts)
    return question.id


@pytest.mark.parametrize(("answer", "value"), [("notes", True), ("notion", False)])
def test_a_tick_that_was_taken_back_waits_for_a_person(actions: Actions, answer: str, value: bool) -> None:
    """No sync answers the question by itself, and the answer stands everywhere but in the notes, which stay ticked."""
    question = _undone_tick(actions)
    for full in (False, True, False):
        assert not actions.sync(full=full).anything
    assert actions.said("done") == [True, False, False]
    assert [one.id for one in answering.conflicts(actions.world.parts)] == [question]
    answering.resolve(actions.world.parts, question, answer)
    actions.sync()
    assert actions.said("done") == [True, value, value]
    assert answering.conflicts(actions.world.parts) == []
    for full in (False, True, False):
        assert not actions.sync(full=full).anything
    assert actions.said("done") == [True, value, value]


def test_a_tick_that_was_taken_back_is_settled_where_people_settle_it(actions: Actions) -> None:
    """Unticked in the notes as well, all say the same: nothing is left to ask."""
    _undone_tick(actions)
    actions.edit("notes", "Send the draft", done=False)
    actions.sync()
    assert answering.conflicts(actions.world.parts) == []
    assert actions.said("done") == [False, False, False]
    actions.edit("notes", "Send the draft", done=True)
    actions.sync()
    assert actions.said("done") == [True, True, True]
    assert not actions.sync(full=True).anything


@pytest.mark.parametrize(("answer", "value"), [("notes", "Turku"), ("notion", "Lahti")])
def test_what_the_notes_are_home_of_is_not_written_again_after_an_undo(
    actions: Actions, answer: str, value: str
) -> None:
    """Until somebody answers, and then as answered, though the home cannot be written; what it says anew counts again."""
    actions.noted("Send the draft", heading="Lahti")
    actions.sync()
    actions.edit("notes", "Send the draft", heading="Turku")
    run = actions.sync().run
    assert run is not None
    undo(actions.world.parts, run)
    for full in (False, True):
        assert not actions.sync(full=full).anything
    assert actions.said("heading") == ["Turku", "Lahti", "Lahti"]
    [question] = answering.conflicts(actions.world.parts)
    answering.resolve(actions.world.parts, question.id, answer)
    actions.sync()
    for full in (False, True, False):
        assert not actions.sync(full=full).anything
    assert actions.said("heading") == ["Turku", value, value]
    actions.edit("sharepoint", "Send the draft", heading="Oulu")
    actions.sync()
    assert actions.said("heading") == ["Turku", value, value]
    actions.edit("notes", "Send the draft", heading="Mikkeli")
    actions.sync()
    assert actions.said("heading") == ["Mikkeli"] * 3
    assert not actions.sync(full=True).anything


@pytest.mark.parametrize("noted", [MONDAY, TUESDAY])
def test_an_edit_beside_silent_notes_is_taken_back_as_any_other(actions: Actions, noted: date) -> None:
    """Notes that go on saying an old word are neither asked about nor in the way of an undo."""
    actions.noted("Send the draft", due=noted)
    actions.sync()
    actions.edit("sharepoint", "Send the draft", due=MONDAY)
    actions.sync()
    actions.edit("notion", "Send the draft", due=FRIDAY)
    run = actions.sync().run
    assert run is not None
    undo(actions.world.parts, run)
    assert actions.said("due") == [noted, MONDAY, MONDAY]
    assert answering.conflicts(actions.world.parts) == []
    [kept] = strays(actions.world.parts)
    assert (kept.stray.endpoint, kept.stray.value) == ("notion", FRIDAY)
    for full in (False, True):
        assert not actions.sync(full=full).anything
    assert actions.said("due") == [noted, MONDAY, MONDAY]
