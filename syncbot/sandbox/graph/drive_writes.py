"""Answers to what the application writes into a drive: content, folders, names, the recycle bin."""

from typing import Any

from ..frame import Answer
from .documents import Node
from .drives import Shelf
from .errors import Refused, bad_request, invalid, locked_file, not_found
from .filing import added, buried, free_name, moved, new_file, new_folder, saved
from .hands import Hand
from .promotion import promoted

APP = Hand(app=True)
BEHAVIORS = ("fail", "replace", "rename")
_BEHAVIOR = "@microsoft.graph.conflictBehavior"


def put_content(shelf: Shelf, node: Node) -> Answer:
    """Answer `PUT .../items/{item}/content`: 200, and a new version."""
    if node.is_folder:
        raise invalid("Only files have content.")
    shelf.check(node)
    store(shelf, node, _small(shelf))
    return shelf.shown(node)


def put_new(shelf: Shelf, folder: Node, path: str) -> Answer:
    """Answer `PUT .../items/{folder}:/{name}:/content`: 201 for a new file, 200 for one that was there."""
    parent, name = parent_of(shelf, folder, path)
    behavior = behavior_of(shelf.place.call.query.get(_BEHAVIOR, ("replace",))[-1])
    there = shelf.documents.child(parent.guid, name)
    if there is not None and behavior == "replace" and not there.is_folder:
        return put_content(shelf, there)
    node = store_new(shelf, parent, name, behavior, _small(shelf))
    return shelf.shown(node, status=201)


def store(shelf: Shelf, node: Node, data: bytes) -> None:
    """Keep other content of a file, as SharePoint makes it."""
    kept = promoted(node.name, data) if shelf.place.settings.promotes else data
    saved(shelf.documents, node, kept, APP, shelf.place.now)
    if kept != data:
        node.content_tag += 1  # recorded: the cTag of a fresh Word file is one ahead of its eTag


def store_new(shelf: Shelf, parent: Node, name: str, behavior: str, data: bytes) -> Node:
    """Keep a new file, as SharePoint makes it."""
    name = free_name(shelf.documents, parent.guid, name, behavior)
    kept = promoted(name, data) if shelf.place.settings.promotes else data
    node = new_file(shelf.place.new_id(), parent.guid, name, kept, APP, shelf.place.now)
    node.content_tag += kept != data
    return added(shelf.documents, node, shelf.place.now)


def create_folder(shelf: Shelf, parent: Node) -> Answer:
    """Answer `POST .../children`: 201; only folders are made this way."""
    body = object_of(shelf)
    if not parent.is_folder or not isinstance(body.get("name"), str) or "folder" not in body:
        raise invalid()
    behavior = behavior_of(body.get(_BEHAVIOR, "fail"))
    name = free_name(shelf.documents, parent.guid, body["name"], behavior)
    node = new_folder(shelf.place.new_id(), parent.guid, name, APP, shelf.place.now)
    return shelf.shown(added(shelf.documents, node, shelf.place.now), status=201)


def update(shelf: Shelf, node: Node) -> Answer:
    """Answer `PATCH .../items/{item}`: another name, another folder of the same drive."""
    body = object_of(shelf)
    if set(body) - {"name", "parentReference", _BEHAVIOR} or node.parent is None:
        raise invalid()
    shelf.check(node)
    parent = _parent(shelf, body.get("parentReference"), node.parent)
    if parent is node or parent in (shelf.documents.below(node.guid) if node.is_folder else []):
        raise invalid("A folder cannot be moved into itself.")
    wanted = body.get("name", node.name)
    if not isinstance(wanted, str):
        raise invalid()
    name = free_name(shelf.documents, parent.guid, wanted, behavior_of(body.get(_BEHAVIOR, "fail")), but=node)
    moved(shelf.documents, node, parent.guid, name, APP, shelf.place.now)
    node.content_tag += shelf.place.settings.ctag_moves_on_rename and not node.is_folder
    return shelf.shown(node)


def delete(shelf: Shelf, node: Node) -> Answer:
    """Answer `DELETE .../items/{item}`: 204; it goes to the recycle bin, a folder with all that is in it."""
    if node.parent is None:
        raise invalid()
    shelf.check(node)
    if any(one.locked_by is not None for one in (shelf.documents.below(node.guid) if node.is_folder else [])):
        raise locked_file()
    buried(shelf.documents, node, shelf.place.now)
    return Answer(status=204)


def parent_of(shelf: Shelf, folder: Node, path: str) -> tuple[Node, str]:
    """Return the folder that a path leads into and the last name of the path.

    Missing folders on the way are refused, which is the stricter reading: nothing was recorded.
    """
    above, _, name = path.strip("/").rpartition("/")
    parent = shelf.at(folder, above)
    if not parent.is_folder:
        raise not_found()
    return parent, name


def behavior_of(text: object) -> str:
    """Read what is to happen when the name is taken."""
    if text not in BEHAVIORS:
        raise invalid("The value of @microsoft.graph.conflictBehavior is not valid.")
    return str(text)


def object_of(shelf: Shelf) -> dict[str, Any]:
    """Return the body, which must be one JSON object."""
    body = shelf.place.call.body
    if shelf.place.call.bad_json or not isinstance(body, dict):
        raise bad_request("Unable to read JSON request payload.")
    return body


def _small(shelf: Shelf) -> bytes:
    """Return the bytes of a simple upload."""
    data = shelf.place.call.raw
    if len(data) > shelf.place.settings.simple_upload:
        raise Refused(413, "invalidRequest", "The file is too large for this way of uploading.")
    return data


def _parent(shelf: Shelf, reference: object, now: str) -> Node:
    """Return the folder that a body names, or the one that the node is in."""
    if reference is None:
        return shelf.documents.nodes[now]
    key = reference.get("id") if isinstance(reference, dict) else None
    if not isinstance(key, str):
        raise invalid()
    parent = shelf.node(key)
    if not parent.is_folder:
        raise invalid()
    return parent
