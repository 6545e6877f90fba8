"""Answers about drives and what is in them: reading."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from ..frame import Answer
from .documents import Library, Node
from .drive_shown import download_url, drive_id, guid_of, item_id, shown_drive, shown_node, shown_version
from .errors import bad_request, invalid, locked_file, not_found, stale
from .place import Place
from .query import Query, read_query
from .sites import answered
from .state import Wire

_TAG = re.compile(r'"[^"]*"')
_VERSION = re.compile(r"(\d+)\.0")


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Where a call stands in a library."""

    place: Place
    documents: Library

    @property
    def id(self) -> str:
        """The drive's id."""
        return drive_id(self.place, self.documents)

    @property
    def context(self) -> str:
        """The start of the contexts below the drive."""
        return f"{self.place.metadata}#drives('{quote(self.id)}')"

    @property
    def base(self) -> str:
        """The start of links that a client follows."""
        return f"{self.place.call.host}/v1.0/drives/{self.id}"

    def shown(self, node: Node, *, status: int = 200) -> Answer:
        """Answer with one node."""
        body = {"@odata.context": f"{self.context}/items/$entity"}
        return answered(body | shown_node(self.place, self.documents, node), status=status)

    def node(self, key: str) -> Node:
        """Find a node by its id."""
        node = self.documents.nodes.get(guid_of(key) or "")
        if node is None or item_id(self.documents, node.guid) != key.upper():
            raise not_found()
        return node

    def at(self, node: Node, path: str) -> Node:
        """Find a node by its path below another."""
        if not path.strip("/"):
            return node
        start = self.documents.path(node)
        found = self.documents.at(f"{start}/{path.strip('/')}")
        if found is None:
            raise not_found()
        return found

    def check(self, node: Node) -> None:
        """Refuse a write whose tag is neither the node's eTag nor its cTag, or while somebody has it open."""
        self.check_tag(node)
        if node.locked_by is not None:
            raise locked_file()

    def check_tag(self, node: Node) -> None:
        """Refuse with 412 a tag that is not the node's."""
        given = self.place.call.headers.get("if-match", "*").strip()
        if given == "*":
            return
        if not _TAG.fullmatch(given.removeprefix("W/")):
            raise invalid("The If-Match header contains an invalid value.")
        body = shown_node(self.place, self.documents, node)
        if given.removeprefix("W/") not in (body["eTag"], body.get("cTag")):
            raise stale()


def drives(place: Place) -> Answer:
    """Answer `GET /sites/{site}/drives`."""
    query = _query(place)
    value = [_chosen(shown_drive(place, one), query) for one in place.state.libraries.values()]
    return answered({"@odata.context": f"{place.metadata}#drives", "value": value})


def one_drive(shelf: Shelf) -> Answer:
    """Answer `GET /drives/{drive}` and its like."""
    body = {"@odata.context": f"{shelf.place.metadata}#drives/$entity"}
    return answered(body | _chosen(shown_drive(shelf.place, shelf.documents), _query(shelf.place)))


def one_node(shelf: Shelf, node: Node) -> Answer:
    """Answer `GET .../items/{item}` and `GET .../root:/path`."""
    query = _query(shelf.place)
    if set(query.options) - {"select"}:
        raise invalid("Only $select is supported on a single item.")
    body: Wire = {"@odata.context": f"{shelf.context}/items/$entity"}
    shown = shown_node(shelf.place, shelf.documents, node)
    return answered(body | _chosen(shown, query), headers={"ETag": shown["eTag"]})


def children(shelf: Shelf, node: Node) -> Answer:
    """Answer `GET .../children`, page by page in the order of names."""
    query = _query(shelf.place)
    if set(query.options) - {"select", "top", "skiptoken"}:
        raise invalid("Only $select, $top and $skiptoken are supported on children.")
    if not node.is_folder:
        raise invalid("The item is not a folder.")
    found = shelf.documents.children(node.guid)
    start = _number(query.options.get("skiptoken", "0"))
    page = found[start : start + query.top]
    body: Wire = {
        "@odata.context": f"{shelf.context}/items('{item_id(shelf.documents, node.guid)}')/children"
    }
    if start + query.top < len(found):
        base = f"{shelf.base}/items/{item_id(shelf.documents, node.guid)}/children"
        body["@odata.nextLink"] = query.link(base, **{"$skiptoken": str(start + query.top)})
    body["value"] = [_chosen(shown_node(shelf.place, shelf.documents, one), query) for one in page]
    return answered(body)


def content(shelf: Shelf, node: Node) -> Answer:
    """Answer `GET .../content`: 302 to a link that opens without a token, on another host, for some minutes."""
    if node.is_folder:
        raise invalid("Only files have content.")
    return Answer(status=302, headers={"Location": download_url(shelf.place, shelf.documents, node)})


def versions(shelf: Shelf, node: Node) -> Answer:
    """Answer `GET .../versions`, the newest first."""
    if node.is_folder:
        raise invalid("Only files have versions.")
    key = item_id(shelf.documents, node.guid)
    body: Wire = {"@odata.context": f"{shelf.context}/items('{key}')/versions"}
    body["value"] = [shown_version(shelf.place, one) for one in reversed(node.versions)]
    return answered(body)


def version_content(shelf: Shelf, node: Node, key: str) -> Answer:
    """Answer `GET .../versions/{version}/content`; of the newest one Graph gives no content there."""
    match = _VERSION.fullmatch(key)
    numbers = [one.number for one in node.versions]
    if match is None or int(match[1]) not in numbers:
        raise not_found()
    if int(match[1]) == numbers[-1]:
        raise bad_request("You cannot get the content of the current version.")
    link = download_url(shelf.place, shelf.documents, node, int(match[1]))
    return Answer(status=302, headers={"Location": link})


def _query(place: Place) -> Query:
    return read_query(place.call.query, kind="driveItem")


def _chosen(body: Wire, query: Query) -> Wire:
    """Keep the chosen members and the annotations; the download link is kept with any choice."""
    if not query.select:
        return body
    return {name: value for name, value in body.items() if name.startswith("@") or name in query.select}


def _number(text: str) -> int:
    if not text.isdecimal():
        raise invalid("Invalid skiptoken")
    return int(text)
