"""Calls dealt to collectors, payment by instalments, settlements, refunds, and what a manager sets for them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(40)

ADDED: dict[str, tuple[tuple[str, Any, str | None], ...]] = {
    "account": (
        ("plan_offered_on", sa.Date(), None),
        ("plan_missed_since", sa.Date(), None),
        ("plan_broken_on", sa.Date(), None),
    ),
    "contact_attempt": (
        ("phone", sa.String(), None),
        ("weekday", sa.Integer(), None),
        ("hour", sa.Integer(), None),
        ("inbound", sa.Boolean(), "false"),
    ),
    "creditor": (("voicemail_name", sa.String(), None),),
    "person": (("not_at", sa.String(), None),),
    "task": (
        ("dealt_to", sa.String(), None),
        ("dealt_on", sa.Date(), None),
        ("taken_by", sa.String(), None),
        ("taken_at", sa.String(), None),
    ),
}
"""Columns by table: name, type, and what rows there already get (None: nothing)."""


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, kind, default in columns:
            empty = None if default is None else sa.text(default)
            op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=empty))
    _partial_index("ix_account_credit", "account", ["balance_cents"], "balance_cents < 0")
    _arrangements()
    _settlements()
    op.create_table(
        "refund",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("payee", WORD, nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    _partial_index("ix_refund_open", "refund", ["account_id"], "state IN ('proposed', 'approved')")
    _house()


def _arrangements() -> None:
    op.create_table(
        "arrangement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guarantor_id", KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("creditor_id", KEY, sa.ForeignKey("creditor.id"), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("reduced_cents", sa.BigInteger(), nullable=False),
        sa.Column("frequency", WORD, nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("broken_after_missed", sa.Integer(), nullable=False),
        sa.Column("large", sa.Boolean(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("after_entry_id", KEY, nullable=False),
        sa.Column("autopay_ref", sa.String(), nullable=True),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("noticed_on", sa.Date(), nullable=True),
        sa.Column("cure_by", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("why_ended", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    _partial_index("ix_arrangement_look_on", "arrangement", ["look_on"], "look_on IS NOT NULL")
    op.create_index("ix_arrangement_guarantor", "arrangement", ["guarantor_id", "creditor_id"])
    op.create_table(
        "arrangement_account",
        sa.Column("arrangement_id", KEY, sa.ForeignKey("arrangement.id"), nullable=False),
        sa.Column("account_id", KEY, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("arrangement_id", "account_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_arrangement_account_account", "arrangement_account", ["account_id"])
    op.create_table(
        "instalment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("arrangement_id", KEY, sa.ForeignKey("arrangement.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_instalment_arrangement_id", "instalment", ["arrangement_id"])


def _settlements() -> None:
    op.create_table(
        "settlement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guarantor_id", KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("creditor_id", KEY, sa.ForeignKey("creditor.id"), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("owed_cents", sa.BigInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("after_entry_id", KEY, nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    _partial_index("ix_settlement_open", "settlement", ["expires_on"], "state IN ('proposed', 'offered')")
    op.create_index("ix_settlement_guarantor", "settlement", ["guarantor_id", "creditor_id"])
    op.create_table(
        "settlement_account",
        sa.Column("settlement_id", KEY, sa.ForeignKey("settlement.id"), nullable=False),
        sa.Column("account_id", KEY, sa.ForeignKey("account.id"), nullable=False),
        sa.PrimaryKeyConstraint("settlement_id", "account_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_settlement_account_account", "settlement_account", ["account_id"])


def _house() -> None:
    op.create_table(
        "collector",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("calls_a_day", sa.Integer(), nullable=False),
        sa.Column("creditors", sa.String(), nullable=False),
        sa.Column("here", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "call_owner",
        sa.Column("guarantor_id", KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("creditor_id", KEY, sa.ForeignKey("creditor.id"), nullable=False),
        sa.Column("collector", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("guarantor_id", "creditor_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "house_file",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version"),
    )
    op.create_table(
        "house_limit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("creditor", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _partial_index(name: str, table: str, keys: list[str], where: str) -> None:
    op.create_index(name, table, keys, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def downgrade() -> None:
    op.drop_index("ix_account_credit", "account")
    for table in (
        "house_limit",
        "house_file",
        "call_owner",
        "collector",
        "refund",
        "settlement_account",
        "settlement",
        "instalment",
        "arrangement_account",
        "arrangement",
    ):
        op.drop_table(table)
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as changed:
            for name, _, _ in columns:
                changed.drop_column(name)
