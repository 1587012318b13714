"""Recording what the law asks about accounts: a notice given, a screening done, each with its date."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from flows.accounts.eligibility import SUMMARY
from flows.accounts.happenings import wake
from letters.kinds import LetterKind
from models import Account, AccountFact, Creditor, Letter, LetterAccount, Placement
from models.agency_events import FactRecorded
from models.columns import in_keys, table
from models.database import Transaction, batches
from models.enums import (
    FACTS_ONLY_WITH_AMOUNT,
    FACTS_WITH_AMOUNT,
    CreditorKind,
    FactName,
    PayerClass,
    PlacementState,
)
from models.errors import BadInput
from models.remedies import Remedy

ACCOUNT = table(Account)
CREDITOR = table(Creditor)
FACT = table(AccountFact)
LETTER = table(Letter)
LETTER_ACCOUNT = table(LetterAccount)
PLACEMENT = table(Placement)


def record_facts(
    tx: Transaction,
    account_ids: Sequence[int],
    name: FactName,
    source: str,
    on: date | None,
    amount_cents: int | None = None,
) -> None:
    """Record a fact about a page of accounts as of a day, or, without one, remove it. The newest day counts."""
    refuse_fact(name, on, amount_cents, tx.business_date)
    for part in batches(account_ids):
        tx.conn.execute(sa.delete(FACT).where(FACT.c.account_id.in_(part), FACT.c.name == name.value))
    if on is not None:
        rows = [
            {
                "account_id": key,
                "name": name.value,
                "on": on,
                "set_on": tx.business_date,
                "set_by": tx.actor,
                "source": source,
                "amount_cents": amount_cents,
            }
            for key in account_ids
        ]
        tx.insert(AccountFact, rows)
    tx.record_all(
        FactRecorded(account_id=key, fact=name.value, on=on, source=source, amount_cents=amount_cents)
        for key in account_ids
    )


def refuse_fact(name: FactName, on: date | None, amount_cents: int | None, today: date) -> None:
    """Raise BadInput for an invalid fact: in the future, without its number, or with a number it does not have."""
    if on is None:
        return
    if on > today:
        raise BadInput(f"{name} on {on} is in the future; today is {today}", "record it after it happens")
    if name in FACTS_ONLY_WITH_AMOUNT and amount_cents is None:
        raise BadInput(f"{name} needs a number, such as 180 or 412.50", field="amount")
    if amount_cents is not None and name not in FACTS_WITH_AMOUNT:
        raise BadInput(f"{name} has no number", "leave the number out", field="amount")
    if amount_cents is not None and amount_cents < 0:
        raise BadInput(f"the number of {name} is below zero", "enter zero or more")


def record_for_class(
    tx: Transaction, payer_class: PayerClass, name: FactName, source: str, *, there: bool
) -> list[int]:
    """Record a fact of every account of a payer class that has a balance due, or remove it.

    Returns the accounts that changed; those that already have the fact, or do not have it to remove, stay unchanged.
    Raises BadInput for a fact that needs a number of its own for each account.
    """
    if name in FACTS_ONLY_WITH_AMOUNT:
        raise BadInput(
            f"{name} has a different number for each account", "record it account by account", remedy=Remedy.RECORD_FACT
        )
    if not source.strip():
        raise BadInput("enter the source; the fact applies to many accounts at once", field="source")
    has = sa.exists().where(FACT.c.account_id == ACCOUNT.c.id, FACT.c.name == name.value)
    mine = sa.select(ACCOUNT.c.id).where(
        ACCOUNT.c.payer_class == payer_class.value, ACCOUNT.c.balance_cents > 0, ~has if there else has
    )
    found = list(tx.conn.execute(mine.order_by(ACCOUNT.c.id)).scalars())
    record_facts(tx, found, name, source, tx.business_date if there else None)
    review_today(tx, found)
    return found


def review_today(tx: Transaction, account_ids: Sequence[int]) -> None:
    """The rules may decide otherwise now: these accounts are reviewed again, also those that wait for placement."""
    wake(tx, account_ids)
    for part in batches(account_ids):
        queued = sa.and_(in_keys(PLACEMENT.c.account_id, part), PLACEMENT.c.state == PlacementState.QUEUED.value)
        tx.conn.execute(sa.update(PLACEMENT).where(queued).values(review_on=tx.business_date))


def eca_notices_mailed(tx: Transaction, batch: int, mailed_on: date) -> None:
    """The final notices of charities in a batch that was mailed, with the summary of help in them, are the notice
    required thirty days before any extraordinary collection action (26 CFR 1.501(r)-6(c)(4)(i))."""
    query = (
        sa.select(LETTER_ACCOUNT.c.account_id)
        .join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id)
        .join(CREDITOR, CREDITOR.c.id == LETTER.c.creditor_id)
        .where(LETTER.c.print_batch_id == batch, LETTER.c.mailed_on == mailed_on, LETTER.c.enclose.contains(SUMMARY))
        .where(
            LETTER_ACCOUNT.c.kind == LetterKind.FINAL_NOTICE, CREDITOR.c.kind == CreditorKind.NONPROFIT_HOSPITAL.value
        )
    )
    accounts = sorted(set(tx.conn.execute(query).scalars()))
    record_facts(tx, accounts, FactName.ECA_NOTICE, f"final notice mailed in batch {batch}", mailed_on)
