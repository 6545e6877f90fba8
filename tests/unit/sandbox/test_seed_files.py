"""Notes and files of the demo: what stands in Notion's pages and what lies in SharePoint's library."""

import io
from datetime import UTC, datetime

import pytest
from docx import Document
from openpyxl import load_workbook

from syncbot.endpoints.documents.word import read_word
from syncbot.notes.form import BlockKind
from syncbot.sandbox.seed.minutes import Minutes, minutes
from syncbot.sandbox.seed.word import word_file
from syncbot.sandbox.seed.work import workbook_needs
from syncbot.sandbox.seed.workbook import HEADINGS, TABLE, workbook

WHEN = datetime(2026, 11, 25, 17, tzinfo=UTC)
WORD = list(minutes("sharepoint", WHEN))


def test_each_group_has_notes_of_its_last_two_meetings() -> None:
    """Groups A and C in Notion, B and D as files named by day and meeting."""
    assert [one.meeting.id for one in minutes("notion", WHEN)] == [
        f"{group}/Weekly meeting/{turn}" for group in "AC" for turn in (1, 2)
    ]
    assert [one.path for one in WORD] == [
        "Meeting notes/CSG B/2026-11-19 Weekly meeting.docx",
        "Meeting notes/CSG B/2026-11-12 Weekly meeting.docx",
        "Meeting notes/CSG D/2026-11-24 Weekly call.docx",
        "Meeting notes/CSG D/2026-11-17 Weekly call.docx",
    ]


@pytest.mark.parametrize("one", [*WORD, *minutes("notion", WHEN)], ids=lambda one: one.meeting.id)
def test_days_are_filled_in(one: Minutes) -> None:
    """No placeholder is left, and what was promised lies after the meeting."""
    assert "{+" not in one.markdown and "@{" not in one.plain
    assert "December" in one.plain or "November" in one.plain


@pytest.mark.parametrize("one", WORD, ids=lambda one: one.meeting.id)
def test_word_files_say_what_the_text_says(one: Minutes) -> None:
    """Two readers that know nothing of the maker find every line; boxes are ticked as in the text."""
    data = word_file(one.plain, made=WHEN)
    lines = [line for line in one.plain.splitlines() if line.strip() and not set(line) <= set("|-: ")]
    read = read_word(data, file="x.docx")
    assert len(read.blocks) == len(lines)
    boxes = [block.checked for block in read.blocks if block.checked is not None]
    assert boxes == [line.startswith("- [x]") for line in lines if line.startswith("- [")]
    rows = [block.cells for block in read.blocks if block.kind is BlockKind.ROW]
    assert len(rows) == sum(line.startswith("|") for line in lines)
    told = Document(io.BytesIO(data))
    assert [
        one.text for one in told.paragraphs if ((one.style and one.style.name) or "").startswith("Heading")
    ]
    assert data == word_file(one.plain, made=WHEN)


def test_the_workbook_is_more_than_its_table() -> None:
    """The table holds the group's needs; formulas, lists to choose from and another sheet stand around it."""
    book = load_workbook(io.BytesIO(workbook(workbook_needs(WHEN), WHEN)))
    sheet = book["Needs"]
    table = sheet.tables[TABLE]
    first, *rows = sheet[table.ref]
    assert [cell.value for cell in first] == [*HEADINGS.values(), "Days open", "Syncbot key"]
    assert [row[0].value for row in rows] == [row.values["name"] for row in workbook_needs(WHEN)]
    assert all(str(row[-2].value).startswith("=IF(") for row in rows)
    assert len(sheet.data_validations.dataValidation) == 4
    letters = {str(cell.value): cell.column_letter for cell in first}
    assert {letters["Status"], letters["Raised"]} == {"H", "F"}  # as the formulas have them
    assert book["Overview"]["B1"].value == "=COUNTIF(Needs[Status],A1)"
