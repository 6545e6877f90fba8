"""A row that somebody sets aside gives up the key of the record: places let only one row carry it."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.endpoints.base import Create
from syncbot.errors import EndpointError, Unavailable
from syncbot.reconcile.plan import Duplicate
from syncbot.service import matches, matching, uniting
from syncbot.service.report import Report
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus, Verdict
from tests.fakes.world import CITY, World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return new_world(tmp_path)


def doubled(world: World) -> tuple[str, str]:
    """Anna, and a second row with her address that carries no key; return both refs in SharePoint."""
    world.add_person("notion", "Anna")
    sync(world.parts)
    [first] = world.people["sharepoint"].rows
    world.add_person("sharepoint", "Anna")
    sync(world.parts)
    [second] = world.people["sharepoint"].rows.keys() - {first}
    return first, second


def keep(world: World, ref: str) -> None:
    """Somebody says which of two rows is the record's."""
    [match] = matches.matches(world.parts)
    matching.keep(world.parts, match.id, ref)


def record_of(world: World, ref: str) -> str | None:
    """The record of a person's row in SharePoint."""
    return world.parts.store.keys_of("person", "sharepoint", [ref]).get(ref)


def asked(report: Report) -> list[tuple[str, ...]]:
    """The rows that are reported as doubled."""
    found = [one for kind in report.kinds for one in kind.plan.findings]
    return [one.refs for one in found if isinstance(one, Duplicate)]


def test_the_row_that_is_kept_instead_gets_the_key(world: World) -> None:
    """The other one has given it up before, in a run of its own; nothing fails, and nothing is asked again."""
    first, second = doubled(world)
    record = record_of(world, first)
    keep(world, second)
    assert world.parts.store.runs(1)[0].verb == "keep"
    for full in (False, True, False):
        report = sync(world.parts, full=full)
        assert (report.status, asked(report)) == (RunStatus.DONE, [])
    assert record_of(world, second) == record == world.people["sharepoint"].rows[second].key
    assert world.people["sharepoint"].rows[first].key not in {None, record}
    assert not report.anything


def test_a_row_can_be_made_for_the_record_beside_one_that_was_set_aside(world: World) -> None:
    """The kept row is taken out of the record, which gets another: the one set aside is not in its way."""
    first, second = doubled(world)
    record = str(record_of(world, first))
    keep(world, second)
    sync(world.parts)
    matching.split(world.parts, record, "sharepoint")
    assert sync(world.parts).status is RunStatus.DONE
    keys = [row.key for row in world.people["sharepoint"].rows.values()]
    assert record in keys
    assert len(set(keys)) == len(keys) == 3


def test_a_row_that_gave_the_key_up_is_still_asked_about_once_it_changes(world: World) -> None:
    """Whatever it says by then: we know whose row it was, so it is never taken for something new."""
    first, second = doubled(world)
    keep(world, second)
    sync(world.parts)
    edited = {"name": "Someone", "email": "someone@x.example"}
    world.people["sharepoint"].edit(first, edited, by="somebody", at=world.now[0])
    assert asked(sync(world.parts)) == [(first, second)]
    keep(world, second)
    assert asked(sync(world.parts)) == []
    [said] = [one for one in matches.decisions(world.parts) if one.verdict is Verdict.ASIDE]
    matching.forget(world.parts, said.id)
    assert asked(sync(world.parts)) == [(first, second)]


def test_a_row_that_a_merge_does_not_keep_is_asked_about_once_it_changes(world: World) -> None:
    """It gave its key up to the row that is kept, and comes back as a question, not as a third record."""
    one, other = world.add_city("notion", "Ghent"), world.add_city("notion", "Gent (old)")
    sync(world.parts)
    keys = world.parts.store.keys_of("city", "notion", [one, other])
    theirs = {name: row.ref for name, row in world.parts.store.records("city")[keys[other]].rows.items()}
    uniting.merge(world.parts, keys[one], keys[other], rows=theirs)
    assert asked(sync(world.parts)) == []
    world.edit_city("notion", one, name="Gand")
    assert asked(sync(world.parts)) == [(one, other)]
    assert world.parts.store.count("city") == 1


