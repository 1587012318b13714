"""Keys of programs end on a day, and when they were used last is known."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_token", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("api_token", sa.Column("used_at", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("api_token", "used_at")
    op.drop_column("api_token", "ends_on")
