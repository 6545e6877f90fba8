"""What cells mean, and what is refused."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from syncbot.endpoints.base import ColumnType
from syncbot.mapping import texts
from syncbot.mapping.binding import Bound, bind
from syncbot.model.values import UNKNOWN, Cell, Span, Value
from tests.unit.mapping.mapped import CITIES, Links, changed, row, schema, spec

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def bound(tmp_path: Path) -> Bound:
    """The cities at notion."""
    return bind(spec(tmp_path), "notion", schema(), None)


@pytest.mark.parametrize(
    ("field", "column", "cell", "value"),
    [
        ("name", "title", "  Mu\u0308nchen \n", "München"),
        ("name", "title", "Angers\r\nLoire Métropole", "Angers Loire Métropole"),
        ("country", "a%3A", "belgium ", "BE"),
        ("country", "a%3A", "be", "BE"),
        ("country", "a%3A", "Türkiye", "TR"),
        ("country", "a%3A", "", None),
        ("population", "b", 529247.0, 529247),
        ("population", "b", None, None),
        ("ccc_state", "c", " LABEL", "label"),
        ("lead", "d", frozenset({"page-1"}), "ann"),
        ("lead", "d", frozenset(), None),
        ("next_checkin", "e", NOON.astimezone(timezone(timedelta(hours=5))), NOON),
        ("next_checkin", "e", date(2026, 7, 1), datetime(2026, 6, 30, 22, 0, tzinfo=UTC)),
        ("miro", "f", "HTTPS://miro.com/app/board/x=", "https://miro.com/app/board/x="),
    ],
)
def test_cells_that_are_understood(bound: Bound, field: str, column: str, cell: Cell, value: Value) -> None:
    """A cell is read as the one value that it means."""
    seen = bound.read(row({column: cell}), Links(refs={"ann": "page-1"}))
    assert seen.values[field] == value
    assert not seen.faults


@pytest.mark.parametrize(
    ("field", "column", "cell", "reason"),
    [
        ("name", "title", " ", "'City' is empty, and must not be"),
        ("name", "title", "x" * 2001, "'City' has 2,001 characters, and at most 2,000 are allowed"),
        ("country", "a%3A", "Belgim", "'Country' holds 'Belgim', which is no country (nearest: 'Belgium')"),
        ("country", "a%3A", "XX", "'Country' holds 'XX', which is no country"),
        ("population", "b", -1, "'Population' holds -1, which is less than 0"),
        ("population", "b", 0.5, "'Population' holds 0.5, which is no whole number"),
        ("population", "b", float("nan"), "'Population' holds nan, which is no number"),
        ("population", "b", True, "'Population' holds True, which is no number"),
        (
            "ccc_state",
            "c",
            "Labell",
            "'State' holds 'Labell', which the mapping does not know (nearest: 'Label')",
        ),
        ("lead", "d", frozenset({"page-9"}), "'Lead' points at the row page-9, which is no known person"),
        ("lead", "d", frozenset({"page-1", "page-2"}), "'Lead' holds 2 references, where one is meant"),
        ("next_checkin", "e", Span(NOON, NOON), "'Next' has an end, where one moment is meant"),
        ("next_checkin", "e", NOON.replace(tzinfo=None), "'Next' holds a moment without a time zone"),
        ("miro", "f", "javascript:alert(1)", "'Miro' holds 'javascript:alert(1)', which is no web address"),
        ("miro", "f", "https://a b", "'Miro' holds 'https://a b', which is no web address"),
        ("miro", "f", "https://[", "'Miro' holds 'https://[', which is no web address"),
        ("miro", "f", UNKNOWN, "'Miro' was not told by notion"),
    ],
)
def test_cells_that_are_not_understood(
    bound: Bound, field: str, column: str, cell: Cell, reason: str
) -> None:
    """Bad input is UNKNOWN with the reason, never a value; the other fields of the row are read."""
    seen = bound.read(row({column: cell}), Links(refs={"ann": "page-1", "bob": "page-2"}))
    assert seen.values[field] is UNKNOWN
    assert seen.faults[field].startswith(reason)
    assert list(seen.faults) == [field]


def test_reason_of_the_endpoint_is_kept(bound: Bound) -> None:
    """Why a cell could not be read is passed on in the words of the endpoint."""
    seen = bound.read(row({"b": UNKNOWN}, faults={"b": "the formula could not be computed"}), Links())
    assert seen.values["population"] is UNKNOWN
    assert seen.faults == {"population": "the formula could not be computed"}


@pytest.mark.parametrize(
    ("field", "value", "cell"),
    [
        ("name", "Łódź", {"title": "Łódź"}),
        ("country", "DE", {"a%3A": "Germany"}),
        ("country", None, {"a%3A": None}),
        ("population", 5, {"b": 5}),
        ("ccc_state", "resubmission", {"c": "Again"}),
        ("lead", "ann", {"d": frozenset({"page-1"})}),
        ("lead", None, {"d": None}),
        ("next_checkin", NOON, {"e": NOON}),
    ],
)
def test_values_that_are_written(bound: Bound, field: str, value: Value, cell: dict[str, Value]) -> None:
    """A value becomes the cell that means it."""
    written = bound.write({field: value}, Links(refs={"ann": "page-1"}))
    assert written.cells == cell
    assert not written.refused


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", None, "the value is empty, and must not be"),
        ("country", "FR", "the column 'Country' has no option 'France'"),
        ("country", "XX", "the value holds 'XX', which is no country code of ISO 3166-1"),
        ("ccc_state", "labelled", "the value holds 'labelled', which is none of 'drafting', 'submitted'"),
        ("lead", "bob", "the person pointed at has no row at notion yet"),
        ("miro", "https://miro.com/" + "\U0001f600" * 995, "'Miro' takes at most 2000 characters, not 2007"),
        ("topics", frozenset({"finance"}), "notion has no column for it"),
    ],
)
def test_values_that_are_refused(bound: Bound, field: str, value: Value, reason: str) -> None:
    """What does not fit is refused with the reason, never cut; the rest is written."""
    written = bound.write({field: value, "population": 1}, Links())
    assert written.refused[field].startswith(reason)
    assert written.cells == {"b": 1}


def test_people_are_known_by_their_address(tmp_path: Path) -> None:
    """Where a column holds people, records are found by e-mail; an account without address is no record."""
    users = changed("d", type=ColumnType.USERS, native="people")
    bound = bind(spec(tmp_path), "notion", schema(users), None)
    links = Links(emails={"ann": "ann@example.org"})
    assert bound.read(row({"d": frozenset({"ann@example.org"})}), links).values["lead"] == "ann"
    assert bound.write({"lead": "ann"}, links).cells == {"d": frozenset({"ann@example.org"})}
    for stranger in ("user:4711", "eve@example.org"):
        seen = bound.read(row({"d": frozenset({stranger})}), links)
        assert seen.faults["lead"] == f"'Lead' names {stranger!r}, whose address no person has"
    assert "no e-mail address known" in bound.write({"lead": "bob"}, links).refused["lead"]


def test_a_record_may_be_named_in_a_text(tmp_path: Path) -> None:
    """Where a column holds text, as in a workbook, a record is found by its name in any case, if it is one only."""
    text = changed("d", type=ColumnType.TEXT, native="text")
    bound = bind(spec(tmp_path), "notion", schema(text), None)
    links = Links(names={"ann": "Ann Example", "bob": "Bob", "rob": "Bob"})
    assert bound.read(row({"d": " ann example "}), links).values["lead"] == "ann"
    assert bound.write({"lead": "ann"}, links).cells == {"d": "Ann Example"}
    for said in ("Bob", "Nobody"):
        seen = bound.read(row({"d": said}), links)
        assert seen.faults["lead"] == f"'Lead' names {said!r}, and no person, or more than one, goes by that"
    assert "more than one person is called 'Bob'" in bound.write({"lead": "bob"}, links).refused["lead"]
    assert "no name known" in bound.write({"lead": "eve"}, links).refused["lead"]


def test_options_are_written_as_the_column_spells_them(tmp_path: Path) -> None:
    """An option that differs from the mapping only by case and blanks is used, in the column's own spelling."""
    respelled = changed("c", options=("drafting ", "Submitted", "Again", "LABEL", "Doing", "Iterating"))
    bound = bind(spec(tmp_path), "notion", schema(respelled), None)
    assert not bound.notes
    assert bound.write({"ccc_state": "label"}, Links()).cells == {"c": "LABEL"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100 316", 100316),
        ("1\u202f019\u202f022", 1019022),
        ("1'000'000", 1000000),
        ("-5", -5),
        ("1.50", 1.5),
        ("1e3", 1000),
        ("1,5", None),
        ("1.000.000", None),
        ("12 34", None),
        ("٣", None),
        ("about 5", None),
        ("nan", None),
        ("1e999", None),
        ("", None),
    ],
)
def test_numbers_in_texts(text: str, number: int | float | None) -> None:
    """A text is a number only if there is one way to read it."""
    assert texts.number(text) == number


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (datetime(2026, 1, 5, 23, 0, tzinfo=UTC), date(2026, 1, 6)),
        (datetime(2026, 7, 5, 22, 0, tzinfo=UTC), date(2026, 7, 6)),
        (date(2026, 1, 6), date(2026, 1, 6)),
    ],
)
def test_days_in_moments(tmp_path: Path, cell: Cell, day: date) -> None:
    """A moment in a field of days is the day on which it falls in the zone declared, not in UTC."""
    days = CITIES.replace("next_checkin:", "last_contact:")
    bound = bind(spec(tmp_path, days), "notion", schema(), None)
    assert bound.read(row({"e": cell}), Links()).values["last_contact"] == day
