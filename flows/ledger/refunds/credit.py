"""A guarantor's credit counts against their balance at the same creditor: no request for payment before a clerk
decides."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import NewTask, close_tasks, open_tasks, open_tasks_on
from flows.accounts.holds import NewHold, clear_holds, open_holds
from flows.ledger.refunds.beside import own_credits
from flows.ledger.refunds.queries import ACCOUNT, CREDIT
from models import Hold
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, batches, group_by_key
from models.enums import HoldKind, TaskState
from models.ids import CreditorId, PersonId
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import dollars

HOLD = table(Hold)

KIND = TaskKind.APPLY_CREDIT
DUE_DAYS = 3
DECIDED = "the credit was applied, refunded or reversed"


@dataclass(frozen=True, slots=True)
class Credit:
    """A guarantor's credits at one creditor and balances due there: amounts in cents above zero, by account."""

    guarantor_id: PersonId
    creditor_id: CreditorId
    credits: dict[int, int]
    debts: dict[int, int]


def watch_credits(tx: Transaction, account_ids: Sequence[int]) -> None:
    """Hold the accounts with a balance beside a credit of the same guarantor at the same creditor, with a task to apply
    or refund it; release them once the credit is gone."""
    groups = _groups(tx.conn, account_ids)
    if not groups:
        return
    held = _held(tx.conn, [key for one in groups for key in one.debts])
    for one in groups:
        if one.credits and one.debts:
            _hold(tx, one, held)
        else:
            _release(tx, one)


def every_credit(conn: Connection) -> list[int]:
    """All accounts with a credit balance, by ix_account_credit."""
    return sorted(conn.execute(sa.select(ACCOUNT.c.id).where(CREDIT)).scalars())


def credit_of(conn: Connection, account: AnyRow) -> int:
    """The guarantor's part of an account's credit, in cents, that is not being refunded."""
    return own_credits(conn, [account.id]).get(account.id, 0)


def _groups(conn: Connection, account_ids: Sequence[int]) -> list[Credit]:
    """The accounts of the same guarantors at the same creditors as these, if one has a credit balance or was held."""
    pairs: set[tuple[PersonId, CreditorId]] = set()
    for part in batches(sorted(set(account_ids))):
        mine = sa.select(ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id).where(in_keys(ACCOUNT.c.id, part)).distinct()
        pairs.update((row[0], row[1]) for row in conn.execute(mine))
    concerned = _concerned(conn, sorted({guarantor for guarantor, _ in pairs}))
    rows: list[AnyRow] = []
    for part in batches(sorted({guarantor for guarantor, _ in pairs if guarantor in concerned})):
        query = sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.guarantor_id, part), ACCOUNT.c.balance_cents != 0)
        rows += conn.execute(query.order_by(ACCOUNT.c.id))
    own = own_credits(conn, [row.id for row in rows if row.balance_cents < 0])
    found: list[Credit] = []
    by_pair = group_by_key(((row.guarantor_id, row.creditor_id), row) for row in rows)
    for pair in sorted(pair for pair in pairs if pair[0] in concerned):
        credits = {row.id: own[row.id] for row in by_pair.get(pair, []) if row.id in own}
        debts = {row.id: row.balance_cents for row in by_pair.get(pair, []) if row.balance_cents > 0}
        found.append(Credit(*pair, credits, debts))
    return found


def _concerned(conn: Connection, guarantors: Sequence[int]) -> set[int]:
    """Those of these guarantors who have a credit balance, or an account on hold for a credit."""
    found: set[int] = set()
    for part in batches(guarantors):
        below = sa.select(ACCOUNT.c.guarantor_id).where(in_keys(ACCOUNT.c.guarantor_id, part), CREDIT)
        held = (
            sa.select(ACCOUNT.c.guarantor_id)
            .join(HOLD, HOLD.c.account_id == ACCOUNT.c.id)
            .where(in_keys(ACCOUNT.c.guarantor_id, part), _OPEN)
        )
        found.update(conn.execute(below).scalars())
        found.update(conn.execute(held).scalars())
    return found


_OPEN = sa.and_(HOLD.c.kind == HoldKind.CREDIT.value, HOLD.c.cleared_on.is_(None))


def _held(conn: Connection, account_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for part in batches(account_ids):
        found.update(
            conn.execute(sa.select(HOLD.c.account_id).where(_OPEN, in_keys(HOLD.c.account_id, part))).scalars()
        )
    return found


def _hold(tx: Transaction, one: Credit, held: set[int]) -> None:
    credit, debt = sum(one.credits.values()), sum(one.debts.values())
    numbers = sa.select(ACCOUNT.c.number).where(in_keys(ACCOUNT.c.id, sorted(one.credits))).order_by(ACCOUNT.c.id)
    where = ", ".join(tx.conn.execute(numbers).scalars())
    note = f"credit of {dollars(credit)} on account {where} not applied or refunded yet"
    open_holds(tx, [NewHold(HoldKind.CREDIT, account_id=key, note=note) for key in one.debts if key not in held])
    reason = f"Apply or refund the credit of {dollars(credit)} on account {where}; {dollars(debt)} is due on others"
    about = (*one.credits, *one.debts)
    open_tasks(tx, [NewTask(KIND, Role.CLERK, reason, one.guarantor_id, one.creditor_id, about, DUE_DAYS)])


def _release(tx: Transaction, one: Credit) -> None:
    mine = sa.select(ACCOUNT.c.id).where(
        ACCOUNT.c.guarantor_id == one.guarantor_id, ACCOUNT.c.creditor_id == one.creditor_id
    )
    accounts = list(tx.conn.execute(mine).scalars())
    holds = sa.select(HOLD.c.id).where(_OPEN, in_keys(HOLD.c.account_id, accounts)).order_by(HOLD.c.id)
    clear_holds(tx, list(tx.conn.execute(holds).scalars()), DECIDED)
    close_tasks(tx, open_tasks_on(tx, accounts, [KIND]), TaskState.DONE, DECIDED)
