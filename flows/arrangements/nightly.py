"""What payments and days make of arrangements: written down with their history as they happen."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from flows.accounts.counts import Count, Counts
from flows.accounts.happenings import happen
from flows.accounts.holds import NewHold, clear_holds, holds_of, open_holds
from flows.accounts.pages import Subject
from flows.arrangements.decide import InstalmentNow, PlanNow, Verdict, judge, with_payments
from flows.arrangements.law import STOPS
from flows.arrangements.queries import (
    ACCOUNT,
    ARRANGEMENT,
    INSTALMENT,
    PERSON,
    WATCHED,
    accounts_of,
    arrangement_row,
    arrangements_on,
    plans,
)
from flows.correspondence.queue import answer
from flows.ledger.queries import owed, paid_since
from flows.schedules.schedule import Trigger
from letters.kinds import LetterKind
from models import Hold
from models.columns import table
from models.database import Transaction
from models.enums import ArrangementState, HoldKind, InstalmentState
from models.events import Event
from models.plan_events import (
    ArrangementEnded,
    ArrangementReduced,
    ArrangementTakenUp,
    InstalmentMissed,
    InstalmentPaid,
    InstalmentReopened,
    PlanNoticed,
)

HOLD = table(Hold)

PAUSED_LOOK = timedelta(days=7)
"""How often an arrangement is looked at that a hold has stopped."""


def watch(tx: Transaction, account_ids: Sequence[int]) -> None:
    """Money moved on these accounts: bring the arrangements over them up to date."""
    for number in arrangements_on(tx.conn, account_ids, WATCHED):
        refresh(tx, number)


def arrangement_subject(tx: Transaction, key: int) -> Subject:
    """Whose plan it is, and over which accounts."""
    query = sa.select(ARRANGEMENT.c.guarantor_id, ARRANGEMENT.c.creditor_id).where(ARRANGEMENT.c.id == key)
    row = tx.conn.execute(query).one()
    return Subject(row.guarantor_id, row.creditor_id, tuple(accounts_of(tx.conn, key)))


def judge_arrangements(tx: Transaction, keys: Sequence[int]) -> Counts:
    """Payments whose day and grace are over, notices whose time is over; returns what was counted."""
    counts = Counts()
    for number in keys:
        verdict = refresh(tx, number)
        counts[Count.PLANS_LOOKED_AT] += 1
        counts[Count.PLANS_TOLD] += verdict.tell
        counts[Count.PLANS_BROKEN] += verdict.state is ArrangementState.BROKEN
    return counts


def refresh(tx: Transaction, number: int) -> Verdict:
    """Bring one arrangement up to date with the ledger and the day; gives what became of it."""
    accounts = accounts_of(tx.conn, number)
    row = arrangement_row(tx.conn, number)
    before = plans(tx.conn, [number])[number]
    paid = paid_since(tx.conn, accounts, row.after_entry_id)
    now = with_payments(before, paid, owed(tx.conn, accounts), tx.business_date)
    _write_instalments(tx, accounts, before, now)
    cut = before.asked_cents - now.asked_cents
    if cut:
        tx.record_all(ArrangementReduced(account_id=key, arrangement=number, by_cents=cut) for key in accounts)
    verdict = judge(now, tx.business_date)
    if _paused(tx, accounts, row.guarantor_id) and verdict.state is not ArrangementState.COMPLETED:
        # Nobody is told of missed payments, and no plan breaks, while a dispute, a bankruptcy or a death stands.
        verdict = Verdict(before.state, review_on=tx.business_date + PAUSED_LOOK)
    values: dict[str, Any] = {"review_on": verdict.review_on, "reduced_cents": row.reduced_cents + cut}
    values |= _apply(tx, accounts, now, verdict)
    tx.conn.execute(sa.update(ARRANGEMENT).where(ARRANGEMENT.c.id == number).values(**values))
    _mark_accounts(tx, accounts, now, verdict)
    if verdict.tell:
        # The letter reads what was just written down.
        answer(tx, LetterKind.ARRANGEMENT_BROKEN, _owing(tx, accounts))
    return verdict


def _paused(tx: Transaction, accounts: Sequence[int], guarantor: int) -> bool:
    whose = sa.or_(HOLD.c.account_id.in_(accounts), HOLD.c.person_id == guarantor)
    stops = HOLD.c.kind.in_([kind.value for kind in STOPS])
    query = sa.select(HOLD.c.id).where(whose, HOLD.c.cleared_on.is_(None), stops)
    if tx.conn.execute(query.limit(1)).first() is not None:
        return True
    dead = (
        sa.select(PERSON.c.id)
        .join(ACCOUNT, sa.or_(ACCOUNT.c.guarantor_id == PERSON.c.id, ACCOUNT.c.patient_id == PERSON.c.id))
        .where(ACCOUNT.c.id.in_(accounts), PERSON.c.death_date.is_not(None))
        .where(sa.or_(ACCOUNT.c.guarantor_id == PERSON.c.id, ACCOUNT.c.guarantor_liable_since.is_(None)))
    )
    return tx.conn.execute(dead.limit(1)).first() is not None


def _write_instalments(tx: Transaction, accounts: Sequence[int], before: PlanNow, now: PlanNow) -> None:
    was = {one.id: one for one in before.instalments}
    for one in now.instalments:
        if one == was[one.id]:
            continue
        tx.conn.execute(
            sa.update(INSTALMENT)
            .where(INSTALMENT.c.id == one.id)
            .values(amount_cents=one.amount_cents, paid_cents=one.paid_cents, state=one.state.value)
        )
        for key in accounts:
            event = _event(key, now.id, was[one.id], one)
            if event is not None:
                tx.record(event)


def _event(account: int, arrangement: int, was: InstalmentNow, one: InstalmentNow) -> Event | None:
    if one.state is was.state:
        return None
    about: dict[str, Any] = {
        "account_id": account,
        "arrangement": arrangement,
        "number": one.number,
        "due_on": one.due_on,
    }
    if one.state is InstalmentState.PAID:
        # One that an adjustment took away was never paid; the reduction says so.
        return InstalmentPaid(**about, amount_cents=one.amount_cents) if one.amount_cents else None
    if was.state is InstalmentState.PAID:
        return InstalmentReopened(**about, open_cents=one.open_cents)
    if one.state is InstalmentState.MISSED:
        return InstalmentMissed(**about, open_cents=one.open_cents)
    return None


def _apply(tx: Transaction, accounts: Sequence[int], plan: PlanNow, verdict: Verdict) -> dict[str, Any]:
    """What a verdict changes besides the payments; gives the arrangement's new values."""
    values: dict[str, Any] = {}
    if verdict.clear_notice:
        values |= {"noticed_on": None, "cure_by": None}
    if verdict.tell and verdict.made_up_by is not None:
        by = verdict.made_up_by
        values |= {"noticed_on": tx.business_date, "cure_by": by.day}
        tx.record_all(
            PlanNoticed(
                account_id=key,
                arrangement=plan.id,
                missed_cents=plan.missed_cents,
                cure_by=by.day,
                citation=by.citation,
            )
            for key in accounts
        )
    if verdict.state is plan.state:
        return values
    values["state"] = verdict.state.value
    match verdict.state:
        case ArrangementState.COMPLETED:
            values |= end(tx, plan.id, accounts, verdict.state, "every payment was made")
        case ArrangementState.BROKEN:
            values |= end(tx, plan.id, accounts, verdict.state, f"{len(plan.missed)} payments were missed")
            happen(tx, Trigger.ARRANGEMENT_BROKEN, _owing(tx, accounts), plan.id)
        case ArrangementState.ACTIVE:
            values |= {"ended_on": None, "why_ended": None}
            tx.record_all(ArrangementTakenUp(account_id=key, arrangement=plan.id) for key in accounts)
            hold_accounts(tx, plan.id, accounts)
        case ArrangementState.CANCELLED:
            raise ValueError("an arrangement is cancelled by a person, never by itself")
    return values


