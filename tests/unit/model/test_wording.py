"""Values as people read and type them."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncbot.model.fields import FieldType
from syncbot.model.record import FieldInfo
from syncbot.model.values import Span, Value, from_json, to_json
from syncbot.model.wording import parse, shown

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SETS = st.frozensets(st.text(min_size=1), min_size=1)
SPANS = st.one_of(
    st.tuples(DAYS, DAYS).map(lambda pair: Span(*sorted(pair))),
    st.tuples(MOMENTS, MOMENTS).map(lambda pair: Span(*sorted(pair))),
)
VALUES = st.one_of(
    st.none(), st.text(), st.integers(), st.floats(allow_nan=False), st.booleans(), DAYS, MOMENTS, SETS, SPANS
)


@given(VALUES)
def test_a_stored_value_comes_back_as_it_was(value: Value) -> None:
    """Days stay days, moments keep their instant, yes is not 1."""
    back = from_json(to_json(value))
    assert (back, type(back)) == (value, type(value))


@given(DAYS)
def test_a_day_shown_can_be_typed_again(day: date) -> None:
    """What a question shows is what its answer may be."""
    assert parse(FieldInfo(type=FieldType.DAY), shown(day)) == day


BRUSSELS = ZoneInfo("Europe/Brussels")
TWICE = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
"""In Brussels 02:30 for the second time that night; an hour before was the first."""


@example(TWICE, BRUSSELS)
@example(TWICE - timedelta(hours=1), BRUSSELS)
@given(
    MOMENTS.filter(lambda one: one.year >= 1970),  # earlier clocks were off by seconds
    st.sampled_from([UTC, *map(ZoneInfo, ("Europe/Brussels", "America/Sao_Paulo", "Asia/Kathmandu"))]),
)
def test_a_moment_shown_can_be_typed_again(moment: datetime, zone: tzinfo) -> None:
    """To the minute, on the clock on which it was shown, named or not, and in the hour that comes twice."""
    minute = moment.replace(second=0, microsecond=0)
    info = FieldInfo(type=FieldType.MOMENT)
    assert parse(info, shown(minute, zone=zone), zone) == minute
    assert parse(info, shown(minute), zone) == minute


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-12-11 00:00", "2026-12-10T23:00"),
        ("2026-07-11 10:00", "2026-07-11T08:00"),
        ("2026-12-11T10:00", "2026-12-11T09:00"),
        ("2026-12-11T10:00Z", "2026-12-11T10:00"),
        ("2026-12-11T10:00+05:00", "2026-12-11T05:00"),
        ("2026-12-11 10:00 UTC", "2026-12-11T10:00"),
        ("2026-12-11 10:00 cet", "2026-12-11T09:00"),
        ("2026-12-11", "2026-12-10T23:00"),
    ],
)
def test_a_time_is_typed_on_the_clock_on_which_it_is_told(typed: str, meant: str) -> None:
    """Who reads "2026-12-11 00:00 CET" need not know what that is in UTC; a zone that is typed counts."""
    info = FieldInfo(type=FieldType.MOMENT)
    assert parse(info, typed, BRUSSELS) == datetime.fromisoformat(meant).replace(tzinfo=UTC)
    assert shown(datetime(2026, 12, 10, 23, tzinfo=UTC), zone=BRUSSELS) == "2026-12-11 00:00 CET"


def test_a_day_begins_where_its_kind_says() -> None:
    """As it does for a day that somebody wrote in the place itself."""
    info = FieldInfo(type=FieldType.MOMENT)
    assert parse(info, "2026-12-11", BRUSSELS, midnight=UTC) == datetime(2026, 12, 11, tzinfo=UTC)


@given(SPANS, st.sampled_from([UTC, BRUSSELS]))
def test_a_span_shown_can_be_typed_again(span: Span, zone: tzinfo) -> None:
    """From .. to, days or moments to the minute; spaces do not matter."""
    minutes = [
        one.replace(second=0, microsecond=0) if isinstance(one, datetime) else one
        for one in (span.start, span.end)
    ]
    said = shown(Span(*minutes), zone=zone)
    assert parse(FieldInfo(type=FieldType.SPAN), said.replace(" to ", "  to  "), zone) == Span(*minutes)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (FieldType.NUMBER, "1 200 000", 1200000),
        (FieldType.NUMBER, "2.5", 2.5),
        (FieldType.FLAG, "Yes", True),
        (FieldType.TEXT, " Ghent ", "Ghent"),
        (FieldType.TEXT, "(empty)", None),
        (FieldType.WORDS, "nl, fr", frozenset({"nl", "fr"})),
        (FieldType.WORDS, ",", None),
        (FieldType.SPAN, "2026-11-25", Span(date(2026, 11, 25), date(2026, 11, 25))),
    ],
)
def test_what_people_type_is_understood(kind: FieldType, typed: str, value: Value) -> None:
    """Blanks do not matter, and "(empty)" empties."""
    found = parse(FieldInfo(type=kind), typed)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        (FieldType.NUMBER, "many", "a number"),
        (FieldType.NUMBER, "nan", "a number"),
        (FieldType.NUMBER, "inf", "a number"),
        (FieldType.DAY, "tomorrow", "a day"),
        (FieldType.MOMENT, "soon", "a day, or a moment"),
        (FieldType.MOMENT, "2026-12-11T10:00+05:00 UTC", "a day, or a moment"),
        (FieldType.MOMENT, "2026-12-11 10:00 XYZ", "a day, or a moment"),
        (FieldType.SPAN, "2026-11-25 to soon", "two of them"),
        (FieldType.SPAN, "2026-11-25 to 2026-11-24", "two of them"),
        (FieldType.SPAN, "2026-11-25 to 2026-11-26 10:00", "two of them"),
        (FieldType.FLAG, "perhaps", "yes or no"),
        (FieldType.CHOICE, "W9", "one of: W1, W4"),
        (FieldType.CHOICES, "W1, W9", "one of: W1, W4"),
    ],
)
def test_what_does_not_fit_says_what_would(kind: FieldType, typed: str, expected: str) -> None:
    """The error says what was expected, so that the edge can repeat it."""
    with pytest.raises(ValueError, match=expected):
        parse(FieldInfo(type=kind, choices=("W1", "W4")), typed)


def test_a_moment_at_the_end_of_time_is_shown_as_it_is_and_not_understood() -> None:
    """Somebody's typing error of a year has no equal in UTC, and is no reason to break."""
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))
    assert shown(first) == "0001-01-01 00:00+05:00"
    with pytest.raises(ValueError, match="a moment such as"):
        parse(FieldInfo(type=FieldType.MOMENT), first.isoformat())


def test_choices_are_found_however_they_are_written() -> None:
    """The declared word is returned, not what was typed."""
    assert parse(FieldInfo(type=FieldType.CHOICE, choices=("W4+",)), "w4+") == "W4+"


def test_keys_are_said_by_name() -> None:
    """Nobody should have to read a key."""
    assert shown(frozenset({"b", "a"}), {"a": "Zofia", "b": "Anna"}) == "Anna, Zofia"
