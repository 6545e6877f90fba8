"""The tables of notes that were read."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from syncbot.store.tables import SEQUENCE, Moment, Words, metadata

notes = Table(
    "notes",
    metadata,
    Column("source", String, primary_key=True, nullable=False),
    Column("ref", String, primary_key=True, nullable=False),
    Column("scope", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("version", String, nullable=False),
    Column("day", String),
    Column("url", Words),
    Column("readings", Integer, nullable=False),
    Column("read_at", Moment),
    Column("failed", Words),
    Column("oddities", Text, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("facts", Text, nullable=False),
)

note_lines = Table(
    "note_lines",
    metadata,
    Column("id", String, primary_key=True, nullable=False),
    Column("source", String, nullable=False),
    Column("ref", String, nullable=False),
    Column("scope", Words, nullable=False),
    Column("thread", String, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_note_lines_scope", "scope"),
)

note_threads = Table(
    "note_threads",
    metadata,
    Column("id", String, primary_key=True, nullable=False),
    Column("scope", Words, nullable=False),
    Column("strand", String, nullable=False),
    Column("standing", String, nullable=False),
    Column("opened", Moment),
    Column("text", Text, nullable=False),
    Index("ix_note_threads_scope", "scope"),
)

note_moves = Table(
    "note_moves",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    Column("line", String, nullable=False),
    Column("what", String, nullable=False),
    Column("before", Words, nullable=False),
    Column("after", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Words, nullable=False),
    Index("ix_note_moves_line", "line"),
)

note_rulings = Table(
    "note_rulings",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("line", String, nullable=False),
    Column("scope", Words, nullable=False),
    Column("strand", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("words", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
)

note_cursors = Table(
    "note_cursors",
    metadata,
    Column("source", String, primary_key=True, nullable=False),
    Column("value", Text, nullable=False),
)
