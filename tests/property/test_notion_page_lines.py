"""Bodies of pages: Markdown and blocks say the same of any page, and nothing odd makes a reader fail."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from syncbot.endpoints.documents.drafting import finished
from syncbot.endpoints.notion.bodies import PageNotes
from syncbot.endpoints.notion.body_inline import Names, NotTold
from syncbot.endpoints.notion.body_lines import Body
from syncbot.endpoints.notion.body_markdown import read_markdown
from syncbot.endpoints.notion.body_people import Member
from syncbot.notes.form import Block, Note
from tests.fakes.notion_in_process import InProcess
from tests.unit.sandbox.notion_desk import Desk, new_desk

CALM = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LETTERS = "abc ÄŽ.,:;-*~`$[](){}<>|^\\\"'&@#!_=+/1\n\u00a0👍"
text = st.text(LETTERS, max_size=12).map(lambda tail: "w" + tail)
"""Not with a sign at the beginning: Markdown does not tell "- a" from an item."""
looks = st.fixed_dictionaries(
    {},
    optional={
        "bold": st.booleans(),
        "strikethrough": st.booleans(),
        "underline": st.booleans(),
        "color": st.sampled_from(["red", "blue_background", "default"]),
    },
)
"""Without italics: two such pieces side by side end and begin with "**" in between, as bold ones do."""
link = st.sampled_from([None, "https://x.example/a?b=c&d", "https://x.example/(a)", "mailto:a@b.example"])
PEOPLE = ["anna", "ben"]


@st.composite
def piece(draw: st.DrawFn) -> dict[str, Any]:
    """Return one piece of rich text as a request has it; people are put in by name."""
    annotations = draw(looks)
    match draw(st.sampled_from(["text", "text", "text", "user", "day"])):
        case "user":
            return {"mention": {"user": {"id": draw(st.sampled_from(PEOPLE))}}, "annotations": annotations}
        case "day":
            date = {"start": "2026-03-02", "end": draw(st.sampled_from([None, "2026-03-04"]))}
            return {"mention": {"date": date}, "annotations": annotations}
    address = draw(link)
    inner = {"content": draw(text), **({"link": {"url": address}} if address else {})}
    return {"text": inner, "annotations": annotations}


words = st.lists(piece(), min_size=1, max_size=4).map(
    lambda pieces: [
        {"text": {"content": "w"}},
        *pieces,
    ]  # a line that begins with a link or a mark is a line too
)


def plain(kind: str, **more: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Return blocks of a kind with words."""
    content = st.fixed_dictionaries({"rich_text": words, **more})
    return content.map(lambda inner: {"type": kind, kind: inner})


flag = st.booleans()
leaf = st.one_of(
    plain("paragraph"),
    plain("to_do", checked=flag),
    plain("bulleted_list_item"),
    plain("numbered_list_item"),
    plain("quote"),
    plain("heading_2"),
    st.just({"type": "divider", "divider": {}}),
    st.just({"type": "code", "code": {"rich_text": [{"text": {"content": "a\n\tb"}}], "language": "sql"}}),
)


def row(width: int) -> st.SearchStrategy[dict[str, Any]]:
    """Return rows of a table."""
    cells = st.lists(words, min_size=width, max_size=width)
    return cells.map(lambda inner: {"type": "table_row", "table_row": {"cells": inner}})


