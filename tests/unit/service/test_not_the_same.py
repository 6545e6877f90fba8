"""Doubled rows that somebody said are not the same: which of them a record elsewhere is, is asked, not guessed."""

from pathlib import Path

import pytest

from syncbot.reconcile.plan import Proposal
from syncbot.service import matches, matching
from syncbot.service.matches import MatchRefusedError
from syncbot.service.syncing import sync
from tests.fakes.world import World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return new_world(tmp_path)


def two_springfields(world: World) -> tuple[str, str, str]:
    """Two in Notion that are not the same, and one in SharePoint that is the second; return their refs."""
    first = world.add_city("notion", "Springfield", population=1)
    second = world.add_city("notion", "Springfield", population=2)
    right = world.add_city("sharepoint", "Springfield", population=2)
    sync(world.parts)
    matching.reject(world.parts, matches.matches(world.parts)[0].id)
    sync(world.parts)
    return first, second, right


def record_of(world: World, place: str, ref: str) -> str | None:
    """The record that a row belongs to."""
    return world.parts.store.keys_of("city", place, [ref]).get(ref)


def test_which_of_two_rows_the_record_is_is_asked_until_somebody_answers(world: World) -> None:
    """Each has a question of its own; nothing is overwritten meanwhile."""
    first, second, right = two_springfields(world)
    for full in (False, True):
        assert not sync(world.parts, full=full).kinds[1].plan.actions
    asked = {
        one.question.ref: one.id for one in matches.matches(world.parts) if isinstance(one.question, Proposal)
    }
    assert set(asked) == {first, second}
    assert world.cities["sharepoint"].rows[right].cells["population"] == 2
    matching.accept(world.parts, asked[second])
    with pytest.raises(MatchRefusedError):
        matching.accept(world.parts, asked[first])
    sync(world.parts)
    assert record_of(world, "notion", second) == record_of(world, "sharepoint", right)
    assert sorted(row.cells["population"] for row in world.cities["sharepoint"].rows.values()) == [1, 2]  # type: ignore[type-var]
    assert matches.matches(world.parts) == []
    assert not sync(world.parts, full=True).anything


def test_two_rows_of_which_neither_is_the_record_are_two_more(world: World) -> None:
    """Nobody is asked again."""
    two_springfields(world)
    for one in matches.matches(world.parts):
        matching.reject(world.parts, one.id)
    sync(world.parts)
    assert world.names("notion") == world.names("sharepoint") == ["Springfield"] * 3
    assert matches.matches(world.parts) == []
    assert not sync(world.parts, full=True).anything


def test_of_two_copies_of_a_row_that_went_neither_is_the_record_by_itself(world: World) -> None:
    """Both carry its key, so the key says nothing more."""
    first = world.add_city("notion", "Ghent", note="first")
    sync(world.parts)
    record = record_of(world, "notion", first)
    copies = [
        world.cities["notion"].add(
            {"name": "Ghent", "country": "BE", "note": text}, by="somebody", at=world.now[0], key=record
        )
        for text in ("one", "two")
    ]
    world.cities["notion"].remove(first, by="somebody", at=world.now[0])
    sync(world.parts)
    matching.reject(world.parts, matches.matches(world.parts)[0].id)
    sync(world.parts)
    assert [row.cells["note"] for row in world.cities["sharepoint"].rows.values()] == ["first"]
    asked = {
        one.question.ref: one.id for one in matches.matches(world.parts) if isinstance(one.question, Proposal)
    }
    assert set(asked) == set(copies)
    matching.accept(world.parts, asked[copies[1]])
    sync(world.parts)
    assert record_of(world, "notion", copies[1]) == record
    assert record_of(world, "notion", copies[0]) not in {None, record}
    assert matches.matches(world.parts) == []
    sync(world.parts)
    assert not sync(world.parts, full=True).anything
