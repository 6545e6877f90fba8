"""From Graph's column definitions to a schema.

Facts of 2021 to 2026, most recorded: the internal `name` never changes and is the key in `fields`; a kind that Graph
does not know has no facet; system counters look like lookups with an empty `listId`; `displayAs: checkBoxes` is a
choice of several; hyperlink columns cannot be written over Graph; text holds 255 characters, several lines 63,999.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from syncbot.endpoints.base import Column, ColumnId, ColumnType

from .wire import Json

LONGEST_LINE = 255
LONGEST_NOTE = 63_999
_FACETS = (
    "text",
    "choice",
    "number",
    "currency",
    "boolean",
    "dateTime",
    "personOrGroup",
    "lookup",
    "calculated",
    "hyperlinkOrPicture",
    "term",
    "thumbnail",
    "geolocation",
    "contentApprovalStatus",
)
_BY_THE_SERVICE = frozenset(
    {"ContentType", "Attachments", "Created", "Modified", "Author", "Editor", "_UIVersionString"}
)
_SCALARS: Mapping[str, ColumnType] = {
    "number": ColumnType.NUMBER,
    "currency": ColumnType.NUMBER,
    "boolean": ColumnType.FLAG,
}
_RESULTS: Mapping[str, ColumnType] = {
    "text": ColumnType.TEXT,
    "number": ColumnType.NUMBER,
    "currency": ColumnType.NUMBER,
    "boolean": ColumnType.FLAG,
    "dateTime": ColumnType.MOMENT,
}


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """What a facet comes to."""

    type: ColumnType
    native: str
    many: bool = True
    options: tuple[str, ...] | None = None
    target: str | None = None
    max_length: int | None = None
    writable: bool = True


def columns_of(definitions: Iterable[Any], *, site: str) -> dict[ColumnId, Column]:
    """Return the columns that say something, by internal name; hidden ones and system counters are left out.

    `site` is the site's id: a lookup's target is "site id/list id", as containers are.
    """
    found = (column_of(one, site=site) for one in definitions if isinstance(one, dict))
    return {column.id: column for column in found if column is not None}


def column_of(definition: Json, *, site: str) -> Column | None:
    """Return one column, None for one that nobody can use."""
    name = definition.get("name")
    if not isinstance(name, str) or definition.get("hidden") is True:
        return None
    facet = next((one for one in _FACETS if isinstance(definition.get(one), dict)), "")
    kind = _kind(facet, definition.get(facet) or {}, site)
    if kind is None:
        return None
    closed = definition.get("readOnly") is True or name in _BY_THE_SERVICE
    return Column(
        id=name,
        name=str(definition.get("displayName") or name),
        type=kind.type,
        native=kind.native,
        writable=kind.writable and not closed,
        many=kind.many,
        options=kind.options,
        target=kind.target,
        max_length=kind.max_length,
    )


def _kind(facet: str, shape: Json, site: str) -> _Kind | None:
    if facet in _SCALARS:
        return _Kind(type=_SCALARS[facet], native=facet)
    match facet:
        case "text":
            return _text(shape)
        case "choice":
            return _choice(shape)
        case "dateTime":
            return _date(shape)
        case "personOrGroup":
            many = shape.get("allowMultipleSelection") is True
            return _Kind(type=ColumnType.USERS, native="people" if many else "person", many=many)
        case "lookup":
            return _lookup(shape, site)
    return _closed(facet, shape)


def _closed(facet: str, shape: Json) -> _Kind:
    """Return what can only be read, if that."""
    if facet == "calculated":
        return _calculated(shape)
    if facet == "hyperlinkOrPicture":
        return _Kind(type=ColumnType.LINK, native=facet, writable=False)
    return _Kind(type=ColumnType.OTHER, native=facet or "unknown", writable=False)


def _date(shape: Json) -> _Kind:
    if shape.get("format") == "dateOnly":
        return _Kind(type=ColumnType.DAY, native="dateOnly")
    return _Kind(type=ColumnType.MOMENT, native="dateTime")


def _text(shape: Json) -> _Kind:
    if shape.get("allowMultipleLines") is not True:
        longest = shape.get("maxLength")
        length = longest if isinstance(longest, int) and longest > 0 else LONGEST_LINE
        return _Kind(type=ColumnType.TEXT, native="text", max_length=min(length, LONGEST_LINE))
    rich = shape.get("textType") == "richText"
    # Rich text is HTML: what we read of it is its text, and writing that back would lose the rest.
    return _Kind(
        type=ColumnType.LONG_TEXT,
        native="richText" if rich else "note",
        max_length=LONGEST_NOTE,
        writable=not rich,
    )


def _choice(shape: Json) -> _Kind:
    many = shape.get("displayAs") == "checkBoxes"
    choices = shape.get("choices")
    names = tuple(str(one) for one in choices) if isinstance(choices, list) else ()
    return _Kind(
        type=ColumnType.CHOICES if many else ColumnType.CHOICE,
        native="choices" if many else "choice",
        options=None if shape.get("allowTextEntry") is True else names,
        max_length=LONGEST_LINE,
    )


def _lookup(shape: Json, site: str) -> _Kind | None:
    """Return a real lookup; the counters of the system lead to no list, or to one that is no id."""
    target = shape.get("listId")
    if not isinstance(target, str) or target.count("-") != 4:
        return None
    many = shape.get("allowMultipleValues") is True
    list_id = target.strip("{}").lower()
    return _Kind(
        type=ColumnType.REFS,
        native="lookups" if many else "lookup",
        many=many,
        target=f"{site}/{list_id}",
        writable=not shape.get("primaryLookupColumnId"),
    )


def _calculated(shape: Json) -> _Kind:
    result = str(shape.get("outputType") or "text")
    kind = _RESULTS.get(result, ColumnType.OTHER)
    if kind is ColumnType.MOMENT and shape.get("format") == "dateOnly":
        kind = ColumnType.DAY
    return _Kind(type=kind, native=f"calculated {result}", writable=False)
