"""The ledger entries that a letter tells of: each returned check is named once, with its own amount."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("about_entries", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("letter", "about_entries")
