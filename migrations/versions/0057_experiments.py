"""Experiments: versions of a schedule that new accounts enter by chance."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    op.create_table(
        "experiment",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("schedule", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entry_until", sa.Date(), nullable=False),
        sa.Column("follow_days", sa.Integer(), nullable=False),
        sa.Column("ready_on", sa.Date(), nullable=False),
        sa.Column("difference_cents", sa.BigInteger(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("winner", sa.Integer(), nullable=True),
        sa.UniqueConstraint("name", name="uq_experiment_name"),
    )
    op.create_index(
        "uq_experiment_running",
        "experiment",
        ["schedule"],
        unique=True,
        postgresql_where=RUNNING,
        sqlite_where=RUNNING,
    )
    op.create_table(
        "experiment_arm",
        sa.Column("experiment_id", KEY, sa.ForeignKey("experiment.id"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("schedule_version_id", KEY, sa.ForeignKey("schedule_version.id"), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("holdout", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "experiment_account",
        sa.Column("account_id", KEY, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("experiment_id", KEY, sa.ForeignKey("experiment.id"), primary_key=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("guarantor_id", KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("creditor_id", KEY, sa.ForeignKey("creditor.id"), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_experiment_account", "experiment_account", ["experiment_id", "place"])
    op.add_column("schedule_version", sa.Column("trial", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    # An earlier version would let accounts enter what was only tried; a version that waits for approval is not entered.
    op.execute("UPDATE schedule_version SET pending = true WHERE trial")
    op.drop_column("schedule_version", "trial")
    op.drop_index("ix_experiment_account", "experiment_account")
    op.drop_table("experiment_account")
    op.drop_table("experiment_arm")
    op.drop_index("uq_experiment_running", "experiment")
    op.drop_table("experiment")
