"""Reports: summaries of the ledger, the day on which an entry was recorded, and its account's payer class then."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("ledger_entry", sa.Column("recorded_on", sa.Date(), nullable=True))
    op.add_column("ledger_entry", sa.Column("payer_class", sa.String(40), nullable=True))
    _fill_entries()
    for table in ("app_user", "api_token"):
        op.add_column(table, sa.Column("creditors", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "ledger_total",
        sa.Column("posted_on", sa.Date(), primary_key=True),
        sa.Column("recorded_on", sa.Date(), primary_key=True),
        sa.Column("creditor_id", KEY, primary_key=True),
        sa.Column("payer_class", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vintage_total",
        sa.Column("cohort", sa.Date(), primary_key=True),
        sa.Column("month", sa.Date(), primary_key=True),
        sa.Column("creditor_id", KEY, primary_key=True),
        sa.Column("payer_class", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "aging_month",
        sa.Column("month_end", sa.Date(), primary_key=True),
        sa.Column("creditor_id", KEY, primary_key=True),
        sa.Column("was", sa.String(40), primary_key=True),
        sa.Column("now", sa.String(40), primary_key=True),
        sa.Column("through_id", KEY, nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("was_cents", sa.BigInteger(), nullable=False),
        sa.Column("now_cents", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_mark",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("through_id", KEY, nullable=False),
    )


def downgrade() -> None:
    for name in ("report_mark", "aging_month", "vintage_total", "ledger_total"):
        op.drop_table(name)
    for name in ("api_token", "app_user"):
        op.drop_column(name, "creditors")
    op.drop_column("ledger_entry", "payer_class")
    op.drop_column("ledger_entry", "recorded_on")


def _fill_entries() -> None:
    """The ledger is append-only; what is filled here is only known from elsewhere.

    When an earlier entry was recorded is not known: it counts as recorded on the day that it was posted for.
    """
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("DROP TRIGGER ledger_entry_no_update")
    else:
        op.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_append_only")
    op.execute(
        "UPDATE ledger_entry SET recorded_on = posted_on, "
        "payer_class = (SELECT account.payer_class FROM account WHERE account.id = ledger_entry.account_id)"
    )
    if sqlite:
        op.execute(
            "CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry "
            "BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END"
        )
    else:
        op.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_append_only")
