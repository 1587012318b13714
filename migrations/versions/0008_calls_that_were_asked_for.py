"""When a guarantor asked for a call: of the callback to come, and of the callbacks that were made."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("call_asked_on", sa.Date(), nullable=True))
    op.add_column("contact_attempt", sa.Column("asked_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("contact_attempt", "asked_on")
    op.drop_column("task", "call_asked_on")
