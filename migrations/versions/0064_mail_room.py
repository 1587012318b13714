"""What a letter shows of an account, services on charges, mail barcodes, certified mail, and checked addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

ADDED = {
    "account": (("insurer", sa.String()), ("provider", sa.String()), ("service", sa.String())),
    "ledger_entry": (("code", sa.String(40)), ("description", sa.String()), ("units", sa.Integer())),
    "letter": (
        ("imb", sa.String(40)),
        ("certified", sa.String(40)),
        ("article", sa.String(40)),
        ("receipt_on", sa.Date()),
        ("receipt_by", sa.String()),
    ),
    "person": (("address_checked_on", sa.Date()), ("dpv", sa.String(40)), ("delivery_point", sa.String(40))),
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    for name, column, unique in (("ix_letter_imb", "imb", False), ("uq_letter_article", "article", True)):
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "letter", [column], unique=unique, postgresql_where=there, sqlite_where=there)


def downgrade() -> None:
    for name in ("uq_letter_article", "ix_letter_imb"):
        op.drop_index(name, table_name="letter")
    for table, columns in ADDED.items():
        for name, _ in columns:
            op.drop_column(table, name)
