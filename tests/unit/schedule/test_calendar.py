"""Meetings fall on the right days and moments: cadence, holidays, clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.schedule.calendar import Cadence, Calendar, Meeting, OnHoliday

BRUSSELS = ZoneInfo("Europe/Brussels")
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)})
CALENDAR = Calendar(zone=BRUSSELS, holidays=CHRISTMAS)
THURSDAY, FRIDAY = 3, 4


def series(cadence: Cadence, on_holiday: OnHoliday = OnHoliday.SKIP, at: time = time(10)) -> Meeting:
    """Return a series of one hour at ten."""
    return Meeting(name="weekly", cadence=cadence, at=at, lasts=timedelta(hours=1), on_holiday=on_holiday)


def days(meeting: Meeting, first: date, last: date) -> list[date]:
    """Return the days of its meetings."""
    return [one.day for one in CALENDAR.occurrences(meeting, first, last)]


def test_a_fortnightly_meeting_is_counted_from_its_first_week_across_a_year_of_53_weeks() -> None:
    """ISO week numbers do not decide a fortnight: 2026 has 53 weeks, after which odd and even change places."""
    every_other = series(Cadence(weekdays=[THURSDAY], every_weeks=2, begins=date(2026, 12, 3)))
    expected = [date(2026, 12, 17), date(2026, 12, 31), date(2027, 1, 14)]
    assert days(every_other, date(2026, 12, 10), date(2027, 1, 20)) == expected


def test_no_meeting_falls_before_the_day_a_series_begins() -> None:
    """A series that begins on a Friday has no Thursday in its first week."""
    begun = series(Cadence(weekdays=[THURSDAY, FRIDAY], begins=date(2026, 11, 6)))
    assert days(begun, date(2026, 11, 1), date(2026, 11, 13)) == [
        date(2026, 11, 6),
        date(2026, 11, 12),
        date(2026, 11, 13),
    ]


def test_the_last_thursday_of_a_month_is_found() -> None:
    """The last one may be the fourth or the fifth."""
    monthly = series(Cadence(weekdays=[THURSDAY], week_of_month=-1))
    assert days(monthly, date(2026, 9, 1), date(2026, 11, 30)) == [
        date(2026, 9, 24),
        date(2026, 10, 29),
        date(2026, 11, 26),
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (OnHoliday.SKIP, []),
        (OnHoliday.KEEP, [date(2026, 12, 25)]),
        (OnHoliday.BEFORE, [date(2026, 12, 24)]),
        (OnHoliday.AFTER, [date(2026, 12, 28)]),
    ],
)
def test_a_meeting_on_a_holiday_goes_where_was_declared(rule: OnHoliday, expected: list[date]) -> None:
    """Christmas Day 2026 is a Friday: the working day after it is Monday."""
    meeting = series(Cadence(weekdays=[FRIDAY]), rule)
    assert days(meeting, date(2026, 12, 23), date(2026, 12, 30)) == expected


def test_the_clock_on_the_wall_counts_and_not_utc() -> None:
    """Ten o'clock stays ten o'clock when summer time ends on 25 October 2026."""
    weekly = series(Cadence(weekdays=[THURSDAY]))
    starts = [one.start for one in CALENDAR.occurrences(weekly, date(2026, 10, 22), date(2026, 10, 29))]
    assert starts == [datetime(2026, 10, 22, 8, tzinfo=UTC), datetime(2026, 10, 29, 9, tzinfo=UTC)]


def test_a_time_that_the_clock_passes_over_still_happens() -> None:
    """On 29 March 2026 there is no 02:30 in Brussels."""
    assert CALENDAR.moment(date(2026, 3, 29), time(2, 30)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_meeting_over_the_clock_change_lasts_as_long_as_it_lasts() -> None:
    """An hour that begins in the hour that comes twice is still an hour."""
    night = series(Cadence(weekdays=[6]), at=time(2, 30))
    (one,) = CALENDAR.occurrences(night, date(2026, 10, 25), date(2026, 10, 25))
    assert one.end - one.start == timedelta(hours=1)


@given(day=st.dates(date(2026, 1, 1), date(2027, 12, 31)), count=st.integers(0, 6))
def test_so_many_working_days_lie_between(day: date, count: int) -> None:
    """From the day found up to the day before `day` there are exactly `count` working days."""
    found = CALENDAR.workday_before(day, count)
    between = [found + timedelta(days=n) for n in range((day - found).days)]
    assert CALENDAR.works(found)
    if CALENDAR.works(day) or count:
        assert sum(map(CALENDAR.works, between)) == count
