"""Summaries that reports read instead of the whole ledger, each computed from it and comparable with it."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText

_LATE = sa.text("recorded_on > posted_on")


class LedgerTotal(SQLModel, table=True):
    """The sum of ledger entries of one creditor, payer class and kind, by posting day and the day they were recorded.

    It covers the entries through the key in `report_mark`; the entries after it are read from the ledger.
    """

    __tablename__ = "ledger_total"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index(
            "ix_ledger_total_late",
            "recorded_on",
            "posted_on",
            "creditor_id",
            "amount_cents",
            sqlite_where=_LATE,
            postgresql_where=_LATE,
        ),
        {"sqlite_with_rowid": False},
    )

    posted_on: date = Field(primary_key=True)
    recorded_on: date = Field(primary_key=True)
    creditor_id: int = Field(primary_key=True, sa_type=Key)
    payer_class: str = Field(primary_key=True, sa_type=ShortText)
    kind: str = Field(primary_key=True, sa_type=ShortText)
    entries: int
    amount_cents: int = Field(sa_type=sa.BigInteger)


class VintageTotal(SQLModel, table=True):
    """The sum of ledger entries by the month of the account's first statement and the month of posting.

    Months are stored as their first day. It covers the same entries as `ledger_total`.
    """

    __tablename__ = "vintage_total"  # pyright: ignore[reportAssignmentType]
    __table_args__ = ({"sqlite_with_rowid": False},)

    cohort: date = Field(primary_key=True)
    month: date = Field(primary_key=True)
    creditor_id: int = Field(primary_key=True, sa_type=Key)
    payer_class: str = Field(primary_key=True, sa_type=ShortText)
    kind: str = Field(primary_key=True, sa_type=ShortText)
    entries: int
    amount_cents: int = Field(sa_type=sa.BigInteger)


class AgingMonth(SQLModel, table=True):
    """How accounts moved between age buckets in a month: how many, with their balances at its start and at its end.

    `through_id`: the last ledger entry at the time of the computation. Entries recorded later are not in it.
    """

    __tablename__ = "aging_month"  # pyright: ignore[reportAssignmentType]
    __table_args__ = ({"sqlite_with_rowid": False},)

    month_end: date = Field(primary_key=True)
    creditor_id: int = Field(primary_key=True, sa_type=Key)
    was: str = Field(primary_key=True, sa_type=ShortText)
    now: str = Field(primary_key=True, sa_type=ShortText)
    through_id: int = Field(sa_type=Key)
    accounts: int
    was_cents: int = Field(sa_type=sa.BigInteger)
    now_cents: int = Field(sa_type=sa.BigInteger)


class ReportMark(SQLModel, table=True):
    """The last ledger entry that the summaries include."""

    __tablename__ = "report_mark"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True)
    through_id: int = Field(sa_type=Key)


class SavedReport(SQLModel, table=True):
    """A report with its parameters under a name, as its owner reads it.

    `period` is a word that moves along with the day. `by`, `where`, `creditors` and `columns` have a line each.
    `share` is a role whose users read it too. `every`, `channel`, `address` and `format` are about its delivery;
    `target_column`, `target_way` and `target_value` about its target, in the unit of the column (cents for money).
    `alert_to` is the e-mail address that is notified once when it is missed, and `alerted_on` when that was done.
    `problem` and `missed` say what is wrong since the last night: it was not delivered, or its target was missed.
    """

    __tablename__ = "saved_report"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Key)
    name: str = Field(unique=True)
    owner: str
    report: str
    period: str = Field(sa_type=ShortText)
    by: str = ""
    where: str = ""
    creditors: str = ""
    columns: str = ""
    days: int | None = None
    share: str = Field(default="", sa_type=ShortText)
    every: str = Field(default="", sa_type=ShortText)
    channel: str = Field(default="", sa_type=ShortText)
    address: str = ""
    format: str = Field(default="csv", sa_type=ShortText)
    target_column: str = ""
    target_way: str = Field(default="", sa_type=ShortText)
    target_value: int | None = Field(default=None, sa_type=sa.BigInteger)
    made_on: date
    delivered_on: date | None = None
    problem: str = ""
    missed: str = ""
    alert_to: str = Field(default="", sa_column_kwargs={"server_default": ""})
    alerted_on: date | None = None
