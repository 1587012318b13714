"""By which account of the operating system a user types commands."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("app_user", sa.Column("os_user", sa.String(), nullable=True))
    op.create_index("ux_app_user_os_user", "app_user", ["os_user"], unique=True)


def downgrade() -> None:
    op.drop_index("ux_app_user_os_user", "app_user")
    op.drop_column("app_user", "os_user")
