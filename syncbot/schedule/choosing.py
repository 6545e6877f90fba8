"""Which publication a person means who says only its name, or a week, or a day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from .due import Group, Slot, slots
from .timing import After

REACH = timedelta(days=45)
"""How far a publication is looked for in both directions: a monthly meeting is found."""


def chosen(
    group: Group, what: str, *, now: datetime, week: str | None = None, day: date | None = None
) -> Slot | None:
    """Return the publication that is meant, or None where there is none.

    `week`: "2026-W48", the week of the meeting or of the publication. `day`: the day of the meeting. With neither: the
    one that is worth something now and will be worthless first; what comes after a meeting is of the last one held.
    """
    today = group.calendar.day_of(now)
    if day is not None:
        found = [one for one in _around(group, what, day) if one.identity.period == day.isoformat()]
    elif week is not None:
        monday = monday_of(week)
        found = [one for one in _around(group, what, monday) if _in_week(one, monday, week)]
    else:
        found = _around(group, what, today)
    return _nearest(found, now, after=isinstance(group.publications[what], After))


def monday_of(week: str) -> date:
    """Return the first day of a week such as "2026-W48"."""
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def is_near(asked: date, today: date) -> bool:
    """Whether a publication for that day can be made at all: what is known is of today, not of years ago or to come."""
    return abs(asked - today) <= REACH


def _around(group: Group, what: str, day: date) -> list[Slot]:
    every = slots(group, day - REACH, day + REACH)
    return [one for one in every if one.identity.what == what]


def _in_week(slot: Slot, monday: date, week: str) -> bool:
    if slot.occurrence is None:
        return slot.identity.period == week
    return monday <= slot.occurrence.day < monday + timedelta(days=7)


def _nearest(found: Sequence[Slot], now: datetime, *, after: bool) -> Slot | None:
    held = [one for one in found if one.occurrence is not None and one.occurrence.end <= now]
    if after and held:
        return held[-1]
    worth = [one for one in found if now < one.until]
    return min(worth, key=lambda one: one.until, default=found[-1] if found else None)
