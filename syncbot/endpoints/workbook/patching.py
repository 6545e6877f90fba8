"""Changes cells of one sheet, adds rows to its table; returns the workbook with only those parts changed.

The sheet's part and, for new rows, the table's are changed. The workbook's own part gets one mark, and only when
there are formulas anywhere: Excel then calculates them anew when it opens the file, as we do not calculate and what
they showed may be of before. The chain of calculation needs no change, as no formula is ever removed.
"""

import re

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import get_column_letter, range_boundaries

from .book import Book, TableColumn, TableRow
from .grid import named, place_of
from .repack import repacked
from .values import Written

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_AFTER_CALC = frozenset(
    {
        *("oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing"),
        *("fileRecoveryPr", "webPublishObjects", "extLst"),
    }
)
"""What stands behind the mark in a workbook's part."""
_FORMULA = (b"<f>", b"<f ", b"<f/>")


class NoRoomError(Exception):
    """The table cannot take another row; the argument says why."""


def put(book: Book, row: TableRow, column: TableColumn, value: Written | None) -> None:
    """Put a value into a cell, which keeps how it looks; None empties it."""
    cell = _cell(book, row.number, column.at)
    book.touched(row.number)
    for inner in list(cell):
        if inner.tag != named("extLst"):
            cell.remove(inner)
    cell.attrib.pop("t", None)
    if value is None:
        return
    if value.kind == "s":
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, named("is")), named("t"))
        text.text = _escaped(value.text)
        text.set(_SPACE, "preserve")
        return
    if value.kind == "b":
        cell.set("t", "b")
    etree.SubElement(cell, named("v")).text = value.text


def style_at(book: Book, row: TableRow, column: TableColumn) -> int:
    """Return how a cell looks, also one of a new row."""
    return int(_cell(book, row.number, column.at).get("s") or 0)


def new_row(book: Book) -> TableRow:
    """Return a row for a new record: an empty one of the table, else one more below. Raises `NoRoomError`."""
    rows = book.rows()
    for row in rows:
        if all(row.cell(column).is_empty for column in book.columns if column.formula is None):
            return row
    number = book.bounds[3] + 1
    _make_sure_of_room(book, number)
    for column in book.columns:
        cell = _cell(book, number, column.at)
        style = rows[-1].cell(column).style if rows else 0
        if style:
            cell.set("s", str(style))
        formula = column.formula or _continued(book, column, number)
        if formula is not None:
            etree.SubElement(cell, named("f")).text = formula
    book.touched(number)
    _grow(book, number)
    return TableRow(number=number, cells={})


def _continued(book: Book, column: TableColumn, number: int) -> str | None:
    """Return the formula of the cell above for this row, where every row has one although the table declares none."""
    rows = book.rows()
    if not rows or not all(row.cell(column).formula for row in rows):
        return None
    above = _cell(book, rows[-1].number, column.at)
    said = above.findtext(named("f"))
    letter = get_column_letter(column.at)
    if not said:
        return None
    moved = Translator(f"={said}", f"{letter}{rows[-1].number}").translate_formula(f"{letter}{number}")
    return str(moved).removeprefix("=")


def saved(book: Book) -> bytes:
    """Return the workbook as it is now."""
    now = {book.sheet_part: book.sheet, book.table_part: book.table}
    if _has_formulas(book):
        now[book.main] = _asked_to_calculate(book.package.xml(book.main))
    names = {name.lower(): name for name in book.package.names}
    changed = {
        names[name.lower()]: _bytes(root)
        for name, root in now.items()
        if _canonical(root) != _canonical(book.package.xml(name))
    }
    return repacked(book.package.data, changed)


def _canonical(root: etree._Element) -> bytes:
    return etree.tostring(root, method="c14n")


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _escaped(text: str) -> str:
    """Write what XML does not take, and what looks like such writing, as Excel does: "_x0007_"."""
    text = _ESCAPED.sub("_x005F_", text.replace("\r\n", "\n"))
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def _row(book: Book, number: int) -> etree._Element:
    found = book.elements.get(number)
    if found is not None:
        return found
    data = book.sheet.find(named("sheetData"))
    if data is None:
        raise NoRoomError("the sheet has no data")
    above = max((one for one in book.elements if one < number), default=0)
    made = etree.Element(named("row"), {"r": str(number)}, None)
    data.insert(data.index(book.elements[above]) + 1 if above else 0, made)
    book.elements[number] = made
    return made


