"""`root/delta` of a drive: what changed since a token.

As with lists the feed runs along the change log. Documented besides: the folders above a change are told with it
(unless the header deltaExcludeParent is sent), so that an item comes more than once; what lies in a folder that was
renamed is not told; parents have no path; some members are missing.
"""

import hashlib

from ..frame import Answer
from .documents import Node
from .drive_shown import shown_change, shown_grave
from .drives import Shelf
from .errors import Refused, invalid
from .query import Query, read_query
from .sites import answered
from .state import Wire
from .tokens import Mark, new_mark, read_mark

TOP = "/root"
"""The folder of all, as addresses have it."""
FEED = f"{TOP}/delta"
_CHOSEN_ANYWAY = ("id", "deleted")


def drive_delta(shelf: Shelf, node: Node, token: str | None) -> Answer:
    """Answer `GET` of the feed; `token` is the one in parentheses, as older links have it."""
    if node.parent is not None:
        # Seen in 2018: only the root of a drive in SharePoint has a feed.
        raise Refused(501, "notSupported", "view.delta can only be called on the root.")
    query = _query(shelf, token)
    mark = read_mark(shelf.place, shelf.documents, query, _base(shelf))
    waiting = [one for one in _feed(shelf, mark) if one.change > mark.after]
    page = waiting[: query.top]
    body: Wire = {"@odata.context": f"{shelf.place.metadata}#Collection(driveItem)"}
    body |= _link(shelf, query, mark, page, more=len(waiting) > query.top)
    body["value"] = [_told(shelf, one, query) for one in _with_parents(shelf, page)]
    return answered(body)


def _feed(shelf: Shelf, mark: Mark) -> list[Node]:
    dead = [one for one in shelf.documents.tombs.values() if one.change > mark.begun]
    if shelf.place.settings.graves_alone:
        dead = [one for one in dead if one.under is None]
    return sorted([*shelf.documents.nodes.values(), *dead], key=lambda one: one.change)


def _link(shelf: Shelf, query: Query, mark: Mark, page: list[Node], *, more: bool) -> Wire:
    library = shelf.documents
    if not more:
        end = new_mark(shelf.place, library, after=library.changes, begun=0)
        return {"@odata.deltaLink": query.link(_base(shelf), token=end.token())}
    overlap = shelf.place.settings.delta_overlaps and len(page) > 1
    after = page[-2].change if overlap else page[-1].change
    following = new_mark(shelf.place, library, after=after, begun=mark.begun)
    return {"@odata.nextLink": query.link(_base(shelf), token=following.token())}


def _with_parents(shelf: Shelf, page: list[Node]) -> list[Node]:
    """Add the folders above to a page and put all in an order that means nothing, the same each time."""
    found = {one.guid: one for one in page}
    if "deltaexcludeparent" not in shelf.place.call.headers:
        for one in page:
            living = one.guid in shelf.documents.nodes
            for folder in shelf.documents.ancestors(one) if living else []:
                found.setdefault(folder.guid, folder)
    return sorted(found.values(), key=lambda one: hashlib.sha256(one.guid.encode()).digest())


def _told(shelf: Shelf, node: Node, query: Query) -> Wire:
    if node.guid not in shelf.documents.nodes:
        body = shown_grave(shelf.place, shelf.documents, node)
    else:
        body = shown_change(shelf.place, shelf.documents, node)
    if not query.select:
        return body
    kept = (*query.select, *_CHOSEN_ANYWAY)
    return {name: value for name, value in body.items() if name.startswith("@") or name in kept}


def _query(shelf: Shelf, token: str | None) -> Query:
    given = dict(shelf.place.call.query)
    if token is not None:
        given["token"] = (token,)
    query = read_query(given, kind="driveItem")
    if set(query.options) - {"select", "top", "token"}:
        raise invalid()
    return query


def _base(shelf: Shelf) -> str:
    return f"{shelf.base}{FEED}"
