"""What drives, files and folders look like outside (recorded answers of 2022 to 2024, Microsoft's documentation)."""

import base64
import uuid
from datetime import datetime
from hashlib import blake2b
from mimetypes import guess_type
from urllib.parse import quote, urlsplit

from .documents import Library, Node, Version
from .hands import Hand
from .place import Place
from .quickxor import quick_xor
from .shown import identities
from .state import Wire, stamp

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_OFFICE = (".docx", ".xlsx", ".pptx", ".docm", ".xlsm")
_TERABYTE = 1024**4
_SYSTEM = Hand(person=0)


def drive_id(place: Place, library: Library) -> str:
    """Return the drive's id: site collection, web and list (as live ids turn out to be)."""
    guids = (place.state.site_guid, place.state.web_guid, library.id)
    packed = b"".join(uuid.UUID(guid).bytes_le for guid in guids)
    return "b!" + base64.urlsafe_b64encode(packed).decode()


def item_id(library: Library, guid: str) -> str:
    """Return a node's id: "01", six letters of the drive, and the GUID in base 32 (as live ids turn out to be)."""
    number = (1 << 128) | int.from_bytes(uuid.UUID(guid).bytes_le, "big")
    digits = "".join(_BASE32[number >> 5 * place & 31] for place in range(25, -1, -1))
    drive = base64.b32encode(uuid.UUID(library.id).bytes_le).decode()[:6]
    return f"01{drive}{digits}"


def guid_of(key: str) -> str | None:
    """Return the GUID in a node's id; None for what is no id."""
    digits = key.upper()[-26:]
    if len(digits) < 26 or set(digits) - set(_BASE32):
        return None
    number = 0
    for digit in digits:
        number = number << 5 | _BASE32.index(digit)
    return str(uuid.UUID(bytes_le=(number & (1 << 128) - 1).to_bytes(16, "big")))


def shown_drive(place: Place, library: Library) -> Wire:
    """Return a drive."""
    used = sum(len(version.data) for node in library.nodes.values() for version in node.versions)
    quota = {"deleted": 0, "remaining": _TERABYTE - used, "state": "normal", "total": _TERABYTE, "used": used}
    return {
        "createdDateTime": stamp(library.created),
        "description": "",
        "id": drive_id(place, library),
        "lastModifiedDateTime": stamp(library.modified),
        "name": library.title,
        "webUrl": f"{place.web_url}/{quote(library.name)}",
        "driveType": "documentLibrary",
        "createdBy": identities(place, _SYSTEM),
        "owner": {"user": {"displayName": "System Account"}},
        "quota": quota,
    }


def shown_node(place: Place, library: Library, node: Node) -> Wire:
    """Return a file or folder as readings and writes answer it (recorded in October 2022)."""
    link = {} if node.is_folder else {"@microsoft.graph.downloadUrl": download_url(place, library, node)}
    # Documented: a folder in SharePoint has no cTag.
    tag = {} if node.is_folder else {"cTag": content_tag(node)}
    return link | _common(place, library, node) | tag | _facets(library, node)


def shown_change(place: Place, library: Library, node: Node) -> Wire:
    """Return a file or folder as a delta answers it.

    Documented: no path in the parent, and in SharePoint no cTag. Others have seen one there: see the settings.
    """
    body = shown_node(place, library, node)
    body.pop("@microsoft.graph.downloadUrl", None)
    body.get("parentReference", {}).pop("path", None)
    if not place.settings.delta_ctags:
        body.pop("cTag", None)
    if place.settings.delta_bare_tags:
        body |= {name: body[name].strip('"') for name in ("eTag", "@odata.etag")}
    if not place.settings.delta_hashes and "file" in body:
        body["file"].pop("hashes")
    return body


def shown_grave(place: Place, library: Library, node: Node) -> Wire:
    """Return a deletion as a delta answers it: documented is that name and cTag are missing.

    Whether it was a file or a folder is not told here, which is the stricter reading (seen in 2017).
    """
    parent = {"driveType": "documentLibrary", "driveId": drive_id(place, library)}
    if node.parent is not None:
        parent["id"] = item_id(library, node.parent)
    return {
        "id": item_id(library, node.guid),
        "parentReference": parent,
        "deleted": {"state": "deleted"},
    }


def shown_version(place: Place, version: Version) -> Wire:
    """Return one version of a file."""
    return {
        "id": f"{version.number}.0",
        "lastModifiedBy": identities(place, version.by),
        "lastModifiedDateTime": stamp(version.at),
        "size": len(version.data),
    }


