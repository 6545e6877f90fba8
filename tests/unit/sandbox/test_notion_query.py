"""Queries of the sandboxed Notion: filters, sorts, pages, the cap."""

from typing import Any
from urllib.parse import quote, unquote

import pytest

from tests.unit.sandbox.notion_desk import Desk, city_of, error_of, message_of, new_desk, results, words

RECORDED_NOW = "2026-06-27T18:01:15.377824+01:00"
RECORDED = {
    "next year": "2027-06-27T18:01:00.000+01:00",
    "next month": "2026-07-27T18:01:00.000+01:00",
    "next week": "2026-07-04T18:01:00.000+01:00",
    "past year": "2025-06-27T18:01:00.000+01:00",
    "past month": "2026-05-27T18:01:00.000+01:00",
    "past week": "2026-06-20T18:01:00.000+01:00",
    "this week": "2026-06-27T18:01:00.000+01:00",
}
"""Dates of the pages in a recording made on Saturday, 27 June 2026, 18:01."""


@pytest.fixture
def desk() -> Desk:
    """Three cities: Ghent and Lier have values, Mons has none."""
    desk = new_desk()
    desk.lead = desk.person("Lea")
    desk.add(
        "Ghent",
        Note={"rich_text": [words("Canals and towers")]},
        Country={"select": {"name": "Belgium"}},
        Topics={"multi_select": [{"name": "Heat"}, {"name": "Cycling"}]},
        State={"status": {"name": "Submitted"}},
        Population={"number": 265_000},
        Pilot={"checkbox": True},
        Label_date={"date": {"start": "2026-03-02"}},
        Board={"url": "https://miro.example/ghent"},
        Team={"people": [{"id": desk.anna}]},
        Lead={"relation": [{"id": desk.lead}]},
        Groups={"relation": [{"id": desk.group("North")}]},
        Papers={"files": [{"name": "Plan", "type": "file"}]},
    )
    desk.later(minutes=2)
    desk.add(
        "Lier",
        Country={"select": {"name": "Spain"}},
        Topics={"multi_select": [{"name": "Heat"}]},
        Population={"number": 0},
        Label_date={"date": {"start": "2026-03-02T23:30:00+02:00"}},
    )
    desk.later(minutes=2)
    desk.create("Mons")
    return desk


