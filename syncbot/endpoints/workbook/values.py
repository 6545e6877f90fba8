"""What a cell of Excel says as a value of its column, and the other way."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, to_excel

from syncbot.endpoints.base import ColumnType
from syncbot.endpoints.documents.days import day_in
from syncbot.model.values import UNKNOWN, Cell, Span, Value

from .grid import Raw

LONGEST = 32_767
"""Characters that a cell takes."""
_TEXTS = frozenset(
    {
        ColumnType.TEXT,
        ColumnType.LONG_TEXT,
        ColumnType.CHOICE,
        ColumnType.LINK,
        ColumnType.EMAIL,
        ColumnType.PHONE,
    }
)
_YES, _NO = frozenset({"true", "yes", "x", "1", "✓"}), frozenset({"false", "no", "0", "-"})
_BETWEEN = "; "
"""Several choices of one cell."""


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """How the workbook tells days and times."""

    from_1904: bool
    zone: ZoneInfo
    """Excel knows no zones: a time is meant where the people are."""

    def read(self, number: float) -> datetime:
        """Return the moment, without a zone, that a number stands for. Raises `ValueError`, `OverflowError`."""
        found = from_excel(number, self._epoch)
        if not isinstance(found, datetime):
            raise TypeError("a time without a day")
        return found

    def number(self, day: date) -> float:
        """Return the number that stands for a day, or for a moment as the people's clocks show it."""
        if isinstance(day, datetime):
            day = day.astimezone(self.zone).replace(tzinfo=None)
        return float(to_excel(day, self._epoch))  # type: ignore[no-untyped-call]

    @property
    def _epoch(self) -> datetime:
        return CALENDAR_MAC_1904 if self.from_1904 else CALENDAR_WINDOWS_1900


def read(raw: Raw, kind: ColumnType, calendar: Calendar, *, dated: bool) -> tuple[Cell, str | None]:
    """Return what a cell says, or UNKNOWN and why; `dated`: its style shows numbers as dates."""
    if raw.kind == "e":
        return UNKNOWN, f"shows {raw.text}"
    if raw.formula and raw.kind == "n" and not raw.text:
        return UNKNOWN, "was not calculated yet"
    if raw.text in (None, ""):
        return (False if kind is ColumnType.FLAG else None), None
    try:
        return _value(raw, raw.text or "", kind, calendar, dated=dated), None
    except (ValueError, TypeError, OverflowError):
        return UNKNOWN, f"holds {raw.text!r:.80}, which is no {kind.value}"


def _value(raw: Raw, text: str, kind: ColumnType, calendar: Calendar, *, dated: bool) -> Value:
    if kind in _TEXTS:
        return _text(raw, text, calendar, dated=dated) or None
    match kind:
        case ColumnType.NUMBER:
            return _number(text)
        case ColumnType.FLAG:
            return _flag(text.strip().lower())
        case ColumnType.DAY:
            return _day(raw, text, calendar)
        case ColumnType.MOMENT:
            return _moment(raw, text, calendar)
        case ColumnType.CHOICES:
            parts = _text(raw, text, calendar, dated=dated).replace("\n", ";").split(";")
            return frozenset(part.strip() for part in parts if part.strip()) or None
    raise TypeError(kind)


def _text(raw: Raw, text: str, calendar: Calendar, *, dated: bool) -> str:
    if raw.kind == "b":
        return "TRUE" if text == "1" else "FALSE"
    if raw.kind != "n":
        return text
    if dated:
        found = calendar.read(float(text))
        return (
            found.date().isoformat()
            if found.time() == datetime.min.time()
            else found.isoformat(" ", "minutes")
        )
    return str(_number(text))


def _number(text: str) -> int | float:
    found = float(text)
    if not math.isfinite(found):
        raise ValueError(text)
    return int(found) if found.is_integer() and abs(found) < 2**53 else found


def _flag(text: str) -> bool:
    if text in _YES | _NO:
        return text in _YES
    raise ValueError(text)


def _day(raw: Raw, text: str, calendar: Calendar) -> date:
    if raw.kind == "n":
        return calendar.read(float(text)).date()
    found = day_in(text)
    if found is None:
        raise ValueError(text)
    return found


def _moment(raw: Raw, text: str, calendar: Calendar) -> date:
    """A number without a fraction is a day."""
    if raw.kind == "n":
        found = calendar.read(float(text))
        return found.date() if float(text).is_integer() else _aware(found, calendar)
    told = datetime.fromisoformat(text.strip())
    return told.date() if len(text.strip()) == len("2026-11-19") else _aware(told, calendar)


def _aware(moment: datetime, calendar: Calendar) -> datetime:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=calendar.zone)
    return moment.astimezone(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A value as it is put into a cell."""

    kind: str
    """ "n", "b" or "s"."""
    text: str


def write(value: Value, calendar: Calendar, *, dated: bool) -> Written | None:
    """Return how a value stands in a cell, None for an empty one.

    A day goes as a number only into a cell that shows numbers as dates; elsewhere people would see 46345.
    """
    if value in (None, "", frozenset()):
        return None
    if isinstance(value, bool):
        return Written(kind="b", text=str(int(value)))
    if isinstance(value, int | float):
        return Written(kind="n", text=repr(value))
    if isinstance(value, date):
        if dated:
            return Written(kind="n", text=_shortest(calendar.number(value)))
        return Written(kind="s", text=_iso(value, calendar))
    if isinstance(value, frozenset):
        return Written(kind="s", text=_BETWEEN.join(sorted(value)))
    if isinstance(value, Span):
        raise TypeError("a cell holds no span of days")
    return Written(kind="s", text=value)


def _shortest(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)


def _iso(value: date, calendar: Calendar) -> str:
    if isinstance(value, datetime):
        return value.astimezone(calendar.zone).isoformat(" ", "minutes")
    return value.isoformat()
