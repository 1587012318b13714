"""Putting down what the law asks about accounts: a notice given, a screening done, on a day."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from flows.dunning.law import SUMMARY
from models import Account, AccountFact, Creditor, Letter, LetterAccount
from models.agency_events import FactRecorded
from models.columns import table
from models.database import Transaction, parts
from models.kinds import CreditorKind, FactName

ACCOUNT = table(Account)
CREDITOR = table(Creditor)
FACT = table(AccountFact)
LETTER = table(Letter)
LETTER_ACCOUNT = table(LetterAccount)


def record_facts(tx: Transaction, account_ids: Sequence[int], name: FactName, source: str, on: date | None) -> None:
    """Put down something about a page of accounts as of a day, or, without one, take it back. The newest day holds."""
    for part in parts(account_ids):
        tx.conn.execute(sa.delete(FACT).where(FACT.c.account_id.in_(part), FACT.c.name == name.value))
    if on is not None:
        rows = [
            {
                "account_id": key, "name": name.value, "on": on, "set_on": tx.business_date, "set_by": tx.actor,
                "source": source,
            }
            for key in account_ids
        ]  # fmt: skip
        tx.insert(AccountFact, rows)
    tx.record_all(FactRecorded(account_id=key, fact=name.value, on=on, source=source) for key in account_ids)


def eca_notices_mailed(tx: Transaction, batch: int, mailed_on: date) -> None:
    """The final notices of charities in a batch that was mailed, with the summary of help in them, are the notice that
    must come thirty days before anything extraordinary (26 CFR 1.501(r)-6(c)(4)(i))."""
    query = (
        sa.select(LETTER_ACCOUNT.c.account_id)
        .join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id)
        .join(CREDITOR, CREDITOR.c.id == LETTER.c.creditor_id)
        .where(LETTER.c.print_batch_id == batch, LETTER.c.mailed_on == mailed_on, LETTER.c.enclose.contains(SUMMARY))
        .where(LETTER_ACCOUNT.c.kind == "final-notice", CREDITOR.c.kind == CreditorKind.NONPROFIT_HOSPITAL.value)
    )
    accounts = sorted(set(tx.conn.execute(query).scalars()))
    record_facts(tx, accounts, FactName.ECA_NOTICE, f"final notice mailed in batch {batch}", mailed_on)
