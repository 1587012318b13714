"""Letters about payments that the bank returned, and about refunds to the guarantor."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from flows.correspondence.queue import answer, answer_together
from flows.ledger.checks import ESTATE, is_mistake
from flows.ledger.posted import Posted
from letters.kinds import LetterKind
from models import Account, Person
from models.columns import table
from models.database import Transaction, group_by_key
from models.enums import LedgerKind
from models.ids import AccountId

ACCOUNT = table(Account)
PERSON = table(Person)

LATELY = timedelta(days=14)
"""An entry older than this, as in an imported account file, gets no letter."""


def write_of_money(tx: Transaction, posted: Sequence[Posted]) -> None:
    """Queue letters about payments recently returned by the bank, and about refunds to the guarantor.

    One letter covers everything that was returned at once: a check is returned whole, on all accounts that it paid.
    """
    lately = [one for one in posted if one.entry.amount_cents > 0 and one.entry.posted_on >= tx.business_date - LATELY]
    for one in lately:
        if one.entry.kind is LedgerKind.REFUND:
            answer(tx, LetterKind.REFUND_NOTICE, [one.entry.account_id], entries=[one.entry_id])
    bounced = group_by_key(
        (one.entry.account_id, one.entry_id)
        for one in lately
        if one.entry.kind is LedgerKind.PATIENT_PAYMENT and one.entry.source != ESTATE and not is_mistake(one.entry)
    )
    for accounts in _together(tx, sorted(bounced)):
        answer_together(
            tx,
            LetterKind.RETURNED_CHECK,
            accounts,
            [key for account in accounts for key in bounced[AccountId(account)]],
        )


def _together(tx: Transaction, account_ids: Sequence[int]) -> list[list[int]]:
    """The accounts of one guarantor at one creditor, for one letter. No letter is sent to a deceased person."""
    query = (
        sa.select(ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id, ACCOUNT.c.id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(ACCOUNT.c.id.in_(account_ids), PERSON.c.death_date.is_(None))
    )
    rows = tx.conn.execute(query.order_by(ACCOUNT.c.id)).all()
    return list(group_by_key(((row.guarantor_id, row.creditor_id), row.id) for row in rows).values())
