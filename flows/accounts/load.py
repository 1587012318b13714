"""What dunning reads: pages of groups by index, as values for decide."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.facts.queries import facts_of_accounts
from flows.accounts.failure import failure
from flows.accounts.placed import placed_now
from flows.accounts.snapshot import (
    AccountNow,
    ContactsNow,
    CreditorNow,
    GroupNow,
    HoldNow,
    PersonNow,
    ReviewNow,
    StepDone,
)
from flows.schedules.schedule import Pending, Published, Schedule, Trigger
from flows.schedules.schedule_file import schedule_from
from flows.settings.contracts.queries import agencies_now
from flows.settings.limits.limits import NONE, Limits, limits_for
from flows.settings.limits.queries import limit_rows
from models import (
    Account,
    ContactAttempt,
    Creditor,
    Enrollment,
    GateReview,
    Hold,
    Letter,
    Person,
    ScheduleVersion,
    StepTaken,
    Task,
    TaskAccount,
)
from models.columns import AnyRow, AnySelect, in_keys, table
from models.database import batches, group_by_key, locked, writes
from models.enums import EnrollmentState, GateState, HoldKind, HoldScope, StepOutcome, TaskState
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
SCHEDULE_VERSION = table(ScheduleVersion)
STEP_TAKEN = table(StepTaken)
TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)

SCHEDULED_LETTER = sa.text("letter.state <> 'voided' AND letter.origin = 'scheduled'")
"""Written out, not bound: a partial index is found only by its own words."""

CALL_WINDOW = timedelta(days=31)
"""How far back calls are read: the longest window of any rule is thirty days."""

CONSENT_LASTS = timedelta(days=7)
"""A call is one that was asked for on the day of asking and the six after it: 12 CFR 1006.14(b)(3)(i)."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A group whose rows could not be made into values; `reason` names the failure, never a person."""

    account_ids: tuple[int, ...]
    reason: str


def due_guarantors(conn: Connection, today: date, *, shard: int = 0, shards: int = 1) -> "array[int]":
    """Whom something is due for, in the order of their keys. Reads the due part of ix_enrollment_due, no account.

    Sorted here: asked for an order, a database may walk the whole book by its keys instead.
    """
    due = sa.select(ENROLLMENT.c.guarantor_id).where(ENROLLMENT.c.next_action_on <= today)
    if shards > 1:
        due = due.where(ENROLLMENT.c.guarantor_id % shards == shard)
    return array("q", sorted(set(conn.execute(due).scalars())))


def schedules_by_id(conn: Connection) -> dict[int, Schedule]:
    """Every published version that the book holds, ready to decide by."""
    found = conn.execute(sa.select(SCHEDULE_VERSION.c.id, SCHEDULE_VERSION.c.text))
    return {row.id: schedule_from(row.text) for row in found}


def in_force(today: date) -> sa.ColumnElement[bool]:
    """Whether a version is in force on a day: from its first day on, or whenever where it was given none."""
    return sa.or_(SCHEDULE_VERSION.c.in_force_on.is_(None), SCHEDULE_VERSION.c.in_force_on <= today)


def present_schedules(conn: Connection, today: date) -> list[Published]:
    """The version of each schedule that accounts enter on a day, in the order in which they may take an account: the
    newest that is in force by then."""
    rows = conn.execute(sa.select(SCHEDULE_VERSION).where(in_force(today)).order_by(SCHEDULE_VERSION.c.version))
    newest = {row.name: row for row in rows}
    found = sorted(newest.values(), key=lambda row: -row.precedence)
    return [Published(row.id, row.version, schedule_from(row.text)) for row in found]


def groups_of(conn: Connection, guarantor_ids: Sequence[int], today: date) -> tuple[list[GroupNow], list[Unread]]:
    """The groups of a page of guarantors, their active accounts only; and the groups that could not be read.

    On PostgreSQL the accounts and then the enrollments stay locked until the transaction ends, so that staff and the
    run take turns; every writer locks an account before anything else of it, and so none waits for another in a ring.
    Who only reads locks nothing.
    """
    if conn.dialect.name == "postgresql" and writes(conn):
        for part in batches(guarantor_ids):
            mine = sa.select(ACCOUNT.c.id).where(in_keys(ACCOUNT.c.guarantor_id, part))
            conn.execute(mine.order_by(ACCOUNT.c.id).with_for_update()).all()
    accounts = [
        row
        for part in batches(guarantor_ids)
        for row in conn.execute(locked(conn, _accounts(in_keys(ENROLLMENT.c.guarantor_id, part)), of=ENROLLMENT)).all()
    ]
    return _groups(conn, [row for row in accounts if row.state == EnrollmentState.ACTIVE.value], today)


