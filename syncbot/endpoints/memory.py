"""An endpoint in memory: the smallest one that keeps the whole contract, and one that lies when told to."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from syncbot.errors import (
    AlreadyExists,
    CursorExpired,
    EndpointError,
    NotFound,
    OutcomeUnknown,
    Precondition,
    VersionChanged,
)
from syncbot.model.values import UNKNOWN, Cell, Value

from .base import (
    Capabilities,
    Column,
    ColumnId,
    ColumnType,
    Create,
    Delete,
    Done,
    Gone,
    GoneReason,
    Reading,
    Ref,
    Row,
    Schema,
    Update,
    Versions,
    Write,
    nothing_known,
)
from .fits import refusal

US = "syncbot"
"""Who stands behind writes that came through the endpoint."""


@dataclass(kw_only=True)
class Lies:
    """What goes wrong when asked for; nothing by default."""

    halved: bool = False
    """Readings stop half way and say so (`complete` is False)."""
    order: random.Random | None = None
    """Readings and searches come in an order drawn from these dice."""
    reading: Callable[[], EndpointError | None] = lambda: None
    """Asked before each reading, look-up and search; an error is raised."""
    refused: Callable[[Write], EndpointError | None] = lambda _: None
    """Asked before each write; a `Precondition` is how that write ends, any other error is raised."""
    lost: Callable[[Write], bool] = lambda _: False
    """Asked after each write: its answer gets lost although it was saved, `OutcomeUnknown` is raised."""


@dataclass(kw_only=True)
class _Kept:
    """One row as it is kept."""

    cells: dict[ColumnId, Value]
    key: str | None
    change: int
    """The place's counter when it last changed; also its version."""
    at: datetime
    by: str
    reason: GoneReason | None = None
    """Why it is not among the others; None = it is."""


