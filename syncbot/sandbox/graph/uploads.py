"""Upload sessions: the bytes come in ranges, to an address of another host that takes no token."""

import re
from typing import Any

from ..frame import Answer
from .documents import Node, Upload
from .drive_shown import moment, upload_url
from .drive_writes import behavior_of, object_of, parent_of, store, store_new
from .drives import Shelf
from .errors import Refused, invalid, locked_file, not_found
from .filing import free_name
from .sites import answered
from .state import Wire

STEP = 320 * 1024
"""Each range but the last is a multiple of this (documented)."""
LARGEST_RANGE = 60 * 1024 * 1024
"""A range is smaller than this (documented)."""
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def open_for(shelf: Shelf, node: Node) -> Answer:
    """Answer `POST .../items/{item}/createUploadSession`: other content for a file that is there."""
    if node.is_folder or node.parent is None:
        raise invalid()
    _wish(shelf)
    shelf.check(node)
    return _opened(shelf, node.parent, node.name, "replace", target=node.guid)


def open_new(shelf: Shelf, folder: Node, path: str) -> Answer:
    """Answer `POST .../items/{folder}:/{name}:/createUploadSession`; a taken name is refused at once on "fail"."""
    parent, name = parent_of(shelf, folder, path)
    wish = _wish(shelf)
    if wish.get("name", name) != name:
        raise invalid("The name in the body must be that of the address.")
    behavior = behavior_of(wish.get("@microsoft.graph.conflictBehavior", "fail"))
    there = shelf.documents.child(parent.guid, name)
    if there is not None and behavior == "replace" and not there.is_folder:
        return open_for(shelf, there)
    free_name(shelf.documents, parent.guid, name, behavior)
    return _opened(shelf, parent.guid, name, behavior, target=None)


def take(shelf: Shelf, upload: Upload) -> Answer:
    """Answer `PUT` of a range: 202 with what is still missing, or, with the last one, the finished file."""
    first, last, total = _range(shelf)
    data = shelf.place.call.raw
    whole = last + 1 == total
    wrong = last >= total or upload.total not in (None, total) or len(data) != last - first + 1
    if wrong or len(data) >= LARGEST_RANGE or (len(data) % STEP and not whole):
        raise invalid("The range does not fit.")
    if first != len(upload.received):
        raise Refused(
            416, "invalidRange", "The uploaded fragment has already been received, or is too early."
        )
    upload.total = total
    if not whole:
        upload.received += data
        return answered(_status(upload), status=202)
    return _finished(shelf, upload, upload.received + data)


def status(upload: Upload) -> Answer:
    """Answer `GET`: what is still missing."""
    return answered(_status(upload))


def cancel(shelf: Shelf, upload: Upload) -> Answer:
    """Answer `DELETE`: 204, and what came is thrown away."""
    del shelf.documents.uploads[upload.key]
    return Answer(status=204)


def upload_of(shelf: Shelf, key: str) -> Upload:
    """Find a session that is neither finished nor too old."""
    upload = shelf.documents.uploads.get(key)
    if upload is None or upload.expires <= shelf.place.now:
        raise not_found("The upload session was not found")
    return upload


def _opened(shelf: Shelf, parent: str, name: str, behavior: str, *, target: str | None) -> Answer:
    upload = Upload(
        key=shelf.place.new_id(),
        parent=parent,
        name=name,
        behavior=behavior,
        target=target,
        expires=shelf.place.now + shelf.place.settings.upload_life,
    )
    shelf.documents.uploads[upload.key] = upload
    context = {"@odata.context": f"{shelf.place.metadata}#microsoft.graph.uploadSession"}
    link = {"uploadUrl": upload_url(shelf.place, shelf.documents, upload.key)}
    return answered(context | link | _status(upload))


def _finished(shelf: Shelf, upload: Upload, data: bytes) -> Answer:
    """Make a file of what came. The session stays when that is refused, and is gone when it worked.

    The If-Match of the beginning is not looked at again: an edit made meanwhile is overwritten. Whether the live
    service does better was not recorded, so no client may rely on it.
    """
    node = shelf.documents.nodes.get(upload.target) if upload.target else None
    if upload.target and node is None:
        raise not_found()
    if node is not None and node.locked_by is not None:
        raise locked_file()
    found = node is not None
    if node is not None:
        store(shelf, node, data)
    else:
        node = store_new(shelf, shelf.documents.nodes[upload.parent], upload.name, upload.behavior, data)
    del shelf.documents.uploads[upload.key]
    return shelf.shown(node, status=200 if found else 201)


def _status(upload: Upload) -> Wire:
    return {
        "expirationDateTime": moment(upload.expires),
        "nextExpectedRanges": [f"{len(upload.received)}-"],
    }


def _wish(shelf: Shelf) -> dict[str, Any]:
    """Return what the body says of the file; a body is not needed."""
    if shelf.place.call.body is None and not shelf.place.call.bad_json:
        return {}
    body = object_of(shelf)
    item = body.get("item", {})
    if set(body) - {"item", "deferCommit"} or body.get("deferCommit") or not isinstance(item, dict):
        raise invalid()  # a deferred end is not built
    return item


def _range(shelf: Shelf) -> tuple[int, int, int]:
    match = _RANGE.fullmatch(shelf.place.call.headers.get("content-range", ""))
    if match is None:
        raise invalid("The Content-Range header is missing or malformed.")
    return int(match[1]), int(match[2]), int(match[3])
