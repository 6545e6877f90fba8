"""What people answer, decide and take back in the soak, as rules."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from syncbot.service import answering, straying
from syncbot.service.undoing import undo
from tests.fakes.soak_edits import NUMBER, SMALL
from tests.fakes.soak_place import Killed
from tests.fakes.soak_runs import RULES, Runs
from tests.fakes.soak_world import GROUPS


class Answers(Runs):
    """People at the command line."""

    @rule(which=SMALL, take=SMALL, pick=NUMBER)
    def answer(self, which: int, take: int, pick: int) -> None:
        """Somebody answers a question."""
        self._tick("answer")
        self.world.new_process(None)
        waiting = answering.conflicts(self.world.parts)
        if not waiting:
            return
        one = waiting[which % len(waiting)]
        sides = sorted(one.conflict.sides)
        said = sides[take % len(sides)]
        if one.conflict.field == "csg" and take % 3 == 2:
            said = GROUPS[pick % 4]
        value = answering.resolve(self.world.parts, one.id, said).answer
        self.laws.answered(one.conflict.record, one.conflict.field, value)
        RULES["answered"] += 1

    @rule(which=SMALL, adopt=st.booleans())
    def settle_stray(self, which: int, adopt: bool) -> None:
        """Somebody adopts or dismisses an edit of a copy."""
        self._tick("settle stray")
        self.world.new_process(None)
        kept = straying.strays(self.world.parts)
        if not kept:
            return
        one = kept[which % len(kept)]
        try:
            (straying.adopt if adopt else straying.dismiss)(self.world.parts, one.id)
        except straying.StrayRefusedError:
            return
        if adopt:
            self.laws.answered(one.stray.record, one.stray.field, one.stray.value)
        RULES["adopted" if adopt else "dismissed"] += 1

    @rule(which=st.integers(0, 3), at=st.none() | st.none() | st.integers(1, 80))
    def take_back(self, which: int, at: int | None) -> None:
        """Somebody takes back what one of the last runs did; that may be killed or lied to as well."""
        self._tick("undo")
        runs = answering.runs(self.world.parts, limit=which + 1)
        if len(runs) <= which:
            return
        self.broken = True
        self.world.new_process(at)
        try:
            undo(self.world.parts, runs[which].id)
        except Killed:
            RULES["undo killed"] += 1
        self.world.new_process(None)
        self.laws.no_edit_disappears()
        self.laws.no_duplicates()
        self.laws.everything_has_a_source()
        self.laws.judge_no_deletes_so_far()
        self.broken = False
