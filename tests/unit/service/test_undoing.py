"""Runs taken back: what goes back, what stays, and that the next sync leaves it so."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from syncbot.endpoints.base import Endpoint, Update, Write
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.errors import LeaseHeld, Unavailable, UnknownId
from syncbot.reconcile.plan import LeftAlone
from syncbot.reconcile.state import PERSON
from syncbot.service import answering
from syncbot.service.auditing import audit
from syncbot.service.lease import LEASE, LEASE_LIFE
from syncbot.service.report import Report
from syncbot.service.straying import adopt, strays
from syncbot.service.syncing import sync
from syncbot.service.undoing import plan_undo, undo
from syncbot.store.base import RunStatus
from tests.fakes.world import DAY, World, new_world

MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Ghent in both places, agreed on."""
    world = new_world(tmp_path)
    world.add_city("notion", "Ghent", contact=DAY, population=1)
    sync(world.parts)
    world.later(minutes=10)
    return world


def _sync(world: World) -> str:
    run = sync(world.parts).run
    assert run is not None
    world.later(minutes=10)
    return run


def _ref(world: World, place: str) -> str:
    return next(ref for ref, row in world.cities[place].rows.items() if row.cells["name"] == "Ghent")


def _edit(world: World, place: str, **cells: object) -> None:
    world.edit_city(place, _ref(world, place), **cells)  # type: ignore[arg-type]


def _both(world: World, column: str) -> tuple[object, object]:
    return world.city("notion", "Ghent")[column], world.city("sharepoint", "Ghent")[column]


def _left(report: Report) -> list[tuple[str, str | None, str]]:
    found = [one for kind in report.kinds for one in kind.plan.findings if isinstance(one, LeftAlone)]
    return [(one.endpoint, one.field, one.reason) for one in found]


def _is_at_rest(world: World) -> bool:
    """Whether neither a sync nor one that compares everything has anything to do or to say."""
    world.later(minutes=10)
    return not sync(world.parts).anything and not sync(world.parts, full=True).anything


class _WithoutTrash:
    """A place whose trash only people reach, as lists of SharePoint."""

    def __init__(self, place: MemoryEndpoint) -> None:
        self.name, self.connection, self.capabilities = place.name, place.connection, place.capabilities
        self.describe, self.changes, self.get = place.describe, place.changes, place.get
        self.find, self.write = place.find, place.write


def test_an_edit_that_flowed_is_taken_back_everywhere_and_kept(world: World) -> None:
    """All places say what was agreed before; the edit is a stray edit, and the next sync does not carry it again."""
    _edit(world, "notion", contact=MARCH)
    run = _sync(world)
    assert _both(world, "contact") == (MARCH, MARCH)
    report = undo(world.parts, run)
    assert (report.status, _left(report)) == (RunStatus.DONE, [])
    assert _both(world, "contact") == (DAY, DAY)
    [kept] = strays(world.parts)
    assert (kept.stray.endpoint, kept.stray.value, kept.stray.kept) == ("notion", MARCH, DAY)
    assert kept.stray.edited_by == "notion person"
    assert _is_at_rest(world)
    assert _both(world, "contact") == (DAY, DAY)


def test_a_changed_home_goes_back_too(world: World) -> None:
    """Else the home would say it again; what was written there can be adopted after all."""
    _edit(world, "notion", population=2)
    undo(world.parts, _sync(world))
    assert _both(world, "population") == (1, 1)
    assert _is_at_rest(world)
    adopt(world.parts, strays(world.parts)[0].id)
    sync(world.parts)
    assert _both(world, "population") == (2, 2)


def test_it_is_a_run_that_can_be_undone(world: World) -> None:
    """It is in the history by its verb, each value says that a person decided, and undoing it brings the edit back."""
    _edit(world, "sharepoint", contact=MARCH)
    undone = undo(world.parts, _sync(world)).run
    assert undone is not None
    world.later(minutes=10)
    assert answering.runs(world.parts)[0].verb == "undo"
    story = answering.story(world.parts, "Ghent")
    assert {one.field: one.source for one in story.fields}["last_contact"] == PERSON
    undo(world.parts, undone)
    assert _both(world, "contact") == (MARCH, MARCH)
    assert _is_at_rest(world)


def test_what_was_changed_since_is_left_alone(world: World) -> None:
    """At the place that was written, at the place of the edit, and by a later run; other fields go back."""
    _edit(world, "notion", contact=MARCH, note="one", topics=frozenset({"finance"}))
    _edit(world, "sharepoint", contact=DAY)
    run = _sync(world)
    _edit(world, "sharepoint", contact=APRIL)
    report = undo(world.parts, run)
    assert [(place, field) for place, field, _ in _left(report)] == [("sharepoint", "last_contact")]
    assert _both(world, "contact") == (MARCH, APRIL)
    sync(world.parts)
    assert _both(world, "contact") == (APRIL, APRIL)