def end(tx: Transaction, number: int, accounts: Sequence[int], state: ArrangementState, reason: str) -> dict[str, Any]:
    """Write down that an arrangement ended, and let its accounts go on; gives its new values."""
    tx.record_all(
        ArrangementEnded(account_id=key, arrangement=number, outcome=state.value, reason=reason) for key in accounts
    )
    holds = [hold for key in accounts for hold in holds_of(tx, key, HoldKind.ARRANGEMENT)]
    clear_holds(tx, holds, f"arrangement {number} {state.value}")
    return {"state": state.value, "ended_on": tx.business_date, "why_ended": reason, "review_on": None}


def hold_accounts(tx: Transaction, number: int, accounts: Sequence[int]) -> None:
    """While an arrangement runs its accounts wait: nobody writes or calls about them."""
    note = f"arrangement {number}"
    open_holds(tx, [NewHold(HoldKind.ARRANGEMENT, account_id=key, note=note) for key in accounts])


def _mark_accounts(tx: Transaction, accounts: Sequence[int], plan: PlanNow, verdict: Verdict) -> None:
    """What the law and the conditions of schedules ask of an account in instalments."""
    running = verdict.state is ArrangementState.ACTIVE
    values: dict[str, Any] = {"plan_missed_since": plan.missed_since if running else None}
    if verdict.state is ArrangementState.BROKEN and plan.state is not ArrangementState.BROKEN:
        values["plan_broken_on"] = tx.business_date
    tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id.in_(accounts)).values(**values))


def _owing(tx: Transaction, accounts: Sequence[int]) -> list[int]:
    query = sa.select(ACCOUNT.c.id).where(ACCOUNT.c.id.in_(accounts), ACCOUNT.c.balance_cents > 0)
    return sorted(tx.conn.execute(query).scalars())
