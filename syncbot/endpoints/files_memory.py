"""A folder of files in memory: the smallest one that keeps the whole contract. Methods below `create` are people."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from syncbot.errors import (
    AlreadyExists,
    CursorExpired,
    EndpointError,
    Invalid,
    Locked,
    NotFound,
    OutcomeUnknown,
    TooLarge,
    VersionChanged,
)

from .base import Ref
from .files import MOST_BYTES, FileEntry, FilesReading

US = "syncbot"
"""Who stands behind what came through `replace` and `create`."""
FORBIDDEN = frozenset('"*:<>?/\\|')
"""Characters that no name may hold (SharePoint's rule)."""


@dataclass(kw_only=True)
class _Kept:
    """One file as it is kept."""

    path: str
    data: bytes
    version: int
    """Counts all changes: the etag."""
    content: int
    """Counts changes of the content: the ctag."""
    change: int
    at: datetime
    by: str
    locked: bool = False
    gone: bool = False


@dataclass(kw_only=True)
class FilesInMemory:
    """Files in a dict, by path."""

    clock: Callable[[], datetime]
    name: str = "files"
    connection: str = "memory"
    suffixes: tuple[str, ...] = ()
    """In lower case, with the dot; none = all files."""
    failing: Callable[[str], EndpointError | None] = lambda _: None
    """Asked before each call, by the name of the method; what it returns is raised."""
    lost: Callable[[str], bool] = lambda _: False
    """Asked after `replace` and `create`: the answer gets lost although it was saved."""
    calls: list[str] = field(default_factory=list)
    """Names of the methods called so far."""
    _files: dict[Ref, _Kept] = field(default_factory=dict)
    _changes: int = 0
    _oldest: int = 0

    def changed(self, cursor: str | None) -> FilesReading:
        """Return the files changed since the counter stood at `cursor`."""
        self._called("changed")
        since = 0 if cursor is None else self._since(cursor)
        moved = {ref for ref, kept in self._files.items() if kept.change > since}
        there = [ref for ref in self._files if ref in moved and self._is_there(self._files[ref])]
        return FilesReading(
            changed=[self._entry(ref) for ref in there],
            gone=frozenset(moved.difference(there)) if cursor is not None else frozenset(),
            cursor=str(self._changes),
            full=cursor is None,
        )

    def get(self, ref: Ref) -> FileEntry:
        """Look one file up."""
        self._called("get")
        self._there(ref)
        return self._entry(ref)

    def find(self, path: str) -> FileEntry | None:
        """Look a file up by its path; capitals do not count."""
        self._called("find")
        there = (ref for ref, kept in self._files.items() if kept.path.lower() == path.lower())
        return next((self._entry(ref) for ref in there if self._is_there(self._files[ref])), None)

    def download(self, ref: Ref, limit: int = MOST_BYTES) -> bytes:
        """Return the content."""
        self._called("download")
        data = self._there(ref).data
        if len(data) > limit:
            raise TooLarge(f"{len(data)} bytes, more than {limit}", endpoint=self.name, ref=ref)
        return data

    def replace(self, ref: Ref, data: bytes, etag: str) -> FileEntry:
        """Put other content into a file that still has that etag."""
        self._called("replace")
        kept = self._there(ref)
        if kept.locked:
            raise Locked("somebody has it open", endpoint=self.name, ref=ref)
        if etag != _tag(kept.version):
            raise VersionChanged("somebody changed it since", endpoint=self.name, ref=ref)
        self.edit(ref, data, by=US)
        return self._answered("replace", ref)

    def create(self, path: str, data: bytes) -> FileEntry:
        """Put a new file at a path."""
        self._called("create")
        name = path.rpartition("/")[2]
        if (
            name.strip() in ("", ".", "..")
            or FORBIDDEN & set(name)
            or name.startswith("~$")
            or not self._wanted(path)
        ):
            raise Invalid(f"no name for a file here: {name!r}", endpoint=self.name)
        if any(kept.path.lower() == path.lower() and not kept.gone for kept in self._files.values()):
            raise AlreadyExists(f"the name is taken: {name!r}", endpoint=self.name)
        return self._answered("create", self.put(path, data, by=US))

    def put(self, path: str, data: bytes, *, by: str, at: datetime | None = None) -> Ref:
        """Add a file as a person does; the folders on the way need not be there."""
        ref = f"file-{len(self._files) + 1}"
        moment = at or self.clock()
        self._files[ref] = _Kept(path=path, data=data, version=0, content=0, change=0, at=moment, by=by)
        self._touch(ref, by=by, at=moment, content=True)
        return ref

    def edit(self, ref: Ref, data: bytes, *, by: str, at: datetime | None = None) -> None:
        """Change the content as a person does."""
        self._files[ref].data = data
        self._touch(ref, by=by, at=at or self.clock(), content=True)

    def move(self, ref: Ref, path: str, *, by: str) -> None:
        """Rename or move a file; its content stays what it was. A path from "../" on lies outside of the folder."""
        self._files[ref].path = path
        self._touch(ref, by=by, at=self.clock(), content=False)

    def trash(self, ref: Ref, *, by: str) -> None:
        """Put a file into the recycle bin."""
        self._files[ref].gone = True
        self._touch(ref, by=by, at=self.clock(), content=False)

    def lock(self, ref: Ref, *, locked: bool = True) -> None:
        """Open a file in Word, or close it."""
        self._files[ref].locked = locked

    def expire_cursors(self) -> None:
        """Forget the change log: cursors given out before are too old."""
        self._changes += 1
        self._oldest = self._changes

    def ref(self, path: str) -> Ref | None:
        """Return the ref of the file at a path, None when there is none."""
        found = (ref for ref, kept in self._files.items() if kept.path == path and not kept.gone)
        return next(found, None)

    def data(self, ref: Ref) -> bytes:
        """Return the content as it is kept."""
        return self._files[ref].data

    def _touch(self, ref: Ref, *, by: str, at: datetime, content: bool) -> None:
        self._changes += 1
        kept = self._files[ref]
        kept.version += 1
        kept.content += content
        self._files[ref] = replace(kept, change=self._changes, by=by, at=at)

    def _called(self, method: str) -> None:
        self.calls.append(method)
        error = self.failing(method)
        if error is not None:
            raise error

    def _answered(self, method: str, ref: Ref) -> FileEntry:
        if self.lost(method):
            raise OutcomeUnknown("the answer got lost", endpoint=self.name)
        return self._entry(ref)

    def _since(self, cursor: str) -> int:
        since = int(cursor)
        if since < self._oldest:
            raise CursorExpired("the change log does not reach back that far", endpoint=self.name)
        return since

    def _there(self, ref: Ref) -> _Kept:
        kept = self._files.get(ref)
        if kept is None or not self._is_there(kept):
            raise NotFound("not in the folder", endpoint=self.name, ref=ref)
        return kept

    def _is_there(self, kept: _Kept) -> bool:
        return not kept.gone and not kept.path.startswith("../") and self._wanted(kept.path)

    def _wanted(self, path: str) -> bool:
        name = path.rpartition("/")[2].lower()
        return not name.startswith("~$") and (not self.suffixes or name.endswith(self.suffixes))

    def _entry(self, ref: Ref) -> FileEntry:
        kept = self._files[ref]
        return FileEntry(
            ref=ref,
            name=kept.path.rpartition("/")[2],
            path=kept.path,
            size=len(kept.data),
            etag=_tag(kept.version),
            ctag=_tag(kept.content),
            url=f"https://files.example/{ref}",
            edited_at=kept.at,
            edited_by=kept.by,
            by_us=kept.by == US,
        )


def _tag(version: int) -> str:
    return f"v{version}"