@st.composite
def holder(draw: st.DrawFn, inner: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """Return a block with others below it."""
    below = draw(st.lists(inner, min_size=1, max_size=3))
    kinds = ["to_do", "bulleted_list_item", "toggle", "quote", "callout", "heading_3", "paragraph"]
    kind = draw(st.sampled_from([*kinds, "table", "column_list", "synced_block"]))
    if kind == "table":
        rows = draw(st.lists(row(2), min_size=1, max_size=3))
        return {kind: {"table_width": 2, "has_column_header": draw(flag), "children": rows}}
    if kind == "column_list":
        return {kind: {"children": [{"column": {"children": [one]}} for one in (*below, below[0])]}}
    if kind == "synced_block":
        return {kind: {"synced_from": None, "children": below}}
    more = {"is_toggleable": True} if kind == "heading_3" else {}
    return {kind: {"rich_text": draw(words), **more, "children": below}}


page = st.lists(st.one_of(leaf, holder(leaf)), min_size=1, max_size=5)


def peopled(node: Any, desk: Desk) -> Any:
    """Put the ids of people where their names stand."""
    if isinstance(node, list):
        return [peopled(one, desk) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("id") in PEOPLE:
        return {"id": desk.anna if node["id"] == "anna" else desk.ben}
    return {name: peopled(value, desk) for name, value in node.items()}


def bare(note: Note) -> list[Block]:
    """Return the lines without where they are."""
    return [replace(block, address="", url=None, line=None) for block in note.blocks]


@CALM
@given(page)
def test_both_ways_read_the_same(blocks: list[dict[str, Any]]) -> None:
    """Whatever stands on a page, Markdown tells its lines, levels, boxes, cells and marks as the blocks do."""
    desk = new_desk()
    wire = InProcess(desk)
    key = str(desk.create()["id"])
    answer = desk.ask("PATCH", f"/blocks/{key}/children", {"children": peopled(blocks, desk)})
    assert answer.status == 200, answer.body
    connection = wire.connection()
    notes = PageNotes(connection=connection)
    by_markdown = notes.read(key, title="x")
    assert wire.asked == [one for one in wire.asked if "blocks" not in one]
    wire.answers[f"/pages/{key}/markdown"] = {"truncated": True}
    by_blocks = notes.read(key, title="x")
    connection.close()
    assert bare(by_markdown) == bare(by_blocks)
    assert by_markdown.oddities == by_blocks.oddities == ()


SIGNS = [
    *("\n", "\t", "- ", "- [ ] ", "- [x]", "# ", "> ", "1. ", "```", "$$", "---", "w", "**", "~~", "*", "`"),
    *("[", "](", ")", "](https://x.example)", "\\", "$", '{color="red"}', "<br>", "[^x]", "<", ">", "</"),
    *(
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
        "<columns>",
        "</columns>",
        "<callout>",
        "</callout>",
    ),
    *(
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<transcript>",
        "</transcript>",
        "<x/>",
        "<x>",
    ),
    *(
        '<mention-user url="user://u"/>',
        '<mention-date start="2026-03-02"/>',
        "<mention-date/>",
        "<mention-page>",
    ),
    *("<span>", "</span>", '<span underline="true">', "![", "<page>", "</page>", "\u2028", "\x00", "\ud800"),
]
NAMES = Names(member=lambda _: Member(name="Anna"), title=lambda _kind, _key: None)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(SIGNS), max_size=40).map("".join))
@example("<table>\n<td></table>")
@example("\t<details>\n<summary>x</summary>\n</details>")
def test_no_markdown_fails(markdown: str) -> None:
    """Any mixture of markup is read, or the blocks are asked for; marks stay within their words."""
    body = Body()
    try:
        read_markdown(markdown, body, NAMES, lambda _key, _level: True)
    except NotTold:
        return
    for block in finished(body.drafts):
        assert "\n" not in block.text and block.text == block.text.strip()
        assert all(0 <= mark.start < mark.end <= len(block.text) for mark in block.marks)


json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
KINDS = [
    *(
        "paragraph",
        "to_do",
        "heading_1",
        "toggle",
        "table",
        "table_row",
        "tab",
        "synced_block",
        "code",
        "callout",
    ),
    *(
        "child_page",
        "link_to_page",
        "bookmark",
        "image",
        "meeting_notes",
        "transcription",
        "unsupported",
        "new",
    ),
]
MEMBERS = [
    "rich_text",
    "cells",
    "children",
    "synced_from",
    "caption",
    "url",
    "title",
    "checked",
    "type",
    "block_id",
]


@st.composite
def odd_block(draw: st.DrawFn) -> dict[str, Any]:
    """Return a block in which anything may stand anywhere."""
    kind = draw(st.sampled_from(KINDS))
    content = draw(st.one_of(json, st.dictionaries(st.sampled_from(MEMBERS), json, max_size=4)))
    return {
        "type": draw(st.one_of(st.just(kind), json)),
        kind: content,
        "id": draw(json),
        "has_children": draw(json),
    }


@CALM
@given(st.lists(st.one_of(odd_block(), json), max_size=5))
def test_no_block_fails(blocks: list[Any]) -> None:
    """Whatever comes in a list of blocks, the note is made of what can be read."""
    desk = new_desk()
    wire = InProcess(desk)
    key = desk.add("Ghent")
    wire.answers[f"/pages/{key}/markdown"] = {}
    wire.answers[f"/blocks/{key}/children"] = {"results": blocks, "has_more": False}
    connection = wire.connection()
    note = PageNotes(connection=connection).read(key, title="x")
    connection.close()
    assert len({block.address for block in note.blocks}) == len(note.blocks)
