"""Payment plans brought up to date with the ledger and the day: read by lists, judged by pure functions, written by
lists, with their history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypedDict

import sqlalchemy as sa

from flows.accounts.happenings import happen_each
from flows.accounts.holds import NewHold, clear_holds_each, holds_of_each, open_holds
from flows.arrangements.decide import PAUSED_LOOK, InstalmentNow, PlanNow, Verdict, judge, with_payments
from flows.arrangements.law import STOPS
from flows.arrangements.queries import (
    ACCOUNT,
    ARRANGEMENT,
    INSTALMENT,
    PERSON,
    accounts_of_each,
    arrangement_rows,
    plans,
)
from flows.correspondence.queue import answer_each
from flows.ledger.queries import Since, paid_since_each
from flows.schedules.schedule import Trigger
from letters.kinds import LetterKind
from models import Hold
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, batches, bulk, locked
from models.enums import ArrangementState, HoldKind, InstalmentState
from models.events import Event
from models.labels import label
from models.plan_events import (
    ArrangementEnded,
    ArrangementReduced,
    ArrangementTakenUp,
    InstalmentMissed,
    InstalmentPaid,
    InstalmentReopened,
    PlanNoticed,
)
from models.values import counted

HOLD = table(Hold)

GUARANTOR = PERSON.alias("guarantor")
PATIENT = PERSON.alias("patient")


@dataclass(frozen=True, slots=True)
class Judged:
    """A payment plan as it was stored, as it is with the present ledger, and its outcome."""

    row: AnyRow
    accounts: tuple[AnyRow, ...]
    before: PlanNow
    now: PlanNow
    verdict: Verdict

    @property
    def account_ids(self) -> tuple[int, ...]:
        """The accounts that it covers."""
        return tuple(account.id for account in self.accounts)

    @property
    def owing(self) -> tuple[int, ...]:
        """Those with a balance due."""
        return tuple(account.id for account in self.accounts if account.balance_cents > 0)

    @property
    def cut_cents(self) -> int:
        """The amount by which insurance or an adjustment reduced it now."""
        return self.before.asked_cents - self.now.asked_cents

    @property
    def changes_to(self) -> ArrangementState | None:
        """The state that it changes to, if it does."""
        return None if self.verdict.state is self.now.state else self.verdict.state


class Ending(NamedTuple):
    """A payment plan that ends: its accounts, outcome and reason."""

    number: int
    account_ids: Sequence[int]
    state: ArrangementState
    reason: str


def refresh(tx: Transaction, number: int) -> Verdict:
    """Bring one payment plan up to date with the ledger and the day; returns the outcome."""
    return refresh_each(tx, [number])[number]


def refresh_each(tx: Transaction, numbers: Sequence[int]) -> dict[int, Verdict]:
    """The same for many, by their numbers."""
    covers = accounts_of_each(tx.conn, numbers)
    verdicts: dict[int, Verdict] = {}
    for some in _apart(numbers, covers):
        judged = _judge_each(tx, some, covers)
        _write(tx, judged)
        verdicts.update((one.row.id, one.verdict) for one in judged)
    return verdicts


def _apart(numbers: Sequence[int], covers: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Payment plans in rounds, in the order of their numbers, so that no account is twice in one round: a broken plan
    and the plan that followed it are never written at once."""
    turns: list[list[int]] = []
    turn_after: dict[int, int] = {}
    for number in sorted(numbers):
        accounts = covers.get(number, ())
        turn = max((turn_after.get(key, 0) for key in accounts), default=0)
        turn_after.update(dict.fromkeys(accounts, turn + 1))
        if turn == len(turns):
            turns.append([])
        turns[turn].append(number)
    return turns


def _judge_each(tx: Transaction, numbers: Sequence[int], covers: Mapping[int, Sequence[int]]) -> list[Judged]:
    ids = sorted({key for number in numbers for key in covers.get(number, ())})
    # The accounts first: they are locked, so that no payment is posted between the read and the write.
    accounts = _accounts(tx, ids)
    rows, before = arrangement_rows(tx.conn, numbers), plans(tx.conn, numbers)
    since = {number: Since(covers.get(number, ()), rows[number].after_entry_id) for number in numbers}
    paid = paid_since_each(tx.conn, since)
    stopped = _stopped(tx, ids, sorted({row.guarantor_id for row in rows.values()}))
    judged: list[Judged] = []
    for number in numbers:
        mine = tuple(accounts[key] for key in covers.get(number, ()))
        owed = sum(account.balance_cents for account in mine)
        now = with_payments(before[number], paid[number], owed, tx.business_date)
        verdict = judge(now, tx.business_date)
        if verdict.state is not ArrangementState.COMPLETED and _is_paused(rows[number], mine, stopped):
            # During a dispute, a bankruptcy or a death no notice is sent and no plan breaks.
            verdict = Verdict(before[number].state, review_on=tx.business_date + PAUSED_LOOK)
        judged.append(Judged(rows[number], mine, before[number], now, verdict))
    return judged


