"""What was decided of a service that is dated after the day of death."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("matter_account", sa.Column("after_death", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("matter_account", "after_death")
