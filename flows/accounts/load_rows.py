"""The rows that are read for a page of guarantors: each query of the day's hot path, with the type of its rows."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import (
    Account,
    ContactAttempt,
    Creditor,
    Enrollment,
    GateReview,
    Hold,
    Letter,
    Person,
    StepTaken,
    Task,
    TaskAccount,
    User,
)
from models.columns import AnySelect, in_keys, table
from models.enums import TaskState
from models.ids import CreditorId, PersonId
from models.task_kinds import TaskKind

ACCOUNT = table(Account)
CONTACT = table(ContactAttempt)
CREDITOR = table(Creditor)
ENROLLMENT = table(Enrollment)
GATE_REVIEW = table(GateReview)
HOLD = table(Hold)
LETTER = table(Letter)
PERSON = table(Person)
STEP_TAKEN = table(StepTaken)
TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)
USER = table(User)

SCHEDULED_LETTER = sa.text("letter.state <> 'voided' AND letter.origin = 'scheduled'")
"""A literal, not a parameter: a partial index is found only by its own text."""


class AccountRow(NamedTuple):
    """An account with its enrollment, if it has one, and its patient. Amounts are cents."""

    account_id: int
    number: str
    schedule_version_id: int | None
    cycle: int | None
    anchor_on: date | None
    payer_class: str
    balance_cents: int
    first_statement_on: date | None
    service_from: date
    service_to: date | None
    patient_birth: date | None
    patient_died_on: date | None
    patient_id: PersonId
    pending_trigger: str | None
    pending_trigger_id: str | None
    delay_days: int | None
    next_action_on: date | None
    blocked_by: str | None
    blocked_until: date | None
    guarantor_id: PersonId
    creditor_id: CreditorId
    enrollment_state: str | None
    itemized_bill_on: date | None
    plan_offered_on: date | None
    plan_missed_since: date | None
    plan_broken_on: date | None
    placement_id: int | None
    agency_returns: int
    agency_returned_on: date | None


class StepRow(NamedTuple):
    """A step that an account completed in its present cycle."""

    account_id: int
    step: str
    outcome: str
    on: date
    why: str | None


class ContactRow(NamedTuple):
    """A call that was made; `asked_on` is the day on which the guarantor asked for it."""

    guarantor_id: PersonId
    creditor_id: CreditorId
    made_on: date
    talked: bool
    counts: bool
    asked_on: date | None


class CallRow(NamedTuple):
    """An open call between a guarantor and a creditor."""

    id: int
    guarantor_id: PersonId
    creditor_id: CreditorId
    callback_on: date | None
    callback_asked_on: date | None


class CandidateRow(NamedTuple):
    """An account that may enter a schedule, with the columns for that decision."""

    id: int
    guarantor_id: PersonId
    creditor_id: CreditorId
    balance_cents: int
    payer_class: str
    first_statement_on: date | None
    service_from: date
    creditor: str
    creditor_kind: str
    state: str | None
    language: str
    email: str | None
    birth_date: date | None


PATIENT = PERSON.alias("patient")

_PATIENT_DIED = sa.case((ACCOUNT.c.guarantor_liable_since.is_(None), PATIENT.c.death_date))
"""A patient's death stops an account, unless it was decided that the living guarantor stays liable for it."""


_OF_AN_ACCOUNT = (
    ACCOUNT.c.id,
    ACCOUNT.c.number,
    ENROLLMENT.c.schedule_version_id,
    ENROLLMENT.c.cycle,
    ENROLLMENT.c.anchor_on,
    ACCOUNT.c.payer_class,
    ACCOUNT.c.balance_cents,
    ACCOUNT.c.first_statement_on,
    ACCOUNT.c.service_from,
    ACCOUNT.c.service_to,
    PATIENT.c.birth_date,
    _PATIENT_DIED,
    ACCOUNT.c.patient_id,
    ENROLLMENT.c.pending_trigger,
    ENROLLMENT.c.pending_trigger_id,
    ENROLLMENT.c.delay_days,
    ENROLLMENT.c.next_action_on,
    ENROLLMENT.c.blocked_by,
    ENROLLMENT.c.blocked_until,
    ACCOUNT.c.guarantor_id,
    ACCOUNT.c.creditor_id,
    ENROLLMENT.c.state,
    ACCOUNT.c.itemized_bill_on,
    ACCOUNT.c.plan_offered_on,
    ACCOUNT.c.plan_missed_since,
    ACCOUNT.c.plan_broken_on,
    ACCOUNT.c.placement_id,
    ACCOUNT.c.agency_returns,
    ACCOUNT.c.agency_returned_on,
)


def enrolled_accounts(which: sa.ColumnElement[bool]) -> AnySelect:
    """Enrollments with their accounts and patients; of guarantors, by ix_enrollment_guarantor."""
    return (
        sa.select(*_OF_AN_ACCOUNT)
        .select_from(ENROLLMENT)
        .join(ACCOUNT, ACCOUNT.c.id == ENROLLMENT.c.account_id)
        .join(PATIENT, PATIENT.c.id == ACCOUNT.c.patient_id)
        .where(which)
        .order_by(ENROLLMENT.c.guarantor_id, ENROLLMENT.c.creditor_id, ACCOUNT.c.id)
    )