@pytest.mark.parametrize(
    ("name", "kind", "condition", "found"),
    [
        ("City", "title", {"equals": "ghent"}, "Ghent"),
        ("City", "title", {"does_not_equal": "Ghent"}, "Lier Mons"),
        ("City", "title", {"contains": "e"}, "Ghent Lier"),
        ("City", "title", {"does_not_contain": "e"}, "Mons"),
        ("City", "title", {"starts_with": "mo"}, "Mons"),
        ("City", "title", {"ends_with": "nt"}, "Ghent"),
        ("Note", "rich_text", {"is_empty": True}, "Lier Mons"),
        ("Note", "rich_text", {"contains": "towers"}, "Ghent"),
        ("Board", "rich_text", {"contains": "miro"}, "Ghent"),
        ("Board", "url", {"is_not_empty": True}, "Ghent"),
        ("Population", "number", {"equals": 0}, "Lier"),
        ("Population", "number", {"does_not_equal": 0}, "Ghent Mons"),
        ("Population", "number", {"greater_than": 0}, "Ghent"),
        ("Population", "number", {"less_than_or_equal_to": 0}, "Lier"),
        ("Population", "number", {"is_empty": True}, "Mons"),
        ("Pilot", "checkbox", {"equals": False}, "Lier Mons"),
        ("Pilot", "checkbox", {"does_not_equal": False}, "Ghent"),
        ("Country", "select", {"equals": "Belgium"}, "Ghent"),
        ("Country", "select", {"does_not_equal": "Belgium"}, "Lier Mons"),
        ("Country", "select", {"is_empty": True}, "Mons"),
        ("State", "status", {"equals": "Drafting"}, "Lier Mons"),
        ("Topics", "multi_select", {"contains": "Cycling"}, "Ghent"),
        ("Topics", "multi_select", {"does_not_contain": "Cycling"}, "Lier Mons"),
        ("Papers", "files", {"is_not_empty": True}, "Ghent"),
        ("Number", "unique_id", {"greater_than": 2}, "Mons"),
        ("Again", "formula", {"string": {"contains": "ie"}}, "Lier"),
        ("Group count", "rollup", {"number": {"greater_than": 0}}, "Ghent"),
        ("Group names", "rollup", {"any": {"rich_text": {"equals": "North"}}}, "Ghent"),
        ("Group names", "rollup", {"none": {"rich_text": {"equals": "North"}}}, "Lier Mons"),
        ("Label date", "date", {"equals": "2026-03-02"}, "Ghent Lier"),
        ("Label date", "date", {"after": "2026-03-02"}, ""),
        ("Label date", "date", {"on_or_before": "2026-03-02"}, "Ghent Lier"),
        ("Label date", "date", {"before": "2026-03-02"}, ""),
        ("Label date", "date", {"is_empty": True}, "Mons"),
        ("Label date", "date", {"on_or_after": "today"}, "Ghent Lier"),
        ("Label date", "date", {"before": "tomorrow"}, "Ghent Lier"),
        ("Label date", "date", {"after": "one_month_ago"}, "Ghent Lier"),
        ("Label date", "date", {"after": "one_week_from_now"}, ""),
        ("Made", "created_time", {"on_or_after": "2026-03-02T08:32:00Z"}, "Lier Mons"),
    ],
)
def test_conditions(desk: Desk, name: str, kind: str, condition: dict[str, Any], found: str) -> None:
    """Each operator finds the pages whose value fits, by the column's name."""
    assert desk.found({"property": name, kind: condition}) == found.split()


def test_several_options_at_once(desk: Desk) -> None:
    """Since April 2026 a condition on options takes a list (newer than the referee's documentation)."""
    desk.documented = False
    for name in ("equals", "does_not_equal"):
        found = desk.found({"property": "Country", "select": {name: ["Belgium", "Spain"]}})
        assert found == (["Ghent", "Lier"] if name == "equals" else ["Mons"])
    several = {"property": "Topics", "multi_select": {"contains": ["Cycling", "Heat"]}}
    assert desk.found(several) == ["Ghent", "Lier"]
    assert desk.query(filter={"property": "Country", "select": {"equals": [1]}}).status == 400


def test_conditions_on_references(desk: Desk) -> None:
    """Relations and people are found by id; who made or edited a page by id or as "me"."""
    lead = desk.lead
    assert desk.found({"property": "Lead", "relation": {"contains": lead}}) == ["Ghent"]
    assert desk.found({"property": "Lead", "relation": {"does_not_contain": lead}}) == ["Lier", "Mons"]
    assert desk.found({"property": "Team", "people": {"contains": desk.anna}}) == ["Ghent"]
    assert desk.found({"property": "Made by", "created_by": {"contains": desk.anna}}) == ["Ghent", "Lier"]
    assert desk.found({"property": "Edited by", "people": {"contains": "me"}}) == ["Mons"]
    mine = {"property": "Edited by", "last_edited_by": {"does_not_contain": desk.service.bot_id}}
    assert desk.found(mine) == ["Ghent", "Lier"]
    wrong = desk.query(filter={"property": "Team", "people": {"contains": "Anna"}})
    assert error_of(wrong) == (400, "validation_error")


