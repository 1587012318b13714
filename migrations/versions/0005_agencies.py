"""Agencies, placements, what goes between, and the facts that the law asks before an account goes to one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(40)


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "agency_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_agency_file_unsent",
        "agency_file",
        ["state"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'made', 'renaming', 'unsure')"),
        sqlite_where=sa.text("state IN ('open', 'made', 'renaming', 'unsure')"),
    )
    op.create_index(
        "uq_agency_file_in",
        "agency_file",
        ["agency_id", "sha256"],
        unique=True,
        postgresql_where=sa.text("sequence IS NULL"),
        sqlite_where=sa.text("sequence IS NULL"),
    )
    op.create_index(
        "uq_agency_file_sequence",
        "agency_file",
        ["agency_id", "kind", "sequence"],
        unique=True,
        postgresql_where=sa.text("sequence IS NOT NULL"),
        sqlite_where=sa.text("sequence IS NOT NULL"),
    )
    op.create_table(
        "account_fact",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("name", WORD, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bad_debt",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("first_bill_on", sa.Date(), nullable=False),
        sa.Column("ceased_on", sa.Date(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("placed_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("balance_cents", sa.BigInteger(), nullable=False),
        sa.Column("efforts", sa.String(), nullable=False),
        sa.Column("missing", sa.String(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_table(
        "complaint",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_complaint_agency_id"), "complaint", ["agency_id"], unique=False)
    op.create_table(
        "placement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("guarantor_id", KEY, nullable=False),
        sa.Column("creditor_id", KEY, nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("wanted_by", sa.String(), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("blocked_by", sa.String(), nullable=True),
        sa.Column("blocked_until", sa.Date(), nullable=True),
        sa.Column("blocked_why", sa.String(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("not_with", sa.String(), nullable=False),
        sa.Column("agency_id", KEY, nullable=True),
        sa.Column("file_id", KEY, nullable=True),
        sa.Column("role", WORD, nullable=True),
        sa.Column("placed_on", sa.Date(), nullable=True),
        sa.Column("placed_cents", sa.BigInteger(), nullable=False),
        sa.Column("age_days", sa.Integer(), nullable=True),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("direct_bp", sa.Integer(), nullable=False),
        sa.Column("no_eca_before", sa.Date(), nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("their_number", sa.String(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("last_paid_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_code", sa.String(), nullable=True),
        sa.Column("ended_cents", sa.BigInteger(), nullable=False),
        sa.Column("earns_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["creditor_id"],
            ["creditor.id"],
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["agency_file.id"],
        ),
        sa.ForeignKeyConstraint(
            ["guarantor_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_placement_account", "placement", ["account_id"], unique=False)
    op.create_index("ix_placement_agency", "placement", ["agency_id", "placed_on"], unique=False)
    op.create_index("ix_placement_file", "placement", ["file_id"], unique=False)
    op.create_index(
        "ix_placement_look",
        "placement",
        ["look_on"],
        unique=False,
        postgresql_where=sa.text("look_on IS NOT NULL"),
        sqlite_where=sa.text("look_on IS NOT NULL"),
    )
    op.create_index(
        "uq_placement_open",
        "placement",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('queued', 'review', 'placed')"),
        sqlite_where=sa.text("state IN ('queued', 'review', 'placed')"),
    )
    op.create_table(
        "agency_notice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("placement_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("balance_cents", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entry_id", KEY, nullable=True),
        sa.Column("claimed", sa.Boolean(), nullable=False),
        sa.Column("file_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["agency_file.id"],
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_agency_notice_account", "agency_notice", ["account_id"], unique=False)
    op.create_index("ix_agency_notice_file", "agency_notice", ["file_id"], unique=False)
    op.create_index("ix_agency_notice_placement", "agency_notice", ["placement_id"], unique=False)
    op.create_index(
        "ix_agency_notice_untold",
        "agency_notice",
        ["agency_id"],
        unique=False,
        postgresql_where=sa.text("file_id IS NULL"),
        sqlite_where=sa.text("file_id IS NULL"),
    )
    op.create_table(
        "placement_entry",
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("placement_id", KEY, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
        ),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("ix_placement_entry_placement", "placement_entry", ["placement_id"], unique=False)
    op.create_table(
        "remit_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("placement_id", KEY, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("gross_cents", sa.BigInteger(), nullable=False),
        sa.Column("commission_cents", sa.BigInteger(), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("expected_cents", sa.BigInteger(), nullable=False),
        sa.Column("difference", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["agency_file.id"],
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency_id", "reference", name="uq_remit_line_reference"),
    )
    op.create_index("ix_remit_line_on", "remit_line", ["agency_id", "on"], unique=False)
    op.create_index("ix_remit_line_placement", "remit_line", ["placement_id"], unique=False)
    op.add_column("account", sa.Column("placement_id", KEY, nullable=True))
    op.add_column("account", sa.Column("agency_returns", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("account", sa.Column("agency_returned_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "agency_returned_on")
    op.drop_column("account", "agency_returns")
    op.drop_column("account", "placement_id")
    op.drop_index("ix_remit_line_placement", table_name="remit_line")
    op.drop_index("ix_remit_line_on", table_name="remit_line")
    op.drop_table("remit_line")
    op.drop_index("ix_placement_entry_placement", table_name="placement_entry")
    op.drop_table("placement_entry")
    op.drop_index(
        "ix_agency_notice_untold",
        table_name="agency_notice",
        postgresql_where=sa.text("file_id IS NULL"),
        sqlite_where=sa.text("file_id IS NULL"),
    )
    op.drop_index("ix_agency_notice_placement", table_name="agency_notice")
    op.drop_index("ix_agency_notice_file", table_name="agency_notice")
    op.drop_index("ix_agency_notice_account", table_name="agency_notice")
    op.drop_table("agency_notice")
    op.drop_index(
        "uq_placement_open",
        table_name="placement",
        postgresql_where=sa.text("state IN ('queued', 'review', 'placed')"),
        sqlite_where=sa.text("state IN ('queued', 'review', 'placed')"),
    )
    op.drop_index(
        "ix_placement_look",
        table_name="placement",
        postgresql_where=sa.text("look_on IS NOT NULL"),
        sqlite_where=sa.text("look_on IS NOT NULL"),
    )
    op.drop_index("ix_placement_file", table_name="placement")
    op.drop_index("ix_placement_agency", table_name="placement")
    op.drop_index("ix_placement_account", table_name="placement")
    op.drop_table("placement")
    op.drop_index(op.f("ix_complaint_agency_id"), table_name="complaint")
    op.drop_table("complaint")
    op.drop_table("bad_debt")
    op.drop_table("account_fact")
    op.drop_index(
        "uq_agency_file_sequence",
        table_name="agency_file",
        postgresql_where=sa.text("sequence IS NOT NULL"),
        sqlite_where=sa.text("sequence IS NOT NULL"),
    )
    op.drop_index(
        "uq_agency_file_in",
        table_name="agency_file",
        postgresql_where=sa.text("sequence IS NULL"),
        sqlite_where=sa.text("sequence IS NULL"),
    )
    op.drop_index(
        "ix_agency_file_unsent",
        table_name="agency_file",
        postgresql_where=sa.text("state IN ('open', 'made', 'renaming', 'unsure')"),
        sqlite_where=sa.text("state IN ('open', 'made', 'renaming', 'unsure')"),
    )
    op.drop_table("agency_file")
    op.drop_table("agency")
