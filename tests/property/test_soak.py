"""Everybody does their worst, for as long as you like: the Laws of docs/decisions.md hold after every run."""

import tempfile
from collections import Counter
from contextlib import closing
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from syncbot.reconcile.plan import Plan, Unread
from syncbot.service import answering, straying
from syncbot.service.report import Report
from syncbot.service.syncing import plan, sync
from syncbot.service.undoing import undo
from syncbot.store.base import Store
from syncbot.store.database import Database
from syncbot.store.memory import MemoryStore
from syncbot.store.open import open_store
from syncbot.store.tables import metadata
from tests.fakes.soak_laws import Laws
from tests.fakes.soak_people import People
from tests.fakes.soak_place import LOOKS, READS, WRITES, Killed, Place, Trouble
from tests.fakes.soak_rest import Rest
from tests.fakes.soak_world import GROUPS, KINDS, SoakWorld, new_world

NUMBER = st.integers(0, 5000)
SMALL = st.integers(0, 11)
WHERE = st.integers(0, 4)
TROUBLES = (
    *(("read", what) for what in READS),
    *(("look", what) for what in LOOKS),
    *(("write", what) for what in WRITES),
)

RULES: Counter[str] = Counter()
"""How often each rule, trouble and ending was met, for the soak's last words."""


