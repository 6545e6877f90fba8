"""What a write changes in a workbook, and what it leaves as it was."""

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count

import openpyxl
import pytest
from lxml import etree

from syncbot.endpoints.base import ColumnType, Create, Delete, Done, Row, Update, Write
from syncbot.endpoints.files_memory import FilesInMemory
from syncbot.endpoints.workbook import WorkbookEndpoint
from syncbot.errors import Invalid, Locked, ReadOnly, SchemaChanged, Unreadable, VersionChanged
from syncbot.model.values import Value
from tests.contract.test_workbook_contract import PATH, endpoint_on, kept_in_memory
from tests.fakes.excel_people import BRUSSELS, ExcelPerson, rich

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TYPES = {"Hours": ColumnType.NUMBER, "Cost": ColumnType.NUMBER, "Raised": ColumnType.DAY}


def folder(data: bytes) -> tuple[FilesInMemory, str]:
    """Put a workbook into a folder."""
    ticks = count()
    start = datetime(2026, 3, 2, tzinfo=UTC)
    files = FilesInMemory(clock=lambda: start + timedelta(seconds=next(ticks)))
    return files, files.put(PATH, data, by="Anna")


def on(files: FilesInMemory) -> WorkbookEndpoint:
    """Return the endpoint of the rich workbook's table."""
    endpoint = endpoint_on(files)
    endpoint.types = TYPES
    return endpoint


def parts(data: bytes) -> dict[str, bytes]:
    """Return what a package holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def changed(before: bytes, after: bytes) -> set[str]:
    """Return the names of the parts that differ."""
    one, two = parts(before), parts(after)
    assert list(one) == list(two)
    return {name for name, data in one.items() if data != two[name]}


def rows(endpoint: WorkbookEndpoint) -> dict[str, Row]:
    """Return the rows by what their first column says."""
    schema = endpoint.describe()
    return {str(row.cells["1"]): row for row in endpoint.changes(None, schema).rows}


def wrote(endpoint: WorkbookEndpoint, *writes: Write) -> list[Done]:
    """Carry out writes."""
    return list(endpoint.write(writes, endpoint.describe()))


def sheet_xml(data: bytes, part: str = "xl/worksheets/sheet2.xml") -> etree._Element:
    """Return a sheet."""
    return etree.fromstring(parts(data)[part])


def without_cells(sheet: etree._Element, *places: str) -> bytes:
    """Return a sheet's XML in one canonical form, without the cells at these places."""
    for cell in list(sheet.iter(f"{MAIN}c")):
        if cell.get("r") in places:
            parent = cell.getparent()
            assert parent is not None
            parent.remove(cell)
    return etree.tostring(sheet, method="c14n")


def test_an_edit_changes_only_that_cell() -> None:
    """Every other part is byte for byte the same but the mark to calculate; in the sheet every other cell is."""
    data = rich()
    files, ref = folder(data)
    endpoint = on(files)
    row = rows(endpoint)["Bike plan"]
    assert row.cells == {
        "1": "Bike plan",
        "2": "Lier",
        "3": 5,
        "4": row.cells["4"],
        "5": "Low",
        "6": date(2026, 3, 9),
    }
    (done,) = wrote(endpoint, Update(ref=row.ref, version=row.version, cells={"3": 7, "6": date(2026, 5, 4)}))
    assert done.row is not None
    assert (done.row.cells["3"], done.row.cells["6"]) == (7, date(2026, 5, 4))
    after = files.data(ref)
    assert changed(data, after) == {"xl/worksheets/sheet2.xml", "xl/workbook.xml"}
    cells = ("D5", "G5")
    assert without_cells(sheet_xml(data), *cells) == without_cells(sheet_xml(after), *cells)
    styles = [
        {cell.get("r"): cell.get("s") for cell in sheet_xml(one).iter(f"{MAIN}c")} for one in (data, after)
    ]
    assert styles[0] == styles[1]
    book = openpyxl.load_workbook(io.BytesIO(after))
    assert (book["Needs"]["D5"].value, book["Needs"]["G5"].value) == (7, datetime(2026, 5, 4))  # noqa: DTZ001  # Excel knows no zones
    assert book["Lists"]["C1"].value == "=SUM(Needs!E4:E6)"
    assert book.calculation.fullCalcOnLoad