def test_a_later_run_that_went_on_keeps_its_word(world: World) -> None:
    """Undoing the older of two runs does not undo the newer."""
    _edit(world, "notion", contact=MARCH)
    run = _sync(world)
    _edit(world, "notion", contact=APRIL)
    _sync(world)
    report = undo(world.parts, run)
    assert len(_left(report)) == 1
    assert _both(world, "contact") == (APRIL, APRIL)
    assert _is_at_rest(world)


def test_edits_of_other_fields_survive_and_flow(world: World) -> None:
    """A person's edit that no sync has seen is neither overwritten by the undo nor forgotten."""
    _edit(world, "notion", contact=MARCH)
    run = _sync(world)
    _edit(world, "sharepoint", topics=frozenset({"mobility"}))
    _edit(world, "notion", note="fresh")
    undo(world.parts, run)
    assert _both(world, "contact") == (DAY, DAY)
    sync(world.parts)
    assert _both(world, "topics") == (frozenset({"mobility"}), frozenset({"mobility"}))
    assert _both(world, "note") == ("fresh", "fresh")
    assert _is_at_rest(world)


def test_first_words_are_not_removed_but_asked_about(world: World) -> None:
    """A field that was filled is emptied where the run filled it; its author's place keeps it, and a person answers."""
    _edit(world, "notion", note="hello")
    undo(world.parts, _sync(world))
    assert _both(world, "note") == ("hello", None)
    [question] = answering.conflicts(world.parts)
    assert question.conflict.held
    assert _is_at_rest(world)
    answering.resolve(world.parts, question.id, "notion")
    sync(world.parts)
    assert _both(world, "note") == ("hello", "hello")
    assert _is_at_rest(world)


@pytest.mark.parametrize(("answer", "value"), [("notion", 1), ("sharepoint", 2)])
def test_a_copy_that_was_put_back_waits_though_it_has_a_home(world: World, answer: str, value: int) -> None:
    """The copy says again what was written there; the home does not overwrite it until a person answers."""
    _edit(world, "sharepoint", population=2)
    undo(world.parts, _sync(world))
    assert _both(world, "population") == (1, 2)
    assert _is_at_rest(world)
    assert _both(world, "population") == (1, 2)
    [question] = answering.conflicts(world.parts)
    answering.resolve(world.parts, question.id, answer)
    sync(world.parts)
    assert _both(world, "population") == (value, value)
    assert _is_at_rest(world)


def test_undoing_an_undo_ends_its_questions(world: World) -> None:
    """The places say again what the first run made them say, and nothing waits."""
    _edit(world, "sharepoint", population=2)
    second = undo(world.parts, _sync(world)).run
    assert second is not None
    undo(world.parts, second)
    assert _both(world, "population") == (1, 1)
    assert answering.conflicts(world.parts) == []
    assert _is_at_rest(world)


def test_an_answer_that_was_carried_out_is_a_question_again(world: World) -> None:
    """Both places say what they said before the answer."""
    _edit(world, "notion", contact=MARCH)
    _edit(world, "sharepoint", contact=APRIL)
    _sync(world)
    [question] = answering.conflicts(world.parts)
    answering.resolve(world.parts, question.id, "notion")
    undo(world.parts, _sync(world))
    assert _both(world, "contact") == (MARCH, APRIL)
    assert [one.conflict.field for one in answering.conflicts(world.parts)] == ["last_contact"]
    assert _is_at_rest(world)


def test_rows_that_were_made_go_to_the_trash_and_are_not_made_again(tmp_path: Path) -> None:
    """The other place keeps its row; a later sync, full or not, makes no new one."""
    world = new_world(tmp_path)
    world.add_person("sharepoint", "Zofia")
    world.add_city("notion", "Ghent")
    world.add_city("sharepoint", "Mons")
    report = undo(world.parts, _sync(world))
    assert report.status is RunStatus.DONE
    assert (world.names("notion"), world.names("sharepoint")) == (["Ghent"], ["Mons"])
    assert (len(world.people["notion"].rows), len(world.people["sharepoint"].rows)) == (0, 1)
    assert [kind.kind for kind in report.kinds] == ["city", "person"]
    assert _is_at_rest(world)
    assert (world.names("notion"), world.names("sharepoint")) == (["Ghent"], ["Mons"])


