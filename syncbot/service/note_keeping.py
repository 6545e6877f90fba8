"""Keeping what was read: the lines of notes become threads, and all of it goes into the store in one piece."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from syncbot.notes.mention import Mention, Move, Said, Standing, Thread, Verdict
from syncbot.notes.threads import Known, Position, follow, position
from syncbot.notes.threads_line import removed, renew
from syncbot.notes.threads_told import told
from syncbot.store.notes import KeptLine, KeptNote, KeptThread, NoteMove, NoteRuling, NotesChange, NotesStore

from .note_names import Names
from .note_texts import (
    Telling,
    as_it_was,
    line_text,
    mention_of,
    note_key,
    ruled_of,
    telling_of,
    thread_text,
)


@dataclass(frozen=True, kw_only=True)
class ReadNote:
    """A note that was read, or that could not be."""

    note: KeptNote
    """As it is to be kept."""
    said: Sequence[Said] | None
    """What was found; None: nothing is known of its lines now (it was not read), they stay as they were."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a keeping came to, for people."""

    change: NotesChange
    opened: Sequence[str] = ()
    """Threads that are records from now on."""
    waiting: Sequence[str] = ()
    """Threads that wait for a person from now on."""


@dataclass(kw_only=True)
class Keeper:
    """Works out what is now known, against what a store knows."""

    store: NotesStore
    names: Names
    now: datetime

    def read(self, read: Sequence[ReadNote], cursors: Mapping[str, str] | None = None) -> Kept:
        """Take in notes that were read or are gone, with where the next listing goes on."""
        desk = _Desk(self.store, [one.note for one in read])
        moves: list[tuple[str, Move]] = []
        for one in read:
            moves += [(one.note.title, move) for move in desk.take_in(one)]
        return self._settled(desk, moves, notes=[one.note for one in read], cursors=cursors or {})

    def rule(self, scope: str, rulings: Sequence[NoteRuling], closed: Collection[str] = ()) -> Kept:
        """Take in what a person decided. `closed` are threads that stop being records."""
        desk = _Desk(self.store, (), {scope: list(rulings)}, closed)
        desk.ruled(scope)
        return self._settled(desk, (), rulings=rulings)

    def again(self) -> Kept:
        """Look once more who and what is meant where that was not known: people and cities come and go."""
        found = [(one, telling_of(one)) for one in self.store.note_threads()]
        changed = [
            replace(one, text=thread_text(new))
            for one, old in found
            if not as_it_was(new := self._matched(old), old)
        ]
        return Kept(change=NotesChange(threads=changed))

    def _matched(self, old: Telling) -> Telling:
        people = self.names.people(old.told.owners, old.people)
        cities = self.names.cities(old.told.cities, old.cities)
        return replace(old, people=people, cities=cities, changed=self.now)

    def _settled(
        self,
        desk: "_Desk",
        moves: Sequence[tuple[str, Move]],
        *,
        notes: Sequence[KeptNote] = (),
        rulings: Sequence[NoteRuling] = (),
        cursors: Mapping[str, str] | None = None,
    ) -> Kept:
        lines: list[KeptLine] = []
        threads: list[KeptThread] = []
        before: dict[str, KeptThread] = {}
        for group in desk.groups.values():
            changed, told_now = group.settled(desk.days(group), self.names, self.now)
            lines += changed
            threads += told_now
            before |= group.threads
        change = NotesChange(
            notes=notes,
            lines=lines,
            threads=threads,
            moves=[self._move(one, by) for by, one in moves],
            rulings=rulings,
            cursors=cursors or {},
        )
        return Kept(
            change=change,
            opened=_newly(Standing.OPEN, threads, before),
            waiting=_newly(Standing.WAITING, threads, before),
        )

    def _move(self, one: Move, by: str) -> NoteMove:
        return NoteMove(
            line=one.mention,
            what=one.what.value,
            before=one.before,
            after=one.after,
            at=self.now,
            by=by,
        )


def _newly(
    standing: Standing, threads: Sequence[KeptThread], before: Mapping[str, KeptThread]
) -> Sequence[str]:
    return [
        one.id
        for one in threads
        if one.standing == standing.value
        and (one.id not in before or before[one.id].standing != standing.value)
        and telling_of(one).joined is None
    ]


