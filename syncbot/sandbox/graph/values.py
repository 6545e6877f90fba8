"""What may be written into a column, and what is kept of it.

Graph refuses a whole write when one field is wrong and does not name the field; so does this module.
Where it is not known whether the live service would take a value (a choice that is not offered, an empty
required column), it is refused: what passes here must pass there.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from .columns import MANY_REFERENCES, REFERENCES, SYSTEM_NAMES, Kind, is_reference, kind_of
from .errors import invalid
from .state import SharePointList, State, Wire, stamp

TWIN = "@odata.type"
_STRINGS = re.compile(r"#?Collection\((Edm\.)?String\)")
_ENDING = "LookupId"
_NOTE_LIMIT = 63_999
_LINE_BREAK = re.compile(r"[\r\n]")


@dataclass(frozen=True, kw_only=True)
class Site:
    """What a value is judged against."""

    state: State
    zone: ZoneInfo


def accepted(site: Site, owner: SharePointList, body: Mapping[str, Any], *, item_id: int | None) -> Wire:
    """Return column name -> value to keep (None = clear) of `fields`; `item_id` None = a new item."""
    changes: Wire = {}
    for key, value in body.items():
        if "@" in key:
            continue
        column = _writable(owner, key)
        twin = body.get(key + TWIN)
        if twin is not None and not (isinstance(twin, str) and _STRINGS.fullmatch(twin)):
            raise invalid()
        changes[column["name"]] = _judged(site, column, value, has_twin=twin is not None)
    _check_required(owner, changes, is_new=item_id is None)
    _check_unique(owner, changes, item_id)
    return changes


def _writable(owner: SharePointList, key: str) -> Wire:
    """Find the column that a key of the body means; it must be one that Graph writes."""
    column = owner.column(key)
    if column is not None and kind_of(column) not in REFERENCES:
        return _open(column)
    if column is None and key.endswith(_ENDING):
        column = owner.column(key.removesuffix(_ENDING))
        if column is not None and is_reference(column):
            return _open(column)
    raise invalid()


def _open(column: Wire) -> Wire:
    closed = column["readOnly"] or column["hidden"] or column["name"] in SYSTEM_NAMES
    if closed or kind_of(column) in (Kind.OTHER, Kind.LINK):
        raise invalid()
    return column


def _judged(site: Site, column: Wire, value: Any, *, has_twin: bool) -> Any:
    kind = kind_of(column)
    many = kind is Kind.CHOICES or kind in MANY_REFERENCES
    if many != has_twin and value is not None:
        raise invalid()
    if value is None or (many and value == []) or value == "":
        return None
    if kind in REFERENCES:
        return _references(site, column, value, many=many)
    return _CHECKS[kind](site, column, value)


def _text(_: Site, column: Wire, value: Any) -> str:
    limit = min(255, column["text"].get("maxLength", 255))
    if not isinstance(value, str) or _utf16(value) > limit or _LINE_BREAK.search(value):
        raise invalid()
    return value


def _note(_: Site, __: Wire, value: Any) -> str:
    if not isinstance(value, str) or _utf16(value) > _NOTE_LIMIT:
        raise invalid()
    return value


def _choice(_: Site, column: Wire, value: Any) -> str:
    shape = column["choice"]
    if not isinstance(value, str) or not (shape["allowTextEntry"] or value in shape["choices"]):
        raise invalid()
    if _utf16(value) > 255:
        raise invalid()
    return value


def _choices(site: Site, column: Wire, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise invalid()
    return list(dict.fromkeys(_choice(site, column, one) for one in value))


def _number(_: Site, column: Wire, value: Any) -> float:
    shape = column.get("number", {})
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise invalid()
    if not shape.get("minimum", -math.inf) <= value <= shape.get("maximum", math.inf):
        raise invalid()
    kept = float(value)  # as SharePoint keeps it: whole numbers above 2**53 lose digits
    return int(kept) if kept.is_integer() else kept


def _boolean(_: Site, __: Wire, value: Any) -> bool:
    if not isinstance(value, bool):
        raise invalid()
    return value


def _moment(_: Site, __: Wire, value: Any) -> str:
    return stamp(_parsed(value))


def _date(site: Site, __: Wire, value: Any) -> str:
    """Keep the site's local day in which the given instant lies, as the UTC instant of its midnight."""
    return midnight(_parsed(value).astimezone(site.zone).date(), site.zone)


_CHECKS: Mapping[Kind, Callable[[Site, Wire, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.NOTE: _note,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.MOMENT: _moment,
    Kind.DATE: _date,
}


def midnight(day: date, zone: ZoneInfo) -> str:
    """Return the UTC instant at which `day` begins in `zone`."""
    return stamp(datetime.combine(day, time(), zone).astimezone(UTC))


def _parsed(value: Any) -> datetime:
    """Read an instant; without an offset it is UTC, as everywhere in Graph."""
    if not isinstance(value, str):
        raise invalid()
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise invalid() from None
    if not 1900 <= moment.year <= 8900:  # SharePoint's calendar
        raise invalid()
    return moment


def _references(site: Site, column: Wire, value: Any, *, many: bool) -> Any:
    """Check ids against the list of people or the list that is looked up in."""
    if not many:
        return _reference(site, column, value)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise invalid()
    return list(dict.fromkeys(_reference(site, column, one) for one in value))


def _reference(site: Site, column: Wire, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdecimal():
        raise invalid()
    number = int(value)
    if number not in targets(site.state, column):
        raise invalid()
    return number


def targets(state: State, column: Wire) -> Mapping[int, object]:
    """Return the rows that a person or lookup column may point at, by id."""
    if "personOrGroup" in column:
        return state.people
    owner = state.list_of(column["lookup"]["listId"])
    return owner.items if owner else {}


def _check_required(owner: SharePointList, changes: Wire, *, is_new: bool) -> None:
    for column in owner.columns:
        name = column["name"]
        if not column["required"] or (name not in changes and not is_new):
            continue
        if changes.get(name) is None and "defaultValue" not in column:
            raise invalid()


def _check_unique(owner: SharePointList, changes: Wire, item_id: int | None) -> None:
    """Refuse a second row with the same value; SharePoint compares without regard to case."""
    for name, value in changes.items():
        column = owner.column(name)
        if value is None or column is None or not column["enforceUniqueValues"]:
            continue
        wanted = _folded(value)
        others = (item.values.get(name) for item in owner.items.values() if item.id != item_id)
        if any(other is not None and _folded(other) == wanted for other in others):
            raise invalid()


def _folded(value: Any) -> str:
    return str(value).casefold()


def _utf16(text: str) -> int:
    """Count as SharePoint does: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
