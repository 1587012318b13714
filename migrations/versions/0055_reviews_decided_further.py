"""A review is kept until a day, or approved for another pool."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gate_review", sa.Column("until_on", sa.Date(), nullable=True))
    op.add_column("gate_review", sa.Column("pool", sa.String(), nullable=True))


def downgrade() -> None:
    # An earlier version does not know this state; a decided review counts there as no longer needed.
    op.execute("UPDATE gate_review SET state = 'over' WHERE state = 'written_off'")
    op.drop_column("gate_review", "pool")
    op.drop_column("gate_review", "until_on")
