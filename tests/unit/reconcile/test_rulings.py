"""What people decided about identity goes before every rung of the ladder."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

import pytest

from syncbot.reconcile.identity import Identified, identify
from syncbot.reconcile.plan import CreateRow, UpdateRow
from syncbot.reconcile.planning import GuardInput, plan
from syncbot.reconcile.rulings import Rulings
from syncbot.reconcile.state import GoneRow, KnownRecord, SeenRow
from tests.unit.reconcile.test_identity import PLACES, POLICY, known, row, together

E1, E2, W = ("east", "e1"), ("east", "e2"), ("west", "w")
NONE_GONE: Mapping[str, Sequence[GoneRow]] = {}


def sort_out(
    seen: Mapping[str, Sequence[SeenRow]],
    *records: KnownRecord,
    rulings: Rulings,
    gone: Mapping[str, Sequence[GoneRow]] = NONE_GONE,
) -> Identified:
    """Identify under decisions of people."""
    numbers = count()
    return identify(
        POLICY,
        seen=seen,
        gone=gone,
        known={one.key: one for one in records},
        refs={name: {one.key: one.rows[name].ref for one in records if name in one.rows} for name in PLACES},
        new_key=lambda: f"k{next(numbers)}",
        rulings=rulings,
    )


def apart(*pairs: tuple[tuple[str, str], tuple[str, str]]) -> Rulings:
    """These pairs of rows are not the same."""
    return Rulings(apart=frozenset(frozenset(pair) for pair in pairs))


def owners(found: Identified) -> dict[str, str]:
    """Ref -> record of every row that belongs to one."""
    return {one.ref: case.record for case in found.cases for one in case.seen.values()}


def questions(found: Identified) -> dict[str, list[str]]:
    """Ref of every row that is asked about -> the records that it may be."""
    return {one.ref: sorted(key for key, _, _ in one.candidates) for one in found.proposals}


def test_a_row_is_what_somebody_said() -> None:
    """However it is called and whatever key it carries; the store's record gets it, in words that say so."""
    there = known("k", east=row("e1", "Gent"))
    found = sort_out({"west": [row("w", "Wien", key="other")]}, there, rulings=Rulings(same={W: "k"}))
    assert owners(found) == {"w": "k"}
    [link] = plan(POLICY, found, guards=GuardInput()).links
    assert link.how == "what somebody decided"


def test_a_ruling_about_a_record_that_is_no_more_decides_nothing() -> None:
    """The row goes down the ladder as any other."""
    found = sort_out({"west": [row("w", "Gent")]}, rulings=Rulings(same={W: "gone"}))
    assert owners(found) == {"w": "k0"}


def test_a_second_row_that_somebody_gave_to_a_record_is_a_duplicate() -> None:
    """Where the record has a row already, nothing is taken from it."""
    there = known("k", west=row("w1", "Gent"))
    found = sort_out({"west": [row("w", "Gent")]}, there, rulings=Rulings(same={W: "k"}))
    assert [one.refs for one in found.duplicates] == [("w", "w1")]


@pytest.mark.parametrize(
    "other",
    [
        row("w", "Ghent", number="1"),
        row("w", "GHENT"),
        row("w", "Ghentt"),
        row("w", "Ghent", key="k"),
        row("w", "City of Ghent"),
    ],
    ids=["natural key", "name", "likeness", "our key", "office"],
)
def test_what_was_rejected_is_never_linked_nor_proposed_again(other: SeenRow) -> None:
    """On no rung: both are records of their own, each gets a row in the other place, and the key is written over."""
    there = known("k", east=row("e1", "Ghent", number="1", key="k"))
    found = sort_out({"west": [other]}, there, rulings=apart((E1, W)))
    assert (owners(found), found.proposals, found.duplicates) == ({"w": "k0"}, (), ())
    made = plan(POLICY, found, guards=GuardInput())
    assert {(one.endpoint, one.record) for one in made.actions if isinstance(one, CreateRow)} == {
        ("east", "k0"),
        ("west", "k"),
    }
    assert [(one.record, one.stamp) for one in made.actions if isinstance(one, UpdateRow)] == [("k0", True)]


def test_what_was_rejected_stays_rejected_while_the_row_of_the_record_is_in_the_trash() -> None:
    """It may come back, with the key of ours that both carry: then two rows of one record would not be the same."""
    there = known("k", east=row("e1", "Ghent", number="1", key="k"))
    lost = {"east": [GoneRow(ref="e1", reason="trashed")]}
    found = sort_out({"west": [row("w", "Ghent", key="k")]}, there, rulings=apart((E1, W)), gone=lost)
    assert owners(found)["w"] == "k0"


def test_rows_of_one_place_that_are_not_the_same_are_no_duplicate() -> None:
    """Of one name, and neither linked: each is a record, and which of them the row elsewhere is, nobody said."""
    rows = {"east": [row("e1", "Gent"), row("e2", "Gent")], "west": [row("w", "Gent")]}
    found = sort_out(rows, rulings=apart((E1, E2)))
    assert owners(found) == {"e1": "k0", "e2": "k1"}
    assert not found.duplicates
    assert questions(found) == {"w": ["k0", "k1"]}


def test_rows_that_are_not_the_same_are_each_asked_about_where_one_record_is_like_them() -> None:
    """The row of a third place is no part of it: it goes with the record."""
    there = known("k", west=row("w", "Gent"))
    rows = {"east": [row("e1", "Gent"), row("e2", "Gent"), row("e3", "Gent")], "north": [row("n", "GENT")]}
    found = sort_out(rows, there, rulings=apart((E1, E2)))
    assert questions(found) == {"e1": ["k"], "e2": ["k"], "e3": ["k"]}
    assert owners(found) == {"n": "k"}
    answered = sort_out(rows, there, rulings=replace(apart((E1, E2)), same={E2: "k"}))
    assert owners(answered)["e1"] != owners(answered)["e2"] == "k"
    assert "e1" not in questions(answered)


