"""Values as a person reads and types them."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Final

from .fields import SETS, FieldType
from .record import FieldInfo
from .values import Span, Value

EMPTY = "(empty)"


def shown(value: Value, titles: Mapping[str, str] | None = None) -> str:
    """Say a value in words; keys of records are said by what people call them."""
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
            return _time_shown(value)


def _number_shown(value: float) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else f"{value:g}"


def _time_shown(value: date | Span) -> str:
    match value:
        case Span():
            return f"{_time_shown(value.start)} to {_time_shown(value.end)}"
        case datetime():
            return _moment_shown(value)
        case _:
            return value.isoformat()


def _moment_shown(moment: datetime) -> str:
    try:
        return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except OverflowError:  # at either end of time
        return moment.isoformat(" ", "minutes")


def parse(info: FieldInfo, text: str) -> Value:
    """Read what a person typed for a field; "" and "(empty)" empty it.

    Raises `ValueError` whose text says what was expected.
    """
    text = text.strip()
    if text in ("", EMPTY):
        return None
    if info.type in SETS:
        return frozenset(_choice(info, one.strip()) for one in text.split(",") if one.strip()) or None
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


def _moment(_: FieldInfo, text: str) -> Value:
    try:
        moment = datetime.fromisoformat(text.removesuffix(" UTC"))
        if len(text) <= len("2026-11-25"):
            return moment.date()
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("a day, or a moment such as 2026-11-25T10:00+01:00") from None


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
    FieldType.MOMENT: _moment,
    FieldType.SPAN: _moment,
}
"""Every other type is a word or text."""