def _cell(book: Book, number: int, column: int) -> etree._Element:
    row = _row(book, number)
    at, place = 0, len(row)
    for cell in row.iterfind(named("c")):
        _, at = place_of(cell, number, at)
        if at == column:
            return cell
        if at > column:
            place = row.index(cell)
            break
    made = etree.Element(named("c"), {"r": f"{get_column_letter(column)}{number}"}, None)
    row.insert(place, made)
    return made


def _make_sure_of_room(book: Book, number: int) -> None:
    """Only where nothing stands below may a table grow."""
    if book.has_totals:
        raise NoRoomError(
            "the table ends with a row of totals, below which no row can be added; add some empty ones"
        )
    left, _, right, _ = book.bounds
    below = book.row(number).cells
    if any(left <= at <= right and not cell.is_empty for at, cell in below.items()):
        raise NoRoomError(f"something stands right below the table, in row {number}")
    for area in book.sheet.iterfind(f"{named('mergeCells')}/{named('mergeCell')}"):
        _, top, _, bottom = range_boundaries(area.get("ref", "A1"))
        if int(top or 1) <= number <= int(bottom or 1):
            raise NoRoomError(f"merged cells stand right below the table, in row {number}")


def _grow(book: Book, number: int) -> None:
    """Let the table, its filter, and what holds for all its rows reach down to a row."""
    last = number - 1
    left, top, right, _ = book.bounds
    book.table.set("ref", _longer(book.table.get("ref", ""), number))
    for filtered in book.table.iterfind(named("autoFilter")):
        filtered.set("ref", _longer(filtered.get("ref", ""), number))
    holding = (
        *book.sheet.iterfind(f"{named('dataValidations')}/{named('dataValidation')}"),
        *book.sheet.iterfind(named("conditionalFormatting")),
    )
    for one in holding:
        areas = [
            _longer(area, number) if _ends_with(area, left, top, right, last) else area
            for area in one.get("sqref", "").split()
        ]
        if areas:
            one.set("sqref", " ".join(areas))
    used = book.sheet.find(named("dimension"))
    if used is not None and _last_row(used.get("ref", "A1")) < number:
        used.set("ref", _longer(used.get("ref", "A1"), number))


def _ends_with(area: str, left: int, top: int, right: int, last: int) -> bool:
    """Whether an area is one of the table's columns down to its last row."""
    first, above, final, bottom = range_boundaries(area)
    inside = left <= int(first or 0) and int(final or 1 << 20) <= right and int(above or 0) >= top
    return inside and bottom == last


def _last_row(area: str) -> int:
    return int(range_boundaries(area)[3] or 1 << 20)


def _longer(area: str, number: int) -> str:
    left, top, right, _ = range_boundaries(area)
    return f"{get_column_letter(int(left or 1))}{top}:{get_column_letter(int(right or 1))}{number}"


def _has_formulas(book: Book) -> bool:
    sheets = [one.target for one in book.relations if one.kind == "worksheet" and not one.outside]
    return any(
        mark in book.package.part(sheet) for sheet in sheets if book.package.has(sheet) for mark in _FORMULA
    ) or any(column.formula is not None for column in book.columns)


def _asked_to_calculate(main: etree._Element) -> etree._Element:
    """Mark the workbook, if it is not marked."""
    calculation = main.find(named("calcPr"))
    if calculation is None:
        later = [place for place, one in enumerate(main) if etree.QName(one).localname in _AFTER_CALC]
        calculation = etree.Element(named("calcPr"), {}, None)
        main.insert(later[0] if later else len(main), calculation)
    if calculation.get("fullCalcOnLoad") not in {"1", "true"}:
        calculation.set("fullCalcOnLoad", "1")
    return main
