"""Certified mail: the number of a letter's label, and its return receipt, each in every account's history."""

from datetime import date

import sqlalchemy as sa

from flows.correspondence.certified.queries import of_article
from flows.correspondence.letters.queries import LETTER, accounts_in_letter
from letters.numbers import letter_number
from models.columns import AnyRow
from models.database import Transaction
from models.enums import Channel, LetterState
from models.errors import BadInput, NotFound, Refused
from models.ids import LetterId
from models.letter_events import CertifiedNumberEntered, ReturnReceiptRecorded

OPEN = (LetterState.BATCHED.value, LetterState.MAILED.value)
LONGEST_NAME = 80


def enter_article(tx: Transaction, letter: LetterId, article: str) -> bool:
    """Record the Certified Mail number of a printed letter; returns whether it is new.

    Raises NotFound for a letter that does not exist, and Refused for one that is not printed, has another number, or a
    number of another letter.
    """
    row = tx.conn.execute(sa.select(LETTER).where(LETTER.c.id == letter)).first()
    if row is None:
        raise NotFound(f"letter {letter_number(letter)} was not found", "the number is on the letter after L-")
    if row.article == article:
        return False
    if row.article is not None:
        raise Refused(f"letter {letter_number(letter)} already has the Certified Mail number {row.article}")
    if row.state not in OPEN or row.channel != Channel.POST.value:
        raise Refused(
            f"letter {letter_number(letter)} is not printed",
            "enter the number after the letter is printed, and before it is returned or voided",
        )
    other = tx.conn.execute(sa.select(LETTER.c.id).where(LETTER.c.article == article)).scalar()
    if other is not None:
        raise Refused(f"the Certified Mail number {article} is that of letter {letter_number(other)}")
    tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == letter).values(article=article))
    tx.record_all(
        CertifiedNumberEntered(
            account_id=one.account_id, step=one.step, cycle=one.cycle, letter=letter, article=article
        )
        for one in accounts_in_letter(tx.conn, [letter])
    )
    return True


def record_receipt(tx: Transaction, article: str, on: date, signed_by: str) -> bool:
    """Record the electronic return receipt of a number; returns whether it is new.

    Raises NotFound for a number of no letter, BadInput for a date in the future or a name that is too long, and Refused
    for a letter that was not mailed by that day, or that has another receipt.
    """
    row = of_article(tx.conn, article)
    name = " ".join(signed_by.split())
    if len(name) > LONGEST_NAME:
        raise BadInput(
            f"the signer's name has {len(name)} characters", f"the limit is {LONGEST_NAME}", field="signed_by"
        )
    if on > tx.business_date:
        raise BadInput(f"{on} is in the future", "enter the delivery date of the return receipt", field="delivered_on")
    if (row.receipt_on, row.receipt_by) == (on, name):
        return False
    _refuse_impossible(row, on)
    tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == row.id).values(receipt_on=on, receipt_by=name))
    tx.record_all(
        ReturnReceiptRecorded(
            account_id=one.account_id,
            step=one.step,
            cycle=one.cycle,
            letter=row.id,
            article=article,
            delivered_on=on,
            signed=bool(name),
        )
        for one in accounts_in_letter(tx.conn, [row.id])
    )
    return True


def _refuse_impossible(row: AnyRow, on: date) -> None:
    if row.receipt_on is not None:
        raise Refused(f"letter {letter_number(row.id)} already has a return receipt of {row.receipt_on}")
    if row.mailed_on is None:
        raise Refused(f"letter {letter_number(row.id)} is not mailed", "mark its batch as mailed first")
    if on < row.mailed_on:
        raise Refused(
            f"letter {letter_number(row.id)} was mailed on {row.mailed_on}", f"it can't have been delivered on {on}"
        )
