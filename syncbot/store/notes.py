"""What the store is asked for about notes that were read: what stands in them, what became of it, what people decided.

The store knows neither what a note is nor what is found in one: it keeps lines and threads, and texts that `service`
writes. A reading is kept whole or not at all, together with the mark that the note was read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class KeptNote:
    """One note, as it was last looked at."""

    source: str
    """Which place it lives in, as declared."""
    ref: str
    """Where it lives there."""
    scope: str
    """The group whose notes carry lines on to each other."""
    title: str
    version: str
    """What it was when it was read; equal versions need no reading. "" = to be read again in any case."""
    day: date | None = None
    """Of the meeting."""
    url: str | None = None
    readings: int = 0
    """How often it was read so far."""
    read_at: datetime | None = None
    """When it was last read; None = never yet."""
    failed: str | None = None
    """Why it could not be read the last time, in words."""
    oddities: tuple[str, ...] = ()
    """What could not be read of it, in words."""
    gone: bool = False
    """It is not in its place any more."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What else is known of it."""


@dataclass(frozen=True, kw_only=True)
class KeptLine:
    """One line of a note, as a text that `service` writes."""

    id: str
    source: str
    ref: str
    scope: str
    thread: str
    """The thread that it is counted with."""
    gone: bool
    text: str
    """JSON."""


@dataclass(frozen=True, kw_only=True)
class KeptThread:
    """Lines that say one thing, as a row."""

    id: str
    scope: str
    strand: str
    """What sort of thing it is."""
    standing: str
    """What is made of it; a word of `notes`."""
    opened: datetime | None
    """When it became a record."""
    text: str
    """JSON."""


@dataclass(frozen=True, kw_only=True)
class NoteMove:
    """One thing that happened to a line, for people to read."""

    line: str
    what: str
    before: str
    after: str
    at: datetime
    by: str
    """The note in which it happened, or who decided it."""


@dataclass(frozen=True, kw_only=True)
class NoteRuling:
    """What a person decided about a line that waited."""

    id: str
    line: str
    scope: str
    strand: str
    verdict: str
    words: str
    """Of the line, so that it is known again."""
    by: str
    at: datetime
    text: str
    """JSON: what else was decided."""


@dataclass(frozen=True, kw_only=True)
class NotesChange:
    """What is now known; everything named here takes the place of what was known of the same."""

    notes: Sequence[KeptNote] = ()
    lines: Sequence[KeptLine] = ()
    threads: Sequence[KeptThread] = ()
    moves: Sequence[NoteMove] = ()
    rulings: Sequence[NoteRuling] = ()
    cursors: Mapping[str, str] = field(default_factory=dict)
    """By source: where the next listing goes on."""


class NotesStore(Protocol):
    """The part of the store that remembers notes."""

    def notes(self, source: str | None = None) -> Sequence[KeptNote]:
        """Notes of a source, or all, by source and ref."""

    def note_lines(self, scope: str) -> Sequence[KeptLine]:
        """All lines of a group, also those that are gone, by id."""

    def note_threads(self, *, strand: str | None = None, scope: str | None = None) -> Sequence[KeptThread]:
        """Threads, by id."""

    def note_moves(self, lines: Collection[str]) -> Sequence[NoteMove]:
        """What happened to lines, oldest first."""

    def note_rulings(self, scope: str | None = None) -> Sequence[NoteRuling]:
        """What people decided, oldest first."""

    def note_cursor(self, source: str) -> str | None:
        """Where the next listing of a source goes on; None = list everything."""

    def keep_notes(self, change: NotesChange) -> None:
        """Keep all of it, or nothing."""
