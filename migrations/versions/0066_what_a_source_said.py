"""What a source said of a person's contact data, so that its repetition overrules no correction."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person_key", sa.Column("said", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("person_key", "said")
