"""An account for people and other programs, and the proof that its history was not altered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.known import warning
from compliance.load import catalogue
from flows.accounts.blocker import Blocker
from flows.accounts.eligibility import stop_for
from flows.accounts.load import Unread, groups_of, schedules_by_id
from flows.accounts.placed import placed_now
from flows.accounts.queries import account_row
from flows.accounts.snapshot import AccountNow, GroupNow
from flows.dunning.engine.due import DueStep, next_due
from flows.dunning.engine.forecast import PlannedStep, first_on, project
from flows.dunning.engine.gate import gate_stop
from flows.insurance.queries import InsuranceLine, coverages_of
from flows.people.countries import country_of
from flows.reports.account_documents import (
    AccountView,
    AgencyStay,
    BlockerView,
    CreditorView,
    EventLine,
    Explanation,
    HoldColumns,
    HoldView,
    LedgerLine,
    PersonView,
    ScheduleView,
    StepAhead,
    WayAhead,
)
from flows.reports.account_past import answer_of, holds_about, past_of_each
from flows.schedules.actions import said
from flows.schedules.schedule import Pending, Schedule, Trigger
from flows.settings.contracts.terms import PlacedNow
from models import AccountEvent, Creditor, Enrollment, LedgerEntry, Person, ScheduleVersion, StepTaken
from models.columns import AnyRow, columns_as, in_keys, table
from models.database import group_by_key
from models.enums import EnrollmentState, StepOutcome
from models.errors import Refused
from models.labels import label_of

CREDITOR = table(Creditor)
ENROLLMENT = table(Enrollment)
EVENT = table(AccountEvent)
LEDGER = table(LedgerEntry)
PERSON = table(Person)
SCHEDULE_VERSION = table(ScheduleVersion)
STEP_TAKEN = table(StepTaken)


def account_view(conn: Connection, number: str) -> AccountView:
    """All data of one account: creditor, guarantor and patient, ledger, history, holds."""
    row = account_row(conn, number)
    return account_views(conn, [row], holds_about(conn, [row]))[row.id]


def account_views(
    conn: Connection, rows: Sequence[AnyRow], holds: Mapping[int, Sequence[AnyRow]]
) -> dict[int, AccountView]:
    """The same for many accounts, by their keys: one query for each type of data, for any number of accounts."""
    ids = sorted({row.id for row in rows})
    creditors = _by_key(conn, CREDITOR, {row.creditor_id for row in rows})
    people = _by_key(conn, PERSON, {key for row in rows for key in (row.guarantor_id, row.patient_id)})
    schedules = _schedules(conn, enrollments_of(conn, ids))
    stays = placed_now(conn, [row.id for row in rows if row.placement_id is not None])
    in_order = sa.select(LEDGER).where(in_keys(LEDGER.c.account_id, ids)).order_by(LEDGER.c.posted_on, LEDGER.c.id)
    ledger = group_by_key((entry.account_id, entry) for entry in conn.execute(in_order))
    events = events_of_each(conn, ids)
    insurance = group_by_key((one["account_id"], one) for one in coverages_of(conn, ids))
    return {
        row.id: {
            "number": row.number,
            "balance_cents": row.balance_cents,
            "original_cents": row.original_cents,
            "state": row.state,
            "payer_class": row.payer_class,
            "service_from": row.service_from,
            "first_statement_on": row.first_statement_on,
            "creditor": _creditor(creditors[row.creditor_id]),
            "guarantor": _person(people[row.guarantor_id]),
            "patient": _person(people[row.patient_id]),
            "schedule": schedules.get(row.id),
            "agency": None if row.placement_id is None else _agency(stays[row.placement_id]),
            "ledger": [columns_as(LedgerLine, entry) for entry in ledger.get(row.id, ())],
            "events": events.get(row.id, []),
            "holds": [_hold(hold) for hold in holds[row.id]],
            "insurance": [insurance_line(one) for one in insurance.get(row.id, ())],
        }
        for row in rows
    }


def insurance_line(one: Mapping[str, object]) -> InsuranceLine:
    """An insurance in an account's view, from all known data."""
    return cast(InsuranceLine, {name: one[name] for name in InsuranceLine.__annotations__})


def _by_key(conn: Connection, noun: sa.Table, keys: Iterable[int]) -> dict[int, AnyRow]:
    return {row.id: row for row in conn.execute(sa.select(noun).where(in_keys(noun.c.id, sorted(set(keys)))))}


def _creditor(row: AnyRow) -> CreditorView:
    return {"id": row.external_id, "name": row.name, "state": row.state}


