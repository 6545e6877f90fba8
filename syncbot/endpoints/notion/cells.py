"""A property of a page -> a cell.

Shapes: Notion's "page property values" page and recorded answers. Date-times come with an offset, cut to the minute;
days stay days and never pass through a time zone.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from syncbot.model.values import UNKNOWN, Cell, Span, Value

from ..base import Column, ColumnType
from .columns import plain

CUT_AT: Final = 25
"""References that a page object shows at most; only relations say that there are more."""
EXACT: Final = 2**53
_DAY_LENGTH: Final = len("2026-03-02")

Json = Mapping[str, Any]


class Unreadable(ValueError):
    """A property that does not hold what its type promises; the message says what, in words."""


def read_cell(column: Column, prop: Json) -> Cell:
    """Return what the property says. Raises `Unreadable`.

    A column of OTHER type is UNKNOWN without being looked at.
    """
    native = str(prop.get("type", ""))
    if native != column.native:
        raise Unreadable(f"the column {column.name!r} is now of type {native}, was {column.native}")
    if column.type is ColumnType.OTHER:
        return UNKNOWN
    try:
        value = _read(native, prop.get(native))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"the column {column.name!r} holds something unexpected: {error}") from error
    if not _fits(value, column.type):
        raise Unreadable(f"the column {column.name!r} gave {type(value).__name__}, expected {column.type}")
    return value


def is_cut(prop: Json) -> bool:
    """Say whether the page object may not show all of the value."""
    native = prop.get("type")
    value: Sequence[Json] = prop.get(str(native)) or ()
    if native in ("relation", "people"):
        return bool(prop.get("has_more")) or len(value) >= CUT_AT
    if native in ("title", "rich_text"):
        return [piece.get("type") for piece in value].count("mention") >= CUT_AT
    return False


def read_date(value: Json | None) -> Value:
    """Return a day, a moment, or a span of either."""
    if value is None:
        return None
    zone = value.get("time_zone")
    start = _point(str(value["start"]), zone)
    if value.get("end") is None:
        return start
    end = _point(str(value["end"]), zone)
    if isinstance(start, datetime) != isinstance(end, datetime):
        raise Unreadable("a date that begins as a day and ends as a moment, or the other way round")
    return Span(start, end)


def read_user(user: Json) -> str:
    """Return the address of a person, else an id that says what it is."""
    email = (user.get("person") or {}).get("email")
    if email:
        return str(email).lower()
    return f"{'group' if user.get('object') == 'group' else 'user'}:{user['id']}"


def user_name(user: Json | None) -> str | None:
    """Return what people call a user, if Notion says."""
    if not user:
        return None
    name = user.get("name") or (user.get("person") or {}).get("email")
    return None if name is None else str(name)


def _point(text: str, zone: str | None) -> date | datetime:
    if len(text) == _DAY_LENGTH:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_zone(zone))
    moment = moment.astimezone(UTC)
    return moment - timedelta(microseconds=moment.microsecond % 1000)


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Unreadable(f"a date in the unknown time zone {name!r}") from error


def _read(native: str, value: Any) -> Value:
    if value is None:
        return False if native == "checkbox" else None
    return _READERS[native](value)


def _number(value: Any) -> Value:
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable("not a number")
    return value


def _flag(value: Any) -> Value:
    if not isinstance(value, bool):
        raise Unreadable("neither true nor false")
    return value


def _text(value: Any) -> Value:
    if not isinstance(value, str):
        raise Unreadable("not a text")
    return value or None


def _moment(value: Any) -> Value:
    return _point(str(value), None)


def _unique_id(value: Json) -> Value:
    if value.get("number") is None:
        return None
    prefix = value.get("prefix")
    return f"{prefix}-{value['number']}" if prefix else str(value["number"])


def _formula(value: Json) -> Value:
    """Return a formula's result; its type is known only here."""
    kind = str(value["type"])
    result = value.get(kind)
    if result is None:
        return None
    return {"string": _text, "number": _number, "boolean": _flag, "date": read_date}[kind](result)


def _rollup(value: Json) -> Value:
    """Return a rollup's result where it is one value; "incomplete" and lists are not."""
    kind = str(value["type"])
    if kind not in ("number", "date"):
        raise Unreadable(f"a rollup that is {kind}")
    result = value.get(kind)
    if result is None:
        return None
    return _number(result) if kind == "number" else read_date(result)


def _set(members: list[str]) -> Value:
    return frozenset(members) or None


_READERS: Final[Mapping[str, Callable[[Any], Value]]] = {
    "title": lambda value: plain(value) or None,
    "rich_text": lambda value: plain(value) or None,
    "number": _number,
    "checkbox": _flag,
    "select": lambda value: str(value["name"]),
    "status": lambda value: str(value["name"]),
    "multi_select": lambda value: _set([str(one["name"]) for one in value]),
    "date": read_date,
    "people": lambda value: _set([read_user(one) for one in value]),
    "relation": lambda value: _set([str(one["id"]) for one in value]),
    "url": _text,
    "email": _text,
    "phone_number": _text,
    "files": lambda value: _set([str(one.get("name") or "") for one in value]),
    "unique_id": _unique_id,
    "created_time": _moment,
    "last_edited_time": _moment,
    "created_by": lambda value: _set([read_user(value)]),
    "last_edited_by": lambda value: _set([read_user(value)]),
    "formula": _formula,
    "rollup": _rollup,
}

_KINDS: Final[Mapping[ColumnType, tuple[type, ...]]] = {
    ColumnType.NUMBER: (int, float),
    ColumnType.FLAG: (bool,),
    ColumnType.DAY: (date,),
    ColumnType.MOMENT: (date, Span),
    ColumnType.CHOICES: (frozenset,),
    ColumnType.REFS: (frozenset,),
    ColumnType.USERS: (frozenset,),
    ColumnType.FILES: (frozenset,),
}


def _fits(value: Value, kind: ColumnType) -> bool:
    if value is None:
        return True
    if isinstance(value, bool):
        return kind is ColumnType.FLAG
    return isinstance(value, _KINDS.get(kind, (str,)))
