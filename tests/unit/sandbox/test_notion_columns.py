"""What the sandboxed Notion takes as a column, and what its formulas and rollups come to."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.sandbox.notion_desk import Desk, error_of, message_of, new_desk


@pytest.fixture
def desk() -> Desk:
    """A fresh desk."""
    return new_desk()


def rolled(desk: Desk, function: str, goal: str) -> Any:
    """Roll up a column of the cities over the groups' side of their relation."""
    back = "Related to Mission Cities (Groups)"
    name = f"{function} of {goal}"
    rollup = {"relation_property_name": back, "rollup_property_name": goal, "function": function}
    desk.service.add_property(desk.groups, name, {"rollup": rollup})
    [group] = desk.service.state.rows(desk.groups)
    return desk.cells(group.id)[name]["rollup"]


@pytest.mark.parametrize(
    ("function", "goal", "result"),
    [
        ("count", "City", {"type": "number", "number": 3}),
        ("sum", "Population", {"type": "number", "number": 7}),
        ("min", "Population", {"type": "number", "number": 2}),
        ("max", "Population", {"type": "number", "number": 5}),
        (
            "earliest_date",
            "Label date",
            {"type": "date", "date": {"start": "2026-01-01", "end": None, "time_zone": None}},
        ),
        (
            "latest_date",
            "Label date",
            {"type": "date", "date": {"start": "2026-02-01", "end": None, "time_zone": None}},
        ),
    ],
)
def test_rollups_are_computed(desk: Desk, function: str, goal: str, result: dict[str, Any]) -> None:
    """Numbers and dates of related rows come to one value; empty ones do not count."""
    group = [{"id": desk.group("North")}]
    for number, day in ((2, "2026-02-01"), (5, "2026-01-01"), (None, None)):
        date = None if day is None else {"start": day}
        desk.create("X", Groups={"relation": group}, Population={"number": number}, Label_date={"date": date})
    assert rolled(desk, function, goal) == result | {"function": function}


def test_rollups_of_nothing_are_null(desk: Desk) -> None:
    """Without related rows there is no least number and no first date, but a sum."""
    desk.group("North")
    assert rolled(desk, "min", "Population")["number"] is None
    assert rolled(desk, "earliest_date", "Label date")["date"] is None
    assert rolled(desk, "sum", "Population")["number"] == 0
    assert rolled(desk, "show_original", "Again")["array"] == []  # rollups of computed columns are not built


def test_a_rolled_up_list_is_cut_too(desk: Desk) -> None:
    """A page shows 25 of 30 rolled-up values (documented) without a word of it; the property item has all."""
    group = [{"id": desk.group("North")}]
    for n in range(30):
        desk.create(f"C{n}", Groups={"relation": group})
    assert len(rolled(desk, "show_original", "Population")["array"]) == 25
    [row] = desk.service.state.rows(desk.groups)
    key = desk.service.property_id(desk.groups, "show_original of Population")
    assert len(desk.get(f"/pages/{row.id}/properties/{key}")["results"]) == 30


@pytest.mark.parametrize(
    ("goal", "result"),
    [
        ("Population", {"type": "number", "number": 3}),
        ("Pilot", {"type": "boolean", "boolean": True}),
        ("Label date", {"type": "date", "date": {"start": "2026-01-01", "end": None, "time_zone": None}}),
        ("Country", {"type": "string", "string": "Spain"}),
        ("Topics", {"type": "string", "string": "Heat"}),
        ("Mail", {"type": "string", "string": "a@b.example"}),
        ("Phone", {"type": "string", "string": None}),
        ("Score", {"type": "string", "string": None}),
    ],
)
def test_a_formula_may_name_one_column(desk: Desk, goal: str, result: dict[str, Any]) -> None:
    """`prop("X")` has the value of X in the formula's own types; other expressions are empty."""
    desk.service.add_property(desk.cities, "F", {"formula": {"expression": f'prop("{goal}")'}})
    page = desk.create(
        Population={"number": 3},
        Pilot={"checkbox": True},
        Label_date={"date": {"start": "2026-01-01"}},
        Country={"select": {"name": "Spain"}},
        Topics={"multi_select": [{"name": "Heat"}]},
        Mail={"email": "a@b.example"},
    )
    assert page["properties"]["F"]["formula"] == result


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"colour": {}}, "is not a property that exists"),
        ({"type": "colour"}, "known property type"),
        ({"number": {}, "select": {}}, "should be not present"),
        ({"number": {"unit": "km"}}, "should be not present"),
        ({"checkbox": {"default": True}}, "should be not present"),
        ({"formula": {"expression": 5}}, "should be a string"),
        ({"unique_id": {"prefix": 5}}, "should be a string"),
        ({"select": {"options": [{"name": "x", "color": "mauve"}]}}, "known color"),
        ({"select": {"options": {"name": "x"}}}, "should be an array"),
        ({"status": {"options": []}}, "should be ≥ `1`"),
        ({"relation": {"data_source_id": "x"}}, "valid uuid"),
        ({"relation": {"type": "triple", "data_source_id": "PEOPLE"}}, "single_property"),
        ({"rollup": {"relation_property_name": "City"}}, "relation property does not exist"),
        ({"rollup": {"relation_property_name": "Lead", "rollup_property_name": "x"}}, "target property"),
        (
            {
                "rollup": {
                    "relation_property_name": "Lead",
                    "rollup_property_name": "Name",
                    "function": "median",
                }
            },
            "function that the sandbox knows",
        ),
    ],
)
def test_odd_columns_are_refused(desk: Desk, column: dict[str, Any], said: str) -> None:
    """What Notion would not make a column of, or what is not built, is a 400 and adds nothing."""
    if column.get("relation", {}).get("data_source_id") == "PEOPLE":
        column = {"relation": column["relation"] | {"data_source_id": desk.people}}
    before = desk.schema()
    answer = desk.reshape({"Odd": column})
    assert error_of(answer) == (400, "validation_error")
    assert said in message_of(answer)
    assert desk.schema() == before


