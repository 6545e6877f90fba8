"""Answers about single properties of a page: the only way to long values."""

import uuid
from typing import Any

from ..frame import Answer
from .columns import by_plain_id
from .errors import Refused
from .paging import listed, paged
from .place import Place, asked_page
from .relations import shown_definitions
from .state import Page, Wire
from .values_read import whole

_LISTED = ("title", "rich_text", "relation", "people")
_TITLE: Wire = {"id": "title", "name": "title", "type": "title"}


def property_item(place: Place, page_key: str, key: str) -> Answer:
    """Answer `GET /v1/pages/{id}/properties/{property id}`."""
    place.may("read")
    page = place.page(page_key)
    definition = _definition(place, page, key)
    size, cursor = asked_page(place)
    kind = definition["type"]
    value = whole(place, page, definition)
    if kind == "rollup":
        items, head = _rolled(definition, value)
    elif kind in _LISTED:
        items, head = [_item(definition, one) for one in value], {"type": kind, kind: {}}
    else:
        return Answer(status=200, body=_item(definition, value))
    keys = [_cursor(page, definition, number) for number in range(len(items))]
    part = paged(keys, size, cursor)
    base = f"{place.call.host}/v1/pages/{page.id}/properties/{definition['id']}"
    following = f"{base}?start_cursor={part.cursor}&page_size={size}" if part.cursor else None
    member = {"id": definition["id"], "next_url": following, **head}
    shown = [items[keys.index(one)] for one in part.keys]
    return listed("property_item", shown, part.cursor, {"property_item": member})


def _rolled(definition: Wire, value: Wire) -> tuple[list[Wire], Wire]:
    """Return the values that were rolled up; the result stands beside them.

    `incomplete` results do not occur here, as all is computed at once.
    """
    values = value["array"] if value["type"] == "array" else []
    head = {"type": "rollup", "rollup": value | ({"array": []} if value["type"] == "array" else {})}
    items = [
        {"object": "property_item", "id": definition["id"], "type": one["type"], one["type"]: part}
        for one in values
        for part in (one[one["type"]] if one["type"] in _LISTED else [one[one["type"]]])
    ]
    return items, head


def _cursor(page: Page, definition: Wire, number: int) -> str:
    return str(uuid.uuid5(uuid.UUID(page.id), f"{definition['id']}/{number}"))


def _item(definition: Wire, value: Any) -> Wire:
    kind = definition["type"]
    return {"object": "property_item", "type": kind, "id": definition["id"], kind: value}


def _definition(place: Place, page: Page, key: str) -> Wire:
    """Find the property by its id as it stands in the path, percent-decoded once."""
    source = place.state.source_of(page)
    if source is None and key == "title":
        return _TITLE
    definition = by_plain_id(source, key) if source else None
    if definition is None or definition not in shown_definitions(place, source):  # type: ignore[arg-type]
        message = f"Could not find property with ID: {key}."
        raise Refused(404, "object_not_found", message)
    return definition