def test_a_second_edit_leaves_the_workbook_s_own_part_alone() -> None:
    """It is marked once; the sheet is then the only part that changes."""
    files, ref = folder(rich())
    endpoint = on(files)
    row = rows(endpoint)["Bike plan"]
    (done,) = wrote(endpoint, Update(ref=row.ref, version=row.version, cells={"2": "Aalst"}))
    assert done.row is not None
    before = files.data(ref)
    wrote(endpoint, Update(ref=row.ref, version=done.row.version, cells={"2": "Gent & <Co>"}))
    assert changed(before, files.data(ref)) == {"xl/worksheets/sheet2.xml"}


def test_a_workbook_without_formulas_is_not_asked_to_calculate() -> None:
    """Only the sheet's part changes."""
    book = openpyxl.load_workbook(io.BytesIO(rich()))
    book["Lists"]["C1"] = None
    for number in (4, 5, 6):
        book["Needs"].cell(number, 5).value = number
    book["Needs"].tables["Needs"].tableColumns[3].calculatedColumnFormula = None
    out = io.BytesIO()
    book.calculation.fullCalcOnLoad = None
    book.save(out)
    files, ref = folder(out.getvalue())
    endpoint = on(files)
    row = rows(endpoint)["Bike plan"]
    wrote(endpoint, Update(ref=row.ref, version=row.version, cells={"2": "Aalst"}))
    assert changed(out.getvalue(), files.data(ref)) == {"xl/worksheets/sheet2.xml"}


def test_a_new_row_lets_the_table_grow() -> None:
    """Table, filter, validation and conditional format reach down; the formula goes on; looks are those above."""
    data = rich()
    files, ref = folder(data)
    endpoint = on(files)
    cells: Mapping[str, Value] = {"1": "=1+1", "2": "Aalst", "3": 2, "5": "High", "6": date(2026, 6, 1)}
    (done,) = wrote(endpoint, Create(key="key-1", cells=cells))
    assert done.row is not None
    assert {one: done.row.cells[one] for one in cells} == cells
    after = files.data(ref)
    assert changed(data, after) == {"xl/worksheets/sheet2.xml", "xl/tables/table1.xml", "xl/workbook.xml"}
    book = openpyxl.load_workbook(io.BytesIO(after))
    sheet = book["Needs"]
    table = sheet.tables["Needs"]
    assert (table.ref, table.autoFilter.ref) == ("B3:H7", "B3:H7")
    assert sheet["B7"].data_type == "s"
    assert [sheet[place].value for place in ("B7", "E7", "G7", "H7")] == [
        "=1+1",
        "=Needs[[#This Row],[Hours]]*90",
        datetime(2026, 6, 1),  # noqa: DTZ001  # Excel knows no zones
        "key-1",
    ]
    assert (sheet["E7"].number_format, sheet["G7"].number_format) == ('#,##0 "EUR"', "DD/MM/YYYY")
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["F4:F7"]
    assert [str(one.sqref) for one in sheet.conditional_formatting] == ["F4:F7"]
    assert sheet["B4"].comment is not None and len(sheet._charts) == 1  # type: ignore[attr-defined]
    assert str(sheet.merged_cells) == "B1:D1"


def test_several_writes_are_one_save() -> None:
    """Fifty rows cost a look, a download, an upload and a download of what the folder made of it."""
    files, _ = folder(rich())
    endpoint = on(files)
    schema = endpoint.describe()
    files.calls.clear()
    writes = [Create(key=f"key-{number}", cells={"1": f"need {number}"}) for number in range(50)]
    done = list(endpoint.write(writes, schema))
    assert [one.row.cells["1"] for one in done if one.row] == [f"need {number}" for number in range(50)]
    assert files.calls == ["get", "replace", "download"]


@pytest.mark.parametrize(
    ("write", "said"),
    [
        ({"4": 1}, "'Cost'"),
        ({"5": "Whenever"}, "'Whenever'"),
        ({"3": "many"}, "'Hours'"),
        ({"1": "x" * 40_000}, "'Need'"),
    ],
)
def test_what_a_cell_cannot_take_is_refused_by_name(write: Mapping[str, object], said: str) -> None:
    """A formula, a word that the list does not have, text among numbers, too much of it: nothing is written."""
    data = rich()
    files, ref = folder(data)
    endpoint = on(files)
    row = rows(endpoint)["Bike plan"]
    update = Update(ref=row.ref, version=row.version, cells=write)  # type: ignore[arg-type]  # on purpose
    (done,) = wrote(endpoint, update)
    assert isinstance(done.error, ReadOnly if "4" in write else Invalid)
    assert said in str(done.error)
    assert files.data(ref) == data


