"""The sandboxed Notion takes nothing that Notion's documentation refuses, however a request is spoiled."""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.referees import notion as referee
from tests.unit.sandbox.notion_desk import Desk, new_desk, words

pytestmark = pytest.mark.skipif(
    not referee.available(), reason="no schemas of Notion: ../shared/data/notion is absent"
)
SPOILT = 600
"""Requests made of each kind."""
ODD: tuple[Any, ...] = (None, True, False, 0, -1, 1.5, "", "x", "2026-01-01", [], {}, ["x"], {"x": 1}, "a,b")
ADDED = ("surprise", "id", "type", "archived", "object", "has_more")
Place = tuple[str | int, ...]


@pytest.fixture(scope="module")
def desk() -> Desk:
    """A desk with a person, a page and a block to write to."""
    desk = new_desk()
    desk.lead = desk.person("Lea")
    return desk


def cells(desk: Desk) -> dict[str, Any]:
    """Return a value of every kind that may be written."""
    return {
        "City": {
            "title": [
                words("x", bold=True) | {"text": {"content": "x", "link": {"url": "https://a.example"}}}
            ]
        },
        "Note": {"rich_text": [{"mention": {"user": {"id": desk.anna}}}, {"equation": {"expression": "x"}}]},
        "Country": {"select": {"name": "Spain"}},
        "Topics": {"multi_select": [{"name": "Heat"}]},
        "State": {"status": {"name": "Submitted"}},
        "Population": {"number": 12.5},
        "Pilot": {"checkbox": True},
        "Label date": {"date": {"start": "2026-07-01", "end": "2026-07-02"}},
        "Board": {"url": "https://x.example"},
        "Mail": {"email": "a@b.example"},
        "Phone": {"phone_number": "1"},
        "Team": {"people": [{"id": desk.anna}]},
        "Lead": {"relation": [{"id": desk.lead}]},
        "Papers": {"files": [{"name": "P", "external": {"url": "https://x.example/p"}}]},
        "Where": {"place": {"lat": 1.5, "lon": 2.5}},
    }


def requests(desk: Desk) -> dict[str, tuple[str, str, Any]]:
    """Return a good request of each kind: method, path, body."""
    page = desk.create()["id"]
    to_do = {"to_do": {"rich_text": [words("x")]}}
    answer: Any = desk.ask("PATCH", f"/blocks/{page}/children", {"children": [to_do]}).body
    parent = {"type": "data_source_id", "data_source_id": desk.cities}
    inner = {"type": "to_do", "to_do": {"rich_text": [], "checked": True}}
    paragraph = {
        "object": "block",
        "type": "paragraph",
        "paragraph": {"rich_text": [words("a")], "children": [inner]},
    }
    kinds = every_kind(page)
    columns = {
        "New": {"select": {"options": [{"name": "A", "color": "red"}]}},
        "Population": {"name": "Population"},
        "Rel": {
            "relation": {"data_source_id": desk.people, "type": "single_property", "single_property": {}}
        },
        "N": {"number": {"format": "percent"}},
    }
    conditions = [
        {"property": "Population", "number": {"equals": 1}},
        {
            "or": [
                {"property": "City", "title": {"contains": "x"}},
                {"timestamp": "created_time", "created_time": {"past_week": {}}},
            ]
        },
    ]
    sorts = [
        {"property": "City", "direction": "ascending"},
        {"timestamp": "created_time", "direction": "descending"},
    ]
    picture = {"type": "external", "external": {"url": "https://x.example/c"}}
    create = {
        "parent": parent,
        "properties": cells(desk),
        "icon": {"type": "emoji", "emoji": "🐍"},
        "children": [paragraph],
    }
    query = {"filter": {"and": conditions}, "sorts": sorts, "page_size": 5}
    return {
        "create": ("POST", "/pages", create),
        "update": (
            "PATCH",
            f"/pages/{page}",
            {"properties": cells(desk), "is_locked": False, "cover": picture},
        ),
        "move": ("POST", f"/pages/{page}/move", {"parent": parent}),
        "query": ("POST", f"/data_sources/{desk.cities}/query", query),
        "schema": (
            "PATCH",
            f"/data_sources/{desk.cities}",
            {"title": [words("Cities")], "properties": columns},
        ),
        "append": ("PATCH", f"/blocks/{page}/children", {"children": [paragraph]}),
        "kinds": ("PATCH", f"/blocks/{page}/children", {"children": kinds}),
        "markdown": (
            "PATCH",
            f"/pages/{page}/markdown",
            {"type": "insert_content", "insert_content": {"content": "x\n- y", "after": "x"}},
        ),
        "block": (
            "PATCH",
            f"/blocks/{answer['results'][0]['id']}",
            {"to_do": {"rich_text": [words("y")], "checked": True}},
        ),
    }