class _Desk:
    """The groups that are touched, with everything that is known of them."""

    def __init__(
        self,
        store: NotesStore,
        notes: Sequence[KeptNote],
        rulings: Mapping[str, Sequence[NoteRuling]] | None = None,
        closed: Collection[str] = (),
    ) -> None:
        self._notes = {(one.source, one.ref): one for one in store.notes()}
        self._before = dict(self._notes)
        self._notes |= {(one.source, one.ref): one for one in notes}
        scopes = {one.scope for one in notes} | set(rulings or {})
        scopes |= {old.scope for one in notes if (old := self._before.get((one.source, one.ref)))}
        self.groups = {
            scope: _Group(store, scope, (rulings or {}).get(scope, ()), closed) for scope in sorted(scopes)
        }

    def days(self, group: "_Group") -> Mapping[str, date | None]:
        """The day of each note of a group, by what lines call the note."""
        return {note_key(*key): one.day for key, one in self._notes.items() if one.scope == group.scope}

    def ruled(self, scope: str) -> None:
        """Work out anew what comes after the lines that were decided about."""
        group = self.groups[scope]
        days = self.days(group)
        for note in group.notes_ruled():
            group.touched(position(note, days.get(note)))

    def take_in(self, read: ReadNote) -> Iterator[Move]:
        """Recognise the lines of a note."""
        note = read.note
        old = self._before.get((note.source, note.ref), note)
        key = note_key(note.source, note.ref)
        self.groups[old.scope].touched(position(key, old.day))
        self.groups[note.scope].touched(position(key, note.day))
        before = self.groups[old.scope].take_out(key)
        if old.scope != note.scope:
            self.groups[note.scope].adopt(self.groups[old.scope].let_go(before))
        if note.gone:
            renewed = removed(before)
        elif read.said is None:
            self.groups[note.scope].put_in(before)
            return
        else:
            renewed = renew(key, old.readings, before, read.said)
        self.groups[note.scope].put_in(renewed.mentions)
        yield from renewed.moves