def test_a_formula_in_one_cell_stays() -> None:
    """A cell of a common column in which somebody calculates is not overwritten."""
    book = openpyxl.load_workbook(io.BytesIO(rich()))
    book["Needs"]["D5"] = "=2+3"
    out = io.BytesIO()
    book.save(out)
    files, _ = folder(out.getvalue())
    endpoint = on(files)
    row = rows(endpoint)["Bike plan"]
    assert "was not calculated yet" in row.faults["3"]
    (done,) = wrote(endpoint, Update(ref=row.ref, version=row.version, cells={"3": 9}))
    assert isinstance(done.error, ReadOnly)
    assert "'Hours' is calculated" in str(done.error)


def test_rows_are_removed_by_people_only() -> None:
    """A delete is refused, as the row holds cells that are not ours."""
    files, _ = folder(rich())
    endpoint = on(files)
    row = rows(endpoint)["Bike plan"]
    (done,) = wrote(endpoint, Delete(ref=row.ref, version=row.version))
    assert isinstance(done.error, ReadOnly)
    assert not endpoint.capabilities.deletes


def test_a_file_that_is_open_is_left() -> None:
    """Every write of the call says that somebody has the file open."""
    files, ref = folder(rich())
    endpoint = on(files)
    row = rows(endpoint)["Bike plan"]
    files.lock(ref)
    done = wrote(
        endpoint,
        Update(ref=row.ref, version=row.version, cells={"2": "x"}),
        Create(key="k", cells={"1": "y"}),
    )
    assert [type(one.error) for one in done] == [Locked, Locked]


def test_somebody_who_saves_at_the_same_time_loses_nothing() -> None:
    """Another row changed between our reading and writing: ours is put into what is there then; the same row: not."""
    for theirs, error in (("Grant advice", type(None)), ("Bike plan", VersionChanged)):
        files, ref = folder(rich())
        endpoint = on(files)
        row = rows(endpoint)["Bike plan"]
        once = iter((True,))

        def meanwhile(method: str) -> None:
            if method == "replace" and next(once, False):  # noqa: B023  # used within the turn
                book = openpyxl.load_workbook(io.BytesIO(files.data(ref)))  # noqa: B023
                cell = next(one for one in book["Needs"]["B"] if one.value == theirs)  # noqa: B023
                cell.offset(column=1).value = "theirs"
                out = io.BytesIO()
                book.save(out)
                files.edit(ref, out.getvalue(), by="Anna")  # noqa: B023

        files.failing = meanwhile
        (done,) = wrote(endpoint, Update(ref=row.ref, version=row.version, cells={"3": 99}))
        assert type(done.error) is error
        found = rows(endpoint)
        assert found[theirs].cells["2"] == "theirs"
        assert found["Bike plan"].cells["3"] == (5 if error is VersionChanged else 99)


def test_rows_stay_themselves_when_people_sort() -> None:
    """Refs follow keys and contents, not places, also over a new process with what was remembered."""
    files, ref = folder(rich())
    endpoint = on(files)
    before = {name: row.ref for name, row in rows(endpoint).items()}
    wrote(endpoint, Create(key="key-1", cells={"1": "Atlas"}))
    book = openpyxl.load_workbook(io.BytesIO(files.data(ref)))
    sheet = book["Needs"]
    values = [[sheet.cell(row, column).value for column in range(2, 9)] for row in range(4, 8)]
    for place, row in enumerate(reversed(values), 4):
        for column, value in enumerate(row, 2):
            sheet.cell(place, column).value = value
    out = io.BytesIO()
    book.save(out)
    files.edit(ref, out.getvalue(), by="Anna")
    again = on(files)
    again.memo = endpoint.memo
    after = {name: row.ref for name, row in rows(again).items()}
    assert {name: after[name] for name in before} == before
    assert len(set(after.values())) == 4


