"""What every store promises of conflicts and stray edits."""

from typing import Any

import pytest
from hypothesis import given

from syncbot.errors import UnknownId
from syncbot.reconcile.state import Decision
from syncbot.store.base import KeptStray, Store, StrayState
from tests.contract.store_shelf import Shelf, ids, property_of_store
from tests.contract.store_values import (
    NOW,
    change,
    conflict,
    later,
    stray,
    values,
)


class FindingsContract:
    """Conflicts and stray edits."""

    @pytest.fixture
    def cities(self, shelf: Shelf) -> Store:
        """The store, knowing the records that the findings are about."""
        shelf.store.commit([change("ghent"), change("liege")], run="r1", at=NOW)
        return shelf.store

    def test_a_conflict_comes_back_as_it_was_kept(self, cities: Store) -> None:
        """Both sides, the base and who edited what; it shows on the record."""
        kept = conflict(base=NOW, first_sight=True, held="put back by undoing r0")
        assert cities.open_conflict(kept, id="c1", run="r1", at=NOW) == "c1"
        found = cities.conflict("c1")
        assert (found.conflict, found.run, found.opened, found.closed) == (kept, "r1", NOW, None)
        assert cities.conflicts() == [found]
        known = cities.records("city")["ghent"]
        assert (known.conflicts, known.held) == ({"note": "c1"}, {"note": "put back by undoing r0"})
        assert cities.again("city") == set()

    def test_a_conflict_is_open_once_for_a_record_and_field(self, cities: Store) -> None:
        """Seen again it is brought up to date and keeps its id and its age."""
        cities.open_conflict(conflict(), id="c1", run="r1", at=NOW)
        newer = conflict(sides={}, title="Gent")
        assert cities.open_conflict(newer, id="c2", run="r2", at=later(1)) == "c1"
        assert [(one.id, one.conflict, one.opened) for one in cities.conflicts()] == [("c1", newer, NOW)]
        assert cities.open_conflict(conflict(field="csg"), id="c3", run="r2", at=later(2)) == "c3"
        assert [one.id for one in cities.conflicts()] == ["c1", "c3"]

    @property_of_store
    @given(value=values())
    def test_an_answer_waits_for_the_next_run(self, cities: Store, value: Any) -> None:
        """The record is to be decided again, and the decision stands on it, also when the answer is "empty"."""
        key = f"k{next(ids)}"
        cities.commit([change(key)], run="r1", at=NOW)
        cities.open_conflict(conflict(key), id=f"c {key}", run="r1", at=NOW)
        cities.answer_conflict(f"c {key}", value=value, by="Łucja", at=later(1))
        known = cities.records("city", [key])[key]
        assert key in cities.again("city")
        assert known.decisions == {
            "note": Decision(value=value, conflict=f"c {key}", by="Łucja", at=later(1))
        }
        assert known.conflicts == {"note": f"c {key}"}

    def test_a_closed_conflict_is_over(self, cities: Store) -> None:
        """It leaves the record, the list and the records to decide again; a new one may open."""
        cities.open_conflict(conflict(), id="c1", run="r1", at=NOW)
        cities.answer_conflict("c1", value="x", by="Anna", at=NOW)
        cities.commit([change("ghent", closes={"c1": "Anna took Notion's"})], run="r2", at=later(3))
        known = cities.records("city")["ghent"]
        assert (known.conflicts, known.decisions, cities.again("city"), cities.conflicts()) == (
            {},
            {},
            set(),
            [],
        )
        over = cities.conflict("c1")
        assert (over.closed, over.how, over.answer) == (later(3), "Anna took Notion's", "x")
        assert cities.open_conflict(conflict(), id="c2", run="r3", at=later(4)) == "c2"
        assert [one.id for one in cities.conflicts(include_closed=True)] == ["c1", "c2"]

    def test_closing_twice_keeps_the_first_end(self, cities: Store) -> None:
        """A run that settles what a stopped one had done changes nothing."""
        cities.open_conflict(conflict(), id="c1", run="r1", at=NOW)
        cities.commit([change("ghent", closes={"c1": "first"})], run="r2", at=later(1))
        cities.commit([change("ghent", closes={"c1": "second"})], run="r3", at=later(2))
        assert (cities.conflict("c1").how, cities.conflict("c1").closed) == ("first", later(1))

    def test_only_a_conflict_that_is_there_can_be_answered(self, cities: Store) -> None:
        """An unknown id names the nearest; a closed conflict takes no answer."""
        cities.open_conflict(conflict(), id="conflict-17", run="r1", at=NOW)
        with pytest.raises(UnknownId, match="did you mean conflict-17"):
            cities.conflict("conflict-71")
        with pytest.raises(UnknownId):
            cities.answer_conflict("nothing like it", value=1, by="Anna", at=NOW)
        cities.commit([change("ghent", closes={"conflict-17": "over"})], run="r1", at=NOW)
        with pytest.raises(UnknownId):
            cities.answer_conflict("conflict-17", value=1, by="Anna", at=NOW)
        assert cities.conflict("conflict-17").answered_at is None

    def test_a_record_flagged_again_is_decided_until_it_is_not(self, cities: Store) -> None:
        """The flag is set and taken away by commits."""
        cities.commit([change("ghent", again=True), change("liege", again=True)], run="r1", at=NOW)
        cities.commit([change("ghent", again=False)], run="r2", at=NOW)
        assert cities.again("city") == {"liege"}

    def test_a_stray_edit_is_kept_once(self, cities: Store) -> None:
        """The same edit read twice is one; another value, or the same one written later, is another."""
        cities.keep_stray(stray(), id="s1", run="r1", at=NOW)
        cities.keep_stray(stray(kept=1, title="Gent"), id="s2", run="r2", at=later(1))
        assert cities.strays() == [KeptStray(id="s1", stray=stray(), run="r1", at=NOW)]
        cities.keep_stray(stray("y"), id="s3", run="r2", at=later(1))
        cities.keep_stray(stray(edited_at=later(9)), id="s4", run="r3", at=later(10))
        cities.keep_stray(stray(record="liege"), id="s5", run="r3", at=later(10))
        assert [one.id for one in cities.strays()] == ["s5", "s4", "s3", "s1"]

    def test_a_stray_edit_that_is_worded_anew_is_still_the_same_edit(self, cities: Store) -> None:
        """What it says is another value then; met again it is not kept twice, and a settled one stays as it was."""
        cities.keep_stray(stray("anna-2", kept="bob"), id="s1", run="r1", at=NOW)
        cities.reword_stray("s1", value="anna", kept="anna-2")
        assert cities.stray("s1") == KeptStray(id="s1", stray=stray("anna", kept="anna-2"), run="r1", at=NOW)
        cities.keep_stray(stray("anna"), id="s2", run="r2", at=later(1))
        cities.keep_stray(stray("anna-2"), id="s3", run="r2", at=later(1))
        assert [one.id for one in cities.strays()] == ["s3", "s1"]
        cities.reword_stray("s3", value="anna", kept=None)
        assert cities.stray("s3").stray.value == "anna"
        cities.settle_stray("s1", state=StrayState.DISMISSED, by="Anna", at=later(2))
        with pytest.raises(UnknownId):
            cities.reword_stray("s1", value="zoe", kept=None)

    def test_a_stray_edit_is_adopted_or_dismissed_once(self, cities: Store) -> None:
        """It leaves the list, stays to be looked up, says who decided when, and is not listed when met again."""
        for number, name in enumerate(("stray-1", "stray-2", "stray-3")):
            cities.keep_stray(stray(number), id=name, run="r1", at=later(number))
        cities.settle_stray("stray-1", state=StrayState.ADOPTED, by="Zoë", at=later(5))
        cities.settle_stray("stray-2", state=StrayState.DISMISSED, by="Bjørn", at=later(6))
        cities.keep_stray(stray(1), id="stray-9", run="r2", at=later(7))
        assert [one.id for one in cities.strays()] == ["stray-3"]
        settled = [
            (one.id, one.state, one.settled_by, one.settled_at)
            for one in cities.strays(include_settled=True)[1:]
        ]
        assert settled == [
            ("stray-2", StrayState.DISMISSED, "Bjørn", later(6)),
            ("stray-1", StrayState.ADOPTED, "Zoë", later(5)),
        ]
        assert cities.stray("stray-1").stray == stray(0)
        with pytest.raises(UnknownId, match="did you mean stray-3"):
            cities.settle_stray("stray-1", state=StrayState.DISMISSED, by="Anna", at=later(8))
        with pytest.raises(UnknownId, match="did you mean stray-"):
            cities.stray("stray-7")
        assert cities.stray("stray-1").settled_by == "Zoë"

    @property_of_store
    @given(value=values(), kept=values())
    def test_a_stray_edit_comes_back_equal(self, cities: Store, value: Any, kept: Any) -> None:
        """Any value may have been written on a copy."""
        name = f"s{next(ids)}"
        edit = stray(value, kept=kept, record=name, first_sight=kept is None)
        cities.keep_stray(edit, id=name, run="r1", at=NOW)
        assert [one.stray for one in cities.strays() if one.id == name] == [edit]
