"""Meetings of a group as days and moments: cadence, holidays, and the clock changes of its time zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

SATURDAY = 5


class OnHoliday(StrEnum):
    """What becomes of a meeting whose day is a holiday."""

    SKIP = "skip"
    KEEP = "keep"
    BEFORE = "before"
    """The last working day before it."""
    AFTER = "after"
    """The first working day after it."""


class Holidays(Protocol):
    """Days on which nobody works; asked by day, so that any well-kept calendar can stand here."""

    def __contains__(self, day: date, /) -> bool: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Cadence:
    """On which days a series of meetings falls."""

    weekdays: Sequence[int]
    """Monday is 0; several for a series that meets several times a week."""
    every_weeks: int = 1
    """2 = fortnightly, counted from `begins`."""
    week_of_month: int | None = None
    """1 to 4, or -1 for the last; a monthly series, and then `every_weeks` says nothing."""
    begins: date = date(2024, 1, 1)
    """The week that is counted from; no meeting falls before it."""

    def days(self, first: date, last: date) -> Iterator[date]:
        """Return the days of the series from `first` to `last`, both included."""
        rule = self._weekly(first) if self.week_of_month is None else self._monthly(first, self.week_of_month)
        found = rule.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)
        return (one.date() for one in found if one.date() >= self.begins)

    def _weekly(self, first: date) -> rrule:
        """Counted from the week of `begins`; a rule is walked from its start, so it starts shortly before `first`."""
        monday = self.begins - timedelta(days=self.begins.weekday())
        turn = timedelta(weeks=self.every_weeks)
        start = monday + max(0, (first - monday) // turn) * turn
        return rrule(
            WEEKLY,
            interval=self.every_weeks,
            byweekday=list(self.weekdays),
            dtstart=datetime.combine(start, time()),
        )

    def _monthly(self, first: date, week: int) -> rrule:
        days = [weekday(day, week) for day in self.weekdays]
        return rrule(MONTHLY, byweekday=days, dtstart=datetime.combine(first.replace(day=1), time()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """A series of meetings."""

    name: str
    """As the group calls it; unique within the group."""
    cadence: Cadence
    at: time
    """On the clock of the group's time zone."""
    lasts: timedelta
    on_holiday: OnHoliday = OnHoliday.SKIP


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """One meeting of a series."""

    meeting: str
    day: date
    """In the group's time zone."""
    start: datetime
    """UTC, as `end`."""
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The clock and the holidays that a group lives by."""

    zone: ZoneInfo
    holidays: Holidays

    def works(self, day: date) -> bool:
        """Whether a day is a working day."""
        return day.weekday() < SATURDAY and day not in self.holidays

    def workday_before(self, day: date, count: int = 1) -> date:
        """Return the working day that lies `count` working days before `day`; for 0, `day` or the last one before it."""
        while count > 0:
            day -= timedelta(days=1)
            count -= self.works(day)
        while not self.works(day):
            day -= timedelta(days=1)
        return day

    def workday_after(self, day: date) -> date:
        """Return the first working day after `day`."""
        day += timedelta(days=1)
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def moment(self, day: date, at: time) -> datetime:
        """Return a time on the group's clock as UTC.

        A time that the clock passes over in spring is as long after midnight as it would have been; of a time that
        comes twice in autumn the first is meant.
        """
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)

    def day_of(self, moment: datetime) -> date:
        """Return the day that a moment falls on, on the group's clock."""
        return moment.astimezone(self.zone).date()

    def occurrences(self, meeting: Meeting, first: date, last: date) -> list[Occurrence]:
        """Return the meetings of a series whose day lies from `first` to `last`, in order, each day once."""
        margin = timedelta(days=31)
        planned = meeting.cadence.days(first - margin, last + margin)
        held = {day for one in planned if (day := self._held(one, meeting.on_holiday)) is not None}
        return [self._occurrence(meeting, day) for day in sorted(held) if first <= day <= last]

    def _held(self, day: date, on_holiday: OnHoliday) -> date | None:
        if day not in self.holidays or on_holiday is OnHoliday.KEEP:
            return day
        if on_holiday is OnHoliday.SKIP:
            return None
        return self.workday_before(day) if on_holiday is OnHoliday.BEFORE else self.workday_after(day)

    def _occurrence(self, meeting: Meeting, day: date) -> Occurrence:
        start = self.moment(day, meeting.at)
        return Occurrence(meeting=meeting.name, day=day, start=start, end=start + meeting.lasts)
