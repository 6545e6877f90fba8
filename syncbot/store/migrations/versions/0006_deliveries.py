"""Which publications were sent where."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add a table; nothing was sent before."""
    op.create_table(
        "deliveries",
        sa.Column("publication", sa.String, nullable=False),
        sa.Column("outlet", sa.String, nullable=False),
        sa.Column("standing", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("intended", sa.DateTime(timezone=True)),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("note", sa.Text),
        sa.PrimaryKeyConstraint("publication", "outlet", name="pk_deliveries"),
    )
