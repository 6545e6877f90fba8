"""Edits of copies that were put back: adopted, dismissed, remembered."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.errors import UnknownId
from syncbot.reconcile.state import PERSON
from syncbot.service import answering, matches, matching
from syncbot.service.straying import StrayRefusedError, adopt, dismiss, strays
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus, StrayState
from tests.fakes.world import CITY, World, new_world


def _with_a_stray(world: World) -> str:
    """Ghent has 1 inhabitant at home; somebody wrote 2 on the copy, which was put back. Return the stray's id."""
    world.add_city("notion", "Ghent", population=1)
    sync(world.parts)
    [right] = world.cities["sharepoint"].rows
    world.later(hours=1)
    world.edit_city("sharepoint", right, population=2)
    sync(world.parts)
    [kept] = strays(world.parts)
    return kept.id


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return new_world(tmp_path)


def test_an_adopted_edit_is_written_at_its_home_and_stays(world: World) -> None:
    """It is a person's decision in the history, leaves the list, and the next sync has nothing to do."""
    name = _with_a_stray(world)
    kept = adopt(world.parts, name)
    assert (kept.state, kept.settled_by) == (StrayState.ADOPTED, "tester")
    report = sync(world.parts, ["city"], verb="adopt")
    assert report.status is RunStatus.DONE
    assert world.city("notion", "Ghent")["population"] == world.city("sharepoint", "Ghent")["population"] == 2
    [field] = [one for one in answering.story(world.parts, "Ghent").fields if one.field == "population"]
    assert (field.value, field.source, field.run) == (2, PERSON, report.run)
    assert strays(world.parts) == []
    assert answering.conflicts(world.parts) == []
    assert not sync(world.parts, full=True).anything


def test_a_dismissed_edit_changes_nothing_and_stays_known(world: World) -> None:
    """Both places keep what they say; the edit is found among all."""
    name = _with_a_stray(world)
    dismiss(world.parts, name)
    assert not sync(world.parts).anything
    assert world.city("sharepoint", "Ghent")["population"] == 1
    assert strays(world.parts) == []
    assert [one.state for one in strays(world.parts, include_settled=True)] == [StrayState.DISMISSED]


def test_an_edit_at_home_after_the_adoption_is_kept(world: World) -> None:
    """The decision stands, and what the home said meanwhile is a stray edit of its own."""
    name = _with_a_stray(world)
    [left] = world.cities["notion"].rows
    world.edit_city("notion", left, population=3)
    adopt(world.parts, name)
    sync(world.parts)
    assert world.city("notion", "Ghent")["population"] == 2
    assert [one.stray.value for one in strays(world.parts)] == [3]


@pytest.mark.parametrize("decide", [adopt, dismiss])
def test_what_cannot_be_decided_is_said(world: World, decide: object) -> None:
    """An unknown id names the nearest; one that is settled says by whom."""
    name = _with_a_stray(world)
    assert callable(decide)
    with pytest.raises(UnknownId, match=f"did you mean {name}"):
        decide(world.parts, f"{name}x")
    dismiss(world.parts, name)
    with pytest.raises(StrayRefusedError, match="was dismissed by tester"):
        decide(world.parts, name)


def test_an_edit_is_not_adopted_where_the_home_is_not_ours_to_write(tmp_path: Path) -> None:
    """It would be put back at once; the person is sent to the home, and the edit stays on the list."""
    declared = "{home: notion, notion: {column: Population, read_only: true}, sharepoint: Population}"
    world = new_world(
        tmp_path,
        city=CITY.replace("{home: notion, notion: Population, sharepoint: Population}", declared),
    )
    name = _with_a_stray(world)
    with pytest.raises(StrayRefusedError, match="change it in notion"):
        adopt(world.parts, name)
    assert [one.id for one in strays(world.parts)] == [name]


def test_an_edit_of_a_record_that_is_nowhere_is_not_adopted(world: World) -> None:
    """There is nothing left to write it on."""
    name = _with_a_stray(world)
    for place in world.cities.values():
        for ref in list(place.rows):
            place.remove(ref, by="somebody", at=world.now[0])
    sync(world.parts)
    with pytest.raises(StrayRefusedError, match="no place has a row of Ghent"):
        adopt(world.parts, name)


def test_a_second_edit_is_not_adopted_before_the_first_is_carried_out(world: World) -> None:
    """Both would be called adopted, and only the later one would stand."""
    first = _with_a_stray(world)
    [right] = world.cities["sharepoint"].rows
    world.later(hours=1)
    world.edit_city("sharepoint", right, population=3)
    sync(world.parts)
    [second] = [one.id for one in strays(world.parts) if one.id != first]
    adopt(world.parts, first)
    with pytest.raises(StrayRefusedError, match="syncbot sync first"):
        adopt(world.parts, second)
    sync(world.parts)
    adopt(world.parts, second)
    sync(world.parts)
    assert world.city("notion", "Ghent")["population"] == 3


def test_an_edit_of_a_row_that_was_taken_out_of_the_record_is_not_adopted(world: World) -> None:
    """Linked by mistake and split off again: what it said is not the record's, also once that has another row there."""
    world.add_city("notion", "Lahti", population=1)
    world.add_city("sharepoint", "Lathi", population=2)
    sync(world.parts)
    matching.accept(world.parts, matches.matches(world.parts)[0].id)
    sync(world.parts)
    [name] = [one.id for one in strays(world.parts) if one.stray.field == "population"]
    world.later(hours=1)
    matching.split(world.parts, "Lahti", "sharepoint")
    for _ in range(2):
        with pytest.raises(StrayRefusedError, match="taken out of Lahti since: write it in notion"):
            adopt(world.parts, name)
        sync(world.parts)
    dismiss(world.parts, name)


def test_an_edit_is_adopted_whatever_else_was_decided_about_other_rows(world: World) -> None:
    """Another row of the place was said to be another city, and the row of another place was taken out."""
    name = _with_a_stray(world)
    [right] = world.cities["sharepoint"].rows.values()
    world.later(hours=1)
    world.cities["sharepoint"].add({"name": "Bruges"}, by="x", at=world.now[0], key=right.key)
    sync(world.parts)
    matching.reject(world.parts, matches.matches(world.parts)[0].id)
    matching.split(world.parts, "Ghent", "notion")
    assert adopt(world.parts, name).state is StrayState.ADOPTED


def test_an_edit_that_fits_the_field_no_more_is_not_adopted(tmp_path: Path) -> None:
    """It was a text, and the field is declared as a number since: no place could be told it."""
    (tmp_path / "later").mkdir()
    field = "{home: notion, notion: Note, sharepoint: Note}\n"
    declared = CITY.replace("note: {home: shared, notion: Note, sharepoint: Note}\n", f"mayor: {field}")
    declared += "extra: {mayor: {type: text, meaning: Who leads the city.}}\n"
    world = new_world(tmp_path, city=declared)
    world.add_city("notion", "Ghent", note="12")
    sync(world.parts)
    world.later(hours=1)
    world.edit_city("sharepoint", next(iter(world.cities["sharepoint"].rows)), note="Ben")
    sync(world.parts)
    later = new_world(tmp_path / "later", city=declared.replace("type: text", "type: number"))
    parts = replace(world.parts, mappings=later.parts.mappings)
    [kept] = strays(parts)
    with pytest.raises(StrayRefusedError, match="does not fit mayor as it is declared now"):
        adopt(parts, kept.id)
