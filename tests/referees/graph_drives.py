"""What a Graph answer about drives and files may look like: names and types of members in Microsoft's own metadata.

The tables say what schemas/v1.0-Prod.csdl of microsoftgraph/msgraph-metadata (MIT, commit f54f11b6 of 2026-08-20)
says of these types. The metadata calls driveItem and identity open types; here they are closed, save for members
that live answers were seen to have.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

_ITEM = {
    "id": "String",
    "createdBy": "identitySet",
    "createdDateTime": "DateTimeOffset",
    "description": "String",
    "eTag": "String",
    "lastModifiedBy": "identitySet",
    "lastModifiedDateTime": "DateTimeOffset",
    "name": "String",
    "parentReference": "itemReference",
    "webUrl": "String",
}
_VERSION = {
    "id": "String",
    "lastModifiedBy": "identitySet",
    "lastModifiedDateTime": "DateTimeOffset",
    "publication": "publicationFacet",
}
TYPES: Mapping[str, Mapping[str, str]] = {
    "drive": _ITEM
    | {
        "driveType": "String",
        "owner": "identitySet",
        "quota": "quota",
        "sharePointIds": "sharepointIds",
        "system": "systemFacet",
    },
    "driveItem": _ITEM
    | {
        "cTag": "String",
        "deleted": "deleted",
        "file": "file",
        "fileSystemInfo": "fileSystemInfo",
        "folder": "folder",
        "malware": "malware",
        "package": "package",
        "publication": "publicationFacet",
        "root": "root",
        "shared": "shared",
        "sharepointIds": "sharepointIds",
        "size": "Int64",
        "specialFolder": "specialFolder",
        "webDavUrl": "String",
        "children": "Collection(driveItem)",
    },
    "driveItemVersion": _VERSION | {"size": "Int64"},
    "uploadSession": {
        "expirationDateTime": "DateTimeOffset",
        "nextExpectedRanges": "Collection(String)",
        "uploadUrl": "String",
    },
    "file": {"hashes": "hashes", "mimeType": "String", "processingMetadata": "Boolean"},
    "hashes": dict.fromkeys(("crc32Hash", "quickXorHash", "sha1Hash", "sha256Hash"), "String"),
    "folder": {"childCount": "Int32", "view": "folderView"},
    "folderView": dict.fromkeys(("sortBy", "sortOrder", "viewType"), "String"),
    "fileSystemInfo": dict.fromkeys(
        ("createdDateTime", "lastAccessedDateTime", "lastModifiedDateTime"), "DateTimeOffset"
    ),
    "itemReference": dict.fromkeys(
        ("driveId", "driveType", "id", "name", "path", "shareId", "siteId"), "String"
    )
    | {"sharepointIds": "sharepointIds"},
    "sharepointIds": dict.fromkeys(
        ("listId", "listItemId", "listItemUniqueId", "siteId", "siteUrl", "tenantId", "webId"), "String"
    ),
    "publicationFacet": {"checkedOutBy": "identitySet", "level": "String", "versionId": "String"},
    "quota": dict.fromkeys(("deleted", "remaining", "total", "used"), "Int64") | {"state": "String"},
    "identitySet": dict.fromkeys(("application", "device", "user"), "identity"),
    # The address of a person was recorded, the metadata does not name it.
    "identity": {"displayName": "String", "id": "String", "email": "String"},
    "deleted": {"state": "String"},
    "shared": {"owner": "identitySet", "scope": "String", "sharedBy": "identitySet"},
    "malware": {"description": "String"},
    "package": {"type": "String"},
    "specialFolder": {"name": "String"},
    "root": {},
    "systemFacet": {},
}
_PLAIN: Mapping[str, tuple[type, ...]] = {
    "String": (str,),
    "Boolean": (bool,),
    "Int32": (int,),
    "Int64": (int,),
}
_DRIVES = re.compile(r"/drives?(?:/|$)|/uploadSession$")
_KINDS = (
    (re.compile(r"/drives$"), "Collection(drive)"),
    (re.compile(r"/(?:children|delta(?:\(token='[^']*'\))?)$"), "Collection(driveItem)"),
    (re.compile(r"/versions$"), "Collection(driveItemVersion)"),
    (re.compile(r"/(?:drive|drives/[^/]+)$"), "drive"),
    (re.compile(r"/createUploadSession$"), "uploadSession"),
)
_STATUSES = {"GET": (200,), "PUT": (200, 201), "PATCH": (200,), "POST": (200, 201), "DELETE": (204,)}


def is_about_drives(path: str) -> bool:
    """Say whether an address is that of a drive, of something in one, or of an upload to one."""
    return _DRIVES.search(path) is not None


def drive_faults(method: str, path: str, status: int, body: object) -> Iterator[str]:
    """Yield what is wrong with an answer that is no refusal."""
    if method == "GET" and path.endswith("/content"):
        if status != 302 or body is not None:
            yield "content comes by a redirection"
        return
    posts_folder = method == "POST" and path.endswith("/children")
    expected = "driveItem" if posts_folder else _type_of(path)
    if path.endswith("/uploadSession"):
        expected = "uploadSession" if status == 202 or method == "GET" else "driveItem"
    elif status not in _STATUSES[method]:
        yield f"expected one of {_STATUSES[method]}"
    if status == 204:
        if body is not None:
            yield "a 204 has no body"
        return
    yield from _judged("$", expected, body)


def _type_of(path: str) -> str:
    return next((kind for pattern, kind in _KINDS if pattern.search(path)), "driveItem")


def _judged(at: str, kind: str, value: object) -> Iterator[str]:
    inner = kind.removeprefix("Collection(").removesuffix(")")
    if inner != kind:
        yield from _several(at, inner, value)
    elif kind in _PLAIN:
        if not isinstance(value, _PLAIN[kind]) or (isinstance(value, bool) and kind != "Boolean"):
            yield f"{at}: {value!r} is no {kind}"
    elif kind == "DateTimeOffset":
        if not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is None:
            yield f"{at}: {value!r} is no moment"
    else:
        yield from _members(at, kind, value)


def _several(at: str, inner: str, value: object) -> Iterator[str]:
    """Judge a collection: a list inside an object, the object with its `value` as a whole answer."""
    if at == "$":
        if not isinstance(value, dict) or not isinstance(value.get("value"), list):
            yield "a collection has a list called value"
            return
        odd = [name for name in value if not name.startswith("@") and name != "value"]
        if odd:
            yield f"$: {odd} besides value"
        value = value["value"]
    for place, one in enumerate(value if isinstance(value, list) else ()):
        yield from _judged(f"{at}[{place}]", inner, one)


def _members(at: str, kind: str, value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: {value!r} is no {kind}"
        return
    if kind in ("drive", "driveItem", "driveItemVersion") and "id" not in value:
        yield f"{at}: a {kind} has an id"
    for name, one in value.items():
        if "@" in name or one is None:
            continue
        if name not in TYPES[kind]:
            yield f"{at}: a {kind} has no {name}"
        else:
            yield from _judged(f"{at}.{name}", TYPES[kind][name], one)
