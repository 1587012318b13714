"""Stored data of estates of people who died: matters, facts, parties, documents, attorneys."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.estate_enums import MatterState, ReportState

ENDED = "('closed_paid', 'closed_written_off', 'annulled')"
"""States in which a matter has no next step. Partial indexes use exactly these words, and queries must repeat them."""

RUNNING = f"state NOT IN {ENDED}"


class EstateMatter(SQLModel, table=True):
    """A dead person's debts to one creditor. Amounts are cents.

    The days that the deadline depends on (`death_on` to `court_set_claim_by`) are the current facts. They are stored
    here so that a hundred thousand deadlines are recomputed by reading one row each. `deadline_on` is empty if no rule
    returns a deadline; `deadline_why` is the reason. The nightly run reviews the matter on `review_on`; it last did so
    on `reviewed_on`. `last_alert_days` is the last alert sent for the controlling deadline (30, 14, 7 or 2 days before;
    -1 once it has passed). `previous_sue_by_on` is the last day to sue that a payment ended; it counts again if the
    bank reverses the payment. `not_presented_to`: where a filed claim must also be presented (`court`,
    `representative`), as far as we know. `claim_cents` includes `contingent_cents`, which depends on a payer who has
    not decided. `owner` is the username of the paralegal who works the matter; empty: no one yet.
    """

    __tablename__ = "estate_matter"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index(
            "uq_matter_running",
            "person_id",
            "creditor_id",
            unique=True,
            postgresql_where=sa.text(RUNNING),
            sqlite_where=sa.text(RUNNING),
        ),
        Index("ix_matter_look", "review_on", postgresql_where=sa.text(RUNNING), sqlite_where=sa.text(RUNNING)),
        Index("ix_matter_docket", "action_due_on", postgresql_where=sa.text(RUNNING), sqlite_where=sa.text(RUNNING)),
        Index("ix_matter_person", "person_id"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    person_id: int = Field(sa_type=Key, foreign_key="person.id")
    creditor_id: int = Field(sa_type=Key, foreign_key="creditor.id")
    state: str = Field(default=MatterState.REPORTED, sa_type=ShortText)
    owner: str | None = None
    opened_on: date
    opened_by: str
    source: str
    jurisdiction: str | None = None
    death_on: date | None = None
    letters_on: date | None = None
    published_on: date | None = None
    notice_on: date | None = None
    court_set_claim_by: date | None = None
    insolvent_on: date | None = None
    independent: bool | None = None
    deadline_on: date | None = None
    deadline_rule: str = Field(default="none", sa_type=ShortText)
    deadline_kind: str = Field(default="none", sa_type=ShortText)
    deadline_confidence: str = Field(default="", sa_type=ShortText)
    deadline_citation: str = ""
    deadline_why: str = ""
    file_by_on: date | None = None
    earliest_on: date | None = None
    latest_on: date | None = None
    provisional: bool = False
    open_estate_by: date | None = None
    action_due_on: date | None = None
    review_on: date | None = None
    reviewed_on: date | None = None
    last_alert_days: int | None = None
    claim_cents: int = Field(default=0, sa_type=sa.BigInteger)
    contingent_cents: int = Field(default=0, sa_type=sa.BigInteger)
    last_illness_cents: int = Field(default=0, sa_type=sa.BigInteger)
    filed_on: date | None = None
    not_presented_to: str | None = Field(default=None, sa_type=ShortText)
    answered_on: date | None = None
    allowed_cents: int | None = Field(default=None, sa_type=sa.BigInteger)
    sue_by_on: date | None = None
    previous_sue_by_on: date | None = None
    no_response_on: date | None = None
    no_response_effect: str | None = Field(default=None, sa_type=ShortText)
    offer_cents: int | None = Field(default=None, sa_type=sa.BigInteger)
    offer_until: date | None = None
    offer_approved_by: str | None = None
    reason: str | None = None
    closed_on: date | None = None
    version: int = 1


class MatterAccount(SQLModel, table=True):
    """An account that belongs to a matter."""

    __tablename__ = "matter_account"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_matter_account_account", "account_id"), {"sqlite_with_rowid": False})

    matter_id: int = Field(primary_key=True, sa_type=Key, foreign_key="estate_matter.id")
    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")
    after_death: str | None = Field(default=None)
    """The decision on a service after the death (AfterDeath). None: no decision yet, or the service was before it."""


class EstateFact(SQLModel, table=True):
    """A known fact of an estate: `value` as text (days ISO, amounts cents), with its source and the source's date.

    A corrected fact keeps its row; `replaced_on` is the day until which it was current.
    """

    __tablename__ = "estate_fact"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_estate_fact_matter", "matter_id", "name"),)

    id: int = Field(primary_key=True, sa_type=Key)
    matter_id: int = Field(sa_type=Key, foreign_key="estate_matter.id")
    name: str = Field(sa_type=ShortText)
    value: str
    source: str
    source_on: date
    set_on: date
    set_by: str
    replaced_on: date | None = None


class EstateParty(SQLModel, table=True):
    """A party to a matter, with their authority and its source."""

    __tablename__ = "estate_party"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_estate_party_matter", "matter_id"),)

    id: int = Field(primary_key=True, sa_type=Key)
    matter_id: int = Field(sa_type=Key, foreign_key="estate_matter.id")
    role: str = Field(sa_type=ShortText)
    authority: str = Field(sa_type=ShortText)
    authority_source: str
    name: str
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    phone: str | None = None
    email: str | None = None
    asked_more: bool = False
    since_on: date
    ended_on: date | None = None


class MatterDeadline(SQLModel, table=True):
    """A deadline as computed on a day. A deadline that changed keeps its row until `replaced_on`."""

    __tablename__ = "matter_deadline"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_matter_deadline_matter", "matter_id"),)

    id: int = Field(primary_key=True, sa_type=Key)
    matter_id: int = Field(sa_type=Key, foreign_key="estate_matter.id")
    computed_on: date
    deadline_on: date | None = None
    file_by_on: date | None = None
    rule: str = Field(sa_type=ShortText)
    why: str
    citation: str
    replaced_on: date | None = None


class EstatePaper(SQLModel, table=True):
    """A document of a matter: the data merged into it, its recipient, how and when it was sent, with what proof.

    `data` is kept forever with the digests of template and result, so that the document can be reprinted byte for byte.
    """

    __tablename__ = "estate_paper"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.UniqueConstraint("matter_id", "serial", name="uq_estate_paper_serial"),
        Index("ix_estate_paper_matter", "matter_id"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    matter_id: int = Field(sa_type=Key, foreign_key="estate_matter.id")
    serial: int
    kind: str
    reader: str = Field(sa_type=ShortText)
    party_id: int | None = Field(default=None, sa_type=Key, foreign_key="estate_party.id")
    made_on: date
    made_by: str
    amount_cents: int = Field(default=0, sa_type=sa.BigInteger)
    data: str
    template_digest: str
    rendered_digest: str
    file: str
    sent_on: date | None = None
    how: str | None = None
    tracking: str | None = None
    sent_by: str | None = None
    voided_on: date | None = None
    voided_by: str | None = None
    void_reason: str | None = None


class EstateAttachment(SQLModel, table=True):
    """A file of a matter that came from outside: letters, a stamped copy, a disallowance. Its content is in `file`,
    sealed; `digest` is the SHA-256 of the content as it came. A file that is withdrawn stays, with the reason.

    `in_packet`: whether it goes into the attorney's packet. `media` is the type that its content shows.
    """

    __tablename__ = "estate_attachment"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("matter_id", "serial", name="uq_estate_attachment_serial"),)

    id: int = Field(primary_key=True, sa_type=Key)
    matter_id: int = Field(sa_type=Key, foreign_key="estate_matter.id")
    serial: int
    kind: str = Field(sa_type=ShortText)
    media: str = Field(sa_type=ShortText)
    name: str
    size: int
    pages: int
    digest: str
    file: str
    in_packet: bool = True
    added_on: date
    added_by: str
    withdrawn_on: date | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None


class CourtFormBlank(SQLModel, table=True):
    """A court's blank form that the practice added, by the code of its row; the newest version is used. Its content is
    kept by its digest (Paper)."""

    __tablename__ = "court_form_blank"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("code", "version", name="uq_court_form_blank"),)

    id: int = Field(primary_key=True, sa_type=Key)
    code: str = Field(sa_type=ShortText)
    version: int
    digest: str
    edition: str
    added_on: date
    added_by: str


class Attorney(SQLModel, table=True):
    """An attorney who acts for creditors. `feed_digest` is the SHA-256 of the key of their private calendar."""

    id: int = Field(primary_key=True, sa_type=Key)
    code: str = Field(unique=True)
    name: str
    firm: str = ""
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    phone: str | None = None
    email: str | None = None
    bar_number: str | None = None
    bar_state: str | None = Field(default=None, sa_type=ShortText)
    feed_digest: str | None = None
    set_on: date
    set_by: str


class Referral(SQLModel, table=True):
    """A matter referred to an attorney: the request, the budget in cents and the fee, and the attorney's reports."""

    __table_args__ = (
        Index(
            "uq_referral_running",
            "matter_id",
            unique=True,
            postgresql_where=sa.text("ended_on IS NULL"),
            sqlite_where=sa.text("ended_on IS NULL"),
        ),
        Index("ix_referral_attorney", "attorney_id"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    matter_id: int = Field(sa_type=Key, foreign_key="estate_matter.id")
    attorney_id: int = Field(sa_type=Key, foreign_key="attorney.id")
    referred_on: date
    referred_by: str
    asked: str
    budget_cents: int = Field(sa_type=sa.BigInteger)
    fee: str
    status: str = ""
    status_on: date | None = None
    ended_on: date | None = None


class EstateDate(SQLModel, table=True):
    """A hearing, a filing or another appointment of a matter. `at` is the court's local time, such as 09:30."""

    __tablename__ = "estate_date"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_estate_date_matter", "matter_id"),)

    id: int = Field(primary_key=True, sa_type=Key)
    matter_id: int = Field(sa_type=Key, foreign_key="estate_matter.id")
    kind: str = Field(sa_type=ShortText)
    on: date
    at: str | None = None
    place: str = ""
    note: str = ""
    set_on: date
    set_by: str
    cancelled_on: date | None = None


class DeathReport(SQLModel, table=True):
    """A report of a death without a certain match: the possible people, with their scores, for a person to decide."""

    __tablename__ = "death_report"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.UniqueConstraint("digest", name="uq_death_report_digest"),
        Index(
            "ix_death_report_open",
            "state",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    digest: str
    first_name: str
    last_name: str
    birth_date: date | None = None
    ssn_last4: str | None = None
    died_on: date
    source: str
    candidates: str
    state: str = Field(default=ReportState.OPEN, sa_type=ShortText)
    person_id: int | None = Field(default=None, sa_type=Key, foreign_key="person.id")
    reported_on: date
    decided_on: date | None = None
    decided_by: str | None = None
    why: str | None = None


class DeathStop(SQLModel, table=True):
    """Something that a death stopped, by its own key, so that it can continue from there if the report was wrong.

    A letter has one row for each account; `word` is what the letter was to that account.
    """

    __tablename__ = "death_stop"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_death_stop_person", "person_id"),)

    id: int = Field(primary_key=True, sa_type=Key)
    person_id: int = Field(sa_type=Key, foreign_key="person.id")
    kind: str = Field(sa_type=ShortText)
    key: int = Field(sa_type=Key)
    account_id: int | None = Field(default=None, sa_type=Key)
    word: str | None = None
    stopped_on: date
    resumed_on: date | None = None