@dataclass
class _Group:
    """The lines and threads of one group."""

    store: NotesStore
    scope: str
    decided: Sequence[NoteRuling]
    closed: Collection[str]
    threads: dict[str, KeptThread] = field(init=False)
    """As they were kept."""
    since: Position | None = None
    """From where on something is new."""
    _lines: dict[str, Mention] = field(init=False)
    _threads_of: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._kept = {one.id: one for one in self.store.note_lines(self.scope)}
        self._lines = {name: mention_of(one) for name, one in self._kept.items()}
        self._threads_of = {name: one.thread for name, one in self._kept.items()}
        self.threads = {one.id: one for one in self.store.note_threads(scope=self.scope)}

    def touched(self, at: Position) -> None:
        """Note where something is new."""
        self.since = at if self.since is None else min(at, self.since)

    def notes_ruled(self) -> set[str]:
        """The notes of the lines that are decided about now."""
        lines = {line for one in self.decided for line in (one.line, ruled_of(one).same_as) if line}
        return {self._lines[line].note for line in lines if line in self._lines}

    def take_out(self, note: str) -> list[Mention]:
        """Remove the lines of a note."""
        found = [one for one in self._lines.values() if one.note == note]
        for one in found:
            del self._lines[one.id]
        return found

    def let_go(self, lines: Iterable[Mention]) -> dict[str, KeptThread]:
        """By line: the threads that go with lines to another group, because no other line of them stays here."""
        staying = {self._threads_of[name] for name in self._lines if name in self._threads_of}
        going = {one.id: thread for one in lines if (thread := self._threads_of.get(one.id)) not in staying}
        return {line: self.threads[thread] for line, thread in going.items() if thread in self.threads}

    def adopt(self, threads: Mapping[str, KeptThread]) -> None:
        """Take over threads from another group."""
        self._threads_of |= {line: one.id for line, one in threads.items()}
        self.threads |= {one.id: one for one in threads.values()}

    def put_in(self, mentions: Iterable[Mention]) -> None:
        """Add the lines of a note."""
        self._lines |= {one.id: one for one in mentions}

    def settled(
        self, days: Mapping[str, date | None], names: Names, now: datetime
    ) -> tuple[list[KeptLine], list[KeptThread]]:
        """Sort all lines into threads; return what is not as it was kept."""
        known = self._known()
        followed = follow(list(self._lines.values()), days, known)
        thread_of = {line: one.id for one in followed.threads for line in one.mentions}
        lines = [self._line(one, thread_of[name]) for name, one in self._lines.items()]
        told_now = {one.id: self._thread(one, known, names, now) for one in followed.threads}
        for lost in self._joined_before() | set(followed.joined):
            target = _end_of(lost, followed.joined, self._tellings)
            if target in told_now and lost in self.threads and lost not in told_now:
                told_now[lost] = self._echo(lost, telling_of(told_now[target]), target, now)
        return (
            [one for one in lines if self._kept.get(one.id) != one],
            [one for one in told_now.values() if self.threads.get(one.id) != one],
        )

    def _known(self) -> Known:
        rulings = [*self.store.note_rulings(self.scope), *self.decided]
        opened = {name for name, one in self.threads.items() if one.standing == Standing.OPEN.value}
        return Known(
            threads={line: thread for line, thread in self._threads_of.items() if line in self._lines},
            opened=opened - set(self.closed),
            ruled={one.line: ruled_of(one) for one in rulings},
            asked={name: one.candidates for name, one in self._tellings.items() if one.candidates},
            since=self.since,
            rejected={(one.strand, one.words) for one in rulings if one.verdict == Verdict.REJECTED.value},
        )

    @cached_property
    def _tellings(self) -> Mapping[str, Telling]:
        return {name: telling_of(one) for name, one in self.threads.items()}

    def _joined_before(self) -> set[str]:
        return {name for name, one in self._tellings.items() if one.joined}

    def _line(self, mention: Mention, thread: str) -> KeptLine:
        source, _, ref = mention.note.partition("/")
        return KeptLine(
            id=mention.id,
            source=source,
            ref=ref,
            scope=self.scope,
            thread=thread,
            gone=mention.gone,
            text=line_text(mention),
        )

    def _thread(self, thread: Thread, known: Known, names: Names, now: datetime) -> KeptThread:
        old = self._tellings.get(thread.id)
        kept = self.threads.get(thread.id)
        was_open = kept is not None and kept.opened is not None
        lines = [self._lines[one] for one in thread.mentions]
        says = told(lines, known.ruled, old.name if old and was_open else None)
        new = Telling(
            told=says,
            name=says.text,
            changed=now,
            lines=thread.mentions,
            candidates=thread.candidates,
            people=names.people(says.owners, old.people if old else {}),
            cities=names.cities(says.cities, old.cities if old else {}),
        )
        if old and was_open and thread.standing is Standing.REJECTED:  # its rows stay; no note speaks for it
            new = replace(new, told=old.told, name=old.name, people=old.people, cities=old.cities)
        telling = old if old and as_it_was(new, old) else new
        opened = kept.opened if kept else None
        if thread.standing is Standing.OPEN and opened is None:
            opened = now
        return KeptThread(
            id=thread.id,
            scope=self.scope,
            strand=thread.strand,
            standing=thread.standing.value,
            opened=opened,
            text=thread_text(telling),
        )

    def _echo(self, lost: str, target: Telling, into: str, now: datetime) -> KeptThread:
        """A thread whose lines are counted with another: as a record it goes on saying what that one says."""
        old = self._tellings[lost]
        said = replace(target.told, text=old.name)
        new = replace(target, told=said, name=old.name, joined=into, candidates=(), changed=now)
        kept = self.threads[lost]
        standing = kept.standing if kept.opened else Standing.DROPPED.value
        return replace(kept, standing=standing, text=thread_text(old if as_it_was(new, old) else new))


def _end_of(lost: str, joined: Mapping[str, str], tellings: Mapping[str, Telling]) -> str:
    seen: set[str] = set()
    while lost not in seen:
        seen.add(lost)
        lost = joined.get(lost) or (tellings[lost].joined if lost in tellings else None) or lost
    return lost
