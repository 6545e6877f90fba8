"""The workbook in which group C keeps its needs: a table, lists to choose from, and a sheet that counts."""

import io
from collections.abc import Sequence
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from .facts import people
from .work import Value, WorkRow
from .work_words import COLUMNS

PATH = "Needs/City needs CSG C.xlsx"
TABLE = "Needs"
HEADINGS = {
    "name": "Need",
    "city": "City",
    "csg": "Group",
    "topic": "Topic",
    "urgency": "Urgency",
    "raised": "Raised",
    "specialist": "Specialist",
    "status": "Status",
    "note": "Note",
}
"""Field -> heading; the first row below the title of the sheet."""
_FIRST = 3
"""The row of the headings."""
_WIDTHS = {"name": 52, "city": 22, "topic": 20, "specialist": 26, "note": 40}


def workbook(needs: Sequence[WorkRow], when: datetime) -> bytes:
    """Return the .xlsx with these needs; a table is never without a row, so with none it has an empty one."""
    book = Workbook()
    book.properties.created = book.properties.modified = when.replace(tzinfo=None)
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Needs"
    sheet["A1"] = "Needs of the cities of group C"
    sheet["A1"].font = Font(bold=True, size=14)
    rows = [row.values for row in needs]
    columns = [*HEADINGS.values(), "Days open", "Syncbot key"]
    for number, heading in enumerate(columns, 1):
        cell = sheet.cell(_FIRST, number, heading)
        cell.fill = PatternFill("solid", start_color="1F4E79")
        cell.font = Font(bold=True, color="FFFFFF")
    for line, values in enumerate(rows, _FIRST + 1):
        for number, field in enumerate(HEADINGS, 1):
            sheet.cell(line, number, _cell(field, values.get(field)))
        sheet.cell(line, len(HEADINGS) + 1, f'=IF(H{line}="Met",0,TODAY()-F{line})')
    _shape(sheet, columns, last=_FIRST + max(1, len(rows)))
    _count(book.create_sheet("Overview"))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(field: str, value: Value | None) -> str | date | None:
    """Return a value as the group writes it: options in words, people by their names."""
    options = COLUMNS["need"][field].options
    if value is None or isinstance(value, date):
        return value
    if field == "specialist":
        return next(one.name for one in people() if one.email == value)
    return options[str(value)] if options else str(value)


def _shape(sheet: Worksheet, columns: Sequence[str], *, last: int) -> None:
    letters = dict(zip(columns, "ABCDEFGHIJK", strict=True))
    table = Table(displayName=TABLE, ref=f"A{_FIRST}:{letters[columns[-1]]}{last}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    sheet.add_table(table)
    for field, heading in HEADINGS.items():
        sheet.column_dimensions[letters[heading]].width = _WIDTHS.get(field, 14)
        options = COLUMNS["need"][field].options
        if options:
            told = DataValidation(type="list", formula1=f'"{",".join(options.values())}"', allow_blank=True)
            sheet.add_data_validation(told)
            told.add(f"{letters[heading]}{_FIRST + 1}:{letters[heading]}{last + 50}")
    for line in range(_FIRST + 1, last + 1):
        sheet[f"{letters['Raised']}{line}"].number_format = "yyyy-mm-dd"
    sheet.freeze_panes = f"A{_FIRST + 1}"


def _count(sheet: Worksheet) -> None:
    stages = COLUMNS["need"]["status"].options or {}
    for line, stage in enumerate(stages.values(), 1):
        sheet.cell(line, 1, stage)
        sheet.cell(line, 2, f"=COUNTIF({TABLE}[Status],A{line})")
