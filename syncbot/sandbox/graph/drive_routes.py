"""From an address below a drive to the handler that answers it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..frame import Answer, Call
from . import drive_writes, drives, uploads
from .documents import Library, Node
from .drive_delta import drive_delta
from .drives import Shelf
from .errors import Refused, no_segment, not_found
from .place import Place

_BELOW = re.compile(
    r"/(?:root|items/(?P<id>[^/:]+))"
    r"(?::/(?P<path>[^:]*)(?::(?P<after>/.*)?)?|(?P<below>/.*))?"
)
_DELTA = re.compile(r"/delta(?:\(token='(?P<token>[^']*)'\))?")
_SEVERAL = re.compile(r"/(children|versions|drives)$")
_FEED = re.compile(r"/delta(\(token='[^']*'\))?$")


@dataclass(frozen=True, kw_only=True)
class Spot:
    """What an address names: a node by id, and perhaps a path from there, and what is wanted of it."""

    id: str | None
    """None = the root."""
    path: str
    below: str
    """"/content" and its like; "" = the node itself."""


def cost_of_drive(call: Call) -> float | None:
    """Return resource units of a call to a drive; None for other calls."""
    if not re.search(r"/drives?(/|$)", call.path):
        return None
    if call.method != "GET":
        return 2
    if _FEED.search(call.path):
        return 1 if "token" in call.query or "(token=" in call.path else 2
    return 2 if _SEVERAL.search(call.path) else 1


def default_library(place: Place) -> Library:
    """Return the site's own library: the one that was there first."""
    if not place.state.libraries:
        raise not_found()
    return min(place.state.libraries.values(), key=lambda one: one.created)


def library_by_drive(place: Place, key: str) -> Library:
    """Find a library by its drive's id."""
    for library in place.state.libraries.values():
        if Shelf(place=place, documents=library).id == key:
            return library
    raise not_found("The specified drive was not found.")


def below_drive(place: Place, library: Library, rest: str) -> Answer:
    """Answer a call to what lies below a drive; `rest` is the address from there on."""
    shelf = Shelf(place=place, documents=library)
    if rest in ("", "/"):
        return _get(place.call, lambda: drives.one_drive(shelf))
    spot = _spot(rest)
    start = library.nodes[library.root] if spot.id is None else shelf.node(spot.id)
    match = _DELTA.fullmatch(spot.below)
    if match is not None:
        node = shelf.at(start, spot.path)
        return _get(place.call, lambda: drive_delta(shelf, node, match["token"]))
    if place.call.method == "GET":
        return _read(shelf, shelf.at(start, spot.path), spot.below)
    return _written(shelf, start, spot)


def _read(shelf: Shelf, node: Node, below: str) -> Answer:
    match below.strip("/").split("/"):
        case [""]:
            return drives.one_node(shelf, node)
        case ["children"]:
            return drives.children(shelf, node)
        case ["content"]:
            return drives.content(shelf, node)
        case ["versions"]:
            return drives.versions(shelf, node)
        case ["versions", key, "content"]:
            return drives.version_content(shelf, node, key)
    raise no_segment(below.strip("/").split("/")[0])


def _written(shelf: Shelf, start: Node, spot: Spot) -> Answer:
    method, below = shelf.place.call.method, spot.below.strip("/")
    by_path: dict[tuple[str, str], Callable[[Shelf, Node, str], Answer]] = {
        ("PUT", "content"): drive_writes.put_new,
        ("POST", "createUploadSession"): uploads.open_new,
    }
    if spot.path and (method, below) in by_path:
        return by_path[method, below](shelf, start, spot.path)
    by_node: dict[tuple[str, str], Callable[[Shelf, Node], Answer]] = {
        ("PUT", "content"): drive_writes.put_content,
        ("POST", "createUploadSession"): uploads.open_for,
        ("POST", "children"): drive_writes.create_folder,
        ("PATCH", ""): drive_writes.update,
        ("DELETE", ""): drive_writes.delete,
    }
    if (method, below) not in by_node:
        raise _wrong_method()
    return by_node[method, below](shelf, shelf.at(start, spot.path))


def _spot(rest: str) -> Spot:
    match = _BELOW.fullmatch(rest)
    if match is None:
        raise no_segment(rest.strip("/").split("/")[0])
    return Spot(id=match["id"], path=match["path"] or "", below=match["after"] or match["below"] or "")


def _get(call: Call, answer: Callable[[], Answer]) -> Answer:
    if call.method != "GET":
        raise _wrong_method()
    return answer()


def _wrong_method() -> Refused:
    return Refused(405, "notAllowed", "The specified HTTP method is not allowed for the request target.")
