"""Insurance that somebody named for an account, and how a person's name is spoken."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(40)
WAITS = sa.text("state IN ('told', 'billed')")


def upgrade() -> None:
    op.add_column("person", sa.Column("spoken_name", sa.String(), nullable=True))
    op.create_table(
        "coverage",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("payer_class", WORD, nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("group_number", sa.String(), nullable=True),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("file_by_on", sa.Date(), nullable=True),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("billed_on", sa.Date(), nullable=True),
        sa.Column("class_before", WORD, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_coverage_account", "coverage", ["account_id"])
    op.create_index("ix_coverage_look", "coverage", ["look_on"], postgresql_where=WAITS, sqlite_where=WAITS)


def downgrade() -> None:
    op.drop_table("coverage")
    op.drop_column("person", "spoken_name")
