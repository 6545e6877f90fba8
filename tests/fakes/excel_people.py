"""Workbooks as people make and edit them, with openpyxl; never with the code that is tested."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableFormula, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from syncbot.endpoints.base import ColumnId, Ref
from syncbot.endpoints.files_memory import FilesInMemory
from syncbot.endpoints.workbook import WorkbookEndpoint
from syncbot.model.values import Value

BRUSSELS = ZoneInfo("Europe/Brussels")


def saved(book: openpyxl.Workbook) -> bytes:
    """Return a workbook as a file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain(names: tuple[str, ...], rows: int = 1, *, formats: Mapping[str, str] | None = None) -> bytes:
    """Make a workbook with a table of empty rows at A1."""
    book = openpyxl.Workbook()
    sheet = _sheet(book)
    sheet.append(list(names))
    _table(sheet, f"A1:{get_column_letter(len(names))}{1 + rows}")
    for name, shown in (formats or {}).items():
        for row in range(2, 2 + rows):
            sheet.cell(row, names.index(name) + 1).number_format = shown
    return saved(book)


def rich() -> bytes:
    """Make a workbook with most of what people put into one: the table begins at B3 of the second sheet."""
    book = openpyxl.Workbook()
    lists = _sheet(book)
    lists.title = "Lists"
    for row, word in enumerate(("Finance", "Mobility", "Energy"), 1):
        lists.cell(row, 1, word)
    lists["C1"] = "=SUM(Needs!E4:E6)"
    sheet = book.create_sheet("Needs")
    sheet["B1"] = "City needs"
    sheet["B1"].font = Font(bold=True, size=14)
    head = ("Need", "City", "Hours", "Cost", "Urgency", "Raised", "syncbot key")
    rows = [
        ("Grant advice", "Ghent", 3, None, "High", date(2026, 3, 2), None),
        ("Bike plan", "Lier", 5, None, "Low", date(2026, 3, 9), None),
        ("Heat map", "Mons", 8, None, "Low", date(2026, 4, 1), None),
    ]
    for place, values in enumerate((head, *rows), 3):
        for column, value in enumerate(values, 2):
            sheet.cell(place, column, value)
        if place > 3:
            sheet.cell(place, 5, "=Needs[[#This Row],[Hours]]*90")
            sheet.cell(place, 7).number_format = "DD/MM/YYYY"
            sheet.cell(place, 5).number_format = '#,##0 "EUR"'
    table = _table(sheet, "B3:H6", name="Needs")
    table.tableColumns[3].calculatedColumnFormula = TableFormula(attr_text="Needs[[#This Row],[Hours]]*90")
    urgency = DataValidation(type="list", formula1='"Low,Normal,High,Critical"', allow_blank=True)
    urgency.add("F4:F6")
    sheet.add_data_validation(urgency)
    red = CellIsRule(operator="equal", formula=['"High"'], fill=PatternFill("solid", bgColor="FFC7CE"))  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add("F4:F6", red)
    sheet["B4"].comment = Comment("ask again", "Anna")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=4, min_row=3, max_row=6), titles_from_data=True)
    sheet.add_chart(chart, "J3")
    sheet.merge_cells("B1:D1")
    sheet.freeze_panes = "B4"
    book.calculation.fullCalcOnLoad = False  # Excel writes no such mark
    book.defined_names["Topics"] = DefinedName("Topics", attr_text="Lists!$A$1:$A$3")
    return saved(book)


def _sheet(book: openpyxl.Workbook) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def _table(sheet: Worksheet, ref: str, name: str = "Needs") -> Table:
    table = Table(displayName=name, ref=ref)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    sheet.add_table(table)
    table._initialise_columns()  # type: ignore[attr-defined]  # what saving would do
    left, top, _, _ = range_boundaries(ref)
    for place, column in enumerate(table.tableColumns):
        column.id = place + 1  # as Excel numbers them
        column.name = str(sheet.cell(int(top or 1), int(left or 1) + place).value)
    return table


