"""Which publication somebody means who does not say all of it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from syncbot.schedule.calendar import Cadence, Calendar, Meeting
from syncbot.schedule.choosing import chosen
from syncbot.schedule.due import Group
from syncbot.schedule.timing import After, Before, Weekly

MEETING = Meeting(name="weekly", cadence=Cadence(weekdays=[0, 3]), at=time(10), lasts=timedelta(hours=1))
GROUP = Group(
    name="C",
    calendar=Calendar(zone=ZoneInfo("Europe/Brussels"), holidays=frozenset({date(2026, 11, 26)})),
    meetings={"weekly": MEETING},
    publications={
        "agenda": Before(meeting="weekly", workdays=1, at=time(12)),
        "summary": After(meeting="weekly", delay=timedelta(hours=3)),
        "digest": Weekly(weekday=4, at=time(15)),
    },
)
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("what", "week", "day", "period"),
    [
        ("agenda", None, None, "2026-11-30"),  # Thursday is a holiday
        ("summary", None, None, "2026-11-23"),  # the last one held
        ("digest", None, None, "2026-W48"),
        ("agenda", "2026-W48", None, "2026-11-23"),
        ("agenda", "2026-W49", None, "2026-11-30"),
        ("digest", "2026-W47", None, "2026-W47"),
        ("agenda", None, date(2026, 12, 3), "2026-12-03"),
        ("agenda", None, date(2026, 12, 2), None),
        ("agenda", "2026-W53", None, "2026-12-28"),
    ],
)
def test_the_one_is_chosen_that_is_meant(
    what: str, week: str | None, day: date | None, period: str | None
) -> None:
    """With a week or a day that one; with neither the one that is worth something now."""
    found = chosen(GROUP, what, now=WEDNESDAY, week=week, day=day)
    assert (found.identity.period if found else None) == period
