"""What must hold of decisions about which rows are the same, after every run and every other decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from syncbot.endpoints.base import Create
from syncbot.model.values import Cell
from syncbot.reconcile.rulings import Spot
from syncbot.store.base import Ruling, Verdict
from tests.fakes.soak_people import People
from tests.fakes.soak_world import KINDS, SoakWorld


@dataclass(kw_only=True)
class Identity:
    """Judges a world by what its people decided."""

    world: SoakWorld
    people: People

    def rulings(self, kind: str, verdict: Verdict) -> list[Ruling]:
        """The decisions of a sort that are in force."""
        return [one for one in self.world.store.rulings(kind) if one.verdict is verdict]

    def aside(self) -> dict[tuple[str, Spot], str]:
        """Rows that are to be left alone, as they are now: by kind and spot their version."""
        return {
            (kind, (one.endpoint, one.ref)): str(one.version)
            for kind in KINDS
            for one in self.rulings(kind, Verdict.ASIDE)
            if one.endpoint is not None and one.ref is not None
            if self._version(kind, one.endpoint, one.ref) == one.version
        }

    def merged_at(self, kind: str, record: str) -> datetime | None:
        """When a record last took in another."""
        times = [one.at for one in self.rulings(kind, Verdict.MERGED) if one.record == record]
        return max(times, default=None)

    def same_answers(self, answers: Mapping[tuple[str, str], set[Cell]]) -> None:
        """What was decided about a record that is no more counts for the one that took it in."""
        for kind in KINDS:
            for one in self.rulings(kind, Verdict.MERGED):
                for (record, field), said in list(answers.items()):
                    if record == one.absorbed:
                        answers[one.record, field].update(said)

    def links(self) -> dict[tuple[str, str, str], str]:
        """By kind, place and ref: the record of each row that is linked."""
        store = self.world.store
        return {
            (kind, name, ref): key
            for kind, name, _ in self.world.all_places()
            for key, ref in store.refs(kind, name).items()
        }

    def take_down_what_was_let_go(self, before: Mapping[tuple[str, str, str], str]) -> None:
        """Take down which rows a decision took from their records, or that it was taken back before any run."""
        now, run = self.links(), next((one.id for one in self.world.store.runs(1)), "")
        for row, key in before.items():
            if now.get(row) != key:
                self.people.let_go[*row, key] = run
        said = {
            (one.kind, *spot)
            for kind in KINDS
            for one in self.world.store.rulings(kind)
            for spot in ((one.endpoint, one.ref), one.other or ())
        }
        for kind, name, ref, key in list(self.people.let_go):
            taken = key in self.world.store.refs(kind, name)
            back = now.get((kind, name, ref)) == key
            unsaid = not taken and (kind, name, ref) not in said
            if back or (unsaid and self.people.let_go[kind, name, ref, key] == run):
                del self.people.let_go[kind, name, ref, key]

    # -- the laws

    def judge(self) -> None:
        """All that holds at any time."""
        for kind in KINDS:
            self._apart_stay_apart(kind)
            self._merged_keys_are_gone(kind)

    def _apart_stay_apart(self, kind: str) -> None:
        for one in self.rulings(kind, Verdict.APART):
            assert one.other is not None and one.ref is not None and one.endpoint is not None
            mine = self.world.store.keys_of(kind, one.endpoint, [one.ref]).get(one.ref)
            theirs = self.world.store.keys_of(kind, one.other[0], [one.other[1]]).get(one.other[1])
            assert mine is None or mine != theirs, f"apart, and yet one record {mine}: {one}"

    def _merged_keys_are_gone(self, kind: str) -> None:
        gone = {str(one.absorbed) for one in self.rulings(kind, Verdict.MERGED)}
        there = gone & self.world.store.records(kind).keys()
        assert not there, f"records that were merged away are there again: {there}"

    def left_alone(
        self, aside: Mapping[tuple[str, Spot], str], written: Mapping[tuple[str, str], int]
    ) -> None:
        """Rows that are nobody's were not written, unless somebody edited them; `written` counts earlier writes."""
        for kind, name, place in self.world.all_places():
            for write in place.written[written[kind, name] :]:
                if isinstance(write, Create):
                    continue
                version = aside.get((kind, (name, write.ref)))
                assert version is None or version != getattr(write, "version", None), f"left alone: {write}"

    def at_rest(self) -> None:
        """A row that a person gave to a record is its row, and one that was put aside belongs to none."""
        for kind in KINDS:
            for one in self.rulings(kind, Verdict.SAME):
                assert one.endpoint is not None and one.ref is not None
                if one.ref not in self.world.places[kind][one.endpoint].inner.rows:
                    continue
                record = self.world.store.records(kind).get(one.record)
                linked = self.world.store.keys_of(kind, one.endpoint, [one.ref]).get(one.ref)
                lost = record is None or not record.rows
                assert lost or linked == one.record, f"given to {one.record}, but it is {linked}'s: {one}"

    def _version(self, kind: str, place: str, ref: str) -> str | None:
        kept = self.world.places[kind][place].inner._rows.get(ref)
        return None if kept is None else str(kept.change)
