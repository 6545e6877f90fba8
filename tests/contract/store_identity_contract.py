"""What every store promises of rows that wait and of what people decided about identity."""

from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.errors import StoreError, UnknownId
from syncbot.reconcile.plan import Duplicate, Proposal
from syncbot.store.base import Ruling, Store, StrayState, Verdict, WaitingRow
from tests.contract.store_shelf import Shelf, property_of_store
from tests.contract.store_values import (
    NOW,
    agreed,
    cells,
    change,
    conflict,
    intent,
    later,
    row,
    stray,
    texts,
)


def waiting(ref: str, **more: Any) -> WaitingRow:
    """Return a row that somebody is asked about."""
    about: dict[str, Any] = {"kind": "city", "endpoint": "sharepoint"}
    asked = Proposal(ref=ref, title="Gand", candidates=(("ghent", "Ghent", 0.8),), **about)
    known: dict[str, Any] = {"row": row(ref), "match": "m1", "asked": asked, "since": NOW, **more}
    return WaitingRow(**{**about, **known})


def ruling(name: str, **more: Any) -> Ruling:
    """Return a decision about a row."""
    known: dict[str, Any] = {
        "kind": "city",
        "verdict": Verdict.SAME,
        "record": "ghent",
        "title": "Ghent",
        "by": "Zoë",
        "at": NOW,
        "endpoint": "sharepoint",
        "ref": "7",
    }
    return Ruling(id=name, **{**known, **more})


