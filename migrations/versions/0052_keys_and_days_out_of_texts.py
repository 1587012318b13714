"""Keys and days that were packed into texts have columns: what waits to be done, whose entry it is, when to call back."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PAGE = 5_000

_FAILED = re.compile(r"(.+?) (\d+) failed: ")
_MATTER = re.compile(r"(\d+):")

ENROLLMENT = sa.table(
    "enrollment",
    sa.column("account_id", KEY),
    sa.column("pending", sa.String()),
    sa.column("pending_mark", sa.String()),
)
TASK = sa.table(
    "task",
    sa.column("id", KEY),
    sa.column("kind", sa.String()),
    sa.column("reason", sa.String()),
    sa.column("call_at", sa.String()),
    sa.column("call_on", sa.Date()),
    sa.column("call_time", sa.Time()),
    sa.column("failed_noun", sa.String()),
    sa.column("failed_key", KEY),
)
LEDGER = sa.table(
    "ledger_entry",
    sa.column("id", KEY),
    sa.column("source", sa.String()),
    sa.column("external_id", sa.String()),
    sa.column("settlement_id", KEY),
    sa.column("matter_id", KEY),
)


def upgrade() -> None:
    op.add_column("enrollment", sa.Column("pending_mark", sa.String(), nullable=True))
    op.add_column("task", sa.Column("call_on", sa.Date(), nullable=True))
    op.add_column("task", sa.Column("call_time", sa.Time(), nullable=True))
    op.add_column("task", sa.Column("failed_noun", sa.String(), nullable=True))
    op.add_column("task", sa.Column("failed_key", KEY, nullable=True))
    op.add_column("ledger_entry", sa.Column("settlement_id", KEY, nullable=True))
    op.add_column("ledger_entry", sa.Column("matter_id", KEY, nullable=True))
    _each(ENROLLMENT, ENROLLMENT.c.account_id, ENROLLMENT.c.pending.like("%#%"), _split)
    _each(TASK, TASK.c.id, TASK.c.call_at.is_not(None), _called)
    _each(TASK, TASK.c.id, TASK.c.kind == "work-failed", _failed)
    _open_ledger()
    _each(LEDGER, LEDGER.c.id, LEDGER.c.source == "settlement", lambda row: _numbered(row, "settlement_id"))
    _each(LEDGER, LEDGER.c.id, LEDGER.c.source == "estate", lambda row: _numbered(row, "matter_id"))
    _close_ledger()
    op.drop_column("task", "call_at")
    op.create_index(
        "ix_ledger_settlement",
        "ledger_entry",
        ["settlement_id"],
        postgresql_where=sa.text("settlement_id IS NOT NULL"),
        sqlite_where=sa.text("settlement_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_settlement", "ledger_entry")
    op.add_column("task", sa.Column("call_at", sa.String(), nullable=True))
    _each(ENROLLMENT, ENROLLMENT.c.account_id, ENROLLMENT.c.pending_mark.is_not(None), _joined)
    _each(TASK, TASK.c.id, TASK.c.call_on.is_not(None), _call_at)
    for column in ("call_on", "call_time", "failed_noun", "failed_key"):
        op.drop_column("task", column)
    for column in ("settlement_id", "matter_id"):
        op.drop_column("ledger_entry", column)
    op.drop_column("enrollment", "pending_mark")


def _open_ledger() -> None:
    """The ledger is append-only; what it says already is only written a second time, in a column."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_entry_no_update")
    else:
        op.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_append_only")


def _close_ledger() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry "
            "BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END"
        )
    else:
        op.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_append_only")


def _split(row: Any) -> Mapping[str, object]:
    on, _, mark = row.pending.partition("#")
    return {"pending": on, "pending_mark": mark}


def _joined(row: Any) -> Mapping[str, object]:
    return {"pending": f"{row.pending}#{row.pending_mark}"}


def _called(row: Any) -> Mapping[str, object]:
    day, _, at = row.call_at.partition("T")
    return {"call_on": date.fromisoformat(day), "call_time": time.fromisoformat(at) if at else None}


def _call_at(row: Any) -> Mapping[str, object]:
    at = "" if row.call_time is None else f"T{row.call_time:%H:%M}"
    return {"call_at": f"{row.call_on.isoformat()}{at}"}


def _failed(row: Any) -> Mapping[str, object]:
    named = _FAILED.match(row.reason)
    return {} if named is None else {"failed_noun": named[1], "failed_key": int(named[2])}


def _numbered(row: Any, column: str) -> Mapping[str, object]:
    named = _MATTER.match(row.external_id)
    return {} if named is None else {column: int(named[1])}


def _each(
    table: sa.TableClause, key: Any, where: sa.ColumnElement[bool], values: Callable[[Any], Mapping[str, object]]
) -> None:
    """Change rows by what they say, a page of keys at a time."""
    conn = op.get_bind()
    last: int | None = None
    there = {column["name"] for column in sa.inspect(conn).get_columns(table.name)}
    wanted = [column for column in table.c if column.name in there]
    while True:
        more = where if last is None else sa.and_(where, key > last)
        rows = conn.execute(sa.select(*wanted).where(more).order_by(key).limit(PAGE)).all()
        for row in rows:
            last = getattr(row, key.name)
            if changed := values(row):
                conn.execute(sa.update(table).where(key == last).values(**changed))
        if len(rows) < PAGE:
            return
