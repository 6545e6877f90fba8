"""Days in words, and the day they mean counted from the day of the meeting."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale, UnknownLocaleError

from .habits import Language
from .shapes import either

_IN_CELL = re.compile(r"(?<![\w./-])(?P<said>\d{1,2}[./-]\d{1,2})\.?(?![\w./-])")
"""A day and a month in numbers, where a text says nothing but a day."""
_LATE, _AHEAD = timedelta(days=-92), timedelta(days=274)
"""A day without a year lies so near the meeting: a line that is overdue is still of this year."""


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
    of_month: re.Pattern[str]
    """A day of a month."""

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
    vague = either(language.vague)
    near = f"(?:{_near(language, weekdays)})"
    by = rf"{either(language.by)}(?!\w)\s*:?\s*(?:\S+\s+){{0,3}}?"
    return Calendar(
        due=re.compile(
            rf"(?<!\w)(?:{by}(?P<said>{day}|{_short()}|{near}(?!\w)|{vague}(?!\w))"
            rf"|(?P<adverb>{near}(?!\w))|(?P<loose>{vague}(?!\w)))",
            re.IGNORECASE,
        ),
        day=re.compile(rf"(?<![\w./-])(?P<said>{day})", re.IGNORECASE),
        last=re.compile(rf"(?:[(\[,;–—]|\s-)\s*(?P<said>{day})\s*[)\].]*$", re.IGNORECASE),
        vague=re.compile(rf"(?<!\w){vague}(?!\w)", re.IGNORECASE),
        hints=re.compile(rf"\d|(?<!\w)(?:{vague}|{_hints(language, months, weekdays)})(?!\w)", re.IGNORECASE),
        months=months,
        weekdays=weekdays,
        numbers=_numbers(language),
        of_month=re.compile(_month_day(language, months), re.IGNORECASE),
    )


def _hints(language: Language, months: Mapping[str, int], weekdays: Mapping[str, int]) -> str:
    units = [*language.days, *language.weeks, *language.months]
    near = [*language.today, *language.tomorrow, *language.after_tomorrow, *units]
    spans = [*language.fortnights, *language.this_month, *language.next_month, *language.this_year]
    return either([*months, *weekdays, *near, *spans])


def _numbers(language: Language) -> dict[str, int]:
    """Return numbers by their words; several words for one number are parted by "|"."""
    said = enumerate(language.numbers, start=1)
    return {word.casefold(): number for number, words in said for word in words.split("|")}


def _near(language: Language, weekdays: Mapping[str, int]) -> str:
    """Return what says when by itself, without a word such as "by" before it."""
    number = rf"(?:\d{{1,2}}|{either(_numbers(language))})"
    coming = either(language.next)
    lapse = rf"(?:{number}\s+(?:{coming}\s+)?{_unit(language)}|{either(language.fortnights)})"
    months = either([*language.this_month, *language.next_month, *language.this_year])
    return "|".join(
        (
            rf"{either(language.within)}\s+(?:\w{{2,3}}\s+)?(?:{coming}\s+)?{lapse}",
            rf"{either(language.end_of)}\s+{months}",
            rf"{coming}\s+{either(weekdays)}",
            either(language.after_tomorrow),
            either(language.today),
            either(language.tomorrow),
        )
    )


def _short() -> str:
    """Return days that are only told after a word such as "by": the 15th, 10.12 without its last dot."""
    return r"\d{1,2}(?:st|nd|rd|th)(?=\s*(?:$|[,;.)]))|\d{1,2}\.\s?\d{1,2}(?=\s*$)"


def _month_day(language: Language, months: Mapping[str, int]) -> str:
    """Return a day of a month: "3rd of May", "premier décembre"."""
    number = rf"(?:\d{{1,2}}\.?(?:st|nd|rd|th|er|e)?|{either(language.first)})"
    return rf"{number}(?:\s+(?:of|de|del))?\s+{either(months)}(?!\w)"


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
    count = rf"(?:\d{{1,2}}|{either(_numbers(language))})"
    unit = _unit(language)
    coming, week = either(language.next), either(language.next_week)
    return "|".join(
        (
            r"\d{4}-\d{2}-\d{2}(?!\d)",
            r"\d{4}/\d{1,2}/\d{1,2}(?!\d)",
            r"\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})(?!\d)",
            rf"(?:{weekday}[.,]?\s+)?{_month_day(language, months)}\.?(?:,?\s+(?:de\s+|del\s+)?\d{{4}}(?!\d))?",
            rf"(?:{weekday},?\s+)?{month}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\w)(?:,?\s+\d{{4}}(?!\d))?",
            rf"{either(language.end_of)}\s+{month}(?!\w)\.?(?:\s+(?:de\s+)?\d{{4}}(?!\d))?",
            r"\d{1,2}\.\s?\d{1,2}\.(?!\d)",
            r"\d{1,2}/\d{1,2}(?![\d/])",
            rf"{either(language.within)}\s+{count}\s+{unit}(?!\w)",
            rf"{count}\s+{unit}(?!\w)",
            rf"(?:{coming}\s+)?{weekday}(?!\w)(?:\s+(?:(?:\w+\s+){{0,2}}?{week}|{coming})(?!\w))?",
            rf"(?:{either([*language.after_tomorrow, *language.today, *language.tomorrow])})(?!\w)",
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
        said = match["said"] or match["adverb"] or match["loose"]
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
        match = self.calendar.day.search(text) or _IN_CELL.search(text)
        return When(words=text, day=self.day(match["said"]) if match else None, start=0, end=len(text))

    def day(self, words: str) -> date | None:
        """Return the one day that words fix; None where they do not, or the day of the meeting is not known."""
        said = words.casefold().strip(" .,;:()[]")
        for way in (self._numbers, self._month, self._end, self._counted, self._weekday, self._near):
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
        if match := re.search(r"(?<!\d)(\d{1,2})([./-])\s?(\d{1,2})(?:\.|(?![\d/]))", said):
            return self._day_month(int(match[1]), int(match[3]), None, match[2])
        if match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", said):
            return self._coming(int(match[1]))
        return None

    def _coming(self, day: int) -> date | None:
        """Return the first such day of a month not before the meeting."""
        if self.meeting is None:
            return None
        months = (_months_on(self.meeting, ahead) for ahead in range(3))
        days = (_date(year, month, day) for year, month in months)
        return next((one for one in days if one is not None and one >= self.meeting), None)

    def _day_month(self, first: int, second: int, year: int | None, sign: str) -> date | None:
        day, month = first, second
        if second > 12 and sign != ".":
            day, month = second, first
        elif self.language.code == "en" and sign in "/-" and first <= 12 and year is None:
            return None  # 3/5 may be either in English
        return _date(year, month, day) if year else self._next(month, day)

    def _month(self, said: str) -> date | None:
        month = next((number for name, number in self.calendar.months.items() if _holds(said, name)), None)
        if month is None:
            return None
        year = re.search(r"(?<!\d)(\d{4})(?!\d)", said)
        day = re.search(r"(?<!\d)(\d{1,2})(?!\d)", said)
        if day or self.calendar.of_month.search(said):
            found = int(day[1]) if day else 1
            return _date(int(year[1]), month, found) if year else self._next(month, found)
        if not re.search(either(self.language.end_of), said):
            return None
        return _last(int(year[1]), month) if year else self._next(month, None)

    def _next(self, month: int, day: int | None) -> date | None:
        """Return such a day near the meeting: up to three months before it, where it is overdue, else after it."""
        if self.meeting is None:
            return None
        for year in (self.meeting.year - 1, self.meeting.year, self.meeting.year + 1):
            found = _date(year, month, day) if day else _last(year, month)
            if found is not None and _LATE <= found - self.meeting <= _AHEAD:
                return found
        return None

    def _end(self, said: str) -> date | None:
        """Return the last day of this month, the next one or this year."""
        if self.meeting is None or re.search(either(self.language.end_of), said) is None:
            return None
        if _holds_any(said, self.language.this_year):
            return date(self.meeting.year, 12, 31)
        for words, ahead in ((self.language.next_month, 1), (self.language.this_month, 0)):
            if _holds_any(said, words):
                return _last(*_months_on(self.meeting, ahead))
        return None

    def _counted(self, said: str) -> date | None:
        if self.meeting is None:
            return None
        if _holds_any(said, self.language.fortnights):
            return self.meeting + timedelta(days=14)
        words = self.calendar.numbers
        match = re.search(rf"(?<!\w)(\d+|{either(words)})\s+(?:{either(self.language.next)}\s+)?(\w+)", said)
        if not match:
            return None
        number = int(match[1]) if match[1].isdigit() else words.get(match[1], 0)
        for units, days in ((self.language.days, 1), (self.language.weeks, 7)):
            if match[2] in {one.casefold() for one in units}:
                return self.meeting + timedelta(days=days * number)
        if match[2] in {one.casefold() for one in self.language.months}:
            return _same_day(self.meeting, number)
        return None

    def _weekday(self, said: str) -> date | None:
        if self.meeting is None or re.search(r"\d", said):
            return None
        number = next((number for name, number in self.calendar.weekdays.items() if _holds(said, name)), None)
        if number is None:
            return None
        if _holds_any(said, self.language.next_week):
            return self.meeting + timedelta(days=7 - self.meeting.weekday() + number)
        ahead = (number - self.meeting.weekday()) % 7 or 7
        return self.meeting + timedelta(days=ahead)

    def _near(self, said: str) -> date | None:
        if self.meeting is None:
            return None
        language = self.language
        for days, words in ((2, language.after_tomorrow), (0, language.today), (1, language.tomorrow)):
            if _holds_any(said, words):
                return self.meeting + timedelta(days=days)
        return None


def _holds(said: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) is not None


def _holds_any(said: str, words: Iterable[str]) -> bool:
    return any(_holds(said, one.casefold()) for one in words)


def _months_on(day: date, ahead: int) -> tuple[int, int]:
    """Return year and month so many months after a day."""
    years, month = divmod(day.month - 1 + ahead, 12)
    return day.year + years, month + 1


def _same_day(day: date, ahead: int) -> date | None:
    """Return the same day so many months on, or the last one of a shorter month."""
    year, month = _months_on(day, ahead)
    return _date(year, month, day.day) or _last(year, month)


def _date(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year or 0, month, day)
    except ValueError:
        return None


def _last(year: int, month: int) -> date | None:
    return date(year, month, monthrange(year, month)[1]) if 1 <= year <= 9999 else None