def _person(row: AnyRow) -> PersonView:
    return {
        "name": f"{row.first_name} {row.last_name}",
        "birth_date": row.birth_date,
        "death_date": row.death_date,
        "address": [line for line in (row.address1, row.address2) if line],
        "city": row.city,
        "state": row.state,
        "zip": row.zip,
        "country": country_of(row.state, row.country),
        "phone": row.phone,
        "mobile": row.mobile,
        "language": row.language,
    }


def enrollments_of(conn: Connection, account_ids: Sequence[int]) -> dict[int, AnyRow]:
    """The enrollments of accounts, by account."""
    query = sa.select(ENROLLMENT).where(in_keys(ENROLLMENT.c.account_id, account_ids))
    return {row.account_id: row for row in conn.execute(query)}


def _schedules(conn: Connection, enrollments: Mapping[int, AnyRow]) -> dict[int, ScheduleView]:
    """The accounts' positions in their schedules, by account."""
    columns = (SCHEDULE_VERSION.c.id, SCHEDULE_VERSION.c.name, SCHEDULE_VERSION.c.version)
    wanted = sorted({one.schedule_version_id for one in enrollments.values()})
    query = sa.select(*columns).where(in_keys(SCHEDULE_VERSION.c.id, wanted))
    versions = {row.id: row for row in conn.execute(query)}
    return {key: _schedule(one, versions[one.schedule_version_id]) for key, one in enrollments.items()}


def _schedule(enrollment: AnyRow, version: AnyRow) -> ScheduleView:
    return {
        "name": version.name,
        "version": version.version,
        "state": enrollment.state,
        "cycle": enrollment.cycle,
        "anchor_on": enrollment.anchor_on,
        "pending": None
        if enrollment.pending_trigger is None
        else str(Pending(Trigger(enrollment.pending_trigger), enrollment.pending_trigger_id)),
        "next_action_on": enrollment.next_action_on,
    }


def events_of(conn: Connection, account_id: int) -> list[EventLine]:
    """An account's history in order."""
    return events_of_each(conn, [account_id]).get(account_id, [])


def events_of_each(conn: Connection, account_ids: Sequence[int]) -> dict[int, list[EventLine]]:
    """The accounts' histories in order, by account."""
    query = sa.select(EVENT).where(in_keys(EVENT.c.account_id, account_ids)).order_by(EVENT.c.account_id, EVENT.c.seq)
    return group_by_key((row.account_id, columns_as(EventLine, row)) for row in conn.execute(query))


def _agency(stay: PlacedNow) -> AgencyStay:
    """The agency that has an account now."""
    return {"code": stay.agency, "placed_on": stay.placed_on, "last_paid_on": stay.last_paid_on}


def _hold(row: AnyRow) -> HoldView:
    return {**columns_as(HoldColumns, row), "of": "person" if row.person_id else "account"}


class Forecasts:
    """The upcoming steps of accounts: data for the decisions is read once for all of them, and each is projected
    once."""

    def __init__(self, conn: Connection, today: date, rows: Sequence[AnyRow]) -> None:
        self.today = today
        self._conn = conn
        self._rows = rows
        self._schedules: dict[int, Schedule] | None = None
        self._read: tuple[list[GroupNow], list[Unread]] | None = None
        self._paths: dict[int, list[PlannedStep]] = {}

    @property
    def schedules(self) -> dict[int, Schedule]:
        """The published schedules in the database, by version."""
        if self._schedules is None:
            self._schedules = schedules_by_id(self._conn)
        return self._schedules

    def group_of(self, account: AnyRow) -> GroupNow:
        """The accounts decided together with an account: all of its guarantor's at its creditor.

        Raises Refused if the database has data of them that cannot be read.
        """
        if self._read is None:
            self._read = groups_of(self._conn, sorted({row.guarantor_id for row in self._rows}), self.today)
        groups, unread = self._read
        for group in groups:
            if any(one.id == account.id for one in group.accounts):
                return group
        why = next((one.reason for one in unread if account.id in one.account_ids), "it is not in a schedule")
        raise Refused(f"the upcoming steps of account {account.number} can't be shown: {why}")

    def path_of(self, account: AnyRow) -> list[PlannedStep]:
        """The upcoming steps of an account, if nothing changes."""
        group = self.group_of(account)
        key = group.accounts[0].id
        if key not in self._paths:
            self._paths[key] = project(group, self.schedules, self.today)
        return [one for one in self._paths[key] if one.account_id == account.id]


def explain(conn: Connection, number: str, today: date) -> Explanation:
    """What happened to an account, the next step and its date, why not sooner, and all upcoming steps."""
    rows = [account_row(conn, number)]
    return Explained(conn, rows, holds_about(conn, rows), today).of(number)


