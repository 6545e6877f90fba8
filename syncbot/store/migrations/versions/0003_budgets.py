"""What was spent of each connection's rate, and since when a lease is held."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add a table and a column; a lease that is held now is held since nobody knows when."""
    op.create_table(
        "budgets",
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("connection", name="pk_budgets"),
    )
    op.add_column("leases", sa.Column("since", sa.DateTime(timezone=True)))
