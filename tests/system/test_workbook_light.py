"""Needs in an Excel table, a Notion data source and a SharePoint list, over HTTP, judged by opening the workbook."""

import io
import shutil
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ruamel.yaml import YAML

from syncbot.app import opened
from syncbot.cli.onlooker import Onlooker, said
from syncbot.service.parts import Parts, Quiet
from syncbot.service.syncing import sync
from syncbot.settings import example_mappings
from syncbot.store.base import RunStatus
from tests.fakes.running_sandbox import Running, running
from tests.system.test_first_light import DAY
from tests.unit.endpoints.workbook.test_workbook_writing import parts as parts_of

PATH = "Needs/City needs CSG C.xlsx"
COLUMNS = {
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
PROMOTED = "customXml/sharepoint.xml"
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


def mapped(folder: Path) -> Path:
    """Copy what needs are mapped by, with the workbook as a third place."""
    shipped, made = example_mappings(), folder / "mappings"
    made.mkdir()
    shutil.copytree(shipped / "variants", made / "variants")
    for name in ("person.yaml", "city.yaml"):
        shutil.copy(shipped / name, made / name)
    yaml = YAML()
    need: Any = yaml.load((shipped / "need.yaml").read_text(encoding="utf-8"))
    need["endpoints"]["excel"] = {
        "service": "excel",
        "site": {"env": "SYNCBOT_SHAREPOINT_SITE"},
        "file": PATH,
        "table": "Needs",
        "key": "Syncbot key",
        "creates": False,
    }
    for field, column in COLUMNS.items():
        options = (
            need["fields"][field]["notion"]["options"] if field in ("topic", "urgency", "status") else None
        )
        need["fields"][field]["excel"] = {"column": column, "options": options} if options else column
    with (made / "need.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(need, file)
    return made


class Scene:
    """A sandbox, the parts that are pointed at it, and what the workbook was before any sync."""

    def __init__(self, world: Running, parts: Parts, before: bytes) -> None:
        self.parts = parts
        self.onlooker = Onlooker(world.environment)
        self.before = before

    def workbook(self) -> bytes:
        """The workbook as it is now."""
        return self.onlooker.file(PATH)

    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows of the table by need, as a person who opens the file sees them."""
        sheet = openpyxl.load_workbook(io.BytesIO(self.workbook()))["Needs"]
        head, *rows = sheet.iter_rows(min_row=3, values_only=True)
        named = (dict(zip(map(str, head), row, strict=True)) for row in rows)
        return {str(row["Need"]): row for row in named if row["Need"]}

    def type(self, need: str, column: str, value: object) -> None:
        """Open the workbook, type into a cell, save."""
        book = openpyxl.load_workbook(io.BytesIO(self.workbook()))
        sheet = book["Needs"]
        place = next(cell.column for cell in sheet[3] if cell.value == column)
        line = next(row[0].row for row in sheet.iter_rows(min_row=4, max_col=1) if row[0].value == need)
        cell: Any = sheet.cell(line, place)
        cell.value = value
        out = io.BytesIO()
        book.save(out)
        self.onlooker.save_file(PATH, out.getvalue(), by="Klara Beispiel")

    def page(self, need: str) -> dict[str, Any]:
        """The row of Notion."""
        [page] = [one for one in self.onlooker.pages("NEEDS") if said(one["properties"]["Need"]) == need]
        return page

    def item(self, need: str) -> dict[str, Any]:
        """The row of SharePoint."""
        [item] = [one for one in self.onlooker.items("Needs") if one["fields"]["Title"] == need]
        fields: dict[str, Any] = item["fields"]
        return fields


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """After the first sync."""
    folder = tmp_path_factory.mktemp("workbook")
    with running("demo", when=DAY) as world:
        variables = {
            **world.environment,
            "SYNCBOT_DATABASE_URL": f"sqlite:///{folder / 'syncbot.sqlite'}",
            "SYNCBOT_MAPPINGS": str(mapped(folder)),
        }
        before = Onlooker(world.environment).file(PATH)
        with opened(
            watch=Quiet(),
            on_wait=lambda _why, _seconds: None,
            variables=variables,
            sleep=lambda seconds: time.sleep(seconds / 100),
        ) as parts:
            assert sync(parts).status is RunStatus.DONE
            yield Scene(world, parts, before)


def test_the_rows_of_the_workbook_are_rows_of_both_places(scene: Scene) -> None:
    """Each need of the table is once in Notion and once in SharePoint, under the key that the table now bears."""
    rows = scene.rows()
    assert len(rows) == 8
    for need, row in rows.items():
        keys = {said(scene.page(need)["properties"]["syncbot key"]), scene.item(need)["SyncbotKey"]}
        assert keys == {row["Syncbot key"]}
        assert scene.page(need)["properties"]["Raised"]["date"]["start"] == row["Raised"].date().isoformat()


def test_only_keys_were_written_into_the_workbook(scene: Scene) -> None:
    """Of the parts of the package only the sheet is another: the demo's workbook bears the mark to calculate."""
    assert changed(scene.before, scene.workbook()) == {SHEET}
    for before, after in zip(*map(_values, (scene.before, scene.workbook())), strict=True):
        assert before[:-1] == after[:-1]


def test_what_is_typed_into_the_workbook_reaches_both_places(scene: Scene) -> None:
    """A status changed in Excel is the status in Notion and in SharePoint after the next sync."""
    need = next(need for need, row in scene.rows().items() if row["Status"] == "Open")
    scene.type(need, "Status", "Met")
    assert sync(scene.parts).status is RunStatus.DONE
    assert scene.page(need)["properties"]["Status"]["status"]["name"] == "Met"
    assert scene.item(need)["Status"] == "Met"


def test_what_is_edited_in_notion_reaches_its_cell_only(scene: Scene) -> None:
    """The note of a row changes in the table; all other parts of the package stay byte for byte."""
    need = next(need for need, row in scene.rows().items() if row["Status"] == "Assigned")
    before = scene.workbook()
    note = {"Note": {"rich_text": [{"text": {"content": "Called on Monday."}}]}}
    scene.onlooker.edit_page(scene.page(need)["id"], note, by="Klara Beispiel")
    assert sync(scene.parts).status is RunStatus.DONE
    assert scene.rows()[need]["Note"] == "Called on Monday."
    assert changed(before, scene.workbook()) <= {SHEET, BOOK}
    differing = [
        (one, other)
        for one, other in zip(_values(before), _values(scene.workbook()), strict=True)
        if one != other
    ]
    assert len(differing) == 1


def test_an_idle_sync_downloads_no_workbook(scene: Scene) -> None:
    """One request asks the library what changed; nothing is opened or written."""
    sync(scene.parts)
    scene.onlooker.forget()
    assert not sync(scene.parts).anything
    assert scene.onlooker.requests()["SharePoint"] == 4
    assert scene.onlooker.writes() == 0


def test_a_column_that_is_renamed_stays_bound(scene: Scene) -> None:
    """A heading is another one the next day: days still are days, and edits still arrive."""
    need = next(need for need, row in scene.rows().items() if row["Status"] == "Assigned")
    book = openpyxl.load_workbook(io.BytesIO(scene.workbook()))
    sheet = book["Needs"]
    for place, cell in enumerate(sheet[3]):
        if cell.value == "Raised":
            cell.value = sheet.tables["Needs"].tableColumns[place].name = "Raised on"
    out = io.BytesIO()
    book.save(out)
    scene.onlooker.save_file(PATH, out.getvalue(), by="Klara Beispiel")
    scene.type(need, "Raised on", date(2026, 11, 3))
    assert sync(scene.parts, full=True).status is RunStatus.DONE
    assert scene.page(need)["properties"]["Raised"]["date"]["start"] == "2026-11-03"


def _values(data: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(data))["Needs"].iter_rows(values_only=True))


def changed(before: bytes, after: bytes) -> set[str]:
    """The names of the parts that differ, without the one that SharePoint itself puts into Office files."""
    one, two = parts_of(before), parts_of(after)
    return {name for name in one.keys() | two.keys() if one.get(name) != two.get(name)} - {PROMOTED}
