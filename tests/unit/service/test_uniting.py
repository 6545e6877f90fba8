"""Two records that a person says are one: whose rows stay, what goes over, and what is left alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.errors import UnknownId
from syncbot.reconcile.plan import Duplicate, Proposal
from syncbot.service import matches, matching, uniting
from syncbot.service.answering import story
from syncbot.service.matches import MatchRefusedError
from syncbot.service.report import Report
from syncbot.service.syncing import sync
from syncbot.store.base import IntentStatus, RunStatus, Verdict
from tests.fakes.world import CITY, DAY, ONLY_LINKED, World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return new_world(tmp_path)


def asked(report: Report) -> list[str]:
    """The titles of the cities that are asked about."""
    return [one.title for one in report.kinds[1].plan.findings if isinstance(one, Duplicate | Proposal)]


def two(world: World) -> tuple[str, str]:
    """Two records with rows in both places; return their keys."""
    first = world.add_city("notion", "Ghent", note="one")
    second = world.add_city("notion", "Gent (old)", topics=frozenset({"finance"}))
    sync(world.parts)
    keys = world.parts.store.keys_of("city", "notion", [first, second])
    return keys[first], keys[second]


def refs(world: World, record: str) -> dict[str, str]:
    """Where a record has its rows."""
    return {name: row.ref for name, row in world.parts.store.records("city")[record].rows.items()}


def test_two_records_become_one(tmp_path: Path) -> None:
    """Each has a row in one place only: they are joined, what one lacks the other fills, the key is stamped anew."""
    world = new_world(tmp_path, city=ONLY_LINKED)
    left = world.add_city("notion", "Gand", population=260_000)
    right = world.add_city("sharepoint", "Ledeberg", contact=DAY)
    sync(world.parts)
    kept = world.parts.store.keys_of("city", "notion", [left])[left]
    united = uniting.merge(world.parts, "Gand", "Ledeberg")
    assert (united.record, united.joined) == (kept, {"sharepoint": right})
    sync(world.parts)
    assert refs(world, kept) == {"notion": left, "sharepoint": right}
    assert world.cities["sharepoint"].rows[right].key == kept
    assert world.cities["notion"].rows[left].cells["contact"] == DAY
    assert world.parts.store.count("city") == 1
    assert not sync(world.parts, full=True).anything


def test_a_place_where_both_have_a_row_must_be_decided(world: World) -> None:
    """The error names both rows; nothing has changed."""
    one, other = two(world)
    with pytest.raises(MatchRefusedError, match="--keep"):
        uniting.merge(world.parts, one, other)
    with pytest.raises(MatchRefusedError, match="same record"):
        uniting.merge(world.parts, one, "Ghent")
    with pytest.raises(UnknownId, match="none"):
        uniting.merge(world.parts, one, other, rows={**refs(world, one), "notion": "none"})
    with pytest.raises(UnknownId, match="did you mean notion"):
        uniting.merge(world.parts, one, other, rows={"nation": "1"})
    assert world.parts.store.count("city") == 2
    assert world.parts.store.rulings() == []


def test_a_row_that_is_not_kept_is_left_alone(world: World) -> None:
    """It is written no more and asked about no more; history, questions and references go to the kept record."""
    one, other = two(world)
    ours, theirs = refs(world, one), refs(world, other)
    united = uniting.merge(
        world.parts, one, other, rows={"notion": ours["notion"], "sharepoint": theirs["sharepoint"]}
    )
    assert united.unlinked == {"notion": theirs["notion"], "sharepoint": ours["sharepoint"]}
    left_alone = world.cities["notion"].rows[theirs["notion"]]
    report = sync(world.parts)
    assert (asked(report), report.status) == ([], RunStatus.DONE)
    assert world.cities["sharepoint"].rows[theirs["sharepoint"]].key == one
    assert refs(world, one) == {"notion": ours["notion"], "sharepoint": theirs["sharepoint"]}
    assert world.cities["notion"].rows[theirs["notion"]] == left_alone
    assert world.parts.store.count("city") == 1
    lines = world.parts.store.history("city", one)
    assert {line.after for line in lines} >= {"one", frozenset({"finance"})}
    for full in (True, False):
        assert asked(sync(world.parts, full=full)) == []
    assert Verdict.MERGED in {one.verdict for one in story(world.parts, one).decisions}


def test_a_row_that_is_not_kept_goes_to_the_trash_only_when_told(tmp_path: Path) -> None:
    """And only where the mapping lets rows be removed; each removal is in the journal."""
    world = new_world(tmp_path)
    one, other = two(world)
    keep = refs(world, one)
    with pytest.raises(MatchRefusedError, match="trash"):
        uniting.merge(world.parts, one, other, rows=keep, trash=True)
    assert world.parts.store.count("city") == 2
    allowed = CITY.replace("key: Key}", "key: Key, deletes: true}")
    (tmp_path / "more").mkdir()
    mappings = new_world(tmp_path / "more", city=allowed).parts.mappings
    parts = replace(world.parts, mappings=mappings)
    sync(parts)
    uniting.merge(parts, one, other, rows=keep, trash=True)
    sync(parts)
    assert world.names("notion") == world.names("sharepoint") == ["Ghent"]
    assert parts.store.waiting() == []
    removed = [intent for intent in parts.store.intents() if intent.action == "delete"]
    assert [intent.status for intent in removed] == [IntentStatus.DONE] * 2
    assert not sync(parts, full=True).anything


def test_a_row_on_its_way_through_two_merges_may_be_what_it_was_said_not_to_be(tmp_path: Path) -> None:
    """No sync in between: the last merge counts, also against an earlier split of two of its rows."""
    world = new_world(tmp_path, city=ONLY_LINKED)
    left, third = world.add_city("notion", "Ghent"), world.add_city("notion", "Bruges")
    right = world.add_city("sharepoint", "Ghent")
    sync(world.parts)
    matching.split(world.parts, "Ghent", "sharepoint")
    sync(world.parts)
    keys = world.parts.store.keys_of("city", "notion", [left, third])
    second = world.parts.store.keys_of("city", "sharepoint", [right])[right]
    uniting.merge(world.parts, keys[third], second)
    uniting.merge(world.parts, keys[left], keys[third], rows={"notion": left})
    sync(world.parts)
    assert refs(world, keys[left]) == {"notion": left, "sharepoint": right}
    assert [one for one in matches.decisions(world.parts) if one.verdict is Verdict.APART] == []


def test_what_pointed_at_the_absorbed_record_points_at_the_kept_one(world: World) -> None:
    """A person that was there twice: the cities that name either name the one, and nothing has to be written."""
    anna = world.add_person("notion", "Anna")
    again = world.people["notion"].add({"name": "Anna", "email": "anna@y.example"}, by="x", at=world.now[0])
    world.add_city("notion", "Ghent", lead=frozenset({again}))
    sync(world.parts)
    keys = world.parts.store.keys_of("person", "notion", [anna, again])
    every = {name: row.ref for name, row in world.parts.store.records("person")[keys[again]].rows.items()}
    uniting.merge(world.parts, keys[anna], keys[again], rows=every)
    sync(world.parts)
    [city] = world.parts.store.records("city").values()
    assert city.agreed["lead"].value == keys[anna]
    assert world.city("sharepoint", "Ghent")["lead"] == frozenset({every["sharepoint"]})
    assert not sync(world.parts, full=True).kinds[1].plan.actions
