"""What dunning reads: pages of groups by index, as values for decide."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.facts.queries import facts_of_accounts
from flows.accounts.failure import failure
from flows.accounts.load_rows import (
    ACCOUNT,
    CREDITOR,
    ENROLLMENT,
    AccountRow,
    CallRow,
    ContactRow,
    StepRow,
    account_holds,
    accounts_of_calls,
    any_accounts,
    contacts_since,
    enrolled_accounts,
    last_letters,
    open_calls,
    person_holds,
    persons,
    reviews_of,
    steps_taken,
)
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
from flows.schedules.practice_days import TABLE as CALENDAR
from flows.schedules.practice_days import practice_days_from
from flows.schedules.schedule import NO_DAYS, Pending, PracticeDays, Published, Schedule, Trigger
from flows.schedules.schedule_file import schedule_from
from flows.settings.contracts.queries import agencies_now
from flows.settings.limits.limits import NONE, Limits, limits_for
from flows.settings.limits.queries import limit_rows
from flows.settings.tables.queries import text_of
from flows.users.queries import full_names
from models import ScheduleAction, ScheduleVersion
from models.columns import AnyRow, AnySelect, in_keys, table
from models.database import batches, group_by_key, locked, writes
from models.enums import EnrollmentState, GateState, HoldKind, HoldScope, ScheduleDecision, StepOutcome
from models.ids import CreditorId, PersonId
from models.labels import label

SCHEDULE_ACTION = table(ScheduleAction)
SCHEDULE_VERSION = table(ScheduleVersion)

CALL_WINDOW = timedelta(days=31)
"""How far back calls are read: the longest window of any rule is thirty days."""

CONSENT_LASTS = timedelta(days=7)
"""A call counts as requested on the day of the request and the six days after it: 12 CFR 1006.14(b)(3)(i)."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A group whose rows could not be made into values; `reason` names the failure, never a person."""

    account_ids: tuple[int, ...]
    reason: str


def due_guarantors(conn: Connection, today: date, *, shard: int = 0, shards: int = 1) -> "array[int]":
    """The guarantors with something due, in the order of their keys. Reads the due part of ix_enrollment_due, no
    account.

    Sorted here: asked for an order, a database may scan the whole table by its keys instead.
    """
    due = sa.select(ENROLLMENT.c.guarantor_id).where(ENROLLMENT.c.next_action_on <= today)
    if shards > 1:
        due = due.where(ENROLLMENT.c.guarantor_id % shards == shard)
    return array("q", sorted(set(conn.execute(due).scalars())))


def schedules_by_id(conn: Connection) -> dict[int, Schedule]:
    """Every stored published version, ready to decide by. One whose schedule is paused says so."""
    stopped, days = stopped_schedules(conn), practice_days_now(conn)
    found = conn.execute(sa.select(SCHEDULE_VERSION.c.id, SCHEDULE_VERSION.c.name, SCHEDULE_VERSION.c.text))
    return {row.id: _with_stop(_with_days(row.text, days), stopped.get(row.name, NOT_STOPPED)) for row in found}


def practice_days_now(conn: Connection) -> PracticeDays:
    """The practice's own calendar in force."""
    text = text_of(conn, CALENDAR)
    return NO_DAYS if text is None else practice_days_from(text)


@lru_cache(256)
def _with_days(text: str, days: PracticeDays) -> Schedule:
    return on_days(schedule_from(text), days)


def on_days(schedule: Schedule, days: PracticeDays) -> Schedule:
    """A schedule whose days off include those of the practice's own calendar."""
    return schedule if days == NO_DAYS else replace(schedule, calendar=replace(schedule.calendar, practice=days))


class Stopped(NamedTuple):
    """A schedule by which nothing is done (`paused`, since when and by whom), or that no account enters (`retired`)."""

    paused: str | None = None
    retired: str | None = None


NOT_STOPPED = Stopped()

_STARTS_OR_STOPS = {
    ScheduleDecision.PAUSED: "paused",
    ScheduleDecision.RESUMED: "paused",
    ScheduleDecision.RETIRED: "retired",
    ScheduleDecision.REOPENED: "retired",
}


def stopped_schedules(conn: Connection) -> dict[str, Stopped]:
    """The schedules that are paused or retired, by name: by the newest decision about each."""
    decided = SCHEDULE_ACTION.c.action.in_([one.value for one in _STARTS_OR_STOPS])
    found: dict[str, Stopped] = {}
    names = full_names(conn)
    for row in conn.execute(sa.select(SCHEDULE_ACTION).where(decided).order_by(SCHEDULE_ACTION.c.id)):
        what = ScheduleDecision(row.action)
        stops = what in (ScheduleDecision.PAUSED, ScheduleDecision.RETIRED)
        said = f"{label(what).lower()} since {row.on} by {names.get(row.by, row.by)}: {row.reason}" if stops else None
        found[row.name] = found.get(row.name, NOT_STOPPED)._replace(**{_STARTS_OR_STOPS[what]: said})
    return {name: one for name, one in found.items() if one != NOT_STOPPED}


