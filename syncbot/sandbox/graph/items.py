"""Answers about the items of a list."""

import base64
import binascii
import re
from typing import Any
from urllib.parse import quote

from ..frame import Answer
from .errors import bad_etag, bad_request, invalid, locked, not_found, stale
from .fields import check_lookups, etag_of, fields_of
from .filters import filtered, ordered, prefers_unindexed
from .hands import Hand
from .place import Place
from .query import Query, read_query
from .shown import shown_item
from .sites import answered
from .state import Item, SharePointList, Wire
from .values import Site, accepted
from .work import added, buried, changed

_UNREADABLE = (
    "Unable to read JSON request payload. "
    "Please ensure Content-Type header is set and payload is of valid JSON format."
)
_PAGED = re.compile(r"Paged=TRUE&p_ID=(\d+)&p_Index=(\d+)")
_TAG = re.compile(r'(?:W/)?"([^"]*)"')
APP = Hand(app=True)


def item_list(place: Place, owner: SharePointList) -> Answer:
    """Answer `GET .../items`."""
    query = _read(place, owner)
    found = _found(place, owner, query)
    start = _start(query, found)
    page = found[start : start + query.top]
    inner = "items(fields())" if query.expands_fields else "items"
    body: Wire = {"@odata.context": f"{place.context}/lists('{quote(place.list_key)}')/{inner}"}
    body["value"] = [shown_item(place, owner, item, query, alone=False) for item in page]
    if start + query.top < len(found):
        token = _token(page[-1].id, start + query.top)
        base = f"{place.base}/lists/{owner.id}/items"
        body["@odata.nextLink"] = query.link(base, **{"$skiptoken": token})
    return answered(body)


def one_item(place: Place, owner: SharePointList, key: str) -> Answer:
    """Answer `GET .../items/{item}`."""
    query = _read(place, owner)
    if set(query.options) - {"expand", "select"}:
        raise invalid("Only $expand and $select are supported on a single item.")
    item = _item(owner, key)
    inner = "items(fields())" if query.expands_fields else "items"
    context = f"{place.context}/lists('{quote(place.list_key)}')/{inner}/$entity"
    body = {"@odata.context": context} | shown_item(place, owner, item, query, alone=True)
    return answered(body, headers={"Cache-Control": "no-cache", "ETag": body["@odata.etag"]})


def one_fields(place: Place, owner: SharePointList, key: str) -> Answer:
    """Answer `GET .../items/{item}/fields`."""
    query = read_query(place.call.query)
    item = _item(owner, key)
    check_lookups(owner, query.select or ())
    return _fields_answer(place, owner, item, query.select)


def create(place: Place, owner: SharePointList) -> Answer:
    """Answer `POST .../items`: 201 and the whole item with its fields."""
    body = _object(place)
    given = body.get("fields", {})
    if not isinstance(given, dict) or set(body) - {"fields", "contentType", "@odata.type"}:
        raise invalid()
    site = Site(state=place.state, zone=place.zone)
    values = accepted(site, owner, given, item_id=None)
    item = added(owner, place.new_id(), values, APP, place.now)
    query = Query(options={}, expands_fields=True)
    context = f"{place.context}/lists('{quote(place.list_key)}')/items/$entity"
    shown = {"@odata.context": context} | shown_item(place, owner, item, query, alone=True)
    # Recorded: the address is SharePoint's own, not Graph's.
    location = f"{place.web_url}/_api/v2.0/sites/{place.site_id}/lists/{owner.id}/items/{item.id}"
    headers = {"Cache-Control": "no-cache", "ETag": shown["@odata.etag"], "Location": location}
    return answered(shown, status=201, headers=headers)


def update(place: Place, owner: SharePointList, key: str) -> Answer:
    """Answer `PATCH .../items/{item}/fields`: 200 and all fields with the new tag."""
    item = _item(owner, key)
    check_tag(place, item)
    site = Site(state=place.state, zone=place.zone)
    changes = accepted(site, owner, _object(place), item_id=item.id)
    if not changes:
        raise invalid()
    changed(owner, item, changes, APP, place.now)
    return _fields_answer(place, owner, item, None)


def delete(place: Place, owner: SharePointList, key: str) -> Answer:
    """Answer `DELETE .../items/{item}`: 204; the item goes to the recycle bin."""
    item = _item(owner, key)
    check_tag(place, item)
    buried(owner, item, place.now)
    return Answer(status=204)


def check_tag(place: Place, item: Item) -> None:
    """Refuse a write to a locked item, or with a tag that is not the item's."""
    given = place.call.headers.get("if-match", "*").strip()
    if given != "*":
        match = _TAG.fullmatch(given)
        if match is None:  # the tags of a delta come without quotes; a header needs them
            raise bad_etag()
        if match[1].replace("{", "").replace("}", "").lower() != etag_of(item):
            raise stale()
    if item.locked:
        raise locked()


def _fields_answer(place: Place, owner: SharePointList, item: Item, names: tuple[str, ...] | None) -> Answer:
    context = f"{place.context}/lists('{quote(place.list_key)}')/items('{item.id}')/fields/$entity"
    body = {"@odata.context": context} | fields_of(place.state, owner, item, names, alone=True)
    return answered(body, headers={"Cache-Control": "no-cache", "ETag": body["@odata.etag"]})


def _read(place: Place, owner: SharePointList) -> Query:
    query = read_query(place.call.query)
    check_lookups(owner, query.names or ())
    unknown = [name for name in ("skip", "search", "count") if name in query.options]
    if unknown:
        raise invalid(f"${unknown[0]} is not supported on this API.")
    return query


def _found(place: Place, owner: SharePointList, query: Query) -> list[Item]:
    """Return all items that the query means, in its order."""
    unindexed = prefers_unindexed(place.call.headers)
    limit = place.settings.threshold
    text = query.options.get("filter")
    if text is None:
        found = sorted(owner.items.values(), key=lambda item: item.id)
    else:
        found = filtered(owner, text, allow_unindexed=unindexed, limit=limit)
    order = query.options.get("orderby")
    return found if order is None else ordered(owner, found, order, allow_unindexed=unindexed, limit=limit)


def _start(query: Query, found: list[Item]) -> int:
    """Return where the page begins: after the last id of the page before, or by number in another order."""
    text = query.options.get("skiptoken")
    if text is None:
        return 0
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        plain = ""
    match = _PAGED.fullmatch(plain)
    if match is None:
        raise invalid("Invalid skiptoken")
    if "orderby" in query.options:
        return int(match[2])
    return sum(1 for item in found if item.id <= int(match[1]))


def _token(last: int, index: int) -> str:
    return base64.urlsafe_b64encode(f"Paged=TRUE&p_ID={last}&p_Index={index}".encode()).decode().rstrip("=")


def _item(owner: SharePointList, key: str) -> Item:
    item = owner.items.get(int(key)) if key.isdecimal() else None
    if item is None:
        raise not_found("The specified item was not found.")
    return item


def _object(place: Place) -> dict[str, Any]:
    """Return the body, which must be one JSON object."""
    body = place.call.body
    if place.call.bad_json or not isinstance(body, dict):
        raise bad_request(_UNREADABLE)
    return body