def test_a_made_row_that_somebody_changed_stays(tmp_path: Path) -> None:
    """It is said, and goes on as any row."""
    world = new_world(tmp_path)
    world.add_city("notion", "Ghent")
    run = _sync(world)
    _edit(world, "sharepoint", contact=DAY)
    report = undo(world.parts, run)
    assert _left(report) == [("sharepoint", None, "the row was changed since: last_contact")]
    sync(world.parts)
    assert _both(world, "contact") == (DAY, DAY)


def test_a_made_row_is_kept_where_it_is_the_only_one_left(tmp_path: Path) -> None:
    """Undoing never takes the last row of a record."""
    world = new_world(tmp_path)
    ref = world.add_city("notion", "Ghent")
    run = _sync(world)
    world.cities["notion"].remove(ref, by="somebody", at=world.now[0])
    report = undo(world.parts, run)
    assert _left(report) == [("sharepoint", None, "the row is the only one that is left of it")]
    assert world.names("sharepoint") == ["Ghent"]


def test_undoing_the_undo_of_a_creation_brings_the_same_row_back(tmp_path: Path) -> None:
    """Out of the trash, linked again, with what was in it."""
    world = new_world(tmp_path)
    world.add_city("notion", "Ghent", note="hello")
    run = _sync(world)
    ref = _ref(world, "sharepoint")
    second = undo(world.parts, run).run
    assert second is not None
    report = undo(world.parts, second)
    assert [kind.created for kind in report.kinds] == [{"sharepoint": 1}]
    assert _ref(world, "sharepoint") == ref
    _edit(world, "notion", contact=DAY)
    sync(world.parts)
    assert _both(world, "contact") == (DAY, DAY)
    assert _is_at_rest(world)


@pytest.mark.parametrize("before", [True, False])
def test_what_is_pointed_at_comes_back_before_what_points_at_it(tmp_path: Path, before: bool) -> None:
    """Undoing the undo of a new lead: the person's row is there again when the city is to point at it."""
    world = new_world(tmp_path)
    zofia = world.add_person("notion", "Zofia")
    ref = world.add_city("notion", "Ghent", lead=frozenset({zofia}) if before else None)
    _sync(world)
    anna = world.add_person("notion", "Anna")
    world.edit_city("notion", ref, lead=frozenset({anna}))
    run = _sync(world)
    lead = _both(world, "lead")
    second = undo(world.parts, run).run
    assert second is not None
    assert len(world.people["sharepoint"].rows) == 1
    world.later(minutes=10)
    planned: list[tuple[str, int, int]] = []
    report = undo(
        world.parts,
        second,
        planned=lambda one: planned.append((one.kind, len(one.plan.restores), len(one.plan.actions))),
    )
    assert (report.status, [kind.failures for kind in report.kinds]) == (RunStatus.DONE, [(), ()])
    assert [(kind.kind, dict(kind.created)) for kind in report.kinds] == [
        ("city", {}),
        ("person", {"sharepoint": 1}),
    ]
    assert planned == [("person", 1, 0), ("city", 0, 2 if before else 1)]
    assert _both(world, "lead") == lead
    assert lead[1] is not None
    assert answering.conflicts(world.parts) == []
    assert _is_at_rest(world)


def test_a_row_that_must_be_brought_back_by_hand_is_told_by_every_audit(tmp_path: Path) -> None:
    """Also where undoing could not take it out of the trash; the audit says where, and is silent when it is back."""
    world = new_world(tmp_path)
    world.add_city("notion", "Ghent")
    place = world.cities["sharepoint"]
    run = _sync(world)
    ref = _ref(world, "sharepoint")
    second = undo(world.parts, run).run
    assert second is not None
    cities: Mapping[str, Endpoint] = {**world.cities, "sharepoint": _WithoutTrash(place)}
    cannot = replace(world.parts, endpoints={**world.parts.endpoints, "city": cities})
    [(where, _, why)] = _left(undo(cannot, second))
    assert where == "sharepoint"
    assert "restore it by hand" in why
    assert "syncbot audit" in why
    world.later(minutes=10)
    sync(world.parts)
    [told] = [one for one in audit(world.parts).findings if one.rule == "one side"]
    assert (told.subject, told.endpoint) == ("Ghent", "sharepoint")
    assert "Restore it" in told.todo
    place.bring_back(ref, place.schema)
    _sync(world)
    assert [one for one in audit(world.parts).findings if one.rule == "one side"] == []
    assert _both(world, "name") == ("Ghent", "Ghent")