@pytest.mark.parametrize(
    ("operator", "wanted", "found"),
    [
        ("equals", RECORDED_NOW, {"this week"}),
        ("before", RECORDED_NOW, {"past year", "past month", "past week"}),
        ("on_or_before", RECORDED_NOW, {"past year", "past month", "past week", "this week"}),
        ("after", RECORDED_NOW, {"next year", "next month", "next week"}),
        ("on_or_after", RECORDED_NOW, {"next year", "next month", "next week", "this week"}),
        ("this_week", {}, {"this week"}),
        ("past_week", {}, {"past week", "this week"}),
        ("past_month", {}, {"past month", "past week", "this week"}),
        ("past_year", {}, {"past year", "past month", "past week", "this week"}),
        ("next_week", {}, {"next week", "this week"}),
        ("next_month", {}, {"next month", "next week", "this week"}),
        ("next_year", {}, {"next year", "next month", "next week", "this week"}),
    ],
)
def test_dates_are_compared_as_recorded(operator: str, wanted: Any, found: set[str]) -> None:
    """Of the recorded dates each operator finds the recorded pages: minutes count, and today is in every span."""
    desk = new_desk()
    for name, start in RECORDED.items():
        desk.add(name, Label_date={"date": {"start": start}})
    desk.now = desk.now.replace(year=2026, month=6, day=27, hour=17, minute=1)
    assert set(desk.found({"property": "Label date", "date": {operator: wanted}})) == found


def test_timestamps_are_cut_before_they_are_compared(desk: Desk) -> None:
    """`on_or_after` the very second of an edit finds it although the kept time is earlier; `after` does not."""
    edit = {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": "2026-03-02T08:34:17Z"}}
    assert desk.found(edit) == ["Mons"]
    assert desk.found(edit | {"last_edited_time": {"after": "2026-03-02T08:34:00Z"}}) == []
    assert desk.found({"timestamp": "created_time", "created_time": {"before": "2026-03-02T08:32:00Z"}}) == [
        "Ghent"
    ]
    assert desk.found({"timestamp": "created_time", "created_time": {"is_empty": True}}) == []


def test_conditions_are_joined_two_levels_deep(desk: Desk) -> None:
    """`and` and `or` may hold each other once; a third level is refused."""
    ghent = {"property": "City", "title": {"equals": "Ghent"}}
    lier = {"property": "City", "title": {"equals": "Lier"}}
    pilot = {"property": "Pilot", "checkbox": {"equals": True}}
    assert desk.found({"or": [lier, {"and": [ghent, pilot]}]}) == ["Ghent", "Lier"]
    assert desk.found({"and": [pilot, {"or": [lier, ghent]}]}) == ["Ghent"]
    deep = desk.query(filter={"and": [{"or": [{"and": [ghent]}]}]})
    assert error_of(deep) == (400, "validation_error")


def test_a_group_has_at_most_100_conditions(desk: Desk) -> None:
    """The 101st condition of a group is refused in the recorded words."""
    one = {"property": "City", "title": {"equals": "Ghent"}}
    assert desk.found({"or": [one] * 100}) == ["Ghent"]
    said = message_of(desk.query(filter={"or": [one] * 101}))
    assert said == "body failed validation: body.filter.or.length should be ≤ `100`, instead was `101`."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"property": "Nowhere", "title": {"equals": "x"}},
            "Could not find property with name or id: Nowhere",
        ),
        ({"property": "Country", "status": {"equals": "x"}}, "property select does not match filter status"),
        ({"property": "City", "title": {"greater_than": "x"}}, "should be not present"),
        ({"property": "City", "title": {"equals": 1}}, "should be a string"),
        ({"property": "City", "title": {"equals": "x", "contains": "y"}}, "exactly one operator"),
        ({"property": "City", "title": {"is_empty": False}}, "should be `true`"),
        ({"property": "City"}, "should be defined"),
        ({"title": {"equals": "x"}}, "body.filter.property should be defined"),
        ({"property": "Population", "number": {"equals": "1"}}, "should be a number"),
        ({"property": "Pilot", "checkbox": {"equals": "yes"}}, "should be a boolean"),
        ({"property": "Pilot", "checkbox": {"is_empty": True}}, "should be not present"),
        ({"property": "Label date", "date": {"equals": "soon"}}, "ISO 8601"),
        ({"property": "Label date", "date": {"past_week": True}}, "should be an object"),
        ({"property": "Papers", "files": {"contains": "x"}}, "should be not present"),
        ({"property": "Again", "formula": {"equals": "x"}}, "should be not present"),
        ({"property": "Group count", "rollup": {"equals": 1}}, "should be defined"),
        ({"property": "Go", "button": {"equals": 1}}, "known condition"),
        ({"timestamp": "edited", "edited": {}}, "last_edited_time"),
        ({"and": "x"}, "should be an array"),
        ("City", "should be an object"),
    ],
)
def test_odd_filters_are_refused(desk: Desk, given: Any, said: str) -> None:
    """A filter that Notion would not take is a 400 that names the place."""
    answer = desk.query(filter=given)
    assert error_of(answer) == (400, "validation_error")
    assert said in message_of(answer)


