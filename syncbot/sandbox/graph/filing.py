"""What happens in a library, whoever does it: files and folders come, change, go and come back."""

import re
from datetime import datetime

from .documents import Library, Node, Version
from .errors import Refused, invalid
from .hands import Hand

_FORBIDDEN = re.compile(r'["*:<>?/\\|\x00-\x1f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|desktop\.ini|\.lock)(\..*)?", re.IGNORECASE)
_LONGEST_NAME = 255
_LONGEST_PATH = 400


def added(library: Library, node: Node, at: datetime) -> Node:
    """Put a new node where its `parent` says; a full name is refused by `free_name` before."""
    library.nodes[node.guid] = node
    library.touch(node, at)
    return node


def new_file(guid: str, parent: str, name: str, data: bytes, by: Hand, at: datetime) -> Node:
    """Make a file of one version."""
    first = Version(number=1, data=data, at=at, by=by)
    return _node(guid, parent, name, by, at).model_copy(update={"versions": [first]})


def new_folder(guid: str, parent: str | None, name: str, by: Hand, at: datetime) -> Node:
    """Make an empty folder."""
    return _node(guid, parent, name, by, at)


def saved(library: Library, node: Node, data: bytes, by: Hand, at: datetime) -> None:
    """Give a file other content: a new version, also when the bytes are the same."""
    number = node.versions[-1].number + 1
    node.versions.append(Version(number=number, data=data, at=at, by=by))
    node.content_tag += 1
    described(library, node, by, at)


def described(library: Library, node: Node, by: Hand, at: datetime) -> None:
    """Change something about a node that is not its content (a column, say): only the eTag moves."""
    node.tag += 1
    node.modified, node.modified_by = at, by
    library.touch(node, at)


def moved(library: Library, node: Node, parent: str, name: str, by: Hand, at: datetime) -> None:
    """Give a node another name or folder; what lies in a folder goes along and is not told by itself."""
    node.parent, node.name = parent, name
    described(library, node, by, at)


def buried(library: Library, node: Node, at: datetime) -> None:
    """Put a node into the recycle bin, and what lies in it with it."""
    for one in library.below(node.guid) if node.is_folder else []:
        one.under = node.guid
        library.touch(one, at)
        library.tombs[one.guid] = library.nodes.pop(one.guid)
    library.touch(node, at)
    library.tombs[node.guid] = library.nodes.pop(node.guid)


def restored(library: Library, guid: str, at: datetime) -> Node:
    """Take a node out of the recycle bin, and what went with it; raise `KeyError` when it is not there.

    A name that was taken meanwhile is refused, and so is a folder that is gone (the real one makes it again).
    """
    node = library.tombs[guid]
    if node.parent not in library.nodes:
        raise invalid("The folder that it was in is gone.")
    free_name(library, node.parent, node.name, "fail")
    for one in [node, *(tomb for tomb in library.tombs.values() if tomb.under == guid)]:
        one.under = None
        one.tag += 1
        library.nodes[one.guid] = library.tombs.pop(one.guid)
        library.touch(one, at)
    return node


def free_name(library: Library, parent: str, name: str, behavior: str, *, but: Node | None = None) -> str:
    """Return the name to use in a folder; refuse bad names, and taken ones unless `behavior` is "rename".

    `but` is the node that is being renamed or replaced: its own name is not taken.
    """
    _check_name(library, parent, name)
    taken = library.child(parent, name)
    if taken is None or taken is but:
        return name
    if behavior != "rename":
        raise Refused(409, "nameAlreadyExists", "The specified item name already exists.")
    stem, dot, ending = name.rpartition(".")
    number = 1
    while library.child(parent, numbered := f"{stem or ending} {number}{dot and stem and '.' + ending}"):
        number += 1
    return numbered


def _check_name(library: Library, parent: str, name: str) -> None:
    """Refuse names as SharePoint does ("Restrictions and limitations in OneDrive and SharePoint")."""
    bad = not name or name != name.strip() or name in (".", "..") or _FORBIDDEN.search(name)
    bad = bad or name.startswith("~$") or "_vti_" in name or _RESERVED.fullmatch(name)
    path = f"{library.path(library.nodes[parent])}/{name}"
    if bad or len(name) > _LONGEST_NAME or len(path) > _LONGEST_PATH:
        raise invalid("The provided name cannot be used here.")


def _node(guid: str, parent: str | None, name: str, by: Hand, at: datetime) -> Node:
    return Node(guid=guid, name=name, parent=parent, created=at, modified=at, created_by=by, modified_by=by)
