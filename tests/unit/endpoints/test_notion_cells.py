"""Cells and properties: there and back without loss, and refused with the reason where they do not fit."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.base import Column, ColumnType
from syncbot.endpoints.notion.cells import Unreadable, is_cut, read_cell
from syncbot.endpoints.notion.wire import Unfit, UnknownOption, as_stored, rich_text, split, to_property
from syncbot.model.values import UNKNOWN, Span, Value

Json = Mapping[str, Any]
KINDS = {
    "title": ColumnType.TEXT,
    "rich_text": ColumnType.LONG_TEXT,
    "number": ColumnType.NUMBER,
    "select": ColumnType.CHOICE,
    "status": ColumnType.CHOICE,
    "multi_select": ColumnType.CHOICES,
    "date": ColumnType.MOMENT,
    "people": ColumnType.USERS,
    "relation": ColumnType.REFS,
    "checkbox": ColumnType.FLAG,
    "url": ColumnType.LINK,
    "email": ColumnType.EMAIL,
    "phone_number": ColumnType.PHONE,
    "files": ColumnType.FILES,
    "unique_id": ColumnType.TEXT,
    "created_time": ColumnType.MOMENT,
    "created_by": ColumnType.USERS,
    "rollup": ColumnType.NUMBER,
    "formula": ColumnType.OTHER,
}
LENGTHS = {"url": 2000, "email": 200, "phone_number": 200}


def column(native: str, kind: ColumnType | None = None, options: tuple[str, ...] | None = None) -> Column:
    """Return a column of a Notion type."""
    return Column(
        id="x",
        name="The column",
        type=kind or KINDS[native],
        native=native,
        options=options,
        max_length=LENGTHS.get(native),
    )


def nobody(_email: str) -> str | None:
    """Know nobody."""
    return None


def sent(native: str, value: Value, options: tuple[str, ...] | None = None) -> Any:
    """Return what is sent for a value."""
    return to_property(column(native, options=options), value, nobody)[native]


def read(native: str, value: Any, kind: ColumnType | None = None, **more: Any) -> Any:
    """Return the cell of a property."""
    return read_cell(column(native, kind), {"id": "x", "type": native, native: value, **more})


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=","), min_size=1, max_size=100)
_BOUNDS = datetime(1900, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001  # the strategy wants them bare
moments = st.datetimes(*_BOUNDS, timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
uuids = st.uuids().map(str)
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "title": texts,
    "rich_text": texts,
    "number": st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False),
    "select": names,
    "status": names,
    "multi_select": st.frozensets(names, max_size=100),
    "date": moments | days | st.builds(Span, moments, moments) | st.builds(Span, days, days),
    "people": st.frozensets(uuids.map("user:{}".format) | uuids.map("group:{}".format), max_size=20),
    "relation": st.frozensets(uuids, max_size=100),
    "checkbox": st.booleans(),
    "url": texts,
    "email": texts,
    "phone_number": texts,
}


@pytest.mark.parametrize("native", VALUES)
@given(data=st.data())
def test_there_and_back(native: str, data: st.DataObject) -> None:
    """Every value of every writable type, and none, is read from what was sent as it was."""
    value = data.draw(st.none() | VALUES[native])
    known = value if value not in ("", frozenset()) else None
    if native == "checkbox":
        known = bool(value)
    assert read(native, sent(native, value)) == known


@given(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("ä́🏽👩‍\u200d🇧🇪"), max_size=200),
    st.integers(2, 9),
)
def test_split_text_is_whole_again(words: str, limit: int) -> None:
    """Pieces joined are the text, and none is longer than allowed, counted as Notion might (UTF-16)."""
    pieces = split(words, limit)
    assert "".join(pieces) == words
    assert all(len(piece.encode("utf-16-le")) <= 2 * limit for piece in pieces)
    assert all(pieces)


@given(st.text("ae\u0301\u0308👩\u200d🏽🇧\ufe0f", max_size=300))
def test_no_piece_begins_inside_a_character(words: str) -> None:
    """No piece begins with a mark, a joiner or a skin tone unless a run of them is longer than a piece."""
    clinging = "\u200d🏽\ufe0f"
    for piece, before in zip(split(words, 40)[1:], split(words, 40), strict=False):
        begins_inside = unicodedata.category(piece[0]).startswith("M") or piece[0] in clinging
        marks = [unicodedata.category(char).startswith("M") or char in clinging for char in before[1:]]
        joined = [left == "\u200d" for left in before[:-1]]
        assert not begins_inside or all(mark or after for mark, after in zip(marks, joined, strict=True))


def test_long_text_is_split() -> None:
    """5,000 characters go out in three pieces of at most 1,900."""
    pieces = [piece["text"]["content"] for piece in rich_text("x" * 5000)]
    assert [len(piece) for piece in pieces] == [1900, 1900, 1200]


def test_longest_text() -> None:
    """190,000 characters fit in a hundred pieces; one more is refused, not cut."""
    assert len(rich_text("x" * 190_000)) == 100
    with pytest.raises(Unfit, match="190,001 characters"):
        rich_text("x" * 190_001)


def test_half_a_character() -> None:
    """A lone surrogate, which no request can carry, is refused."""
    with pytest.raises(Unfit, match="surrogate"):
        rich_text("a\ud83d")


@pytest.mark.parametrize(
    ("native", "value", "reason"),
    [
        ("select", "Brussels, Belgium", "comma"),
        ("multi_select", frozenset({"a,b"}), "comma"),
        ("select", "x" * 101, "101"),
        ("multi_select", frozenset(str(number) for number in range(101)), "101 values"),
        ("relation", frozenset(str(number) for number in range(101)), "101 values"),
        ("url", "https://" + "x" * 2000, "2,008 characters"),
        ("email", "x" * 201, "201 characters"),
        ("phone_number", "1" * 201, "201 characters"),
        ("number", float("nan"), "nan"),
        ("number", float("inf"), "inf"),
        ("number", True, "True"),
        ("number", "12", "'12'"),
        ("checkbox", "yes", "'yes'"),
        ("date", "2026-03-02", "'2026-03-02'"),
        ("date", datetime(2026, 3, 2, 9), "time zone"),  # noqa: DTZ001
        ("date", Span(date(2026, 3, 2), datetime(2026, 3, 2, 9, tzinfo=UTC)), "span"),
        ("people", frozenset({"carla@city.example"}), "carla@city.example"),
        ("relation", "one", "not a set"),
        ("title", 5, "not a text"),
        ("files", frozenset({"a.pdf"}), "cannot be written"),
    ],
)
def test_refused_with_the_reason(native: str, value: Value, reason: str) -> None:
    """What Notion would cut, refuse or turn into something else is refused here, and the reason is told."""
    with pytest.raises(Unfit, match=reason):
        sent(native, value)


@pytest.mark.parametrize("native", ["select", "status"])
def test_unknown_option(native: str) -> None:
    """An option that is not in the schema is refused by name: Notion would add it (select) or refuse (status)."""
    with pytest.raises(UnknownOption, match="Drafing"):
        sent(native, "Drafing", ("Drafting", "Submitted"))
    assert sent(native, "Drafting", ("Drafting", "Submitted")) == {"name": "Drafting"}


def test_people_are_sent_by_id_only() -> None:
    """Of a person only the id goes out, found by address whatever its case."""
    found = to_property(
        column("people"), frozenset({"anna@city.example", "group:g1"}), {"anna@city.example": "a1"}.get
    )
    assert found == {"people": [{"object": "user", "id": "a1"}, {"object": "group", "id": "g1"}]}


@pytest.mark.parametrize(
    ("given_date", "expected"),
    [
        ({"start": "2026-03-29", "end": None, "time_zone": None}, date(2026, 3, 29)),
        ({"start": "2026-03-29", "end": "2026-03-31"}, Span(date(2026, 3, 29), date(2026, 3, 31))),
        ({"start": "2026-06-27T17:57:00.000+01:00"}, datetime(2026, 6, 27, 16, 57, tzinfo=UTC)),
        ({"start": "2026-06-27T16:57:00.000Z"}, datetime(2026, 6, 27, 16, 57, tzinfo=UTC)),
        (
            {"start": "2026-03-29T01:30:00.000", "time_zone": "Europe/Brussels"},
            datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
        ),
        (
            {"start": "2026-03-02T09:00:00.000+01:00", "end": "2026-03-02T10:00:00.000+01:00"},
            Span(datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ),
    ],
)
def test_dates(given_date: Json, expected: Value) -> None:
    """Days stay days; moments become UTC, whether by offset or by time zone; both as spans too."""
    assert read("date", given_date) == expected


def test_day_passes_through_no_time_zone() -> None:
    """A day goes out as a day, a moment with an offset and so without time_zone."""
    assert sent("date", date(2026, 3, 29)) == {"start": "2026-03-29"}
    brussels = timezone(timedelta(hours=2))
    assert sent("date", datetime(2026, 3, 29, 9, tzinfo=brussels)) == {
        "start": "2026-03-29T07:00:00.000+00:00"
    }


def test_moments_are_kept_to_the_minute() -> None:
    """Notion drops the seconds of a date (recorded), which must not look like somebody's edit."""
    assert as_stored(datetime(2026, 3, 2, 9, 30, 59, 999, tzinfo=UTC)) == datetime(
        2026, 3, 2, 9, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("native", "value", "kind", "expected"),
    [
        ("number", 3.0, None, 3),
        ("number", 1e300, None, 1e300),
        ("unique_id", {"prefix": "CITY", "number": 7}, None, "CITY-7"),
        ("unique_id", {"prefix": None, "number": 7}, None, "7"),
        (
            "files",
            [{"name": "a.pdf", "type": "file", "file": {"url": "https://signed"}}],
            None,
            frozenset({"a.pdf"}),
        ),
        (
            "people",
            [{"id": "u", "person": {"email": "Anna@City.Example"}}],
            None,
            frozenset({"anna@city.example"}),
        ),
        ("people", [{"object": "user", "id": "u"}], None, frozenset({"user:u"})),
        ("people", [{"object": "group", "id": "g"}], None, frozenset({"group:g"})),
        ("created_by", {"object": "user", "id": "u"}, None, frozenset({"user:u"})),
        ("created_time", "2026-06-27T16:57:00.000Z", None, datetime(2026, 6, 27, 16, 57, tzinfo=UTC)),
        ("rollup", {"type": "number", "number": 2.0, "function": "sum"}, None, 2),
        (
            "rollup",
            {"type": "date", "date": {"start": "2026-03-02"}, "function": "latest_date"},
            ColumnType.MOMENT,
            date(2026, 3, 2),
        ),
        ("formula", {"type": "number", "number": 2}, ColumnType.NUMBER, 2),
        ("formula", {"type": "string", "string": "a"}, ColumnType.TEXT, "a"),
        ("formula", {"type": "boolean", "boolean": False}, ColumnType.FLAG, False),
        ("formula", {"type": "date", "date": {"start": "2026-03-02"}}, ColumnType.MOMENT, date(2026, 3, 2)),
        ("formula", {"type": "string", "string": None}, ColumnType.TEXT, None),
        ("formula", {"type": "number", "number": 2}, ColumnType.OTHER, UNKNOWN),
        ("checkbox", None, None, False),
        (
            "rich_text",
            [{"type": "equation", "plain_text": "E=mc"}, {"text": {"content": "²"}}],
            None,
            "E=mc²",
        ),
    ],
)
def test_read(native: str, value: Any, kind: ColumnType | None, expected: Value) -> None:
    """Read-only and odd shapes give the cell that a person would expect."""
    cell = read(native, value, kind)
    assert (cell, type(cell)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("native", "value", "kind"),
    [
        ("rollup", {"type": "incomplete", "incomplete": {}}, None),
        ("rollup", {"type": "unsupported"}, None),
        ("formula", {"type": "number", "number": 2}, ColumnType.TEXT),
        ("formula", {"type": "unsupported", "unsupported": {}}, ColumnType.TEXT),
        ("select", {"id": "no name"}, None),
        ("number", "twelve", None),
        ("date", {"start": "next week"}, None),
        ("date", {"start": "2026-03-02T09:00:00", "time_zone": "Mars/Base"}, None),
        ("relation", "not a list", None),
        ("people", [None], None),
        ("unique_id", [], None),
    ],
)
def test_unreadable(native: str, value: Any, kind: ColumnType | None) -> None:
    """What does not hold what its type promises is said to be unreadable, by the column's name; nothing crashes."""
    with pytest.raises(Unreadable, match="The column"):
        read(native, value, kind)


def test_retyped_column() -> None:
    """A property of another type than the schema's is not read as if it were empty."""
    with pytest.raises(Unreadable, match="now of type number, was rich_text"):
        read_cell(column("rich_text"), {"id": "x", "type": "number", "number": None})


def test_cut_lists_are_noticed() -> None:
    """has_more tells it of relations; people and mentions tell nothing, so 25 of them are suspicious."""
    person = {"id": "u"}
    assert is_cut({"type": "relation", "relation": [], "has_more": True})
    assert is_cut({"type": "relation", "relation": [{"id": "r"}] * 25, "has_more": False})
    assert is_cut({"type": "people", "people": [person] * 25})
    assert is_cut({"type": "rich_text", "rich_text": [{"type": "mention"}] * 25})
    assert not is_cut({"type": "people", "people": [person] * 24})
    assert not is_cut({"type": "rich_text", "rich_text": [{"type": "text"}] * 90})
