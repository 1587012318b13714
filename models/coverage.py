"""Insurance reported for an account: reported, billed, answered, or not in force."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import CoverageState

WAITS = "state IN ('reported', 'billed')"
"""Insurance that has not decided. A partial index uses exactly these words, and queries must repeat them."""


class Coverage(SQLModel, table=True):
    """An insurance as reported for one account. `holder`: the subscriber, if other than the patient.

    `file_by_on` is the last day for the claim under the law; it is empty if the payer's contract sets the day.
    `class_before` is the account's payer class before this insurance was billed, in case it is not in force. The
    nightly run reviews a waiting one on `review_on`.
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