def test_rows_met_for_the_first_time_keep_what_their_authors_wrote(tmp_path: Path) -> None:
    """Of two filled places that met in the run, only what the run wrote goes back; the rest is asked."""
    world = new_world(tmp_path)
    world.add_city("notion", "Ghent", note="left", population=1)
    world.add_city("sharepoint", "Ghent", contact=DAY, population=2)
    run = _sync(world)
    assert _both(world, "population") == (1, 1)
    undo(world.parts, run)
    assert _both(world, "population") == (1, 2)
    assert _both(world, "note") == ("left", None)
    assert _both(world, "contact") == (None, DAY)
    fields = sorted(one.conflict.field for one in answering.conflicts(world.parts))
    assert fields == ["last_contact", "note", "population"]
    assert _is_at_rest(world)


def test_a_dry_run_changes_nothing_and_says_the_same(world: World) -> None:
    """Neither places nor store; the undo after it does what it said."""
    _edit(world, "notion", contact=MARCH)
    run = _sync(world)
    said = plan_undo(world.parts, run)
    assert said.run is None
    assert _both(world, "contact") == (MARCH, MARCH)
    assert strays(world.parts) == []
    assert next(one.id for one in answering.runs(world.parts)) == run
    done = undo(world.parts, run)
    assert done.kinds[0].plan.actions == said.kinds[0].plan.actions


def test_the_plan_is_told_before_anything_is_written(world: World) -> None:
    """Whoever prints it sees the places as they were."""
    _edit(world, "notion", contact=MARCH)
    run = _sync(world)
    told: list[tuple[int, tuple[object, object]]] = []
    undo(
        world.parts,
        run,
        planned=lambda kind: told.append((len(kind.plan.actions), _both(world, "contact"))),
    )
    assert told == [(2, (MARCH, MARCH))]


def test_undoing_twice_does_nothing_more(world: World) -> None:
    """What is as it was before the run stays so."""
    _edit(world, "notion", contact=MARCH)
    run = _sync(world)
    undo(world.parts, run)
    world.later(minutes=10)
    assert plan_undo(world.parts, run).kinds[0].plan.empty
    undo(world.parts, run)
    assert _is_at_rest(world)


@pytest.mark.parametrize("after", range(3))
def test_an_undo_that_was_cut_off_ends_well(world: World, after: int) -> None:
    """Its answers get lost after so many writes: a sync or the undo again comes to the same end."""
    _edit(world, "notion", contact=MARCH, population=5)
    run = _sync(world)
    count = [0]

    def stops(write: Write) -> bool:
        count[0] += isinstance(write, Update)
        return count[0] > after

    for place in world.cities.values():
        place.lies.lost = stops
    undo(world.parts, run)
    for place in world.cities.values():
        place.lies.lost = lambda _: False
    sync(world.parts)
    undo(world.parts, run)
    assert _both(world, "contact") == (DAY, DAY)
    assert _both(world, "population") == (1, 1)
    assert _is_at_rest(world)


def test_a_place_that_cannot_be_read_stops_the_undo(world: World) -> None:
    """Nothing is written on a guess, and the report says where it failed."""
    _edit(world, "notion", contact=MARCH)
    run = _sync(world)
    world.cities["notion"].lies.reading = lambda: Unavailable("does not answer", endpoint="notion")
    report = undo(world.parts, run)
    assert report.status is RunStatus.PARTLY
    assert _both(world, "contact") == (MARCH, MARCH)


def test_an_undo_is_refused_on_half_a_reading_and_on_other_columns(world: World) -> None:
    """What was changed since could not be told."""
    _edit(world, "notion", contact=MARCH)
    run = _sync(world)
    world.cities["notion"].lies.halved = True
    assert "last page" in undo(world.parts, run).kinds[0].plan.refused[0].reason
    world.cities["notion"].lies.halved = False
    world.cities["sharepoint"].drop_column("note")
    assert "syncbot sync" in undo(world.parts, run).kinds[0].plan.refused[0].reason
    assert _both(world, "contact") == (MARCH, MARCH)


def test_an_unknown_run_names_the_nearest_and_two_runs_never_overlap(world: World) -> None:
    """Also an undo waits its turn."""
    run = _sync(world)
    with pytest.raises(UnknownId, match="did you mean run-"):
        undo(world.parts, f"{run}x")
    now = world.now[0]
    world.parts.store.take_lease(LEASE, holder="anna@laptop:1", until=now + LEASE_LIFE, now=now)
    with pytest.raises(LeaseHeld, match="anna@laptop"):
        undo(world.parts, run)
