"""What people do at the places of the soak, as rules."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.fakes.soak_place import LOOKS, READS, WRITES, Trouble
from tests.fakes.soak_runs import Runs
from tests.fakes.soak_world import KINDS

NUMBER = st.integers(0, 5000)
SMALL = st.integers(0, 11)
WHERE = st.integers(0, 4)
TROUBLES = (
    *(("read", what) for what in READS),
    *(("look", what) for what in LOOKS),
    *(("write", what) for what in WRITES),
)


class Edits(Runs):
    """People at work, each at the place where they always work."""

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


class Services(Runs):
    """What goes wrong at the services, and time."""

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
