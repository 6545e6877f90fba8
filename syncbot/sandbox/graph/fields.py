"""What an item says when it is read: its `fields`."""

from collections.abc import Iterable
from typing import Any

from .columns import MANY_REFERENCES, Kind, is_reference, kind_of
from .errors import invalid
from .state import Item, SharePointList, State, Wire, stamp
from .values import targets

LOOKUP_LIMIT = 12
"""SharePoint's list view lookup threshold."""
_STRINGS = "#Collection(String)"
_OBJECTS = "#Collection(microsoft.graph.Json)"


def etag_of(item: Item) -> str:
    """Return the tag without its quotes."""
    return f"{item.guid},{item.version}"


def fields_of(
    state: State, owner: SharePointList, item: Item, names: tuple[str, ...] | None, *, alone: bool
) -> Wire:
    """Return the `fields` of one item; `names` None = all that come by themselves.

    Empty columns are absent. In a reading of several items (`alone` false) only the first twelve references
    of the list are there, even if others are asked for by name (reported against the official
    client in 2024).
    """
    everything = _system(state, owner, item) | _own(state, owner, item, chosen=names is not None)
    hidden = set() if alone else set(_beyond(owner))
    kept = everything if names is None else {name: everything[name] for name in _known(names, everything)}
    shown: Wire = {"@odata.etag": f'"{etag_of(item)}"'}
    for name, value in kept.items():
        if name.removesuffix("LookupId") in hidden:
            continue
        if isinstance(value, list):
            shown[name + "@odata.type"] = _OBJECTS if isinstance(value[0], dict) else _STRINGS
        shown[name] = value
    return shown


def check_lookups(owner: SharePointList, names: tuple[str, ...]) -> None:
    """Refuse more than twelve displayed references in one query."""
    if len({name for name in names if _is_displayed(owner, name)}) > LOOKUP_LIMIT:
        raise invalid(
            "The query cannot be completed because the number of lookup columns it contains exceeds "
            "the lookup column threshold."
        )


def _is_displayed(owner: SharePointList, name: str) -> bool:
    column = owner.column(name)
    return column is not None and is_reference(column)


def _known(names: Iterable[str], everything: Wire) -> list[str]:
    return [name for name in dict.fromkeys(names) if name in everything]


def _beyond(owner: SharePointList) -> list[str]:
    """Return the references of the list that a reading of several items leaves out."""
    own = [column["name"] for column in owner.columns if is_reference(column) and not column["readOnly"]]
    return own[LOOKUP_LIMIT:]


def _system(state: State, owner: SharePointList, item: Item) -> Wire:
    """Return what every item carries, in the recorded order."""
    title = item.values.get("Title")
    links = {} if title is None else {"LinkTitleNoMenu": title, "LinkTitle": title}
    return {
        "id": str(item.id),
        "ContentType": "Item",
        **({} if title is None else {"Title": title}),
        "Modified": stamp(item.modified),
        "Created": stamp(item.created),
        "AuthorLookupId": str(item.created_by.person),
        "EditorLookupId": str(item.modified_by.person),
        "_UIVersionString": f"{item.version}.0" if owner.versioning else "1.0",
        "Attachments": False,
        "Edit": "",
        **links,
        "ItemChildCount": "0",
        "FolderChildCount": "0",
        "_ComplianceFlags": "",
        "_ComplianceTag": "",
        "_ComplianceTagWrittenTime": "",
        "_ComplianceTagUserId": "",
        **({"AppAuthorLookupId": str(state.app_row)} if item.created_by.app else {}),
        **({"AppEditorLookupId": str(state.app_row)} if item.modified_by.app else {}),
    }


def _own(state: State, owner: SharePointList, item: Item, *, chosen: bool) -> Wire:
    """Return what the list's own columns hold; displayed references only come when chosen by name."""
    shown: Wire = {}
    for column in owner.columns:
        name = column["name"]
        value = item.values.get(name)
        if value is None or column["hidden"] or name == "Title":
            continue
        shown |= _referring(state, column, value, chosen=chosen) if is_reference(column) else {name: value}
    return shown


def _referring(state: State, column: Wire, value: Any, *, chosen: bool) -> Wire:
    """Return what a reference shows; one to a deleted row shows nothing until the row is restored."""
    name, kind, rows = column["name"], kind_of(column), targets(state, column)
    if kind in MANY_REFERENCES:
        living = [one for one in value if one in rows]
        return {name: [_row(state, column, one) for one in living]} if chosen and living else {}
    if value not in rows:
        return {}
    return {name + "LookupId": str(value)} | ({name: _label(state, column, value)} if chosen else {})


def _row(state: State, column: Wire, number: int) -> Wire:
    row: Wire = {"LookupId": number, "LookupValue": _label(state, column, number)}
    return row | ({"Email": state.people[number].email} if kind_of(column) is Kind.PEOPLE else {})


def _label(state: State, column: Wire, number: int) -> str:
    """Return what people see instead of the id."""
    row: Any = targets(state, column)[number]
    if "personOrGroup" in column:
        return str(row.name)
    return str(row.values.get(column["lookup"]["columnName"], ""))
