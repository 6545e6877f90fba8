"""Writing to a data source: look, compare, write, and look again when the answer is lost.

Notion has neither an If-Match nor an idempotency key, may save a write and answer 503, and tells the edit time to the
minute. So a batch of updates is preceded by one query that reads what was edited since the oldest version in it; only
the properties that change are sent; and nothing is sent twice without a look in between.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from syncbot.errors import (
    AlreadyExists,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Precondition,
    ReadOnly,
    VersionChanged,
)
from syncbot.model.values import UNKNOWN, Value

from ..base import (
    Column,
    ColumnId,
    ColumnType,
    Create,
    Delete,
    Done,
    Gone,
    GoneReason,
    Ref,
    Row,
    Schema,
    Update,
    Write,
)
from .connection import NotionConnection
from .failures import SavedUnanswered
from .pages import PageReader, content_of, gone, time_of
from .wire import Directory, Unfit, UnknownOption, as_stored, text_property, to_property

Json = Mapping[str, Any]
T = TypeVar("T")
_FEW = 2
"""So many rows are looked up one by one rather than by a query."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a lost write is looked for, and how often it is tried."""

    sleep: Callable[[float], None]
    looks: Sequence[float] = (0.0, 1.0)
    """Seconds to wait before each look for a row that may have been made."""
    attempts: int = 6
    pause: float = 0.5
    """Seconds before a write is sent again; doubled each time."""


class Place(Protocol):
    """What the writer looks at: the endpoint's reading half."""

    def describe(self) -> Schema:
        """Read the schema."""

    def get(self, ref: Ref, schema: Schema) -> Row | Gone:
        """Look one row up."""

    def find(self, key: str, schema: Schema) -> Sequence[Row]:
        """Look for a key."""

    def find_all(self, keys: Sequence[str], schema: Schema) -> Sequence[Row]:
        """Look for several keys."""

    def edited_since(self, moment: str, schema: Schema, *, most: int) -> Sequence[Row] | None:
        """Return what was edited at that moment or later; None when that takes more than `most` requests."""