class Explained:
    """The same for many accounts, whose enrollments and steps are read once."""

    def __init__(
        self, conn: Connection, rows: Sequence[AnyRow], holds: Mapping[int, Sequence[AnyRow]], today: date
    ) -> None:
        self._rows = {row.number: row for row in rows}
        self._enrollments = enrollments_of(conn, [row.id for row in rows])
        self._taken = _taken(conn, self._enrollments)
        self._past = past_of_each(conn, rows, holds, today)
        self._roads = Forecasts(conn, today, rows)

    def unreadable(self, number: str, why: str) -> WayAhead:
        """What is known of an account whose next step cannot be read."""
        past = self._past[self._rows[number].id]
        view: WayAhead = {
            "answer": [],
            "holds": past.holds,
            "last_letter": past.last_letter,
            "next": None,
            "blocked_by": [],
            "path": [],
            "done": [],
            "skipped": [],
            "why": why,
        }
        view["answer"] = answer_of(view, past)
        return view

    def of(self, number: str) -> Explanation:
        """The explanation of one account. Raises Refused if the data for its decision cannot be read."""
        row = self._rows[number]
        enrollment, taken, past = self._enrollments.get(row.id), self._taken.get(row.id, []), self._past[row.id]
        done = StepOutcome.DONE.value
        view: Explanation = {
            "answer": [],
            "holds": past.holds,
            "last_letter": past.last_letter,
            "number": number,
            "as_of": self._roads.today,
            "done": [{"step": t.step, "on": t.on} for t in taken if t.outcome == done],
            "skipped": [{"step": t.step, "on": t.on, "why": t.why} for t in taken if t.outcome != done],
            "next": None,
            "blocked_by": [],
            "path": [],
        }
        if enrollment is None:
            view["why"] = _why_not_entered(row)
        elif enrollment.state != EnrollmentState.ACTIVE.value:
            view["why"] = _WHY_NOT_ACTIVE.get(enrollment.state) or label_of(EnrollmentState, enrollment.state)
        else:
            _look_ahead(view, self._roads, row)
        view["answer"] = answer_of(view, past)
        return view


def _taken(conn: Connection, enrollments: Mapping[int, AnyRow]) -> dict[int, list[AnyRow]]:
    """The steps that accounts completed or skipped in their current cycles, by account."""
    query = sa.select(STEP_TAKEN).where(in_keys(STEP_TAKEN.c.account_id, sorted(enrollments)))
    return group_by_key(
        (row.account_id, row)
        for row in conn.execute(query.order_by(STEP_TAKEN.c.on, STEP_TAKEN.c.step))
        if row.cycle == enrollments[row.account_id].cycle
    )


_WHY_NOT_ACTIVE = {
    EnrollmentState.FINISHED.value: "the schedule is completed",
    EnrollmentState.SET_ASIDE.value: "the account is an exception and needs review",
}


def _why_not_entered(row: AnyRow) -> str:
    if row.balance_cents <= 0:
        return "no balance is due"
    if row.review_on is not None:
        return f"the account is not overdue yet; next review {row.review_on}"
    return "no published schedule applies to the account"


def _look_ahead(view: Explanation, roads: Forecasts, row: AnyRow) -> None:
    """Add the upcoming steps of an account that is active in its schedule."""
    group = roads.group_of(row)
    account = next(account for account in group.accounts if account.id == row.id)
    due = next_due(account, roads.schedules[account.schedule_version_id])
    path = roads.path_of(row)
    if due is not None:
        view["next"] = {"step": due.step, "on": first_on(due.step, path), "do": said(due.act), "due_on": due.on}
        view["blocked_by"] = [_blocker(stop, roads.today) for stop in _stops(due, account, group, roads)]
    view["path"] = [_ahead(one) for one in path]


def _blocker(stop: Blocker, today: date) -> BlockerView:
    as_known = catalogue().known_on(stop.rule)
    return {
        "rule": stop.rule,
        "citation": stop.citation,
        "until": stop.until,
        "reason": stop.reason,
        "cleared_by": stop.cleared_by,
        "as_known": as_known,
        "warning": warning(as_known, today),
    }


def _ahead(one: PlannedStep) -> StepAhead:
    step: StepAhead = {"step": one.step, "on": one.on, "do": one.do}
    if one.why:
        step["why"] = one.why
    return step


def _stops(due: DueStep, account: AccountNow, group: GroupNow, roads: Forecasts) -> list[Blocker]:
    """Everything that blocks an account's next step: the rules, the holds, and a requirement of the step."""
    gate = gate_stop(due.listed, account, roads.schedules[account.schedule_version_id], roads.today)
    return [stop for stop in (stop_for(due.act, account, group, roads.today), gate) if stop is not None]
