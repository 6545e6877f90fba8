"""A folder of a SharePoint library as a place of files, over Microsoft Graph.

Reading is the drive's feed of changes, which only a whole drive has: an idle reading is one request. The folder is
found by its path once and then watched by its id, so it may be renamed or moved within its library.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from syncbot.endpoints.base import Ref
from syncbot.endpoints.files import MOST_BYTES, FileEntry, FilesReading
from syncbot.errors import (
    CursorExpired,
    EndpointError,
    Incomplete,
    Invalid,
    NotFound,
    SchemaChanged,
    TooLarge,
    Unavailable,
)

from .connection import GraphConnection
from .drive_asks import DriveAsks, drives_path, site_path
from .drive_cursor import Cursor, read_cursor
from .drive_feed import Sorted, Told, Tree, sort_out, told_by
from .drive_items import (
    Folder,
    Watched,
    folder_of,
    hash_of,
    is_file,
    moment_of,
    parent_of,
    quick_xor,
    size_of,
)
from .drive_transfer import LinkClosed, Transfer
from .drive_writing import FileWriter
from .wire import Json, inside

_FORBIDDEN = frozenset('"*:<>?\\|')
_MOST_STRANGERS = 200
"""Folders looked up for one reading; more are never needed unless the feed leaves out all parents."""


@dataclass(frozen=True, kw_only=True)
class FileVersion:
    """One earlier or present state of a file."""

    id: str
    size: int
    edited_at: datetime | None
    edited_by: str | None


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where the folder is."""

    drive: str
    folder: str


