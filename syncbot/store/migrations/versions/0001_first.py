"""The first tables: runs, records, links, history, findings, journal, cursors, bindings, leases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None

_COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make all tables."""
    _runs()
    _records()
    _history()
    _conflicts()
    _strays()
    _intents()
    _places()


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _counted(table: str) -> list[SchemaItem]:
    """Give rows a number that grows, and an id of the caller."""
    return [
        sa.Column("seq", _COUNTER),
        sa.Column("id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=f"pk_{table}"),
        sa.UniqueConstraint("id", name=f"uq_{table}_id"),
    ]


def _runs() -> None:
    op.create_table(
        "runs",
        *_counted("runs"),
        *_words("verb"),
        *_texts("kinds", "by"),
        sa.Column("started", _MOMENT, nullable=False),
        sa.Column("ended", _MOMENT),
        *_words("status"),
        *_texts("summary"),
    )


def _records() -> None:
    op.create_table(
        "records",
        *_words("kind", "key"),
        sa.Column("again", sa.Boolean, nullable=False),
        *_texts("agreed", "unlinked"),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_records"),
    )
    _partial_index("ix_records_again", "records", ["kind"], where="again")
    op.create_table(
        "links",
        *_words("kind", "record", "endpoint", "ref", "version"),
        *_texts("cells", "details"),
        sa.PrimaryKeyConstraint("kind", "record", "endpoint", name="pk_links"),
        sa.ForeignKeyConstraint(["kind", "record"], ["records.kind", "records.key"], name="fk_links_records"),
    )
    op.create_index("ux_links_ref", "links", ["kind", "endpoint", "ref"], unique=True)


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("seq", _COUNTER),
        *_words("kind", "record"),
        sa.Column("at", _MOMENT, nullable=False),
        *_words("run"),
        *_texts("moves"),
        sa.PrimaryKeyConstraint("seq", name="pk_history"),
    )
    op.create_index("ix_history_record", "history", ["kind", "record"])
    op.create_index("ix_history_run", "history", ["run"])


def _conflicts() -> None:
    op.create_table(
        "conflicts",
        *_counted("conflicts"),
        *_words("kind", "record", "field"),
        *_texts("said"),
        *_words("run"),
        sa.Column("opened", _MOMENT, nullable=False),
        *_texts("answer"),
        sa.Column("answered_by", sa.Text),
        sa.Column("answered_at", _MOMENT),
        sa.Column("closed", _MOMENT),
        sa.Column("how", sa.Text),
    )
    _partial_index(
        "ux_conflicts_open", "conflicts", ["kind", "record", "field"], where="closed IS NULL", unique=True
    )


def _strays() -> None:
    op.create_table(
        "strays",
        *_counted("strays"),
        *_words("edit", "kind", "record", "field"),
        *_texts("said"),
        *_words("run"),
        sa.Column("at", _MOMENT, nullable=False),
        sa.UniqueConstraint("edit", name="uq_strays_edit"),
    )


def _intents() -> None:
    op.create_table(
        "intents",
        *_counted("intents"),
        *_words("run", "kind", "record", "endpoint", "action"),
        sa.Column("ref", sa.String),
        *_texts("changes"),
        sa.Column("at", _MOMENT, nullable=False),
        *_words("status"),
        sa.Column("note", sa.Text),
    )
    op.create_index("ix_intents_run", "intents", ["run"])
    _partial_index("ix_intents_open", "intents", ["kind"], where="status = 'open'")


def _places() -> None:
    op.create_table(
        "cursors",
        *_words("kind", "endpoint"),
        *_texts("value"),
        sa.Column("moved", _MOMENT, nullable=False),
        *_words("run"),
        sa.PrimaryKeyConstraint("kind", "endpoint", name="pk_cursors"),
    )
    op.create_table(
        "bindings",
        *_words("kind", "endpoint"),
        *_texts("text"),
        sa.PrimaryKeyConstraint("kind", "endpoint", name="pk_bindings"),
    )
    op.create_table(
        "leases",
        *_words("name", "holder"),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def _partial_index(name: str, table: str, columns: list[str], *, where: str, unique: bool = False) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
