"""The effect of payments and dates on payment plans: those over accounts with new postings, and those due for
review."""

from collections.abc import Sequence

import sqlalchemy as sa

from flows.accounts.counts import Count, Counts
from flows.accounts.pages import Subject
from flows.arrangements.queries import ARRANGEMENT, WATCHED, accounts_of, arrangements_on
from flows.arrangements.refresh import refresh_each
from models.database import Transaction
from models.enums import ArrangementState


def watch(tx: Transaction, account_ids: Sequence[int]) -> None:
    """Money moved on these accounts: bring the payment plans over them up to date."""
    refresh_each(tx, arrangements_on(tx.conn, account_ids, WATCHED))


def arrangement_subject(tx: Transaction, key: int) -> Subject:
    """The subject of a plan: its guarantor, creditor and accounts."""
    query = sa.select(ARRANGEMENT.c.guarantor_id, ARRANGEMENT.c.creditor_id).where(ARRANGEMENT.c.id == key)
    row = tx.conn.execute(query).one()
    return Subject(row.guarantor_id, row.creditor_id, tuple(accounts_of(tx.conn, key)))


def judge_arrangements(tx: Transaction, keys: Sequence[int]) -> Counts:
    """Installments past their due date and grace period, notices past their time; returns the counts."""
    verdicts = refresh_each(tx, keys).values()
    counts = Counts()
    counts[Count.PLANS_LOOKED_AT] += len(verdicts)
    counts[Count.PLANS_TOLD] += sum(one.tell for one in verdicts)
    counts[Count.PLANS_BROKEN] += sum(one.state is ArrangementState.BROKEN for one in verdicts)
    return counts
