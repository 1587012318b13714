"""The country of a guarantor's address, where it is neither the United States nor Canada."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("country", sa.String(2), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("person", "country")
