"""Notes that were read, the lines in them, the threads of lines, and what people decided about them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add six tables; nothing of notes was kept before."""
    _notes()
    _lines_and_threads()
    _moves_and_rulings()
    op.create_table(
        "note_cursors",
        *_names("source"),
        *_texts("value"),
        sa.PrimaryKeyConstraint("source", name="pk_note_cursors"),
    )


def _names(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _notes() -> None:
    op.create_table(
        "notes",
        *_names("source", "ref"),
        *_texts("scope", "title"),
        *_names("version"),
        sa.Column("day", sa.String),
        sa.Column("url", sa.Text),
        sa.Column("readings", sa.Integer, nullable=False),
        sa.Column("read_at", _MOMENT),
        sa.Column("failed", sa.Text),
        *_texts("oddities"),
        sa.Column("gone", sa.Boolean, nullable=False),
        *_texts("facts"),
        sa.PrimaryKeyConstraint("source", "ref", name="pk_notes"),
    )


def _lines_and_threads() -> None:
    op.create_table(
        "note_lines",
        *_names("id", "source", "ref"),
        *_texts("scope"),
        *_names("thread"),
        sa.Column("gone", sa.Boolean, nullable=False),
        *_texts("text"),
        sa.PrimaryKeyConstraint("id", name="pk_note_lines"),
    )
    op.create_index("ix_note_lines_scope", "note_lines", ["scope"])
    op.create_table(
        "note_threads",
        *_names("id"),
        *_texts("scope"),
        *_names("strand", "standing"),
        sa.Column("opened", _MOMENT),
        *_texts("text"),
        sa.PrimaryKeyConstraint("id", name="pk_note_threads"),
    )
    op.create_index("ix_note_threads_scope", "note_threads", ["scope"])


def _moves_and_rulings() -> None:
    op.create_table(
        "note_moves",
        sa.Column("seq", _SEQUENCE, nullable=False),
        *_names("line", "what"),
        *_texts("before", "after"),
        sa.Column("at", _MOMENT, nullable=False),
        *_texts("by"),
        sa.PrimaryKeyConstraint("seq", name="pk_note_moves"),
    )
    op.create_index("ix_note_moves_line", "note_moves", ["line"])
    op.create_table(
        "note_rulings",
        sa.Column("seq", _SEQUENCE, nullable=False),
        *_names("id", "line"),
        *_texts("scope"),
        *_names("strand", "verdict"),
        *_texts("words", "by"),
        sa.Column("at", _MOMENT, nullable=False),
        *_texts("text"),
        sa.PrimaryKeyConstraint("seq", name="pk_note_rulings"),
        sa.UniqueConstraint("id", name="uq_note_rulings_id"),
    )
