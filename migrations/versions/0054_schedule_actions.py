"""Schedules that are paused, retired, approved by a second person, drafted, and published for accounts already under way;
versions of letter templates."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "schedule_action",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
    )
    op.create_index("ix_schedule_action_name", "schedule_action", ["name", "id"])
    op.create_table(
        "schedule_draft",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
    )
    op.create_table(
        "schedule_draft_change",
        sa.Column("draft_id", KEY, sa.ForeignKey("schedule_draft.id"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
    )
    op.create_table(
        "letter_template",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.UniqueConstraint("name", "version", name="uq_letter_template"),
    )
    op.add_column("schedule_version", sa.Column("migrate", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("schedule_version", sa.Column("step_names", sa.String(), nullable=False, server_default="{}"))
    op.add_column("schedule_version", sa.Column("pending", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for name in ("pending", "step_names", "migrate"):
        op.drop_column("schedule_version", name)
    op.drop_table("letter_template")
    op.drop_table("schedule_draft_change")
    op.drop_table("schedule_draft")
    op.drop_table("schedule_action")
