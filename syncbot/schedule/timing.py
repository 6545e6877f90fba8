"""When a publication is due, and until when it is still worth sending."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from .calendar import Calendar, Meeting, Occurrence


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """Ahead of each meeting of a series; worth sending until the meeting begins."""

    meeting: str
    workdays: int
    """How many working days before the day of the meeting; 0 = the day itself."""
    at: time


@dataclass(frozen=True, kw_only=True, slots=True)
class After:
    """After each meeting of a series; worth sending until the next one of the series begins."""

    meeting: str
    delay: timedelta
    """After the end of the meeting, at the latest."""
    quiet: timedelta | None = None
    """Sooner, once the notes of the meeting have not changed for so long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weekly:
    """Once a week, on a working day; worth sending on that day only."""

    weekday: int
    """Monday is 0; where it is a holiday, the working day before it in the same week, else the first one after."""
    at: time


Timing: TypeAlias = Before | After | Weekly

Quiet: TypeAlias = Mapping[tuple[str, date], datetime]
"""By meeting and day: when its notes were last changed; absent where there are none yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """One time that a publication is due."""

    period: str
    """What it is for: the day of the meeting "2026-11-26", or the week "2026-W48"."""
    due: datetime
    until: datetime
    """From here on it is not worth sending any more."""
    occurrence: Occurrence | None = None


def windows(
    timing: Timing, meetings: Mapping[str, Meeting], calendar: Calendar, first: date, last: date, quiet: Quiet
) -> list[Window]:
    """Return when a publication is due, for all meetings or weeks that touch the days `first` to `last`."""
    match timing:
        case Before():
            return _before(timing, meetings[timing.meeting], calendar, first, last)
        case After():
            return _after(timing, meetings[timing.meeting], calendar, first, last, quiet)
        case Weekly():
            return _weekly(timing, calendar, first, last)


def _before(timing: Before, meeting: Meeting, calendar: Calendar, first: date, last: date) -> list[Window]:
    return [
        Window(period=one.day.isoformat(), due=_ahead(timing, calendar, one), until=one.start, occurrence=one)
        for one in calendar.occurrences(meeting, first, last)
    ]


def _ahead(timing: Before, calendar: Calendar, one: Occurrence) -> datetime:
    """Never after the start, whatever was declared: what comes late is worth nothing."""
    day = calendar.workday_before(one.day, timing.workdays) if timing.workdays else one.day
    return min(calendar.moment(day, timing.at), one.start - timedelta(minutes=1))


def _after(
    timing: After, meeting: Meeting, calendar: Calendar, first: date, last: date, quiet: Quiet
) -> list[Window]:
    held = calendar.occurrences(meeting, first, last + timedelta(days=_FARTHEST))
    ends = [one.start for one in held[1:]]
    return [
        Window(period=one.day.isoformat(), due=_behind(timing, one, quiet), until=until, occurrence=one)
        for one, until in zip(held, ends, strict=False)
        if one.day <= last
    ]


_FARTHEST = 100
"""Days between two meetings of a series at most, holidays included."""


def _behind(timing: After, one: Occurrence, quiet: Quiet) -> datetime:
    latest = one.end + timing.delay
    changed = quiet.get((one.meeting, one.day))
    if timing.quiet is None or changed is None:
        return latest
    return min(latest, max(changed, one.end) + timing.quiet)


def _weekly(timing: Weekly, calendar: Calendar, first: date, last: date) -> list[Window]:
    monday = first - timedelta(days=first.weekday())
    weeks = range((last - monday).days // 7 + 1)
    return [
        window
        for week in weeks
        if (window := _in_week(timing, calendar, monday + timedelta(weeks=week))) is not None
    ]


def _in_week(timing: Weekly, calendar: Calendar, monday: date) -> Window | None:
    """None for a week in which nobody works."""
    week = [monday + timedelta(days=one) for one in range(7)]
    wanted = week[timing.weekday]
    earlier = [day for day in reversed(week) if day <= wanted and calendar.works(day)]
    later = [day for day in week if day > wanted and calendar.works(day)]
    held = [*earlier, *later]
    if not held:
        return None
    year, number, _ = monday.isocalendar()
    due = calendar.moment(held[0], timing.at)
    midnight = calendar.moment(held[0] + timedelta(days=1), time())
    return Window(period=f"{year}-W{number:02}", due=due, until=midnight)