def _accounts(tx: Transaction, account_ids: Sequence[int]) -> dict[int, AnyRow]:
    """The balances of accounts, and whether their guarantors or patients are dead."""
    query = (
        sa.select(
            ACCOUNT.c.id,
            ACCOUNT.c.balance_cents,
            ACCOUNT.c.guarantor_liable_since,
            GUARANTOR.c.death_date.label("guarantor_died_on"),
            PATIENT.c.death_date.label("patient_died_on"),
        )
        .join(GUARANTOR, GUARANTOR.c.id == ACCOUNT.c.guarantor_id)
        .join(PATIENT, PATIENT.c.id == ACCOUNT.c.patient_id)
        .order_by(ACCOUNT.c.id)
    )
    return {
        row.id: row
        for part in batches(account_ids)
        for row in tx.conn.execute(locked(tx.conn, query.where(in_keys(ACCOUNT.c.id, part)), of=ACCOUNT))
    }


class _Stopped(NamedTuple):
    """The accounts and the persons that a hold of STOPS is on."""

    accounts: frozenset[int]
    persons: frozenset[int]


def _stopped(tx: Transaction, account_ids: Sequence[int], guarantor_ids: Sequence[int]) -> _Stopped:
    stops = sa.and_(HOLD.c.cleared_on.is_(None), HOLD.c.kind.in_([kind.value for kind in STOPS]))
    of_accounts = sa.select(HOLD.c.account_id).where(in_keys(HOLD.c.account_id, account_ids), stops)
    of_persons = sa.select(HOLD.c.person_id).where(in_keys(HOLD.c.person_id, guarantor_ids), stops)
    return _Stopped(frozenset(tx.conn.execute(of_accounts).scalars()), frozenset(tx.conn.execute(of_persons).scalars()))


def _is_paused(row: AnyRow, accounts: Sequence[AnyRow], stopped: _Stopped) -> bool:
    if row.guarantor_id in stopped.persons:
        return True
    return any(
        account.id in stopped.accounts
        or account.guarantor_died_on is not None
        or (account.patient_died_on is not None and account.guarantor_liable_since is None)
        for account in accounts
    )


_INSTALMENT = (
    sa.update(INSTALMENT)
    .where(INSTALMENT.c.id == sa.bindparam("key"))
    .values(amount_cents=sa.bindparam("amount"), paid_cents=sa.bindparam("paid"), state=sa.bindparam("word"))
)

_ARRANGEMENT = (
    sa.update(ARRANGEMENT)
    .where(ARRANGEMENT.c.id == sa.bindparam("key"))
    .values(
        state=sa.bindparam("word"),
        reduced_cents=sa.bindparam("reduced"),
        review_on=sa.bindparam("look"),
        noticed_on=sa.bindparam("noticed"),
        cure_by=sa.bindparam("cure"),
        ended_on=sa.bindparam("ended"),
        why_ended=sa.bindparam("why"),
    )
)

_ACCOUNT = (
    sa.update(ACCOUNT).where(ACCOUNT.c.id == sa.bindparam("key")).values(plan_missed_since=sa.bindparam("missed"))
)


def _write(tx: Transaction, judged: Sequence[Judged]) -> None:
    """Record the outcomes of payment plans over different accounts, and apply the consequences."""
    _write_instalments(tx, judged)
    tx.record_all(event for one in judged for event in _events(one))
    _end(tx, [one for one in judged if one.changes_to in (ArrangementState.COMPLETED, ArrangementState.BROKEN)])
    _take_up(tx, [one for one in judged if one.changes_to is ArrangementState.ACTIVE])
    bulk(tx.conn, _ARRANGEMENT, [_row(tx, one) for one in judged])
    _mark_accounts(tx, judged)
    # The letters read what was just written.
    answer_each(tx, LetterKind.ARRANGEMENT_BROKEN, [one.owing for one in judged if one.verdict.tell])


def _write_instalments(tx: Transaction, judged: Sequence[Judged]) -> None:
    rows: list[dict[str, object]] = []
    for one in judged:
        was = {payment.id: payment for payment in one.before.instalments}
        rows.extend(_instalment_row(payment) for payment in one.now.instalments if payment != was[payment.id])
    if rows:
        bulk(tx.conn, _INSTALMENT, rows)


def _instalment_row(one: InstalmentNow) -> dict[str, object]:
    return {"key": one.id, "amount": one.amount_cents, "paid": one.paid_cents, "word": one.state.value}


