"""What Graph says about a file or folder, read with distrust; no I/O."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import xor

from syncbot.endpoints.files import FileEntry

from .wire import Json, inside

_BITS = 160
_SHIFT = 11
_PERIOD = 160
"""After so many bytes the shifts come round again, as 160 x 11 is a multiple of 160."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Folder:
    """A folder that lies in the one that is watched."""

    parent: str | None
    """The id of the folder that it lies in; None of the drive's root."""
    name: str


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Which files belong to us."""

    folder: str
    """The id of the folder."""
    suffixes: tuple[str, ...]
    """In lower case, with the dot; none = all files."""
    app_id: str
    """Our client id: what it edited last was edited by us."""

    def wants(self, name: str) -> bool:
        """Say whether a name ends as wanted; what Word keeps beside an open file is no document."""
        return not name.startswith("~$") and (not self.suffixes or name.lower().endswith(self.suffixes))

    def entry(self, item: Json, folder: str) -> FileEntry:
        """Return what is to know of a file that lies at the path `folder` ("" or "a/b") below the watched one."""
        name = str(item.get("name") or "")
        return FileEntry(
            ref=str(item["id"]),
            name=name,
            path=f"{folder}/{name}" if folder else name,
            size=size_of(item),
            etag=entity_tag(item),
            ctag=content_tag(item),
            url=_text(item.get("webUrl")),
            edited_at=moment_of(item.get("lastModifiedDateTime")),
            edited_by=_editor(item),
            by_us=edited_by_app(item, self.app_id),
        )


def is_file(item: Mapping[str, object]) -> bool:
    """Say whether it is a file; notebooks (packages) are neither files nor folders."""
    return isinstance(item.get("file"), dict)


def folder_of(item: Mapping[str, object]) -> Folder | None:
    """Return an item as a folder, or None when it is none."""
    if not isinstance(item.get("folder"), dict):
        return None
    return Folder(parent=parent_of(item), name=str(item.get("name") or ""))


def parent_of(item: Mapping[str, object]) -> str | None:
    """Return the id of the folder that an item lies in; the root lies in none."""
    if "root" in item:
        return None
    return _text(inside(item, "parentReference", "id"))


def size_of(item: Mapping[str, object]) -> int:
    """Return the size in bytes; 0 where none is said."""
    size = item.get("size")
    return size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else 0


def hash_of(item: Mapping[str, object]) -> str | None:
    """Return the quickXorHash, where one is told."""
    return _text(inside(item, "file", "hashes", "quickXorHash"))


def entity_tag(item: Mapping[str, object]) -> str:
    """Return the eTag with its quotes: a delta of a list leaves them out (recorded), so that of a drive may."""
    tag = _text(item.get("eTag")) or _text(item.get("@odata.etag")) or ""
    bare = tag.removeprefix("W/").strip('"')
    return f'"{bare}"' if bare else ""


def content_tag(item: Mapping[str, object]) -> str:
    """Return what stays the same as long as the content does: the hash, or else something that moves more often.

    A cTag is no good for this: documented is that a delta of SharePoint leaves it out, and it was seen to move with
    the name (microsoftgraph/microsoft-graph-docs-contrib issue 4843). The hash is XOR over places, so two texts that
    swap letters just 160 places apart have the same; the size is told besides.
    """
    told = hash_of(item)
    if told is not None:
        return f"xor:{told}:{size_of(item)}"
    return (_text(item.get("cTag")) or entity_tag(item)).strip('"')


def edited_by_app(item: Mapping[str, object], app_id: str) -> bool:
    """Say whether the application wrote last."""
    return bool(inside(item, "lastModifiedBy", "application", "id") == app_id)


def quick_xor(data: bytes) -> str:
    """Return a content's quickXorHash in base64 (Microsoft's "QuickXorHash Algorithm")."""
    blocks = (
        int.from_bytes(data[start : start + _PERIOD], "little") for start in range(0, len(data), _PERIOD)
    )
    folded = reduce(xor, blocks, 0).to_bytes(_PERIOD, "little")
    bits = len(data) << (_BITS - 64)
    for place, byte in enumerate(folded):
        by = place * _SHIFT % _BITS
        bits ^= (byte << by | byte << by >> _BITS) & ((1 << _BITS) - 1)
    return base64.b64encode(bits.to_bytes(_BITS // 8, "little")).decode()


def _editor(item: Mapping[str, object]) -> str | None:
    for member in ("displayName", "email"):
        name = _text(inside(item, "lastModifiedBy", "user", member))
        if name is not None:
            return name
    return _text(inside(item, "lastModifiedBy", "application", "displayName"))


def moment_of(value: object) -> datetime | None:
    """Read a moment; None for what is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
