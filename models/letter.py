"""One envelope to one guarantor about one or more accounts of one creditor."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import BatchState, Channel, LetterState

SCHEDULED = "state <> 'voided' AND origin = 'scheduled'"
"""Letters that must be some days apart. A partial index uses exactly these words, and queries must repeat them."""

UNSENT = "state IN ('queued', 'rendered', 'batched', 'sending', 'unsure')"
"""Letters that are not sent yet, or whose delivery is unknown. A partial index uses exactly these words."""


class Letter(SQLModel, table=True):
    """An envelope or an e-mail. `data` is what was merged into it. It is kept forever, with the digests of templates
    and result; the templates themselves are kept in the table of papers.

    A unique key prevents two scheduled envelopes on one day to one guarantor from one creditor. A reply (to a dispute,
    a question, a returned check) may be sent in addition. `of_letter_id` is the returned letter that this one replaces.
    `enclose` names the enclosures, separated by commas. `about_entries` are the keys of the ledger entries that it
    reports, if it reports only some. `file` is the archive that it was written to, in the letters folder.
    `imb` are the digits of its Intelligent Mail barcode. `certified` names the row of the law that asks for certified
    mail; `article` is the number of its Certified Mail label, and `receipt_on` and `receipt_by` are of its return
    receipt.
    """

    __table_args__ = (
        Index(
            "uq_letter_of_the_day",
            "guarantor_id",
            "creditor_id",
            "queued_on",
            unique=True,
            postgresql_where=sa.text(SCHEDULED),
            sqlite_where=sa.text(SCHEDULED),
        ),
        Index("ix_letter_unsent", "state", postgresql_where=sa.text(UNSENT), sqlite_where=sa.text(UNSENT)),
        Index("ix_letter_batch", "print_batch_id"),
        Index("ix_letter_sent", "sent_on"),
        Index("ix_letter_queued", "queued_on"),
        Index(
            "ix_letter_imb",
            "imb",
            postgresql_where=sa.text("imb IS NOT NULL"),
            sqlite_where=sa.text("imb IS NOT NULL"),
        ),
        Index(
            "uq_letter_article",
            "article",
            unique=True,
            postgresql_where=sa.text("article IS NOT NULL"),
            sqlite_where=sa.text("article IS NOT NULL"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    guarantor_id: int = Field(sa_type=Key, foreign_key="person.id")
    creditor_id: int = Field(sa_type=Key, foreign_key="creditor.id")
    kind: str
    language: str = "en"
    state: str = Field(default=LetterState.QUEUED, sa_type=ShortText)
    queued_on: date
    total_cents: int | None = Field(default=None, sa_type=sa.BigInteger)
    data: str | None = None
    template_digest: str | None = None
    rendered_digest: str | None = None
    rendered_on: date | None = None
    pages: int | None = None
    channel: str = Field(default=Channel.POST, sa_type=ShortText)
    origin: str = Field(default="scheduled", sa_type=ShortText)
    large_print: bool = False
    enclose: str = ""
    of_letter_id: int | None = Field(default=None, sa_type=Key)
    about_entries: str = ""
    email: str | None = None
    attempts: int = 0
    not_before: str | None = None
    sent_on: date | None = None
    texted_on: date | None = None
    file: str | None = None
    print_batch_id: int | None = Field(default=None, sa_type=Key, foreign_key="print_batch.id")
    mailed_on: date | None = None
    returned_on: date | None = None
    reason: str | None = None
    imb: str | None = Field(default=None, sa_type=ShortText)
    certified: str | None = Field(default=None, sa_type=ShortText)
    article: str | None = Field(default=None, sa_type=ShortText)
    receipt_on: date | None = None
    receipt_by: str | None = None


class LetterAccount(SQLModel, table=True):
    """An account that a letter is about, and the step of its own schedule that the letter is."""

    __tablename__ = "letter_account"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_letter_account_account", "account_id"), {"sqlite_with_rowid": False})

    letter_id: int = Field(primary_key=True, sa_type=Key, foreign_key="letter.id")
    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")
    kind: str
    step: str | None = None
    cycle: int | None = None


class PrintBatch(SQLModel, table=True):
    """Letters that are printed together.

    waiting (over the limit that the manager set; `why_waiting` names which) -> released -> printed, when its files are
    complete. `pages` were counted in the PDF, or estimated if there is none; `sheets` is the number of sheets of paper.
    """

    __tablename__ = "print_batch"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Key)
    made_on: date
    made_by: str
    letters: int = 0
    pages: int = 0
    amount_cents: int = Field(default=0, sa_type=sa.BigInteger)
    file: str | None = None
    manifest: str | None = None
    sha256: str | None = None
    mailed_on: date | None = None
    state: str = Field(default=BatchState.RELEASED, sa_type=ShortText)
    why_waiting: str | None = None
    released_by: str | None = None
    released_on: date | None = None
    sheets: int = 0
    pdf: str | None = None
    pages_counted: bool = False


class Paper(SQLModel, table=True):
    """A template or a logo as it was when a letter was written with it, by its SHA-256. It is kept forever."""

    digest: str = Field(primary_key=True)
    name: str
    content: bytes = Field(sa_type=sa.LargeBinary)
    kept_on: date


class LetterTemplate(SQLModel, table=True):
    """A version of a practice's own template, by the name of its file without the ending. Without a `digest` the
    practice returned to the shipped one. Rows are only added."""

    __tablename__ = "letter_template"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("name", "version", name="uq_letter_template"),)

    id: int = Field(primary_key=True, sa_type=Key)
    name: str
    version: int
    digest: str | None = None
    on: date
    by: str
    reason: str


class RejectedPaper(SQLModel, table=True):
    """A kind of letter that was reviewed and found wrong. Its template is not printed until the rejection is lifted or
    the template is corrected: a corrected template has another digest."""

    __tablename__ = "rejected_paper"  # pyright: ignore[reportAssignmentType]

    template_digest: str = Field(primary_key=True)
    kind: str
    reason: str
    rejected_on: date
    rejected_by: str
    lifted_on: date | None = None
    lifted_by: str | None = None
