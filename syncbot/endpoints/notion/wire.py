"""A cell -> a property as Notion takes it, or the reason why it does not fit. Nothing is cut to fit.

Limits: Notion's "request limits" and "page property values" pages.
"""

import math
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from syncbot.model.values import Span, Value

from ..base import Column
from .columns import MAX_LIST, MAX_OPTION, TEXT_PIECE, TEXT_PIECES

_JOINERS: Final = frozenset({"\u200d", "\ufe0e", "\ufe0f"})
"""Zero-width joiner and variation selectors: they belong to the character before them."""
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)

Json = Mapping[str, Any]
Directory = Callable[[str], str | None]
"""E-mail address in lower case -> user id, if Notion knows such a person."""


class Unfit(ValueError):
    """A value that the column cannot take; the message says why, in words."""


class UnknownOption(Unfit):
    """An option that the column does not have (or did not have when the schema was read)."""


def to_property(column: Column, value: Value, user_id: Directory) -> Json:
    """Return the property as a request says it. Raises `Unfit`."""
    make = _WRITERS.get(column.native)
    if make is None:
        raise Unfit(f"a column of type {column.native} cannot be written")
    return {column.native: make(column, value, user_id)}


def text_property(native: str, text: str | None) -> Json:
    """Return a title or rich text property."""
    return {native: rich_text(text)}


def rich_text(text: str | None) -> list[Json]:
    """Return rich text of as many pieces as are needed. Raises `Unfit`."""
    if not text:
        return []
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Unfit("half a character (a lone surrogate) cannot be sent") from error
    pieces = split(text)
    if len(pieces) > TEXT_PIECES:
        raise Unfit(
            f"{len(text):,} characters are more than Notion takes (about {TEXT_PIECE * TEXT_PIECES:,})"
        )
    return [{"type": "text", "text": {"content": piece}} for piece in pieces]


def split(text: str, limit: int = TEXT_PIECE) -> list[str]:
    """Cut text into pieces of at most `limit` UTF-16 units, never inside what a reader sees as one character.

    Only a run of marks that is longer than a whole piece is cut all the same.
    """
    pieces, start = [], 0
    while start < len(text):
        end = _reach(text, start, limit)
        cut = end
        while cut < len(text) and cut > start and _clings(text, cut):
            cut -= 1
        end = cut if cut > start else end
        pieces.append(text[start:end])
        start = end
    return pieces


def as_stored(value: Value) -> Value:
    """Return the value as Notion gives it back: moments are cut to the minute (recorded), empty text is no text."""
    match value:
        case datetime():
            return value.astimezone(UTC).replace(second=0, microsecond=0)
        case Span(start, end):
            first, last = as_stored(start), as_stored(end)
            assert isinstance(first, date) and isinstance(last, date)
            return Span(first, last)
        case "":
            return None
        case frozenset():
            return value or None
    return value


def _reach(text: str, start: int, limit: int) -> int:
    """Return where a piece ends that is as long as allowed; characters beyond U+FFFF count two."""
    used, end = 0, start
    while end < len(text):
        used += 2 if ord(text[end]) > 0xFFFF else 1
        if used > limit:
            break
        end += 1
    return end


def _clings(text: str, place: int) -> bool:
    """Say whether the character at `place` belongs to the one before it."""
    char, before = text[place], text[place - 1]
    if char in _JOINERS or before == "\u200d" or ord(char) in _SKIN_TONES:
        return True
    return unicodedata.category(char).startswith("M") or (before == "\r" and char == "\n")


def _text(_column: Column, value: Value, _user_id: Directory) -> list[Json]:
    return rich_text(_str(value))


def _number(_column: Column, value: Value, _user_id: Directory) -> int | float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unfit(f"{value!r} is not a number that can be sent")
    return value


def _flag(_column: Column, value: Value, _user_id: Directory) -> bool:
    if not isinstance(value, bool | None):
        raise Unfit(f"{value!r} is neither yes nor no")
    return bool(value)


def _choice(column: Column, value: Value, _user_id: Directory) -> Json | None:
    name = _str(value)
    return _option(column, name) if name else None


def _choices(column: Column, value: Value, _user_id: Directory) -> list[Json]:
    return [_option(column, name) for name in _members(value)]


def _option(column: Column, name: str) -> Json:
    if column.options is not None and name not in column.options:
        raise UnknownOption(f"there is no option {name!r}")
    if "," in name:
        raise Unfit(f"Notion allows no comma in an option: {name!r}")
    if len(name) > MAX_OPTION:
        raise Unfit(f"an option has at most {MAX_OPTION} characters, {name[:20]!r}.. has {len(name)}")
    return {"name": name}


def _date(_column: Column, value: Value, _user_id: Directory) -> Json | None:
    match value:
        case None:
            return None
        case date():
            return {"start": _point(value)}
        case Span(start, end):
            if isinstance(start, datetime) != isinstance(end, datetime):
                raise Unfit("a span of a day and a moment")
            return {"start": _point(start), "end": _point(end)}
    raise Unfit(f"{value!r} is neither day nor moment")


def _point(value: date) -> str:
    """Return a day as a day, a moment with its offset (which excludes a `time_zone`)."""
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise Unfit("a moment without a time zone")
    return value.astimezone(UTC).isoformat(timespec="milliseconds")


def _relation(_column: Column, value: Value, _user_id: Directory) -> list[Json]:
    return [{"id": ref} for ref in _members(value)]


def _people(_column: Column, value: Value, user_id: Directory) -> list[Json]:
    return [_person(one, user_id) for one in _members(value)]


def _person(one: str, user_id: Directory) -> Json:
    kind, _, key = one.partition(":")
    if kind in ("user", "group") and key:
        return {"object": kind, "id": key}
    found = user_id(one)
    if found is None:
        raise Unfit(f"Notion knows nobody with the address {one}")
    return {"object": "user", "id": found}


def _short_text(column: Column, value: Value, _user_id: Directory) -> str | None:
    text = _str(value)
    if text and column.max_length is not None and len(text) > column.max_length:
        raise Unfit(f"{len(text):,} characters, at most {column.max_length:,} are allowed")
    return text or None


def _str(value: Value) -> str | None:
    if not isinstance(value, str | None):
        raise Unfit(f"{value!r} is not a text")
    return value


def _members(value: Value) -> list[str]:
    """Return the members in a fixed order."""
    if not isinstance(value, frozenset | None):
        raise Unfit(f"{value!r} is not a set")
    members = sorted(value or ())
    if len(members) > MAX_LIST:
        raise Unfit(f"{len(members)} values, Notion takes at most {MAX_LIST} in one request")
    return members


_WRITERS: Final[Mapping[str, Callable[[Column, Value, Directory], Any]]] = {
    "title": _text,
    "rich_text": _text,
    "number": _number,
    "checkbox": _flag,
    "select": _choice,
    "status": _choice,
    "multi_select": _choices,
    "date": _date,
    "people": _people,
    "relation": _relation,
    "url": _short_text,
    "email": _short_text,
    "phone_number": _short_text,
}
