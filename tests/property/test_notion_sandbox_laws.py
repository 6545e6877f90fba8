"""Laws of the sandboxed Notion that hold whatever is typed, filtered, walked or restarted."""

import json
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncbot.sandbox.notion import NotionService
from tests.unit.sandbox.notion_desk import TOKEN, Desk, city_of, new_desk, results, uuids

DESK = new_desk()
"""One desk for all examples: its pages are told apart by their ids."""
QUIET = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
LOOKS = st.fixed_dictionaries(
    {}, optional={"bold": st.booleans(), "color": st.sampled_from(["red", "default"])}
)
LINKS = st.one_of(st.none(), st.just({"url": "https://a.example"}), st.just({"url": "https://a.example/x"}))
PIECES = st.builds(
    lambda words, link, looks: {"text": {"content": words, "link": link}, "annotations": looks},
    WORDS,
    LINKS,
    LOOKS,
)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
NUMBERS = st.one_of(st.none(), st.integers(-3, 3), st.floats(allow_nan=False, allow_infinity=False))
ROWS = st.lists(st.tuples(st.sampled_from(["A", "a", "B2", "B10", ""]), NUMBERS, st.booleans()), max_size=7)
COUNT = "Population"
OPPOSITES = (
    ({"property": "City", "title": {"equals": "a"}}, {"property": "City", "title": {"does_not_equal": "a"}}),
    (
        {"property": "City", "title": {"contains": "b"}},
        {"property": "City", "title": {"does_not_contain": "b"}},
    ),
    (
        {"property": COUNT, "number": {"is_empty": True}},
        {"property": COUNT, "number": {"is_not_empty": True}},
    ),
    (
        {"property": COUNT, "number": {"equals": 0}},
        {"property": COUNT, "number": {"does_not_equal": 0}},
    ),
    (
        {"property": "Pilot", "checkbox": {"equals": True}},
        {"property": "Pilot", "checkbox": {"does_not_equal": True}},
    ),
)
SORTS = st.lists(
    st.builds(
        lambda name, direction: {"property": name, "direction": direction},
        st.sampled_from(["City", "Population", "Pilot", "Number"]),
        st.sampled_from(["ascending", "descending"]),
    ),
    max_size=2,
)


def filled(rows: list[tuple[str, Any, bool]]) -> Desk:
    """Return a desk with these rows."""
    desk = new_desk()
    for name, number, pilot in rows:
        cells = {"Population": {"number": number}, "Pilot": {"checkbox": pilot}}
        desk.service.add_page(
            desk.cities,
            {"City": {"title": [{"text": {"content": name}}]}, **cells},
            by=desk.anna,
            at=desk.now,
        )
    return desk


@QUIET
@given(st.lists(PIECES, max_size=8))
def test_text_that_was_read_is_written_back_unchanged(pieces: list[Any]) -> None:
    """No letter is lost, no two neighbours look alike, and writing what was read changes nothing."""
    page = DESK.create(Note={"rich_text": pieces})
    shown = page["properties"]["Note"]["rich_text"]
    typed = "".join(piece["text"]["content"] for piece in pieces)
    assert "".join(piece["plain_text"] for piece in shown) == typed
    looks = [(piece["annotations"], piece["text"]["link"]) for piece in shown]
    assert all(one != other for one, other in pairwise(looks))
    assert DESK.write(page["id"], Note={"rich_text": shown}).status == 200
    assert DESK.cells(page["id"])["Note"]["rich_text"] == shown


@QUIET
@given(st.datetimes(timezones=OFFSETS))
def test_a_moment_is_the_same_minute_when_read(moment: datetime) -> None:
    """Whatever the offset, what is read is the written moment without its seconds, and is stable."""
    page = DESK.create(Label_date={"date": {"start": moment.isoformat()}})
    start = page["properties"]["Label date"]["date"]["start"]
    assert datetime.fromisoformat(start) == moment.replace(second=0, microsecond=0)
    again = DESK.create(Label_date={"date": {"start": start}})
    assert again["properties"]["Label date"]["date"]["start"] == start


@QUIET
@given(NUMBERS)
def test_a_number_is_read_as_javascript_would(number: Any) -> None:
    """What is read is equal as a double, is whole where it can be, and survives JSON."""
    shown = DESK.create(Population={"number": number})["properties"]["Population"]["number"]
    assert shown is None if number is None else float(shown) == float(number)
    assert json.loads(json.dumps(shown)) == shown


@QUIET
@given(ROWS, SORTS, st.integers(1, 4))
def test_a_walk_meets_every_row_once(rows: list[tuple[str, Any, bool]], sorts: list[Any], size: int) -> None:
    """While nothing changes, pages of any size add up to the whole answer in its order."""
    desk = filled(rows)
    whole = [page["id"] for page in results(desk.query(sorts=sorts))]
    walked: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        body: Any = desk.query(sorts=sorts, page_size=size, **cursor).body
        walked += [page["id"] for page in body["results"]]
        if not body["has_more"]:
            break
        cursor = {"start_cursor": body["next_cursor"]}
    assert walked == whole and len(set(whole)) == len(rows)


@QUIET
@given(ROWS, st.sampled_from(OPPOSITES))
def test_opposite_conditions_part_the_rows(rows: list[tuple[str, Any, bool]], pair: tuple[Any, Any]) -> None:
    """A condition and its opposite find all rows between them, none twice; `and` of both finds none."""
    desk = filled(rows)
    one, other = (desk.found(condition) for condition in pair)
    assert sorted(one + other) == sorted(name for name, *_ in rows)
    assert desk.found({"and": list(pair)}) == []
    assert desk.found({"or": list(pair)}) == desk.found()


@QUIET
@given(ROWS)
def test_numbers_inside_names_are_sorted_as_numbers(rows: list[tuple[str, Any, bool]]) -> None:
    """B2 stands before B10, great and small letters count alike, empty names come last."""
    desk = filled(rows)
    names = [
        city_of(page) for page in results(desk.query(sorts=[{"property": "City", "direction": "ascending"}]))
    ]
    order = {"a": 0, "b2": 1, "b10": 2, "": 3}
    assert [order[name.lower()] for name in names] == sorted(order[name.lower()] for name in names)


@QUIET
@given(ROWS, st.lists(st.sampled_from(["trash", "archive", "lock", "relate", "rename"]), max_size=5))
def test_a_restart_changes_no_answer(rows: list[tuple[str, Any, bool]], deeds: list[str]) -> None:
    """After any deeds, the state that went through JSON answers each page and query as before."""
    desk = filled(rows)
    for number, page in enumerate(list(desk.service.state.pages)):
        _do(desk, page, deeds[number % len(deeds)] if deeds else "")
    before = _answers(desk)
    fresh = NotionService(TOKEN, uuids())
    fresh.load(json.loads(json.dumps(desk.service.dump())))
    desk.service = fresh
    assert _answers(desk) == before


def _do(desk: Desk, page: str, deed: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "trash": {"in_trash": True},
        "archive": {"is_archived": True},
        "lock": {"is_locked": True},
        "relate": {"properties": {"Groups": {"relation": [{"id": desk.group("G")}]}}},
        "rename": {"properties": {"City": {"title": [{"text": {"content": "new"}}]}}},
    }
    desk.patch(page, **changes.get(deed, {}))


def _answers(desk: Desk) -> Any:
    pages = [desk.page(page) | {"request_id": ""} for page in desk.service.state.pages]
    return pages, [page["id"] for page in results(desk.query())], desk.schema()