def sorted_by(desk: Desk, *sorts: dict[str, str]) -> list[str]:
    """Return the cities in the order asked for."""
    return [city_of(page) for page in results(desk.query(sorts=list(sorts)))]


def test_sorts(desk: Desk) -> None:
    """Rows are sorted by times, words, numbers or the order of options; empty ones come last either way."""
    assert sorted_by(desk, {"timestamp": "created_time", "direction": "ascending"}) == [
        "Ghent",
        "Lier",
        "Mons",
    ]
    assert sorted_by(desk, {"timestamp": "last_edited_time", "direction": "descending"})[0] == "Mons"
    assert sorted_by(desk, {"property": "City", "direction": "descending"}) == ["Mons", "Lier", "Ghent"]
    assert sorted_by(desk, {"property": "Population", "direction": "descending"}) == ["Ghent", "Lier", "Mons"]
    assert sorted_by(desk, {"property": "Population", "direction": "ascending"}) == ["Lier", "Ghent", "Mons"]
    assert sorted_by(desk, {"property": "Country", "direction": "ascending"}) == ["Ghent", "Lier", "Mons"]
    assert sorted_by(desk, {"property": "Number", "direction": "descending"})[0] == "Mons"
    for name in ("Label date", "Team", "Made by", "Pilot", "Group count", "Again"):
        assert len(sorted_by(desk, {"property": name, "direction": "ascending"})) == 3
    two = sorted_by(
        desk, {"property": "State", "direction": "ascending"}, {"property": "City", "direction": "descending"}
    )
    assert two == ["Mons", "Lier", "Ghent"]
    answer = desk.query(sorts=[{"property": "Nowhere", "direction": "ascending"}])
    assert message_of(answer) == "Could not find sort property with name or id: Nowhere"
    for wrong in ({"timestamp": "now", "direction": "ascending"}, {"property": "City", "direction": "up"}):
        assert error_of(desk.query(sorts=[wrong])) == (400, "validation_error")


def test_no_order_is_promised_without_sorts() -> None:
    """Rows come in an order that is neither of age nor of name, unless the settings want the recorded one."""
    desk = new_desk()
    names = [f"C{n:02}" for n in range(20)]
    for name in names:
        desk.add(name)
    shown = [city_of(page) for page in results(desk.query())]
    assert shown not in (names, names[::-1]) and sorted(shown) == names
    desk.set(query_order="newest_first")
    assert [city_of(page) for page in results(desk.query())] == names[::-1]


def test_pages_of_a_query(desk: Desk) -> None:
    """A cursor of the recorded form leads from page to page, and fits no other query."""
    sorts = [{"property": "City", "direction": "ascending"}]
    first: Any = desk.query(page_size=2, sorts=sorts).body
    assert (len(first["results"]), first["has_more"]) == (2, True)
    kind, seal, page = first["next_cursor"].split(":")
    assert (kind, len(seal)) == ("s", 36)
    assert page not in [one["id"] for one in first["results"]]
    rest: Any = desk.query(page_size=2, sorts=sorts, start_cursor=first["next_cursor"]).body
    assert ([city_of(one) for one in rest["results"]], rest["has_more"], rest["next_cursor"]) == (
        ["Mons"],
        False,
        None,
    )
    for wrong in ({"start_cursor": first["next_cursor"]}, {"start_cursor": page, "sorts": sorts}):
        assert "start_cursor provided is invalid" in message_of(desk.query(**wrong))
    for size in (101, 0, "ten", True):
        assert "body.page_size should be" in message_of(desk.query(page_size=size))


