"""What the notes of a meeting say and nobody understood: lines that wait for a person, unreadable notes."""

from collections.abc import Iterator, Mapping
from datetime import date

from syncbot.notes.mention import Standing
from syncbot.publish.material import Unclear
from syncbot.store.notes import KeptNote

from .note_texts import note_key, telling_of
from .parts import Parts


def unclear(parts: Parts, group: str, day: date) -> list[Unclear]:
    """Return what could not be understood in the notes of a group's meetings of a day, each with its address."""
    notes = notes_of(parts, group, day)
    return [*_unread(notes), *_waiting(parts, group, notes)] if notes else []


def notes_of(parts: Parts, group: str, day: date) -> dict[str, KeptNote]:
    """Return the notes of a group's meetings of a day, by key."""
    return {
        note_key(one.source, one.ref): one
        for one in parts.store.notes()
        if one.scope == group and one.day == day and not one.gone
    }


def _unread(notes: Mapping[str, KeptNote]) -> Iterator[Unclear]:
    for note in notes.values():
        for why in (*([note.failed] if note.failed else []), *note.oddities):
            yield Unclear(words=note.title, why=why, url=note.url)


def _waiting(parts: Parts, group: str, notes: Mapping[str, KeptNote]) -> Iterator[Unclear]:
    for thread in parts.store.note_threads(scope=group):
        if thread.standing == Standing.WAITING.value:
            told = telling_of(thread).told
            note = notes.get(told.note)
            if note is not None:
                yield Unclear(words=told.words, why=told.why, url=told.url or note.url)
