"""A row that was linked to the wrong record is taken out, and is a record of its own from then on."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.errors import UnknownId
from syncbot.reconcile.plan import Proposal
from syncbot.service import matches, matching
from syncbot.service.matches import MatchRefusedError
from syncbot.service.syncing import sync
from syncbot.store.base import RecordChange, RunStatus, Verdict
from tests.fakes.world import CITY, DAY, ONLY_LINKED, World, new_world
from tests.unit.service.test_matching import cut_off_at


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return new_world(tmp_path)


def test_a_row_that_was_linked_wrongly_becomes_a_record_of_its_own(world: World) -> None:
    """With a new key and a row elsewhere, as its old record gets one; they are never linked again, though alike."""
    left = world.add_city("notion", "Ghent")
    right = world.add_city("sharepoint", "Ghent")
    sync(world.parts)
    record = world.parts.store.keys_of("city", "notion", [left])[left]
    assert matching.split(world.parts, "ghent", "sharepoint").ref == right
    assert sync(world.parts).status is RunStatus.DONE
    rows = world.cities["sharepoint"].rows
    assert world.parts.store.keys_of("city", "notion", [left]) == {left: record}
    assert rows[right].key not in {None, record}
    assert len(rows) == len(world.cities["notion"].rows) == 2
    assert not sync(world.parts, full=True).anything
    with pytest.raises(MatchRefusedError, match="2 records are called"):
        matching.split(world.parts, "Ghent", "sharepoint")
    with pytest.raises(UnknownId, match="row of"):
        matching.split(world.parts, record, "sharepont")


def test_a_row_that_was_taken_out_is_its_own_whatever_it_looks_like(world: World) -> None:
    """It is not asked whether it is a third one, and its old record gets no row there while it carries that key."""
    left = world.add_city("notion", "Lahti")
    right = world.add_city("sharepoint", "Lahti")
    sync(world.parts)
    record = world.parts.store.keys_of("city", "notion", [left])[left]
    matching.split(world.parts, record, "sharepoint")
    world.add_city("notion", "Lathi")
    report = sync(world.parts)
    assert [one.ref for one in report.kinds[1].plan.findings if isinstance(one, Proposal)] != [right]
    rows = world.cities["sharepoint"].rows
    assert rows[right].key not in {None, record}
    keys = [row.key for row in rows.values()]
    assert len(keys) == len(set(keys))


def test_no_row_is_taken_out_while_it_is_asked_whether_it_is_doubled(world: World) -> None:
    """The copy carries the key of the record: it would take the place of the row, and its words go everywhere."""
    first = world.add_city("notion", "Ghent", note="first")
    sync(world.parts)
    record = world.parts.store.keys_of("city", "notion", [first])[first]
    copied = {"name": "Ghent", "country": "BE", "note": "copy"}
    copy = world.cities["notion"].add(copied, by="somebody", at=world.now[0], key=record)
    sync(world.parts)
    [match] = matches.matches(world.parts)
    for answer in (None, matching.reject):
        if answer:
            answer(world.parts, match.id)
        with pytest.raises(MatchRefusedError, match=f"{match.id} .*syncbot sync first"):
            matching.split(world.parts, record, "notion")
    sync(world.parts)
    matching.split(world.parts, record, "notion")
    sync(world.parts)
    keys = world.parts.store.keys_of("city", "notion", [first, copy])
    assert record not in keys.values()
    assert len(set(keys.values())) == 2
    assert sorted(str(row.cells["note"]) for row in world.cities["sharepoint"].rows.values()) == [
        "copy",
        "first",
        "first",
    ]


def test_a_create_that_never_arrived_is_not_mistaken_for_the_row_that_was_taken_out(world: World) -> None:
    """Cut off before the row could be made: looked for by key, its old row still carries that, and stays apart."""
    left = world.add_city("notion", "Ghent", note="agreed")
    right = world.add_city("sharepoint", "Ghent", contact=DAY)
    sync(world.parts)
    store = world.parts.store
    record = store.keys_of("city", "notion", [left])[left]
    matching.split(world.parts, record, "sharepoint")
    cut_off_at(world, record)
    sync(world.parts)
    assert store.keys_of("city", "sharepoint", [right])[right] != record
    assert store.intents(open_only=True) == []
    assert not sync(world.parts, full=True).kinds[1].plan.actions


def test_a_row_made_at_a_home_that_cannot_be_given_the_fact_empties_no_copy(tmp_path: Path) -> None:
    """What only people may write at its home was taken out with the row; the copy keeps it, also when all is compared."""
    declared = "notion: {column: Population, read_only: true}, sharepoint"
    world = new_world(tmp_path, city=CITY.replace("notion: Population, sharepoint", declared))
    world.add_city("notion", "Ghent", population=260_000)
    sync(world.parts)
    [(_, record)] = world.parts.store.records("city").items()
    matching.split(world.parts, record.key, "notion")
    sync(world.parts)
    assert not sync(world.parts, full=True).kinds[1].plan.actions
    told = {row.ref: row.cells["population"] for row in world.cities["sharepoint"].rows.values()}
    assert told == dict.fromkeys(told, 260_000)
    assert len(told) == 2


def test_a_row_that_was_taken_out_stays_out_while_its_old_record_is_in_the_trash(world: World) -> None:
    """The row that it was split from vanished and may come back: they are two records before, then and after."""
    left = world.add_city("notion", "Ghent")
    sync(world.parts)
    store = world.parts.store
    [right] = world.cities["sharepoint"].rows
    record = store.keys_of("city", "notion", [left])[left]
    world.later(minutes=10)
    world.cities["notion"].remove(left, by="notion person", at=world.now[0])
    matching.split(world.parts, record, "sharepoint")
    for full in (True, False, True):
        sync(world.parts, full=full)
        world.later(minutes=10)
        assert store.keys_of("city", "sharepoint", [right])[right] != record
    world.cities["notion"].restore(left, by="notion person", at=world.now[0])
    sync(world.parts, full=True)
    world.later(minutes=10)
    assert not sync(world.parts, full=True).anything
    assert (
        store.keys_of("city", "sharepoint", [right])[right] != store.keys_of("city", "notion", [left])[left]
    )


@pytest.mark.parametrize("trashed", [False, True])
def test_a_split_that_is_taken_back_before_a_sync_leaves_the_row_where_it_was(
    world: World, *, trashed: bool
) -> None:
    """Also while it is in the trash, from where nobody reads its key: its record gets no other row, and no question."""
    left = world.add_city("notion", "Ghent", note="agreed")
    sync(world.parts)
    store, place = world.parts.store, world.cities["sharepoint"]
    [right] = place.rows
    record = store.keys_of("city", "notion", [left])[left]
    before = store.records("city")[record]
    split = matching.split(world.parts, record, "sharepoint")
    if trashed:
        place.remove(right, by="sharepoint person", at=world.now[0])
    [decision] = store.rulings("city")
    matching.forget(world.parts, decision.id)
    assert (split.ref, store.records("city")[record], store.waiting()) == (right, before, [])
    sync(world.parts)
    world.later(minutes=10)
    if trashed:
        assert not place.rows
        place.restore(right, by="sharepoint person", at=world.now[0])
        sync(world.parts, full=True)
        world.later(minutes=10)
    assert list(place.rows) == [right]
    assert store.records("city")[record].rows["sharepoint"].ref == right
    assert not matches.matches(world.parts)
    assert not sync(world.parts, full=True).anything


def test_a_row_goes_back_only_when_nothing_else_keeps_it_out(world: World) -> None:
    """Told apart from the rows of two places it stays out until both decisions are taken back; given away it stays."""
    left = world.add_city("notion", "Ghent")
    other = world.add_city("notion", "Mons")
    sync(world.parts)
    store = world.parts.store
    record = store.keys_of("city", "notion", [left])[left]
    right = matching.split(world.parts, record, "sharepoint").ref
    [first] = store.rulings("city")
    second = replace(first, id="decision-second", at=world.now[0])
    store.rule([second])
    matching.forget(world.parts, first.id)
    assert [one.row.ref for one in store.waiting("city")] == [right]
    mons = store.keys_of("city", "notion", [other])[other]
    store.rule([replace(first, id="decision-given", verdict=Verdict.SAME, record=mons, other=None)])
    matching.forget(world.parts, second.id)
    assert [one.row.ref for one in store.waiting("city")] == [right]
    assert "sharepoint" not in store.records("city")[record].rows


def test_a_split_is_not_taken_back_while_a_write_of_its_record_is_unsettled(world: World) -> None:
    """The sync that was cut off may have made the record another row: it is looked for first."""
    left = world.add_city("notion", "Ghent")
    sync(world.parts)
    store = world.parts.store
    record = store.keys_of("city", "notion", [left])[left]
    matching.split(world.parts, record, "sharepoint")
    [decision] = store.rulings("city")
    cut_off_at(world, record)
    with pytest.raises(MatchRefusedError, match="not settled"):
        matching.forget(world.parts, decision.id)
    assert [one.id for one in store.rulings("city")] == [decision.id]


def test_a_split_that_a_sync_was_carrying_out_when_it_was_cut_off_stays_carried_out(world: World) -> None:
    """The row is a record's of its own already, though it still waits as well: it never becomes a row of two."""
    left = world.add_city("notion", "Ghent")
    sync(world.parts)
    store = world.parts.store
    record = store.keys_of("city", "notion", [left])[left]
    right = matching.split(world.parts, record, "sharepoint").ref
    [waits], [decision] = store.waiting(), store.rulings()
    taken_up = RecordChange(kind="city", record="city-own", rows={"sharepoint": waits.row}, again=True)
    store.commit([taken_up], run="run-cut", at=world.now[0])
    matching.forget(world.parts, decision.id)
    assert sync(world.parts).status is RunStatus.DONE
    assert store.keys_of("city", "sharepoint", [right]) == {right: "city-own"}
    keys = [row.key for row in world.cities["sharepoint"].rows.values()]
    assert sorted(map(str, keys)) == sorted([record, "city-own"])


def test_a_row_that_was_taken_out_twice_does_not_go_back_to_the_first_record(tmp_path: Path) -> None:
    """What was decided before it was freed is about a record that it left long ago: it is another city by now."""
    world = new_world(tmp_path, city=ONLY_LINKED)
    left, right = (world.add_city(place, "Ghent") for place in ("notion", "sharepoint"))
    sync(world.parts)
    store = world.parts.store
    first = store.keys_of("city", "notion", [left])[left]
    matching.split(world.parts, first, "sharepoint")
    [earlier] = store.rulings()
    sync(world.parts)
    world.later(hours=1)
    world.edit_city("sharepoint", right, name="Mons")
    world.add_city("notion", "Mons")
    sync(world.parts)
    world.later(hours=1)
    matching.split(world.parts, "Mons", "sharepoint")
    matching.forget(world.parts, earlier.id)
    assert "sharepoint" not in store.records("city")[first].rows
    sync(world.parts)
    assert world.city("sharepoint", "Mons") == world.cities["sharepoint"].rows[right].cells
    assert store.keys_of("city", "sharepoint", [right])[right] != first
