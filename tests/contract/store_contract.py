"""What every store promises, as one class of tests; an implementation gives the fixture `shelf`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta, timezone
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncbot.errors import LeaseHeld, StoreError, UnknownId
from syncbot.model.values import UNKNOWN
from syncbot.reconcile.state import Decision
from syncbot.store.base import Cursor, HistoryLine, IntentStatus, KeptStray, RunStatus, Store
from tests.contract.store_values import (
    NOW,
    agreed,
    cells,
    change,
    conflict,
    intent,
    later,
    row,
    run,
    stray,
    texts,
    values,
)

_ids = count()
_property = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # examples share a store; each has ids of its own
        HealthCheck.differing_executors,  # one claim, tried on each implementation
    ],
)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """An empty store, and a way to open what it stands on once more."""

    store: Store
    another: Callable[[], Store] | None = None
    """None where nothing is shared: the store lives in one process."""

    def twin(self) -> Store:
        """Return a second store on the same database, or the same one where there can be only one."""
        return self.another() if self.another else self.store


class _OnAShelf:
    """Takes the store from the shelf."""

    @pytest.fixture
    def store(self, shelf: Shelf) -> Store:
        """The store alone."""
        return shelf.store


class RecordsContract(_OnAShelf):
    """Records, links, baselines, history."""

    @_property
    @given(fields=st.dictionaries(st.sampled_from("abcde"), values()), seen=st.dictionaries(texts(), cells()))
    def test_what_is_committed_comes_back_equal(
        self, store: Store, fields: dict[str, Any], seen: dict[str, Any]
    ) -> None:
        """Any value and any cell survives, with its type; UNKNOWN stays UNKNOWN."""
        key = f"k{next(_ids)}"
        linked = row(f"ref {key}", seen)
        baselines = {name: agreed(value) for name, value in fields.items()}
        store.commit([change(key, rows={"notion": linked}, agreed=baselines)], run="r1", at=NOW)
        known = store.records("city", {key})[key]
        assert known.rows == {"notion": linked}
        assert known.agreed == baselines
        assert {name: type(one.value) for name, one in known.agreed.items()} == {
            name: type(value) for name, value in fields.items()
        }

    def test_a_row_comes_back_with_all_that_is_known_of_it(self, store: Store) -> None:
        """Version, key, who edited it and when, where to see it and what could not be read."""
        full = row(
            "1ab/ü",
            {"name": "København", "csg": UNKNOWN},
            version='"9b1e,7"',
            key="city-7",
            edited_at=NOW,
            edited_by="Åse Dahl",
            by_us=True,
            url="https://contoso.sharepoint.com/sites/cities/1",
            faults={"csg": "no such option"},
        )
        store.commit([change("cph", rows={"sharepoint": full})], run="r1", at=NOW)
        assert store.records("city")["cph"].rows == {"sharepoint": full}

    def test_an_agreed_nothing_is_not_the_same_as_nothing_agreed(self, store: Store) -> None:
        """A field agreed to be empty comes back as that; one never agreed is absent."""
        store.commit([change("a", agreed={"note": agreed(None)}), change("b")], run="r1", at=NOW)
        known = store.records("city")
        assert known["a"].agreed == {"note": agreed(None)}
        assert known["b"].agreed == {}

    def test_absent_parts_stay_as_they_are(self, store: Store) -> None:
        """A change of one field and one row leaves the others and the flag alone."""
        first = change(
            "a",
            rows={"notion": row("n1"), "sharepoint": row("s1")},
            agreed={"x": agreed(1), "y": agreed(2)},
            again=True,
        )
        store.commit([first], run="r1", at=NOW)
        moved = row("n1", {"x": 5}, version="v2")
        store.commit([change("a", rows={"notion": moved}, agreed={"x": agreed(5)})], run="r2", at=later(1))
        known = store.records("city")["a"]
        assert known.rows == {"notion": moved, "sharepoint": row("s1")}
        assert known.agreed == {"x": agreed(5), "y": agreed(2)}
        assert store.again("city") == {"a"}

    def test_changes_of_one_commit_are_laid_over_each_other(self, store: Store) -> None:
        """The second change of a record in a commit builds on the first."""
        changes = [
            change("a", agreed={"x": agreed(1)}, again=True),
            change("a", agreed={"x": agreed(2), "y": agreed(3)}),
        ]
        store.commit(changes, run="r1", at=NOW)
        assert store.records("city")["a"].agreed == {"x": agreed(2), "y": agreed(3)}
        assert [(line.field, line.before, line.after) for line in reversed(store.history("city", "a"))] == [
            ("x", None, 1),
            ("x", 1, 2),
            ("y", None, 3),
        ]
        assert store.again("city") == {"a"}

    def test_kinds_do_not_mix(self, store: Store) -> None:
        """The same key, ref and endpoint of two kinds are two records."""
        for kind in ("city", "person"):
            store.commit([change("1", kind=kind, rows={"notion": row("r")}, again=True)], run="r1", at=NOW)
        store.commit([change("1", kind="person", again=False)], run="r1", at=NOW)
        assert (store.count("city"), store.count("person"), store.count("team")) == (1, 1, 0)
        assert store.keys_of("person", "notion", ["r"]) == {"r": "1"}
        assert (store.again("city"), store.again("person")) == ({"1"}, set())
        assert store.records("team") == {}

    def test_a_commit_is_all_or_nothing(self, store: Store) -> None:
        """When one change cannot be kept, none of the commit is."""
        store.commit([change("a", rows={"notion": row("n1")})], run="r1", at=NOW)
        bad = [change("b", agreed={"x": agreed(1)}), change("c", rows={"notion": row("n1")})]
        with pytest.raises(StoreError):
            store.commit(bad, run="r2", at=NOW)
        with pytest.raises(UnknownId):
            store.commit([change("d", closes={"no such": "x"})], run="r2", at=NOW)
        assert set(store.records("city")) == {"a"}
        assert store.history("city", "b") == []

    def test_nothing_to_commit_is_no_error(self, store: Store) -> None:
        """An empty commit does nothing."""
        store.commit([], run="r1", at=NOW)
        assert store.records("city") == {}

    def test_two_records_may_swap_their_rows(self, store: Store) -> None:
        """Links are replaced at once, so that an exchange is no collision."""
        store.commit(
            [change("a", rows={"notion": row("1")}), change("b", rows={"notion": row("2")})], run="r1", at=NOW
        )
        store.commit(
            [change("a", rows={"notion": row("2")}), change("b", rows={"notion": row("1")})], run="r2", at=NOW
        )
        assert store.refs("city", "notion") == {"a": "2", "b": "1"}

    def test_an_unlinked_row_is_remembered_until_another_is_linked(self, store: Store) -> None:
        """The link goes, its ref stays known; linking a row again forgets that."""
        store.commit([change("a", rows={"notion": row("1"), "sharepoint": row("2")})], run="r1", at=NOW)
        store.commit([change("a", unlinked={"notion": "1"})], run="r2", at=NOW)
        known = store.records("city")["a"]
        assert (set(known.rows), known.unlinked) == ({"sharepoint"}, {"notion": "1"})
        assert store.keys_of("city", "notion", ["1"]) == {}
        assert (store.count("city", "notion"), store.count("city", "sharepoint")) == (0, 1)
        store.commit([change("a", rows={"notion": row("3")})], run="r3", at=NOW)
        known = store.records("city")["a"]
        assert (known.rows["notion"].ref, known.unlinked) == ("3", {})

    def test_thousands_of_keys_and_refs_may_be_asked_for(self, store: Store) -> None:
        """More than any database takes in one statement; unknown ones are left out."""
        known = {f"k{number}": f"r{number}" for number in range(2_500)}
        changes = [change(key, rows={"notion": row(ref)}) for key, ref in known.items()]
        store.commit(changes, run="r1", at=NOW)
        many = [f"r{number}" for number in range(70_000)]
        assert store.keys_of("city", "notion", many) == {ref: key for key, ref in known.items()}
        assert store.refs("city", "notion") == known
        keys = [ref.replace("r", "k") for ref in many]
        assert store.records("city", keys).keys() == known.keys()
        assert store.records("city", []) == {}

    def test_history_has_one_line_for_each_baseline_that_moved(self, store: Store) -> None:
        """Before, after, source, run and moment; agreeing on the same again is no line."""
        store.commit(
            [change("a", agreed={"x": agreed("é"), "y": agreed(None), "z": agreed(1)})], run="r1", at=NOW
        )
        baselines = {"x": agreed(None, source="person"), "y": agreed(None), "z": agreed(1)}
        store.commit([change("a", agreed=baselines)], run="r2", at=later(5))
        first = HistoryLine(
            kind="city", record="a", field="x", before=None, after="é", source="notion", at=NOW, run="r1"
        )
        last = replace(first, before="é", after=None, source="person", at=later(5), run="r2")
        assert store.history("city", "a") == [last, replace(first, field="z", after=1), first]
        assert store.history("city", "b") == []

    def test_a_moment_keeps_its_place_in_time(self, store: Store) -> None:
        """What was said in Helsinki's summer comes back as the same moment, aware of its zone."""
        helsinki = NOW.astimezone(timezone(timedelta(hours=3)))
        linked = row("1", {"next": helsinki}, edited_at=helsinki)
        store.commit(
            [change("a", rows={"notion": linked}, agreed={"next": agreed(helsinki, at=helsinki)})],
            run="r1",
            at=helsinki,
        )
        store.set_cursor("city", "notion", "c", run="r1", at=helsinki)
        known, moved = store.records("city")["a"], store.cursor("city", "notion")
        line = store.history("city", "a")[0]
        assert moved is not None
        assert (known.rows["notion"], known.agreed["next"].at, line.at, moved.moved) == (
            linked,
            NOW,
            NOW,
            NOW,
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
        kept = conflict(base=NOW, first_sight=True)
        assert cities.open_conflict(kept, id="c1", run="r1", at=NOW) == "c1"
        found = cities.conflict("c1")
        assert (found.conflict, found.run, found.opened, found.closed) == (kept, "r1", NOW, None)
        assert cities.conflicts() == [found]
        assert cities.records("city")["ghent"].conflicts == {"note": "c1"}
        assert cities.again("city") == set()

    def test_a_conflict_is_open_once_for_a_record_and_field(self, cities: Store) -> None:
        """Seen again it is brought up to date and keeps its id and its age."""
        cities.open_conflict(conflict(), id="c1", run="r1", at=NOW)
        newer = conflict(sides={}, title="Gent")
        assert cities.open_conflict(newer, id="c2", run="r2", at=later(1)) == "c1"
        assert [(one.id, one.conflict, one.opened) for one in cities.conflicts()] == [("c1", newer, NOW)]
        assert cities.open_conflict(conflict(field="csg"), id="c3", run="r2", at=later(2)) == "c3"
        assert [one.id for one in cities.conflicts()] == ["c1", "c3"]

    @_property
    @given(value=values())
    def test_an_answer_waits_for_the_next_run(self, cities: Store, value: Any) -> None:
        """The record is to be decided again, and the decision stands on it, also when the answer is "empty"."""
        key = f"k{next(_ids)}"
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

    @_property
    @given(value=values(), kept=values())
    def test_a_stray_edit_comes_back_equal(self, cities: Store, value: Any, kept: Any) -> None:
        """Any value may have been written on a copy."""
        name = f"s{next(_ids)}"
        edit = stray(value, kept=kept, record=name)
        cities.keep_stray(edit, id=name, run="r1", at=NOW)
        assert [one.stray for one in cities.strays() if one.id == name] == [edit]


class WorkContract(_OnAShelf):
    """Runs, journal, cursors, bindings and leases."""

    def test_runs_are_listed_newest_first(self, store: Store) -> None:
        """With how they ended; only as many as asked for."""
        for number in range(5):
            store.begin_run(run(f"r{number}", started=later(number // 2)))
        summary = {"created": 3, "conflicts": 0}
        store.end_run("r1", at=later(9), status=RunStatus.PARTLY, summary=summary)
        assert [one.id for one in store.runs()] == ["r4", "r3", "r2", "r1", "r0"]
        assert store.runs(4)[3] == run("r1", ended=later(9), status=RunStatus.PARTLY, summary=summary)
        assert len(store.runs(2)) == 2

    def test_a_run_that_never_began_cannot_end_nor_begin_twice(self, store: Store) -> None:
        """Both are errors of the caller, and change nothing."""
        store.begin_run(run("r1"))
        with pytest.raises(StoreError):
            store.begin_run(run("r1", by="other"))
        with pytest.raises(UnknownId, match="run 'r2'"):
            store.end_run("r2", at=NOW, status=RunStatus.DONE, summary={})
        assert store.runs() == [run("r1")]

    def test_an_intent_is_open_until_it_is_settled(self, store: Store) -> None:
        """With the ref that a create was given, or with why it failed."""
        store.intend([intent("i1"), intent("i2", action="update", ref="n7"), intent("i3")])
        store.settle("i1", status=IntentStatus.DONE, ref="n1")
        store.settle("i2", status=IntentStatus.FAILED, ref=None, note='the option "é" is not there')
        assert store.intents() == [
            intent("i1", status=IntentStatus.DONE, ref="n1"),
            intent(
                "i2",
                action="update",
                ref="n7",
                status=IntentStatus.FAILED,
                note='the option "é" is not there',
            ),
            intent("i3"),
        ]
        assert store.intents(open_only=True) == [intent("i3")]

    def test_intents_are_found_by_kind_and_run(self, store: Store) -> None:
        """Oldest first, whichever was recorded first."""
        store.intend([intent("i1", at=later(2)), intent("i2", kind="person"), intent("i3", run="r2")])
        store.intend([])
        assert [one.id for one in store.intents()] == ["i2", "i3", "i1"]
        assert [one.id for one in store.intents(kind="city")] == ["i3", "i1"]
        assert [one.id for one in store.intents(kind="city", run="r1", open_only=True)] == ["i1"]
        assert store.intents(run="r3") == []

    def test_the_journal_takes_all_intents_or_none(self, store: Store) -> None:
        """An id that is there already refuses the whole batch; an unknown one cannot be settled."""
        store.intend([intent("i1")])
        with pytest.raises(StoreError):
            store.intend([intent("i2"), intent("i1")])
        with pytest.raises(UnknownId):
            store.settle("i2", status=IntentStatus.DONE, ref=None)
        assert store.intents() == [intent("i1")]

    @_property
    @given(before=values(), after=values())
    def test_what_an_intent_changes_comes_back_equal(self, store: Store, before: Any, after: Any) -> None:
        """Any value may be written."""
        name = f"i{next(_ids)}"
        store.intend([intent(name, run=name, changes={"x": (before, after)})])
        assert store.intents(run=name)[0].changes == {"x": (before, after)}

    def test_a_cursor_moves_and_is_forgotten(self, store: Store) -> None:
        """Each kind and endpoint has its own."""
        assert store.cursor("city", "notion") is None
        store.set_cursor("city", "notion", "c1", run="r1", at=NOW)
        store.set_cursor("city", "sharepoint", "d1", run="r1", at=NOW)
        store.set_cursor("city", "notion", "c2", run="r2", at=later(1))
        assert store.cursor("city", "notion") == Cursor(value="c2", moved=later(1), run="r2")
        store.set_cursor("city", "notion", None, run="r3", at=later(2))
        store.set_cursor("person", "notion", None, run="r3", at=later(2))
        assert store.cursor("city", "notion") is None
        assert store.cursor("city", "sharepoint") == Cursor(value="d1", moved=NOW, run="r1")

    def test_a_binding_is_kept_as_it_was_written(self, store: Store) -> None:
        """The text comes back to the letter; the last one counts."""
        assert store.binding("city", "notion") is None
        store.set_binding("city", "notion", "{}")
        store.set_binding("city", "notion", '{"büro":\n "%s :x 東京"}')
        assert store.binding("city", "notion") == '{"büro":\n "%s :x 東京"}'
        assert store.binding("city", "sharepoint") is None

    def test_a_lease_is_held_until_it_is_dropped_or_expires(self, store: Store) -> None:
        """The error says by whom and until when; the caller's clock alone counts."""
        store.take_lease("city", holder="one", until=later(5), now=NOW)
        with pytest.raises(LeaseHeld) as held:
            store.take_lease("city", holder="two", until=later(6), now=later(4.9))
        assert (held.value.lease, held.value.holder) == ("city", "one")
        assert held.value.until == later(5).isoformat()
        store.take_lease("person", holder="two", until=later(6), now=NOW)
        store.take_lease("city", holder="two", until=later(9), now=later(5))
        with pytest.raises(LeaseHeld):
            store.take_lease("city", holder="one", until=later(9), now=later(6))

    def test_a_holder_prolongs_its_lease(self, store: Store) -> None:
        """Taking it again moves its end."""
        store.take_lease("city", holder="one", until=later(5), now=NOW)
        store.take_lease("city", holder="one", until=later(15), now=later(4))
        with pytest.raises(LeaseHeld):
            store.take_lease("city", holder="two", until=later(20), now=later(10))

    def test_only_the_holder_drops_a_lease(self, store: Store) -> None:
        """A run that lost its lease does not free the one that took it over."""
        store.take_lease("city", holder="one", until=later(5), now=NOW)
        store.drop_lease("city", holder="two")
        store.drop_lease("nothing", holder="two")
        with pytest.raises(LeaseHeld):
            store.take_lease("city", holder="two", until=later(6), now=NOW)
        store.drop_lease("city", holder="one")
        store.take_lease("city", holder="two", until=later(6), now=NOW)

    def test_of_many_threads_one_takes_a_lease(self, shelf: Shelf) -> None:
        """A free lease and an expired one have exactly one new holder, however close the race."""
        stores = [shelf.store, *(shelf.twin() for _ in range(3))]
        try:
            for number in range(20):
                name = f"lease {number}"
                if number % 2:
                    shelf.store.take_lease(name, holder="gone", until=NOW, now=later(-5))
                assert sum(_race(stores, name)) == 1
        finally:
            for twin in {id(one): one for one in stores}.values():
                twin.close()

    def test_commits_at_the_same_time_lose_nothing(self, shelf: Shelf) -> None:
        """Two that move different fields of the same records leave both moved, whoever comes first."""
        names = [f"k{number}" for number in range(30)]
        stores = [shelf.store, shelf.twin()]
        start = Barrier(len(stores))

        def move(number: int) -> None:
            start.wait()
            field = f"field {number}"
            for value in range(5):
                keys = names if number else reversed(names)
                changes = [change(key, agreed={field: agreed(value)}) for key in keys]
                stores[number].commit(changes, run=f"r{number}", at=NOW)

        shelf.store.commit([change(name) for name in names], run="r", at=NOW)
        try:
            with ThreadPoolExecutor(len(stores)) as threads:
                list(threads.map(move, range(len(stores))))
            both = {"field 0": agreed(4), "field 1": agreed(4)}
            assert [record.agreed for record in shelf.store.records("city").values()] == [both] * len(names)
            assert len(shelf.store.history("city", "k3")) == 10
        finally:
            stores[1].close()

    def test_what_one_store_commits_the_other_sees(self, shelf: Shelf) -> None:
        """Two open stores on one database agree at once."""
        if shelf.another is None:
            pytest.skip("a store in memory is seen by nobody else")
        other = shelf.another()
        try:
            shelf.store.commit([change("a", agreed={"x": agreed(1)})], run="r1", at=NOW)
            other.commit([change("a", agreed={"x": agreed(2)}, again=True)], run="r2", at=NOW)
            assert shelf.store.records("city") == other.records("city")
            assert [(line.before, line.after) for line in shelf.store.history("city", "a")] == [
                (1, 2),
                (None, 1),
            ]
            assert shelf.store.again("city") == {"a"}
        finally:
            other.close()


def _race(stores: list[Store], name: str) -> list[bool]:
    start = Barrier(len(stores))

    def take(number: int) -> bool:
        start.wait()
        try:
            stores[number].take_lease(name, holder=f"holder {number}", until=later(5), now=NOW)
        except LeaseHeld:
            return False
        return True

    with ThreadPoolExecutor(len(stores)) as threads:
        return list(threads.map(take, range(len(stores))))


class StoreContract(RecordsContract, FindingsContract, WorkContract):
    """All of it."""
