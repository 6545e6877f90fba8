"""What every store promises of notes that were read."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from syncbot.errors import StoreError
from syncbot.store.base import Store
from syncbot.store.notes import KeptLine, KeptNote, KeptThread, NoteMove, NoteRuling, NotesChange
from tests.contract.store_shelf import Shelf
from tests.contract.store_values import NOW, later


def note(ref: str, **more: Any) -> KeptNote:
    """Return a note that was read."""
    known: dict[str, Any] = {"source": "minutes", "scope": "B", "title": "Wöchentlich", "version": "v1"}
    return KeptNote(ref=ref, **{**known, **more})


def line(name: str, **more: Any) -> KeptLine:
    """Return a line of a note."""
    known: dict[str, Any] = {"source": "minutes", "ref": "n1", "scope": "B", "thread": "t1", "gone": False}
    return KeptLine(id=name, **{**known, "text": '{"a":1}', **more})


def thread(name: str, **more: Any) -> KeptThread:
    """Return a thread."""
    known: dict[str, Any] = {"scope": "B", "strand": "actions", "standing": "open", "opened": NOW}
    return KeptThread(id=name, **{**known, "text": "{}", **more})


def move(name: str, **more: Any) -> NoteMove:
    """Return something that happened to a line."""
    known: dict[str, Any] = {"what": "ticked", "before": "", "after": "", "at": NOW, "by": "Minutes"}
    return NoteMove(line=name, **{**known, **more})


def ruled(name: str, **more: Any) -> NoteRuling:
    """Return what a person decided."""
    known: dict[str, Any] = {"line": "a", "scope": "B", "strand": "actions", "verdict": "rejected"}
    return NoteRuling(
        id=name, **{**known, "words": "call ghent", "by": "Zoë", "at": NOW, "text": "{}", **more}
    )


class NotesContract:
    """Notes, their lines and threads, and decisions."""

    def test_what_was_read_comes_back(self, shelf: Shelf) -> None:
        """Every part of it, also where nothing is known, and in another store on the same database."""
        notes = [
            note("n1"),
            note(
                "n2",
                day=date(2026, 11, 19),
                url="https://x.example/1",
                readings=3,
                read_at=later(2),
                failed="it is encrypted",
                oddities=("a picture", "ein Bild"),
                gone=True,
                facts={"endpoint": "notion"},
            ),
        ]
        lines, threads = [line("a"), line("b", gone=True)], [thread("t1"), thread("t2", opened=None)]
        shelf.store.keep_notes(
            NotesChange(notes=notes, lines=lines, threads=threads, cursors={"minutes": "c1"})
        )
        with closing(shelf.twin()) as again:
            assert again.notes() == again.notes("minutes") == notes
            assert again.note_lines("B") == lines
            assert again.note_threads() == again.note_threads(strand="actions", scope="B") == threads
            assert again.note_cursor("minutes") == "c1"

    def test_sources_groups_and_strands_are_kept_apart(self, store: Store) -> None:
        """Each is asked for by itself."""
        other = note("n1", source="pages", scope="A")
        store.keep_notes(
            NotesChange(
                notes=[note("n1"), other],
                lines=[line("a"), line("b", scope="A")],
                threads=[thread("t1"), thread("t2", strand="decisions"), thread("t3", scope="A")],
            )
        )
        assert store.notes("pages") == [other]
        assert [one.id for one in store.note_lines("A")] == ["b"]
        assert [one.id for one in store.note_threads(strand="actions")] == ["t1", "t3"]
        assert [one.id for one in store.note_threads(scope="B")] == ["t1", "t2"]
        assert store.note_cursor("pages") is None

    def test_a_newer_reading_takes_the_place(self, store: Store) -> None:
        """Of the same note, line, thread and cursor; others stay."""
        first = NotesChange(
            notes=[note("n1"), note("n2")],
            lines=[line("a"), line("b")],
            threads=[thread("t1"), thread("t2")],
            cursors={"minutes": "c1"},
        )
        store.keep_notes(first)
        newer = NotesChange(
            notes=[note("n1", version="v2")],
            lines=[line("a", gone=True)],
            threads=[thread("t1", standing="rejected")],
            cursors={"minutes": "c2"},
        )
        store.keep_notes(newer)
        assert store.notes() == [*newer.notes, note("n2")]
        assert store.note_lines("B") == [*newer.lines, line("b")]
        assert store.note_threads() == [*newer.threads, thread("t2")]
        assert store.note_cursor("minutes") == "c2"

    def test_moves_and_decisions_come_back_in_their_order(self, store: Store) -> None:
        """Oldest first; moves only of the lines that are asked for."""
        moves = [
            move("a"),
            move("b", at=later(1)),
            move("a", what="due", before="soon", after="Ł", at=later(2)),
        ]
        rulings = [ruled("r1"), ruled("r2", scope="A", at=later(1)), ruled("r3", at=later(2), text='{"x":1}')]
        store.keep_notes(NotesChange(moves=moves, rulings=rulings))
        assert store.note_moves(["a", "z"]) == [moves[0], moves[2]]
        assert store.note_moves([]) == []
        assert store.note_rulings() == rulings
        assert store.note_rulings("B") == [rulings[0], rulings[2]]

    def test_a_change_is_kept_whole_or_not_at_all(self, store: Store) -> None:
        """With a decision that is there already nothing of it is kept, not even the mark that the note was read."""
        store.keep_notes(NotesChange(rulings=[ruled("r1")]))
        change = NotesChange(
            notes=[note("n1")], lines=[line("a")], threads=[thread("t1")], cursors={"minutes": "c"}
        )
        with pytest.raises(StoreError, match="already"):
            store.keep_notes(replace(change, rulings=[ruled("r1")]))
        assert (store.notes(), store.note_lines("B"), store.note_threads()) == ([], [], [])
        assert store.note_cursor("minutes") is None
