"""Between the `fields` of a list item and cells, both ways; no I/O.

What Graph does, recorded or reported: an empty column is absent; a person or lookup shows as `XLookupId` (text), or,
when several are allowed, as `X`, a list of {LookupId, LookupValue, Email}; lists need an `X@odata.type` beside them
when written; a day is the UTC instant of its midnight in the site's time zone.
"""

import html
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from syncbot.endpoints.base import Column, ColumnId, ColumnType, Schema
from syncbot.model.values import UNKNOWN, Cell, Value

from .wire import Json

REFERENCES = (ColumnType.REFS, ColumnType.USERS)
MOST_LABELS = 12
TYPE = "@odata.type"
_STRINGS = "Collection(Edm.String)"
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li)>", re.IGNORECASE)
_USER = re.compile(r"user:(\d+)")


class Misread(Exception):
    """A cell holds something else than its column promises; `str(error)` says what, in words."""


class Unwritable(Exception):
    """A value cannot be said in this column; `str(error)` says why, naming the column."""


@dataclass(frozen=True, kw_only=True)
class Translator:
    """What translating needs to know about the site."""

    zone: ZoneInfo
    """The site's regional time zone."""
    email_of: Callable[[int], str | None]
    """The address of a row in the site's list of people."""
    person_of: Callable[[str], int | None]
    """The row of an address in lower case."""

    def read(self, column: Column, fields: Json) -> Cell:
        """Return the cell of a column that was asked for; raise `Misread`."""
        if column.type is ColumnType.OTHER:
            return UNKNOWN
        raw = fields.get(_member(column))
        if raw is None or raw in ("", []):
            return False if column.type is ColumnType.FLAG else None
        found = _READERS[column.type](self, column, raw)
        return None if found in ("", frozenset()) else found

    def write(self, column: Column, value: Value) -> Json:
        """Return the members of `fields` that say `value`; raise `Unwritable`."""
        if column.type in REFERENCES:
            return self._references(column, value)
        if column.type is ColumnType.CHOICES:
            chosen = sorted(value) if isinstance(value, frozenset) else []
            return {column.id + TYPE: _STRINGS, column.id: chosen}
        if value is None:
            return {column.id: False if column.type is ColumnType.FLAG else None}
        return {column.id: self._scalar(column, value)}

    def _references(self, column: Column, value: Value) -> Json:
        members = sorted(value) if isinstance(value, frozenset) else []
        ids = [self._reference(column, one) for one in members]
        name = column.id + "LookupId"
        if column.many:
            return {name + TYPE: _STRINGS, name: [str(one) for one in ids]}
        return {name: ids[0] if ids else None}

    def _reference(self, column: Column, member: str) -> int:
        if column.type is ColumnType.REFS:
            if not member.isdecimal():
                raise Unwritable(f"{column.name!r}: {member!r} is no row of the list it points at")
            return int(member)
        named = _USER.fullmatch(member)
        found = int(named[1]) if named else self.person_of(member.lower())
        if found is None:
            raise Unwritable(
                f"{column.name!r}: the site does not know {member}; the person has to open the site once"
            )
        return found

    def _scalar(self, column: Column, value: Value) -> Any:
        match value:
            case bool() | float():
                return value
            case int():
                if int(float(value)) != value:
                    raise Unwritable(f"{column.name!r} cannot hold all digits of {value}")
                return value
            case datetime():
                return stamp(value)
            case date():
                return stamp(midnight(value, self.zone))
            case str():
                return _line(column, value)
        raise Unwritable(f"{column.name!r} takes one moment, not a span")


def beyond_labels(schema: Schema) -> list[ColumnId]:
    """Return the columns of several references after the twelfth: a query shows no more by their label.

    Microsoft's documentation of fieldValueSet; columns of one reference are asked for by id and do not count.
    """
    several = [one for one, column in schema.columns.items() if column.many and column.type in REFERENCES]
    return several[MOST_LABELS:]


def names_to_select(schema: Schema, without: Collection[ColumnId] = ()) -> list[str]:
    """Return the names for `fields($select=...)`: the mapped columns, our key, and who and when.

    Of a reference only the id is asked for where that is possible: a query may show at most twelve by their label.
    """
    hidden = {*without, *beyond_labels(schema)}
    mapped = [
        one
        for one, column in schema.columns.items()
        if column.type is not ColumnType.OTHER and one not in hidden
    ]
    names = [_member(schema.columns[one]) for one in mapped]
    return list(dict.fromkeys([*names, schema.key_column, *WHO]))


