"""The people of the soak: what they do at the places, and what they remember to have written."""

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from syncbot.endpoints.base import Column, ColumnType
from syncbot.model.values import UNKNOWN, Value
from tests.fakes.soak_place import Place
from tests.fakes.soak_world import COLUMNS, GROUPS, START, TOPICS, SoakWorld

TOWNS = (
    *("Aalst", "Bruges", "Ghent", "Mons", "Kortrijk", "Ypres", "Dinant", "Zwolle", "Utrecht", "Hasselt"),
    *(
        "Namur",
        "Oostende",
        "Vielsalm",
        "Roermond",
        "Eupen",
        "Waregem",
        "Lommel",
        "Tubize",
        "Xanten",
        "Jodoigne",
    ),
)
"""No two alike, so that nobody has to be asked whether they are."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a person wrote into a cell."""

    kind: str
    place: str
    ref: str
    column: str
    value: Value
    at: object
    before: Value = None
    """What stood there."""
    change: int = 0
    """The row's version after that."""
    record: str | None = None
    """The record that the row was known to belong to by then."""
    agreed: bool = False
    """Something was agreed about that by then, and the cell was last read as something that is understood.

    A merge may bring the record history of another one later; and of a column that was put back nobody can tell what
    was emptied from what was never filled.
    """

    @property
    def cell(self) -> tuple[str, str, str, str]:
        """Where it stands."""
        return self.kind, self.place, self.ref, self.column