def test_rows_that_move_between_pages_are_missed_or_met_twice(desk: Desk) -> None:
    """A walk sorted by edit time is upset by edits: a row edited meanwhile comes again at the end."""
    sorts = [{"timestamp": "last_edited_time", "direction": "ascending"}]
    first: Any = desk.query(page_size=1, sorts=sorts).body
    assert [city_of(page) for page in first["results"]] == ["Ghent"]
    desk.later(minutes=5)
    desk.write(first["results"][0]["id"], Population={"number": 1})
    rest = desk.query(sorts=sorts, start_cursor=first["next_cursor"])
    assert [city_of(page) for page in results(rest)] == ["Lier", "Mons", "Ghent"]


def test_a_cursor_outlives_the_row_it_names(desk: Desk) -> None:
    """When the first row of the next page goes to the trash, the walk goes on behind it."""
    sorts = [{"property": "City", "direction": "ascending"}]
    first: Any = desk.query(page_size=1, sorts=sorts).body
    lier = first["next_cursor"].split(":")[-1]
    desk.service.trash_page(lier, by=desk.anna, at=desk.now)
    rest = desk.query(sorts=sorts, start_cursor=first["next_cursor"])
    assert [city_of(page) for page in results(rest)] == ["Mons"]


def test_a_page_may_be_short_and_have_more(desk: Desk) -> None:
    """With the setting, fewer rows than asked come although there are more (documented)."""
    desk.set(short_pages=True)
    body: Any = desk.query(page_size=3).body
    assert (len(body["results"]), body["has_more"]) == (1, True)


def test_a_query_stops_at_the_cap() -> None:
    """Behind the cap there is nothing: `has_more` is false and every page says that the result is incomplete."""
    desk = new_desk(query_cap=4)
    for n in range(5):
        desk.add(f"C{n}")
    first: Any = desk.query(page_size=3).body
    last: Any = desk.query(page_size=3, start_cursor=first["next_cursor"]).body
    incomplete = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
    assert (len(last["results"]), last["has_more"], last["next_cursor"]) == (1, False, None)
    assert first["request_status"] == last["request_status"] == incomplete
    complete: Any = desk.query(filter={"property": "City", "title": {"does_not_equal": "C0"}}).body
    assert len(complete["results"]) == 4 and "request_status" not in complete


def test_few_properties_on_demand(desk: Desk) -> None:
    """`filter_properties` takes ids as they are after percent-decoding, so an id sent encoded twice is unknown."""
    odd = next(one["id"] for one in desk.schema().values() if "%" in one["id"])
    path = f"/data_sources/{desk.cities}/query"
    answer = desk.ask("POST", f"{path}?filter_properties={odd}&filter_properties=title", {})
    assert {cell["id"] for cell in results(answer)[0]["properties"].values()} == {odd, "title"}
    twice = desk.ask("POST", f"{path}?filter_properties={quote(odd)}", {})
    assert message_of(twice) == f"Could not find property with name or id: {odd}"
    page = results(answer)[0]["id"]
    assert len(desk.page(f"{page}?filter_properties={quote(unquote(odd))}")["properties"]) == 1
    assert error_of(desk.ask("POST", f"{path}?filter_properties=City", {})) == (400, "validation_error")


def test_only_pages_are_asked_for(desk: Desk) -> None:
    """`result_type` knows pages; other members of the body are refused."""
    assert desk.found(result_type="page") == ["Ghent", "Lier", "Mons"]
    wrong: dict[str, Any]
    for wrong in ({"result_type": "data_source"}, {"is_archived": "no"}, {"sort": []}):
        assert error_of(desk.query(**wrong)) == (400, "validation_error")