def test_rows_doubled_on_both_sides_are_asked_about_on_one() -> None:
    """Nothing is made twice meanwhile, and each answer leaves fewer to choose from."""
    rows = {"east": [row("e1", "Gent"), row("e2", "Gent")], "west": [row("w", "Gent"), row("v", "Gent")]}
    split = apart((E1, E2), (W, ("west", "v")))
    found = sort_out(rows, rulings=split)
    assert owners(found) == {"e1": "k0", "e2": "k1"}
    assert questions(found) == {"v": ["k0", "k1"], "w": ["k0", "k1"]}
    there = known("a", east=row("e1", "Gent"), west=row("w", "Gent")), known("b", east=row("e2", "Gent"))
    assert questions(sort_out({"west": [row("v", "Gent")]}, *there, rulings=split)) == {"v": ["b"]}


def test_only_what_may_be_one_thing_is_in_doubt() -> None:
    """A row that is none of the others says nothing about them."""
    rows = {"east": [row("e1", "Gent"), row("e2", "Gent")], "west": [row("w", "Gent")]}
    found = sort_out(rows, rulings=apart((E1, E2), (E2, W)))
    assert together(found) == [{"e1", "w"}]
    assert not found.proposals


def test_of_rows_that_carry_the_key_of_a_record_and_are_not_the_same_each_is_asked_about() -> None:
    """They were copied from one that went; the key says no more which of them the record is."""
    there = known("k", west=row("w", "Gent", key="k"))
    rows = {"east": [row("e1", "Gent", key="k"), row("e2", "Wien", key="k")]}
    found = sort_out(rows, there, rulings=apart((E1, E2)))
    assert questions(found) == {"e1": ["k"], "e2": ["k"]}
    assert not found.duplicates
    none = sort_out(rows, there, rulings=apart((E1, E2), (E1, W), (E2, W)))
    assert not none.proposals
    assert "k" not in owners(none).values()


def test_a_copied_key_of_a_row_that_is_not_the_same_is_written_over() -> None:
    """Two rows that are new to the store carry one key; after the decision each is its own record."""
    rows = {"east": [row("e1", "Gent", key="k"), row("e2", "Gent (copy)", key="k")]}
    found = sort_out(rows, rulings=apart((E1, E2)))
    assert owners(found) == {"e1": "k", "e2": "k0"}


def test_what_is_not_a_row_that_was_given_to_a_record_is_not_the_record() -> None:
    """Also before that row was ever linked, and while it is in the trash: it may come back."""
    said = Rulings(same={E1: "k"}, apart=frozenset({frozenset((E1, W))}))
    assert owners(sort_out({"west": [row("w", "Gent", key="k")]}, known("k"), rulings=said)) == {"w": "k0"}


def test_rows_of_two_places_that_carry_one_key_and_are_not_the_same_share_it_no_more() -> None:
    """Their record lost all its rows: one of them gets its key, the other is a record of its own."""
    lost = known("k")
    rows = {"east": [row("e1", "Gent", key="k")], "west": [row("w", "Ghent", key="k")]}
    assert owners(sort_out(rows, lost, rulings=apart((E1, W)))) == {"e1": "k", "w": "k0"}


def test_another_row_may_still_be_the_record() -> None:
    """A rejected row does not stand in the way of the right one."""
    there = known("k", east=row("e1", "Gent"))
    rows = {"west": [row("w", "Gent"), row("w2", "Gent")]}
    found = sort_out(rows, there, rulings=apart((E1, W)))
    assert owners(found) == {"w2": "k", "w": "k0"}


def test_of_several_records_only_those_not_rejected_are_proposed() -> None:
    """Two records of one name; the person is asked about the one that is left."""
    records = [known("k1", east=row("e1", "Gent")), known("k2", east=row("e2", "Gent"))]
    found = sort_out({"west": [row("w", "Gent")]}, *records, rulings=apart((E1, W)))
    assert [[key for key, _, _ in one.candidates] for one in found.proposals] == [["k2"]]
    both = apart((E1, W), (E2, W))
    assert owners(sort_out({"west": [row("w", "Gent")]}, *records, rulings=both)) == {"w": "k0"}


def test_a_row_that_is_nobodys_is_left_alone_until_it_changes() -> None:
    """At the version that was decided about it is not even mentioned; changed, it is a question again."""
    there = known("k", east=row("e1", "Gent", key="k"))
    copy = row("e2", "Gent", key="k")
    rulings = Rulings(aside={E2: copy.version})
    found = sort_out({"east": [copy]}, there, rulings=rulings)
    assert (owners(found), found.duplicates) == ({}, ())
    changed = replace(copy, version="2")
    assert sort_out({"east": [changed]}, there, rulings=rulings).duplicates


def test_the_key_of_an_absorbed_record_leads_to_the_one_that_was_kept() -> None:
    """Also over several merges; a circle ends."""
    there = known("k", east=row("e1", "Gent"))
    rulings = Rulings(merged={"old": "older", "older": "k"})
    assert owners(sort_out({"west": [row("w", "X", key="old")]}, there, rulings=rulings)) == {"w": "k"}
    assert Rulings(merged={"a": "b", "b": "a"}).lasting("a") in {"a", "b"}
