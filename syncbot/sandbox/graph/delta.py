"""`items/delta`: what changed since a token.

The feed runs along the list's change log, each item at the place of its newest change. So an item that
changes while a client is paging comes again later, with its newer state, and nothing is missed.
"""

import hashlib
from dataclasses import dataclass

from ..frame import Answer
from .errors import invalid
from .fields import check_lookups
from .place import Place
from .query import Query, read_query
from .shown import shown_change, shown_tomb
from .sites import answered
from .state import Item, SharePointList, Wire
from .tokens import Mark, new_mark, read_mark

_BROKEN_ENTRY = (
    "Cannot write a deleted resource, link, deleted link, or nested delta resource set within a resource "
    "set; they must be written within a delta resource set."
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One place in the feed."""

    change: int
    item: Item
    gone: bool


def delta(place: Place, owner: SharePointList) -> Answer:
    """Answer `GET .../items/delta`."""
    query = read_query(place.call.query)
    check_lookups(owner, query.names or ())
    if {"filter", "orderby", "skip", "search", "count"} & set(query.options):
        raise invalid()
    mark = read_mark(place, owner, query, _base(place, owner))
    waiting = [entry for entry in _feed(owner, mark) if entry.change > mark.after]
    page = waiting[: query.top]
    body: Wire = {"@odata.context": f"{place.metadata}#Collection(microsoft.graph.listItem)"}
    body |= _link(place, owner, query, mark, page, more=len(waiting) > query.top)
    body["value"] = [_entry(place, owner, entry, query) for entry in _mixed(page)]
    return answered(body)


def _feed(owner: SharePointList, mark: Mark) -> list[Entry]:
    living = [Entry(change=item.change, item=item, gone=False) for item in owner.items.values()]
    dead = [Entry(change=tomb.change, item=tomb.item, gone=True) for tomb in owner.tombs.values()]
    feed = [*living, *(entry for entry in dead if entry.change > mark.begun)]
    return sorted(feed, key=lambda entry: entry.change)


def _link(
    place: Place, owner: SharePointList, query: Query, mark: Mark, page: list[Entry], *, more: bool
) -> Wire:
    base = _base(place, owner)
    if not more:
        end = new_mark(place, owner, after=owner.changes, begun=0)
        return {"@odata.deltaLink": query.link(base, token=end.token())}
    overlap = place.settings.delta_overlaps and len(page) > 1
    after = page[-2].change if overlap else page[-1].change
    following = new_mark(place, owner, after=after, begun=mark.begun)
    return {"@odata.nextLink": query.link(base, token=following.token())}


def _base(place: Place, owner: SharePointList) -> str:
    return f"{place.base}/lists/{owner.id}/items/delta"


def _mixed(page: list[Entry]) -> list[Entry]:
    """Put a page in an order that means nothing, the same each time."""
    return sorted(page, key=lambda entry: hashlib.sha256(entry.item.guid.encode()).digest())


def _entry(place: Place, owner: SharePointList, entry: Entry, query: Query) -> Wire:
    if not entry.gone:
        return shown_change(place, owner, entry.item, query)
    if not place.settings.delta_errors:
        return shown_tomb(place, owner, entry.item)
    ids = dict.fromkeys(("request-id", "client-request-id"), entry.item.guid)
    inner = {"date": place.now.strftime("%Y-%m-%dT%H:%M:%S")} | ids
    return {"error": {"code": "InternalServerError", "message": _BROKEN_ENTRY, "innerError": inner}}