def _events(one: Judged) -> Iterable[Event]:
    """The events for the histories of its accounts before it ends or continues."""
    was = {payment.id: payment for payment in one.before.instalments}
    for payment in one.now.instalments:
        for key in one.account_ids:
            event = _event(key, one.now.id, was[payment.id], payment)
            if event is not None:
                yield event
    if one.cut_cents:
        for key in one.account_ids:
            yield ArrangementReduced(account_id=key, arrangement=one.now.id, by_cents=one.cut_cents)
    if one.verdict.tell and one.verdict.made_up_by is not None:
        by = one.verdict.made_up_by
        for key in one.account_ids:
            yield PlanNoticed(
                account_id=key,
                arrangement=one.now.id,
                missed_cents=one.now.missed_cents,
                cure_by=by.day,
                citation=by.citation,
            )


class OfInstalment(TypedDict):
    """The fields of an event that identify the account, the payment plan and the installment."""

    account_id: int
    arrangement: int
    number: int
    due_on: date


def _event(account: int, arrangement: int, was: InstalmentNow, one: InstalmentNow) -> Event | None:
    if one.state is was.state:
        return None
    about: OfInstalment = {
        "account_id": account,
        "arrangement": arrangement,
        "number": one.number,
        "due_on": one.due_on,
    }
    if one.state is InstalmentState.PAID:
        # An installment that an adjustment removed was never paid; the reduction is recorded.
        return InstalmentPaid(**about, amount_cents=one.amount_cents) if one.amount_cents else None
    if was.state is InstalmentState.PAID:
        return InstalmentReopened(**about, open_cents=one.open_cents)
    if one.state is InstalmentState.MISSED:
        return InstalmentMissed(**about, open_cents=one.open_cents)
    return None


def _end(tx: Transaction, judged: Sequence[Judged]) -> None:
    end_each(tx, [Ending(one.now.id, one.account_ids, one.verdict.state, _why_ended(one)) for one in judged])
    broken = [one for one in judged if one.verdict.state is ArrangementState.BROKEN]
    happen_each(tx, Trigger.ARRANGEMENT_BROKEN, {key: one.now.id for one in broken for key in one.owing})


def _why_ended(one: Judged) -> str:
    if one.verdict.state is ArrangementState.COMPLETED:
        return "all payments were made"
    return counted(len(one.now.missed), "missed payment")


def end_each(tx: Transaction, endings: Sequence[Ending]) -> None:
    """Record that payment plans over different accounts ended: their accounts resume."""
    tx.record_all(
        ArrangementEnded(account_id=key, arrangement=one.number, outcome=one.state.value, reason=one.reason)
        for one in endings
        for key in one.account_ids
    )
    holds = holds_of_each(tx, [key for one in endings for key in one.account_ids], HoldKind.ARRANGEMENT)
    reasons = {
        hold: f"payment plan {one.number} {label(one.state).lower()}"
        for one in endings
        for key in one.account_ids
        for hold in holds.get(key, ())
    }
    clear_holds_each(tx, reasons)


def _take_up(tx: Transaction, judged: Sequence[Judged]) -> None:
    tx.record_all(
        ArrangementTakenUp(account_id=key, arrangement=one.now.id) for one in judged for key in one.account_ids
    )
    hold_accounts(tx, {one.now.id: one.account_ids for one in judged})


def hold_accounts(tx: Transaction, covered: Mapping[int, Sequence[int]]) -> None:
    """While a payment plan is active its accounts are on hold: no letters and no calls. `covered`: the accounts by
    number."""
    holds = [
        NewHold(HoldKind.ARRANGEMENT, account_id=key, note=f"payment plan {number}")
        for number, account_ids in covered.items()
        for key in account_ids
    ]
    open_holds(tx, holds)


def _row(tx: Transaction, one: Judged) -> dict[str, object]:
    """A payment plan's new values."""
    row, verdict, today = one.row, one.verdict, tx.business_date
    noticed, cure = (None, None) if verdict.clear_notice else (row.noticed_on, row.cure_by)
    if verdict.tell and verdict.made_up_by is not None:
        noticed, cure = today, verdict.made_up_by.day
    ended, why = row.ended_on, row.why_ended
    if one.changes_to is not None:
        runs = one.changes_to is ArrangementState.ACTIVE
        ended, why = (None, None) if runs else (today, _why_ended(one))
    return {
        "key": row.id,
        "word": verdict.state.value,
        "reduced": row.reduced_cents + one.cut_cents,
        "look": verdict.review_on,
        "noticed": noticed,
        "cure": cure,
        "ended": ended,
        "why": why,
    }


def _mark_accounts(tx: Transaction, judged: Sequence[Judged]) -> None:
    """What the law and the conditions of schedules ask of an account in installments."""
    rows = [
        {"key": key, "missed": one.now.missed_since if one.verdict.state is ArrangementState.ACTIVE else None}
        for one in judged
        for key in one.account_ids
    ]
    if rows:
        bulk(tx.conn, _ACCOUNT, rows)
    broken = [key for one in judged if one.changes_to is ArrangementState.BROKEN for key in one.account_ids]
    for part in batches(broken):
        marked = sa.update(ACCOUNT).where(in_keys(ACCOUNT.c.id, part))
        tx.conn.execute(marked.values(plan_broken_on=tx.business_date))
