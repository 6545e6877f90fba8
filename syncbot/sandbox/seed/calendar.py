"""The meetings of the groups around the day of the demo; all of it is invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from .days import ZONE, workday
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
    ends: time
    moves: bool = False
    """On a holiday it takes place on the working day before; the others do not mind."""


SERIES = (
    Series(csg="A", name="Priorities of the week", sort="other", weekday=2, ends=time(10)),
    Series(csg="A", name="Weekly meeting", sort="weekly", weekday=4, ends=time(11, 30)),
    Series(csg="B", name="Specialists' round", sort="specialists", weekday=1, ends=time(14, 45)),
    Series(csg="B", name="Weekly meeting", sort="weekly", weekday=4, ends=time(15)),
    Series(csg="C", name="Start of the week", sort="other", weekday=1, ends=time(13, 45)),
    Series(csg="C", name="Weekly meeting", sort="weekly", weekday=3, ends=time(13, 45)),
    Series(csg="C", name="Needs round", sort="specialists", weekday=5, ends=time(13, 45)),
    Series(csg="D", name="Weekly call", sort="weekly", weekday=2, ends=time(11), moves=True),
    Series(csg="all", name="City Interface Meeting", sort="interface", weekday=3, ends=time(12)),
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
    def ended(self) -> datetime:
        """When it was over, and its notes and lists were written."""
        return datetime.combine(self.day, self.series.ends, ZONE).astimezone(UTC)

    @property
    def written(self) -> datetime:
        """When somebody listed it: while it went on."""
        return self.ended - timedelta(minutes=1 + dice(self.id, "minute", 30))


def held(when: datetime) -> Iterator[Meeting]:
    """Yield the latest `WEEKS` meetings of each series that are over at the moment of the demo, latest first."""
    today = when.astimezone(ZONE).date()
    for series in SERIES:
        this = today + timedelta(days=series.weekday - today.isoweekday())
        days = [_day(series, this - timedelta(weeks=ago)) for ago in range(-1, WEEKS + 2)]
        meetings = (Meeting(series=series, turn=0, day=day) for day in days)
        over = [one.day for one in meetings if one.ended <= when][:WEEKS]
        yield from (Meeting(series=series, turn=turn, day=day) for turn, day in enumerate(over, 1))


def _day(series: Series, planned: date) -> date:
    return workday(planned) if series.moves else planned


def attendees(meeting: Meeting) -> tuple[Person, ...]:
    """Return who was there: advisors and the officer, and of the specialists some."""
    group = meeting.series.csg
    mine = [one for one in people() if group in (one.csg, "all") and one.status == "current"]
    return tuple(one for one in mine if _comes(meeting, one))


def _comes(meeting: Meeting, person: Person) -> bool:
    if meeting.series.csg == "all":
        return person.role == "City Support Officer"
    return person.role != "Specialist" or dice(meeting.id, person.email, 2) == 0
