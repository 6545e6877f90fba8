"""The whole of a year, counted day by day without the schedule's own means: each publication of the shipped mapping."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

import holidays
import pytest

from syncbot.mapping.groups import groups
from syncbot.schedule.due import slots

SHIPPED = Path(__file__).parents[3] / "mappings"
ZONE = ZoneInfo("Europe/Brussels")
Row: TypeAlias = tuple[str, str, str, datetime, datetime]
"""What, group, period, due, until."""


class Belgium:
    """Belgium in a year and the weeks around it."""

    def __init__(self, year: int) -> None:
        self._off = set(holidays.country_holidays("BE", years=range(year - 1, year + 3)))
        self.days = [date(year - 1, 10, 1) + timedelta(days=n) for n in range(600)]

    def works(self, day: date) -> bool:
        """Whether people work."""
        return day.weekday() < 5 and day not in self._off

    def before(self, day: date, count: int) -> date:
        """So many working days before."""
        return [one for one in self.days if one < day and self.works(one)][-count]

    def meetings(self, weekdays: set[int], *, moved: bool = False) -> list[date]:
        """The days of a series; those on a holiday fall out, or are held on the working day before."""
        found = set()
        for day in self.days[31:]:
            if day.weekday() in weekdays and day not in self._off:
                found.add(day)
            elif day.weekday() in weekdays and moved:
                found.add(self.before(day, 1))
        return sorted(found)

    def in_week(self, day: date) -> date | None:
        """A Friday, or the working day before it in its week."""
        week = [day - timedelta(days=n) for n in range(5)]
        return next((one for one in week if self.works(one)), None)


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    """A time on the clocks of Brussels."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


SERIES = {
    "A": ({3}, (10, 0), 90, [("agenda", 2, 10)]),
    "B": ({3}, (14, 0), 60, [("agenda", 2, 10)]),
    "C": ({0, 2, 4}, (13, 0), 45, [("agenda", 1, 15)]),
    "D": ({1}, (10, 0), 60, [("agenda", 2, 10), ("deck", 1, 16)]),
    "all": ({2}, (11, 0), 60, [("interface", 1, 10)]),
}
"""By group: weekdays, begin, minutes, and what leaves how many working days before at which hour."""


def by_hand(year: int) -> Iterator[Row]:
    """Yield all that is due in a year."""
    belgium = Belgium(year)
    for group, (weekdays, begin, minutes, ahead) in SERIES.items():
        held = belgium.meetings(weekdays, moved=group == "D")
        for day, following in pairwise(held):
            start, end = utc(day, *begin), utc(day, *begin) + timedelta(minutes=minutes)
            for what, count, hour in ahead:
                yield what, group, str(day), utc(belgium.before(day, count), hour), start
            yield "summary", group, str(day), end + timedelta(hours=3), utc(following, *begin)
    for friday in (day for day in belgium.days if day.weekday() == 4):
        sent = belgium.in_week(friday)
        for group, hour in (("A", 15), ("B", 15), ("C", 16), ("D", 15)):
            if sent is not None:
                week = f"{friday.isocalendar().year}-W{friday.isocalendar().week:02}"
                yield "digest", group, week, utc(sent, hour), utc(sent + timedelta(days=1), 0)


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_nothing_is_due_at_another_time_and_nothing_is_forgotten(year: int) -> None:
    """Holidays, moved meetings, both changes of the clocks, a year of 53 weeks and a leap year."""
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    found = sorted(
        (slot.identity.what, name, slot.identity.period, slot.due, slot.until)
        for name, spec in groups(SHIPPED).items()
        for slot in slots(spec.group, date(year - 1, 12, 1), date(year + 1, 2, 1))
        if first <= slot.due < last
    )
    expected = sorted(row for row in by_hand(year) if first <= row[3] < last)
    assert len(expected) > 900
    assert found == expected
