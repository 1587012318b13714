"""Saved reports: parameters under a name, delivery and target."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_report",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("where", sa.String(), nullable=False),
        sa.Column("creditors", sa.String(), nullable=False),
        sa.Column("columns", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("share", sa.String(40), nullable=False),
        sa.Column("every", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("target_column", sa.String(), nullable=False),
        sa.Column("target_way", sa.String(40), nullable=False),
        sa.Column("target_value", sa.BigInteger(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("missed", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("saved_report")
