"""Carries writes out on an open workbook, one after the other; what cannot be done is an error of that write only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from syncbot.endpoints.base import ColumnId, Create, Delete, Ref, Schema, Update, Write
from syncbot.endpoints.fits import refusal
from syncbot.errors import (
    AlreadyExists,
    EndpointError,
    Invalid,
    NotFound,
    Precondition,
    ReadOnly,
    VersionChanged,
)
from syncbot.model.values import Value

from . import patching
from .book import Book, TableColumn, TableRow
from .reading import Reader, full_rows, key_in, version_of
from .values import Calendar, write


@dataclass(kw_only=True)
class Attempt:
    """Writes on their way into one workbook."""

    reader: Reader
    book: Book
    refs: Mapping[int, Ref]
    """Of the rows as they were read, by number."""
    schema: Schema
    """What the caller knows of the place."""
    calendar: Calendar
    touched: set[int] = field(default_factory=set)
    """Numbers of the rows that were changed."""

    def carry_out(self, one: Write) -> int | EndpointError:
        """Return the number of the row that was written, or why nothing was."""
        ref = None if isinstance(one, Create) else one.ref
        try:
            return self._carry_out(one, ref)
        except patching.NoRoomError as error:
            return Invalid(f"{self.reader.container}: {error}", endpoint=self._name, ref=ref)
        except Precondition as error:
            return error

    @property
    def _name(self) -> str:
        return self.reader.endpoint

    def _carry_out(self, one: Write, ref: Ref | None) -> int:
        if isinstance(one, Delete):
            raise ReadOnly("rows of a workbook are removed by people only", endpoint=self._name, ref=ref)
        if self.book.is_protected:
            raise ReadOnly("the sheet is protected", endpoint=self._name, ref=ref)
        row = self._row(one) if isinstance(one, Update) else None
        self._judge(one, row, ref)
        row = row or patching.new_row(self.book)
        for column, value in one.cells.items():
            self._put(row, self._columns[column], value)
        if one.key is not None:
            patching.put(self.book, row, self._key, write(one.key, self.calendar, dated=False))
            self._keys[one.key] = row.number
        self.touched.add(row.number)
        return row.number

    @cached_property
    def _key(self) -> TableColumn:
        return self.reader.key_of(self.book)

    @cached_property
    def _now(self) -> Schema:
        return self.reader.schema(self.book)

    @cached_property
    def _columns(self) -> Mapping[ColumnId, TableColumn]:
        return {column.id: column for column in self.book.columns}

    @cached_property
    def _numbers(self) -> Mapping[Ref, int]:
        return {ref: number for number, ref in self.refs.items()}

    @cached_property
    def _keys(self) -> dict[str, int]:
        """Key -> the number of the row that bears it."""
        found = {key_in(row, self._key): row.number for row in full_rows(self.book)}
        return {key: number for key, number in found.items() if key is not None}

    def _row(self, update: Update) -> TableRow:
        if update.ref not in self._numbers:
            raise NotFound("the row is not in the table any more", endpoint=self._name, ref=update.ref)
        row = self.book.row(self._numbers[update.ref])
        if version_of(row, self.book, self._key) != update.version:
            raise VersionChanged("somebody changed the row", endpoint=self._name, ref=update.ref)
        return row

    def _judge(self, one: Create | Update, row: TableRow | None, ref: Ref | None) -> None:
        """Raise what speaks against a write, before anything is changed."""
        now = self._now
        refused = refusal(now, one.cells, endpoint=self._name, ref=ref)
        if refused is not None:
            raise refused
        self._judge_columns(one.cells, now, row, ref)
        taken = self._keys.get(one.key) if one.key is not None else None
        if taken is not None and taken != (row.number if row else None):
            raise AlreadyExists(f"row {taken} of the sheet has the key already", endpoint=self._name, ref=ref)

    def _judge_columns(
        self, cells: Mapping[ColumnId, Value], now: Schema, row: TableRow | None, ref: Ref | None
    ) -> None:
        columns = self._columns
        for one, value in cells.items():
            known, name = self.schema.columns.get(one), columns[one].name
            if known is not None and known.native != now.columns[one].native:
                said = f"the column {name!r} held {known.native}, now it holds {now.columns[one].native}"
                raise Precondition(said, endpoint=self._name, ref=ref)
            self._judge_value(name, value, ref)
            if row is not None and row.cell(columns[one]).formula:
                said = f"{name!r} is calculated by a formula in this row"
                raise ReadOnly(said, endpoint=self._name, ref=ref)

    def _judge_value(self, name: str, value: Value, ref: Ref | None) -> None:
        try:
            write(value, self.calendar, dated=True)
        except (TypeError, ValueError, OverflowError) as error:
            raise Invalid(f"{name!r}: {error}", endpoint=self._name, ref=ref) from None

    def _put(self, row: TableRow, column: TableColumn, value: Value) -> None:
        dated = patching.style_at(self.book, row, column) in self.book.date_styles
        patching.put(self.book, row, column, write(value, self.calendar, dated=dated))