def groups_of_accounts(
    conn: Connection, account_ids: Sequence[int], today: date, *, lock: bool = True
) -> tuple[list[GroupNow], list[Unread]]:
    """The groups of these accounts, whether or not they are on their way in a schedule, and of no others.

    `lock` false: only to be looked at, so that nobody waits.
    """
    rows: list[AnyRow] = []
    for part in batches(account_ids):
        query = _any_accounts(in_keys(ACCOUNT.c.id, part))
        rows += conn.execute(locked(conn, query, of=ACCOUNT) if lock else query).all()
    return _groups(conn, rows, today)


def _groups(conn: Connection, accounts: Sequence[AnyRow], today: date) -> tuple[list[GroupNow], list[Unread]]:
    if not accounts:
        return [], []
    page = Page(conn, sorted({row.guarantor_id for row in accounts}), [row.id for row in accounts], today)
    groups: list[GroupNow] = []
    unread: list[Unread] = []
    for (guarantor_id, creditor_id), rows in group_by_key(
        ((r.guarantor_id, r.creditor_id), r) for r in accounts
    ).items():
        try:
            groups.append(page.group(guarantor_id, creditor_id, rows))
        # Whatever is wrong with one person's rows, the others' day goes on; the group is set aside with the reason.
        except Exception as error:
            unread.append(Unread(tuple(row.id for row in rows), failure(error)))
    return groups, unread


PATIENT = PERSON.alias("patient")

_PATIENT_DIED = sa.case((ACCOUNT.c.guarantor_liable_since.is_(None), PATIENT.c.death_date))
"""A patient's death stops an account, unless it was decided that the living guarantor goes on answering for it."""


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


def _accounts(which: sa.ColumnElement[bool]) -> AnySelect:
    """Enrollments with their accounts and patients; of guarantors, by ix_enrollment_guarantor."""
    return (
        sa.select(*_OF_AN_ACCOUNT)
        .select_from(ENROLLMENT)
        .join(ACCOUNT, ACCOUNT.c.id == ENROLLMENT.c.account_id)
        .join(PATIENT, PATIENT.c.id == ACCOUNT.c.patient_id)
        .where(which)
        .order_by(ENROLLMENT.c.guarantor_id, ENROLLMENT.c.creditor_id, ACCOUNT.c.id)
    )


def _any_accounts(which: sa.ColumnElement[bool]) -> AnySelect:
    """Accounts with their enrollments where they have one: what an answer may speak of, too."""
    return (
        sa.select(*_OF_AN_ACCOUNT)
        .select_from(ACCOUNT)
        .outerjoin(ENROLLMENT, ENROLLMENT.c.account_id == ACCOUNT.c.id)
        .join(PATIENT, PATIENT.c.id == ACCOUNT.c.patient_id)
        .where(which)
        .order_by(ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id, ACCOUNT.c.id)
    )


