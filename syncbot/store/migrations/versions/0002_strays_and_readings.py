"""Stray edits can be adopted or dismissed; full readings are remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what became of a stray edit, open for all that are there, and a table."""
    op.add_column("strays", sa.Column("settled_as", sa.String))
    op.add_column("strays", sa.Column("settled_by", sa.Text))
    op.add_column("strays", sa.Column("settled_at", _MOMENT))
    op.create_table(
        "readings",
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("endpoint", sa.String, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("run", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("kind", "endpoint", name="pk_readings"),
    )
