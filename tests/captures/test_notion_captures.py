"""Everything that was recorded of the live Notion goes through our readers, and what was read can be written again.

The counts are printed: `pytest -rP tests/captures/test_notion_captures.py`.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from syncbot.endpoints.base import Column, ColumnType, Schema
from syncbot.endpoints.notion.cells import is_cut, read_cell, read_user
from syncbot.endpoints.notion.columns import VOLATILE, schema_of
from syncbot.endpoints.notion.connection import NotionConnection
from syncbot.endpoints.notion.items import complete
from syncbot.endpoints.notion.pages import PageReader, gone
from syncbot.endpoints.notion.reading import walk
from syncbot.endpoints.notion.wire import as_stored, to_property
from syncbot.endpoints.traffic import Traffic
from syncbot.errors import AuthFailed, EndpointError, Incomplete, Invalid, NotFound
from syncbot.model.values import UNKNOWN, Value
from tests.captures.notion_cassettes import Exchange, available, exchanges, objects
from tests.referees import notion as referee

pytestmark = pytest.mark.skipif(not available(), reason="the recordings of Notion are not here")

Json = Mapping[str, Any]
Tell = Callable[[str, object], None]
USER = "00000000-0000-4000-8000-0000000000fa"
ERRORS: Mapping[str, type[EndpointError]] = {
    "validation_error": Invalid,
    "invalid_request_url": Invalid,
    "unauthorized": AuthFailed,
    "object_not_found": NotFound,
    "": Invalid,
}
"""What each recorded error is called here."""


@pytest.fixture
def tell(record_property: Tell) -> Tell:
    """Put a count into the report and print it."""

    def told(what: str, count: object) -> None:
        record_property(what, count)
        print(f"{what}: {count}")  # noqa: T201  # figures for the one who asks

    return told


def replayed(*answers: Exchange) -> NotionConnection:
    """Return a connection that gets these answers."""
    script = iter(answers)

    def answer(_request: httpx.Request) -> httpx.Response:
        one = next(script)
        return httpx.Response(one.status, headers=one.headers, content=one.answer)

    def asleep(seconds: float) -> None:
        raise AssertionError(f"nothing recorded asks to wait {seconds}")

    traffic = Traffic(
        name="notion",
        units=10_000,
        window_seconds=60,
        monotonic=lambda: 0.0,
        sleep=asleep,
        dice=random.Random(1),
    )
    return NotionConnection(
        token=SecretStr("x"),
        traffic=traffic,
        monotonic=lambda: 0.0,
        transport=httpx.MockTransport(answer),
    )


def columns_of(page: Json) -> Iterator[Column]:
    """Yield the columns that a page shows; computed ones by the type of the result."""
    for name, prop in page["properties"].items():
        config = {"id": prop["id"], "type": prop["type"], prop["type"]: {}}
        schema = schema_of(
            {"id": "s", "properties": {name: config, "key": {"id": "key", "type": "title"}}},
            key_column="key",
            endpoint="notion",
        )
        column = schema.columns[prop["id"]]
        if prop["type"] in VOLATILE and prop["type"] in ("formula", "rollup"):
            column = _typed(column, prop[prop["type"]])
        yield replace(column, options=None)


def _typed(column: Column, result: Json) -> Column:
    kinds = {"string": ColumnType.TEXT, "number": ColumnType.NUMBER, "boolean": ColumnType.FLAG}
    kind = {**kinds, "date": ColumnType.MOMENT}.get(str(result["type"]), ColumnType.OTHER)
    return replace(column, type=kind)


def schema_for(page: Json) -> Schema:
    """Return the schema of a page by itself, with its title as the key."""
    columns = {column.id: column for column in columns_of(page)}
    parent = page["parent"]
    container = str(parent.get("data_source_id", parent.get("page_id", "")))
    return Schema(container=container, title="", columns=columns, key_column="title")


def cannot(page: str, _prop: Json) -> Json:
    """Say that the rest of a list is not in the recording."""
    raise Incomplete("not recorded", endpoint="notion", ref=page)


def test_every_answer_gets_through(tell: Tell) -> None:
    """Each recorded answer is an object, or an error by its own name; nothing else is raised."""
    seen: Counter[str] = Counter()
    for one in exchanges():
        body = one.parsed
        connection = replayed(one)
        if one.status < 400:
            assert connection.ask(one.method, one.path) == body, one.cassette
            seen["answers"] += 1
            continue
        code = body["code"] if body else ""
        with pytest.raises(ERRORS[code]):
            connection.change(one.method, one.path, {})
        seen["errors"] += 1
    tell("recorded answers read", dict(seen))
    assert (seen["answers"], seen["errors"]) > (1_000, 10)


def test_every_page_is_a_row(tell: Tell) -> None:
    """Each recorded page is read into a row without a fault, but for lists that the page itself cuts."""
    reader = PageReader(endpoint="notion", complete=cannot)
    faults: list[str] = []
    seen: Counter[str] = Counter()
    for exchange, page in objects("page"):
        if "properties" not in page:
            continue
        row = reader.row(page, schema_for(page))
        gone(page, "x")
        seen["pages"] += 1
        seen["cells"] += len(row.cells)
        seen["unknown"] += sum(cell is UNKNOWN for cell in row.cells.values())
        for fault in row.faults.values():
            cut = any(is_cut(prop) for prop in page["properties"].values())
            seen["cut"] += cut
            faults += [] if cut else [f"{exchange.cassette}: {fault}"]
    tell("recorded pages read", dict(seen))
    assert faults == []
    assert seen["pages"] > 600


def test_every_data_source_is_a_schema(tell: Tell) -> None:
    """Each recorded data source is read; its columns are those recorded, and what cannot be read is said to be so."""
    kinds: Counter[str] = Counter()
    count = 0
    for _, source in objects("data_source"):
        living = {**source, "in_trash": False, "archived": False}
        schema = schema_of(living, key_column="title", endpoint="notion")
        assert {one.id: (one.name, one.native) for one in schema.columns.values()} == {
            prop["id"]: (name, prop["type"]) for name, prop in source["properties"].items()
        }
        kinds.update(column.native for column in schema.columns.values())
        count += 1
    tell("recorded data sources read", count)
    tell("types of their columns", dict(kinds))
    assert count > 150


def queries() -> Iterator[list[Exchange]]:
    """Yield the pages of each recorded query from its first page on."""
    pages: list[Exchange] = []
    for one in exchanges():
        if not one.path.endswith("/query") or one.status != 200 or "views" in one.path:
            continue
        if not (one.asked or {}).get("start_cursor"):
            pages = []
        pages.append(one)
        if not one.parsed["has_more"]:
            yield pages


def test_every_query_is_walked_to_its_end(tell: Tell) -> None:
    """Each recorded query, with all its pages, is complete and gives each of its results once."""
    seen: Counter[str] = Counter()
    for pages in queries():
        script = iter(pages)
        found = walk(lambda _body, script=script: next(script).parsed, [])  # type: ignore[misc]
        expected = {result["id"] for page in pages for result in page.parsed["results"]}
        assert found.complete
        assert {result["id"] for result in found.results} == expected
        seen["queries"] += 1
        seen["pages"] += len(pages)
        seen["results"] += len(found.results)
    tell("recorded queries walked", dict(seen))
    assert seen["queries"] > 80


def test_lists_of_property_items(tell: Tell) -> None:
    """Each recorded list of property items makes its property whole again, whatever the number."""
    lengths = []
    for one in exchanges():
        if "/properties/" not in one.path or one.parsed.get("object") != "list":
            continue
        kind = one.parsed["property_item"]["type"]
        prop = {"id": one.path.rsplit("/", 1)[-1], "type": kind, kind: [], "has_more": True}
        whole = complete(replayed(one), one.path.split("/")[1], prop)
        column = next(columns_of({"properties": {"x": whole}}))
        cell = read_cell(column, whole)
        assert isinstance(cell, str | frozenset)
        lengths.append(len(whole[kind]))
    tell("recorded property items", lengths)
    assert max(lengths) > 25


def test_users_have_an_address_or_an_id() -> None:
    """Each recorded user is told by address in lower case, or by id."""
    found = {read_user(user) for _, user in objects("user")}
    assert found
    assert all(one.startswith("user:") or "@" in one for one in found)


def readable_cells() -> Iterator[tuple[Exchange, Column, Value]]:
    """Yield every recorded cell of a column that can be written."""
    for exchange, page in objects("page"):
        for column, prop in zip(columns_of(page), page.get("properties", {}).values(), strict=True):
            if column.writable:
                cell = read_cell(column, prop)
                assert cell is not UNKNOWN
                yield exchange, column, cell


def test_what_was_read_can_be_written(tell: Tell) -> None:
    """Each recorded cell becomes a property that reads back as the same cell and that Notion's OpenAPI accepts."""
    seen: Counter[str] = Counter()
    distinct: dict[tuple[str, Value], Json] = {}
    for exchange, column, cell in readable_cells():
        prop = to_property(column, cell, lambda _: USER)
        if column.type is not ColumnType.USERS:
            again = read_cell(column, {"id": column.id, "type": column.native, **prop})
            assert again == as_stored(cell), exchange.cassette
        distinct[column.native, cell] = prop
        seen[column.native] += 1
    if referee.available():
        _judge(list(distinct.values()))
    tell("recorded cells written again", dict(seen))
    tell("different requests judged by the OpenAPI", len(distinct) if referee.available() else 0)
    assert len(seen) >= 13


def _judge(properties: Sequence[Json]) -> None:
    for number, prop in enumerate(properties):
        body = {"properties": {f"p{number}": prop}}
        referee.check_request("PATCH", f"/v1/pages/{USER}", body)
        parent = {"type": "data_source_id", "data_source_id": USER}
        referee.check_request("POST", "/v1/pages", {"parent": parent, **body})
