"""The day that a name tells: "2026-11-19 Weekly meeting", "Protokoll vom 19. November 2026", "19/11/2026"."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from babel.dates import get_month_names

LONGEST_NAME = 300
"""Characters of a name or title that are looked at."""
LANGUAGES = ("en", "de", "fr", "nl", "es")
_BETWEEN = " \t_.,:-\N{EN DASH}"
"""What stands between a day and a name."""
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_BIG_FIRST = re.compile(rf"(?<!\d){_YEAR}(?P<gap>[-_./ ]?)(?P<m>[01]\d)(?P=gap)(?P<d>[0-3]\d)(?!\d)")
_BIG_LAST = re.compile(rf"(?<!\d)(?P<a>[0-3]?\d)(?P<gap>[-_./])(?P<b>[0-3]?\d)(?P=gap){_YEAR}(?!\d)")


def day_in(text: str) -> date | None:
    """Return the one day that a text names; None where it names none, several, or one that can be read two ways."""
    days = {day for reading in (_numbers, _words) for day in reading(text[:LONGEST_NAME])}
    return days.pop() if len(days) == 1 else None


def without_day(name: str) -> str:
    """Return a name without the day that it begins with; as it is where it begins with none, or says nothing else."""
    for pattern in (_BIG_FIRST, _BIG_LAST):
        match = pattern.match(name)
        if match and any(_numbers(match[0])):
            return name[match.end() :].lstrip(_BETWEEN) or name
    return name


def _numbers(text: str) -> Iterator[date]:
    for match in _BIG_FIRST.finditer(text):
        yield from _day(match["y"], int(match["m"]), match["d"])
    for match in _BIG_LAST.finditer(text):
        a, b = int(match["a"]), int(match["b"])
        both_ways = (
            match["gap"] == "/" and a <= 12 and b <= 12 and a != b
        )  # 3/4/2026: April in Ghent, March in Boston
        if not both_ways:
            day, month = (b, a) if b > 12 >= a and match["gap"] == "/" else (a, b)
            yield from _day(match["y"], month, str(day))


def _words(text: str) -> Iterator[date]:
    months, patterns = _months()
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield from _day(match["y"], months[match["month"].lower()], match["day"])


def _day(year: str, month: int, day: str) -> Iterator[date]:
    try:
        yield date(int(year), month, int(day))
    except ValueError:
        return


@cache
def _months() -> tuple[dict[str, int], tuple[re.Pattern[str], ...]]:
    """The months' names, long and short, in the languages of the meetings (CLDR), and how days are written with them."""
    months = {
        str(name).rstrip(".").lower(): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=language).items()
    }
    month = f"(?P<month>{'|'.join(sorted(map(re.escape, months), key=len, reverse=True))})"
    day = r"(?<!\d)(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|\.)?"
    gap = r"[\s_-]+"
    first = rf"{day}{gap}(?:(?:of|de){gap})?{month}\b\.?,?{gap}(?:del?{gap})?{_YEAR}"
    last = rf"\b{month}\b\.?{gap}{day},?{gap}{_YEAR}"
    return months, (re.compile(first, re.IGNORECASE), re.compile(last, re.IGNORECASE))
