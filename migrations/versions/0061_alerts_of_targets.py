"""The target of a saved report: who is notified by e-mail that it was missed, and since when they know."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("saved_report", sa.Column("alert_to", sa.String(), nullable=False, server_default=""))
    op.add_column("saved_report", sa.Column("alerted_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("saved_report", "alerted_on")
    op.drop_column("saved_report", "alert_to")
