"""Reading notes as a part of a plan or a sync; what a plan reads is kept in memory only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from syncbot.endpoints.base import Endpoint
from syncbot.mapping.spec import KindSpec
from syncbot.store.notes import NotesChange, NotesStore
from syncbot.store.notes_memory import MemoryNotes

from .note_report import SourceReport
from .notes_endpoint import SERVICE, NotesEndpoint
from .noting import NotesRun
from .parts import Parts


def notes_run(parts: Parts, *, full: bool, shelf: NotesStore | None = None) -> NotesRun | None:
    """Return what reads notes in a run; None where none are declared."""
    if parts.noting is None:
        return None
    return NotesRun(parts=parts, noting=parts.noting, store=shelf or parts.store, full=full)


def read_before(notes: NotesRun | None, coming: Sequence[KindSpec]) -> None:
    """Read what can be read before the first of these kinds is synced, if notes tell rows of it."""
    if notes and any(place.service == SERVICE for place in coming[0].endpoints.values()):
        notes.ahead_of({one.kind for one in coming})


def told_of(notes: NotesRun | None) -> Sequence[SourceReport]:
    """Return the reports, to which further ones are added."""
    return notes.reports if notes else ()


def drafted(parts: Parts, *, full: bool) -> tuple[Parts, NotesRun | None]:
    """Return parts that look at a copy of what is known of notes, and what reads notes into it."""
    if parts.noting is None:
        return parts, None
    shelf = _copy(parts.store)
    endpoints: Mapping[str, Mapping[str, Endpoint]] = {
        kind: {
            name: one.over(shelf) if isinstance(one, NotesEndpoint) else one for name, one in places.items()
        }
        for kind, places in parts.endpoints.items()
    }
    anew = replace(parts, endpoints=endpoints)
    return anew, notes_run(anew, full=full, shelf=shelf)


def _copy(store: NotesStore) -> MemoryNotes:
    shelf, notes = MemoryNotes(), store.notes()
    sources = {one.source for one in notes}
    shelf.keep_notes(
        NotesChange(
            notes=notes,
            lines=[
                line for scope in sorted({one.scope for one in notes}) for line in store.note_lines(scope)
            ],
            threads=store.note_threads(),
            rulings=store.note_rulings(),
            cursors={source: where for source in sources if (where := store.note_cursor(source))},
        )
    )
    return shelf
