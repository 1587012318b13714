"""An account as people and other programs see it, and the proof of its history."""

from datetime import date
from typing import Any

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
from flows.dunning.engine.decide import DueStep, next_due
from flows.dunning.engine.forecast import PlannedStep, first_on, project, said
from flows.dunning.engine.gate import gate_stop
from flows.insurance.queries import coverages_of
from flows.people.countries import country_of
from flows.schedules.schedule import Pending, Schedule, Trigger
from models import (
    AccountEvent,
    Creditor,
    Enrollment,
    Hold,
    LedgerEntry,
    Person,
    ScheduleVersion,
    StepTaken,
)
from models.columns import AnyRow, table
from models.enums import EnrollmentState, StepOutcome
from models.errors import Refused

CREDITOR = table(Creditor)
ENROLLMENT = table(Enrollment)
EVENT = table(AccountEvent)
HOLD = table(Hold)
LEDGER = table(LedgerEntry)
PERSON = table(Person)
SCHEDULE_VERSION = table(ScheduleVersion)
STEP_TAKEN = table(StepTaken)


INSURANCE_TOLD = (
    "id",
    "payer",
    "payer_class",
    "member_id",
    "group_number",
    "holder",
    "state",
    "told_on",
    "source",
    "file_by_on",
    "billed_on",
    "ended_on",
    "ended_why",
)
"""What an account's view says of an insurance that was named for it."""


def account_view(conn: Connection, number: str) -> dict[str, Any]:
    """Everything about one account: whose it is, its ledger, its history, its holds."""
    row = account_row(conn, number)
    creditor = conn.execute(sa.select(CREDITOR).where(CREDITOR.c.id == row.creditor_id)).one()
    enrollment = conn.execute(sa.select(ENROLLMENT).where(ENROLLMENT.c.account_id == row.id)).first()
    ledger = conn.execute(
        sa.select(LEDGER).where(LEDGER.c.account_id == row.id).order_by(LEDGER.c.posted_on, LEDGER.c.id)
    )
    return {
        "number": row.number,
        "balance_cents": row.balance_cents,
        "original_cents": row.original_cents,
        "state": row.state,
        "payer_class": row.payer_class,
        "service_from": row.service_from,
        "first_statement_on": row.first_statement_on,
        "creditor": {"id": creditor.external_id, "name": creditor.name, "state": creditor.state},
        "guarantor": _person(conn, row.guarantor_id),
        "patient": _person(conn, row.patient_id),
        "schedule": _schedule(conn, enrollment),
        "agency": _agency(conn, row),
        "ledger": [
            {
                "posted_on": entry.posted_on,
                "kind": entry.kind,
                "amount_cents": entry.amount_cents,
                "source": entry.source,
                "external_id": entry.external_id,
                "reference": entry.reference,
            }
            for entry in ledger
        ],
        "events": events_of(conn, row.id),
        "holds": _holds(conn, row),
        "insurance": [{name: one[name] for name in INSURANCE_TOLD} for one in coverages_of(conn, [row.id])],
    }


def _person(conn: Connection, person_id: int) -> dict[str, Any]:
    row = conn.execute(sa.select(PERSON).where(PERSON.c.id == person_id)).one()
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


def _schedule(conn: Connection, enrollment: AnyRow | None) -> dict[str, Any] | None:
    if enrollment is None:
        return None
    version = conn.execute(
        sa.select(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.id == enrollment.schedule_version_id)
    ).one()
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


def events_of(conn: Connection, account_id: int) -> list[dict[str, Any]]:
    """An account's history in its order."""
    query = sa.select(EVENT).where(EVENT.c.account_id == account_id).order_by(EVENT.c.seq)
    names = ("seq", "at", "business_date", "kind", "step", "cycle", "why", "actor", "data", "previous_digest", "digest")
    return [{name: getattr(row, name) for name in names} for row in conn.execute(query)]


def _agency(conn: Connection, account: AnyRow) -> dict[str, Any] | None:
    """The agency that has the account now."""
    if account.placement_id is None:
        return None
    stay = placed_now(conn, [account.id])[account.placement_id]
    return {"code": stay.agency, "placed_on": stay.placed_on, "last_paid_on": stay.last_paid_on}


def _holds(conn: Connection, account: AnyRow) -> list[dict[str, Any]]:
    persons = {account.guarantor_id, account.patient_id}
    query = sa.select(HOLD).where(sa.or_(HOLD.c.account_id == account.id, HOLD.c.person_id.in_(persons)))
    names = ("kind", "scope", "from_on", "until_on", "cleared_on", "opened_by", "note")
    return [
        {**{name: getattr(row, name) for name in names}, "of": "person" if row.person_id else "account"}
        for row in conn.execute(query.order_by(HOLD.c.id))
    ]


