"""One place with the rows of manual sync: looked at with one request, and written where a row still is as decided."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from syncbot.endpoints.base import (
    Column,
    ColumnId,
    ColumnType,
    Create,
    Done,
    Endpoint,
    Gone,
    Reading,
    Ref,
    Row,
    Schema,
    Update,
    Write,
)
from syncbot.errors import AlreadyExists, CursorExpired, NotFound, Problem, SchemaChanged, VersionChanged
from syncbot.mapping.binding import column_named
from syncbot.model.values import UNKNOWN, Value

from .control import Part, Seen

Cells: TypeAlias = Mapping[Part, bool | str]
"""What is to stand in a row."""
Still: TypeAlias = Callable[[Seen], bool]
"""Whether a row that somebody changed meanwhile is still to be written."""

WHOLE_EVERY = timedelta(days=1)
"""How often all rows are read: one that was put into the trash is only missed then."""
_TRIES = 3
_TEXTS = (ColumnType.TEXT, ColumnType.LONG_TEXT)


@dataclass(frozen=True, kw_only=True)
class Controls:
    """What mappings/control.yaml declares, made of real endpoints."""

    places: Sequence[tuple[Endpoint, Mapping[Part, str]]]
    """Where the rows are, each with the names of its columns."""
    make_rows: bool = True
    """A group without a row gets one."""
    unset: Sequence[Problem] = ()
    """The settings without which nobody can ask for a sync at the other places."""


class Place:
    """The rows of one endpoint as they are known now; forgotten when anything goes wrong, and then read anew."""

    def __init__(self, endpoint: Endpoint, columns: Mapping[Part, str]) -> None:
        """Ask nothing yet. `columns` are the names by which people know them."""
        self._endpoint = endpoint
        self._names = columns
        self._schema: Schema | None = None
        self._columns: Mapping[Part, Column] = {}
        self._cursor: str | None = None
        self._rows: dict[Ref, Row] = {}
        self._read_at: datetime | None = None
        self.whole = False
        """Every row there is is known."""

    @property
    def name(self) -> str:
        """As the mapping calls it."""
        return self._endpoint.name

    def describe(self) -> Schema:
        """Find the columns. Raises `SchemaChanged` with everything that is missing there, and other `EndpointError`s."""
        schema = self._endpoint.describe()
        found = {part: column_named(schema, name) for part, name in self._names.items()}
        faults = [fault for part, one in found.items() if (fault := _fault(part, one)) is not None]
        if faults:
            raise SchemaChanged("; ".join(faults), endpoint=self.name)
        self._columns = {part: one for part, one in found.items() if isinstance(one, Column)}
        kept = {one.id: one for one in self._columns.values()}
        key = schema.columns.get(schema.key_column)
        narrow = kept | ({key.id: key} if key is not None else {})
        self._schema = replace(schema, columns=narrow)
        return self._schema

    def look(self, now: datetime) -> Sequence[Seen]:
        """Read what changed and return all rows: one request, a few more at the first time."""
        if self._read_at is None or now - self._read_at >= WHOLE_EVERY:
            self.forget()
        schema = self._schema or self.describe()
        try:
            reading = self._endpoint.changes(self._cursor, schema)
        except CursorExpired:
            reading = self._endpoint.changes(None, schema)
        self._take(reading, now)
        return self.seen()

    def seen(self) -> Sequence[Seen]:
        """Return all rows as they are known. Raises `SchemaChanged` where a row does not tell what is needed."""
        return [self._seen(row) for row in self._rows.values()]

    def forget(self) -> None:
        """Know nothing: the next look begins from the beginning."""
        self._schema = self._cursor = self._read_at = None
        self._rows, self.whole = {}, False

    def make(self, rows: Mapping[str, Cells]) -> None:
        """Make rows, by key; one that is there already is left as it is."""
        self._write([Create(key=key, cells=self._cells(cells)) for key, cells in rows.items()], _never)

    def write(self, rows: Mapping[Ref, Cells], still: Still) -> frozenset[Ref]:
        """Change rows and return those that were changed: not those that are gone, or not `still` to be changed."""
        return self._write(
            [
                Update(ref=ref, version=self._rows[ref].version, cells=self._cells(cells))
                for ref, cells in rows.items()
                if ref in self._rows
            ],
            still,
        )

    def _take(self, reading: Reading, now: datetime) -> None:
        if reading.full:
            self._rows = {}
        self._rows |= {row.ref: row for row in reading.rows}
        for gone in reading.gone:
            self._rows.pop(gone.ref, None)
        if reading.complete:
            self._cursor, self.whole = reading.cursor, self.whole or reading.full
            self._read_at = now if reading.full else self._read_at

    def _write(self, writes: Sequence[Write], still: Still, tries: int = _TRIES) -> frozenset[Ref]:
        assert self._schema is not None
        size, written, again = self._endpoint.capabilities.batch, set[Ref](), list[Write]()
        for start in range(0, len(writes), size):
            for done in self._endpoint.write(writes[start : start + size], self._schema):
                if done.row is not None:
                    self._rows[done.row.ref] = done.row
                    written.add(done.row.ref)
                else:
                    again += self._anew(done, still)
        return frozenset(written) | (self._write(again, still, tries - 1) if again and tries > 1 else set())

    def _anew(self, done: Done, still: Still) -> Iterator[Update]:
        """Look at a row that was not written, and decide again whether it is to be."""
        if isinstance(done.error, AlreadyExists) and isinstance(done.write, Create):
            return  # the next reading tells it
        if not isinstance(done.error, VersionChanged | NotFound) or not isinstance(done.write, Update):
            assert done.error is not None
            raise done.error
        assert self._schema is not None
        row = self._endpoint.get(done.write.ref, self._schema)
        if isinstance(row, Gone):
            self._rows.pop(row.ref, None)
            return
        self._rows[row.ref] = row
        if still(self._seen(row)):
            yield replace(done.write, version=row.version)

    def _cells(self, cells: Cells) -> dict[ColumnId, Value]:
        return {self._columns[part].id: _fitting(self._columns[part], value) for part, value in cells.items()}

    def _seen(self, row: Row) -> Seen:
        cells = {part: row.cells.get(column.id, UNKNOWN) for part, column in self._columns.items()}
        lost = [part for part in (Part.GROUP, Part.SYNC_NOW, Part.STATE) if cells[part] is UNKNOWN]
        if lost:
            why = [
                row.faults.get(one.id, f"{one.name!r} is not told")
                for one in map(self._columns.get, lost)
                if one
            ]
            raise SchemaChanged("; ".join(why), endpoint=self.name)
        return Seen(
            place=self.name,
            ref=row.ref,
            key=row.key,
            name=str(cells[Part.GROUP] or ""),
            ticked=cells[Part.SYNC_NOW] is True,
            state=str(cells[Part.STATE] or ""),
        )


def _never(_: Seen) -> bool:
    return False


def _fault(part: Part, found: Column | str) -> str | None:
    """Why a column cannot be used, in words."""
    if isinstance(found, str):
        return found
    wanted = (ColumnType.FLAG,) if part is Part.SYNC_NOW else _TEXTS
    if found.type not in wanted:
        shape = "a box to tick" if part is Part.SYNC_NOW else "text"
        return f"the column {found.name!r} holds {found.type.value} ({found.native}), not {shape}"
    if not found.writable:
        return f"the column {found.name!r} is read-only, and syncbot has to write it"
    return None


def _fitting(column: Column, value: bool | str) -> Value:
    """Return a value that goes into the column: an empty text is None, and a long one is cut."""
    if not isinstance(value, str):
        return value
    units, most = value.encode("utf-16-le"), 2 * (column.max_length or len(value))
    if len(units) <= most:
        return value or None
    return units[: most - 2].decode("utf-16-le", "ignore") + "…"
