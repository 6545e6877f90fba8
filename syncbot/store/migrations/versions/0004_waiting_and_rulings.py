"""Rows that wait for a person, and what people decided about identity."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_MOMENT = sa.DateTime(timezone=True)
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add two tables. Rows that waited until now are told again, because their endpoint's cursor stood still."""
    op.create_table(
        "waiting",
        *(sa.Column(name, sa.String, nullable=False) for name in ("kind", "endpoint", "ref", "version")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("cells", "details")),
        sa.Column("match", sa.String),
        sa.Column("asked", sa.Text),
        sa.Column("since", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "endpoint", "ref", name="pk_waiting"),
    )
    op.create_table(
        "rulings",
        sa.Column("seq", _SEQUENCE, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("id", "kind", "verdict", "record")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "by")),
        sa.Column("at", _MOMENT, nullable=False),
        *(sa.Column(name, sa.String) for name in ("endpoint", "ref", "other_endpoint", "other_ref")),
        *(sa.Column(name, sa.String) for name in ("version", "absorbed")),
        sa.PrimaryKeyConstraint("seq", name="pk_rulings"),
        sa.UniqueConstraint("id", name="uq_rulings_id"),
    )
