"""Itemized statements were sent: what the law says of an itemized bill is met only if the services stood on it."""

from collections.abc import Sequence
from datetime import date

import orjson
import sqlalchemy as sa

from compliance.load import catalogue
from flows.accounts.blocker import BILL
from flows.accounts.happenings import NewTask, open_tasks, wake
from flows.correspondence.letters.queries import LETTER
from letters.data import LetterData
from models import Account, Enrollment
from models.columns import in_keys, table
from models.database import Transaction, batches
from models.task_kinds import missing
from models.user_enums import Role

ACCOUNT = table(Account)
ENROLLMENT = table(Enrollment)

NO_SERVICES = (
    "The statement that was sent shows no services, because the charges have no codes or descriptions. Send an "
    "itemized bill from the practice system and record it, or import the charges with their services and send the "
    "statement again"
)


def bills_sent(tx: Transaction, statements: Sequence[tuple[int, int]], sent_on: date) -> None:
    """Record that statements were sent, by letter and account.

    Accounts whose services stood on it had their itemized bill: letters that waited for it can be sent now. For the
    others that wait for one, a clerk gets a task.
    """
    itemized = _itemized(tx, sorted({letter for letter, _ in statements}))
    done = sorted({account for letter, account in statements if letter in itemized})
    for part in batches(done):
        tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id.in_(part)).values(itemized_bill_on=sent_on))
    wake(tx, done)
    _ask_for_services(tx, sorted({account for letter, account in statements if letter not in itemized}))


def _itemized(tx: Transaction, letters: Sequence[int]) -> set[int]:
    """Those of these letters that show the service of every charge."""
    found: set[int] = set()
    for part in batches(letters):
        for row in tx.conn.execute(sa.select(LETTER.c.id, LETTER.c.data).where(in_keys(LETTER.c.id, part))):
            if row.data is not None and LetterData.from_dict(orjson.loads(row.data)).itemized:
                found.add(row.id)
    return found


def _ask_for_services(tx: Transaction, accounts: Sequence[int]) -> None:
    if not accounts:
        return
    rules = [rule.id for rule in catalogue().rules if rule.params.get("document") == BILL]
    waits = (
        sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id)
        .join(ENROLLMENT, ENROLLMENT.c.account_id == ACCOUNT.c.id)
        .where(
            in_keys(ACCOUNT.c.id, accounts), ACCOUNT.c.itemized_bill_on.is_(None), ENROLLMENT.c.blocked_by.in_(rules)
        )
        .order_by(ACCOUNT.c.id)
    )
    open_tasks(
        tx,
        [
            NewTask(missing(BILL), Role.CLERK, NO_SERVICES, row.guarantor_id, row.creditor_id, (row.id,), 10)
            for row in tx.conn.execute(waits)
        ],
    )
