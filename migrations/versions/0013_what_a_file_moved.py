"""What became of each row of a file: known rows are counted, and amounts are summed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = {
    "known": sa.Integer(),
    "taken_cents": sa.BigInteger(),
    "known_cents": sa.BigInteger(),
    "rejected_cents": sa.BigInteger(),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("intake_file", sa.Column(name, kind, nullable=False, server_default="0"))
    # Before this, what was neither imported nor rejected was known.
    op.execute("UPDATE intake_file SET known = rows - taken - rejected WHERE rows > taken + rejected")


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("intake_file", name)