class Soak(RuleBasedStateMachine):
    """A world, the people in it, and the runs that keep it in step."""

    world: SoakWorld
    people: People
    laws: Laws

    @initialize(
        variant=st.sampled_from(["two", "three", "propagate"]),
        cities=st.lists(st.tuples(WHERE, NUMBER, st.sets(SMALL, max_size=8)), max_size=3),
        synced=st.booleans(),
    )
    def begin(self, variant: str, cities: list[tuple[int, int, set[int]]], synced: bool) -> None:
        """Nobody has written anything yet, or a few cities are in step."""
        RULES["examples"] += 1
        self.world = new_world(variant, self.new_store())
        self.people = People(world=self.world)
        self.laws = Laws(world=self.world, people=self.people)
        self.kill_at: int | None = None
        self.broken = False
        for where, pick, columns in cities:
            self.add_person(where, pick)
            self.add_city(where, pick, columns)
        if synced:
            self._run(full=False, turned=False)

    def new_store(self) -> Store:
        """An empty store."""
        return MemoryStore()

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

    # -- people

    @rule(where=WHERE, pick=NUMBER, columns=st.sets(SMALL, max_size=5))
    def add_city(self, where: int, pick: int, columns: set[int]) -> None:
        """Somebody writes a city down."""
        self._tick("add city")
        name, _ = self._place(where)
        there = self.people.columns("city", name)
        wanted = {"name", "country"} | {there[one % len(there)] for one in columns}
        cells = {one: self.people.value("city", name, None, one, pick) for one in there if one in wanted}
        self.people.add("city", name, {one: value for one, value in cells.items() if value is not None})

    @rule(where=WHERE, which=SMALL, pick=NUMBER)
    def add_same_city(self, where: int, which: int, pick: int) -> None:
        """Somebody writes a city down that is elsewhere already, perhaps not synced yet."""
        self._tick("add same city")
        if (row := self._row(where + 1, which)) is None:
            return
        name, _ = self._place(where)
        cells = {one: row[1].inner._rows[row[2]].cells.get(one) for one in ("name", "country")}
        there = [one for one in self.people.columns("city", name) if one not in cells]
        if there:
            column = there[pick % len(there)]
            cells[column] = self.people.value("city", name, None, column, pick // 11)
        self.people.add("city", name, {one: value for one, value in cells.items() if value is not None})

    @rule(where=WHERE, pick=NUMBER)
    def add_person(self, where: int, pick: int) -> None:
        """Somebody writes a person down."""
        self._tick("add person")
        name, _ = self._place(where, "person")
        cells = {one: self.people.value("person", name, None, one, pick % 6) for one in ("name", "email")}
        self.people.add("person", name, cells)

    def _edit(self, kind: str, where: int, which: int, column: int, pick: int) -> None:
        if (row := self._row(where, which, kind)) is None:
            return
        name, _, ref = row
        there = self.people.columns(kind, name)
        if there:
            label = there[column % len(there)]
            self.people.edit(kind, name, ref, label, self.people.value(kind, name, ref, label, pick))

    @rule(where=WHERE, which=SMALL, column=SMALL, pick=NUMBER)
    def edit(self, where: int, which: int, column: int, pick: int) -> None:
        """Somebody writes into a cell."""
        self._tick("edit")
        self._edit("city", where, which, column, pick)

    @rule(which=SMALL, column=SMALL, pick=NUMBER, other=NUMBER)
    def edit_both(self, which: int, column: int, pick: int, other: int) -> None:
        """Two people write into the same field of what may be the same record."""
        self._tick("edit both")
        for where, one in ((0, pick), (1, other)):
            self._edit("city", where, which, column, one)
            self.world.later(seconds=1 + other % 100)

    @rule(
        edits=st.lists(st.tuples(WHERE, SMALL, SMALL, NUMBER), min_size=1, max_size=8),
        troubles=st.lists(st.tuples(WHERE, st.integers(0, len(TROUBLES) - 1), SMALL, NUMBER), max_size=3),
        at=st.none() | st.none() | st.integers(1, 150),
    )
    def busy_day(
        self,
        edits: list[tuple[int, int, int, int]],
        troubles: list[tuple[int, int, int, int]],
        at: int | None,
    ) -> None:
        """Many edits, some troubles, and a run that may be killed."""
        for one in edits:
            self._tick("edit")
            self._edit("city", *one)
        for where, what, after, pick in troubles:
            _, place = self._place(where)
            place.troubles.append(
                Trouble(where=TROUBLES[what][0], what=TROUBLES[what][1], after=after % 3, pick=pick)
            )
        self.kill_at = at
        self._run(full=False, turned=False)

    @rule(where=WHERE, which=SMALL, column=SMALL, pick=NUMBER)
    def edit_person(self, where: int, which: int, column: int, pick: int) -> None:
        """Somebody writes into a cell of a person."""
        self._tick("edit person")
        self._edit("person", where, which, column, pick)

    @rule(where=WHERE, which=SMALL, column=SMALL)
    def clear(self, where: int, which: int, column: int) -> None:
        """Somebody empties a cell."""
        self._tick("clear")
        if (row := self._row(where, which)) is not None:
            there = self.people.columns("city", row[0])
            if there:
                self.people.edit("city", row[0], row[2], there[column % len(there)], None)

    @rule(where=WHERE, which=SMALL, kind=st.sampled_from(["city", "city", "person"]))
    def trash(self, where: int, which: int, kind: str) -> None:
        """Somebody throws a row away."""
        self._tick("trash")
        if (row := self._row(where, which, kind)) is not None:
            self.people.trash(kind, row[0], row[2])

    @rule(where=WHERE, which=SMALL, kind=st.sampled_from(["city", "city", "person"]))
    def restore(self, where: int, which: int, kind: str) -> None:
        """Somebody takes a row out of the trash."""
        self._tick("restore")
        name, place = self._place(where, kind)
        gone = sorted(ref for ref, kept in place.inner._rows.items() if kept.reason is not None)
        if gone:
            place.inner.restore(gone[which % len(gone)], by=f"{name} person", at=self.world.now)

    @rule(where=WHERE, which=SMALL)
    def copy(self, where: int, which: int) -> None:
        """Somebody duplicates a row, our key with it."""
        self._tick("copy")
        if (row := self._row(where, which)) is not None:
            self.people.copy("city", row[0], row[2])

    @rule(where=WHERE, which=SMALL, key=st.sampled_from([None, "junk", "not a key", "other"]))
    def spoil_key(self, where: int, which: int, key: str | None) -> None:
        """Somebody clears or alters our key."""
        self._tick("spoil key")
        if (row := self._row(where, which)) is not None:
            others = sorted(one.key for one in row[1].inner.rows.values() if one.key)
            given = others[0] if key == "other" and others else key
            self.people.rekey("city", row[0], row[2], given)

    @rule(where=WHERE, column=SMALL, how=st.sampled_from(["rename", "drop", "retype", "mend", "mend"]))
    def columns(self, where: int, column: int, how: str) -> None:
        """Somebody changes the columns of a place."""
        self._tick(f"{how} a column")
        name, place = self._place(where)
        there = self.people.columns("city", name)
        broken = sorted(one for one in self.people.dropped if one[1] == name)
        if how == "mend" and broken:
            self.people.mend_column(*broken[0])
        elif how == "rename" and there:
            place.inner.rename_column(there[column % len(there)], f"Column {next(self.people.numbers)}")
        elif how in ("drop", "retype") and there and len(self.people.dropped) < 2:
            label = there[column % len(there)]
            if ("city", name, label) not in self.people.dropped:
                self.people.drop_column("city", name, label, retype=how == "retype")

    @rule()
    def add_option(self) -> None:
        """Somebody adds the option that a column lacks."""
        self._tick("add option")
        inner = self.world.places["city"]["sharepoint"].inner
        column = inner.schema.columns.get("topics")
        if column is not None and column.options is not None:
            full = self.world.places["city"]["notion"].inner.schema.columns.get("topics", column).options
            inner.put_column(type(column)(**{**vars(column), "options": full}))

    # -- services

    @rule(
        where=WHERE,
        kind=st.sampled_from(KINDS),
        what=st.sampled_from(READS),
        after=st.integers(0, 2),
        pick=NUMBER,
    )
    def trouble_reading(self, where: int, kind: str, what: str, after: int, pick: int) -> None:
        """A reading will go wrong."""
        _, place = self._place(where, kind)
        place.troubles.append(Trouble(where="read", what=what, after=after, pick=pick))

    @rule(where=WHERE, what=st.sampled_from(LOOKS), after=st.integers(0, 2))
    def trouble_looking(self, where: int, what: str, after: int) -> None:
        """A look-up will go wrong."""
        _, place = self._place(where)
        place.troubles.append(Trouble(where="look", what=what, after=after))

    @rule(
        where=WHERE,
        what=st.sampled_from(WRITES),
        after=st.integers(0, 3),
        times=st.integers(1, 3),
        pick=NUMBER,
    )
    def trouble_writing(self, where: int, what: str, after: int, times: int, pick: int) -> None:
        """One or several writes will go wrong."""
        _, place = self._place(where)
        place.troubles += [
            Trouble(where="write", what=what, after=after, pick=pick + one) for one in range(times)
        ]

    @rule(where=WHERE, kind=st.sampled_from(KINDS))
    def expire(self, where: int, kind: str) -> None:
        """A service forgets its cursors."""
        self._tick("expire cursors")
        self._place(where, kind)[1].inner.expire_cursors()

    @rule(minutes=st.sampled_from([1, 60, 60 * 30]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self._tick("wait")
        self.world.later(minutes=minutes)

    @rule(at=st.integers(1, 120))
    def kill_the_next(self, at: int) -> None:
        """The next run will be killed at that step."""
        self.kill_at = at

    # -- answers

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
        _, value = answering.resolve(self.world.parts, one.id, said)
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
        if rest.clean:
            RULES["clean"] += 1
            rest.every_row_has_its_record()
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

    def teardown(self) -> None:
        """Every script ends at rest."""
        if not hasattr(self, "world"):
            return
        try:
            if not self.broken:
                self.come_to_rest()
        finally:
            self.world.store.close()


class SoakOnSqlite(Soak):
    """The same over a real database, in a file."""

    def new_store(self) -> Store:
        """A copy of an empty one: making the tables takes longer than a script."""
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "soak.sqlite"
        file.write_bytes(_model())
        return open_store(f"sqlite:///{file}")

    def teardown(self) -> None:
        """Leave no file behind."""
        super().teardown()
        if hasattr(self, "folder"):
            self.folder.cleanup()


@cache
def _model() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        open_store(f"sqlite:///{folder}/model.sqlite").close()
        return (Path(folder) / "model.sqlite").read_bytes()


class SoakOnPostgresql(Soak):
    """The same over a server."""

    url = ""

    def new_store(self) -> Store:
        """The one database, emptied."""
        store = open_store(self.url)
        with closing(Database(self.url)) as database, database.write() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
        return store


STORES = {"memory": Soak, "sqlite": SoakOnSqlite, "postgresql": SoakOnPostgresql}


def machine(store: str) -> type[Soak]:
    """Return a machine of its own, which may be given a seed."""
    return type(f"Soak_{store}", (STORES[store],), {})


def _plain(made: Plan) -> tuple[object, ...]:
    return (
        made.actions,
        made.links,
        made.unlinks,
        made.agrees,
        made.findings,
        dict(sorted(made.ended.items())),
    )


QUICK = settings(
    max_examples=120,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def test_the_laws_hold_whatever_happens() -> None:
    """A hundred scripts of edits, lies, lost answers and kills: every Law holds after every run."""
    run_state_machine_as_test(Soak, settings=QUICK)


def test_the_laws_hold_over_a_database() -> None:
    """The same over SQLite: what is remembered survives being written down."""
    run_state_machine_as_test(SoakOnSqlite, settings=settings(QUICK, max_examples=15))