@dataclass(kw_only=True)
class People:
    """Everybody who works at the places."""

    world: SoakWorld
    words: dict[tuple[str, str, str, str], Word] = field(default_factory=dict)
    """By cell: what a person wrote there last, as long as it stands there."""
    said: list[Word] = field(default_factory=list)
    """All that was ever written."""
    made: set[tuple[str, str, str]] = field(default_factory=set)
    """Kind, place and ref of rows that people made."""
    trashed: set[tuple[str, str, str]] = field(default_factory=set)
    """Rows that were in the trash at some time."""
    rekeyed: set[tuple[str, str, str]] = field(default_factory=set)
    """Rows on which they wrote something else where our key stood."""
    let_go: dict[tuple[str, str, str, str], str] = field(default_factory=dict)
    """By kind, place and ref of a row, and the record that a decision took it from: which run was the last by then."""
    dropped: dict[tuple[str, str, str], Column] = field(default_factory=dict)
    """By kind, place and id: columns that were deleted or given another type."""
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        """Stand ready for edits in the middle of a run."""
        for kind, name, place in self.world.all_places():
            place.person = partial(self.meanwhile, kind, name)

    # -- rows

    def trash(self, kind: str, place: str, ref: str) -> None:
        """Throw a row away."""
        self.world.places[kind][place].inner.remove(ref, by=f"{place} person", at=self.world.now)
        self.trashed.add((kind, place, ref))

    def add(self, kind: str, place: str, cells: dict[str, Value], *, key: str | None = None) -> str:
        """Make a row."""
        there = self.world.places[kind][place]
        kept = {
            one: there.normalise(one, value)
            for one, value in cells.items()
            if one in there.inner.schema.columns
        }
        ref = there.inner.add(kept, by=f"{place} person", at=self.world.now, key=key)
        self.made.add((kind, place, ref))
        for column, value in kept.items():
            self._spoken(kind, place, ref, column, value, None)
        return ref

    def edit(self, kind: str, place: str, ref: str, column: str, value: Value) -> None:
        """Write into a cell."""
        there = self.world.places[kind][place]
        if column not in there.inner.schema.columns or value in ("", frozenset()):
            return
        before = there.inner._rows[ref].cells.get(column)
        kept = there.normalise(column, value)
        if kept == before:
            return
        there.inner.edit(ref, {column: kept}, by=f"{place} person", at=self.world.now)
        self._spoken(kind, place, ref, column, kept, before)

    def copy(self, kind: str, place: str, ref: str) -> str:
        """Duplicate a row with everything that stands in it, our key too."""
        row = self.world.places[kind][place].inner.rows[ref]
        cells = dict(self.world.places[kind][place].inner._rows[ref].cells)
        return self.add(kind, place, cells, key=row.key)

    def rekey(self, kind: str, place: str, ref: str, key: str | None) -> None:
        """Write something else where our key stood, or nothing."""
        self.world.places[kind][place].inner.rekey(ref, key, by=f"{place} person", at=self.world.now)
        self.rekeyed.add((kind, place, ref))

    def meanwhile(self, kind: str, place: str, ref: str | None, pick: int, without: frozenset[str]) -> None:
        """Edit a row while a run is at work."""
        self.world.later(seconds=1)
        rows = sorted(self.world.places[kind][place].inner.rows)
        if not rows:
            return
        ref = ref if ref is not None else rows[pick % len(rows)]
        columns = [one for one in self.columns(kind, place) if one not in without]
        if columns:
            column = columns[pick % len(columns)]
            self.edit(kind, place, ref, column, self.value(kind, place, ref, column, pick // 7))
        self.world.later(seconds=1)

    def _spoken(self, kind: str, place: str, ref: str, column: str, value: Value, before: Value) -> None:
        record = self.world.store.keys_of(kind, place, [ref]).get(ref)
        lines = self.world.store.history(kind, record) if record else []
        known = self.world.store.records(kind, [record])[record].rows[place].values if record else {}
        word = Word(
            kind=kind,
            place=place,
            ref=ref,
            column=column,
            value=value,
            at=self.world.now,
            before=before,
            change=self.world.places[kind][place].inner._rows[ref].change,
            record=record,
            agreed=any(line.field == column for line in lines) and known.get(column, UNKNOWN) is not UNKNOWN,
        )
        self.words[word.cell] = word
        self.said.append(word)

    # -- columns

    def columns(self, kind: str, place: str) -> list[str]:
        """The columns that are there and mapped."""
        schema = self.world.places[kind][place].inner.schema
        return [one.id for one in COLUMNS[kind] if one.id in schema.columns]

    def drop_column(self, kind: str, place: str, column: str, *, retype: bool) -> None:
        """Delete a column, or make it one of another type: what stood in it is lost."""
        inner = self.world.places[kind][place].inner
        self.dropped.setdefault((kind, place, column), inner.schema.columns[column])
        if retype:
            other = (
                ColumnType.FLAG
                if inner.schema.columns[column].type is not ColumnType.FLAG
                else ColumnType.TEXT
            )
            inner.retype_column(column, other)
        else:
            inner.drop_column(column)
        for cell in [cell for cell in self.words if cell[:2] == (kind, place) and cell[3] == column]:
            del self.words[cell]

    def mend_column(self, kind: str, place: str, column: str) -> None:
        """Put a column back; it is empty."""
        inner = self.world.places[kind][place].inner
        if column in inner.schema.columns:
            inner.drop_column(column)
        inner.put_column(self.dropped.pop((kind, place, column)))
        for cell in [cell for cell in self.words if cell[:2] == (kind, place) and cell[3] == column]:
            del self.words[cell]

    # -- words

    def value(self, kind: str, place: str, ref: str | None, column: str, pick: int) -> Value:
        """What somebody writes: mostly something new, at times what was said elsewhere, nothing, or nonsense."""
        there: Place = self.world.places[kind][place]
        old = there.inner._rows[ref].cells.get(column) if ref is not None else None
        how = pick % 8
        if how == 6:
            elsewhere = [one.value for one in self.said if (one.kind, one.column) == (kind, column)]
            if elsewhere and column != "lead":
                return elsewhere[pick // 8 % len(elsewhere)]
        if how == 7 and column != "name":
            return None
        return self._new(kind, place, column, pick, old)

    def _new(self, kind: str, place: str, column: str, pick: int, old: Value) -> Value:
        number = next(self.numbers)
        nonsense = pick % 8 == 5
        match column:
            case "name":
                return _town(number) if kind == "city" else f"Person {number}"
            case "lead":
                return self._lead(place, pick, nonsense)
            case "topics":
                return self._topics(old, pick)
            case "note":
                return self._lines(old, number, pick)
        return _plain_word(column, number, pick, nonsense)

    def _lead(self, place: str, pick: int, nonsense: bool) -> Value:
        people = sorted(self.world.places["person"][place].inner.rows)
        return frozenset({people[pick % len(people)]}) if people and not nonsense else frozenset({"999"})

    def _topics(self, old: Value, pick: int) -> Value:
        now = old if isinstance(old, frozenset) else frozenset[str]()
        return now ^ {TOPICS[pick % len(TOPICS)]} or None

    def _lines(self, old: Value, number: int, pick: int) -> Value:
        lines = str(old).split("\n") if old else []
        match pick % 4:
            case 0 | 3:
                lines = [*lines, f"line {number}"]
            case 1:
                lines = [f"first {number}", *lines[1:]]
            case _:
                lines = lines[1:]
        return "\n".join(lines) or None


def _town(number: int) -> str:
    town = TOWNS[number % len(TOWNS)]
    return town if number < len(TOWNS) else f"{town} {chr(64 + number // len(TOWNS)) * 5}"


def _plain_word(column: str, number: int, pick: int, nonsense: bool) -> Value:
    words: dict[str, Value] = {
        "email": f"p{number}@x.example",
        "country": ("BE", "NL", "nowhere")[pick % 3 if pick % 5 == 0 else pick % 2],
        "population": "many" if nonsense else str(1000 + number),
        "miro": f"https://x.example/{number}",
        "csg": GROUPS[pick % 4],
        "last_contact": date(2026, 1, 1) + timedelta(days=number),
        "next_checkin": START + timedelta(minutes=number, seconds=pick % 60),
        "pilot_name": f"Pilot number {number} here" if nonsense else f"Pilot  {number}",
    }
    return words[column]
