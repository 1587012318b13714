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
    with op.batch_alter_table("gate_review") as batch:
        batch.drop_column("pool")
        batch.drop_column("until_on")