class Forecasts:
    """The way ahead of guarantors, read and projected once each however many of their accounts are looked at."""

    def __init__(self, conn: Connection, today: date) -> None:
        self.today = today
        self._conn = conn
        self._schedules: dict[int, Schedule] | None = None
        self._groups: dict[int, list[GroupNow]] = {}
        self._unread: dict[int, list[Unread]] = {}
        self._paths: dict[int, list[PlannedStep]] = {}

    @property
    def schedules(self) -> dict[int, Schedule]:
        """The schedules that the book holds, by version."""
        if self._schedules is None:
            self._schedules = schedules_by_id(self._conn)
        return self._schedules

    def group_of(self, account: AnyRow) -> GroupNow:
        """What is decided together with an account: all of its guarantor's at its creditor.

        Raises Refused where the book holds something of them that cannot be read.
        """
        key = account.guarantor_id
        if key not in self._groups:
            self._groups[key], self._unread[key] = groups_of(self._conn, [key], self.today)
        for group in self._groups[key]:
            if any(one.id == account.id for one in group.accounts):
                return group
        why = next((one.reason for one in self._unread[key] if account.id in one.account_ids), "it is not on its way")
        raise Refused(f"account {account.number} cannot be looked ahead of: {why}")

    def path_of(self, account: AnyRow) -> list[PlannedStep]:
        """What lies ahead of an account, if nothing changes."""
        group = self.group_of(account)
        key = group.accounts[0].id
        if key not in self._paths:
            self._paths[key] = project(group, self.schedules, self.today)
        return [one for one in self._paths[key] if one.account_id == account.id]


def explain(conn: Connection, number: str, today: date, roads: Forecasts | None = None) -> dict[str, Any]:
    """What happened to an account, what happens next and when, why not sooner, and the whole path to the end.

    `roads` is shared where several accounts are explained.
    """
    row = account_row(conn, number)
    enrollment = conn.execute(sa.select(ENROLLMENT).where(ENROLLMENT.c.account_id == row.id)).first()
    taken = _taken(conn, row.id, enrollment)
    view: dict[str, Any] = {
        "number": number,
        "as_of": today,
        "done": [{"step": t.step, "on": t.on} for t in taken if t.outcome == StepOutcome.DONE.value],
        "skipped": [{"step": t.step, "on": t.on, "why": t.why} for t in taken if t.outcome != StepOutcome.DONE.value],
        "next": None,
        "blocked_by": [],
        "path": [],
    }
    if enrollment is None:
        return {**view, "why": _why_not_entered(row)}
    if enrollment.state != EnrollmentState.ACTIVE.value:
        return {**view, "why": f"the account has left its schedule: {enrollment.state.replace('_', ' ')}"}
    return {**view, **_ahead(roads or Forecasts(conn, today), row)}


def _taken(conn: Connection, account_id: int, enrollment: AnyRow | None) -> list[AnyRow]:
    if enrollment is None:
        return []
    mine = sa.and_(STEP_TAKEN.c.account_id == account_id, STEP_TAKEN.c.cycle == enrollment.cycle)
    return list(conn.execute(sa.select(STEP_TAKEN).where(mine).order_by(STEP_TAKEN.c.on, STEP_TAKEN.c.step)))


def _why_not_entered(row: AnyRow) -> str:
    if row.balance_cents <= 0:
        return "nothing is owed"
    if row.review_on is not None:
        return f"it is not overdue yet; it is looked at on {row.review_on}"
    return "no published schedule takes it"


def _ahead(roads: Forecasts, row: AnyRow) -> dict[str, Any]:
    group = roads.group_of(row)
    account = next(account for account in group.accounts if account.id == row.id)
    due = next_due(account, roads.schedules[account.schedule_version_id])
    stops = [] if due is None else _stops(due, account, group, roads)
    path = roads.path_of(row)
    blocked = [
        {
            "rule": stop.rule,
            "citation": stop.citation,
            "until": stop.until,
            "reason": stop.reason,
            "cleared_by": stop.cleared_by,
            "as_known": catalogue().known_on(stop.rule),
            "warning": warning(catalogue().known_on(stop.rule), roads.today),
        }
        for stop in stops
    ]
    upcoming = None
    if due is not None:
        upcoming = {"step": due.step, "on": first_on(due.step, path), "do": said(due.act), "due_on": due.on}
    return {
        "next": upcoming,
        "blocked_by": blocked,
        "path": [
            {"step": one.step, "on": one.on, "do": one.do, **({"why": one.why} if one.why else {})} for one in path
        ],
    }


def _stops(due: DueStep, account: AccountNow, group: GroupNow, roads: Forecasts) -> list[Blocker]:
    """All that stands in the way of an account's next step: what the law and the holds say, and a gate before it."""
    gate = gate_stop(due.listed, account, roads.schedules[account.schedule_version_id], roads.today)
    return [stop for stop in (stop_for(due.act, account, group, roads.today), gate) if stop is not None]
