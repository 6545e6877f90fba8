"""From an open table to a schema and rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from syncbot.endpoints.base import Column, ColumnId, ColumnType, Row, Schema
from syncbot.endpoints.files import FileEntry
from syncbot.errors import SchemaChanged
from syncbot.model.values import UNKNOWN, Cell

from .book import Book, TableColumn, TableRow, title_of
from .refs import Look, hashed
from .values import LONGEST, Calendar, read

_BY_VALIDATION = {
    "list": ColumnType.CHOICE,
    "number": ColumnType.NUMBER,
    "date": ColumnType.DAY,
    "moment": ColumnType.MOMENT,
}
_LONG = frozenset(
    {ColumnType.TEXT, ColumnType.LONG_TEXT, ColumnType.LINK, ColumnType.EMAIL, ColumnType.PHONE}
)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads rows of one table."""

    endpoint: str
    container: str
    key_column: str
    """Its id or name."""
    types: dict[str, ColumnType]
    """What columns hold, by id or name, where nothing in the workbook says otherwise; others hold text."""

    def schema(self, book: Book) -> Schema:
        """Describe the table. Raises `SchemaChanged` when the key column is not there."""
        key = self.key_of(book)
        return Schema(
            container=self.container,
            title=title_of(book.table),
            columns={one.id: self._column(one, is_key=one.id == key.id) for one in book.columns},
            key_column=key.id,
        )

    def learn(self, book: Book) -> None:
        """Note what columns hold by their ids, as people may rename them later."""
        named = {name.casefold(): kind for name, kind in self.types.items()}
        self.types.update(
            {one.id: named[one.name.casefold()] for one in book.columns if one.name.casefold() in named}
        )

    def key_of(self, book: Book) -> TableColumn:
        """Return the column that carries our key."""
        wanted = self.key_column.casefold()
        found = [one for one in book.columns if one.name.casefold() == wanted] or [
            one for one in book.columns if one.id == self.key_column
        ]
        if not found:
            names = ", ".join(repr(one.name) for one in book.columns)
            said = f"the table has no column {self.key_column!r} for our key; it has {names}"
            raise SchemaChanged(said, endpoint=self.endpoint)
        if found[0].formula is not None:
            said = f"the key column {found[0].name!r} is calculated by a formula"
            raise SchemaChanged(said, endpoint=self.endpoint)
        return found[0]

    def _column(self, column: TableColumn, *, is_key: bool) -> Column:
        kind = ColumnType.TEXT if is_key else self.kind_of(column)
        return Column(
            id=column.id,
            name=column.name,
            type=kind,
            native="any" if is_key else column.holds,
            writable=column.formula is None,
            options=column.options if kind is ColumnType.CHOICE else None,
            max_length=LONGEST if kind in _LONG else None,
        )

    def kind_of(self, column: TableColumn) -> ColumnType:
        """Tell what a column holds: what its validation lets in, else what the mapping says."""
        declared = self.types.get(column.id)
        if column.holds == "list" and declared is ColumnType.CHOICES:
            return declared
        return _BY_VALIDATION.get(column.holds) or declared or ColumnType.TEXT

    def row(
        self,
        row: TableRow,
        book: Book,
        calendar: Calendar,
        *,
        schema: Schema,
        ref: str,
        entry: FileEntry,
        by_us: bool,
    ) -> Row:
        """Translate a row; a column that is not as `schema` says is UNKNOWN."""
        key = self.key_of(book)
        cells: dict[ColumnId, Cell] = {}
        faults: dict[ColumnId, str] = {}
        columns = {one.id: one for one in book.columns}
        for one, wanted in schema.columns.items():
            if one == schema.key_column:
                continue
            cells[one], fault = self._cell(row, wanted, columns.get(one), book, calendar)
            if fault is not None:
                faults[one] = f"the column {wanted.name!r} {fault}"
        return Row(
            ref=ref,
            version=version_of(row, book, key),
            key=key_in(row, key),
            cells=cells,
            edited_at=entry.edited_at,
            edited_by=entry.edited_by,
            by_us=by_us,
            url=entry.url,
            faults=faults,
        )

    def _cell(
        self, row: TableRow, wanted: Column, column: TableColumn | None, book: Book, calendar: Calendar
    ) -> tuple[Cell, str | None]:
        if column is None:
            return UNKNOWN, "is gone"
        if column.holds != wanted.native:
            return UNKNOWN, f"held {wanted.native}, now it holds {column.holds}"
        raw = row.cell(column)
        return read(raw, wanted.type, calendar, dated=raw.style in book.date_styles)


def key_in(row: TableRow, key: TableColumn) -> str | None:
    """Return our key as it stands on a row."""
    return (row.cell(key).text or "").strip() or None


def look_of(row: TableRow, book: Book, key: TableColumn) -> Look:
    """Return what a row is known by."""
    said = "\x1f".join(
        f"{one.id}\x1e{row.cell(one).kind}\x1e{row.cell(one).text or ''}"
        for one in book.columns
        if one.id != key.id
    )
    return Look(number=row.number, key=key_in(row, key), content=hashed(said))


def version_of(row: TableRow, book: Book, key: TableColumn) -> str:
    """Return a mark of everything that stands in a row."""
    return look_of(row, book, key).version


def full_rows(book: Book) -> Sequence[TableRow]:
    """The rows in which something stands; what a row only calculates does not count."""
    typed = [one for one in book.columns if one.formula is None]
    return [row for row in book.rows() if any(not row.cell(one).is_empty for one in typed)]
