"""A version of a schedule is in force from a day on, with the reason why it was published."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedule_version", sa.Column("in_force_on", sa.Date(), nullable=True))
    op.add_column("schedule_version", sa.Column("reason", sa.String(), nullable=True))
    op.add_column("schedule_version", sa.Column("seen", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    for name in ("seen", "reason", "in_force_on"):
        op.drop_column("schedule_version", name)
