"""Amounts beside the facts of an account; insolvency and independent administration of an estate."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account_fact", sa.Column("amount_cents", sa.BigInteger(), nullable=True))
    op.add_column("estate_matter", sa.Column("insolvent_on", sa.Date(), nullable=True))
    op.add_column("estate_matter", sa.Column("independent", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("estate_matter", "independent")
    op.drop_column("estate_matter", "insolvent_on")
    op.drop_column("account_fact", "amount_cents")
