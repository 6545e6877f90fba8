"""The meetings of the groups around the day of the demo; all of it is invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from .facts import Person, people
from .working import dice

WEEKS = 4
"""This week and how many before it, together."""
WHERE = {"A": "notion", "C": "notion", "all": "notion", "B": "sharepoint", "D": "sharepoint"}
"""Group -> the side where its meetings are kept."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """A meeting that comes back every week."""

    csg: str
    """"all" for the meeting across groups."""
    name: str
    sort: str
    """A word of the mapping."""
    weekday: int
    """1 = Monday."""


SERIES = (
    Series(csg="A", name="Priorities of the week", sort="other", weekday=2),
    Series(csg="A", name="Weekly meeting", sort="weekly", weekday=4),
    Series(csg="B", name="Specialists' round", sort="specialists", weekday=1),
    Series(csg="B", name="Weekly meeting", sort="weekly", weekday=4),
    Series(csg="C", name="Start of the week", sort="other", weekday=1),
    Series(csg="C", name="Weekly meeting", sort="weekly", weekday=3),
    Series(csg="C", name="Needs round", sort="specialists", weekday=5),
    Series(csg="D", name="Weekly call", sort="weekly", weekday=2),
    Series(csg="all", name="City Interface Meeting", sort="interface", weekday=3),
)


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """One meeting that was held."""

    series: Series
    turn: int
    """1 for the latest of its series, 2 for the one before .."""
    day: date

    @property
    def id(self) -> str:
        """Tell it from all others."""
        return f"{self.series.csg}/{self.series.name}/{self.turn}"

    @property
    def written(self) -> datetime:
        """When somebody listed it."""
        return datetime.combine(
            self.day, time(9 + dice(self.id, "hour", 6), dice(self.id, "minute", 60)), UTC
        )


def held(when: datetime) -> Iterator[Meeting]:
    """Yield the meetings of `WEEKS` weeks that ended before the day of the demo, series by series, latest first."""
    today = when.astimezone(UTC).date()
    for series in SERIES:
        latest = today - timedelta(days=(today.isoweekday() - series.weekday - 1) % 7 + 1)
        for turn in range(1, WEEKS + 1):
            yield Meeting(series=series, turn=turn, day=latest - timedelta(weeks=turn - 1))


def attendees(meeting: Meeting) -> tuple[Person, ...]:
    """Return who was there: advisors and the officer, and of the specialists some."""
    group = meeting.series.csg
    mine = [one for one in people() if group in (one.csg, "all") and one.status == "current"]
    return tuple(one for one in mine if _comes(meeting, one))


def _comes(meeting: Meeting, person: Person) -> bool:
    if meeting.series.csg == "all":
        return person.role == "City Support Officer"
    return person.role != "Specialist" or dice(meeting.id, person.email, 2) == 0
