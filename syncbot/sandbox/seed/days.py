"""Working days where the groups meet."""

from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

ZONE = ZoneInfo("Europe/Brussels")
"""On whose clock they meet."""
_COUNTRY = "BE"
_FRIDAY = 5


def workday(day: date, step: int = -1) -> date:
    """Return the day itself, or the last working day before it; with 1 for `step` the first one after it."""
    while day.isoweekday() > _FRIDAY or day in _holidays():
        day += timedelta(days=step)
    return day


@cache
def _holidays() -> HolidayBase:
    """Public holidays, of any year that is asked for."""
    return country_holidays(_COUNTRY)
