"""The paralegal of a matter, files of a matter, documents voided, attorneys' bar numbers, and courts' blank forms."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDED = {
    "estate_matter": (("owner", sa.String()),),
    "estate_paper": (("voided_on", sa.Date()), ("voided_by", sa.String()), ("void_reason", sa.String())),
    "attorney": (("bar_number", sa.String()), ("bar_state", sa.String(40))),
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_table(
        "estate_attachment",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("matter_id", KEY, sa.ForeignKey("estate_matter.id"), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("media", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("in_packet", sa.Boolean(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_why", sa.String(), nullable=True),
        sa.UniqueConstraint("matter_id", "serial", name="uq_estate_attachment_serial"),
    )
    op.create_table(
        "court_form_blank",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.UniqueConstraint("code", "version", name="uq_court_form_blank"),
    )


def downgrade() -> None:
    op.drop_table("court_form_blank")
    op.drop_table("estate_attachment")
    for table, columns in ADDED.items():
        for name, _ in columns:
            op.drop_column(table, name)
