"""Values as a person reads and types them."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from typing import Final

from .fields import SETS, FieldType
from .record import FieldInfo
from .values import Span, Value

EMPTY = "(empty)"
_TO = " to "
"""Between the beginning and the end of a span."""


def shown(value: Value, titles: Mapping[str, str] | None = None, zone: tzinfo = UTC) -> str:
    """Say a value in words; keys of records are said by what people call them, moments on the clock of a zone."""
    names = titles or {}
    match value:
        case None:
            return EMPTY
        case frozenset():
            return ", ".join(sorted(names.get(one, one) for one in value))
        case str():
            return names.get(value, value)
        case bool() | int() | float():
            return _number_shown(value)
        case _:
            return _time_shown(value, zone)


def _number_shown(value: float) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else f"{value:g}"


def _time_shown(value: date | Span, zone: tzinfo) -> str:
    match value:
        case Span():
            return f"{_time_shown(value.start, zone)}{_TO}{_time_shown(value.end, zone)}"
        case datetime():
            return moment_shown(value, zone)
        case _:
            return value.isoformat()


def moment_shown(moment: datetime, zone: tzinfo = UTC) -> str:
    """Say an aware moment to the minute, with the zone's name at that moment: "2026-12-11 09:30 CET"."""
    try:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    except OverflowError:  # at either end of time
        return moment.isoformat(" ", "minutes")


def parse(info: FieldInfo, text: str, zone: tzinfo = UTC, midnight: tzinfo | None = None) -> Value:
    """Read what a person typed for a field; "" and "(empty)" empty it.

    A time without a zone is on the clock of `zone`; a day where a moment is meant begins at midnight in `midnight`, or
    else there.

    Raises `ValueError` whose text says what was expected.
    """
    text = text.strip()
    if text in ("", EMPTY):
        return None
    if info.type in SETS:
        return frozenset(_choice(info, one.strip()) for one in text.split(",") if one.strip()) or None
    if info.type is FieldType.MOMENT:
        return _moment(text, zone, midnight or zone)
    if info.type is FieldType.SPAN:
        return _span(text, zone)
    return _PARSERS.get(info.type, _choice)(info, text)


def _number(_: FieldInfo, text: str) -> Value:
    try:
        number = float(text.replace(" ", "").replace(",", ""))
    except ValueError:
        raise ValueError("a number, such as 120000") from None
    if not math.isfinite(number):
        raise ValueError("a number, such as 120000")
    return int(number) if number.is_integer() else number


def _flag(_: FieldInfo, text: str) -> bool:
    words = {"yes": True, "true": True, "no": False, "false": False}
    if text.casefold() not in words:
        raise ValueError("yes or no")
    return words[text.casefold()]


def _day(_: FieldInfo, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("a day, such as 2026-11-25") from None


def _moment(text: str, zone: tzinfo, midnight: tzinfo) -> datetime:
    try:
        begun = _day_or_instant(text, zone)
        moment = begun if isinstance(begun, datetime) else datetime.combine(begun, time(tzinfo=midnight))
        return moment.astimezone(UTC)
    except (ValueError, KeyError, OverflowError):
        raise ValueError("a day, or a moment such as 2026-11-25 10:00") from None


def _span(text: str, zone: tzinfo) -> Span:
    """A day or moment by itself is its own end."""
    first, _, last = text.partition(_TO)
    try:
        start, end = (_day_or_instant(one.strip(), zone) for one in (first, last or first))
        if isinstance(start, datetime) and isinstance(end, datetime):
            start, end = start.astimezone(UTC), end.astimezone(UTC)
        if start > end:  # a day and a moment cannot be compared
            raise ValueError
    except (ValueError, KeyError, OverflowError, TypeError):
        raise ValueError("a day or a moment, or two of them such as 2026-11-25 to 2026-11-27") from None
    return Span(start, end)


def _day_or_instant(text: str, zone: tzinfo) -> date:
    return date.fromisoformat(text) if len(text) <= len("2026-11-25") else _instant(text, zone)


def _instant(text: str, zone: tzinfo) -> datetime:
    """Read a moment as `moment_shown` says it, or in ISO 8601. The hour that comes twice in autumn is told by its name."""
    clock, _, name = text.rpartition(" ")
    if not clock or name[0].isdigit():
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
    moment = datetime.fromisoformat(clock.rstrip())
    if moment.tzinfo is not None:
        raise ValueError("a zone twice")
    known = [moment.replace(tzinfo=UTC), *(moment.replace(tzinfo=zone, fold=fold) for fold in (1, 0))]
    return {str(one.tzname()).casefold(): one for one in known}[name.casefold()]


def _choice(info: FieldInfo, text: str) -> str:
    if not info.choices:
        return text
    found = [word for word in info.choices if word.casefold() == text.casefold()]
    if not found:
        raise ValueError(f"one of: {', '.join(info.choices)}")
    return found[0]


_PARSERS: Final[Mapping[FieldType, Callable[[FieldInfo, str], Value]]] = {
    FieldType.NUMBER: _number,
    FieldType.FLAG: _flag,
    FieldType.DAY: _day,
}
"""Those that need no zone; every other type is a word or text."""
