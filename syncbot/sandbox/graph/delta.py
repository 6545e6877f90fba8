"""`items/delta`: what changed since a token.

The feed runs along the list's change log, each item at the place of its newest change. So an item that
changes while a client is paging comes again later, with its newer state, and nothing is missed.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..frame import Answer
from .errors import invalid, resync
from .fields import check_lookups
from .place import Place
from .query import Query, read_query
from .shown import shown_change, shown_tomb
from .sites import answered
from .state import Item, SharePointList, Wire

_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(
    r"4;%234;%231;3;(?P<list>[0-9a-f-]+);(?P<ticks>\d+);(?P<after>\d+);"
    r"%23;%23;%23(?P<begun>\d+);%23(?P<generation>\d+)"
)
_BROKEN_ENTRY = (
    "Cannot write a deleted resource, link, deleted link, or nested delta resource set within a resource "
    "set; they must be written within a delta resource set."
)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What a token says: everything up to change `after` is known."""

    list_id: str
    after: int
    made: datetime
    begun: int
    """The newest change when the feed began from scratch: older deletions are of no interest then."""
    generation: int
    """Of the list's change log; tokens of an older one are too old."""

    def token(self) -> str:
        """Write it as SharePoint's change tokens look: list, .NET ticks, number, in base64."""
        ticks = (self.made - _EPOCH) // timedelta(microseconds=1) * 10
        text = (
            f"4;%234;%231;3;{self.list_id};{ticks};{self.after};%23;%23;%23{self.begun};%23{self.generation}"
        )
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


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
    mark = _mark(place, owner, query)
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
    base = f"{place.base}/lists/{owner.id}/items/delta"
    if not more:
        end = _new_mark(place, owner, after=owner.changes, begun=0)
        return {"@odata.deltaLink": query.link(base, token=end.token())}
    overlap = place.settings.delta_overlaps and len(page) > 1
    after = page[-2].change if overlap else page[-1].change
    following = _new_mark(place, owner, after=after, begun=mark.begun)
    return {"@odata.nextLink": query.link(base, token=following.token())}


def _mark(place: Place, owner: SharePointList, query: Query) -> Mark:
    """Read the token; none = from scratch, "latest" = from now on."""
    text = query.options.get("token")
    if text is None:
        return _new_mark(place, owner, after=0, begun=owner.changes)
    if text == "latest":
        return _new_mark(place, owner, after=owner.changes, begun=0)
    mark = _parsed(text)
    if mark is None or mark.list_id != owner.id:
        raise invalid("The provided token is not valid.")
    too_old = mark.made < place.now - place.settings.token_life or mark.generation != owner.generation
    if too_old or mark.after > owner.changes:
        raise resync(_afresh(place, owner, query))
    return mark


def _new_mark(place: Place, owner: SharePointList, *, after: int, begun: int) -> Mark:
    return Mark(list_id=owner.id, after=after, made=place.now, begun=begun, generation=owner.generation)


def _afresh(place: Place, owner: SharePointList, query: Query) -> str:
    """Return the link that enumerates everything again."""
    fresh = _new_mark(place, owner, after=0, begun=owner.changes)
    return query.link(f"{place.base}/lists/{owner.id}/items/delta", token=fresh.token())


def _parsed(text: str) -> Mark | None:
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    match = _TOKEN.fullmatch(plain)
    if match is None:
        return None
    made = _EPOCH + timedelta(microseconds=int(match["ticks"]) // 10)
    return Mark(
        list_id=match["list"],
        after=int(match["after"]),
        made=made,
        begun=int(match["begun"]),
        generation=int(match["generation"]),
    )


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
