"""Where a reading of a folder goes on: the feed's link, and the folders that are known; no I/O.

A drive's feed names only a file's parent, by id, so the folders below the watched one are kept with the cursor.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from .drive_items import Folder

_FORM = 1


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """What is known after a reading."""

    place: str
    """What was watched, as it was declared; another declaration makes the cursor useless."""
    drive: str
    folder: str
    """The id of the watched folder."""
    link: str
    """Below the base URL."""
    folders: Mapping[str, Folder] = field(default_factory=dict)
    """The folders below the watched one, by id."""

    def text(self) -> str:
        """Write it down."""
        kept = {ref: [one.parent, one.name] for ref, one in sorted(self.folders.items())}
        body = {
            "form": _FORM,
            "place": self.place,
            "drive": self.drive,
            "folder": self.folder,
            "link": self.link,
            "folders": kept,
        }
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def read_cursor(text: str) -> Cursor | None:
    """Read what `Cursor.text` wrote; None for anything else."""
    try:
        body = json.loads(text)
        if body["form"] != _FORM:
            return None
        folders = {
            str(ref): Folder(parent=parent, name=name) for ref, (parent, name) in body["folders"].items()
        }
        names = {name: str(body[name]) for name in ("place", "drive", "folder", "link")}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Cursor(folders=folders, **names)
