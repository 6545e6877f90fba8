"""The runs of the soak: each may be killed or lied to, and the Laws are looked at after it."""

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from syncbot.reconcile.plan import Plan, Unread
from syncbot.service.report import Report
from syncbot.service.syncing import plan, sync
from tests.fakes.soak_laws import Laws
from tests.fakes.soak_people import People
from tests.fakes.soak_place import Killed, Place
from tests.fakes.soak_rest import Rest
from tests.fakes.soak_world import SoakWorld

RULES: Counter[str] = Counter()
"""How often each rule, trouble and ending was met, for the soak's last words."""


class Runs(RuleBasedStateMachine):
    """A world, the people in it, and the runs that keep it in step."""

    world: SoakWorld
    people: People
    laws: Laws
    kill_at: int | None
    """The step at which the next run dies."""
    broken: bool
    """A law was broken, so that the world need not come to rest."""

    # -- who and where

    def _place(self, where: int, kind: str = "city") -> tuple[str, Place]:
        names = sorted(self.world.places[kind])
        name = names[where % len(names)]
        return name, self.world.places[kind][name]

    def _row(self, where: int, which: int, kind: str = "city") -> tuple[str, Place, str] | None:
        name, place = self._place(where, kind)
        refs = sorted(place.inner.rows, key=int)
        return (name, place, refs[which % len(refs)]) if refs else None

    def _tick(self, what: str) -> None:
        RULES[what] += 1
        self.world.later(seconds=1)

    # -- runs

    @rule(full=st.booleans(), turned=st.booleans())
    def run(self, full: bool, turned: bool) -> None:
        """A sync, which may be killed or lied to."""
        self._run(full=full, turned=turned)

    @rule()
    def run_again(self) -> None:
        """Another sync."""
        self._run(full=False, turned=False)

    def _run(self, *, full: bool, turned: bool) -> Report | None:
        self._tick("run")
        self.broken = True
        before = self.laws.before()
        for _, _, place in self.world.all_places():
            place.hit.clear()
        report: Report | None = None
        self.world.new_process(self.kill_at, turned=turned)
        try:
            report = sync(self.world.parts, full=full, allow_mass_change=full)
        except Killed:
            RULES["killed"] += 1
        self.kill_at = None
        self.world.new_process(None)
        for _, _, place in self.world.all_places():
            RULES.update(place.hit)
            place.keep_past()
        self.laws.no_edit_disappears()
        self.laws.no_duplicates()
        self.laws.nothing_is_deleted_unasked()
        self.laws.own_writes_are_no_edits(before)
        self.laws.identity.left_alone(before.aside, before.written)
        self.laws.identity.judge()
        self.laws.everything_has_a_source()
        self.broken = False
        return report

    @rule()
    def look(self) -> None:
        """Law 8: a plan is the same in whatever order the places are asked; and it changes nothing."""
        self._tick("plan")
        if any(place.troubles for _, _, place in self.world.all_places()):
            return
        plans = []
        for turned in (False, True):
            self.world.new_process(None, turned=turned)
            keys = iter(range(10**6))
            parts = self.world.parts
            self.world.parts = type(parts)(
                **{**vars(parts), "new_id": lambda word, keys=keys: f"{word}-x{next(keys)}"}
            )
            plans.append([_plain(kind.plan) for kind in plan(self.world.parts).kinds])
            self.world.parts = parts
        assert plans[0] == plans[1], "Law 8: the order of places makes a difference"

    @rule()
    def come_to_rest(self) -> None:
        """Nothing lies any more: one run brings everything in order, and the next has nothing to do."""
        self._tick("rest")
        self.kill_at = None
        for _, _, place in self.world.all_places():
            place.troubles.clear()
        report = self._run(full=True, turned=False)
        if report is not None and any(one.error for kind in report.kinds for one in kind.failures):
            report = self._run(full=True, turned=False)  # such as a key that another row carried until now
        assert report is not None
        self.broken = True
        rest = Rest(world=self.world, report=report)
        rest.places_agree()
        rest.rows_without_a_record_are_asked_about()
        if rest.clean:
            RULES["clean"] += 1
            rest.every_row_has_its_record()
            self.laws.identity.at_rest()
            self._idle(full=False)
            self._idle(full=True)
        self.broken = False

    def _idle(self, *, full: bool) -> None:
        """Law 1: with nothing new nothing is written, and each place is asked once."""
        places = self.world.all_places()
        requests, written = self._count()
        self.world.later(seconds=1)
        report = self._run(full=full, turned=False)
        assert report is not None
        said = [kind.plan for kind in report.kinds]
        self.broken = True
        assert self._count()[1] == written, f"Law 1: an idle run wrote: {said}"
        news = [one for plan in said for one in plan.findings if not (full and isinstance(one, Unread))]
        quiet = not news and not any(
            plan.actions or plan.links or plan.unlinks or plan.refused for plan in said
        )
        assert quiet, (
            f"Law 1: an idle run has something to say: {said}"
        )  # a comparison tells again what it cannot read
        assert not any(kind.failures for kind in report.kinds)
        assert self._count()[0] - requests == len(places), f"Law 1: {self._count()[0] - requests} requests"

    def _count(self) -> tuple[int, int]:
        places = [place for _, _, place in self.world.all_places()]
        return sum(one.inner.requests for one in places), sum(len(one.written) for one in places)


def _plain(made: Plan) -> tuple[object, ...]:
    return (
        made.actions,
        made.links,
        made.unlinks,
        made.agrees,
        made.findings,
        dict(sorted(made.ended.items())),
    )