def _with_stop(schedule: Schedule, stopped: Stopped) -> Schedule:
    return schedule if stopped.paused is None else replace(schedule, paused=stopped.paused)


def in_force(today: date) -> sa.ColumnElement[bool]:
    """Whether a version is in force on a day: approved, not only for an experiment, and from its first day
    on, or always if it has none."""
    started = sa.or_(SCHEDULE_VERSION.c.in_force_on.is_(None), SCHEDULE_VERSION.c.in_force_on <= today)
    return sa.and_(~SCHEDULE_VERSION.c.pending, ~SCHEDULE_VERSION.c.trial, started)


def present_schedules(conn: Connection, today: date) -> list[Published]:
    """The version of each schedule that accounts enter on a day, in order of precedence: the newest that is in
    force by then. Accounts enter no retired schedule."""
    rows = conn.execute(sa.select(SCHEDULE_VERSION).where(in_force(today)).order_by(SCHEDULE_VERSION.c.version))
    newest = {row.name: row for row in rows}
    stopped, days = stopped_schedules(conn), practice_days_now(conn)
    found = sorted(newest.values(), key=lambda row: -row.precedence)
    return [
        Published(row.id, row.version, _with_stop(_with_days(row.text, days), stop))
        for row in found
        if (stop := stopped.get(row.name, NOT_STOPPED)).retired is None
    ]


def groups_of(conn: Connection, guarantor_ids: Sequence[int], today: date) -> tuple[list[GroupNow], list[Unread]]:
    """The groups of a page of guarantors, their active accounts only; and the groups that could not be read.

    On PostgreSQL the accounts and then the enrollments stay locked until the transaction ends, so that staff and the
    run take turns; every writer locks an account before anything else of it, and so none waits for another in a ring.
    A read-only caller locks nothing.
    """
    if conn.dialect.name == "postgresql" and writes(conn):
        for part in batches(guarantor_ids):
            mine = sa.select(ACCOUNT.c.id).where(in_keys(ACCOUNT.c.guarantor_id, part))
            conn.execute(mine.order_by(ACCOUNT.c.id).with_for_update()).all()
    accounts = [
        AccountRow._make(row)
        for part in batches(guarantor_ids)
        for row in conn.execute(
            locked(conn, enrolled_accounts(in_keys(ENROLLMENT.c.guarantor_id, part)), of=ENROLLMENT)
        ).all()
    ]
    return _groups(conn, [row for row in accounts if row.enrollment_state == EnrollmentState.ACTIVE.value], today)


def groups_of_accounts(
    conn: Connection, account_ids: Sequence[int], today: date, *, lock: bool = True
) -> tuple[list[GroupNow], list[Unread]]:
    """The groups of these accounts only, whether or not they are in a schedule.

    `lock` false: read only, so that no other transaction waits.
    """
    rows: list[AccountRow] = []
    for part in batches(account_ids):
        query = any_accounts(in_keys(ACCOUNT.c.id, part))
        rows += map(AccountRow._make, conn.execute(locked(conn, query, of=ACCOUNT) if lock else query))
    return _groups(conn, rows, today)


def _groups(conn: Connection, accounts: Sequence[AccountRow], today: date) -> tuple[list[GroupNow], list[Unread]]:
    if not accounts:
        return [], []
    page = Page(conn, sorted({row.guarantor_id for row in accounts}), [row.account_id for row in accounts], today)
    groups: list[GroupNow] = []
    unread: list[Unread] = []
    for (guarantor_id, creditor_id), rows in group_by_key(
        ((r.guarantor_id, r.creditor_id), r) for r in accounts
    ).items():
        try:
            groups.append(page.group(guarantor_id, creditor_id, rows))
        # Whatever is wrong with one person's rows, the day continues for the others; the group is set aside with the
        # reason.
        except Exception as error:
            unread.append(Unread(tuple(row.account_id for row in rows), failure(error)))
    return groups, unread


