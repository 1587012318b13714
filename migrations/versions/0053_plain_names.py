"""Columns and tables have plain names; their data stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

COLUMNS = (
    ("account", "look_on", "review_on"),
    ("arrangement", "look_on", "review_on"),
    ("coverage", "look_on", "review_on"),
    ("placement", "look_on", "review_on"),
    ("estate_matter", "look_on", "review_on"),
    ("estate_matter", "looked_on", "reviewed_on"),
    ("account", "guarantor_answers_on", "guarantor_liable_since"),
    ("estate_matter", "sue_by_was_on", "previous_sue_by_on"),
    ("estate_matter", "open_by_on", "open_estate_by"),
    ("estate_matter", "act_by_on", "action_due_on"),
    ("estate_matter", "order_on", "court_set_claim_by"),
    ("estate_matter", "silence_on", "no_response_on"),
    ("estate_matter", "silence_means", "no_response_effect"),
    ("estate_matter", "warned_days", "last_alert_days"),
    ("task", "taken_by", "in_progress_by"),
    ("task", "taken_at", "in_progress_since"),
    ("task", "dealt_to", "assigned_to"),
    ("task", "dealt_on", "assigned_on"),
    ("task", "call_on", "callback_on"),
    ("task", "call_time", "callback_time"),
    ("task", "call_asked_on", "callback_asked_on"),
    ("coverage", "taken_by", "recorded_by"),
    ("person", "not_at", "no_call_times"),
    ("coverage", "told_on", "reported_on"),
    ("death_report", "told_on", "reported_on"),
    ("complaint", "told_by", "reported_by"),
    ("letter", "coming", "origin"),
    ("enrollment", "pending", "pending_trigger"),
    ("enrollment", "pending_mark", "pending_trigger_id"),
)
"""Table, name until 0052, name from here on. Indexes, conditions and triggers follow by themselves."""

TABLES = (("house_file", "config_table"), ("house_limit", "practice_limit"))
"""Table until 0052, table from here on."""

VALUES = (("coverage", "state", "told", "reported"), ("task", "kind", "settlement-fell", "settlement-reversed"))
"""Table, column, word until 0052, word from here on."""

REVIEWED = sa.text("review_on IS NOT NULL")
LOOKED_AT = sa.text("look_on IS NOT NULL")


def upgrade() -> None:
    for table, named in TABLES:
        op.rename_table(table, named)
    op.drop_index("ix_coverage_look", "coverage")
    for table, old, new in COLUMNS:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    for table, column, old, new in VALUES:
        _replace(table, column, old, new)
    _partial_index("ix_coverage_look", "coverage", "review_on", sa.text("state IN ('reported', 'billed')"))
    for table in ("account", "arrangement"):
        op.drop_index(f"ix_{table}_look_on", table)
        _partial_index(f"ix_{table}_review_on", table, "review_on", REVIEWED)


def downgrade() -> None:
    for table in ("account", "arrangement"):
        op.drop_index(f"ix_{table}_review_on", table)
    op.drop_index("ix_coverage_look", "coverage")
    for table, column, old, new in VALUES:
        _replace(table, column, new, old)
    for table, old, new in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {new} TO {old}")
    for table in ("account", "arrangement"):
        _partial_index(f"ix_{table}_look_on", table, "look_on", LOOKED_AT)
    _partial_index("ix_coverage_look", "coverage", "look_on", sa.text("state IN ('told', 'billed')"))
    for table, named in TABLES:
        op.rename_table(named, table)


def _replace(table: str, column: str, old: str, new: str) -> None:
    op.execute(sa.text(f"UPDATE {table} SET {column} = :new WHERE {column} = :old").bindparams(old=old, new=new))


def _partial_index(name: str, table: str, column: str, where: sa.TextClause) -> None:
    op.create_index(name, table, [column], postgresql_where=where, sqlite_where=where)