def any_accounts(which: sa.ColumnElement[bool]) -> AnySelect:
    """Accounts with their enrollments if they have one: also accounts that only a reply can be about."""
    return (
        sa.select(*_OF_AN_ACCOUNT)
        .select_from(ACCOUNT)
        .outerjoin(ENROLLMENT, ENROLLMENT.c.account_id == ACCOUNT.c.id)
        .join(PATIENT, PATIENT.c.id == ACCOUNT.c.patient_id)
        .where(which)
        .order_by(ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id, ACCOUNT.c.id)
    )


def persons(ids: Sequence[int]) -> AnySelect:
    return sa.select(PERSON).where(in_keys(PERSON.c.id, ids))


def steps_taken(ids: Sequence[int]) -> AnySelect:
    """The steps of the present cycle, by the primary key of step_taken."""
    return (
        sa.select(STEP_TAKEN.c.account_id, STEP_TAKEN.c.step, STEP_TAKEN.c.outcome, STEP_TAKEN.c.on, STEP_TAKEN.c.why)
        .join(
            ENROLLMENT,
            sa.and_(ENROLLMENT.c.account_id == STEP_TAKEN.c.account_id, ENROLLMENT.c.cycle == STEP_TAKEN.c.cycle),
        )
        .where(in_keys(STEP_TAKEN.c.account_id, ids))
        .order_by(STEP_TAKEN.c.on, STEP_TAKEN.c.step)
    )


def reviews_of(ids: Sequence[int]) -> AnySelect:
    """The gate decisions of these accounts, the newest last; by ix_gate_review_account."""
    names = GATE_REVIEW.outerjoin(USER, USER.c.name == GATE_REVIEW.c.decided_by)
    query = sa.select(GATE_REVIEW, USER.c.full_name).select_from(names)
    return query.where(in_keys(GATE_REVIEW.c.account_id, ids)).order_by(GATE_REVIEW.c.id)


def person_holds(ids: Sequence[int]) -> AnySelect:
    return sa.select(HOLD).where(in_keys(HOLD.c.person_id, ids), HOLD.c.cleared_on.is_(None)).order_by(HOLD.c.id)


def account_holds(ids: Sequence[int]) -> AnySelect:
    return sa.select(HOLD).where(in_keys(HOLD.c.account_id, ids), HOLD.c.cleared_on.is_(None)).order_by(HOLD.c.id)


def last_letters(ids: Sequence[int]) -> AnySelect:
    """The last letter of each guarantor and creditor that a schedule sent, by uq_letter_of_the_day."""
    return (
        sa.select(LETTER.c.guarantor_id, LETTER.c.creditor_id, sa.func.max(LETTER.c.queued_on).label("last"))
        .where(in_keys(LETTER.c.guarantor_id, ids), SCHEDULED_LETTER)
        .group_by(LETTER.c.guarantor_id, LETTER.c.creditor_id)
    )


def open_calls(ids: Sequence[int]) -> AnySelect:
    return sa.select(
        TASK.c.id, TASK.c.guarantor_id, TASK.c.creditor_id, TASK.c.callback_on, TASK.c.callback_asked_on
    ).where(in_keys(TASK.c.guarantor_id, ids), TASK.c.kind == TaskKind.CALL, TASK.c.state == TaskState.OPEN.value)


def accounts_of_calls(ids: Sequence[int]) -> AnySelect:
    """The accounts that caused these calls, by the primary key of task_account."""
    return sa.select(TASK_ACCOUNT.c.task_id, TASK_ACCOUNT.c.account_id).where(in_keys(TASK_ACCOUNT.c.task_id, ids))


def contacts_since(ids: Sequence[int], since: date) -> AnySelect:
    return (
        sa.select(
            CONTACT.c.guarantor_id,
            CONTACT.c.creditor_id,
            CONTACT.c.made_on,
            CONTACT.c.talked,
            CONTACT.c.counts,
            CONTACT.c.asked_on,
        )
        .where(in_keys(CONTACT.c.guarantor_id, ids), CONTACT.c.made_on >= since, CONTACT.c.kind == "call")
        .order_by(CONTACT.c.id)
    )


def accounts_to_consider(conn: Connection, account_ids: Sequence[int]) -> list[CandidateRow]:
    """The columns that decide whether an account enters a schedule."""
    patient = PERSON.alias("patient")
    query = (
        sa.select(
            ACCOUNT.c.id,
            ACCOUNT.c.guarantor_id,
            ACCOUNT.c.creditor_id,
            ACCOUNT.c.balance_cents,
            ACCOUNT.c.payer_class,
            ACCOUNT.c.first_statement_on,
            ACCOUNT.c.service_from,
            CREDITOR.c.external_id.label("creditor"),
            CREDITOR.c.kind.label("creditor_kind"),
            PERSON.c.state,
            PERSON.c.language,
            PERSON.c.email,
            patient.c.birth_date,
        )
        .join(CREDITOR, CREDITOR.c.id == ACCOUNT.c.creditor_id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .join(patient, patient.c.id == ACCOUNT.c.patient_id)
        .where(in_keys(ACCOUNT.c.id, account_ids))
        .order_by(ACCOUNT.c.id)
    )
    return [CandidateRow._make(row) for row in conn.execute(query)]
