"""Decisions about rows and records that an earlier decision had moved already, some with no sync in between."""

from pathlib import Path

import pytest

from syncbot.reconcile.plan import Duplicate, Proposal
from syncbot.service import matches, matching, uniting
from syncbot.service.matches import MatchRefusedError
from syncbot.service.report import Report
from syncbot.service.syncing import sync
from syncbot.service.undoing import undo
from syncbot.store.base import RunStatus, Verdict
from tests.fakes.world import ONLY_LINKED, World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return new_world(tmp_path)


def record_of(world: World, place: str, ref: str) -> str:
    """The record whose row this is."""
    return world.parts.store.keys_of("city", place, [ref])[ref]


def asked(report: Report) -> list[str]:
    """The titles of the cities that are asked about."""
    return [one.title for one in report.kinds[1].plan.findings if isinstance(one, Duplicate | Proposal)]


def test_a_row_stays_out_of_a_record_whose_other_row_a_merge_does_not_keep(world: World) -> None:
    """What it was split from is set aside; the row that takes the place of that is the record that it is not."""
    ours, theirs = world.add_city("sharepoint", "Ghent"), world.add_city("sharepoint", "Aalst")
    sync(world.parts)
    ghent, aalst = record_of(world, "sharepoint", ours), record_of(world, "sharepoint", theirs)
    left = world.parts.store.records("city")[aalst].rows["notion"].ref
    matching.split(world.parts, aalst, "notion")
    uniting.merge(world.parts, aalst, ghent, rows={"sharepoint": ours})
    for full in (False, True):
        report = sync(world.parts, full=full)
        assert (report.status, asked(report)) == (RunStatus.DONE, [])
    assert record_of(world, "notion", left) not in {ghent, aalst}
    assert record_of(world, "sharepoint", ours) == aalst


def test_a_merge_counts_for_a_row_in_the_trash_as_well(world: World) -> None:
    """It was split off once, and its record was merged back while it was away: restored it is asked about."""
    left, right = world.add_city("notion", "Ghent"), world.add_city("sharepoint", "Ghent")
    sync(world.parts)
    matching.split(world.parts, "Ghent", "sharepoint")
    sync(world.parts)
    first, second = record_of(world, "notion", left), record_of(world, "sharepoint", right)
    world.cities["sharepoint"].remove(right, by="somebody", at=world.now[0])
    sync(world.parts)
    uniting.merge(world.parts, first, second, rows={"notion": left})
    sync(world.parts)
    world.cities["sharepoint"].restore(right, by="somebody", at=world.now[0])
    assert asked(sync(world.parts)) == ["Ghent"]
    assert world.parts.store.count("city") == 1
    assert [one for one in matches.decisions(world.parts) if one.verdict is Verdict.APART] == []


def test_a_match_is_rejected_whose_candidates_were_merged_since(tmp_path: Path) -> None:
    """The rows on their way to the record that is kept are what the row is not; nobody is asked again."""
    world = new_world(tmp_path, city=ONLY_LINKED)
    kept = world.add_city("notion", "Lahti")
    world.add_city("notion", "Lahtti")
    right = world.add_city("sharepoint", "Lathi")
    sync(world.parts)
    [match] = matches.matches(world.parts)
    uniting.merge(world.parts, "Lahtti", "Lahti", rows={"notion": kept})
    matching.reject(world.parts, match.id)
    [said] = [one for one in matches.decisions(world.parts) if one.verdict is Verdict.APART]
    assert ((said.endpoint, said.ref), said.other) == (("sharepoint", right), ("notion", kept))
    for full in (False, True):
        assert asked(sync(world.parts, full=full)) == []


def test_a_match_is_accepted_whose_candidates_were_merged_into_one(tmp_path: Path) -> None:
    """They were as likely; now that they are one, that is the record that is meant."""
    world = new_world(tmp_path, city=ONLY_LINKED)
    kept = world.add_city("notion", "Lahtia")
    world.add_city("notion", "Lahtib")
    right = world.add_city("sharepoint", "Lahtic")
    sync(world.parts)
    [match] = matches.matches(world.parts)
    with pytest.raises(MatchRefusedError, match="as likely"):
        matching.accept(world.parts, match.id)
    uniting.merge(world.parts, "Lahtib", "Lahtia", rows={"notion": kept})
    matching.accept(world.parts, match.id)
    sync(world.parts)
    assert record_of(world, "sharepoint", right) == record_of(world, "notion", kept)


def test_a_match_that_was_accepted_is_rejected_before_a_sync(world: World) -> None:
    """The row is on its way to the very record that it is said not to be: it is apart from the rows that were there."""
    left, right = world.add_city("notion", "Lahti"), world.add_city("sharepoint", "Lathi")
    sync(world.parts)
    [match] = matches.matches(world.parts)
    matching.accept(world.parts, match.id)
    matching.reject(world.parts, match.id)
    assert [one.other for one in matches.decisions(world.parts)] == [("notion", left)]
    sync(world.parts)
    assert record_of(world, "sharepoint", right) != record_of(world, "notion", left)


def test_a_rejection_that_would_say_nothing_is_refused(world: World) -> None:
    """One of two doubled rows was taken back since: what the one that is left differs from is no row any more."""
    world.add_city("notion", "Ghent")
    run = str(sync(world.parts).run)
    place = world.cities["sharepoint"]
    [first] = place.rows.values()
    copy = place.add({"name": "Ghent"}, by="x", at=world.now[0], key=first.key)
    sync(world.parts)
    [match] = matches.matches(world.parts)
    undo(world.parts, run)
    with pytest.raises(MatchRefusedError, match="run syncbot sync first"):
        matching.reject(world.parts, match.id)
    matching.keep(world.parts, match.id, copy)


@pytest.mark.parametrize("other", ["reject", "keep"])
def test_the_row_that_was_linked_when_it_was_asked_stays_the_records(world: World, other: str) -> None:
    """Somebody keeps the copy and thinks again before a sync: as if that had been said at first.

    The copy has the lower ref, so that the order of the rows does not happen to decide rightly.
    """
    place = world.cities["notion"]
    copy = world.add_city("notion", "Bruges", note="copy")
    sync(world.parts)
    first = world.add_city("notion", "Ghent", note="first")
    sync(world.parts)
    record = record_of(world, "notion", first)
    place.remove(copy, by="x", at=world.now[0])
    sync(world.parts)
    place.restore(copy, by="x", at=world.now[0])
    place.rekey(copy, record, by="x", at=world.now[0])
    sync(world.parts)
    [match] = matches.matches(world.parts)
    matching.keep(world.parts, match.id, copy)
    if other == "reject":
        matching.reject(world.parts, match.id)
    else:
        matching.keep(world.parts, match.id, first)
    assert sync(world.parts).status is RunStatus.DONE
    assert record_of(world, "notion", first) == record == place.rows[first].key
    assert place.rows[copy].key != record
    assert asked(sync(world.parts, full=True)) == []