@dataclass(kw_only=True)
class MemoryEndpoint:
    """Rows in a dict. `edit`, `add`, `remove` and their like are what people do there."""

    name: str
    schema: Schema
    """What the place looks like now; people change it by `rename_column`, `retype_column`, `drop_column`."""
    clock: Callable[[], datetime]
    connection: str = "memory"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(batch=20))
    lies: Lies = field(default_factory=Lies)
    requests: int = 0
    """Calls so far; each stands for one request to a service."""
    _rows: dict[Ref, _Kept] = field(default_factory=dict)
    _changes: int = 0
    _oldest: int = 0
    """Cursors below this are too old."""

    def describe(self) -> Schema:
        """Return the schema as it is now."""
        self._asked()
        return self.schema

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:
        """Return the rows changed since the counter stood at `cursor`."""
        self._asked()
        since = 0 if cursor is None else self._since(cursor)
        moved = {ref: kept for ref, kept in self._rows.items() if kept.change > since}
        living = {ref: kept for ref, kept in moved.items() if kept.reason is None}
        versions = known(list(living))
        told = {ref: self._row(ref, kept, schema) for ref, kept in living.items()}
        unchanged = frozenset(ref for ref, row in told.items() if versions.get(ref) == row.version)
        rows = [row for ref, row in told.items() if ref not in unchanged]
        gone = [
            Gone(ref=ref, reason=kept.reason)
            for ref, kept in moved.items()
            if kept.reason and cursor is not None
        ]
        if self.lies.halved:
            return Reading(rows=self._ordered(rows)[: len(rows) // 2], complete=False, full=cursor is None)
        return Reading(
            rows=self._ordered(rows),
            gone=gone,
            cursor=str(self._changes),
            full=cursor is None,
            unchanged=unchanged,
        )

    def get(self, ref: Ref, schema: Schema) -> Row | Gone:
        """Look one row up."""
        self._asked()
        kept = self._rows.get(ref)
        if kept is None or kept.reason is not None:
            return Gone(ref=ref, reason=kept.reason if kept and kept.reason else GoneReason.NOT_FOUND)
        return self._row(ref, kept, schema)

    def find(self, key: str, schema: Schema) -> Sequence[Row]:
        """Look for living rows with our key."""
        self._asked()
        return self._ordered(
            [self._row(ref, kept, schema) for ref, kept in self._living() if kept.key == key]
        )

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:
        """Carry out one write after the other."""
        if len(writes) > self.capabilities.batch:
            raise ValueError(f"{len(writes)} writes at once, {self.capabilities.batch} are allowed")
        self.requests += 1
        for one in writes:
            yield self._done(one, schema)

    def bring_back(self, ref: Ref, schema: Schema) -> Row:
        """Take a row out of the trash."""
        self._asked()
        kept = self._rows.get(ref)
        if kept is None or kept.reason not in (None, GoneReason.TRASHED):
            raise NotFound("the row is not in the trash", endpoint=self.name, ref=ref)
        if kept.reason is not None:
            self.restore(ref, by=US, at=self.clock())
        return self._row(ref, kept, schema)

    def add(self, cells: Mapping[ColumnId, Value], *, by: str, at: datetime, key: str | None = None) -> Ref:
        """Add a row as a person; with `key` it is a copy of a row of ours."""
        ref = str(len(self._rows) + 1)
        self._changes += 1
        self._rows[ref] = _Kept(cells=_filled(cells), key=key, change=self._changes, at=at, by=by)
        return ref

    def edit(self, ref: Ref, cells: Mapping[ColumnId, Value], *, by: str, at: datetime) -> None:
        """Change cells of a row; None empties a cell."""
        kept = self._rows[ref]
        kept.cells = _filled(kept.cells | dict(cells))
        self._touch(kept, by, at)

    def remove(self, ref: Ref, *, by: str, at: datetime, reason: GoneReason = GoneReason.TRASHED) -> None:
        """Take a row away from the others."""
        self._rows[ref].reason = reason
        self._touch(self._rows[ref], by, at)

    def restore(self, ref: Ref, *, by: str, at: datetime) -> None:
        """Bring a removed row back."""
        self._rows[ref].reason = None
        self._touch(self._rows[ref], by, at)

    def rekey(self, ref: Ref, key: str | None, *, by: str, at: datetime) -> None:
        """Write something else where our key stood, or nothing, as people do by accident."""
        self._rows[ref].key = key
        self._touch(self._rows[ref], by, at)

    def put_column(self, column: Column) -> None:
        """Add a column, or give one of this id another shape; what stands in it stays."""
        self.schema = replace(self.schema, columns={**self.schema.columns, column.id: column})

    def rename_column(self, column: ColumnId, name: str) -> None:
        """Give a column another name; its id stays."""
        self._reshape(column, name=name)

    def retype_column(self, column: ColumnId, kind: ColumnType) -> None:
        """Make a column one of another type; what stood in it is lost."""
        self._reshape(column, type=kind, native=kind.value, options=None, max_length=None)
        for kept in self._rows.values():
            kept.cells.pop(column, None)

    def drop_column(self, column: ColumnId) -> None:
        """Delete a column with all that stands in it."""
        columns = {one: shape for one, shape in self.schema.columns.items() if one != column}
        self.schema = replace(self.schema, columns=columns)
        for kept in self._rows.values():
            kept.cells.pop(column, None)

    def expire_cursors(self) -> None:
        """Forget the past: all cursors given out so far are too old."""
        self._changes += 1
        self._oldest = self._changes

    @property
    def rows(self) -> Mapping[Ref, Row]:
        """All living rows, for looking at; no request."""
        return {ref: self._row(ref, kept, self.schema) for ref, kept in self._living()}

    def _asked(self) -> None:
        self.requests += 1
        error = self.lies.reading()
        if error is not None:
            raise error

    def _since(self, cursor: str) -> int:
        if not cursor.isdecimal() or not self._oldest <= int(cursor) <= self._changes:
            raise CursorExpired(f"the cursor {cursor!r} is not known here any more", endpoint=self.name)
        return int(cursor)

    def _living(self) -> list[tuple[Ref, _Kept]]:
        return [(ref, kept) for ref, kept in self._rows.items() if kept.reason is None]

    def _ordered(self, rows: list[Row]) -> list[Row]:
        return rows if self.lies.order is None else self.lies.order.sample(rows, len(rows))

    def _row(self, ref: Ref, kept: _Kept, schema: Schema) -> Row:
        faults = self._faults(schema)
        cells: dict[ColumnId, Cell] = {
            one: UNKNOWN if one in faults else kept.cells.get(one, self._empty(one))
            for one in schema.columns
            if one != schema.key_column
        }
        return Row(
            ref=ref,
            version=str(kept.change),
            key=kept.key,
            cells=cells,
            edited_at=kept.at,
            edited_by=kept.by,
            by_us=kept.by == US,
            faults=faults,
        )

    def _empty(self, column: ColumnId) -> Value:
        return False if self.schema.columns[column].type is ColumnType.FLAG else None

    def _faults(self, schema: Schema) -> dict[ColumnId, str]:
        """Say which columns of `schema` are not here any more as it says."""
        now = self.schema.columns
        faults = {}
        for one, column in schema.columns.items():
            if one not in now:
                faults[one] = f"the column {column.name!r} is gone"
            elif now[one].native != column.native:
                faults[one] = f"the column {column.name!r} was {column.native}, now it is {now[one].native}"
        return faults

    def _done(self, write: Write, schema: Schema) -> Done:
        error = self.lies.refused(write)
        if error is not None and not isinstance(error, Precondition):
            raise error
        error = error or self._refusal(write, schema)
        if error is not None:
            return Done(write=write, error=error)
        row = self._carry_out(write, schema)
        if self.lies.lost(write):
            raise OutcomeUnknown("the answer got lost", endpoint=self.name, ref=_ref(write))
        return Done(write=write, row=row)

    def _refusal(self, write: Write, schema: Schema) -> EndpointError | None:
        ref = _ref(write)
        if ref is not None:
            kept = self._rows.get(ref)
            if kept is None or kept.reason is not None:
                return NotFound("the row is gone", endpoint=self.name, ref=ref)
            if not isinstance(write, Create) and str(kept.change) != write.version:
                return VersionChanged("somebody changed the row", endpoint=self.name, ref=ref)
        if isinstance(write, Delete):
            return None
        taken = [one for one, kept in self._living() if kept.key == write.key and one != ref]
        if write.key is not None and taken:
            return AlreadyExists(f"row {taken[0]} has the key already", endpoint=self.name, ref=ref)
        faults = self._faults(schema)
        hit = [faults[one] for one in write.cells if one in faults]
        if hit:
            return Precondition("; ".join(hit), endpoint=self.name, ref=ref)
        return refusal(self.schema, write.cells, endpoint=self.name, ref=ref)

    def _carry_out(self, write: Write, schema: Schema) -> Row | None:
        now = self.clock()
        match write:
            case Create():
                ref = self.add(write.cells, by=US, at=now, key=write.key)
            case Update():
                ref = write.ref
                self._rows[ref].key = write.key or self._rows[ref].key
                self.edit(ref, write.cells, by=US, at=now)
            case Delete():
                self.remove(write.ref, by=US, at=now)
                return None
        return self._row(ref, self._rows[ref], schema)

    def _touch(self, kept: _Kept, by: str, at: datetime) -> None:
        self._changes += 1
        kept.change, kept.by, kept.at = self._changes, by, at

    def _reshape(self, column: ColumnId, **changes: object) -> None:
        self.put_column(replace(self.schema.columns[column], **changes))  # type: ignore[arg-type]  # each is a member


def _ref(write: Write) -> Ref | None:
    return None if isinstance(write, Create) else write.ref


def _filled(cells: Mapping[ColumnId, Value]) -> dict[ColumnId, Value]:
    """Keep what is not empty: None, "" and an empty set are the same."""
    return {one: value for one, value in cells.items() if value not in (None, "", frozenset())}
