"""Letters that travel: by post or e-mail, released by a manager, with the papers they were written on kept for ever."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(40)

ADDED: dict[str, tuple[tuple[str, Any, str | None], ...]] = {
    "account": (("itemized_bill_on", sa.Date(), None),),
    "creditor": (
        ("phone_hours_es", sa.String(), "lunes a viernes, de 8:00 am a 5:00 pm"),
        ("remit_name", sa.String(), None),
        ("remit_address1", sa.String(), None),
        ("remit_address2", sa.String(), None),
        ("remit_city", sa.String(), None),
        ("remit_state", sa.String(), None),
        ("remit_zip", sa.String(), None),
        ("pay_online", sa.String(), ""),
        ("assistance_url", sa.String(), ""),
        ("logo_digest", sa.String(), None),
        ("logo_suffix", sa.String(), ""),
        ("logo_width", sa.Integer(), "0"),
        ("logo_height", sa.Integer(), "0"),
        ("email_from", sa.String(), None),
    ),
    "letter": (
        ("channel", WORD, "post"),
        ("coming", WORD, "scheduled"),
        ("large_print", sa.Boolean(), "false"),
        ("enclose", sa.String(), ""),
        ("of_letter_id", KEY, None),
        ("email", sa.String(), None),
        ("attempts", sa.Integer(), "0"),
        ("not_before", sa.String(), None),
        ("sent_on", sa.Date(), None),
        ("texted_on", sa.Date(), None),
        ("file", sa.String(), None),
    ),
    "person": (
        ("large_print", sa.Boolean(), "false"),
        ("text_consent", sa.Boolean(), "false"),
        ("email_failed_on", sa.Date(), None),
    ),
    "print_batch": (
        ("state", WORD, "released"),
        ("why_waiting", sa.String(), None),
        ("released_by", sa.String(), None),
        ("released_on", sa.Date(), None),
        ("sheets", sa.Integer(), "0"),
        ("pdf", sa.String(), None),
        ("pages_counted", sa.Boolean(), "false"),
    ),
}
"""Columns by table: name, type, and what rows there already get (None: nothing)."""

SCHEDULED = "state <> 'voided' AND coming = 'scheduled'"
UNSENT = "state IN ('queued', 'rendered', 'batched', 'sending', 'unsure')"


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "rejected_paper",
        sa.Column("template_digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rejected_on", sa.Date(), nullable=False),
        sa.Column("rejected_by", sa.String(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("template_digest"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version"),
    )
    _keep_for_ever("paper")
    for table, columns in ADDED.items():
        for name, kind, default in columns:
            empty = None if default is None else sa.text(default) if default in ("0", "false") else default
            op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=empty))
    op.execute("UPDATE letter SET sent_on = mailed_on")
    op.execute(
        "UPDATE print_batch SET state = 'printed', released_by = made_by, released_on = made_on, sheets = pages "
        "WHERE sha256 IS NOT NULL"
    )
    op.create_index("ix_letter_sent", "letter", ["sent_on"])
    _replace_index("uq_letter_of_the_day", ["guarantor_id", "creditor_id", "queued_on"], SCHEDULED, unique=True)
    _replace_index("ix_letter_unsent", ["state"], UNSENT)


def downgrade() -> None:
    op.drop_index("ix_letter_sent", "letter")
    op.drop_index("uq_letter_of_the_day", "letter")
    op.drop_index("ix_letter_unsent", "letter")
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as changed:
            for name, _, _ in columns:
                changed.drop_column(name)
    for name, keys, where, unique in (
        ("uq_letter_of_the_day", ["guarantor_id", "creditor_id", "queued_on"], "state <> 'voided'", True),
        ("ix_letter_unsent", ["state"], "state IN ('queued', 'rendered', 'batched')", False),
    ):
        where_text = sa.text(where)
        op.create_index(name, "letter", keys, unique=unique, postgresql_where=where_text, sqlite_where=where_text)
    for table in ("setting", "rejected_paper", "paper"):
        op.drop_table(table)


def _keep_for_ever(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _replace_index(name: str, keys: list[str], where: str, *, unique: bool = False) -> None:
    op.drop_index(name, "letter")
    where_text = sa.text(where)
    op.create_index(name, "letter", keys, unique=unique, postgresql_where=where_text, sqlite_where=where_text)
