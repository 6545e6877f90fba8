"""Values as every part of syncbot says them.

A *cell* is what an endpoint says in one column; a *value* is what a record holds in one field. Both are of the same
few Python types, so that they compare with `==` and go into the store:

| meaning | type |
|---|---|
| empty | None (never "", never an empty set) |
| text, choice, link, e-mail, phone | str |
| number | int when whole, else float |
| yes/no | bool |
| day | date |
| moment | datetime, aware, UTC, whole milliseconds at most |
| from .. to | Span |
| several of anything (options, refs, record keys, e-mail addresses) | frozenset of str |

`UNKNOWN` is not a value: it says that nothing is known about the place, so that nothing may be concluded.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final, Literal, TypeAlias


@dataclass(frozen=True, order=True)
class Span:
    """A day or moment with an end (both days, or both moments)."""

    start: date | datetime
    end: date | datetime


class Unknown(Enum):
    """The type of `UNKNOWN`."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
"""Not read, not readable, or not asked for: takes no part in any decision."""

Scalar: TypeAlias = str | int | float | bool | date | datetime | Span
Value: TypeAlias = Scalar | frozenset[str] | None
Known: TypeAlias = Value
Cell: TypeAlias = Value | Literal[Unknown.UNKNOWN]
"""What a reading says of a column or field: a value, or UNKNOWN."""


def to_json(value: Value) -> Any:
    """Return JSON-able data from which `from_json` makes an equal value again.

    Text, numbers, yes/no and None are themselves; the others are an object whose one key says what it is.
    """
    match value:
        case datetime():
            return {"moment": value.astimezone(UTC).isoformat()}
        case date():
            return {"day": value.isoformat()}
        case Span():
            return {"span": [to_json(value.start), to_json(value.end)]}
        case frozenset():
            return {"set": sorted(value)}
        case _:
            return value


def from_json(data: Any) -> Value:
    """Return the value that `to_json` was given."""
    match data:
        case {"moment": str(text)}:
            return datetime.fromisoformat(text)
        case {"day": str(text)}:
            return date.fromisoformat(text)
        case {"span": [start, end]}:
            first, last = from_json(start), from_json(end)
            assert isinstance(first, date) and isinstance(last, date)
            return Span(first, last)
        case {"set": list(members)}:
            return frozenset(members)
        case None | str() | bool() | int() | float():
            return data
        case _:
            raise ValueError(f"not a stored value: {data!r}")
