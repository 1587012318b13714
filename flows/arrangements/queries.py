"""Payment plans as they are stored, as values to decide by."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.arrangements.decide import InstalmentNow, PlanNow, ordered
from flows.arrangements.plan import Plan
from flows.schedules.schedule import Terms
from flows.schedules.schedule_file import schedule_from
from letters.data import Arrangement as LetterPlan
from letters.data import Instalment as LetterInstalment
from letters.data import PlanOption
from models import Account, Arrangement, ArrangementAccount, Creditor, Enrollment, Instalment, Person, ScheduleVersion
from models.columns import AnyRow, in_keys, table
from models.database import group_by_key
from models.enums import ArrangementState, InstalmentState
from models.errors import NotFound
from models.remedies import Remedy

ACCOUNT = table(Account)
ARRANGEMENT = table(Arrangement)
ARRANGEMENT_ACCOUNT = table(ArrangementAccount)
CREDITOR = table(Creditor)
ENROLLMENT = table(Enrollment)
INSTALMENT = table(Instalment)
PERSON = table(Person)
SCHEDULE_VERSION = table(ScheduleVersion)

STANDARD = "standard"
"""The default terms."""

WATCHED = (ArrangementState.ACTIVE.value, ArrangementState.BROKEN.value)
"""The states that a payment can still change: a broken plan resumes when a payment comes in time."""


def plans(conn: Connection, arrangement_ids: Sequence[int]) -> dict[int, PlanNow]:
    """Payment plans as they were last recorded, by number."""
    query = (
        sa.select(
            ARRANGEMENT,
            PERSON.c.state.label("person_state"),
            CREDITOR.c.state.label("creditor_state"),
            CREDITOR.c.kind.label("creditor_kind"),
        )
        .join(PERSON, PERSON.c.id == ARRANGEMENT.c.guarantor_id)
        .join(CREDITOR, CREDITOR.c.id == ARRANGEMENT.c.creditor_id)
        .where(in_keys(ARRANGEMENT.c.id, arrangement_ids))
    )
    paid = sa.select(INSTALMENT).where(in_keys(INSTALMENT.c.arrangement_id, arrangement_ids)).order_by(INSTALMENT.c.id)
    instalments = group_by_key((row.arrangement_id, row) for row in conn.execute(paid))
    return {row.id: _plan(row, instalments.get(row.id, [])) for row in conn.execute(query)}


def _plan(row: AnyRow, instalments: Sequence[AnyRow]) -> PlanNow:
    return PlanNow(
        id=row.id,
        state=ArrangementState(row.state),
        grace_days=row.grace_days,
        broken_after_missed=row.broken_after_missed,
        states=(row.person_state, row.creditor_state),
        creditor_kind=row.creditor_kind,
        instalments=ordered(
            [
                InstalmentNow(
                    one.id, one.number, one.due_on, one.amount_cents, one.paid_cents, InstalmentState(one.state)
                )
                for one in instalments
            ]
        ),
        noticed_on=row.noticed_on,
        cure_by=row.cure_by,
        ended_on=row.ended_on,
    )


def arrangement_row(conn: Connection, arrangement_id: int) -> AnyRow:
    """A payment plan by its number. Raises NotFound."""
    row = conn.execute(sa.select(ARRANGEMENT).where(ARRANGEMENT.c.id == arrangement_id)).first()
    if row is None:
        raise NotFound(f"there is no payment plan {arrangement_id}", remedy=Remedy.LIST_PLANS)
    return row


def arrangement_rows(conn: Connection, arrangement_ids: Sequence[int]) -> dict[int, AnyRow]:
    """Payment plans by their numbers."""
    return {
        row.id: row for row in conn.execute(sa.select(ARRANGEMENT).where(in_keys(ARRANGEMENT.c.id, arrangement_ids)))
    }


def accounts_of(conn: Connection, arrangement_id: int) -> list[int]:
    """The accounts that a payment plan covers."""
    return accounts_of_each(conn, [arrangement_id]).get(arrangement_id, [])


def accounts_of_each(conn: Connection, arrangement_ids: Sequence[int]) -> dict[int, list[int]]:
    """The accounts that each payment plan covers."""
    columns = (ARRANGEMENT_ACCOUNT.c.arrangement_id, ARRANGEMENT_ACCOUNT.c.account_id)
    query = sa.select(*columns).where(in_keys(columns[0], arrangement_ids)).order_by(*columns)
    return group_by_key((row[0], row[1]) for row in conn.execute(query))


def arrangements_on(
    conn: Connection, account_ids: Sequence[int], states: Sequence[str] = (ArrangementState.ACTIVE.value,)
) -> list[int]:
    """The payment plans of these accounts that are in one of these states, by ix_arrangement_account_account."""
    query = (
        sa.select(ARRANGEMENT.c.id)
        .join(ARRANGEMENT_ACCOUNT, ARRANGEMENT_ACCOUNT.c.arrangement_id == ARRANGEMENT.c.id)
        .where(in_keys(ARRANGEMENT_ACCOUNT.c.account_id, account_ids), ARRANGEMENT.c.state.in_(states))
        .distinct()
    )
    return sorted(conn.execute(query).scalars())


def arrangements_to_review(conn: Connection, today: date) -> list[int]:
    """Payment plans due for review today, by ix_arrangement_review_on."""
    return sorted(conn.execute(sa.select(ARRANGEMENT.c.id).where(ARRANGEMENT.c.review_on <= today)).scalars())


def terms_for(conn: Connection, account_ids: Sequence[int], name: str | None = None) -> Terms:
    """The terms of the schedule that the accounts are in; the practice's own if it has none.

    Raises NotFound for a name that the schedule does not have.
    """
    query = (
        sa.select(SCHEDULE_VERSION.c.text)
        .join(ENROLLMENT, ENROLLMENT.c.schedule_version_id == SCHEDULE_VERSION.c.id)
        .where(in_keys(ENROLLMENT.c.account_id, account_ids))
        .order_by(ENROLLMENT.c.account_id)
    )
    text = conn.execute(query.limit(1)).scalar()
    known = schedule_from(text).arrangements if text is not None else {}
    wanted = name or STANDARD
    if wanted in known:
        return known[wanted]
    if wanted == STANDARD:
        return next(iter(known.values()), Terms())
    raise NotFound(
        f'there are no payment plan terms "{wanted}"', f"the terms are {', '.join(sorted(known)) or STANDARD}"
    )


def plans_of_letters(conn: Connection, letters: Sequence[Sequence[int]]) -> list[LetterPlan | None]:
    """The active, or recently broken, payment plan over the accounts of each letter, as the letter shows it."""
    newest = _newest_over(conn, sorted({key for accounts in letters for key in accounts}))
    found = [max((newest[key] for key in accounts if key in newest), default=None) for accounts in letters]
    numbers = sorted({number for number in found if number is not None})
    rows, standing = arrangement_rows(conn, numbers), plans(conn, numbers)
    return [None if number is None else _letter_plan(rows[number], standing[number]) for number in found]


def _newest_over(conn: Connection, account_ids: Sequence[int]) -> dict[int, int]:
    """The last active or broken payment plan over each account, by ix_arrangement_account_account."""
    query = (
        sa.select(ARRANGEMENT_ACCOUNT.c.account_id, sa.func.max(ARRANGEMENT.c.id))
        .join(ARRANGEMENT, ARRANGEMENT.c.id == ARRANGEMENT_ACCOUNT.c.arrangement_id)
        .where(in_keys(ARRANGEMENT_ACCOUNT.c.account_id, account_ids), ARRANGEMENT.c.state.in_(WATCHED))
        .group_by(ARRANGEMENT_ACCOUNT.c.account_id)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


def _letter_plan(row: AnyRow, plan: PlanNow) -> LetterPlan:
    payments = [one for one in plan.instalments if one.number > 0 and one.state is not InstalmentState.SKIPPED]
    broken = plan.state is ArrangementState.BROKEN
    return LetterPlan(
        total_cents=sum(one.amount_cents for one in plan.instalments),
        number=str(row.id),
        down_payment_cents=sum(one.amount_cents for one in plan.instalments if one.number == 0),
        instalments=tuple(LetterInstalment(one.due_on, one.amount_cents) for one in payments),
        missed_cents=plan.missed_cents,
        missed_on=plan.missed_since,
        cure_by=None if broken else plan.cure_by,
        large=row.large,
        financed_cents=sum(one.amount_cents for one in payments),
    )


def plan_option(plan: Plan) -> PlanOption:
    """A plan on offer as a letter shows it."""
    payments = plan.instalments
    return PlanOption(len(payments), payments[0].amount_cents, payments[-1].amount_cents, payments[0].due_on)


class InstalmentLine(TypedDict):
    """A payment of a payment plan; number 0 is the down payment."""

    number: int
    due_on: date
    amount_cents: int
    paid_cents: int
    state: str


class ArrangementView(TypedDict):
    """A payment plan with its payments and the numbers of its accounts."""

    id: int
    state: str
    total_cents: int
    reduced_cents: int
    paid_cents: int
    open_cents: int
    missed_cents: int
    missed_since: date | None
    cure_by: date | None
    regulation_z: bool
    autopay: str | None
    made_on: date
    made_by: str
    ended_on: date | None
    why_ended: str | None
    accounts: list[str]
    instalments: list[InstalmentLine]


def list_arrangements(conn: Connection, state: str | None = None, number: str | None = None) -> list[ArrangementView]:
    """Payment plans as a list for people, newest first."""
    query = sa.select(ARRANGEMENT).order_by(ARRANGEMENT.c.id.desc())
    if state is not None:
        query = query.where(ARRANGEMENT.c.state == state)
    if number is not None:
        mine = (
            sa.select(ARRANGEMENT_ACCOUNT.c.arrangement_id)
            .join(ACCOUNT, ACCOUNT.c.id == ARRANGEMENT_ACCOUNT.c.account_id)
            .where(ACCOUNT.c.number == number)
        )
        query = query.where(ARRANGEMENT.c.id.in_(mine))
    rows = conn.execute(query).all()
    return [arrangement_view(conn, row.id) for row in rows]


def arrangement_view(conn: Connection, arrangement_id: int) -> ArrangementView:
    """One payment plan with its payments and accounts."""
    row = arrangement_row(conn, arrangement_id)
    plan = plans(conn, [arrangement_id])[arrangement_id]
    numbers = sa.select(ACCOUNT.c.number).where(in_keys(ACCOUNT.c.id, accounts_of(conn, arrangement_id)))
    return {
        "id": row.id,
        "state": row.state,
        "total_cents": row.total_cents,
        "reduced_cents": row.reduced_cents,
        "paid_cents": sum(one.paid_cents for one in plan.instalments),
        "open_cents": plan.open_cents,
        "missed_cents": plan.missed_cents,
        "missed_since": plan.missed_since,
        "cure_by": row.cure_by,
        "regulation_z": row.large,
        "autopay": row.autopay_ref,
        "made_on": row.made_on,
        "made_by": row.made_by,
        "ended_on": row.ended_on,
        "why_ended": row.why_ended,
        "accounts": sorted(conn.execute(numbers).scalars()),
        "instalments": [
            {
                "number": one.number,
                "due_on": one.due_on,
                "amount_cents": one.amount_cents,
                "paid_cents": one.paid_cents,
                "state": one.state.value,
            }
            for one in plan.instalments
        ],
    }
