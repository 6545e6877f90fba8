"""Walks, cursors and rows of a Notion data source."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from syncbot.endpoints.base import Column, ColumnType, Gone, GoneReason, Row
from syncbot.endpoints.notion.columns import schema_of
from syncbot.endpoints.notion.reading import Cursor, watermark
from syncbot.errors import CursorExpired, Incomplete, SchemaChanged
from syncbot.model.values import UNKNOWN
from tests.unit.endpoints.notion_script import (
    ANNA,
    BOT,
    NOW,
    SOURCE,
    Desk,
    error,
    listed,
    me,
    ok,
    page,
    page_id,
    pages,
    schema,
)

Json = Mapping[str, Any]
STOPPED: dict[str, Any] = {
    "request_status": {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
}
EDITOR = Column(
    id="ed%3D", name="Last edited by", type=ColumnType.USERS, native="last_edited_by", writable=False
)
LEADS = Column(id="ld", name="Leads", type=ColumnType.REFS, native="relation", target="people")


def cursor(by: str | None = None) -> str:
    """Return the cursor of an earlier reading."""
    return Cursor(of=SOURCE, since="2026-03-02T09:00:00Z", bot=BOT, by=by).text()


def data_source(*more: tuple[str, Json], key: str = "rich_text") -> dict[str, Any]:
    """Return the data source of `page`, with more columns."""
    return {
        "object": "data_source",
        "id": SOURCE,
        "title": [{"plain_text": "Cities"}],
        "in_trash": False,
        "properties": {
            "City": {"id": "title", "name": "City", "type": "title", "title": {}},
            "syncbot key": {"id": "%3Fkey", "name": "syncbot key", "type": key, key: {}},
            "Note": {"id": "a%3Ab", "name": "Note", "type": "rich_text", "rich_text": {}},
        }
        | dict(more),
    }


def relation(count: int, *, more: bool) -> Json:
    """Return a relation property of so many pages."""
    found = [{"id": page_id(number)} for number in range(count)]
    return {"Leads": {"id": "ld", "type": "relation", "relation": found, "has_more": more}}


def items(numbers: Sequence[int], cursor: str | None = None) -> Any:
    """Return a page of property items."""
    results = [
        {"object": "property_item", "id": "ld", "type": "relation", "relation": {"id": page_id(number)}}
        for number in numbers
    ]
    return listed(*results, cursor=cursor, property_item={"id": "ld", "type": "relation", "relation": {}})


def test_first_reading() -> None:
    """It asks who we are, then for all rows, oldest first, a hundred at a time, only the columns of the schema."""
    desk = Desk()
    desk.will(me(), listed(*pages(2), cursor="c1"), listed(page(2)))
    reading = desk.endpoint().changes(None, schema())
    assert [row.ref for row in reading.rows] == [page_id(0), page_id(1), page_id(2)]
    assert (reading.full, reading.complete, reading.gone) == (True, True, [])
    assert desk.sent()[1] == (
        "POST",
        f"/v1/data_sources/{SOURCE}/query?filter_properties=title&filter_properties=%3Fkey&filter_properties=a%3Ab",
    )
    oldest_first = {"sorts": [{"timestamp": "created_time", "direction": "ascending"}], "page_size": 100}
    assert desk.bodies()[1:] == [oldest_first, oldest_first | {"start_cursor": "c1"}]


def test_watermark_overlaps_two_minutes() -> None:
    """The next reading begins two minutes before the minute in which this one began."""
    assert watermark(NOW, None) == "2026-03-02T09:28:00Z"
    desk = Desk()
    desk.will(me(), listed())
    assert json.loads(desk.endpoint().changes(None, schema()).cursor or "")["since"] == "2026-03-02T09:28:00Z"


def test_clock_that_is_ahead() -> None:
    """Our clock is an hour ahead of Notion's: the next reading looks from Notion's time on, at the first answer."""
    desk = Desk()
    first, second = listed(page(1), cursor="c1"), listed(page(2))
    first.headers["date"] = "Mon, 02 Mar 2026 08:30:59 GMT"
    second.headers["date"] = "Mon, 02 Mar 2026 08:39:00 GMT"
    desk.will(first, second)
    reading = desk.endpoint().changes(cursor(), schema())
    assert json.loads(reading.cursor or "")["since"] == "2026-03-02T08:28:00Z"


def test_later_reading_is_one_request() -> None:
    """From a cursor on: one query, "on or after", without asking again who we are."""
    desk = Desk()
    desk.will(listed(page(1)))
    reading = desk.endpoint().changes(cursor(), schema())
    assert not reading.full
    (body,) = desk.bodies()
    edited = {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": "2026-03-02T09:00:00Z"}}
    assert body["filter"] == edited


def test_own_rows_are_left_out() -> None:
    """With the column of the last editor, rows that we edited last are not asked for; its id comes from the cursor."""
    desk = Desk()
    desk.will(listed())
    desk.endpoint(edited_by="Last edited by").changes(cursor(EDITOR.id), schema())
    others = {"property": "ed%3D", "last_edited_by": {"does_not_contain": BOT}}
    assert desk.bodies()[0]["filter"]["and"][1] == others


def test_known_rows_are_only_counted() -> None:
    """Rows at the version that the caller knows are not told again, but counted."""
    desk = Desk()
    desk.will(listed(*pages(3)), listed(*pages(2), page(2, "Gent")))
    endpoint = desk.endpoint()
    versions = {row.ref: row.version for row in endpoint.changes(cursor(), schema()).rows}
    reading = endpoint.changes(cursor(), schema(), lambda refs: {ref: versions[ref] for ref in refs})
    assert [row.cells["title"] for row in reading.rows] == ["Gent"]
    assert reading.unchanged == {page_id(0), page_id(1)}


def test_full_reading_has_our_rows() -> None:
    """A reading of everything asks for our own rows too."""
    desk = Desk()
    desk.will(ok(data_source(("Last edited by", _editor_config()))), me(), listed(page(1, by=BOT)))
    endpoint = desk.endpoint(edited_by="Last edited by")
    (row,) = endpoint.changes(None, endpoint.describe()).rows
    assert row.by_us
    assert "filter" not in desk.bodies()[2]


def test_editor_has_a_name() -> None:
    """The column of the last editor tells the name that the page itself does not tell."""
    desk = Desk()
    anna = {
        "object": "user",
        "id": ANNA,
        "type": "person",
        "name": "Anna",
        "person": {"email": "anna@city.example"},
    }
    edited = page(
        1, properties={"Last edited by": {"id": "ed%3D", "type": "last_edited_by", "last_edited_by": anna}}
    )
    desk.will(listed(edited))
    (row,) = desk.endpoint(edited_by="Last edited by").changes(cursor(EDITOR.id), schema()).rows
    assert (row.edited_by, row.by_us) == ("Anna", False)


def test_columns_that_are_not_known_any_more() -> None:
    """When Notion refuses the named columns, all are asked for; without the editor's column, our rows come too."""
    desk = Desk()
    desk.will(*[error(400, "validation_error")] * 4, listed(page(1)))
    endpoint = desk.endpoint(edited_by="Last edited by")
    reading = endpoint.changes(cursor(EDITOR.id), schema())
    assert len(reading.rows) == 1
    assert len(reading.notes) == 4
    assert json.loads(reading.cursor or "")["by"] is None
    assert desk.sent()[4][1].endswith("/query")
    assert "and" not in desk.bodies()[4]["filter"]


