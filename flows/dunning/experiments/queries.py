"""Experiments as they stand: who entered which arm, and what each guarantor brought in within the days."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.dunning.experiments.decide import Person
from models import (
    Account,
    Complaint,
    ContactAttempt,
    Enrollment,
    Experiment,
    ExperimentAccount,
    ExperimentArm,
    Hold,
    LedgerEntry,
    Letter,
    LetterAccount,
    Placement,
    RemitLine,
    ScheduleVersion,
)
from models.columns import AnyRow, in_keys, table
from models.database import batches, group_by_key
from models.enums import ExperimentState, HoldKind, LedgerKind, LetterState
from models.errors import NotFound

ACCOUNT = table(Account)
ARM = table(ExperimentArm)
COMPLAINT = table(Complaint)
CONTACT = table(ContactAttempt)
ENROLLMENT = table(Enrollment)
EXPERIMENT = table(Experiment)
HOLD = table(Hold)
JOINED = table(ExperimentAccount)
LEDGER = table(LedgerEntry)
LETTER = table(Letter)
LETTER_ACCOUNT = table(LetterAccount)
PLACEMENT = table(Placement)
REMIT = table(RemitLine)
SCHEDULE_VERSION = table(ScheduleVersion)


def experiments(conn: Connection) -> Sequence[AnyRow]:
    """Every experiment: running ones first, then the newest."""
    running = sa.case((EXPERIMENT.c.state == ExperimentState.RUNNING.value, 0), else_=1)
    return conn.execute(sa.select(EXPERIMENT).order_by(running, EXPERIMENT.c.id.desc())).all()


def guarantors_of_each(conn: Connection) -> dict[int, int]:
    """How many guarantors entered each experiment, by its key."""
    query = sa.select(JOINED.c.experiment_id, sa.func.count(sa.distinct(JOINED.c.guarantor_id)))
    return {row[0]: row[1] for row in conn.execute(query.group_by(JOINED.c.experiment_id))}


def ready_experiments(conn: Connection, today: date) -> list[str]:
    """The names of the running experiments whose day of comparison has come."""
    running = EXPERIMENT.c.state == ExperimentState.RUNNING.value
    query = sa.select(EXPERIMENT.c.name).where(running, EXPERIMENT.c.ready_on <= today).order_by(EXPERIMENT.c.id)
    return list(conn.execute(query).scalars())


def experiment_row(conn: Connection, name: str) -> AnyRow:
    """An experiment by its name. Raises NotFound."""
    row = conn.execute(sa.select(EXPERIMENT).where(EXPERIMENT.c.name == name)).first()
    if row is None:
        known = conn.execute(sa.select(EXPERIMENT.c.name).order_by(EXPERIMENT.c.id.desc()).limit(10)).scalars()
        names = ", ".join(known)
        remedy = f"the experiments are {names}" if names else "none was started yet"
        raise NotFound(f'there is no experiment "{name}"', remedy)
    return row


class ArmRow(NamedTuple):
    """An arm: its place, version and share; `trial`: the version was written for the experiment."""

    place: int
    version_id: int
    version: int
    percent: int
    holdout: bool
    text: str


def arms_of(conn: Connection, experiment_id: int) -> list[ArmRow]:
    """The arms of an experiment in their order: the control first."""
    query = (
        sa.select(
            ARM.c.place,
            ARM.c.schedule_version_id,
            SCHEDULE_VERSION.c.version,
            ARM.c.percent,
            ARM.c.holdout,
            SCHEDULE_VERSION.c.text,
        )
        .join(SCHEDULE_VERSION, SCHEDULE_VERSION.c.id == ARM.c.schedule_version_id)
        .where(ARM.c.experiment_id == experiment_id)
        .order_by(ARM.c.place)
    )
    return [ArmRow(*row) for row in conn.execute(query)]


class _Window(NamedTuple):
    """The days that count for an account: from its entry to before `end`."""

    start: date
    end: date

    def has(self, on: date) -> bool:
        return self.start <= on < self.end


def people(conn: Connection, experiment_id: int, follow_days: int) -> list[Person]:
    """What each guarantor of an experiment brought in and cost, for each of their accounts within its days."""
    rows = conn.execute(sa.select(JOINED).where(JOINED.c.experiment_id == experiment_id)).all()
    found: dict[int, Person] = {}
    for row in rows:
        found.setdefault(row.guarantor_id, Person(row.place)).accounts += 1
    days = timedelta(days=follow_days)
    windows = {row.account_id: _Window(row.entered_on, row.entered_on + days) for row in rows}
    of = {row.account_id: found[row.guarantor_id] for row in rows}
    spans = {
        key: _Window(min(row.entered_on for row in mine), max(row.entered_on for row in mine) + days)
        for key, mine in group_by_key((row.guarantor_id, row) for row in rows).items()
    }
    for part in batches(sorted(windows)):
        _money(conn, part, windows, of)
        _letters(conn, part, windows, of)
    for part in batches(sorted(spans)):
        _calls_and_holds(conn, part, spans, found)
    return [found[key] for key in sorted(found)]


def _money(conn: Connection, part: Sequence[int], windows: Mapping[int, _Window], of: Mapping[int, Person]) -> None:
    paid = sa.select(LEDGER.c.account_id, LEDGER.c.posted_on, LEDGER.c.amount_cents)
    paid = paid.where(in_keys(LEDGER.c.account_id, part), LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value)
    for key, on, cents in conn.execute(paid):
        if windows[key].has(on):
            of[key].collected_cents -= cents
    fees = (
        sa.select(PLACEMENT.c.account_id, REMIT.c.on, REMIT.c.commission_cents)
        .join(PLACEMENT, PLACEMENT.c.id == REMIT.c.placement_id)
        .where(in_keys(PLACEMENT.c.account_id, part))
    )
    for key, on, cents in conn.execute(fees):
        if windows[key].has(on):
            of[key].fee_cents += cents
    complaints = sa.select(COMPLAINT.c.account_id, COMPLAINT.c.on).where(in_keys(COMPLAINT.c.account_id, part))
    for key, on in conn.execute(complaints):
        if windows[key].has(on):
            of[key].complaints += 1


def _letters(conn: Connection, part: Sequence[int], windows: Mapping[int, _Window], of: Mapping[int, Person]) -> None:
    """A letter about several accounts of a guarantor is one letter."""
    query = (
        sa.select(LETTER_ACCOUNT.c.account_id, LETTER.c.id, LETTER.c.queued_on)
        .join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id)
        .where(in_keys(LETTER_ACCOUNT.c.account_id, part), LETTER.c.state != LetterState.VOIDED.value)
    )
    seen: set[int] = set()
    for key, letter, on in conn.execute(query):
        if letter not in seen and windows[key].has(on):
            seen.add(letter)
            of[key].letters += 1


_HARMS = (HoldKind.COMPLAINT.value, HoldKind.DISPUTE.value, HoldKind.CEASE.value)


def _calls_and_holds(
    conn: Connection, part: Sequence[int], spans: Mapping[int, _Window], found: Mapping[int, Person]
) -> None:
    calls = sa.select(CONTACT.c.guarantor_id, CONTACT.c.made_on).where(
        in_keys(CONTACT.c.guarantor_id, part), ~CONTACT.c.inbound
    )
    for key, on in conn.execute(calls):
        if spans[key].has(on):
            found[key].calls += 1
    for key, kind, on in _holds(conn, part):
        if not spans[key].has(on):
            continue
        match kind:
            case HoldKind.COMPLAINT.value:
                found[key].complaints += 1
            case HoldKind.DISPUTE.value:
                found[key].disputes += 1
            case _:
                found[key].stops += 1


def _holds(conn: Connection, part: Sequence[int]) -> Iterator[tuple[int, str, date]]:
    of_person = sa.select(HOLD.c.person_id, HOLD.c.kind, HOLD.c.from_on)
    of_person = of_person.where(in_keys(HOLD.c.person_id, part), HOLD.c.kind.in_(_HARMS))
    of_account = (
        sa.select(ACCOUNT.c.guarantor_id, HOLD.c.kind, HOLD.c.from_on)
        .join(ACCOUNT, ACCOUNT.c.id == HOLD.c.account_id)
        .where(in_keys(ACCOUNT.c.guarantor_id, part), HOLD.c.kind.in_(_HARMS))
    )
    for query in (of_person, of_account):
        yield from ((row[0], row[1], row[2]) for row in conn.execute(query))


PAST = 5_000
"""About as many guarantors are read to see how payments spread."""


def past_payments(conn: Connection, schedule: str, overdue_days: int, follow_days: int, today: date) -> list[int]:
    """What guarantors in a schedule paid within some days of their entry, in cents each; only those whose days are
    over."""
    last = today - timedelta(days=overdue_days + follow_days)
    query = (
        sa.select(ENROLLMENT.c.account_id, ENROLLMENT.c.guarantor_id, ENROLLMENT.c.anchor_on)
        .join(SCHEDULE_VERSION, SCHEDULE_VERSION.c.id == ENROLLMENT.c.schedule_version_id)
        .where(SCHEDULE_VERSION.c.name == schedule, ENROLLMENT.c.anchor_on <= last)
        .order_by(ENROLLMENT.c.anchor_on.desc(), ENROLLMENT.c.account_id)
        .limit(PAST)
    )
    rows = conn.execute(query).all()
    entered = {row.account_id: row.anchor_on + timedelta(days=overdue_days) for row in rows}
    who = {row.account_id: row.guarantor_id for row in rows}
    sums = dict.fromkeys(who.values(), 0)
    for part in batches(sorted(entered)):
        paid = sa.select(LEDGER.c.account_id, LEDGER.c.posted_on, LEDGER.c.amount_cents)
        paid = paid.where(in_keys(LEDGER.c.account_id, part), LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value)
        for key, on, cents in conn.execute(paid):
            if 0 <= (on - entered[key]).days < follow_days:
                sums[who[key]] -= cents
    return list(sums.values())


ARRIVED_DAYS = 90


def arrivals(conn: Connection, schedule: str, overdue_days: int, today: date) -> float:
    """How many guarantors entered a schedule in 30 days, on average of the last 90."""
    last = today - timedelta(days=overdue_days)
    query = (
        sa.select(sa.func.count(sa.distinct(ENROLLMENT.c.guarantor_id)))
        .join(SCHEDULE_VERSION, SCHEDULE_VERSION.c.id == ENROLLMENT.c.schedule_version_id)
        .where(SCHEDULE_VERSION.c.name == schedule)
        .where(ENROLLMENT.c.anchor_on <= last, ENROLLMENT.c.anchor_on > last - timedelta(days=ARRIVED_DAYS))
    )
    return int(conn.execute(query).scalar_one()) * 30 / ARRIVED_DAYS
