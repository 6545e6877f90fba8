"""What a folder of files is: a place that holds documents, said in the words that a reader of documents needs.

Where the folder is (a library of SharePoint, a dict in a test) is the business of whoever implements `Files`. All
calls are blocking and raise errors of `syncbot.errors`; different connections may be used from different threads at
once, one connection never is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .base import Ref

MOST_BYTES = 50 * 1024 * 1024
"""No document larger than this is read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileEntry:
    """What a folder says about one file, without its content."""

    ref: Ref
    """Stays the same when the file is renamed, moved within the place, edited or replaced."""
    name: str
    """Of the file alone: "notes.docx"."""
    path: str
    """Below the folder that is watched, with slashes: "2026/notes.docx"."""
    size: int
    """In bytes, as the service has it now; it may differ from what was uploaded."""
    etag: str
    """Opaque: changes with everything about the file, also its name and columns; what `replace` asks for."""
    ctag: str
    """Opaque: equal tags mean equal content, so nothing needs to be downloaded again."""
    url: str | None = None
    """For people to click on; never used as an address by us."""
    edited_at: datetime | None = None
    edited_by: str | None = None
    """A person's name or address for people to read; None where the service does not say."""
    by_us: bool = False
    """The last edit was made by this connection."""


@dataclass(frozen=True, kw_only=True)
class FilesReading:
    """What `changed` found."""

    changed: Sequence[FileEntry] = ()
    """Files that are new or in any way different since the cursor, each once, also those that were only renamed:
    the caller compares `ctag` with the one it knows. With `full` all files that are there."""
    gone: frozenset[Ref] = frozenset()
    """Files known not to be in the folder any more (trashed, or moved elsewhere); may name files never told."""
    cursor: str | None = None
    """Where the next reading goes on; to be stored only when everything in here was dealt with."""
    complete: bool = True
    """The last page was proven to be the last. False: conclude nothing from what is missing, keep the old cursor."""
    full: bool = False
    """All files were read: what is not in `changed` is not there."""
    notes: Sequence[str] = ()
    """Oddities that a person may want to know, in words."""


class Files(Protocol):
    """A folder with the folders below it, or as many of its files as end in the suffixes it was made for."""

    @property
    def name(self) -> str:
        """As the mapping calls it."""

    @property
    def connection(self) -> str:
        """Places of the same connection share one queue and one budget and are used one after the other."""

    def changed(self, cursor: str | None) -> FilesReading:
        """Read what changed since `cursor`, everything for None; an idle reading costs one request.

        Raises `CursorExpired` when the place no longer knows the cursor: read everything.
        """

    def get(self, ref: Ref) -> FileEntry:
        """Look one file up. Raises `NotFound` when it is not in the folder any more."""

    def find(self, path: str) -> FileEntry | None:
        """Look a file up by its path below the folder; None when there is none."""

    def download(self, ref: Ref, limit: int = MOST_BYTES) -> bytes:
        """Return the content. Raises `TooLarge` above `limit` bytes, before or while it comes in; `NotFound`.

        What comes may be newer than an entry read before; `replace` with that entry's etag then refuses.
        """

    def replace(self, ref: Ref, data: bytes, etag: str) -> FileEntry:
        """Put other content into a file that still has that etag; return it as it is afterwards.

        Raises `VersionChanged` when somebody was faster, `Locked` while somebody has it open, `NotFound`.
        """

    def create(self, path: str, data: bytes) -> FileEntry:
        """Put a new file at a path below the folder, whose folders are there.

        Raises `AlreadyExists` when the name is taken, `Invalid` for a name that the place does not take, `NotFound`
        when a folder on the way is missing.
        """
