"""The cells of a sheet as they stand in its XML (ECMA-376, part 1, SpreadsheetML)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.utils.escape import unescape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MOST_ROWS = 50_000
"""Rows of a table that are read."""


def named(name: str) -> str:
    """Return the full name of an element of SpreadsheetML."""
    return f"{{{MAIN}}}{name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Raw:
    """A cell as it stands there."""

    kind: str = "n"
    """ "n" number, "s" text, "b" yes or no, "e" an error such as "#REF!", "d" a date in ISO 8601."""
    text: str | None = None
    """None: nothing stands in it."""
    formula: bool = False
    style: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return self.text in (None, "") and not self.formula


EMPTY = Raw()


def place_of(cell: etree._Element, row: int, before: int) -> tuple[int, int]:
    """Return row and column of a cell; one that does not say stands behind the one before."""
    said = cell.get("r")
    if said is None:
        return row, before + 1
    letters, number = coordinate_from_string(said)
    return number, column_index_from_string(letters)


def rows_of(sheet: etree._Element, first: int, last: int) -> Iterator[tuple[int, etree._Element]]:
    """Tell the rows of a sheet that stand in this range, each with its number."""
    number = 0
    for row in sheet.iterfind(f"{named('sheetData')}/{named('row')}"):
        number = int(row.get("r") or number + 1)
        if first <= number <= last:
            yield number, row


def cells_of(row: etree._Element, number: int, strings: Sequence[str]) -> Mapping[int, Raw]:
    """Read the cells of a row, by column."""
    found: dict[int, Raw] = {}
    column = 0
    for cell in row.iterfind(named("c")):
        _, column = place_of(cell, number, column)
        found[column] = _raw(cell, strings)
    return found


def _raw(cell: etree._Element, strings: Sequence[str]) -> Raw:
    kind, style = cell.get("t", "n"), int(cell.get("s") or 0)
    formula = cell.find(named("f")) is not None
    if kind == "inlineStr":
        return Raw(kind="s", text=text_in(cell.find(named("is"))), formula=formula, style=style)
    said = cell.findtext(named("v"))
    if said is None:
        return Raw(formula=formula, style=style)
    if kind == "s":
        place = int(said)
        text = strings[place] if 0 <= place < len(strings) else ""
        return Raw(kind="s", text=text, formula=formula, style=style)
    if kind == "str":
        return Raw(kind="s", text=unescape(said), formula=formula, style=style)
    return Raw(kind=kind, text=said, formula=formula, style=style)


def text_in(element: etree._Element | None) -> str:
    """Return a text, also one whose parts look different; not how it is pronounced."""
    if element is None:
        return ""
    parts = [element.findtext(named("t")) or ""]
    parts += [run.findtext(named("t")) or "" for run in element.iterfind(named("r"))]
    return unescape("".join(parts))