def test_a_relation_may_point_at_its_own_table(desk: Desk) -> None:
    """Twins: each side of a two-way relation of a table with itself shows the other."""
    twin = {"relation": {"data_source_id": desk.cities, "type": "dual_property", "dual_property": {}}}
    assert desk.reshape({"Twin": twin}).status == 200
    ghent, lier = desk.create("Ghent")["id"], desk.create("Lier")["id"]
    desk.write(ghent, Twin={"relation": [{"id": lier}]})
    back = "Related to Mission Cities (Twin)"
    assert desk.cells(lier)[back]["relation"] == [{"id": ghent}]
    assert desk.cells(ghent)[back]["relation"] == []
    assert desk.reshape({"Twin": None}).status == 200
    assert desk.schema()[back]["relation"]["type"] == "single_property"


@pytest.mark.parametrize(
    "piece",
    [
        {"type": "emoji", "emoji": "x"},
        {"type": "text"},
        {"text": {"content": 5}},
        {"text": {"content": "x", "link": {"url": 5}}},
        {"text": {"content": "x", "link": {"url": "https://a.example/" + "x" * 2000}}},
        {"text": {"content": "x"}, "annotations": {"color": "mauve"}},
        {"text": {"content": "x"}, "annotations": {"blink": True}},
        {"equation": {"expression": "x" * 1001}},
        {"equation": {"expression": 5}},
        {"mention": {"template": {}}},
        {"mention": {"date": {"start": "soon"}}},
        "text",
    ],
)
def test_odd_pieces_of_text_are_refused(desk: Desk, piece: object) -> None:
    """Unknown kinds, looks and colours, and what is too long, are a 400."""
    assert error_of(desk.attempt(Note={"rich_text": [piece]})) == (400, "validation_error")


def test_a_mention_needs_something_to_name(desk: Desk) -> None:
    """Users and pages that are not there, or not shared, cannot be mentioned."""
    hidden = desk.add("Lier")
    desk.service.unshare_page(hidden)
    for mention in ({"user": {"id": hidden}}, {"page": {"id": hidden}}):
        assert error_of(desk.attempt(Note={"rich_text": [{"mention": mention}]})) == (404, "object_not_found")


def test_places_are_written_and_completed(desk: Desk) -> None:
    """A place needs both coordinates; what is not said about it is null (recorded)."""
    page = desk.create(Where={"place": {"lat": 51.05, "lon": 3.72}})
    assert page["properties"]["Where"]["place"]["name"] is None
    for wrong in ({"lat": 51.05}, {"lat": "51", "lon": 3}, {"lat": 51, "lon": 3, "zoom": 1}):
        assert error_of(desk.write(page["id"], Where={"place": wrong})) == (400, "validation_error")
    desk.write(page["id"], Where={"place": None})
    assert desk.cells(page["id"])["Where"]["place"] is None


@pytest.mark.parametrize(
    ("today", "operator", "found"),
    [
        ("2026-03-31", "past_month", ["2026-02-28", "2026-03-01", "2026-03-31"]),
        ("2026-01-31", "next_month", ["2026-02-28"]),
        ("2024-02-29", "next_year", ["2025-02-28"]),
        ("2026-03-01", "this_week", ["2026-03-01"]),
    ],
)
def test_spans_end_with_the_month(desk: Desk, today: str, operator: str, found: list[str]) -> None:
    """A month before 31 March is 28 February; weeks begin on Sunday; a year after 29 February is the 28th."""
    for day in ("2025-02-28", "2026-02-28", "2026-03-01", "2026-03-31"):
        desk.add(day, Label_date={"date": {"start": day}})
    desk.now = datetime.fromisoformat(f"{today}T12:00:00").replace(tzinfo=UTC)
    shown = desk.found({"property": "Label date", "date": {operator: {}}})
    assert shown == found
    assert desk.query(filter={"property": "Label date", "date": {"this_month": {}}}).status == 400
