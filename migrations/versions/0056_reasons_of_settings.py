"""Tables, settings and limits record why they were changed; creditors record each change."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANGED = ("config_table", "setting", "practice_limit")


def upgrade() -> None:
    for name in CHANGED:
        op.add_column(name, sa.Column("reason", sa.String(), nullable=False, server_default=""))
    op.add_column("config_table", sa.Column("shipped", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "creditor_change",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("creditor_id", KEY, sa.ForeignKey("creditor.id"), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
    )
    op.create_index("ix_creditor_change_creditor_id", "creditor_change", ["creditor_id", "id"])


def downgrade() -> None:
    op.drop_table("creditor_change")
    op.drop_column("config_table", "shipped")
    for name in reversed(CHANGED):
        op.drop_column(name, "reason")
