"""The tables: one row per record and per linked row with its fields as one JSON text.

History has one row for all baselines of a record that one commit moved.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
    }
)
SEQUENCE = BigInteger().with_variant(Integer, "sqlite")
"""A number that grows: SQLite only counts in a column that is exactly INTEGER."""


class Moment(TypeDecorator[datetime]):
    """A moment, aware, UTC; SQLite keeps no zone, PostgreSQL answers in the zone of the session."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn it to UTC; a naive one is an error of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Words of people and services; what PostgreSQL cannot keep (NUL, half a character) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Replace what cannot be kept."""
        if value is None:
            return None
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _name(column: str, *, primary_key: bool = False) -> Column[Any]:
    return Column(column, String, primary_key=primary_key, nullable=False)


def _json(column: str) -> Column[Any]:
    return Column(column, Text, nullable=False)


runs = Table(
    "runs",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    _name("verb"),
    _json("kinds"),
    Column("by", Words, nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment),
    _name("status"),
    _json("summary"),
)

records = Table(
    "records",
    metadata,
    _name("kind", primary_key=True),
    _name("key", primary_key=True),
    Column("again", Boolean, nullable=False),
    _json("agreed"),
    _json("unlinked"),
    Index("ix_records_again", "kind", sqlite_where=text("again"), postgresql_where=text("again")),
)

links = Table(
    "links",
    metadata,
    _name("kind", primary_key=True),
    _name("record", primary_key=True),
    _name("endpoint", primary_key=True),
    _name("ref"),
    _name("version"),
    _json("cells"),
    _json("details"),
    ForeignKeyConstraint(["kind", "record"], ["records.kind", "records.key"]),
    Index("ux_links_ref", "kind", "endpoint", "ref", unique=True),
)

history = Table(
    "history",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    _name("kind"),
    _name("record"),
    Column("at", Moment, nullable=False),
    _name("run"),
    _json("moves"),
    Index("ix_history_record", "kind", "record"),
    Index("ix_history_run", "run"),
)

conflicts = Table(
    "conflicts",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    _name("kind"),
    _name("record"),
    _name("field"),
    _json("said"),
    _name("run"),
    Column("opened", Moment, nullable=False),
    _json("answer"),
    Column("answered_by", Words),
    Column("answered_at", Moment),
    Column("closed", Moment),
    Column("how", Words),
    Index(
        "ux_conflicts_open",
        "kind",
        "record",
        "field",
        unique=True,
        sqlite_where=text("closed IS NULL"),
        postgresql_where=text("closed IS NULL"),
    ),
)

strays = Table(
    "strays",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("edit", String, nullable=False, unique=True),
    _name("kind"),
    _name("record"),
    _name("field"),
    _json("said"),
    _name("run"),
    Column("at", Moment, nullable=False),
    Column("settled_as", String),
    Column("settled_by", Words),
    Column("settled_at", Moment),
)
"""`edit` is a digest of what makes two stray edits the same."""

waiting = Table(
    "waiting",
    metadata,
    _name("kind", primary_key=True),
    _name("endpoint", primary_key=True),
    _name("ref", primary_key=True),
    _name("version"),
    _json("cells"),
    _json("details"),
    Column("match", String),
    Column("asked", Text),
    Column("since", Moment, nullable=False),
)
"""Rows that belong to no record until a person decides."""

rulings = Table(
    "rulings",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    _name("kind"),
    _name("verdict"),
    _name("record"),
    Column("title", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("endpoint", String),
    Column("ref", String),
    Column("other_endpoint", String),
    Column("other_ref", String),
    Column("version", String),
    Column("absorbed", String),
)
"""What people decided about identity."""

intents = Table(
    "intents",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    _name("run"),
    _name("kind"),
    _name("record"),
    _name("endpoint"),
    _name("action"),
    Column("ref", String),
    _json("changes"),
    Column("at", Moment, nullable=False),
    _name("status"),
    Column("note", Words),
    Index("ix_intents_run", "run"),
    Index(
        "ix_intents_open",
        "kind",
        sqlite_where=text("status = 'open'"),
        postgresql_where=text("status = 'open'"),
    ),
)

cursors = Table(
    "cursors",
    metadata,
    _name("kind", primary_key=True),
    _name("endpoint", primary_key=True),
    Column("value", Text, nullable=False),
    Column("moved", Moment, nullable=False),
    _name("run"),
)

bindings = Table(
    "bindings",
    metadata,
    _name("kind", primary_key=True),
    _name("endpoint", primary_key=True),
    Column("text", Text, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    _name("kind", primary_key=True),
    _name("endpoint", primary_key=True),
    Column("at", Moment, nullable=False),
    _name("run"),
)
"""The last time that every row of an endpoint was read and compared."""

leases = Table(
    "leases",
    metadata,
    _name("name", primary_key=True),
    _name("holder"),
    Column("until", Moment, nullable=False),
    Column("since", Moment),
)

memos = Table(
    "budgets",
    metadata,
    _name("connection", primary_key=True),
    Column("text", Text, nullable=False),
)
"""Texts that endpoints keep for themselves; named after the first of them, what was spent of a connection's rate."""
