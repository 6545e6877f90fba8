"""The sandboxed Notion's kinds of blocks: what each holds, where each stands, and what is refused."""

from typing import Any

import pytest

from tests.unit.sandbox.notion_desk import Desk, new_desk, words
from tests.unit.sandbox.test_notion_blocks import append, block


@pytest.fixture
def desk() -> Desk:
    """A fresh desk."""
    return new_desk()


@pytest.fixture
def page(desk: Desk) -> str:
    """An empty page."""
    return str(desk.create()["id"])


ROW = {"table_row": {"cells": [[words("a")], [words("b")]]}}
TABLE = {"table": {"table_width": 2, "children": [ROW]}}
COLUMN = {"column": {"children": [block("x")]}}
MEDIUM = {"type": "external", "external": {"url": "https://x.example/a%20plan.pdf"}}


def test_kinds_with_more_than_words(desk: Desk, page: str) -> None:
    """Tables, columns, files and links come back with every recorded member, a file named as its address ends."""
    linked = {"url": "https://x.example"}
    children: list[dict[str, Any]] = [TABLE, {"column_list": {"children": [COLUMN, COLUMN]}}]
    children += [{"file": MEDIUM}, {"bookmark": linked}, {"code": {"rich_text": [], "language": "sql"}}]
    shown = append(desk, page, *children)["results"]
    assert shown[0]["table"] == {"table_width": 2, "has_column_header": False, "has_row_header": False}
    assert shown[2]["file"] == {**MEDIUM, "caption": [], "name": "a plan.pdf"}
    assert shown[3]["bookmark"] == {"url": "https://x.example/", "caption": []}
    [row] = desk.get(f"/blocks/{shown[0]['id']}/children")["results"]
    assert [cell[0]["plain_text"] for cell in row["table_row"]["cells"]] == ["a", "b"]
    append(desk, shown[0]["id"], ROW)
    answer: Any = desk.ask("PATCH", f"/blocks/{shown[2]['id']}", {"file": {"name": "ours"}}).body
    assert answer["file"]["name"] == "ours.pdf"


@pytest.mark.parametrize(
    "wrong",
    [
        ROW,
        COLUMN,
        {"table": {"table_width": 3, "children": [ROW]}},
        {"table": {"table_width": 2, "children": []}},
        {"table": {"table_width": 2}},
        {"table": {"table_width": 2, "children": [block("x")]}},
        {"column_list": {"children": [COLUMN]}},
        {"column_list": {"children": [COLUMN, block("x")]}},
        block("x", "heading_1", children=[block("y")]),
        {"code": {"rich_text": [], "language": "klingon"}},
        {"image": {"type": "file_upload", "file_upload": {"id": "00000000-0000-4000-8000-000000000000"}}},
        {"bookmark": {"url": "nowhere"}},
        {"equation": {"expression": "x" * 1001}},
        {"link_to_page": {"type": "page_id", "page_id": "00000000-0000-4000-8000-000000000000"}},
        {"synced_block": {"synced_from": {"block_id": "00000000-0000-4000-8000-000000000000"}}},
        {"child_page": {"title": "x"}},
        {"child_database": {"title": "x"}},
        {"meeting_notes": {"title": []}},
        {"unsupported": {"block_type": "button"}},
        {"divider": {}, "paragraph": {"rich_text": []}},
    ],
)
def test_blocks_that_fit_nowhere_are_refused(desk: Desk, page: str, wrong: object) -> None:
    """Rows outside of tables, rows of another width, one column, kinds that nobody can make: nothing is made."""
    answer = desk.ask("PATCH", f"/blocks/{page}/children", {"children": [wrong]})
    assert answer.status in (400, 404)
    assert desk.get(f"/blocks/{page}/children")["results"] == []


def test_what_stands_in_a_table_must_fit(desk: Desk, page: str) -> None:
    """Rows are appended and changed with as many cells as the table is wide; its width stays."""
    [table] = append(desk, page, TABLE)["results"]
    [row] = desk.get(f"/blocks/{table['id']}/children")["results"]
    narrow: dict[str, Any] = {"table_row": {"cells": [[]]}}
    assert desk.ask("PATCH", f"/blocks/{table['id']}/children", {"children": [narrow]}).status == 400
    assert desk.ask("PATCH", f"/blocks/{row['id']}", narrow).status == 400
    assert desk.ask("PATCH", f"/blocks/{table['id']}", {"table": {"table_width": 3}}).status == 400
    assert desk.ask("PATCH", f"/blocks/{row['id']}", {"table_row": {"cells": [[], []]}}).status == 200


def test_below_some_blocks_nothing_stands(desk: Desk, page: str) -> None:
    """A divider, a plain heading and a copy of a synced block take no blocks; a toggleable heading does."""
    head = block("Open", "heading_2", is_toggleable=True)
    original = {"synced_block": {"synced_from": None, "children": [block("x")]}}
    made = append(desk, page, {"divider": {}}, block("Shut", "heading_2"), head, original)["results"]
    copy = {"synced_block": {"synced_from": {"block_id": made[3]["id"]}}}
    made += append(desk, page, copy)["results"]
    answers = [
        desk.ask("PATCH", f"/blocks/{one['id']}/children", {"children": [block("y")]}).status for one in made
    ]
    assert answers == [400, 400, 200, 200, 400]