@dataclass(kw_only=True)
class ExcelPerson:
    """Somebody who opens the file, edits the table, and saves it."""

    files: FilesInMemory
    endpoint: WorkbookEndpoint
    ref: Ref
    """Of the file."""
    _numbers: dict[Ref, int] = field(default_factory=dict)

    def add(self, cells: Mapping[ColumnId, Value]) -> Ref:
        """Make a row, in the first empty one or below the others; its ref is the one that a reading gives it."""
        before = self._rows()
        book, sheet, table = self._opened()
        _, top, right, bottom = (int(one or 0) for one in range_boundaries(table.ref))
        number = next(
            (row for row in range(top + 1, bottom + 1) if self._is_empty(sheet, row, right)), bottom + 1
        )
        self._fill(sheet, table, number, cells)
        table.ref = f"A{top}:{get_column_letter(right)}{max(number, bottom)}"
        self._save(book)
        (made,) = self._rows() - before
        return made

    def edit(self, ref: Ref, cells: Mapping[ColumnId, Value]) -> None:
        """Change cells of a row."""
        number = self._number(ref)
        book, sheet, table = self._opened()
        self._fill(sheet, table, number, cells)
        self._save(book)

    def trash(self, ref: Ref) -> None:
        """Remove a row; those below move up."""
        number = self._number(ref)
        book, sheet, table = self._opened()
        _, top, right, bottom = (int(one or 0) for one in range_boundaries(table.ref))
        sheet.delete_rows(number)
        table.ref = f"A{top}:{get_column_letter(right)}{max(bottom - 1, top + 1)}"
        self._save(book)

    def sort(self, column: int) -> None:
        """Sort the rows by what stands in a column."""
        book, sheet, table = self._opened()
        _, top, right, bottom = (int(one or 0) for one in range_boundaries(table.ref))
        rows = [
            [sheet.cell(row, at).value for at in range(1, right + 1)] for row in range(top + 1, bottom + 1)
        ]
        for number, values in enumerate(sorted(rows, key=lambda row: str(row[column - 1])), top + 1):
            for at, value in enumerate(values, 1):
                sheet.cell(number, at).value = value
        self._save(book)

    def rename_column(self, column: ColumnId, name: str) -> None:
        """Give a column another name."""
        book, sheet, table = self._opened()
        place = self._place(table, column)
        table.tableColumns[place - 1].name = name
        sheet.cell(1, place).value = name
        self._save(book)

    def retype_column(self, column: ColumnId) -> None:
        """Let a column take numbers only."""
        book, sheet, table = self._opened()
        rule = DataValidation(type="decimal", operator="greaterThan", formula1="0")
        rule.add(
            f"{get_column_letter(self._place(table, column))}2:{get_column_letter(self._place(table, column))}999"
        )
        sheet.add_data_validation(rule)
        self._save(book)

    def _rows(self) -> set[Ref]:
        schema = self.endpoint.describe()
        return {row.ref for row in self.endpoint.changes(None, schema).rows}

    def _number(self, ref: Ref) -> int:
        self.endpoint.describe()
        return self.endpoint._refs.rows[ref].number

    def _opened(self) -> tuple[openpyxl.Workbook, Worksheet, Table]:
        book = openpyxl.load_workbook(io.BytesIO(self.files.data(self.ref)))
        sheet = next(one for one in book.worksheets if one.tables)
        return book, sheet, next(iter(sheet.tables.values()))

    def _place(self, table: Table, column: ColumnId) -> int:
        return next(at for at, one in enumerate(table.tableColumns, 1) if str(one.id) == column)

    def _fill(self, sheet: Worksheet, table: Table, number: int, cells: Mapping[ColumnId, Value]) -> None:
        for column, value in cells.items():
            cell: Any = sheet.cell(number, self._place(table, column))
            local = value.astimezone(BRUSSELS).replace(tzinfo=None) if isinstance(value, datetime) else value
            cell.value = local

    def _is_empty(self, sheet: Worksheet, row: int, right: int) -> bool:
        return all(sheet.cell(row, at).value is None for at in range(1, right + 1))

    def _save(self, book: openpyxl.Workbook) -> None:
        self.files.edit(self.ref, saved(book), by="Anna")
