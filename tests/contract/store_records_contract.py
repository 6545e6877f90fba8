"""What every store promises of records, links, baselines and history."""

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.errors import StoreError, UnknownId
from syncbot.model.values import UNKNOWN
from syncbot.store.base import HistoryLine, Store
from tests.contract.store_shelf import OnAShelf, ids, property_of_store
from tests.contract.store_values import (
    NOW,
    agreed,
    cells,
    change,
    later,
    row,
    texts,
    values,
)


class RecordsContract(OnAShelf):
    """Records, links, baselines, history."""

    @property_of_store
    @given(fields=st.dictionaries(st.sampled_from("abcde"), values()), seen=st.dictionaries(texts(), cells()))
    def test_what_is_committed_comes_back_equal(
        self, store: Store, fields: dict[str, Any], seen: dict[str, Any]
    ) -> None:
        """Any value and any cell survives, with its type; UNKNOWN stays UNKNOWN."""
        key = f"k{next(ids)}"
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
        """Version, key, who edited it and when, where to see it, what could not be read, and what it says otherwise."""
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
            echoes={"name": "Kobenhavn"},
            worn={"lead": {"17": "person-3"}},
            owed=frozenset({"csg", "lead"}),
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

    def test_the_history_of_a_kind_is_that_of_all_its_records(self, store: Store) -> None:
        """What changed in a group is asked in one go, newest first, and never mixes kinds."""
        for hour, (kind, key) in enumerate([("city", "a"), ("person", "a"), ("city", "b"), ("city", "a")]):
            moved = change(key, kind=kind, agreed={"x": agreed(hour)})
            store.commit([moved], run=f"r{hour}", at=later(hour))
        assert [(line.record, line.after) for line in store.history("city")] == [("a", 3), ("b", 2), ("a", 0)]

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
