"""What people decide about which rows are the same, as rules of the soak."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import rule

from syncbot.errors import EndpointError, UnknownId, UserError
from syncbot.reconcile.plan import Duplicate
from syncbot.reconcile.state import KnownRecord
from syncbot.service import matches, matching, uniting
from tests.fakes.soak_edits import NUMBER, SMALL, WHERE
from tests.fakes.soak_place import Killed
from tests.fakes.soak_runs import RULES, Runs

AT = st.none() | st.none() | st.none() | st.integers(1, 40)


class Decisions(Runs):
    """People who say what is the same, mostly when they are asked, and at times wrongly."""

    @rule(where=WHERE, which=SMALL, pick=NUMBER)
    def add_like_city(self, where: int, which: int, pick: int) -> None:
        """Somebody writes a city down that is elsewhere already, and slips in its name."""
        self._tick("add like city")
        if (row := self._row(where + 1, which)) is None:
            return
        there = row[1].inner._rows[row[2]].cells
        town, name = str(there.get("name") or ""), self._place(where)[0]
        if len(town) < 4:
            return
        cut = 1 + pick % (len(town) - 2)
        cells = {"name": town[:cut] + town[cut] + town[cut:], "country": there.get("country")}
        self.people.add("city", name, {one: value for one, value in cells.items() if value is not None})

    @rule(which=SMALL, how=st.sampled_from(["accept", "accept", "reject", "other"]), pick=SMALL, at=AT)
    def decide(self, which: int, how: str, pick: int, at: int | None) -> None:
        """Somebody answers a question about rows; at times with a record that nobody proposed."""
        self._tick("decide")
        waiting = matches.matches(self.world.parts)
        if not waiting:
            return
        one = waiting[which % len(waiting)]
        if how == "reject":
            self._decided("rejected", at, lambda: matching.reject(self.world.parts, one.id))
        elif isinstance(one.question, Duplicate):
            ref = one.rows[pick % len(one.rows)].ref
            self._decided("kept one", at, lambda: matching.keep(self.world.parts, one.id, ref))
        else:
            others = sorted(self.world.store.records(one.kind))
            named = others[pick % len(others)] if how == "other" and others else None
            self._decided("accepted", at, lambda: matching.accept(self.world.parts, one.id, named))

    @rule(which=SMALL, where=WHERE, at=AT)
    def split(self, which: int, where: int, at: int | None) -> None:
        """Somebody takes a row out of a record."""
        self._tick("split")
        records = [one for one in self._records() if len(one.rows) > 1]
        if not records:
            return
        one = records[which % len(records)]
        place = sorted(one.rows)[where % len(one.rows)]
        self._decided("split off", at, lambda: matching.split(self.world.parts, one.key, place))

    @rule(which=SMALL, other=SMALL, pick=NUMBER, trash=st.booleans(), at=AT)
    def merge(self, which: int, other: int, pick: int, trash: bool, at: int | None) -> None:
        """Somebody says that two records are one."""
        self._tick("merge")
        records = self._records()
        if len(records) < 2:
            return
        kept = records[which % len(records)]
        gone = records[(which + 1 + other % (len(records) - 1)) % len(records)]
        keep = {
            name: (kept, gone)[pick >> number & 1].rows[name].ref
            for number, name in enumerate(sorted(kept.rows.keys() & gone.rows.keys()))
        }
        self._decided(
            "merged", at, lambda: uniting.merge(self.world.parts, kept.key, gone.key, rows=keep, trash=trash)
        )
        self.laws.judge_no_deletes_so_far()
        self.laws.identity.same_answers(self.laws.answers)

    @rule(which=SMALL, at=AT)
    def forget(self, which: int, at: int | None) -> None:
        """Somebody takes a decision back."""
        self._tick("forget")
        known = matches.decisions(self.world.parts)
        if known:
            one = known[which % len(known)]
            self._decided("forgotten", at, lambda: matching.forget(self.world.parts, one.id))

    def _records(self) -> list[KnownRecord]:
        return [one for _, one in sorted(self.world.store.records("city").items()) if one.rows]

    def _decided(self, what: str, at: int | None, verb: Callable[[], object]) -> None:
        """Carry a verb out in a process of its own; it may be killed, lied to, or refuse with a reason."""
        self.broken = True
        self.world.new_process(at)
        before = self.laws.identity.links()
        try:
            verb()
            RULES[what] += 1
        except Killed:
            RULES["decision killed"] += 1
        except (UserError, UnknownId):
            RULES["decision refused"] += 1
        except EndpointError:
            RULES["decision failed"] += 1
        self.world.new_process(None)
        self.laws.identity.take_down_what_was_let_go(before)
        self.laws.no_edit_disappears()
        self.laws.no_duplicates()
        self.laws.everything_has_a_source()
        self.laws.identity.judge()
        self.broken = False