WHO = ("Modified", "EditorLookupId", "AppEditorLookupId")
"""What tells when, by whom and by which application an item was changed last."""


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which `day` begins in `zone` (where midnight is skipped, one o'clock)."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def stamp(moment: datetime) -> str:
    """Write a moment as SharePoint keeps it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: object) -> datetime:
    """Read an instant; without an offset it is UTC. Raise `Misread`."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        if moment is not None:
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Misread(f"{_shown(text)} is no moment")


def is_midnight(text: object, zone: ZoneInfo) -> bool:
    """Say whether an instant is the beginning of a day in `zone`; if not, `zone` may not be the site's."""
    return midnight(_local(text, zone), zone) == moment_of(text)


def _local(text: object, zone: ZoneInfo) -> date:
    """Return the day in `zone` in which an instant lies."""
    try:
        return moment_of(text).astimezone(zone).date()
    except OverflowError:
        raise Misread(f"{_shown(text)} is beyond the calendar") from None


def _member(column: Column) -> str:
    """Return the member of `fields` that tells the column."""
    single = column.type in REFERENCES and not column.many
    return column.id + "LookupId" if single else column.id


def _line(column: Column, text: str) -> str | None:
    if column.type is ColumnType.TEXT and ("\n" in text or "\r" in text):
        raise Unwritable(f"{column.name!r} takes one line")
    return text or None


def _text(_: Translator, column: Column, raw: Any) -> Cell:
    if column.native.startswith("calculated") and isinstance(raw, int | float):
        return str(raw)
    if not isinstance(raw, str):
        raise Misread(f"{_shown(raw)} is no text")
    if column.native == "richText":
        return html.unescape(_TAG.sub("", _BREAK.sub("\n", raw))).replace("\u200b", "").strip()
    return raw.replace("\r\n", "\n")


def _number(_: Translator, __: Column, raw: Any) -> Cell:
    if isinstance(raw, str):  # calculated columns answer in text
        raw = _parsed_number(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise Misread(f"{_shown(raw)} is no number")
    return int(raw) if float(raw).is_integer() else float(raw)


def _parsed_number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _flag(_: Translator, __: Column, raw: Any) -> Cell:
    if not isinstance(raw, bool):
        raise Misread(f"{_shown(raw)} is neither yes nor no")
    return raw


def _day(translator: Translator, _: Column, raw: Any) -> Cell:
    return _local(raw, translator.zone)


def _moment(_: Translator, __: Column, raw: Any) -> Cell:
    return moment_of(raw)


def _choices(_: Translator, __: Column, raw: Any) -> Cell:
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        raise Misread(f"{_shown(raw)} is no list of choices")
    return frozenset(raw)


def _link(_: Translator, __: Column, raw: Any) -> Cell:
    url = raw.get("Url") if isinstance(raw, dict) else raw
    if not isinstance(url, str):
        raise Misread(f"{_shown(raw)} is no link")
    return url


def _refs(_: Translator, column: Column, raw: Any) -> Cell:
    return frozenset(str(_lookup_id(one)) for one in _members(column, raw))


def _users(translator: Translator, column: Column, raw: Any) -> Cell:
    return frozenset(_address(translator, one) for one in _members(column, raw))


def _members(column: Column, raw: Any) -> list[Any]:
    if isinstance(raw, list) is not column.many:
        raise Misread(f"{_shown(raw)} where {'several are' if column.many else 'one is'} allowed")
    return raw if isinstance(raw, list) else [raw]


def _address(translator: Translator, raw: Any) -> str:
    shown = raw.get("Email") if isinstance(raw, dict) else None
    number = _lookup_id(raw)
    address = shown or translator.email_of(number)
    return str(address).lower() if address else f"user:{number}"


def _lookup_id(raw: Any) -> int:
    number: Any = raw.get("LookupId") if isinstance(raw, dict) else raw
    if isinstance(number, bool) or not str(number).isdecimal():
        raise Misread(f"{_shown(raw)} points at nothing")
    return int(number)


def _shown(raw: object) -> str:
    """Name what was found, not what it says: it may be long, and it belongs to people."""
    return f"a value of JSON type {type(raw).__name__}"


_READERS: Mapping[ColumnType, Callable[[Translator, Column, Any], Cell]] = {
    ColumnType.TEXT: _text,
    ColumnType.LONG_TEXT: _text,
    ColumnType.EMAIL: _text,
    ColumnType.PHONE: _text,
    ColumnType.CHOICE: _text,
    ColumnType.NUMBER: _number,
    ColumnType.FLAG: _flag,
    ColumnType.DAY: _day,
    ColumnType.MOMENT: _moment,
    ColumnType.CHOICES: _choices,
    ColumnType.LINK: _link,
    ColumnType.REFS: _refs,
    ColumnType.USERS: _users,
}
