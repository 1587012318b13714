"""What a manager decided at a gate of a schedule: approved, kept with us, or over before anybody decided."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0035"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gate_review",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("account_id", KEY, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("task_id", KEY, sa.ForeignKey("task.id"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
    )
    op.create_index("ix_gate_review_account", "gate_review", ["account_id"])
    op.create_index("ix_gate_review_task", "gate_review", ["task_id"])


def downgrade() -> None:
    op.drop_table("gate_review")
