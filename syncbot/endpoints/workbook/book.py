"""Opens a workbook as far as one table needs: its sheet, the table itself, texts and which styles show dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import CellCoordinatesException

from syncbot.endpoints.documents.drafting import TooDeepError
from syncbot.endpoints.documents.package import SUSPECT, Package, Relation
from syncbot.errors import Unreadable

from .grid import EMPTY, MOST_ROWS, Raw, cells_of, named, rows_of, text_in

_SHEET_MAIN = "spreadsheetml.sheet.main"
_VALIDATIONS = {"list": "list", "whole": "number", "decimal": "number", "date": "date", "time": "moment"}


@dataclass(frozen=True, kw_only=True, slots=True)
class TableColumn:
    """A column of the table."""

    id: str
    """Excel's own number of it, which stays when it is renamed or moved."""
    name: str
    at: int
    """Of the sheet, from 1."""
    formula: str | None
    """What every row calculates here."""
    holds: str
    """What its validation lets in: "list", "number", "date", "moment"; "formula"; else "any"."""
    options: tuple[str, ...] | None
    """Of a list that is written out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """A row of the table."""

    number: int
    """Of the sheet, from 1."""
    cells: Mapping[int, Raw]

    def cell(self, column: TableColumn) -> Raw:
        """Return what stands in a column."""
        return self.cells.get(column.at, EMPTY)


@dataclass(kw_only=True)
class Book:
    """A workbook that is open at one table. `sheet` and `table` are changed in place by who writes."""

    package: Package
    main: str
    sheet_part: str
    table_part: str
    sheet: etree._Element = field(repr=False)
    table: etree._Element = field(repr=False)
    relations: Sequence[Relation] = field(repr=False)

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """First column, first row (the head), last column, last row (without totals)."""
        left, top, right, bottom = (int(one or 0) for one in range_boundaries(self.table.get("ref", "")))
        return left, top, right, bottom - int(self.table.get("totalsRowCount") or 0)

    def make_sure(self) -> None:
        """Read everything once, so that damage shows now. Raises `ValueError` and its like, `Unreadable`."""
        left, top, right, _ = self.bounds
        if len({column.id for column in self.columns}) != right - left + 1:
            raise ValueError("the table has other columns than it says")
        if top >= self.bounds[3] + 1:
            raise ValueError("the table ends above its head")
        _ = self.rows(), self.date_styles, self.from_1904

    @property
    def has_totals(self) -> bool:
        """Whether a row of totals stands below the rows."""
        return int(self.table.get("totalsRowCount") or 0) > 0

    @cached_property
    def columns(self) -> Sequence[TableColumn]:
        """The columns from left to right."""
        left, top, _, _ = self.bounds
        found = []
        for place, one in enumerate(self.table.iterfind(f"{named('tableColumns')}/{named('tableColumn')}")):
            formula = one.findtext(named("calculatedColumnFormula"))
            holds, options = ("formula", None) if formula else self._validation(left + place, top + 1)
            found.append(
                TableColumn(
                    id=one.get("id", ""),
                    name=_spelled(one.get("name", "")),
                    at=left + place,
                    formula=formula,
                    holds=holds,
                    options=options,
                )
            )
        return found

    def _validation(self, column: int, row: int) -> tuple[str, tuple[str, ...] | None]:
        for one in self.sheet.iterfind(f"{named('dataValidations')}/{named('dataValidation')}"):
            if any(_covers(area, column, row) for area in one.get("sqref", "").split()):
                said = (one.findtext(named("formula1")) or "").strip()
                written = said.startswith('"') and said.endswith('"')
                options = tuple(part.strip() for part in said[1:-1].split(",")) if written else None
                holds = _VALIDATIONS.get(one.get("type", ""), "any")
                return holds, options if holds == "list" else None
        return "any", None

    @cached_property
    def elements(self) -> dict[int, etree._Element]:
        """The rows of the sheet, by number; who adds one puts it in here."""
        return dict(rows_of(self.sheet, 1, 1 << 30))

    @cached_property
    def _rows(self) -> dict[int, TableRow]:
        return {}

    def row(self, number: int) -> TableRow:
        """Return a row of the sheet as it is now."""
        if number not in self._rows:
            element = self.elements.get(number)
            cells = cells_of(element, number, self.strings) if element is not None else {}
            self._rows[number] = TableRow(number=number, cells=cells)
        return self._rows[number]

    def touched(self, number: int) -> None:
        """Forget what was read of a row that was changed."""
        self._rows.pop(number, None)

    def rows(self) -> Sequence[TableRow]:
        """The rows below the head, also empty ones, as they are now."""
        _, top, _, bottom = self.bounds
        if bottom - top > MOST_ROWS:
            raise self.package.unreadable(f"its table has {bottom - top:,} rows, the limit is {MOST_ROWS:,}")
        return [self.row(number) for number in range(top + 1, bottom + 1)]

    @cached_property
    def strings(self) -> Sequence[str]:
        """The texts that cells of the workbook share."""
        part = self._part("sharedStrings")
        return [text_in(one) for one in part.iterfind(named("si"))] if part is not None else []

    @cached_property
    def date_styles(self) -> frozenset[int]:
        """The styles of cells that show a number as a date."""
        part = self._part("styles")
        if part is None:
            return frozenset()
        formats = {
            int(one.get("numFmtId") or 0): one.get("formatCode", "")
            for one in part.iterfind(f"{named('numFmts')}/{named('numFmt')}")
        }
        shown = [int(one.get("numFmtId") or 0) for one in part.iterfind(f"{named('cellXfs')}/{named('xf')}")]
        return frozenset(
            place
            for place, one in enumerate(shown)
            if is_date_format(formats.get(one) or BUILTIN_FORMATS.get(one, "General"))
        )

    @cached_property
    def from_1904(self) -> bool:
        """Whether days are counted from 1904, as on old Macs."""
        properties = self.package.xml(self.main).find(named("workbookPr"))
        return properties is not None and properties.get("date1904") in {"1", "true"}

    @property
    def is_protected(self) -> bool:
        """Whether the sheet lets nobody type."""
        protection = self.sheet.find(named("sheetProtection"))
        return protection is not None and protection.get("sheet") in {"1", "true"}

    def _part(self, kind: str) -> etree._Element | None:
        name = next((one.target for one in self.relations if one.kind == kind and not one.outside), None)
        return self.package.xml(name) if name is not None and self.package.has(name) else None


class NoTableError(Exception):
    """The workbook has no table of that name; the argument names those it has."""


def open_book(data: bytes, *, file: str, table: str) -> Book:
    """Open a workbook at a table. Raises `Unreadable` and `NoTableError`."""
    try:
        book = _open(Package(data=data, file=file), table)
        book.make_sure()
    except TooDeepError as error:
        why = f"{SUSPECT} (elements nested too deep)"
        raise Unreadable(file=file, why=why, suspect=True) from error
    except (ValueError, TypeError, OverflowError, IndexError, CellCoordinatesException) as error:
        raise Unreadable(file=file, why=f"it is damaged ({str(error)[:100]})") from error
    return book


def _open(package: Package, table: str) -> Book:
    main = package.main()
    kind = package.type_of(main)
    if package.has_macros or "macroEnabled" in kind:
        raise package.unreadable("it carries macros")
    if _SHEET_MAIN not in kind:
        raise package.unreadable("it is no Excel workbook, whatever its name says")
    relations = package.relations(main)
    names: list[str] = []
    for sheet in [one.target for one in relations if one.kind == "worksheet" and not one.outside]:
        for part in [one.target for one in package.relations(sheet) if one.kind == "table"]:
            root = package.xml(part)
            name = title_of(root)
            names.append(name)
            if name.casefold() == table.casefold():
                return Book(
                    package=package,
                    main=main,
                    sheet_part=sheet,
                    table_part=part,
                    sheet=package.xml(sheet),
                    table=root,
                    relations=relations,
                )
    raise NoTableError(", ".join(map(repr, names)) or "none")


def title_of(table: etree._Element) -> str:
    """Return what people and formulas call a table."""
    return str(table.get("displayName") or table.get("name") or "")


def _covers(area: str, column: int, row: int) -> bool:
    left, top, right, bottom = range_boundaries(area)
    return int(left or 1) <= column <= int(right or 1 << 20) and int(top or 1) <= row <= int(
        bottom or 1 << 20
    )


def _spelled(name: str) -> str:
    """Line breaks in a head stand as "_x000a_"."""
    return " ".join(name.replace("_x000a_", " ").replace("_x000A_", " ").split())
