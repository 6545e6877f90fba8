"""Where notes are: what a place lists without opening anything, and how one note is opened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol, TypeAlias

from syncbot.endpoints.base import Endpoint, Row
from syncbot.endpoints.documents.days import day_in
from syncbot.endpoints.files import FileEntry, Files
from syncbot.errors import CursorExpired
from syncbot.mapping.binding import Bound, bind, restore
from syncbot.mapping.spec import KindSpec
from syncbot.model.values import UNKNOWN, Cell
from syncbot.notes.finding import Found
from syncbot.notes.form import Note
from syncbot.notes.people import KnownPerson
from syncbot.store.base import Store

from .links import StoredLinks

ENDPOINT = "endpoint"
"""Of the facts of a note: at which endpoint of its kind the note is a row itself."""
GROUP = "group"
SORT = "sort"
"""Of the facts: what sort of meeting it is, as declared."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A note as its place lists it."""

    ref: str
    title: str
    version: str
    """Equal versions need no reading."""
    settles: datetime | None = None
    """From then on no later edit can have this version as well; None: none ever can."""
    group: str | None = None
    day: date | None = None
    url: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a place lists."""

    notes: Sequence[Listed]
    """New ones and those that changed; with `full` all."""
    gone: frozenset[str] = frozenset()
    cursor: str | None = None
    complete: bool = True
    full: bool = False


class NoteSource(Protocol):
    """A place that holds notes."""

    @property
    def name(self) -> str:
        """As it is declared."""

    @property
    def after(self) -> str | None:
        """The kind that is synced first, so that what we write there ourselves is not news; None: no matter."""

    def listed(self, cursor: str | None) -> Listing:
        """List what changed, everything for None. Raises `EndpointError`."""

    def read(self, listed: Listed) -> Note:
        """Open one note. Raises `EndpointError`; a `Precondition` is about this note alone."""


Find: TypeAlias = Callable[[Note], Found]


@dataclass(frozen=True, kw_only=True)
class Noting:
    """What reading notes needs."""

    sources: Sequence[NoteSource]
    finder: Callable[[Sequence[str], Sequence[str]], Find]
    """Takes the names of cities to look for, and of people who are known; what it returns finds what a note says."""
    person: Callable[[str, Sequence[KnownPerson]], str | None]
    """Says which record is meant by a name as somebody wrote it; None where that is not sure."""


ReadDocument: TypeAlias = Callable[[bytes, FileEntry], Note]


@dataclass(frozen=True, kw_only=True)
class FolderSource:
    """Notes that are files in a folder."""

    name: str
    files: Files
    document: ReadDocument
    group: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    """By a folder in it: the group whose notes are there; `group` is that of all others."""
    sort: str | None = None
    after: str | None = None

    def listed(self, cursor: str | None) -> Listing:
        """List the files that changed; one request when nothing did."""
        try:
            reading = self.files.changed(cursor)
        except CursorExpired:
            reading = self.files.changed(None)
        notes = [self._listed(one) for one in reading.changed if not one.name.startswith("~$")]
        return Listing(
            notes=notes,
            gone=reading.gone,
            cursor=reading.cursor,
            complete=reading.complete,
            full=reading.full,
        )

    def read(self, listed: Listed) -> Note:
        """Download a file and read it."""
        return self.document(self.files.download(listed.ref), _entry(listed))

    def _listed(self, entry: FileEntry) -> Listed:
        stem = entry.name.rpartition(".")[0] or entry.name
        facts = {"name": entry.name, **({SORT: self.sort} if self.sort else {})}
        return Listed(
            ref=entry.ref,
            title=stem,
            version=f"{entry.ctag}|{entry.name}",
            group=self._group_of(entry.path),
            day=day_in(stem),
            url=entry.url,
            facts=facts,
        )

    def _group_of(self, path: str) -> str | None:
        inside = [folder for folder in self.groups if path.startswith(f"{folder}/")]
        return self.groups[max(inside, key=len)] if inside else self.group


def _entry(listed: Listed) -> FileEntry:
    """Return as much of a listing's entry as opening the file needs."""
    name = listed.facts.get("name", listed.title)
    return FileEntry(ref=listed.ref, name=name, path=name, size=0, etag="", ctag="", url=listed.url)


@dataclass(frozen=True, kw_only=True)
class PageSource:
    """Notes that are the bodies of rows of a kind, such as the pages of a Notion data source."""

    name: str
    spec: KindSpec
    endpoint: Endpoint
    """Lists also the rows that we edited last: somebody may have edited their body just before."""
    store: Store
    links: Callable[[], StoredLinks]
    body: Callable[[Listed], Note]
    group_field: str | None = None
    day_field: str | None = None
    groups: frozenset[str] | None = None
    """Rows of other groups have their notes elsewhere; None: all are read."""

    @property
    def after(self) -> str | None:
        """Its own kind."""
        return self.spec.kind

    def listed(self, cursor: str | None) -> Listing:
        """List the rows that were edited; one request when none was."""
        bound = self._bound()
        try:
            reading = self.endpoint.changes(cursor, bound.schema)
        except CursorExpired:
            reading = self.endpoint.changes(None, bound.schema)
        links = self.links()
        told = [(row, bound.read(row, links).values) for row in reading.rows]
        sure = [one for one in told if one[1].get(self.group_field or "") is not UNKNOWN]
        notes = [self._listed(row, values) for row, values in sure]
        wanted = [one for one in notes if self.groups is None or one.group in self.groups]
        elsewhere = {one.ref for one in notes} - {one.ref for one in wanted}
        return Listing(
            notes=wanted,
            gone=frozenset({one.ref for one in reading.gone} | elsewhere),
            cursor=reading.cursor,
            complete=reading.complete and len(sure) == len(told),  # whose notes the others are shows later
            full=reading.full,
        )

    def read(self, listed: Listed) -> Note:
        """Read the body of a row."""
        return self.body(listed)

    def _bound(self) -> Bound:
        text = self.store.binding(self.spec.kind, self.endpoint.name)
        known = restore(self.spec, self.endpoint.name, text) if text else None
        return known or bind(self.spec, self.endpoint.name, self.endpoint.describe(), text)

    def _listed(self, row: Row, values: Mapping[str, Cell]) -> Listed:
        title = values.get(self.spec.policy.title_field)
        return Listed(
            ref=row.ref,
            title=title if isinstance(title, str) else row.ref,
            version=_version(row),
            settles=_settles(row, self.endpoint.capabilities.time_grain),
            group=_text(values.get(self.group_field or "")),
            day=_day(values.get(self.day_field or "")),
            url=row.url,
            facts={ENDPOINT: self.endpoint.name},
        )


def _version(row: Row) -> str:
    """Say when a row was edited last, and whether by us: that we edited it shows, whoever edits it in that minute."""
    edited = row.edited_at.isoformat() if row.edited_at else row.version
    return f"{edited}|us" if row.by_us else edited


def _settles(row: Row, grain: timedelta) -> datetime | None:
    """Say from when on no edit of its notes can leave the version as it is; we ourselves never edit them."""
    return row.edited_at + 2 * grain if row.edited_at and not row.by_us else None


def _text(cell: Cell) -> str | None:
    return cell if isinstance(cell, str) else None


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else None