def test_spelling_of_ids_in_conditions() -> None:
    """When a condition with an id as Notion gives it is refused, the bare one is tried, and kept to."""
    desk = Desk()
    desk.will(error(400, "validation_error"), listed(page(1, key="k")), listed(page(1, key="k")))
    endpoint = desk.endpoint()
    for _ in range(2):
        assert len(endpoint.find("k", schema())) == 1
    assert [body["filter"]["property"] for body in desk.bodies()] == ["%3Fkey", "?key", "?key"]


@pytest.mark.parametrize("reply", [error(404, "object_not_found"), error(400, "validation_error")])
def test_place_is_gone(reply: Any) -> None:
    """A data source that is not there, or refuses every query, stops the endpoint; it is not an empty one."""
    desk = Desk()
    desk.will(reply, *[error(400, "validation_error")] * 2)
    with pytest.raises(SchemaChanged):
        desk.endpoint().changes(cursor(), schema())


@pytest.mark.parametrize("text", ["", "{}", "[1]", "null", '{"of":"x","since":"y","bot":"z"}', cursor()[:-3]])
def test_foreign_cursor(text: str) -> None:
    """A cursor that is not ours, or of another data source, says that everything must be read."""
    with pytest.raises(CursorExpired):
        Desk().endpoint().changes(text, schema())


