"""Records that may be one person: suspected, decided, and what was moved when they were found to be one."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "person_suspect",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("first_id", KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("second_id", KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("kept_id", KEY, nullable=True),
        sa.UniqueConstraint("first_id", "second_id", name="uq_person_suspect"),
    )
    op.create_index("ix_person_suspect_second", "person_suspect", ["second_id"])
    op.create_index("ix_person_birth", "person", ["birth_date"])
    op.create_table(
        "person_moved",
        sa.Column("suspect_id", KEY, sa.ForeignKey("person_suspect.id"), primary_key=True),
        sa.Column("noun", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
    )


def downgrade() -> None:
    op.drop_table("person_moved")
    op.drop_index("ix_person_birth", "person")
    op.drop_table("person_suspect")
