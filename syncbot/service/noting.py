"""The step before what notes tell is synced: read the notes that changed, find, follow, keep."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from syncbot.errors import EndpointError, NotFound, Precondition, Unreadable
from syncbot.notes.mention import MoveKind, said_in
from syncbot.notes.twice import said_once
from syncbot.store.notes import KeptNote, NotesStore

from .note_keeping import Keeper, Kept, ReadNote
from .note_names import Names
from .note_report import SourceReport, Unread
from .note_sources import GROUP, Find, Listed, NoteSource, Noting
from .note_texts import telling_of
from .parts import Parts

_AT_ONCE = 50
"""Notes that are kept together: a run that is killed reads no more than these again."""
_UNSETTLED = "?"
"""Ends the version of a note that may have been edited since without looking different."""
_WATCHED = "note"
"""What those who watch a run are told is read."""
_GRAIN = timedelta(minutes=1)
"""The coarsest time that a place tells."""
_TOLD = {MoveKind.TICKED, MoveKind.UNTICKED, MoveKind.REWORDED, MoveKind.DUE, MoveKind.OWNERS, MoveKind.GONE}


@dataclass(kw_only=True)
class NotesRun:
    """Reads each place once in a run, as soon as the kinds before it are synced."""

    parts: Parts
    noting: Noting
    store: NotesStore
    """Where what is read is kept; in a dry run a copy."""
    full: bool = False
    """Read everything anew, also what did not change."""
    reports: list[SourceReport] = field(default_factory=list)
    _done: set[str] = field(default_factory=set)

    def ahead_of(self, coming: Collection[str]) -> None:
        """Read the places that need not wait for a kind that is still to be synced."""
        due = [one for one in self.noting.sources if one.name not in self._done and one.after not in coming]
        for source in due:
            self._done.add(source.name)
            self.parts.watch.reading(_WATCHED, _shown(source.name))
            self.reports.append(_Reader(self, source).report())
        again = self.keeper().again() if due else None
        if again and again.change.threads:
            self._keep(again)

    def keeper(self) -> Keeper:
        """Return what works out what is to be kept, with the people and cities known by now."""
        return Keeper(store=self.store, names=Names(self.parts, self.noting), now=self.parts.now())

    def _keep(self, kept: Kept) -> None:
        self.parts.lease.keep()
        self.store.keep_notes(kept.change)


class _Reader:
    """Reads one place."""

    def __init__(self, run: NotesRun, source: NoteSource) -> None:
        self._run = run
        self._source = source
        self._kept = {one.ref: one for one in run.store.notes(source.name)}
        self._report = SourceReport(source=source.name)

    def report(self) -> SourceReport:
        """Read what changed, and say how it went."""
        run, source = self._run, self._source
        try:
            listing = source.listed(None if run.full else run.store.note_cursor(source.name))
        except EndpointError as error:
            return replace(self._report, error=error)
        names = run.keeper().names
        find = run.noting.finder(names.city_names(), names.people_names())
        todo = self._to_read(listing.notes)
        for number, some in enumerate(_batches(todo)):
            run.parts.watch.read(_WATCHED, _shown(source.name), number * _AT_ONCE)
            read: list[ReadNote] = []
            try:
                read += (self._read(one, find) for one in some)
            except EndpointError as error:  # the place, not the note: what is left is read by the next run
                self._keep(read)
                return replace(self._report, error=error)
            self._keep(read)
        gone = self._gone(listing.gone, {one.ref for one in listing.notes}, full=listing.full)
        whole = listing.complete and listing.cursor is not None
        self._keep(gone if listing.complete else [], {source.name: str(listing.cursor)} if whole else {})
        return self._report

    def _read(self, one: Listed, find: Find) -> ReadNote:
        """Open one note and find; what is wrong with this note alone is told, anything else raised."""
        try:
            note = self._source.read(one)
        except NotFound:
            return ReadNote(note=replace(self._kept.get(one.ref, self._note(one)), gone=True), said=None)
        except Precondition as error:
            return self._failed(one, error)
        found = find(note if note.day else replace(note, day=one.day))
        day = found.day or note.day or one.day
        kept = replace(self._note(one), day=day, oddities=(*note.oddities, *found.oddities))
        return ReadNote(note=kept, said=said_once(said_in(found)))

    def _to_read(self, listed: Sequence[Listed]) -> list[Listed]:
        """Leave out what is as it was; add what could not be read the last time, or may have been edited since."""
        told = {one.ref for one in listed}
        changed = [one for one in listed if self._run.full or self._is_news(one)]
        again = [_listed(one) for ref, one in self._kept.items() if ref not in told and _is_open(one)]
        return sorted([*changed, *again], key=lambda one: (str(one.day or ""), one.ref))

    def _is_news(self, one: Listed) -> bool:
        old = self._kept.get(one.ref)
        return (
            old is None
            or old.gone
            or old.version != one.version
            or old.scope != _scope(self._source.name, one)
        )

    def _note(self, one: Listed) -> KeptNote:
        """The note as read now."""
        old = self._kept.get(one.ref)
        now = self._run.parts.now()
        settled = one.settles is None or now >= one.settles
        return KeptNote(
            source=self._source.name,
            ref=one.ref,
            scope=_scope(self._source.name, one),
            title=one.title,
            version=one.version if settled else f"{one.version}{_UNSETTLED}",
            day=one.day,
            url=one.url,
            readings=(old.readings if old else 0) + 1,
            read_at=now,
            facts={**one.facts, **({GROUP: one.group} if one.group else {})},
        )

    def _failed(self, one: Listed, error: Precondition) -> ReadNote:
        """What is wrong with the content stays so until it changes; anything else is tried again."""
        old = self._kept.get(one.ref)
        note = self._note(one)
        why = error.why if isinstance(error, Unreadable) else error.detail
        unread = Unread(source=self._source.name, title=one.title, why=why, url=one.url, error=error)
        self._report = replace(self._report, unread=(*self._report.unread, unread))
        version = note.version if isinstance(error, Unreadable) else f"{one.version}{_UNSETTLED}"
        kept = replace(
            note,
            version=version,
            failed=why,
            readings=old.readings if old else 0,
            read_at=old.read_at if old else None,
            day=one.day or (old.day if old else None),
        )
        return ReadNote(note=kept, said=None)

    def _gone(self, gone: Collection[str], told: Collection[str], *, full: bool) -> list[ReadNote]:
        lost = {
            ref
            for ref, one in self._kept.items()
            if not one.gone and (ref in gone or (full and ref not in told))
        }
        return [
            ReadNote(note=replace(self._kept[ref], gone=True, failed=None), said=None) for ref in sorted(lost)
        ]

    def _keep(self, read: Sequence[ReadNote], cursors: Mapping[str, str] | None = None) -> None:
        if not read and all(
            self._run.store.note_cursor(name) == one for name, one in (cursors or {}).items()
        ):
            return
        keeper = self._run.keeper()
        kept = keeper.read(read, cursors)
        self._run.parts.lease.keep()
        self._run.store.keep_notes(kept.change)
        self._tell(read, kept)

    def _tell(self, read: Sequence[ReadNote], kept: Kept) -> None:
        threads = {one.id: one for one in kept.change.threads}
        opened: dict[str, list[str]] = {name: list(said) for name, said in self._report.opened.items()}
        for one in kept.opened:
            opened.setdefault(threads[one].strand, []).append(telling_of(threads[one]).name)
        moves = Counter(self._report.moves)
        moves.update(one.what for one in kept.change.moves if MoveKind(one.what) in _TOLD)
        self._report = replace(
            self._report,
            read=[*self._report.read, *(one.note.title for one in read if one.said is not None)],
            undated=[
                *self._report.undated,
                *(one.note.title for one in read if one.said is not None and one.note.day is None),
            ],
            gone=[*self._report.gone, *(one.note.title for one in read if one.note.gone)],
            opened=opened,
            waiting=self._report.waiting + len(kept.waiting),
            moves=dict(moves),
        )


def _shown(name: str) -> str:
    return name.replace("_", " ")


def _is_open(one: KeptNote) -> bool:
    return one.version.endswith(_UNSETTLED) and not one.gone


def _listed(one: KeptNote) -> Listed:
    """A note that is to be read again although its place does not list it."""
    facts = dict(one.facts)
    return Listed(
        ref=one.ref,
        title=one.title,
        version=one.version.removesuffix(_UNSETTLED),
        settles=_settles(one.read_at),
        group=facts.pop(GROUP, None),
        day=one.day,
        url=one.url,
        facts=facts,
    )


def _settles(read_at: datetime | None) -> datetime | None:
    return read_at + _GRAIN if read_at else None


def _scope(source: str, one: Listed) -> str:
    """Notes of a group carry lines on to each other; where no group is told, those of one place do."""
    return one.group or f"({source})"


def _batches(todo: Iterable[Listed]) -> Iterator[list[Listed]]:
    left = iter(todo)
    while some := list(islice(left, _AT_ONCE)):
        yield some
