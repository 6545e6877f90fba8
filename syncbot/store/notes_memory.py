"""Notes that were read, in memory."""

import threading
from collections.abc import Collection, Sequence

from syncbot.errors import StoreError
from syncbot.store.notes import KeptLine, KeptNote, KeptThread, NoteMove, NoteRuling, NotesChange


class MemoryNotes:
    """The part of the store in memory that remembers notes."""

    def __init__(self) -> None:
        super().__init__()
        self._notes_lock = threading.RLock()
        self._notes: dict[tuple[str, str], KeptNote] = {}
        self._note_lines: dict[str, KeptLine] = {}
        self._note_threads: dict[str, KeptThread] = {}
        self._note_moves: list[NoteMove] = []
        self._note_rulings: dict[str, NoteRuling] = {}
        self._note_cursors: dict[str, str] = {}

    def notes(self, source: str | None = None) -> Sequence[KeptNote]:
        """Notes of a source, or all."""
        with self._notes_lock:
            return [one for key, one in sorted(self._notes.items()) if source in {None, key[0]}]

    def note_lines(self, scope: str) -> Sequence[KeptLine]:
        """All lines of a group."""
        with self._notes_lock:
            return [one for _, one in sorted(self._note_lines.items()) if one.scope == scope]

    def note_threads(self, *, strand: str | None = None, scope: str | None = None) -> Sequence[KeptThread]:
        """Threads of a strand and a group, or all."""
        with self._notes_lock:
            return [
                one
                for _, one in sorted(self._note_threads.items())
                if strand in {None, one.strand} and scope in {None, one.scope}
            ]

    def note_moves(self, lines: Collection[str]) -> Sequence[NoteMove]:
        """What happened to lines, oldest first."""
        with self._notes_lock:
            return sorted((one for one in self._note_moves if one.line in lines), key=lambda one: one.at)

    def note_rulings(self, scope: str | None = None) -> Sequence[NoteRuling]:
        """What people decided, oldest first."""
        with self._notes_lock:
            kept = [one for one in self._note_rulings.values() if scope in {None, one.scope}]
            return sorted(kept, key=lambda one: one.at)

    def note_cursor(self, source: str) -> str | None:
        """Where the next listing of a source goes on."""
        with self._notes_lock:
            return self._note_cursors.get(source)

    def keep_notes(self, change: NotesChange) -> None:
        """Keep all of it, or nothing."""
        with self._notes_lock:
            if self._note_rulings.keys() & {one.id for one in change.rulings}:
                raise StoreError("a decision is there already")
            self._notes |= {(one.source, one.ref): one for one in change.notes}
            self._note_lines |= {one.id: one for one in change.lines}
            self._note_threads |= {one.id: one for one in change.threads}
            self._note_moves += change.moves
            self._note_rulings |= {one.id: one for one in change.rulings}
            self._note_cursors |= change.cursors
