"""Notes that were read, in the database."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select

from syncbot.store.codec import dump
from syncbot.store.database import Database, among
from syncbot.store.notes import (
    KeptLine,
    KeptNote,
    KeptThread,
    NoteMove,
    NoteRuling,
    NotesChange,
)
from syncbot.store.notes_tables import (
    note_cursors,
    note_lines,
    note_moves,
    note_rulings,
    note_threads,
    notes,
)


class SqlNotes:
    """The part of the store on a database that remembers notes."""

    _database: Database

    def notes(self, source: str | None = None) -> Sequence[KeptNote]:
        """Notes of a source, or all."""
        chosen = select(notes).order_by(notes.c.source, notes.c.ref)
        wanted = chosen if source is None else chosen.where(notes.c.source == source)
        with self._database.read() as connection:
            return [_note(row) for row in connection.execute(wanted).mappings()]

    def note_lines(self, scope: str) -> Sequence[KeptLine]:
        """All lines of a group."""
        wanted = select(note_lines).where(note_lines.c.scope == scope).order_by(note_lines.c.id)
        with self._database.read() as connection:
            return [KeptLine(**row) for row in connection.execute(wanted).mappings()]

    def note_threads(self, *, strand: str | None = None, scope: str | None = None) -> Sequence[KeptThread]:
        """Threads of a strand and a group, or all."""
        wanted = select(note_threads).order_by(note_threads.c.id)
        if strand is not None:
            wanted = wanted.where(note_threads.c.strand == strand)
        if scope is not None:
            wanted = wanted.where(note_threads.c.scope == scope)
        with self._database.read() as connection:
            return [KeptThread(**row) for row in connection.execute(wanted).mappings()]

    def note_moves(self, lines: Collection[str]) -> Sequence[NoteMove]:
        """What happened to lines, oldest first."""
        with self._database.read() as connection:
            wanted = select(note_moves).where(among(connection, note_moves.c.line, lines))
            found = connection.execute(wanted.order_by(note_moves.c.at, note_moves.c.seq)).mappings()
            return [NoteMove(**_without_seq(row)) for row in found]

    def note_rulings(self, scope: str | None = None) -> Sequence[NoteRuling]:
        """What people decided, oldest first."""
        chosen = select(note_rulings).order_by(note_rulings.c.at, note_rulings.c.seq)
        wanted = chosen if scope is None else chosen.where(note_rulings.c.scope == scope)
        with self._database.read() as connection:
            return [NoteRuling(**_without_seq(row)) for row in connection.execute(wanted).mappings()]

    def note_cursor(self, source: str) -> str | None:
        """Where the next listing of a source goes on."""
        wanted = select(note_cursors.c.value).where(note_cursors.c.source == source)
        with self._database.read() as connection:
            found: str | None = connection.scalar(wanted)
            return found

    def keep_notes(self, change: NotesChange) -> None:
        """Keep all of it, or nothing."""
        with self._database.write() as connection:
            for note in change.notes:  # by two columns, so one by one
                this = (notes.c.source == note.source, notes.c.ref == note.ref)
                connection.execute(delete(notes).where(*this))
            _add(connection, notes, [_note_columns(one) for one in change.notes])
            _replace(connection, note_lines, "id", [vars(one) for one in change.lines])
            _replace(connection, note_threads, "id", [vars(one) for one in change.threads])
            _add(connection, note_moves, [vars(one) for one in change.moves])
            _add(connection, note_rulings, [vars(one) for one in change.rulings])
            cursors = [{"source": source, "value": value} for source, value in change.cursors.items()]
            _replace(connection, note_cursors, "source", cursors)


def _replace(connection: Connection, table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(delete(table).where(among(connection, table.c[key], [one[key] for one in rows])))
        _add(connection, table, rows)


def _add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), [dict(one) for one in rows])


def _without_seq(row: RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "seq"}


def _note_columns(one: KeptNote) -> dict[str, Any]:
    told = {"oddities": dump(one.oddities), "facts": dump(dict(one.facts))}
    return {**vars(one), **told, "day": one.day.isoformat() if one.day else None}


def _note(row: RowMapping) -> KeptNote:
    known = dict(row)
    day, oddities, facts = known.pop("day"), known.pop("oddities"), known.pop("facts")
    return KeptNote(
        **known,
        day=date.fromisoformat(day) if day else None,
        oddities=tuple(json.loads(oddities)),
        facts=json.loads(facts),
    )
