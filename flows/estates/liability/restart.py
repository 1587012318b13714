"""Restarts an account's schedule for another guarantor, and resumes it for the previous one."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

import sqlalchemy as sa

from flows.estates.matters.queries import ACCOUNT
from models import Enrollment, StepTaken
from models.columns import AnyRow, in_keys, table
from models.database import Transaction
from models.enums import EnrollmentState
from models.ids import AccountId, PersonId

ENROLLMENT = table(Enrollment)
STEP_TAKEN = table(StepTaken)


class StoodAt(TypedDict):
    """An account's position in its schedule, as stored: dates in ISO format, `cycle` empty in no schedule."""

    first_statement_on: str | None
    cycle: int | None
    anchor_on: str | None
    delay_days: int | None
    state: str | None


def stood_at(tx: Transaction, account_ids: Sequence[int]) -> dict[int, StoodAt]:
    """The accounts' positions in their schedules, as plain values to store."""
    query = (
        sa.select(
            ACCOUNT.c.id,
            ACCOUNT.c.first_statement_on,
            ENROLLMENT.c.cycle,
            ENROLLMENT.c.anchor_on,
            ENROLLMENT.c.delay_days,
            ENROLLMENT.c.state,
        )
        .outerjoin(ENROLLMENT, ENROLLMENT.c.account_id == ACCOUNT.c.id)
        .where(in_keys(ACCOUNT.c.id, account_ids))
    )
    return {
        row.id: {
            "first_statement_on": None if row.first_statement_on is None else row.first_statement_on.isoformat(),
            "cycle": row.cycle,
            "anchor_on": None if row.anchor_on is None else row.anchor_on.isoformat(),
            "delay_days": row.delay_days,
            "state": row.state,
        }
        for row in tx.conn.execute(query)
    }


def begin_anew(tx: Transaction, account_ids: Sequence[int], guarantor: int, anchor_on: date) -> None:
    """Restart the accounts' schedules for a guarantor; days count from `anchor_on`.

    They get a new cycle, so that every step is done again and the earlier ones stay on record. An account in no
    schedule is due for an enrollment review.
    """
    enrolled = _enrolled(tx, account_ids)
    for account, row in enrolled.items():
        _set(
            tx,
            account,
            guarantor_id=guarantor,
            cycle=_next_cycle(tx, row),
            anchor_on=anchor_on,
            delay_days=0,
            state=EnrollmentState.ACTIVE.value,
        )
    waiting = [account for account in account_ids if account not in enrolled]
    tx.conn.execute(sa.update(ACCOUNT).where(in_keys(ACCOUNT.c.id, waiting)).values(review_on=tx.business_date))


def take_up(tx: Transaction, account_id: AccountId, guarantor: PersonId, stood: StoodAt) -> None:
    """Resume an account's schedule for its previous guarantor at the position stored by `stood_at`."""
    row = _enrolled(tx, [account_id]).get(account_id)
    if row is None:
        return
    first = stood["anchor_on"] or stood["first_statement_on"]
    cycle = _next_cycle(tx, row)
    _set(
        tx,
        account_id,
        guarantor_id=guarantor,
        cycle=cycle,
        delay_days=stood["delay_days"] or 0,
        anchor_on=date.fromisoformat(first) if first else row.anchor_on,
        state=stood["state"] or EnrollmentState.ACTIVE.value,
    )
    taken = sa.select(STEP_TAKEN).where(STEP_TAKEN.c.account_id == account_id, STEP_TAKEN.c.cycle == stood["cycle"])
    again = [{**one, "cycle": cycle} for one in tx.conn.execute(taken).mappings()] if stood["cycle"] else []
    tx.insert(StepTaken, again)


def _enrolled(tx: Transaction, account_ids: Sequence[int]) -> dict[int, AnyRow]:
    query = sa.select(ENROLLMENT).where(in_keys(ENROLLMENT.c.account_id, account_ids))
    return {row.account_id: row for row in tx.conn.execute(query)}


def _next_cycle(tx: Transaction, row: AnyRow) -> int:
    """A cycle without any completed step."""
    query = sa.select(sa.func.max(STEP_TAKEN.c.cycle)).where(STEP_TAKEN.c.account_id == row.account_id)
    return max(row.cycle, tx.conn.execute(query).scalar() or 0) + 1


def _set(tx: Transaction, account_id: int, *, state: str, **values: object) -> None:
    """Set an account's position; its next step is decided today, unless its schedule has ended."""
    active = state == EnrollmentState.ACTIVE.value
    fresh = {
        "pending_trigger": None,
        "resume_at": None,
        "blocked_by": None,
        "blocked_until": None,
        "next_action_on": tx.business_date if active else None,
    }
    mine = sa.update(ENROLLMENT).where(ENROLLMENT.c.account_id == account_id)
    tx.conn.execute(mine.values(state=state, **values, **fresh))
