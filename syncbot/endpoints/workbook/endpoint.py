"""Rows of an Excel table, kept in a file of a folder; see `patching` for what a write changes in it."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from syncbot.endpoints.base import (
    Capabilities,
    ColumnType,
    Done,
    Gone,
    GoneReason,
    Reading,
    Ref,
    Row,
    Schema,
    Versions,
    Write,
    nothing_known,
)
from syncbot.endpoints.files import FileEntry, Files, FilesReading
from syncbot.endpoints.memo import Memo
from syncbot.errors import (
    CursorExpired,
    EndpointError,
    Incomplete,
    NotFound,
    Precondition,
    SchemaChanged,
    Unreadable,
    VersionChanged,
)

from . import patching
from .attempt import Attempt
from .book import Book, NoTableError, TableRow, open_book
from .reading import Reader, full_rows, look_of
from .refs import Refs
from .values import Calendar

BATCH = 50
"""Writes of one call: they go into the file together."""


@dataclass(kw_only=True)
class _Held:
    """The workbook as it was read last."""

    entry: FileEntry
    data: bytes
    book: Book
    refs: Mapping[int, Ref]
    """By the row's number."""


@dataclass(kw_only=True)
class WorkbookEndpoint:
    """One Excel table. Rows are never removed, as they hold cells that are not ours."""

    name: str
    files: Files = field(repr=False)
    """The folder, or any above it."""
    path: str
    """Of the workbook, below that folder."""
    table: str
    container: str
    """What the place is called; it stays the same however the table or the file are called later."""
    key_column: str
    zone: ZoneInfo
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    """What columns hold, by name or id; Excel itself does not say."""
    memo: Memo = field(repr=False)
    """Where it is kept which row is which."""
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(deletes=False, batch=BATCH))
    _ref: Ref | None = field(default=None, repr=False)
    """Of the file, once it was found."""
    _held: _Held | None = field(default=None, repr=False)

    @property
    def connection(self) -> str:
        """That of the files."""
        return self.files.connection

    def describe(self) -> Schema:
        """Read the schema."""
        return self._reader.schema(self._now().book)

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:
        """Ask the folder what changed; download the workbook only when its content did."""
        before = _cursor(cursor, self.name)
        told = self._asked(before)
        entry = self._entry_in(told, before)
        if entry is None:
            return Reading(
                rows=(), cursor=_text(told.cursor, before["ref"], before["ctag"]), notes=told.notes
            )
        if cursor is not None and self._is_known(entry, known):
            return Reading(
                rows=(),
                gone=self._gone(),
                cursor=_text(told.cursor, entry.ref, entry.ctag),
                notes=told.notes,
                unchanged=frozenset(self._refs.rows),
            )
        held = self._read(entry)
        rows = [self._row(one, held, schema) for one in full_rows(held.book)]
        versions = known([row.ref for row in rows])
        unchanged = frozenset(row.ref for row in rows if versions.get(row.ref) == row.version)
        full = cursor is None
        return Reading(
            rows=[row for row in rows if row.ref not in unchanged],
            gone=() if full else self._gone(),
            cursor=_text(told.cursor, held.entry.ref, held.entry.ctag),
            full=full,
            notes=told.notes,
            unchanged=unchanged,
        )

    def get(self, ref: Ref, schema: Schema) -> Row | Gone:
        """Look one row up."""
        held = self._now()
        for row in full_rows(held.book):
            if held.refs[row.number] == ref:
                return self._row(row, held, schema)
        return Gone(ref=ref, reason=GoneReason.NOT_FOUND)

    def find(self, key: str, schema: Schema) -> Sequence[Row]:
        """Look for rows that carry our key."""
        held = self._now()
        rows = [self._row(row, held, schema) for row in full_rows(held.book)]
        return [row for row in rows if row.key == key]

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:
        """Put all writes into the file at once; when somebody was faster, once more into what it is then."""
        if len(writes) > self.capabilities.batch:
            raise ValueError(f"{len(writes)} writes at once, {self.capabilities.batch} are allowed")
        for last in (False, True):
            try:
                yield from self._write(writes, schema)
                return
            except VersionChanged as error:
                self._held = None
                if last:
                    yield from (Done(write=one, error=error) for one in writes)
            except Precondition as error:
                yield from (Done(write=one, error=error) for one in writes)
                return

    def _write(self, writes: Sequence[Write], schema: Schema) -> list[Done]:
        held = self._now()
        book = self._open(held.data, held.entry.name)
        attempt = Attempt(
            reader=self._reader, book=book, refs=held.refs, schema=schema, calendar=self._calendar(book)
        )
        ends = [attempt.carry_out(one) for one in writes]
        rows: Mapping[int, Row] = {}
        if attempt.touched:
            self._held = None
            entry = self.files.replace(held.entry.ref, patching.saved(book), held.entry.etag)
            rows = self._after(entry, attempt.touched, schema)
        return [self._done(one, end, rows) for one, end in zip(writes, ends, strict=True)]

    def _done(self, one: Write, end: int | EndpointError, rows: Mapping[int, Row]) -> Done:
        if isinstance(end, EndpointError):
            return Done(write=one, error=end)
        if end not in rows:
            return Done(write=one, error=NotFound("the row was taken away at once", endpoint=self.name))
        return Done(write=one, row=rows[end])

    def _after(self, entry: FileEntry, touched: Collection[int], schema: Schema) -> Mapping[int, Row]:
        """Return the rows as they are after a write, by number, from what the folder now holds."""
        held = self._read(entry, ours=touched)
        return {row.number: self._row(row, held, schema) for row in full_rows(held.book)}

    @cached_property
    def _reader(self) -> Reader:
        return Reader(
            endpoint=self.name, container=self.container, key_column=self.key_column, types=dict(self.types)
        )

    @cached_property
    def _refs(self) -> Refs:
        return Refs.from_text(self.memo.recall())

    def _calendar(self, book: Book) -> Calendar:
        return Calendar(from_1904=book.from_1904, zone=self.zone)

    def _row(self, row: TableRow, held: _Held, schema: Schema) -> Row:
        ref = held.refs[row.number]
        content = look_of(row, held.book, self._reader.key_of(held.book)).content
        return self._reader.row(
            row,
            held.book,
            self._calendar(held.book),
            schema=schema,
            ref=ref,
            entry=held.entry,
            by_us=self._refs.is_ours(ref, content),
        )

    def _is_known(self, entry: FileEntry, known: Versions) -> bool:
        """Whether the content is the one that we saw or wrote last, and the caller knows every row of it."""
        looks = self._refs.rows
        if entry.ctag != self._refs.ctag or not looks:
            return False
        versions = known(list(looks))
        return all(versions.get(ref) == look.version for ref, look in looks.items())

    def _gone(self) -> Sequence[Gone]:
        return [Gone(ref=ref, reason=GoneReason.NOT_FOUND) for ref in self._refs.gone]

    def _asked(self, before: Mapping[str, str | None]) -> FilesReading:
        told = self.files.changed(before["files"])
        if not told.complete:
            raise Incomplete("the folder did not tell all its files", endpoint=self.name)
        return told

    def _entry_in(self, told: FilesReading, before: Mapping[str, str | None]) -> FileEntry | None:
        """Return the workbook if its content may be another than before, None when it is the same."""
        ref = before["ref"]
        if ref is None:
            return self._found(told.changed)
        if ref in told.gone:
            raise self._missing()
        entry = next((one for one in told.changed if one.ref == ref), None)
        if entry is None and told.full:
            raise self._missing()
        self._ref = ref
        return entry if entry is not None and entry.ctag != before["ctag"] else None

    def _found(self, entries: Sequence[FileEntry]) -> FileEntry:
        wanted = self.path.casefold()
        entry = next((one for one in entries if one.path.casefold() == wanted), None)
        if entry is None:
            raise self._missing()
        self._ref = entry.ref
        return entry

    def _missing(self) -> SchemaChanged:
        return SchemaChanged(f"there is no workbook {self.path!r}", endpoint=self.name)

    def _now(self) -> _Held:
        """Return the workbook as it is now, downloaded only when it changed."""
        if self._ref is None:
            return self._read(self._found(self._asked({"files": None}).changed))
        try:
            return self._read(self.files.get(self._ref))
        except NotFound:
            raise self._missing() from None

    def _read(self, entry: FileEntry, *, ours: Collection[int] = ()) -> _Held:
        """Download the workbook unless it is held; `ours`: numbers of the rows that we just wrote."""
        if self._held is not None and self._held.entry.ctag == entry.ctag:
            self._held.entry = entry
            return self._held
        data = self.files.download(entry.ref)
        book = self._open(data, entry.name)
        key = self._reader.key_of(book)
        looks = [look_of(row, book, key) for row in full_rows(book)]
        refs = self._refs.name(looks)
        contents = {look.number: look.content for look in looks}
        for number in ours:
            self._refs.ours[refs[number]] = contents[number]
        self._refs.ctag = entry.ctag
        self.memo.keep(self._refs.to_text())
        self._held = _Held(entry=entry, data=data, book=book, refs=refs)
        return self._held

    def _open(self, data: bytes, file: str) -> Book:
        try:
            book = open_book(data, file=file, table=self.table)
        except NoTableError as error:
            said = f"the workbook {self.path!r} has no table {self.table!r}; it has {error}"
            raise SchemaChanged(said, endpoint=self.name) from None
        except Unreadable as error:
            raise Unreadable(file=file, why=error.why, endpoint=self.name, suspect=error.suspect) from error
        self._reader.learn(book)
        return book


def _cursor(text: str | None, endpoint: str) -> Mapping[str, str | None]:
    """Read where a reading goes on: the folder's cursor, the file, and the content that was read."""
    if text is None:
        return {"files": None, "ref": None, "ctag": None}
    try:
        kept = json.loads(text)
        return {name: str(kept[name]) for name in ("files", "ref", "ctag")}
    except (ValueError, TypeError, KeyError):
        raise CursorExpired("the cursor cannot be read", endpoint=endpoint) from None


def _text(files: str | None, ref: str | None, ctag: str | None) -> str:
    return json.dumps({"files": files, "ref": ref, "ctag": ctag})