class Writer:
    """Carries out one batch of writes."""

    def __init__(
        self,
        *,
        name: str,
        connection: NotionConnection,
        place: Place,
        reader: PageReader,
        user_id: Directory,
        patience: Patience,
        schema: Schema,
    ) -> None:
        self._name = name
        self._connection = connection
        self._place = place
        self._reader = reader
        self._user_id = user_id
        self._patience = patience
        self._schema = schema
        self._now: dict[Ref, Row | Gone] = {}
        self._keys: dict[str, Ref] = {}
        self._fresh: Mapping[ColumnId, Column] | None = None

    def write(self, writes: Sequence[Write]) -> Iterator[Done]:
        """Yield how each write ended, in the order given."""
        self._look_at([one for one in writes if not isinstance(one, Create)])
        self._look_for([one.key for one in writes if isinstance(one, Create)])
        for write in writes:
            try:
                row = self._carry_out(write)
            except Precondition as error:
                yield Done(write=write, error=error)
            else:
                yield Done(write=write, row=row)

    def _look_at(self, writes: Sequence[Update | Delete]) -> None:
        """Read the rows to be written as they are now: those edited since the oldest version, by one query.

        Where too much was edited since then, and where there are only few, row by row.
        """
        times = [time_of(one.version) for one in writes]
        edited: Sequence[Row] | None = None
        if len(writes) > _FEW and all(_is_moment(time) for time in times):
            edited = self._place.edited_since(min(times), self._schema, most=len(writes) // 2)
        if edited is None:
            self._now = {one.ref: self._place.get(one.ref, self._schema) for one in writes}
        else:
            self._now = {row.ref: row for row in edited}

    def _look_for(self, keys: Sequence[str]) -> None:
        """Find out which keys are taken, by one query."""
        if keys:
            rows = self._place.find_all(keys, self._schema)
            self._keys = {row.key: row.ref for row in rows if row.key is not None}

    def _carry_out(self, write: Write) -> Row | None:
        match write:
            case Create():
                row = self._create(write)
                self._keys[write.key] = row.ref
                return row
            case Update():
                row = self._update(write)
                self._now[write.ref] = row
                return row
            case Delete():
                self._delete(write)
                return None

    def _create(self, write: Create) -> Row:
        properties = self._properties(write.cells, write.key, None)
        if write.key in self._keys:
            raise AlreadyExists("a row has this key already", endpoint=self._name, ref=self._keys[write.key])
        parent = {"type": "data_source_id", "data_source_id": self._schema.container}
        body = {"parent": parent, "properties": properties}

        def look(lost: OutcomeUnknown) -> Row | None:
            return self._made(write.key, lost)

        return self._persist(
            lambda: self._reader.row(self._connection.change("POST", "pages", body), self._schema), look
        )

    def _made(self, key: str, lost: OutcomeUnknown) -> Row | None:
        """Return the row of a create whose answer was lost, if there is one."""
        if isinstance(lost, SavedUnanswered) and lost.resource is not None:
            row = self._place.get(lost.resource, self._schema)
            if isinstance(row, Row):
                return row
        for wait in self._patience.looks:
            if wait:
                self._patience.sleep(wait)
            found = self._place.find(key, self._schema)
            if found:
                return found[0]
        return None

    def _update(self, write: Update) -> Row:
        properties = self._properties(write.cells, write.key, write.ref)
        self._check(write)
        if not properties:
            return self._living(write.ref)

        def send() -> Row:
            page = self._connection.change("PATCH", f"pages/{write.ref}", {"properties": properties})
            self._refuse_gone(gone(page, self._schema.container))
            return self._reader.row(page, self._schema)

        def look(_lost: OutcomeUnknown) -> Row | None:
            row = self._living(write.ref)
            if self._applied(write, row):
                return row
            if content_of(row.version) != content_of(write.version):
                raise self._moved(write.ref)
            return None

        return self._persist(send, look, ref=write.ref)

    def _delete(self, write: Delete) -> None:
        self._check(write)

        def send() -> Gone:
            self._connection.change("PATCH", f"pages/{write.ref}", {"in_trash": True})
            return Gone(ref=write.ref, reason=GoneReason.TRASHED)

        def look(_lost: OutcomeUnknown) -> Gone | None:
            found = self._place.get(write.ref, self._schema)
            return found if isinstance(found, Gone) else None

        self._now[write.ref] = self._persist(send, look, ref=write.ref)

    def restore(self, ref: Ref) -> Row:
        """Take a page out of the trash; one that is not in it is left as it is, and one that is nowhere is told."""
        found = self._place.get(ref, self._schema)
        if isinstance(found, Row):
            return found
        if found.reason is not GoneReason.TRASHED:
            raise self._absent(found)

        def send() -> Row:
            self._connection.change("PATCH", f"pages/{ref}", {"in_trash": False})
            return self._living(ref)

        def look(_lost: OutcomeUnknown) -> Row | None:
            now = self._place.get(ref, self._schema)
            return now if isinstance(now, Row) else None

        return self._persist(send, look, ref=ref)

    def _persist(
        self, send: Callable[[], T], look: Callable[[OutcomeUnknown], T | None], *, ref: Ref | None = None
    ) -> T:
        """Send until it is known that the write was saved; look before each repetition."""
        pause = self._patience.pause
        for attempt in range(self._patience.attempts):
            if attempt:
                self._patience.sleep(pause)
                pause *= 2
            try:
                return send()
            except OutcomeUnknown as error:
                lost = error
            except Invalid as error:
                raise self._why_refused(error, ref) from error
            found = look(lost)
            if found is not None:
                return found
        raise lost

    def _why_refused(self, error: Invalid, ref: Ref | None) -> Precondition:
        """Say `NotFound` where the reason is that the row is gone: Notion words that as a wrong request."""
        found = None if ref is None else self._place.get(ref, self._schema)
        return self._absent(found) if isinstance(found, Gone) else error

    def _check(self, write: Update | Delete) -> None:
        """Compare the row as it is now; one that was not edited lately is as it was."""
        now = self._now.get(write.ref)
        if isinstance(now, Gone):
            raise self._absent(now)
        if now is not None and content_of(now.version) != content_of(write.version):
            raise self._moved(write.ref)

    def _living(self, ref: Ref) -> Row:
        found = self._place.get(ref, self._schema)
        if isinstance(found, Gone):
            raise self._absent(found)
        return found

    def _refuse_gone(self, found: Gone | None) -> None:
        if found is not None:
            raise self._absent(found)

    def _absent(self, found: Gone) -> NotFound:
        return NotFound(f"the row is {found.reason}", endpoint=self._name, ref=found.ref)

    def _moved(self, ref: Ref) -> VersionChanged:
        return VersionChanged("somebody changed the row since it was read", endpoint=self._name, ref=ref)

    def _applied(self, write: Update, row: Row) -> bool:
        if write.key is not None and row.key != write.key:
            return False
        return all(self._same(row, column, value) for column, value in write.cells.items())

    def _same(self, row: Row, column: ColumnId, value: Value) -> bool:
        found = row.cells.get(column, UNKNOWN)
        if self._schema.columns[column].type is ColumnType.FLAG:
            value = bool(value)
        return found is not UNKNOWN and as_stored(found) == as_stored(value)

    def _properties(self, cells: Mapping[ColumnId, Value], key: str | None, ref: Ref | None) -> Json:
        """Return the properties to send; raise with every cell that cannot be sent."""
        properties: dict[str, Any] = {}
        unfit: list[str] = []
        read_only: list[str] = []
        for column_id, value in cells.items():
            column = self._schema.columns.get(column_id)
            if column is None or column_id == self._schema.key_column:
                unfit.append(f"there is no column {column_id!r} to write to")
            elif not column.writable:
                read_only.append(f"{column.name!r} cannot be written")
            else:
                try:
                    properties[column_id] = self._property(column, value)
                except Unfit as error:
                    unfit.append(f"{column.name!r}: {error}")
        if unfit:
            raise Invalid("; ".join([*unfit, *read_only]), endpoint=self._name, ref=ref)
        if read_only:
            raise ReadOnly("; ".join(read_only), endpoint=self._name, ref=ref)
        if key is not None:
            native = self._schema.columns[self._schema.key_column].native
            properties[self._schema.key_column] = text_property(native, key)
        return properties

    def _property(self, column: Column, value: Value) -> Json:
        """Return one property; an option that the schema does not know may have been added since it was read."""
        try:
            return to_property(column, value, self._user_id)
        except UnknownOption:
            if self._fresh is None:
                self._fresh = self._place.describe().columns
            fresh = self._fresh.get(column.id)
            if fresh is None or fresh.native != column.native:
                raise
            return to_property(fresh, value, self._user_id)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