class Page:
    """What is known about a page of guarantors besides their accounts, read in a few queries."""

    def __init__(self, conn: Connection, guarantor_ids: Sequence[int], account_ids: Sequence[int], today: date) -> None:
        def rows(query: Callable[[Sequence[int]], AnySelect], keys: Sequence[int]) -> list[AnyRow]:
            return [row for part in batches(keys) for row in conn.execute(query(part)).all()]

        self.today = today
        self.persons = {row.id: row for row in rows(persons, guarantor_ids)}
        self.creditors = {row.id: row for row in conn.execute(sa.select(CREDITOR))}
        self.taken = group_by_key((row[0], StepRow._make(row)) for row in rows(steps_taken, account_ids))
        self.reviews = group_by_key((row.account_id, row) for row in rows(reviews_of, account_ids))
        self.person_holds = group_by_key((row.person_id, row) for row in rows(person_holds, guarantor_ids))
        self.account_holds = group_by_key((row.account_id, row) for row in rows(account_holds, account_ids))
        self.letters = {(row.guarantor_id, row.creditor_id): row.last for row in rows(last_letters, guarantor_ids)}
        self.open_calls = {
            (row.guarantor_id, row.creditor_id): CallRow._make(row) for row in rows(open_calls, guarantor_ids)
        }
        calls = [row.id for row in self.open_calls.values()]
        self.call_about = group_by_key((row.task_id, row.account_id) for row in rows(accounts_of_calls, calls))
        self.limits = limit_rows(conn)
        self.agencies = agencies_now(conn)
        self.facts = facts_of_accounts(conn, account_ids)
        self.placed = placed_now(conn, account_ids)
        since = today - CALL_WINDOW
        self.contacts = group_by_key(
            (row.guarantor_id, ContactRow._make(row))
            for row in rows(lambda keys: contacts_since(keys, since), guarantor_ids)
        )

    def group(self, guarantor_id: PersonId, creditor_id: CreditorId, rows: Sequence[AccountRow]) -> GroupNow:
        """One group from its rows."""
        person = self.persons[guarantor_id]
        creditor = self.creditors[creditor_id]
        return GroupNow(
            person=person_now(person, tuple(map(hold_now, self.person_holds.get(guarantor_id, ())))),
            creditor=CreditorNow(creditor.id, creditor.external_id, creditor.name, creditor.kind, creditor.state),
            contacts=self._contacts_of(guarantor_id, creditor_id),
            accounts=tuple(self._account(row) for row in rows),
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

    def _account(self, row: AccountRow) -> AccountNow:
        key = row.account_id
        taken = self.taken.get(key)
        holds = self.account_holds.get(key)
        reviews = self.reviews.get(key)
        return AccountNow(
            id=key,
            number=row.number,
            # An account in no schedule has none of these; it is only read to be written to.
            schedule_version_id=row.schedule_version_id or 0,
            cycle=row.cycle or 1,
            anchor_on=row.anchor_on or row.first_statement_on or row.service_from,
            payer_class=row.payer_class,
            balance_cents=row.balance_cents,
            first_statement_on=row.first_statement_on,
            service_from=row.service_from,
            service_to=row.service_to,
            patient_birth=row.patient_birth,
            patient_died_on=row.patient_died_on,
            patient_is_guarantor=row.patient_id == row.guarantor_id,
            pending=None
            if row.pending_trigger is None
            else Pending(Trigger(row.pending_trigger), row.pending_trigger_id),
            delay_days=row.delay_days or 0,
            next_action_on=row.next_action_on,
            blocked_by=row.blocked_by,
            blocked_until=row.blocked_until,
            taken={t.step: StepDone(StepOutcome(t.outcome), t.on, t.why) for t in taken} if taken else {},
            holds=tuple(map(hold_now, holds)) if holds else (),
            itemized_bill_on=row.itemized_bill_on,
            plan_offered_on=row.plan_offered_on,
            plan_missed_since=row.plan_missed_since,
            plan_broken_on=row.plan_broken_on,
            placed=None if row.placement_id is None else self.placed[row.placement_id],
            agency_returns=row.agency_returns,
            agency_returned_on=row.agency_returned_on,
            facts=self.facts.days.get(key, {}),
            amounts=self.facts.amounts.get(key, {}),
            reviews={one.step: _review_now(one) for one in reviews} if reviews else {},
        )


def _was_asked_for(call: ContactRow) -> bool:
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


def _review_now(row: AnyRow) -> ReviewNow:
    since = row.decided_on or row.opened_on
    return ReviewNow(GateState(row.state), since, row.full_name or row.decided_by, row.reason, row.until_on, row.pool)


def to_consider(conn: Connection, today: date) -> list[int]:
    """Accounts that may enter a schedule today, by ix_account_review_on."""
    return sorted(conn.execute(sa.select(ACCOUNT.c.id).where(ACCOUNT.c.review_on <= today)).scalars())


def due_accounts_of(conn: Connection, guarantor_id: int, today: date) -> tuple[int, ...]:
    """One guarantor's accounts with something due."""
    due = sa.and_(ENROLLMENT.c.guarantor_id == guarantor_id, ENROLLMENT.c.next_action_on <= today)
    return tuple(conn.execute(sa.select(ENROLLMENT.c.account_id).where(due)).scalars())