def test_row_cap_is_walked_around() -> None:
    """Where Notion stops (has_more false, request_status incomplete) the walk goes on by creation time, each row once."""
    desk = Desk()
    desk.will(listed(*pages(3), **STOPPED), listed(page(2), page(3), **STOPPED), listed(page(3), page(4)))
    reading = desk.endpoint().changes(cursor(), schema())
    assert [row.ref for row in reading.rows] == [page_id(number) for number in range(5)]
    assert reading.complete
    assert len(reading.notes) == 2
    windows = [body["filter"]["and"][1]["created_time"]["on_or_after"] for body in desk.bodies()[1:]]
    assert windows == ["2026-03-01T08:02:00.000Z", "2026-03-01T08:03:00.000Z"]


def test_more_rows_in_one_minute_than_the_cap() -> None:
    """When a window brings nothing new the reading is incomplete and the old cursor stays."""
    desk = Desk()
    desk.will(listed(*pages(2), **STOPPED), listed(page(1), **STOPPED))
    reading = desk.endpoint().changes(cursor(), schema())
    assert (reading.complete, reading.cursor) == (False, cursor())


@pytest.mark.parametrize(
    "odd", [{"has_more": True}, {"has_more": None}, {"has_more": True, "next_cursor": "c1"}]
)
def test_end_is_not_proven(odd: dict[str, Any]) -> None:
    """A page that neither says it is the last nor names the next makes the reading incomplete."""
    desk = Desk()
    desk.will(listed(page(1), cursor="c1"), listed(page(2), **odd))
    reading = desk.endpoint().changes(cursor(), schema())
    assert (reading.complete, reading.cursor) == (False, cursor())


def test_short_pages() -> None:
    """A page with fewer rows than asked, or none, is not the end while has_more is true."""
    desk = Desk()
    desk.will(listed(cursor="c1"), listed(page(1), cursor="c2"), listed())
    assert len(desk.endpoint().changes(cursor(), schema()).rows) == 1


def test_search_that_is_not_complete() -> None:
    """A search by key that does not prove its end is no proof that the key is free."""
    desk = Desk()
    desk.will(listed(page(1, key="k"), has_more=True))
    with pytest.raises(Incomplete):
        desk.endpoint().find("k", schema())


def test_wiki_lists_other_things() -> None:
    """Data sources and bare pages among the results are no rows; bare pages are mentioned."""
    desk = Desk()
    desk.will(listed({"object": "data_source", "id": "d"}, {"object": "page", "id": "p"}, page(1)))
    reading = desk.endpoint().changes(cursor(), schema())
    assert [row.ref for row in reading.rows] == [page_id(1)]
    assert any("1 pages" in note for note in reading.notes)


def test_relation_is_read_to_its_end() -> None:
    """A relation that the page cuts at 25 comes whole from the property item endpoint, page by page."""
    desk = Desk()
    desk.will(
        listed(page(1, properties=relation(25, more=True))), items(range(25), "c1"), items(range(25, 30))
    )
    (row,) = desk.endpoint().changes(cursor(), schema(LEADS)).rows
    assert row.cells["ld"] == frozenset(page_id(number) for number in range(30))
    assert desk.sent()[1][1] == f"/v1/pages/{page_id(1)}/properties/ld?page_size=100"


def test_property_item_id_stays_encoded() -> None:
    """In the path the id stands as Notion gave it: decoded, its `?` would end the path."""
    desk = Desk()
    mentions = [{"type": "mention", "plain_text": "@Anna"}] * 25
    whole = [{"type": "rich_text", "rich_text": one} for one in mentions]
    desk.will(
        listed(page(1, properties={"Note": {"id": "a%3Ab", "type": "rich_text", "rich_text": mentions}})),
        listed(*whole),
    )
    (row,) = desk.endpoint().changes(cursor(), schema()).rows
    assert row.cells["a%3Ab"] == "@Anna" * 25
    assert desk.sent()[1][1] == f"/v1/pages/{page_id(1)}/properties/a%3Ab?page_size=100"


@pytest.mark.parametrize("reply", [error(404, "object_not_found"), ok({"object": "property_item"})])
def test_relation_that_cannot_be_completed(reply: Any) -> None:
    """What cannot be read to its end is UNKNOWN with the reason, never the part that was seen."""
    desk = Desk()
    desk.will(listed(page(1, properties=relation(25, more=True))), reply)
    (row,) = desk.endpoint().changes(cursor(), schema(LEADS)).rows
    assert row.cells["ld"] is UNKNOWN
    assert "Leads" in row.faults["ld"]


def test_missing_column_is_unknown() -> None:
    """A column that the page does not have is UNKNOWN with its name; the others are read."""
    desk = Desk()
    desk.will(listed(page(1)))
    (row,) = desk.endpoint().changes(cursor(), schema(LEADS)).rows
    assert (row.cells["ld"], row.cells["title"]) == (UNKNOWN, "Ghent")
    assert "Leads" in row.faults["ld"]