def every_kind(page: str) -> list[Any]:
    """Return one block of each kind that the documentation and the sandbox both know."""
    text = {"rich_text": [words("x")], "color": "red_background"}
    linked = {"url": "https://x.example/a", "caption": [words("x")]}
    medium = {"type": "external", "external": {"url": "https://x.example/a.png"}, "caption": []}
    row = {"type": "table_row", "table_row": {"cells": [[words("x")], []]}}
    column = {"column": {"width_ratio": 0.5, "children": [{"paragraph": {"rich_text": []}}]}}
    contents: dict[str, Any] = {
        "callout": {**text, "icon": {"type": "emoji", "emoji": "💡"}},
        "code": {"rich_text": [words("x")], "language": "python", "caption": []},
        "heading_2": {**text, "is_toggleable": True, "children": [{"quote": text}]},
        "table": {"table_width": 2, "has_column_header": True, "children": [row]},
        "column_list": {"children": [column, column]},
        "synced_block": {"synced_from": None, "children": [{"toggle": text}]},
        "link_to_page": {"type": "page_id", "page_id": page},
        "equation": {"expression": "x"},
        "table_of_contents": {"color": "gray"},
        "embed": linked,
        "bookmark": linked,
        "image": medium,
        "file": {**medium, "name": "x.png"},
        "divider": {},
        "breadcrumb": {},
    }
    return [{"object": "block", "type": kind, kind: content} for kind, content in contents.items()]


def places(node: Any, at: Place = ()) -> Iterator[Place]:
    """Yield where something stands in a request, the whole excepted."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, value in inner:
        yield (*at, name)
        yield from places(value, (*at, name))


def spoilt(good: Any, dice: Random) -> Any:
    """Return a copy in which one thing was replaced, left out, added or doubled."""
    body = copy.deepcopy(good)
    *above, last = dice.choice(list(places(body)))
    node: Any = body
    for name in above:
        node = node[name]
    deed = dice.choice(("set", "leave out", "add", "double"))
    if deed == "leave out":
        del node[last]
    elif deed == "double" and isinstance(node, list) and isinstance(last, int):
        node.append(copy.deepcopy(node[last]))
    elif deed == "add" and isinstance(node[last], dict):
        node[last][dice.choice(ADDED)] = dice.choice(ODD)
    elif deed == "add" and isinstance(node[last], list):
        node[last].append(dice.choice(ODD))
    else:
        node[last] = dice.choice(ODD)
    return body


@pytest.mark.parametrize(
    "kind", ["create", "update", "move", "query", "schema", "append", "kinds", "markdown", "block"]
)
def test_what_the_documentation_refuses_is_refused(desk: Desk, kind: str) -> None:
    """Of hundreds of spoilt requests the sandbox takes none that the closed documentation does not take."""
    method, path, good = requests(desk)[kind]
    assert not list(referee.request_faults(method, f"/v1{path}", good, {}, closed=True))
    state, dice, refused = desk.service.dump(), Random(kind), 0
    for _ in range(SPOILT):
        body = spoilt(good, dice)
        answer = desk.service.handle(desk.call(method, path, body), desk.now)
        if answer.status == 200:
            assert not list(referee.request_faults(method, f"/v1{path}", body, {}, closed=True)), body
            desk.service.load(state)
        else:
            referee.check_answer(method, f"/v1{path}", answer.status, answer.body)
            refused += 1
    desk.service.load(state)
    assert refused > SPOILT // 10