class IdentityContract:
    """Waiting rows and rulings."""

    @property_of_store
    @given(fields=st.dictionaries(texts(), cells(), max_size=4))
    def test_a_waiting_row_comes_back_as_it_was_kept(self, store: Store, fields: Any) -> None:
        """Its cells, and the question about it, of either sort or none."""
        about: dict[str, Any] = {"kind": "city", "endpoint": "sharepoint"}
        rows = [
            waiting(
                "1", row=row("1", fields, key="k", edited_at=NOW, edited_by="Ø", url="https://x.example")
            ),
            waiting("2", asked=Duplicate(refs=("1", "2"), title="Gent", reason="same name", **about)),
            waiting("3", asked=None, match=None, since=later(1)),
        ]
        store.keep_waiting(rows, kind="city")
        assert store.waiting("city") == rows
        assert store.waiting("person") == []

    def test_a_newer_reading_takes_the_place_and_a_settled_row_leaves(self, store: Store) -> None:
        """One row an endpoint and ref; what is not named stays."""
        store.keep_waiting([waiting("1"), waiting("2")], kind="city")
        newer = waiting("1", row=row("1", version="v2"))
        store.keep_waiting([newer], kind="city", settled=[("sharepoint", "2"), ("sharepoint", "none")])
        assert store.waiting() == [newer]
        store.keep_waiting([], kind="city", settled=[("notion", "1")])
        assert store.waiting() == [newer]

    def test_decisions_come_back_as_they_were_kept(self, store: Store) -> None:
        """Of each sort, in the order of their time; one can be taken back."""
        said = [
            ruling("r1", by="Łucja"),
            ruling("r2", verdict=Verdict.APART, other=("notion", "page"), at=later(1)),
            ruling("r3", verdict=Verdict.ASIDE, version="v1", at=later(2)),
            ruling("r5", verdict=Verdict.STAYS, at=later(3)),
            ruling("r4", kind="person", verdict=Verdict.MERGED, absorbed="old", endpoint=None, ref=None),
        ]
        store.rule(said)
        assert store.rulings("city") == said[:4]
        assert store.rulings("person") == said[4:]
        store.unrule("r2")
        assert store.rulings("city") == [said[0], *said[2:4]]
        with pytest.raises(UnknownId, match="r1"):
            store.unrule("r11")

    def test_a_decision_takes_the_place_of_earlier_ones_or_nothing_happens(self, store: Store) -> None:
        """Who is cut off in between loses neither the earlier word nor the later one."""
        store.rule([ruling("r1"), ruling("r2", at=later(1))])
        store.rule([ruling("r3", at=later(2))], instead_of=["r1"])
        assert [one.id for one in store.rulings("city")] == ["r2", "r3"]
        with pytest.raises(UnknownId):
            store.rule([ruling("r4", at=later(3))], instead_of=["r2", "r1"])
        assert [one.id for one in store.rulings("city")] == ["r2", "r3"]

    def test_a_freed_row_waits_and_leaves_no_mark(self, store: Store) -> None:
        """The link ends, the row is kept as it was known, and the record may get another row there."""
        there = row("7", {"name": "Gent"}, version="v3", key="ghent")
        store.commit([change("ghent", rows={"sharepoint": there, "notion": row("p")})], run="r", at=NOW)
        store.rule([ruling("r1", at=later(5))], freed=[("city", "ghent", "sharepoint")])
        known = store.records("city")["ghent"]
        assert (set(known.rows), known.unlinked) == ({"notion"}, {})
        assert store.refs("city", "sharepoint") == {}
        assert store.waiting() == [waiting("7", row=there, asked=None, match=None, since=later(5))]

    def test_a_freed_row_goes_back_with_the_decision_that_freed_it(self, store: Store) -> None:
        """As it was known, and the next run looks at its record; all of it or nothing."""
        there = row("7", {"name": "Gent"}, version="v3", key="ghent")
        store.commit([change("ghent", rows={"sharepoint": there, "notion": row("p")})], run="r", at=NOW)
        apart = ruling("r1", ref="7", verdict=Verdict.APART, other=("notion", "p"), record="ghent")
        store.rule([apart], freed=[("city", "ghent", "sharepoint")])
        before = store.records("city")["ghent"]
        store.unrule("r1", relink=True)
        known = store.records("city")["ghent"]
        assert known.rows == {"notion": row("p"), "sharepoint": there}
        assert (known.agreed, known.unlinked) == (before.agreed, before.unlinked)
        assert (store.rulings(), store.waiting(), list(store.again("city"))) == ([], [], ["ghent"])
        store.rule([apart])
        with pytest.raises(StoreError):
            store.unrule("r1", relink=True)
        store.keep_waiting([waiting("7", row=there)], kind="city")
        with pytest.raises(StoreError):
            store.unrule("r1", relink=True)
        assert (len(store.rulings()), len(store.waiting())) == (1, 1)
        with pytest.raises(UnknownId):
            store.unrule("r2", relink=True)

    def test_an_absorbed_record_leaves_what_was_written_to_the_kept_one(self, shelf: Shelf) -> None:
        """History, stray edits, writes and decisions go over; its questions are closed; its key is no more."""
        store = shelf.store
        store.commit([change("ghent", agreed={"note": agreed("a")})], run="r1", at=NOW)
        old = change("gand", rows={"notion": row("p")}, agreed={"note": agreed("b")})
        store.commit([old], run="r2", at=later(1))
        store.open_conflict(conflict("gand"), id="c1", run="r2", at=later(1))
        store.keep_stray(stray(record="gand"), id="s1", run="r2", at=later(1))
        store.intend([intent("i1", record="gand")])
        store.rule([ruling("r1", record="gand")])
        merged = ruling("r2", verdict=Verdict.MERGED, absorbed="gand", at=later(2), endpoint=None, ref=None)
        store.rule([merged], freed=[("city", "gand", "notion")])
        with closing(shelf.twin()) as again:
            assert set(again.records("city")) == {"ghent"}
            assert again.records("city")["ghent"].agreed == {"note": agreed("a")}
            assert [(line.record, line.after) for line in again.history("city", "ghent")] == [
                ("ghent", "b"),
                ("ghent", "a"),
            ]
            assert (again.conflict("c1").closed, again.conflict("c1").conflict.record) == (later(2), "ghent")
            assert [(one.stray.record, one.state) for one in again.strays()] == [("ghent", StrayState.OPEN)]
            assert [one.record for one in again.intents()] == ["ghent"]
            assert [(one.id, one.record) for one in again.rulings()] == [("r1", "ghent"), ("r2", "ghent")]
            assert [one.row.ref for one in again.waiting()] == ["p"]

    def test_a_stray_edit_that_went_over_in_a_merge_is_known_when_it_is_met_again(self, store: Store) -> None:
        """Dismissed it stays so, also where the kept record had the very same edit; a new one is kept."""
        store.commit([change("ghent"), change("gand")], run="r", at=NOW)
        store.keep_stray(stray(record="gand"), id="s1", run="r", at=NOW)
        store.keep_stray(stray("twin", record="gand"), id="s2", run="r", at=later(1))
        store.keep_stray(stray("twin", record="ghent"), id="s3", run="r", at=later(2))
        for name in ("s1", "s2", "s3"):
            store.settle_stray(name, state=StrayState.DISMISSED, by="Zoë", at=later(3))
        store.rule([ruling("r1", verdict=Verdict.MERGED, absorbed="gand", endpoint=None, ref=None)])
        for edit in (stray(record="ghent"), stray("twin", record="ghent"), stray("new", record="ghent")):
            store.keep_stray(edit, id=f"s-{edit.value}", run="r", at=later(4))
        assert [one.id for one in store.strays()] == ["s-new"]
        settled = [(one.id, one.stray.record) for one in store.strays(include_settled=True)[1:]]
        assert settled == [("s3", "ghent"), ("s2", "ghent"), ("s1", "ghent")]

    @pytest.mark.parametrize(
        ("freed", "why"),
        [([], "still has rows"), ([("city", "gand", "notion"), ("city", "gand", "else")], "not linked")],
    )
    def test_a_decision_that_cannot_be_carried_out_changes_nothing(
        self, store: Store, freed: Any, why: str
    ) -> None:
        """No record with rows is absorbed, no link ended that is not there; nothing of it is kept."""
        store.commit([change("ghent"), change("gand", rows={"notion": row("p")})], run="r", at=NOW)
        merged = ruling("r1", verdict=Verdict.MERGED, absorbed="gand")
        with pytest.raises(StoreError, match=why):
            store.rule([merged], freed=freed)
        assert store.rulings() == []
        assert store.waiting() == []
        assert store.refs("city", "notion") == {"gand": "p"}

    def test_history_and_journal_name_the_record_that_took_the_place_of_another(self, store: Store) -> None:
        """Only in the fields that point, and only where they name just that record: singly, or among others."""
        pair = frozenset({"p-1", "p-2"})
        for number, (lead, team) in enumerate([("p-1", pair), ("p-11", None), (None, frozenset({"p-3"}))]):
            said = {"lead": agreed(lead), "team": agreed(team), "note": agreed("p-1")}
            store.commit([change("ghent", agreed=said)], run="r1", at=later(number))
        about: dict[str, Any] = {"kind": "person", "agreed": {"lead": agreed("p-1")}}
        store.commit([change("p-9", **about)], run="r1", at=NOW)
        store.intend(
            [intent("w1", changes={"lead": ("p-1", "p-11"), "note": (None, "p-1"), "team": (pair, None)})]
        )
        store.repoint("city", ["lead", "team"], old="p-1", new="p-2")
        told = [(one.field, one.before, one.after) for one in store.history("city", "ghent")]
        two = frozenset({"p-2"})
        assert sorted(told, key=repr) == sorted(
            [
                ("lead", None, "p-2"),
                ("team", None, two),
                ("note", None, "p-1"),
                ("lead", "p-2", "p-11"),
                ("team", two, None),
                ("lead", "p-11", None),
                ("team", None, frozenset({"p-3"})),
            ],
            key=repr,
        )
        [write] = store.intents()
        assert write.changes == {"lead": ("p-2", "p-11"), "note": (None, "p-1"), "team": (two, None)}
        assert [one.after for one in store.history("person")] == ["p-1"]