class Page:
    """What is known of a page of guarantors besides their accounts, read in a handful of queries."""

    def __init__(self, conn: Connection, guarantor_ids: Sequence[int], account_ids: Sequence[int], today: date) -> None:
        def rows(query: Callable[[Sequence[int]], AnySelect], keys: Sequence[int]) -> list[AnyRow]:
            return [row for part in batches(keys) for row in conn.execute(query(part)).all()]

        self.today = today
        self.persons = {row.id: row for row in rows(_persons, guarantor_ids)}
        self.creditors = {row.id: row for row in conn.execute(sa.select(CREDITOR))}
        self.taken = group_by_key((row.account_id, row) for row in rows(_steps, account_ids))
        self.reviews = group_by_key((row.account_id, row) for row in rows(_reviews, account_ids))
        self.person_holds = group_by_key((row.person_id, row) for row in rows(_person_holds, guarantor_ids))
        self.account_holds = group_by_key((row.account_id, row) for row in rows(_account_holds, account_ids))
        self.letters = {(row.guarantor_id, row.creditor_id): row.last for row in rows(_last_letters, guarantor_ids)}
        self.open_calls = {(row.guarantor_id, row.creditor_id): row for row in rows(_open_calls, guarantor_ids)}
        calls = [row.id for row in self.open_calls.values()]
        self.call_about = group_by_key((row.task_id, row.account_id) for row in rows(_accounts_of_calls, calls))
        self.limits = limit_rows(conn)
        self.agencies = agencies_now(conn)
        self.facts = facts_of_accounts(conn, account_ids)
        self.placed = placed_now(conn, account_ids)
        since = today - CALL_WINDOW
        self.contacts = group_by_key(
            (row.guarantor_id, row) for row in rows(lambda keys: _contacts(keys, since), guarantor_ids)
        )

    def group(self, guarantor_id: PersonId, creditor_id: CreditorId, rows: Sequence[AnyRow]) -> GroupNow:
        """One group from its rows."""
        person = self.persons[guarantor_id]
        creditor = self.creditors[creditor_id]
        return GroupNow(
            person=person_now(person, tuple(map(hold_now, self.person_holds.get(guarantor_id, ())))),
            creditor=CreditorNow(creditor.id, creditor.external_id, creditor.name, creditor.kind, creditor.state),
            contacts=self._contacts_of(guarantor_id, creditor_id),
            accounts=tuple(self._account(row, guarantor_id) for row in rows),
            limits=self._limits_of(person, creditor),
            agencies=self.agencies,
        )

    def _limits_of(self, person: AnyRow, creditor: AnyRow) -> Limits:
        if not self.limits:
            return NONE
        return limits_for(self.limits, creditor.external_id, (person.state, creditor.state))

    def _contacts_of(self, guarantor_id: PersonId, creditor_id: CreditorId) -> ContactsNow:
        key = (guarantor_id, creditor_id)
        made = [row for row in self.contacts.get(guarantor_id, ()) if row.creditor_id == creditor_id]
        contacts = ContactsNow(self.letters.get(key))
        call = self.open_calls.get(key)
        if call is not None:
            contacts.open_call = call.id
            contacts.call_about = tuple(self.call_about.get(call.id, ()))
            if call.callback_on is not None and call.callback_asked_on is not None:
                contacts.callback_on = call.callback_on
                contacts.asked_on = call.callback_asked_on
        if made:
            contacts.calls_made = tuple(row.made_on for row in made if row.counts)
            contacts.calls_asked = tuple(row.made_on for row in made if row.counts and _was_asked_for(row))
            contacts.last_talk_on = max((row.made_on for row in made if row.talked), default=None)
        return contacts

    def _account(self, row: AnyRow, guarantor_id: int) -> AccountNow:
        # Fields by position: names cost a look-up each, and this is done for every account that is due.
        (
            key,
            number,
            version,
            cycle,
            anchor,
            payer,
            balance,
            first,
            service_from,
            service_to,
            birth,
            death,
            patient,
            pending,
            mark,
            delay,
            next_on,
            blocked_by,
            blocked_until,
            _guarantor,
            _creditor,
            _state,
            itemized_on,
            offered_on,
            missed_since,
            broken_on,
            placement,
            returns,
            returned_on,
        ) = row
        taken = self.taken.get(key)
        holds = self.account_holds.get(key)
        reviews = self.reviews.get(key)
        return AccountNow(
            id=key,
            number=number,
            # An account in no schedule has none of these; it is only read to be written to.
            schedule_version_id=version or 0,
            cycle=cycle or 1,
            anchor_on=anchor or first or service_from,
            payer_class=payer,
            balance_cents=balance,
            first_statement_on=first,
            service_from=service_from,
            service_to=service_to,
            patient_birth=birth,
            patient_died_on=death,
            patient_is_guarantor=patient == guarantor_id,
            pending=None if pending is None else Pending(Trigger(pending), mark),
            delay_days=delay or 0,
            next_action_on=next_on,
            blocked_by=blocked_by,
            blocked_until=blocked_until,
            taken={t.step: StepDone(StepOutcome(t.outcome), t.on, t.why) for t in taken} if taken else {},
            holds=tuple(map(hold_now, holds)) if holds else (),
            itemized_bill_on=itemized_on,
            plan_offered_on=offered_on,
            plan_missed_since=missed_since,
            plan_broken_on=broken_on,
            placed=None if placement is None else self.placed[placement],
            agency_returns=returns,
            agency_returned_on=returned_on,
            facts=self.facts.days.get(key, {}),
            amounts=self.facts.amounts.get(key, {}),
            reviews={one.step: _review_now(one) for one in reviews} if reviews else {},
        )