@pytest.mark.parametrize("kind", [None, "number"])
def test_key_column_is_gone(kind: str | None) -> None:
    """Rows without the key column stop the endpoint: they must not pass for rows that were never linked."""
    desk = Desk()
    row = page(1)
    del row["properties"]["syncbot key"]
    if kind is not None:
        row["properties"]["syncbot key"] = {"id": "%3Fkey", "type": kind, kind: None}
    desk.will(listed(row))
    with pytest.raises(SchemaChanged):
        desk.endpoint().changes(cursor(), schema())


def versions(*rows: dict[str, Any]) -> list[str]:
    """Return the version of each page."""
    desk = Desk()
    for number, row in enumerate(rows):
        row["id"] = page_id(number)
    desk.will(listed(*rows))
    files = Column(id="fi", name="Files", type=ColumnType.FILES, native="files", writable=False)
    sums = Column(id="su", name="Sum", type=ColumnType.NUMBER, native="rollup", writable=False)
    found = desk.endpoint().changes(cursor(), schema(files, sums)).rows
    return [row.version for row in found]


def extra(url: str = "https://a", total: int = 1) -> dict[str, Any]:
    """Return a files and a rollup property."""
    return {
        "Files": {
            "id": "fi",
            "type": "files",
            "files": [{"name": "a.pdf", "type": "file", "file": {"url": url}}],
        },
        "Sum": {
            "id": "su",
            "type": "rollup",
            "rollup": {"type": "number", "number": total, "function": "sum"},
        },
    }


def test_version_tells_edits_of_the_same_minute() -> None:
    """Edits that the time, cut to the minute, does not show move the version; so does our key."""
    found = versions(
        page(0, properties=extra()),
        page(0, "Gent", properties=extra()),
        page(0, note="x", properties=extra()),
        page(0, key="k", properties=extra()),
        page(0, properties=extra(), last_edited_time="2026-03-02T09:31:00.000Z"),
    )
    assert len(set(found)) == 5


def test_version_ignores_what_nobody_edited() -> None:
    """Signed addresses of files and computed columns do not move the version."""
    one, two = versions(page(0, properties=extra()), page(0, properties=extra("https://b?sig=2", 7)))
    assert one == two


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"in_trash": True}, GoneReason.TRASHED),
        ({"archived": True}, GoneReason.TRASHED),
        ({"is_archived": True}, GoneReason.ARCHIVED),
        ({"parent": {"type": "data_source_id", "data_source_id": page_id(9)}}, GoneReason.MOVED),
        ({"parent": {"type": "page_id", "page_id": page_id(9)}}, GoneReason.MOVED),
    ],
)
def test_where_a_missing_row_is(more: dict[str, Any], reason: GoneReason) -> None:
    """A row that is not in the query any more is looked up, and the page says where it went."""
    desk = Desk()
    desk.will(ok(page(1, **more)))
    assert desk.endpoint().get(page_id(1), schema()) == Gone(ref=page_id(1), reason=reason)


def test_not_found_says_nothing_more() -> None:
    """A 404, and a ref that is no id of Notion's (which would be a 400), are NOT_FOUND."""
    desk = Desk()
    desk.will(error(404, "object_not_found"))
    assert desk.endpoint().get(page_id(1), schema()) == Gone(ref=page_id(1), reason=GoneReason.NOT_FOUND)
    assert desk.endpoint().get("row 12", schema()) == Gone(ref="row 12", reason=GoneReason.NOT_FOUND)


def test_ref_is_the_id_not_the_address() -> None:
    """The same page under the old and the new form of its address is the same row."""
    desk = Desk()
    desk.will(ok(page(1, url="https://www.notion.so/x")), ok(page(1, url="https://app.notion.com/p/x")))
    endpoint = desk.endpoint()
    old, new = endpoint.get(page_id(1), schema()), endpoint.get(page_id(1), schema())
    assert isinstance(old, Row)
    assert isinstance(new, Row)
    assert (old.ref, old.version) == (new.ref, new.version)


def test_find_is_exact() -> None:
    """A search by key filters on the key column's id and keeps only rows that carry just this key."""
    desk = Desk()
    desk.will(listed(page(1, key="K-1"), page(2, key="k-1")))
    assert [row.ref for row in desk.endpoint().find("k-1", schema())] == [page_id(2)]
    assert desk.bodies()[0]["filter"] == {"property": "%3Fkey", "rich_text": {"equals": "k-1"}}