def test_no_room_below_is_said() -> None:
    """Something below the table, or totals: the row is refused with the reason, and nothing is overwritten."""
    book = openpyxl.load_workbook(io.BytesIO(rich()))
    book["Needs"]["C7"] = "see also"
    out = io.BytesIO()
    book.save(out)
    files, ref = folder(out.getvalue())
    (done,) = wrote(on(files), Create(key="k", cells={"1": "y"}))
    assert isinstance(done.error, Invalid)
    assert "something stands right below the table, in row 7" in str(done.error)
    assert files.data(ref) == out.getvalue()


def test_a_protected_sheet_is_not_written() -> None:
    """Who protects a sheet wants no cell changed."""
    book = openpyxl.load_workbook(io.BytesIO(rich()))
    book["Needs"].protection.enable()
    out = io.BytesIO()
    book.save(out)
    files, _ = folder(out.getvalue())
    endpoint = on(files)
    row = rows(endpoint)["Bike plan"]
    (done,) = wrote(endpoint, Update(ref=row.ref, version=row.version, cells={"2": "x"}))
    assert isinstance(done.error, ReadOnly)
    assert "protected" in str(done.error)


def test_odd_text_comes_back_as_it_was() -> None:
    """Control characters, what looks like Excel's way of writing them, spaces at the ends, line breaks, emoji."""
    files, _ = folder(rich())
    endpoint = on(files)
    row = rows(endpoint)["Bike plan"]
    text = "  a\x07b _x0041_ c\n\td 🚲 é  "
    (done,) = wrote(endpoint, Update(ref=row.ref, version=row.version, cells={"2": text}))
    assert done.row is not None
    assert done.row.cells["2"] == text


def test_what_is_missing_is_named() -> None:
    """No file, no table, no key column, no workbook: a clear error with what is there instead."""
    files, ref = folder(rich())
    endpoint = on(files)
    endpoint.table = "Wants"
    with pytest.raises(SchemaChanged, match=r"no table 'Wants'; it has 'Needs'"):
        endpoint.describe()
    with pytest.raises(SchemaChanged, match=r"no workbook 'other.xlsx'"):
        endpoint_on(files, path="other.xlsx").describe()
    keyless = WorkbookEndpoint(
        name="excel",
        files=files,
        path=PATH,
        table="Needs",
        container=PATH,
        key_column="id",
        zone=BRUSSELS,
        memo=kept_in_memory(),
    )
    with pytest.raises(SchemaChanged, match="no column 'id' for our key; it has 'Need'"):
        keyless.describe()
    files.edit(ref, b"PK\x03\x04 no", by="Anna")
    with pytest.raises(Unreadable, match=r"'City needs.xlsx' was not read: it is damaged"):
        on(files).describe()


def test_our_own_writes_are_not_downloaded_again() -> None:
    """A new process that is told the versions of all rows asks the folder only; one row unknown, and it reads."""
    files, _ = folder(rich())
    endpoint = on(files)
    schema = endpoint.describe()
    first = endpoint.changes(None, schema)
    versions = {row.ref: row.version for row in first.rows}
    row = first.rows[0]
    (done,) = wrote(endpoint, Update(ref=row.ref, version=row.version, cells={"2": "Aalst"}))
    assert done.row is not None
    for told in (row.version, done.row.version):
        again = on(files)
        again.memo = endpoint.memo
        files.calls.clear()
        known = {**versions, row.ref: told}
        reading = again.changes(first.cursor, schema, lambda refs: {ref: known[ref] for ref in refs})  # noqa: B023
        if told == done.row.version:
            assert (list(reading.rows), files.calls, len(reading.unchanged)) == ([], ["changed"], 3)
        else:
            assert ([one.ref for one in reading.rows], files.calls) == ([row.ref], ["changed", "download"])


def test_nothing_is_downloaded_while_the_content_stays() -> None:
    """A rename or a look costs one request of the folder and no download."""
    files, ref = folder(rich())
    endpoint = on(files)
    schema = endpoint.describe()
    cursor = endpoint.changes(None, schema).cursor
    files.move(ref, "Renamed.xlsx", by="Anna")
    files.calls.clear()
    reading = endpoint.changes(cursor, schema)
    assert (list(reading.rows), files.calls) == ([], ["changed"])
    person = ExcelPerson(files=files, endpoint=endpoint, ref=ref)
    assert person.endpoint is endpoint
    files.trash(ref, by="Anna")
    with pytest.raises(SchemaChanged):
        endpoint.changes(reading.cursor, schema)