def entity_tag(node: Node) -> str:
    """Return the eTag as recorded: quotes, braces, capitals, counter."""
    return f'"{{{node.guid.upper()}}},{node.tag}"'


def content_tag(node: Node) -> str:
    """Return the cTag as recorded."""
    return f'"c:{{{node.guid.upper()}}},{node.content_tag}"'


def download_url(place: Place, library: Library, node: Node, version: int = 0) -> str:
    """Return the address that gives the content to whoever has it, for some minutes; it is another host's."""
    until = int((place.now + place.settings.link_life).timestamp())
    seal = sealed(place, library.id, node.guid, str(version), str(until))
    asked = f"UniqueId={node.guid}&library={library.id}&version={version}&until={until}&tempauth={seal}"
    return f"{other_host(place)}{quote(place.path)}/_layouts/15/download.aspx?{asked}"


def upload_url(place: Place, library: Library, key: str) -> str:
    """Return the address that takes the bytes of an upload session."""
    seal = sealed(place, library.id, key)
    where = f"{quote(place.path)}/_api/v2.0/drives/{drive_id(place, library)}/uploadSession"
    return f"{other_host(place)}{where}?guid={key}&library={library.id}&tempauth={seal}"


def sealed(place: Place, *parts: str) -> str:
    """Return what proves that an address was made here."""
    text = "\n".join(parts).encode()
    return blake2b(text, key=place.state.web_guid.encode(), digest_size=16).hexdigest()


def other_host(place: Place) -> str:
    """Return this machine under its other name: SharePoint's own host, to which no token of Graph belongs."""
    parts = urlsplit(place.call.host)
    name = "127.0.0.1" if parts.hostname == "localhost" else "localhost"
    return f"{parts.scheme}://{name}" + (f":{parts.port}" if parts.port else "")


def moment(at: datetime) -> str:
    """Write a moment as upload sessions do (recorded: with fractions)."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _common(place: Place, library: Library, node: Node) -> Wire:
    return {
        "@odata.etag": entity_tag(node),
        "createdDateTime": stamp(node.created),
        "eTag": entity_tag(node),
        "id": item_id(library, node.guid),
        "lastModifiedDateTime": stamp(node.modified),
        "name": node.name,
        "webUrl": _address(place, library, node),
        "size": _size(library, node),
        "createdBy": identities(place, node.created_by),
        "lastModifiedBy": identities(place, node.modified_by),
        "parentReference": _parent(place, library, node),
        "fileSystemInfo": {
            "createdDateTime": stamp(node.created),
            "lastModifiedDateTime": stamp(node.modified),
        },
    }


def _facets(library: Library, node: Node) -> Wire:
    if node.is_folder:
        root: Wire = {"root": {}} if node.parent is None else {}
        return {"folder": {"childCount": len(library.children(node.guid))}} | root
    mime = guess_type(node.name)[0] or "application/octet-stream"
    return {"file": {"mimeType": mime, "hashes": {"quickXorHash": quick_xor(node.data)}}}


def _parent(place: Place, library: Library, node: Node) -> Wire:
    drive = drive_id(place, library)
    parent: Wire = {"driveType": "documentLibrary", "driveId": drive}
    if node.parent is None:
        return parent
    folder = library.nodes[node.parent]
    path = quote(library.path(folder))
    return parent | {
        "id": item_id(library, folder.guid),
        # Recorded: the root, called "root" by itself, has the library's name here.
        "name": folder.name if folder.parent else library.name,
        "path": f"/drives/{drive}/root:" + (f"/{path}" if path else ""),
        "siteId": place.state.site_guid,
    }


def _size(library: Library, node: Node) -> int:
    if not node.is_folder:
        return len(node.data)
    return sum(len(one.data) for one in library.below(node.guid) if not one.is_folder)


def _address(place: Place, library: Library, node: Node) -> str:
    if node.name.lower().endswith(_OFFICE) and not node.is_folder:
        source = quote(f"{{{node.guid.upper()}}}", safe="")
        file = quote(node.name, safe="")
        return (
            f"{place.web_url}/_layouts/15/Doc.aspx?sourcedoc={source}&file={file}"
            "&action=default&mobileredirect=true"
        )
    path = quote(library.path(node))
    return f"{place.web_url}/{quote(library.name)}" + (f"/{path}" if path else "")