@dataclass(kw_only=True)
class Drive:
    """The files of a folder and those below it, or as many as end in the suffixes. Keeps `endpoints.files.Files`."""

    name: str
    graph: GraphConnection = field(repr=False)
    site_url: str
    """As in a browser: "https://contoso.sharepoint.com/sites/cities"."""
    documents: str
    """Its title ("Documents") or the last part of its address ("Shared Documents")."""
    folder: str = ""
    """Its path in the library: "Meeting notes/CSG B"; "" = the whole library."""
    suffixes: tuple[str, ...] = ()
    """In lower case, with the dot; none = all files."""
    app_id: str
    """Our client id."""
    page: int = 200
    """How many changes a page of the feed has."""
    _spot: Spot | None = field(default=None, repr=False)
    _folders: dict[str, Folder] = field(default_factory=dict, repr=False)
    """Folders that were seen, by id."""

    @property
    def connection(self) -> str:
        """All that is read over one connection shares its queue."""
        return self.graph.name

    def changed(self, cursor: str | None) -> FilesReading:
        """Read what changed since `cursor`; when that cannot be told for sure, all files are read."""
        if cursor is None:
            return self._all(())
        before = self._before(cursor)
        told = self._told(before.link)
        found = self._sorted(told, before.folders, full=False)
        unsure = found.unsure
        # A folder that went with the one above it may not be told by itself.
        if told.gone and unsure is None and not self._is_there():
            unsure = "there is another folder of that name"
        if unsure is not None:
            return self._all((f"all files were read: {unsure}",))
        return self._reading(told, found, full=False, cursor=cursor)

    def get(self, ref: Ref) -> FileEntry:
        """Look one file up; one that is elsewhere, or that does not end as wanted, is not found."""
        item = self._item(ref)
        entry = self._entry(item)
        if entry is None or not is_file(item) or not self._watched().wants(entry.name):
            raise NotFound("it is not among the files of the folder", endpoint=self.name, ref=ref)
        return entry

    def find(self, path: str) -> FileEntry | None:
        """Look a file up by its path below the folder; one that does not end as wanted is none."""
        try:
            item: Json = self.graph.get(self._asks().below(self._where().folder, path))
        except NotFound:
            return None
        entry = self._entry(item) if is_file(item) else None
        return entry if entry is not None and self._watched().wants(entry.name) else None

    def download(self, ref: Ref, limit: int = MOST_BYTES) -> bytes:
        """Return the content, compared with the hash that SharePoint tells of it.

        Hashes and sizes of Office files were seen to be wrong (OneDrive/onedrive-api-docs issue 1066), so content
        that comes twice the same is believed.
        """
        first, fits = self._downloaded(ref, limit)
        if fits:
            return first
        second, fits = self._downloaded(ref, limit)
        if fits or first == second:
            return second
        raise Unavailable("a file came damaged twice", endpoint=self.name)

    def replace(self, ref: Ref, data: bytes, etag: str) -> FileEntry:
        """Put other content into a file that still has that etag."""
        return self._told_entry(self._writer().replace(ref, data, etag))

    def create(self, path: str, data: bytes) -> FileEntry:
        """Put a new file at a path below the folder; a folder on the way that is missing is not made."""
        names = path.split("/")
        bad = any(not name.strip() or name in (".", "..") or _FORBIDDEN & set(name) for name in names)
        if bad or not self._watched().wants(names[-1]):
            raise Invalid(f"no name for a file here: {path!r}", endpoint=self.name)
        return self._told_entry(self._writer().create(self._where().folder, path, data))

    def versions(self, ref: Ref) -> Sequence[FileVersion]:
        """Return the states that the library keeps of a file, the newest first."""
        pages = self.graph.pages(self._asks().versions(ref), units=2)
        return [_version(one) for page in pages for one in page["value"] if isinstance(one, dict)]

    def _before(self, text: str) -> Cursor:
        """Read a cursor of ours; whatever else is too old."""
        cursor = read_cursor(text)
        if cursor is None or cursor.place != self._declared():
            raise CursorExpired("another folder was watched when the cursor was made", endpoint=self.name)
        self._spot = Spot(drive=cursor.drive, folder=cursor.folder)
        self._folders = dict(cursor.folders)
        return cursor

    def _all(self, notes: Sequence[str]) -> FilesReading:
        """Read the feed from its beginning."""
        told = self._told(self._asks().feed(self.page))
        if self._where().folder not in told.items and not self._is_there():
            told = self._told(self._asks().feed(self.page))
        found = self._sorted(told, {}, full=True)
        reading = self._reading(told, found, full=True, cursor=None)
        whole = reading.complete and not told.broken
        return replace(reading, notes=(*notes, *reading.notes), complete=whole)

    def _told(self, path: str) -> Told:
        goes_on = "token=" in path
        try:
            pages = self.graph.pages(path, units=1 if goes_on else 2)
            return told_by(pages, path_of=self.graph.path_of)
        except NotFound as error:
            raise SchemaChanged(f"the library is gone ({error.detail})", endpoint=self.name) from None
        except Invalid as error:
            if not goes_on:
                raise
            raise CursorExpired(f"the stored link is refused: {error.detail}", endpoint=self.name) from None

    def _sorted(self, told: Told, known: Mapping[str, Folder], *, full: bool) -> Sorted:
        """Sort out a reading, looking up folders of which nothing is known."""
        watched, asked = self._watched(), 0
        found = sort_out(told, known, watched, full=full)
        while found.strangers:
            asked += len(found.strangers)
            if asked > _MOST_STRANGERS:
                raise Incomplete("the feed leaves out the folders of what changed", endpoint=self.name)
            above = {ref: self._above(ref) for ref in found.strangers}
            there = {ref: item for ref, item in above.items() if item is not None}
            away = frozenset(above) - frozenset(there)
            told = replace(told, items={**told.items, **there}, gone=told.gone | away)
            found = sort_out(told, known, watched, full=full)
        return found

    def _reading(self, told: Told, found: Sorted, *, full: bool, cursor: str | None) -> FilesReading:
        self._folders = dict(found.folders)
        following = self._after(told.link, found) if told.link is not None else cursor
        return FilesReading(
            changed=found.entries,
            gone=frozenset() if full else found.gone,
            cursor=following,
            complete=told.link is not None,
            full=full,
        )

    def _after(self, link: str, found: Sorted) -> str:
        spot = self._where()
        return Cursor(
            place=self._declared(),
            drive=spot.drive,
            folder=spot.folder,
            link=link,
            folders=found.folders,
        ).text()

    def _is_there(self) -> bool:
        """Look whether the folder is there; otherwise find it anew by its path. Raises `SchemaChanged`."""
        try:
            self._item(self._where().folder)
        except NotFound:
            self._spot = None
            self._folders.clear()
            self._where()
            return False
        return True

    def _above(self, ref: str) -> Json | None:
        """Look a folder up that the feed left out; None when it went away meanwhile."""
        try:
            item = self._item(ref)
        except NotFound:
            return None
        if folder_of(item) is None:
            raise Incomplete("a file lies in something that is no folder", endpoint=self.name)
        return item

    def _downloaded(self, ref: Ref, limit: int) -> tuple[bytes, bool]:
        """Return the content and whether it is as SharePoint says; a link that closed is asked for anew once."""
        item = self._item(ref)
        try:
            data = self._content(item, limit)
        except LinkClosed:
            item = self._item(ref)
            data = self._content_at_last(item, limit)
        told = hash_of(item)
        return data, told is None or told == quick_xor(data)

    def _content_at_last(self, item: Json, limit: int) -> bytes:
        try:
            return self._content(item, limit)
        except LinkClosed as error:
            raise Unavailable(error.detail, endpoint=self.name) from None

    def _content(self, item: Json, limit: int) -> bytes:
        if not is_file(item):
            raise NotFound("it is no file", endpoint=self.name, ref=str(item.get("id")))
        if size_of(item) > limit:
            raise TooLarge(f"{size_of(item)} bytes, more than {limit}", endpoint=self.name, ref=item["id"])
        if "malware" in item:
            raise Invalid("SharePoint found malware in it", endpoint=self.name, ref=item["id"])
        try:
            return Transfer(graph=self.graph).download(item.get("@microsoft.graph.downloadUrl"), limit)
        except TooLarge as error:
            raise TooLarge(error.detail, endpoint=self.name, ref=item["id"]) from None

    def _item(self, ref: str) -> Json:
        try:
            body: Json = self.graph.get(self._asks().item(ref))
        except NotFound as error:
            raise NotFound(error.detail, endpoint=self.name, ref=ref) from None
        if not isinstance(body.get("id"), str):
            raise Unavailable("an answer has no file", endpoint=self.name)
        return body

    def _told_entry(self, item: Json) -> FileEntry:
        """Return what was written; a write that worked in a folder that is not ours is none of ours."""
        entry = self._entry(item)
        if entry is None:
            raise NotFound("it is not among the files of the folder", endpoint=self.name, ref=item["id"])
        return entry

    def _entry(self, item: Json) -> FileEntry | None:
        """Return an item as a file of ours, None when it lies elsewhere; unknown folders are looked up."""
        watched = self._watched()
        for _ in range(_MOST_STRANGERS):
            try:
                path = Tree(watched=watched.folder, folders=self._folders).path(parent_of(item))
            except KeyError as unknown:
                ref = str(unknown.args[0])
                self._folders[ref] = folder_of(self._item(ref)) or Folder(parent=None, name="")
            else:
                return None if path is None else watched.entry(item, path)
        raise Incomplete("folders lie in one another without end", endpoint=self.name)

    def _writer(self) -> FileWriter:
        return FileWriter(graph=self.graph, asks=self._asks(), app_id=self.app_id, download=self.download)

    def _watched(self) -> Watched:
        return Watched(folder=self._where().folder, suffixes=self.suffixes, app_id=self.app_id)

    def _asks(self) -> DriveAsks:
        return DriveAsks(drive=self._where().drive)

    def _declared(self) -> str:
        return "|".join((self.site_url, self.documents, self.folder, *self.suffixes))

    def _where(self) -> Spot:
        """Find site, library and folder by name, the first time."""
        if self._spot is None:
            drive = self._library_id()
            self._spot = Spot(drive=drive, folder=self._folder_id(DriveAsks(drive=drive)))
        return self._spot

    def _library_id(self) -> str:
        site = self._looked_up(site_path(self.site_url), f"there is no site {self.site_url}")
        found = [
            one
            for page in self.graph.pages(drives_path(str(site["id"])), units=2)
            for one in page["value"]
            if isinstance(one, dict) and isinstance(one.get("id"), str)
        ]
        wanted = self.documents.casefold()
        for one in found:
            address = str(one.get("webUrl") or "").rpartition("/")[2].replace("%20", " ")
            if wanted in (str(one.get("name")).casefold(), address.casefold()):
                return str(one["id"])
        there = ", ".join(sorted(repr(one.get("name")) for one in found)) or "none"
        raise SchemaChanged(f"no library {self.documents!r} is there; there are: {there}", endpoint=self.name)

    def _folder_id(self, asks: DriveAsks) -> str:
        path = self.folder.strip("/")
        found = self._looked_up(asks.folder(path), f"the library has no folder {path!r}")
        if folder_of(found) is None:
            raise SchemaChanged(f"{path!r} is no folder", endpoint=self.name)
        return str(found["id"])

    def _looked_up(self, path: str, otherwise: str) -> Json:
        try:
            body: Json = self.graph.get(path)
        except NotFound as error:
            raise _absent(otherwise, error, self.name) from None
        if not isinstance(body.get("id"), str):
            raise Unavailable("an answer has no id", endpoint=self.name)
        return body


def _version(one: Json) -> FileVersion:
    return FileVersion(
        id=str(one.get("id") or ""),
        size=size_of(one),
        edited_at=moment_of(one.get("lastModifiedDateTime")),
        edited_by=inside(one, "lastModifiedBy", "user", "displayName"),
    )


def _absent(words: str, error: EndpointError, endpoint: str) -> SchemaChanged:
    return SchemaChanged(f"{words}, or it is not shared with us ({error.detail})", endpoint=endpoint)
