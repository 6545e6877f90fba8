"""Days in words, and the day they mean counted from the day of the meeting."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale, UnknownLocaleError

from .habits import Language
from .shapes import either


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """How one language speaks of days."""

    due: re.Pattern[str]
    """A word such as "by" and a day after it, or words that say when without one."""
    day: re.Pattern[str]
    """A day by itself."""
    last: re.Pattern[str]
    """A day at the end, in brackets or after a sign."""
    vague: re.Pattern[str]
    hints: re.Pattern[str]
    """A text without this names no day."""
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    numbers: Mapping[str, int]

    def day_in(self, text: str) -> str | None:
        """Return the day that a text names, in its words."""
        match = self.day.search(text) if self.hints.search(text) else None
        return match["said"] if match else None


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """A day as it was said."""

    words: str
    day: date | None
    start: int
    end: int


def calendar_of(language: Language) -> Calendar:
    """Make the words of a language ready; the names of months and days are those of CLDR."""
    months, weekdays = _names(language.code)
    day = _day_pattern(language, months, weekdays)
    by = either(language.by)
    vague = either(language.vague)
    count = rf"{either(language.within)}\s+(?:\d{{1,2}}|{either(language.numbers)})\s+{_unit(language)}"
    loose = rf"(?:{vague}|{count}|{either(language.today)}|{either(language.tomorrow)})(?!\w)"
    return Calendar(
        due=re.compile(
            rf"(?<!\w)(?:{by}\s*:?\s*(?:\S+\s+){{0,3}}?(?P<said>{day}|{vague}(?!\w))|(?P<loose>{loose}))",
            re.IGNORECASE,
        ),
        day=re.compile(rf"(?<![\w./-])(?P<said>{day})", re.IGNORECASE),
        last=re.compile(rf"(?:[(\[,;–—]|\s-)\s*(?P<said>{day})\s*[)\].]*$", re.IGNORECASE),
        vague=re.compile(rf"(?<!\w){vague}(?!\w)", re.IGNORECASE),
        hints=re.compile(rf"\d|(?<!\w)(?:{vague}|{_hints(language, months, weekdays)})(?!\w)", re.IGNORECASE),
        months=months,
        weekdays=weekdays,
        numbers={word.casefold(): number for number, word in enumerate(language.numbers, start=1)},
    )


def _hints(language: Language, months: Mapping[str, int], weekdays: Mapping[str, int]) -> str:
    return either([*months, *weekdays, *language.today, *language.tomorrow, *language.numbers])


def _names(code: str) -> tuple[dict[str, int], dict[str, int]]:
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    months: dict[str, int] = {}
    weekdays: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for kind in ("format", "stand-alone"):
            months |= _spelled(locale.months[kind][width], shortest=3)
            weekdays |= _spelled(locale.days[kind][width], shortest=3)
    return months, weekdays


def _spelled(names: Mapping[int, str], *, shortest: int) -> dict[str, int]:
    bare = {name.casefold().rstrip("."): number for number, name in names.items()}
    return {name: number for name, number in bare.items() if len(name) >= shortest}


def _unit(language: Language) -> str:
    return either([*language.days, *language.weeks, *language.months])


def _day_pattern(language: Language, months: Mapping[str, int], weekdays: Mapping[str, int]) -> str:
    month, weekday = either(months), either(weekdays)
    count = rf"(?:\d{{1,2}}|{either(language.numbers)})"
    unit = _unit(language)
    return "|".join(
        (
            r"\d{4}-\d{2}-\d{2}(?!\d)",
            r"\d{4}/\d{1,2}/\d{1,2}(?!\d)",
            r"\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})(?!\d)",
            rf"(?:{weekday}[.,]?\s+)?\d{{1,2}}\.?(?:st|nd|rd|th|er|e)?(?:\s+(?:of|de|del))?\s+{month}(?!\w)\.?(?:,?\s+(?:de\s+|del\s+)?\d{{4}}(?!\d))?",
            rf"(?:{weekday},?\s+)?{month}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\w)(?:,?\s+\d{{4}}(?!\d))?",
            rf"{either(language.end_of)}\s+{month}(?!\w)\.?(?:\s+(?:de\s+)?\d{{4}}(?!\d))?",
            r"\d{1,2}\.\s?\d{1,2}\.(?!\d)",
            r"\d{1,2}/\d{1,2}(?![\d/])",
            rf"{either(language.within)}\s+{count}\s+{unit}(?!\w)",
            rf"{count}\s+{unit}(?!\w)",
            rf"{weekday}(?!\w)",
            rf"(?:{either(language.today)}|{either(language.tomorrow)})(?!\w)",
            rf"{month}(?!\w)\.?\s+\d{{4}}(?!\d)",
        )
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Reckoner:
    """Turns words for a day into that day, counted from the day of the meeting."""

    calendar: Calendar
    language: Language
    meeting: date | None

    def due(self, text: str) -> When | None:
        """Return when a job is due, as its text says it."""
        if not self.calendar.hints.search(text):
            return None
        match = self.calendar.due.search(text)
        if match is None:
            return None
        said = match["said"] or match["loose"]
        return When(words=match[0], day=self.day(said), start=match.start(), end=match.end())

    def last(self, text: str) -> When | None:
        """Return the day with which a text ends, in brackets or after a sign."""
        match = self.calendar.last.search(text) if self.calendar.hints.search(text) else None
        if match is None:
            return None
        return When(words=match["said"], day=self.day(match["said"]), start=match.start(), end=match.end())

    def alone(self, text: str) -> When | None:
        """Return when a job is due, of a text that says nothing else: a cell of a table."""
        if not re.search(r"\w", text):
            return None
        match = self.calendar.day.search(text)
        return When(words=text, day=self.day(match["said"]) if match else None, start=0, end=len(text))

    def day(self, words: str) -> date | None:
        """Return the one day that words fix; None where they do not, or the day of the meeting is not known."""
        said = words.casefold().strip(" .,;:()[]")
        for way in (self._numbers, self._month, self._counted, self._weekday, self._near):
            found = way(said)
            if found is not None:
                return found
        return None

    def _numbers(self, said: str) -> date | None:
        if match := re.search(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", said):
            return _date(int(match[1]), int(match[2]), int(match[3]))
        if match := re.search(r"(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})(?!\d)", said):
            year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
            return self._day_month(int(match[1]), int(match[3]), year, match[2])
        if match := re.search(r"(?<!\d)(\d{1,2})([./])\s?(\d{1,2})(?:\.|(?![\d/]))", said):
            return self._day_month(int(match[1]), int(match[3]), None, match[2])
        return None

    def _day_month(self, first: int, second: int, year: int | None, sign: str) -> date | None:
        day, month = first, second
        if second > 12 and sign != ".":
            day, month = second, first
        elif self.language.code == "en" and sign == "/" and first <= 12 and year is None:
            return None  # 3/5 may be either in English
        return _date(year, month, day) if year else self._next(month, day)

    def _month(self, said: str) -> date | None:
        month = next((number for name, number in self.calendar.months.items() if _holds(said, name)), None)
        if month is None:
            return None
        year = re.search(r"(?<!\d)(\d{4})(?!\d)", said)
        day = re.search(r"(?<!\d)(\d{1,2})(?!\d)", said)
        if day:
            found = int(day[1])
            return _date(int(year[1]), month, found) if year else self._next(month, found)
        if not re.search(either(self.language.end_of), said):
            return None
        return _last(int(year[1]), month) if year else self._next(month, None)

    def _next(self, month: int, day: int | None) -> date | None:
        """Return the first such day not before the meeting."""
        if self.meeting is None:
            return None
        for year in (self.meeting.year, self.meeting.year + 1):
            found = _date(year, month, day) if day else _last(year, month)
            if found is not None and (found >= self.meeting or year > self.meeting.year):
                return found
        return None

    def _counted(self, said: str) -> date | None:
        if self.meeting is None:
            return None
        words = self.calendar.numbers
        match = re.search(rf"(\d+|{either(words)})\s+(\w+)", said)
        if not match:
            return None
        number = int(match[1]) if match[1].isdigit() else words.get(match[1], 0)
        for units, days in ((self.language.days, 1), (self.language.weeks, 7)):
            if match[2] in {one.casefold() for one in units}:
                return self.meeting + timedelta(days=days * number)
        return None

    def _weekday(self, said: str) -> date | None:
        number = next((number for name, number in self.calendar.weekdays.items() if said == name), None)
        if number is None or self.meeting is None:
            return None
        ahead = (number - self.meeting.weekday()) % 7 or 7
        return self.meeting + timedelta(days=ahead)

    def _near(self, said: str) -> date | None:
        if self.meeting is None:
            return None
        if any(_holds(said, one.casefold()) for one in self.language.today):
            return self.meeting
        if any(_holds(said, one.casefold()) for one in self.language.tomorrow):
            return self.meeting + timedelta(days=1)
        return None


def _holds(said: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) is not None


def _date(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year or 0, month, day)
    except ValueError:
        return None


def _last(year: int, month: int) -> date | None:
    return date(year, month, monthrange(year, month)[1]) if 1 <= year <= 9999 else None