def _editor_config() -> Json:
    return {"id": "ed%3D", "name": "Last edited by", "type": "last_edited_by", "last_edited_by": {}}


def test_schema() -> None:
    """Each Notion type has its column type, options, target and limits; the key is one line of text."""
    configs: dict[str, Json] = {
        "Country": {"id": "c", "type": "select", "select": {"options": [{"name": "Belgium"}]}},
        "State": {"id": "s", "type": "status", "status": {"options": [{"name": "Drafting"}], "groups": []}},
        "Leads": {
            "id": "l",
            "type": "relation",
            "relation": {"data_source_id": "p", "type": "single_property"},
        },
        "Web": {"id": "w", "type": "url", "url": {}},
        "Sum": {"id": "r1", "type": "rollup", "rollup": {"function": "sum", "relation_property_id": "v_]<"}},
        "First": {"id": "r2", "type": "rollup", "rollup": {"function": "earliest_date"}},
        "All": {"id": "r3", "type": "rollup", "rollup": {"function": "show_original"}},
        "Calc": {"id": "f", "type": "formula", "formula": {"expression": "1+1"}},
        "Place": {"id": "pl", "type": "place", "place": {}},
        "Last edited by": _editor_config(),
    }
    found = schema_of(data_source(*configs.items()), key_column="syncbot key", endpoint="notion")
    assert (found.title, found.container, found.key_column) == ("Cities", SOURCE, "%3Fkey")
    by_name = {column.name: column for column in found.columns.values()}
    kinds = {name: (column.type, column.writable) for name, column in by_name.items()}
    assert kinds == {
        "City": (ColumnType.TEXT, True),
        "syncbot key": (ColumnType.TEXT, True),
        "Note": (ColumnType.LONG_TEXT, True),
        "Country": (ColumnType.CHOICE, True),
        "State": (ColumnType.CHOICE, True),
        "Leads": (ColumnType.REFS, True),
        "Web": (ColumnType.LINK, True),
        "Sum": (ColumnType.NUMBER, False),
        "First": (ColumnType.MOMENT, False),
        "All": (ColumnType.OTHER, False),
        "Calc": (ColumnType.OTHER, False),
        "Place": (ColumnType.OTHER, False),
        "Last edited by": (ColumnType.USERS, False),
    }
    assert (by_name["Country"].options, by_name["State"].options) == (("Belgium",), ("Drafting",))
    assert (by_name["Leads"].target, by_name["Web"].max_length, by_name["Last edited by"].many) == (
        "p",
        2000,
        False,
    )


def test_formula_has_the_type_of_its_result() -> None:
    """What a formula gives is seen on a row; without rows it stays unreadable."""
    formula = {"id": "fo", "type": "formula", "formula": {"expression": "1 + 1"}}
    shown = page(
        1, properties={"Calc": {"id": "fo", "type": "formula", "formula": {"type": "number", "number": 2}}}
    )
    desk = Desk()
    desk.will(ok(data_source(("Calc", formula))), listed(shown), listed(shown))
    endpoint = desk.endpoint()
    described = endpoint.describe()
    assert described.columns["fo"].type is ColumnType.NUMBER
    assert not described.columns["fo"].writable
    (row,) = endpoint.changes(cursor(), described).rows
    assert row.cells["fo"] == 2
    desk.will(ok(data_source(("Calc", formula))), listed())
    assert endpoint.describe().columns["fo"].type is ColumnType.OTHER


@pytest.mark.parametrize(
    "reply",
    [
        ok(data_source() | {"in_trash": True}),
        ok(data_source(key="number")),
        ok(data_source() | {"properties": {}}),
        error(404, "object_not_found"),
        error(400, "validation_error"),
    ],
)
def test_no_such_place(reply: Any) -> None:
    """A data source that is gone, in the trash, or without a fitting key column is told as such."""
    desk = Desk()
    desk.will(reply, error(404, "object_not_found"))
    with pytest.raises(SchemaChanged):
        desk.endpoint().describe()


def test_id_of_a_database() -> None:
    """Who gives a database's id, which stands in the address, is told the ids of its data sources."""
    desk = Desk()
    inside = [{"id": page_id(5), "name": "Mission Cities"}]
    desk.will(error(404, "object_not_found"), ok({"object": "database", "data_sources": inside}))
    with pytest.raises(SchemaChanged, match=f"'Mission Cities' {page_id(5)}"):
        desk.endpoint().describe()
