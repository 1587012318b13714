"""One envelope to one guarantor about one or more accounts of one creditor."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Id, Word
from models.kinds import LetterState


class Letter(SQLModel, table=True):
    """An envelope. `data` is what was merged into it, kept for ever, with the digests of template and result.

    Two scheduled envelopes of one day to one guarantor from one creditor cannot be: a unique key says so.
    """

    __table_args__ = (
        Index("uq_letter_of_the_day", "guarantor_id", "creditor_id", "queued_on", unique=True,
              postgresql_where=sa.text("state <> 'voided'"), sqlite_where=sa.text("state <> 'voided'")),
        Index("ix_letter_unsent", "state", postgresql_where=sa.text("state IN ('queued', 'rendered', 'batched')"),
              sqlite_where=sa.text("state IN ('queued', 'rendered', 'batched')")),
        Index("ix_letter_batch", "print_batch_id"),
    )  # fmt: skip

    id: int = Field(primary_key=True, sa_type=Id)
    guarantor_id: int = Field(sa_type=Id, foreign_key="person.id")
    creditor_id: int = Field(sa_type=Id, foreign_key="creditor.id")
    kind: str
    language: str = "en"
    state: str = Field(default=LetterState.QUEUED, sa_type=Word)
    queued_on: date
    total_cents: int | None = Field(default=None, sa_type=sa.BigInteger)
    data: str | None = None
    template_digest: str | None = None
    rendered_digest: str | None = None
    rendered_on: date | None = None
    pages: int | None = None
    print_batch_id: int | None = Field(default=None, sa_type=Id, foreign_key="print_batch.id")
    mailed_on: date | None = None
    returned_on: date | None = None
    reason: str | None = None


class LetterAccount(SQLModel, table=True):
    """An account that a letter speaks of, and the step of its own schedule that the letter is."""

    __tablename__ = "letter_account"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_letter_account_account", "account_id"), {"sqlite_with_rowid": False})

    letter_id: int = Field(primary_key=True, sa_type=Id, foreign_key="letter.id")
    account_id: int = Field(primary_key=True, sa_type=Id, foreign_key="account.id")
    kind: str
    step: str | None = None
    cycle: int | None = None


class PrintBatch(SQLModel, table=True):
    """The letters that go to the printer together. It is written before its files are, and closed after."""

    __tablename__ = "print_batch"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Id)
    made_on: date
    made_by: str
    letters: int = 0
    pages: int = 0
    amount_cents: int = Field(default=0, sa_type=sa.BigInteger)
    file: str | None = None
    manifest: str | None = None
    sha256: str | None = None
    mailed_on: date | None = None
