"""An index of what was recorded after the day that it was posted for: reports about an earlier day say how much it is."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

LATE = sa.text("recorded_on > posted_on")


def upgrade() -> None:
    op.create_index(
        "ix_ledger_total_late",
        "ledger_total",
        ["recorded_on", "posted_on", "creditor_id", "amount_cents"],
        sqlite_where=LATE,
        postgresql_where=LATE,
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_total_late", "ledger_total")
