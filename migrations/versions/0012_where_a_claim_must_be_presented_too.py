"""Where a claim that was filed must be presented too: until then its last day counts."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("estate_matter", sa.Column("not_presented_to", sa.String(40), nullable=True))


def downgrade() -> None:
    op.drop_column("estate_matter", "not_presented_to")
