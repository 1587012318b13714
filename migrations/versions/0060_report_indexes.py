"""Indexes that reports read: the amounts of the ledger beside its days, calls and letters by their day."""

from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

BEFORE = {
    "ix_ledger_account": ["account_id", "posted_on"],
    "ix_ledger_posted": ["posted_on", "kind"],
}
AMOUNTS = {
    "ix_ledger_account": ["account_id", "posted_on", "kind", "amount_cents"],
    "ix_ledger_posted": ["posted_on", "kind", "account_id", "amount_cents"],
}


def upgrade() -> None:
    for name, columns in AMOUNTS.items():
        op.drop_index(name, "ledger_entry")
        op.create_index(name, "ledger_entry", columns)
    op.create_index("ix_contact_made", "contact_attempt", ["made_on"])
    op.create_index("ix_letter_queued", "letter", ["queued_on"])


def downgrade() -> None:
    op.drop_index("ix_letter_queued", "letter")
    op.drop_index("ix_contact_made", "contact_attempt")
    for name, columns in BEFORE.items():
        op.drop_index(name, "ledger_entry")
        op.create_index(name, "ledger_entry", columns)
