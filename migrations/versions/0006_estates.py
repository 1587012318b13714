"""Estates: matters of people who died, what is known, who takes part, papers, attorneys, reports of deaths."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(40)


def upgrade() -> None:
    op.add_column("account", sa.Column("guarantor_answers_on", sa.Date(), nullable=True))
    _estate_matter()
    _matter_account()
    _estate_fact()
    _estate_party()
    _matter_deadline()
    _estate_paper()
    _attorney()
    _referral()
    _estate_date()
    _death_report()
    _death_stop()


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    """A partial index, found only by its own words."""
    op.create_index(name, table, columns, unique=unique, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def _estate_matter() -> None:
    op.create_table(
        "estate_matter",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("creditor_id", KEY, sa.ForeignKey("creditor.id"), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=True),
        sa.Column("death_on", sa.Date(), nullable=True),
        sa.Column("letters_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("order_on", sa.Date(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("deadline_rule", WORD, nullable=False),
        sa.Column("deadline_kind", WORD, nullable=False),
        sa.Column("deadline_confidence", WORD, nullable=False),
        sa.Column("deadline_citation", sa.String(), nullable=False),
        sa.Column("deadline_why", sa.String(), nullable=False),
        sa.Column("file_by_on", sa.Date(), nullable=True),
        sa.Column("earliest_on", sa.Date(), nullable=True),
        sa.Column("latest_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("open_by_on", sa.Date(), nullable=True),
        sa.Column("act_by_on", sa.Date(), nullable=True),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.Column("warned_days", sa.Integer(), nullable=True),
        sa.Column("claim_cents", sa.BigInteger(), nullable=False),
        sa.Column("contingent_cents", sa.BigInteger(), nullable=False),
        sa.Column("last_illness_cents", sa.BigInteger(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("allowed_cents", sa.BigInteger(), nullable=True),
        sa.Column("sue_by_on", sa.Date(), nullable=True),
        sa.Column("silence_on", sa.Date(), nullable=True),
        sa.Column("silence_means", WORD, nullable=True),
        sa.Column("offer_cents", sa.BigInteger(), nullable=True),
        sa.Column("offer_until", sa.Date(), nullable=True),
        sa.Column("offer_approved_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _index(
        "ix_matter_docket",
        "estate_matter",
        ["act_by_on"],
        "state NOT IN ('closed_paid', 'closed_written_off', 'annulled')",
    )
    _index(
        "ix_matter_look", "estate_matter", ["look_on"], "state NOT IN ('closed_paid', 'closed_written_off', 'annulled')"
    )
    op.create_index("ix_matter_person", "estate_matter", ["person_id"], unique=False)
    _index(
        "uq_matter_running",
        "estate_matter",
        ["person_id", "creditor_id"],
        "state NOT IN ('closed_paid', 'closed_written_off', 'annulled')",
        unique=True,
    )


def _matter_account() -> None:
    op.create_table(
        "matter_account",
        sa.Column("matter_id", KEY, sa.ForeignKey("estate_matter.id"), nullable=False),
        sa.Column("account_id", KEY, sa.ForeignKey("account.id"), nullable=False),
        sa.PrimaryKeyConstraint("matter_id", "account_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_matter_account_account", "matter_account", ["account_id"], unique=False)


def _estate_fact() -> None:
    op.create_table(
        "estate_fact",
        sa.Column("id", KEY, nullable=False),
        sa.Column("matter_id", KEY, sa.ForeignKey("estate_matter.id"), nullable=False),
        sa.Column("name", WORD, nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("replaced_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_estate_fact_matter", "estate_fact", ["matter_id", "name"], unique=False)


def _estate_party() -> None:
    op.create_table(
        "estate_party",
        sa.Column("id", KEY, nullable=False),
        sa.Column("matter_id", KEY, sa.ForeignKey("estate_matter.id"), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("authority", WORD, nullable=False),
        sa.Column("authority_source", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address1", sa.String(), nullable=True),
        sa.Column("address2", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("zip", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("asked_more", sa.Boolean(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_estate_party_matter", "estate_party", ["matter_id"], unique=False)


def _matter_deadline() -> None:
    op.create_table(
        "matter_deadline",
        sa.Column("id", KEY, nullable=False),
        sa.Column("matter_id", KEY, sa.ForeignKey("estate_matter.id"), nullable=False),
        sa.Column("computed_on", sa.Date(), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("file_by_on", sa.Date(), nullable=True),
        sa.Column("rule", WORD, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("citation", sa.String(), nullable=False),
        sa.Column("replaced_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_matter_deadline_matter", "matter_deadline", ["matter_id"], unique=False)


def _estate_paper() -> None:
    op.create_table(
        "estate_paper",
        sa.Column("id", KEY, nullable=False),
        sa.Column("matter_id", KEY, sa.ForeignKey("estate_matter.id"), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reader", WORD, nullable=False),
        sa.Column("party_id", KEY, sa.ForeignKey("estate_party.id"), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.String(), nullable=False),
        sa.Column("template_digest", sa.String(), nullable=False),
        sa.Column("rendered_digest", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("how", sa.String(), nullable=True),
        sa.Column("tracking", sa.String(), nullable=True),
        sa.Column("sent_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("matter_id", "serial", name="uq_estate_paper_serial"),
    )
    op.create_index("ix_estate_paper_matter", "estate_paper", ["matter_id"], unique=False)


def _attorney() -> None:
    op.create_table(
        "attorney",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("firm", sa.String(), nullable=False),
        sa.Column("address1", sa.String(), nullable=True),
        sa.Column("address2", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("zip", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("feed_digest", sa.String(), nullable=True),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )


def _referral() -> None:
    op.create_table(
        "referral",
        sa.Column("id", KEY, nullable=False),
        sa.Column("matter_id", KEY, sa.ForeignKey("estate_matter.id"), nullable=False),
        sa.Column("attorney_id", KEY, sa.ForeignKey("attorney.id"), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=False),
        sa.Column("referred_by", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_referral_attorney", "referral", ["attorney_id"], unique=False)
    _index("uq_referral_running", "referral", ["matter_id"], "ended_on IS NULL", unique=True)


def _estate_date() -> None:
    op.create_table(
        "estate_date",
        sa.Column("id", KEY, nullable=False),
        sa.Column("matter_id", KEY, sa.ForeignKey("estate_matter.id"), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_estate_date_matter", "estate_date", ["matter_id"], unique=False)


def _death_report() -> None:
    op.create_table(
        "death_report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("ssn_last4", sa.String(), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("candidates", sa.String(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", name="uq_death_report_digest"),
    )
    _index("ix_death_report_open", "death_report", ["state"], "state = 'open'")


def _death_stop() -> None:
    op.create_table(
        "death_stop",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("word", sa.String(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=False),
        sa.Column("resumed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_death_stop_person", "death_stop", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("death_stop")
    op.drop_table("death_report")
    op.drop_table("estate_date")
    op.drop_table("referral")
    op.drop_table("attorney")
    op.drop_table("estate_paper")
    op.drop_table("matter_deadline")
    op.drop_table("estate_party")
    op.drop_table("estate_fact")
    op.drop_table("matter_account")
    op.drop_table("estate_matter")
    op.drop_column("account", "guarantor_answers_on")
