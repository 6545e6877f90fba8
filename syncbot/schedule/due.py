"""What to send now, what has become worthless, and when to look again. Pure: the clock and the past are arguments."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from .calendar import Calendar, Meeting, Occurrence
from .timing import Quiet, Timing, windows


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Identity:
    """What makes a publication one: it leaves exactly once."""

    what: str
    """As declared: "agenda", "summary", "digest", "deck"."""
    group: str
    period: str
    """The day of the meeting, or the week."""

    def __str__(self) -> str:
        return f"{self.what} of {self.group} for {self.period}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """What a group does every week; the same only as itself."""

    name: str
    calendar: Calendar
    meetings: Mapping[str, Meeting]
    publications: Mapping[str, Timing]


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A publication with the time in which it should leave."""

    identity: Identity
    due: datetime
    until: datetime
    occurrence: Occurrence | None = None


@dataclass(frozen=True, kw_only=True)
class Due:
    """What follows from the clock."""

    send: Sequence[Slot]
    """The one that will be worthless first comes first."""
    skip: Sequence[Slot]
    """Never sent, and not worth it any more: to be said and remembered."""
    later: Sequence[Slot]
    """Not due yet: what of them was sent by hand before its time, and cut off, is not given up."""

    @property
    def next(self) -> datetime | None:
        """When the next one is due; None when nothing is declared."""
        return min((one.due for one in self.later), default=None)


AHEAD = timedelta(days=70)
"""How far it is looked ahead: a monthly meeting whose month is lost to holidays is still found."""
BEHIND = timedelta(days=40)
"""How far it is looked back: a summary is worth something until the next meeting, of a monthly series too."""


def slots(group: Group, first: date, last: date, quiet: Quiet | None = None) -> list[Slot]:
    """Return all publications of a group for the meetings and weeks from `first` to `last`, in order of `due`."""
    found = [
        Slot(
            identity=Identity(what=what, group=group.name, period=window.period),
            due=window.due,
            until=window.until,
            occurrence=window.occurrence,
        )
        for what, timing in group.publications.items()
        for window in windows(timing, group.meetings, group.calendar, first, last, quiet or {})
    ]
    return sorted(found, key=lambda slot: (slot.due, slot.identity))


def due(
    groups: Collection[Group],
    *,
    now: datetime,
    since: datetime,
    settled: Collection[Identity],
    quiet: Mapping[str, Quiet] | None = None,
) -> Due:
    """Decide what is due at `now`.

    `since`: when it was last decided and carried out, at first the moment of the first start; what was worthless by
    then was dealt with, or is not ours. `settled`: what was sent or skipped. `quiet`: by group, when notes last changed.
    """
    known = [
        slot
        for group in groups
        for slot in _day_by_day(group, *_days(group, since, now), _frozen((quiet or {}).get(group.name)))
        if slot.until > since and slot.identity not in settled
    ]
    owed = [slot for slot in known if slot.due <= now]
    return Due(
        send=sorted((one for one in owed if now < one.until), key=lambda one: (one.until, one.identity)),
        skip=[one for one in owed if now >= one.until],
        later=[one for one in known if one.due > now],
    )


@lru_cache(maxsize=64)
def _day_by_day(
    group: Group, first: date, last: date, quiet: frozenset[tuple[tuple[str, date], datetime]]
) -> Sequence[Slot]:
    """The clock is looked at once a minute, and the days change once a day."""
    return slots(group, first, last, dict(quiet))


def _frozen(quiet: Quiet | None) -> frozenset[tuple[tuple[str, date], datetime]]:
    return frozenset((quiet or {}).items())


def _days(group: Group, since: datetime, now: datetime) -> tuple[date, date]:
    """A summary may be due long after its meeting, an agenda days before it."""
    return group.calendar.day_of(since) - BEHIND, group.calendar.day_of(now) + AHEAD
