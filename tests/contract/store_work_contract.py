"""What every store promises of runs, journal, cursors, bindings and leases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given

from syncbot.errors import LeaseHeld, LeaseLost, StoreError, UnknownId
from syncbot.store.base import Cursor, IntentStatus, RunStatus, Store
from tests.contract.store_shelf import OnAShelf, Shelf, ids, property_of_store
from tests.contract.store_values import (
    NOW,
    agreed,
    change,
    intent,
    later,
    run,
    values,
)


class WorkContract(OnAShelf):
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

    def test_a_run_is_found_by_its_id(self, store: Store) -> None:
        """An id that is not there names the nearest."""
        store.begin_run(run("run-ab2cd3"))
        assert store.run("run-ab2cd3") == run("run-ab2cd3")
        with pytest.raises(UnknownId, match="did you mean run-ab2cd3"):
            store.run("run-ab2cd4")

    def test_full_readings_are_remembered_for_each_place(self, store: Store) -> None:
        """The last one counts; another kind or place has its own."""
        assert store.full_reading("city", "notion") is None
        store.note_full_reading("city", "notion", run="r1", at=NOW)
        store.note_full_reading("city", "notion", run="r2", at=later(9))
        assert store.full_reading("city", "notion") == later(9)
        assert store.full_reading("person", "notion") is None
        assert store.full_reading("city", "sharepoint") is None

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

    @property_of_store
    @given(before=values(), after=values())
    def test_what_an_intent_changes_comes_back_equal(self, store: Store, before: Any, after: Any) -> None:
        """Any value may be written."""
        name = f"i{next(ids)}"
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

    def test_a_lease_says_since_when_it_is_held(self, store: Store) -> None:
        """Since it was taken, however often it was prolonged; one taken over, or taken again, begins anew."""
        store.take_lease("city", holder="one", until=later(5), now=NOW)
        store.take_lease("city", holder="one", until=later(8), now=later(4))
        store.keep_lease("city", holder="one", until=later(9))
        assert _since(store, at=later(8)) == NOW.isoformat()
        store.take_lease("city", holder="two", until=later(20), now=later(10))
        assert _since(store, at=later(11)) == later(10).isoformat()
        store.take_lease("city", holder="two", until=later(40), now=later(30))
        assert _since(store, at=later(31)) == later(30).isoformat()

    def test_a_holder_prolongs_its_lease(self, store: Store) -> None:
        """Taking it again moves its end."""
        store.take_lease("city", holder="one", until=later(5), now=NOW)
        store.take_lease("city", holder="one", until=later(15), now=later(4))
        with pytest.raises(LeaseHeld):
            store.take_lease("city", holder="two", until=later(20), now=later(10))

    def test_a_lost_lease_is_noticed(self, store: Store) -> None:
        """Whoever stood still learns that another took over, also when that one has ended by now."""
        with pytest.raises(LeaseLost):
            store.keep_lease("city", holder="one", until=later(5))
        store.take_lease("city", holder="one", until=later(5), now=NOW)
        store.take_lease("city", holder="two", until=later(15), now=later(10))
        with pytest.raises(LeaseLost, match="one no longer has city"):
            store.keep_lease("city", holder="one", until=later(20))
        store.drop_lease("city", holder="two")
        with pytest.raises(LeaseLost):
            store.keep_lease("city", holder="one", until=later(20))

    def test_a_lease_that_is_kept_lasts_longer(self, store: Store) -> None:
        """Also one that had expired, as long as nobody took it."""
        store.take_lease("city", holder="one", until=later(5), now=NOW)
        store.keep_lease("city", holder="one", until=later(30))
        with pytest.raises(LeaseHeld):
            store.take_lease("city", holder="two", until=later(40), now=later(20))
        store.take_lease("city", holder="two", until=later(60), now=later(31))

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


def _since(store: Store, *, at: datetime) -> str | None:
    with pytest.raises(LeaseHeld) as held:
        store.take_lease("city", holder="other", until=at, now=at)
    return held.value.since


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
