"""Insurance that somebody named for an account: reported, billed, answered, or not in force."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import CoverageState

WAITS = "state IN ('reported', 'billed')"
"""Insurance that has not decided; the words of a partial index, which is found only by them."""


class Coverage(SQLModel, table=True):
    """An insurance as it was named for one account. `holder`: whose policy it is, where it is not the patient's own.

    `file_by_on` is the last day of the law for the claim, empty where the payer's contract says it. `class_before` is
    the account's payer class before this insurance was billed, should it turn out not to be in force. The nightly run
    looks at one that waits on `review_on`.
    """

    __table_args__ = (
        Index("ix_coverage_account", "account_id"),
        Index("ix_coverage_look", "review_on", postgresql_where=sa.text(WAITS), sqlite_where=sa.text(WAITS)),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    account_id: int = Field(sa_type=Key, foreign_key="account.id")
    payer: str
    payer_class: str = Field(sa_type=ShortText)
    member_id: str
    group_number: str | None = None
    holder: str | None = None
    state: str = Field(default=CoverageState.REPORTED, sa_type=ShortText)
    reported_on: date
    source: str
    recorded_by: str
    file_by_on: date | None = None
    review_on: date | None = None
    billed_on: date | None = None
    class_before: str | None = Field(default=None, sa_type=ShortText)
    ended_on: date | None = None
    ended_why: str | None = None
