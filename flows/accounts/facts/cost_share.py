"""TRICARE: when the patient's balance is the cost share and nothing more, so that it may be billed.

A provider that takes TRICARE's payment writes off the rest (group CO); what is left to the patient by group PR with
reason 1, 2 or 3 is deductible, coinsurance and copay. What TRICARE does not cover, such as PR 96, 204 or 242, is not.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.counts import Count, Counts
from flows.accounts.facts.commands import ACCOUNT, FACT, record_facts
from flows.accounts.happenings import TASK, TASK_ACCOUNT, NewTask, close_tasks, open_tasks
from flows.accounts.pages import Subject, subject_of, task_subject
from models.columns import AnyRow, in_keys
from models.database import Transaction, group_by_key
from models.enums import AccountState, FactName, PayerClass, TaskState
from models.ids import CreditorId, PersonId
from models.task_kinds import TaskKind
from models.user_enums import Role

COST_SHARE = frozenset({"1", "2", "3"})
"""Claim adjustment reason codes of group PR for deductible, coinsurance and copay."""

TASK_KIND = TaskKind.TRICARE_COST_SHARE


def is_cost_share(patient_codes: Iterable[str], patient_cents: int, balance_cents: int, paid_cents: int) -> bool:
    """Whether a balance is the patient's cost share: all that the payer left to the patient is, and the balance is no
    more.

    `patient_cents` is what the payer left to the patient, `paid_cents` what the patient paid of it. Pure.
    """
    return set(patient_codes) <= COST_SHARE and patient_cents > 0 and balance_cents == patient_cents - paid_cents


def creditors_to_confirm(conn: Connection, _today: date) -> list[int]:
    """The creditors with an account that waits for its cost share, or that waited when the task was opened."""
    waiting = conn.execute(sa.select(ACCOUNT.c.creditor_id).where(_WAITS).distinct()).scalars()
    return sorted({*waiting, *_open_tasks(conn)})


def watch_cost_shares(tx: Transaction, creditor_ids: Sequence[int]) -> Counts:
    """One task for a clerk at each of these creditors about all TRICARE accounts whose cost share no remittance
    confirms."""
    waiting = group_by_key((row.creditor_id, (row.id, row.guarantor_id)) for row in _waiting(tx.conn, creditor_ids))
    there = _open_tasks(tx.conn)
    counts = Counts()
    for creditor in creditor_ids:
        task, rows = there.get(creditor), waiting.get(creditor)
        if rows is None:
            if task is not None:
                close_tasks(tx, [task], TaskState.DONE, "the cost share of every account is confirmed")
        elif task is not None:
            _keep_up(tx, task, [account for account, _ in rows])
        else:
            open_tasks(tx, [_task(CreditorId(creditor), rows)])
            counts[Count.COST_SHARES_TO_CONFIRM] += 1
    return counts


def cost_share_subject(tx: Transaction, creditor_id: int) -> Subject:
    """The first account of a creditor that waits for its cost share; if none waits now, those of its task."""
    first = _waiting(tx.conn, [creditor_id])[:1]
    return subject_of(first) if first else task_subject(tx, _open_tasks(tx.conn)[creditor_id])


_HAS = sa.exists().where(FACT.c.account_id == ACCOUNT.c.id, FACT.c.name == FactName.TRICARE_COST_SHARE_ONLY.value)
_WAITS = sa.and_(
    ACCOUNT.c.payer_class == PayerClass.TRICARE.value,
    ACCOUNT.c.state == AccountState.OPEN.value,
    ACCOUNT.c.balance_cents > 0,
    ~_HAS,
)
"""TRICARE accounts whose balance is not confirmed yet as the cost share."""


def _waiting(conn: Connection, creditor_ids: Sequence[int]) -> list[AnyRow]:
    columns = (ACCOUNT.c.id, ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id)
    query = sa.select(*columns).where(_WAITS, in_keys(ACCOUNT.c.creditor_id, creditor_ids))
    return list(conn.execute(query.order_by(ACCOUNT.c.id)))


def _open_tasks(conn: Connection) -> dict[int, int]:
    """The task that is open at each creditor."""
    query = sa.select(TASK.c.creditor_id, TASK.c.id).where(
        TASK.c.kind == TASK_KIND, TASK.c.state == TaskState.OPEN.value
    )
    return {row.creditor_id: row.id for row in conn.execute(query)}


def _keep_up(tx: Transaction, task: int, accounts: list[int]) -> None:
    """The accounts of an open task are those that wait now."""
    before = set(tx.conn.execute(sa.select(TASK_ACCOUNT.c.account_id).where(TASK_ACCOUNT.c.task_id == task)).scalars())
    gone = before - set(accounts)
    if gone:
        tx.conn.execute(
            sa.delete(TASK_ACCOUNT).where(TASK_ACCOUNT.c.task_id == task, TASK_ACCOUNT.c.account_id.in_(gone))
        )
    new = [{"task_id": task, "account_id": account} for account in accounts if account not in before]
    if new:
        tx.conn.execute(sa.insert(TASK_ACCOUNT), new)


def _task(creditor: CreditorId, rows: list[tuple[int, PersonId]]) -> NewTask:
    reason = (
        "TRICARE: these accounts are on hold until the balance is confirmed as the cost share. Record the fact "
        "TRICARE cost share only where it is confirmed, and correct the balance where it is not"
    )
    return NewTask(TASK_KIND, Role.CLERK, reason, rows[0][1], creditor, tuple(account for account, _ in rows), 7)


def confirm_cost_share(tx: Transaction, account_id: int, payer: str, *, confirmed: bool) -> None:
    """What a remittance shows for an account: the fact is recorded if the balance is the cost share, and removed if
    not."""
    known = tx.conn.execute(
        sa.select(FACT.c.set_by).where(
            FACT.c.account_id == account_id, FACT.c.name == FactName.TRICARE_COST_SHARE_ONLY.value
        )
    ).first()
    if confirmed is (known is not None):
        return
    source = (
        f"835 of {payer}: deductible, coinsurance and copay"
        if confirmed
        else f"835 of {payer}: other patient amounts too"
    )
    on = tx.business_date if confirmed else None
    record_facts(tx, [account_id], FactName.TRICARE_COST_SHARE_ONLY, source, on)
