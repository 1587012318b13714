"""TRICARE: when what a patient owes is their cost share and nothing more, so that it may be asked for.

A provider that takes TRICARE's payment writes off the rest (group CO); what is left to the patient by group PR with
reason 1, 2 or 3 is deductible, coinsurance and copay. What TRICARE does not cover, such as PR 96, 204 or 242, is not.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from flows.accounts.counts import Count, Counts
from flows.accounts.facts.commands import ACCOUNT, FACT, record_facts
from flows.accounts.happenings import TASK, TASK_ACCOUNT, NewTask, close_tasks, open_tasks
from models.database import Transaction
from models.kinds import AccountState, FactName, PayerClass, TaskState
from models.task_kinds import TaskKind
from models.user_kinds import Role

COST_SHARE = frozenset({"1", "2", "3"})
"""Claim adjustment reason codes of group PR for deductible, coinsurance and copay."""

TASK_KIND = TaskKind.TRICARE_COST_SHARE


def is_cost_share(patient_codes: Iterable[str], patient_cents: int, balance_cents: int, paid_cents: int) -> bool:
    """Whether a balance is the patient's cost share: all that the payer left to the patient is, and no more is owed.

    `patient_cents` is what the payer left to the patient, `paid_cents` what the patient paid of it. Pure.
    """
    return set(patient_codes) <= COST_SHARE and patient_cents > 0 and balance_cents == patient_cents - paid_cents


def watch_cost_shares(tx: Transaction) -> Counts:
    """One task for a clerk at each creditor over all TRICARE accounts of which no remittance says what is owed."""
    has = sa.exists().where(FACT.c.account_id == ACCOUNT.c.id, FACT.c.name == FactName.TRICARE_COST_SHARE_ONLY.value)
    query = sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id).where(
        ACCOUNT.c.payer_class == PayerClass.TRICARE.value,
        ACCOUNT.c.state == AccountState.OPEN.value,
        ACCOUNT.c.balance_cents > 0,
        ~has,
    )
    waiting: dict[int, list[tuple[int, int]]] = {}
    for account, guarantor, creditor in tx.conn.execute(query.order_by(ACCOUNT.c.id)):
        waiting.setdefault(creditor, []).append((account, guarantor))
    told = _told(tx)
    counts = Counts()
    for creditor, rows in waiting.items():
        task = told.pop(creditor, None)
        if task is not None:
            _keep_up(tx, task, [account for account, _ in rows])
            continue
        open_tasks(tx, [_task(creditor, rows)])
        counts[Count.COST_SHARES_TO_CONFIRM] += 1
    close_tasks(tx, list(told.values()), TaskState.DONE, "no account waits for its cost share any more")
    return counts


def _told(tx: Transaction) -> dict[int, int]:
    """The task that is open at each creditor."""
    query = sa.select(TASK.c.creditor_id, TASK.c.id).where(
        TASK.c.kind == TASK_KIND, TASK.c.state == TaskState.OPEN.value
    )
    return {row.creditor_id: row.id for row in tx.conn.execute(query)}


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


def _task(creditor: int, rows: list[tuple[int, int]]) -> NewTask:
    reason = (
        "TRICARE: these accounts wait until it is confirmed that what is owed is the cost share: record it "
        "where it is (pastdue fact NUMBER tricare_cost_share_only, or pastdue fact-all tricare "
        "tricare_cost_share_only), and correct the balance where it is not"
    )
    return NewTask(TASK_KIND, Role.CLERK, reason, rows[0][1], creditor, tuple(account for account, _ in rows), 7)


def confirm_cost_share(tx: Transaction, account_id: int, payer: str, *, confirmed: bool) -> None:
    """What a remittance says of an account: recorded where it is the cost share, taken back where it no longer is."""
    known = tx.conn.execute(
        sa.select(FACT.c.set_by).where(
            FACT.c.account_id == account_id, FACT.c.name == FactName.TRICARE_COST_SHARE_ONLY.value
        )
    ).first()
    if confirmed is (known is not None):
        return
    source = f"835 of {payer}: deductible, coinsurance and copay" if confirmed else f"835 of {payer}: not only that"
    on = tx.business_date if confirmed else None
    record_facts(tx, [account_id], FactName.TRICARE_COST_SHARE_ONLY, source, on)