def _was_asked_for(call: AnyRow) -> bool:
    return call.asked_on is not None and call.made_on - call.asked_on < CONSENT_LASTS


def person_now(row: AnyRow, holds: tuple[HoldNow, ...]) -> PersonNow:
    """A guarantor as decisions see them, from a row of the person table."""
    return PersonNow(
        id=row.id,
        state=row.state,
        city=row.city,
        zip=row.zip,
        country=row.country,
        phone=row.phone or row.mobile,
        language=row.language,
        has_email=bool(row.email),
        died_on=row.death_date,
        reachable_by_mail=bool(row.address1 and row.city and (row.country or (row.state and row.zip))),
        email=row.email if row.email_consent and row.email_failed_on is None else None,
        large_print=row.large_print,
        no_call_times=row.no_call_times,
        holds=holds,
    )


def hold_now(row: AnyRow) -> HoldNow:
    """A hold as decisions see it, from a row of the hold table."""
    return HoldNow(HoldKind(row.kind), HoldScope(row.scope), row.from_on, row.until_on)


def _persons(ids: Sequence[int]) -> AnySelect:
    return sa.select(PERSON).where(in_keys(PERSON.c.id, ids))


def _steps(ids: Sequence[int]) -> AnySelect:
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


def _reviews(ids: Sequence[int]) -> AnySelect:
    """What was decided at the gates of these accounts, the newest last; by ix_gate_review_account."""
    return sa.select(GATE_REVIEW).where(in_keys(GATE_REVIEW.c.account_id, ids)).order_by(GATE_REVIEW.c.id)


def _review_now(row: AnyRow) -> ReviewNow:
    return ReviewNow(GateState(row.state), row.decided_on or row.opened_on, row.decided_by, row.reason)


def _person_holds(ids: Sequence[int]) -> AnySelect:
    return sa.select(HOLD).where(in_keys(HOLD.c.person_id, ids), HOLD.c.cleared_on.is_(None)).order_by(HOLD.c.id)


def _account_holds(ids: Sequence[int]) -> AnySelect:
    return sa.select(HOLD).where(in_keys(HOLD.c.account_id, ids), HOLD.c.cleared_on.is_(None)).order_by(HOLD.c.id)


def _last_letters(ids: Sequence[int]) -> AnySelect:
    """The last letter of each guarantor and creditor that a schedule sent, by uq_letter_of_the_day."""
    return (
        sa.select(LETTER.c.guarantor_id, LETTER.c.creditor_id, sa.func.max(LETTER.c.queued_on).label("last"))
        .where(in_keys(LETTER.c.guarantor_id, ids), SCHEDULED_LETTER)
        .group_by(LETTER.c.guarantor_id, LETTER.c.creditor_id)
    )


def _open_calls(ids: Sequence[int]) -> AnySelect:
    return sa.select(
        TASK.c.id, TASK.c.guarantor_id, TASK.c.creditor_id, TASK.c.callback_on, TASK.c.callback_asked_on
    ).where(in_keys(TASK.c.guarantor_id, ids), TASK.c.kind == TaskKind.CALL, TASK.c.state == TaskState.OPEN.value)


def _accounts_of_calls(ids: Sequence[int]) -> AnySelect:
    """What gave occasion to these calls, by the primary key of task_account."""
    return sa.select(TASK_ACCOUNT.c.task_id, TASK_ACCOUNT.c.account_id).where(in_keys(TASK_ACCOUNT.c.task_id, ids))


def _contacts(ids: Sequence[int], since: date) -> AnySelect:
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


def to_consider(conn: Connection, today: date) -> list[int]:
    """Accounts that may enter a schedule today, by ix_account_review_on."""
    return sorted(conn.execute(sa.select(ACCOUNT.c.id).where(ACCOUNT.c.review_on <= today)).scalars())


def accounts_to_consider(conn: Connection, account_ids: Sequence[int]) -> list[AnyRow]:
    """What an account's entry is decided by."""
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
    return list(conn.execute(query))


def due_accounts_of(conn: Connection, guarantor_id: int, today: date) -> tuple[int, ...]:
    """One guarantor's accounts for which something is due."""
    due = sa.and_(ENROLLMENT.c.guarantor_id == guarantor_id, ENROLLMENT.c.next_action_on <= today)
    return tuple(conn.execute(sa.select(ENROLLMENT.c.account_id).where(due)).scalars())
