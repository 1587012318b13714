"""The last day to sue that a payment ended: it counts again where the bank takes the payment back."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("estate_matter", sa.Column("sue_by_was_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("estate_matter", "sue_by_was_on")