def test_nothing_is_decided_while_the_place_cannot_be_reached(world: World) -> None:
    """The error is the place's own; the question waits, and can be answered when the place is back."""
    first, second = doubled(world)
    place = world.people["sharepoint"]

    def away(_: object) -> EndpointError:
        return Unavailable("no answer", endpoint="sharepoint")

    place.lies.refused = away
    with pytest.raises(Unavailable):
        keep(world, second)
    place.lies.refused = lambda _: None
    assert matches.decisions(world.parts) == []
    assert world.parts.store.runs()[0].status is RunStatus.FAILED
    assert asked(sync(world.parts)) == [(first, second)]
    keep(world, second)
    assert sync(world.parts).status is RunStatus.DONE


def test_a_copy_that_gave_its_key_up_unheard_is_no_new_record(world: World) -> None:
    """The answer to the write gets lost and nothing is decided: the copy is asked about as before, and then set aside."""
    first = world.add_city("notion", "Ghent")
    sync(world.parts)
    place = world.cities["notion"]
    copy = place.add({"name": "Bruges"}, by="x", at=world.now[0], key=place.rows[first].key)
    sync(world.parts)
    place.lies.lost = lambda write: not isinstance(write, Create)
    with pytest.raises(EndpointError):
        keep(world, first)
    place.lies.lost = lambda _: False
    assert place.rows[copy].key not in {None, place.rows[first].key}
    assert asked(sync(world.parts)) == [(first, copy)]
    assert world.parts.store.count("city") == 1
    keep(world, first)
    assert not sync(world.parts, full=True).anything


def test_a_row_that_went_away_unread_keeps_its_key(world: World) -> None:
    """It cannot be written any more, and is in nobody's way; who brings it back is asked."""
    first, second = doubled(world)
    world.people["sharepoint"].remove(first, by="somebody", at=world.now[0])
    keep(world, second)
    assert sync(world.parts).status is RunStatus.DONE
    assert world.people["sharepoint"].rows[second].key == record_of(world, second)


def test_what_the_place_is_slow_to_tell_is_known_as_it_was_written(world: World) -> None:
    """A reading from before our write shows neither the row nor a change: nothing is asked about it."""
    first, second = doubled(world)
    keep(world, second)
    [row] = [one.row for one in world.parts.store.waiting("person") if one.row.ref == first]
    there = world.people["sharepoint"].rows[first]
    assert (row.version, row.key) == (there.version, there.key)
    assert replace(row, key=None).values["name"] == "Anna"


def test_the_row_that_was_the_records_is_not_in_the_way_of_a_new_one(world: World) -> None:
    """Somebody keeps the copy, which is in the trash by then: the record gets a row, beside the one set aside."""
    first = world.add_city("notion", "Ghent")
    sync(world.parts)
    place = world.cities["notion"]
    record = str(place.rows[first].key)
    copy = place.add({"name": "Ghent"}, by="x", at=world.now[0], key=record)
    sync(world.parts)
    place.remove(copy, by="x", at=world.now[0])
    keep(world, copy)
    for full in (False, True):
        assert sync(world.parts, full=full).status is RunStatus.DONE
    assert [row.key for ref, row in place.rows.items() if ref != first] == [record]


def test_a_row_that_we_may_not_change_keeps_its_key(tmp_path: Path) -> None:
    """The mapping lets nothing be written on rows that are there; the decision stands, and nothing is sent."""
    declared = CITY.replace("cities-left, key: Key}", "cities-left, key: Key, updates: false}")
    world = new_world(tmp_path, city=declared.replace("home: shared", "home: notion"))
    first = world.add_city("notion", "Ghent")
    sync(world.parts)
    place = world.cities["notion"]
    world.add_city("sharepoint", "Bruges")
    sync(world.parts)
    [made] = place.rows.keys() - {first}
    copy = place.add({"name": "Bruges"}, by="x", at=world.now[0], key=place.rows[made].key)
    sync(world.parts)
    before = dict(place.rows)
    keep(world, made)
    assert place.rows == before
    assert asked(sync(world.parts)) == []
    assert place.rows[copy].key == place.rows[made].key
