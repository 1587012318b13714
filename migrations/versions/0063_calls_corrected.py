"""A call result that can be undone, identity verified, pinned alerts, and who else may hear about an account."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDED = {
    "contact_attempt": (("verified_by", sa.String(40)), ("followed", sa.String())),
    "task": (("redo_attempt_id", KEY),),
    "person": (("alert", sa.String()),),
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_table(
        "authorized_party",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("proof", sa.String(40), nullable=False),
        sa.Column("may_hear", sa.String(40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
    )
    op.create_index("ix_authorized_party_person_id", "authorized_party", ["person_id"])


def downgrade() -> None:
    op.drop_table("authorized_party")
    for table, columns in ADDED.items():
        for name, _ in columns:
            op.drop_column(table, name)
