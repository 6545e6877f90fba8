"""Addresses that open without a token: downloads, and the ranges of an upload.

They belong to SharePoint itself, not to Graph, and to whoever has them. A token sent along is refused, as documented
of uploads: it is none of that host's business.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from ..frame import Answer, Call
from . import uploads
from .drive_shown import sealed
from .drives import Shelf
from .errors import Refused
from .place import Place

_DOWNLOAD = "/_layouts/15/download.aspx"
_UPLOAD = "/uploadSession"


def is_prelink(call: Call) -> bool:
    """Say whether the address is one of these."""
    return not call.path.startswith("/v1.0/") and call.path.endswith((_DOWNLOAD, _UPLOAD))


def prelinked(place: Place) -> Answer:
    """Give the content, or take a range."""
    call = place.call
    asked = {name: values[-1] for name, values in call.query.items()}
    if "authorization" in call.headers:
        return _unauthorized()
    library = place.state.documents_of(asked.get("library", ""))
    if library is None:
        return _unauthorized()
    shelf = Shelf(place=place, documents=library)
    if call.path.endswith(_DOWNLOAD):
        return _downloaded(shelf, asked)
    return _uploading(shelf, asked)


def _downloaded(shelf: Shelf, asked: Mapping[str, str]) -> Answer:
    """Answer a download: the bytes as they are now, or those of one version."""
    parts = [asked.get(name, "") for name in ("UniqueId", "version", "until")]
    if sealed(shelf.place, shelf.documents.id, *parts) != asked.get("tempauth"):
        return _unauthorized()
    if datetime.fromtimestamp(int(parts[2]), UTC) <= shelf.place.now or shelf.place.call.method != "GET":
        return _unauthorized()
    node = shelf.documents.nodes.get(parts[0])
    if node is None:
        return Answer(status=404, raw=b"404 FILE NOT FOUND", content_type="text/plain; charset=utf-8")
    number = int(parts[1])
    kept = {version.number: version.data for version in node.versions}
    data = kept[number] if number else node.data
    return Answer(status=200, raw=data, content_type="application/octet-stream")


def _uploading(shelf: Shelf, asked: Mapping[str, str]) -> Answer:
    key = asked.get("guid", "")
    if sealed(shelf.place, shelf.documents.id, key) != asked.get("tempauth"):
        return _unauthorized()
    upload = uploads.upload_of(shelf, key)
    match shelf.place.call.method:
        case "PUT":
            return uploads.take(shelf, upload)
        case "GET":
            return uploads.status(upload)
        case "DELETE":
            return uploads.cancel(shelf, upload)
    raise Refused(405, "notAllowed", "The specified HTTP method is not allowed for the request target.")


def _unauthorized() -> Answer:
    return Answer(status=401, raw=b"401 UNAUTHORIZED", content_type="text/plain; charset=utf-8")
