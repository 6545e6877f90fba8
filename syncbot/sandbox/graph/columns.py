"""The kinds of columns, the columns every list has, and the columns a person adds."""

from enum import StrEnum
from typing import Any

from .state import Wire

_COMMON: Wire = {
    "columnGroup": "Custom Columns",
    "description": "",
    "enforceUniqueValues": False,
    "hidden": False,
    "indexed": False,
    "readOnly": False,
    "required": False,
}
_DEFAULTS: dict[str, Wire] = {
    "text": {
        "allowMultipleLines": False,
        "appendChangesToExistingText": False,
        "linesForEditing": 0,
        "maxLength": 255,
    },
    "choice": {"allowTextEntry": False, "choices": [], "displayAs": "dropDownMenu"},
    "number": {"decimalPlaces": "automatic", "displayAs": "number"},
    "currency": {"locale": "en-us"},
    "dateTime": {"displayAs": "default", "format": "dateTime"},
    "personOrGroup": {
        "allowMultipleSelection": False,
        "displayAs": "nameWithPresence",
        "chooseFromType": "peopleAndGroups",
    },
    "lookup": {"allowMultipleValues": False, "allowUnlimitedLength": False, "columnName": "Title"},
    "boolean": {},
    "calculated": {"format": "dateOnly", "formula": "", "outputType": "text"},
    "hyperlinkOrPicture": {"isPicture": False},
    "term": {"allowMultipleValues": False, "showFullyQualifiedName": False},
    "thumbnail": {},
    "geolocation": {},
}
FACETS = tuple(_DEFAULTS)


class Kind(StrEnum):
    """What a column can hold, as far as reading and writing go."""

    TEXT = "text"
    NOTE = "note"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"
    PERSON = "person"
    PEOPLE = "people"
    LOOKUP = "lookup"
    LOOKUPS = "lookups"
    LINK = "link"
    OTHER = "other"
    """Calculated, term, thumbnail, or a kind that Graph shows without a facet."""


REFERENCES = frozenset({Kind.PERSON, Kind.PEOPLE, Kind.LOOKUP, Kind.LOOKUPS})
MANY_REFERENCES = frozenset({Kind.PEOPLE, Kind.LOOKUPS})
_DEEP = {"boolean": Kind.BOOLEAN, "hyperlinkOrPicture": Kind.LINK}


def kind_of(column: Wire) -> Kind:
    """Tell the kind of a column definition."""
    facet = next((name for name in FACETS if name in column), "")
    shape: Any = column.get(facet) or {}
    match facet:
        case "text":
            return Kind.NOTE if shape["allowMultipleLines"] else Kind.TEXT
        case "choice":
            return Kind.CHOICES if shape["displayAs"] == "checkBoxes" else Kind.CHOICE
        case "number" | "currency":
            return Kind.NUMBER
        case "dateTime":
            return Kind.DATE if shape["format"] == "dateOnly" else Kind.MOMENT
        case "personOrGroup":
            return Kind.PEOPLE if shape["allowMultipleSelection"] else Kind.PERSON
        case "lookup":
            return Kind.LOOKUPS if shape["allowMultipleValues"] else Kind.LOOKUP
    return _DEEP.get(facet, Kind.OTHER)


def is_reference(column: Wire) -> bool:
    """Say whether the column points at people or at rows of a real list."""
    lookup = column.get("lookup")
    return kind_of(column) in REFERENCES and (lookup is None or lookup.get("listId", "").count("-") == 4)


def completed(given: Wire, column_id: str) -> Wire:
    """Fill a definition as a person or a script gives it up to what Graph answers."""
    name = given["name"]
    column = _COMMON | {"displayName": name, "id": column_id} | given
    for facet in FACETS:
        if facet in given:
            column[facet] = _filled(facet, given[facet])
    first = ("columnGroup", "description", "displayName", "enforceUniqueValues", "hidden", "id", "indexed")
    return {key: column[key] for key in (*first, "name", "readOnly", "required")} | column


def _filled(facet: str, given: Wire) -> Wire:
    shape = _DEFAULTS[facet] | given
    if facet == "text" and shape["allowMultipleLines"]:
        shape = {"textType": "plain"} | shape | {"linesForEditing": given.get("linesForEditing", 6)}
        del shape["maxLength"]
    return shape


def _counter(name: str, title: str) -> Wire:
    """Define a system counter: a lookup that leads nowhere (recorded: `listId` is empty)."""
    lookup = {"columnName": name.lstrip("_"), "listId": "", "primaryLookupColumnId": "ID"}
    return {"name": name, "displayName": title, "readOnly": True, "lookup": lookup}


def _application(name: str, title: str) -> Wire:
    lookup = {"columnName": "Title", "listId": "AppPrincipals"}
    return {"name": name, "displayName": title, "readOnly": True, "lookup": lookup}


def _fixed(name: str, title: str, **facets: Wire) -> Wire:
    return {"name": name, "displayName": title, "readOnly": True, **facets}


SYSTEM: tuple[Wire, ...] = (
    _fixed("ID", "ID"),
    {"name": "ContentType", "displayName": "Content Type", "columnGroup": "_Hidden"},
    {"name": "Title", "displayName": "Title", "required": True, "text": {}},
    _fixed("Modified", "Modified", dateTime={}),
    _fixed("Created", "Created", dateTime={}),
    _fixed("Author", "Created By", personOrGroup={}),
    _fixed("Editor", "Modified By", personOrGroup={}),
    _fixed("_UIVersionString", "Version", text={}),
    {"name": "Attachments", "displayName": "Attachments"},
    _fixed("Edit", "Edit"),
    _fixed("LinkTitleNoMenu", "Title"),
    _fixed("LinkTitle", "Title"),
    _fixed("DocIcon", "Type"),
    _counter("ItemChildCount", "Item Child Count"),
    _counter("FolderChildCount", "Folder Child Count"),
    _counter("_ComplianceFlags", "Label setting"),
    _counter("_ComplianceTag", "Retention label"),
    _counter("_ComplianceTagWrittenTime", "Retention label Applied"),
    _counter("_ComplianceTagUserId", "Label applied by"),
    _fixed("_IsRecord", "Item is a Record"),
    _fixed("_ColorTag", "Color Tag", text={}),
    _application("AppAuthor", "App Created By"),
    _application("AppEditor", "App Modified By"),
    _fixed("ComplianceAssetId", "Compliance Asset Id", text={}),
)
"""The columns of every new list, in the order and the shape recorded in June 2026."""
SYSTEM_NAMES = frozenset(column["name"] for column in SYSTEM) - {"Title"}
