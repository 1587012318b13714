"""Letters that answer: queued beside the schedule, about the accounts concerned."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from flows.correspondence.letters.sections import sections_of
from letters.kinds import LetterName, LetterOrigin, kind_of, titled
from letters.numbers import letter_number
from models import Account, Letter, LetterAccount, Person
from models.columns import AnyRow, table
from models.database import Transaction
from models.enums import LetterState
from models.errors import BadInput, Refused
from models.events import LetterQueued
from models.letter import UNSENT

ACCOUNT = table(Account)
LETTER = table(Letter)
LETTER_ACCOUNT = table(LetterAccount)
PERSON = table(Person)


def answer(
    tx: Transaction,
    kind: LetterName,
    account_ids: Sequence[int],
    *,
    enclose: tuple[str, ...] = (),
    entries: Sequence[int] = (),
) -> int:
    """Queue a letter about accounts of one guarantor at one creditor; gives its number.

    `entries` are the ledger entries that it tells of, where it tells of some only.

    It is written, and looked at by the law, with the letters of the day. Raises Refused for accounts that are
    not there or not of one guarantor and creditor, for a kind that is only enclosed, and where there is nothing that
    such a letter could tell.
    """
    accounts = _rows(tx, account_ids)
    whose = {(account.guarantor_id, account.creditor_id) for account in accounts}
    if len(accounts) != len(set(account_ids)) or len(whose) != 1:
        raise Refused("a letter goes to one guarantor about accounts of one creditor", "name such accounts")
    about = kind_of(kind)
    if about.origin is LetterOrigin.ENCLOSURE:
        raise Refused(f"{kind} is an enclosure", "it goes with a letter", field="enclose")
    today = tx.business_date
    if about.needs is not None and not sections_of(tx.conn, about.needs, account_ids, today, kind, entries):
        raise BadInput(
            f"account {accounts[0].number} has no {about.needs.replace('_', ' ')} that a letter {kind} could tell of"
        )
    ((guarantor, creditor),) = whose
    person = tx.conn.execute(sa.select(PERSON).where(PERSON.c.id == guarantor)).one()
    values = {
        "guarantor_id": guarantor,
        "creditor_id": creditor,
        "kind": kind,
        "language": person.language,
        "large_print": person.large_print,
        "enclose": ",".join(enclose),
        "about_entries": _keys(entries),
    }
    letter = queue_beside(tx, values, {account.id: kind for account in accounts})
    tx.record_all(_queued(tx, account, letter, kind) for account in accounts)
    return letter


_WAITS: Mapping[str, str] = {
    LetterState.QUEUED: "is already waiting to be printed",
    LetterState.RENDERED: "is already waiting to be printed",
    LetterState.BATCHED: "is printed already and waits to be mailed",
}
"""A letter that has not gone, in words; any other is on its way by e-mail."""


def answer_request(tx: Transaction, kind: LetterName, account_id: int, *, enclose: tuple[str, ...] = ()) -> int:
    """Queue a letter that a person asked a colleague for, as `answer` does. Raises Refused as well while one of
    the kind about the account has not gone yet: two clicks are not two letters."""
    about = sa.select(LETTER.c.id, LETTER.c.state).join(LETTER_ACCOUNT, LETTER_ACCOUNT.c.letter_id == LETTER.c.id)
    same = sa.and_(LETTER_ACCOUNT.c.account_id == account_id, LETTER_ACCOUNT.c.kind == kind)
    there = tx.conn.execute(about.where(same, sa.text(f"letter.{UNSENT}")).order_by(LETTER.c.id).limit(1)).first()
    if there is not None:
        says = _WAITS.get(there.state, "is on its way by e-mail already")
        raise Refused(f'the letter "{titled(kind)}", {letter_number(there.id)}, {says}', "wait until it has gone")
    return answer(tx, kind, [account_id], enclose=enclose)


def answer_together(tx: Transaction, kind: LetterName, account_ids: Sequence[int], entries: Sequence[int]) -> None:
    """Tell a guarantor of entries on their accounts in one letter: with what a letter of the kind that was queued today
    and is not written yet tells of, or in one of its own."""
    whose = sa.select(ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id).where(ACCOUNT.c.id == account_ids[0])
    guarantor, creditor = tx.conn.execute(whose).one()
    waits = sa.select(LETTER).where(
        LETTER.c.guarantor_id == guarantor,
        LETTER.c.creditor_id == creditor,
        LETTER.c.kind == kind,
        LETTER.c.state == LetterState.QUEUED.value,
        LETTER.c.queued_on == tx.business_date,
    )
    letter = tx.conn.execute(waits.order_by(LETTER.c.id.desc()).limit(1)).first()
    if letter is None:
        answer(tx, kind, account_ids, entries=entries)
        return
    before: str = letter.about_entries
    told = [*map(int, filter(None, before.split(","))), *entries]
    this = sa.update(LETTER).where(LETTER.c.id == letter.id)
    tx.conn.execute(this.values(about_entries=_keys(told)))
    there = sa.select(LETTER_ACCOUNT.c.account_id).where(LETTER_ACCOUNT.c.letter_id == letter.id)
    fresh = sorted(set(account_ids) - set(tx.conn.execute(there).scalars()))
    no_step = {"letter_id": letter.id, "kind": kind, "step": None, "cycle": None}
    tx.insert(LetterAccount, [{**no_step, "account_id": key} for key in fresh])
    tx.record_all(_queued(tx, row, letter.id, kind) for row in _rows(tx, fresh))


def _rows(tx: Transaction, account_ids: Sequence[int]) -> list[AnyRow]:
    return list(tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id.in_(account_ids)).order_by(ACCOUNT.c.id)))


def _queued(tx: Transaction, account: AnyRow, letter: int, kind: LetterName) -> LetterQueued:
    return LetterQueued(
        account_id=account.id,
        letter=letter,
        letter_kind=kind,
        balance_cents=account.balance_cents,
        days_since_first_statement=_days_since(tx, account.first_statement_on),
        envelope=kind,
    )


def _keys(entries: Sequence[int]) -> str:
    return ",".join(str(key) for key in sorted(set(entries)))


def queue_beside(tx: Transaction, values: Mapping[str, Any], spoken: Mapping[int, str]) -> int:
    """Put a letter in the queue beside the schedule; gives its number. It is no step of any account.

    `values` are the letter's own, `spoken` the accounts that it speaks of with what it is to each.
    """
    letter = tx.ids(Letter, 1)[0]
    queued = {"state": LetterState.QUEUED.value, "origin": LetterOrigin.REPLY.value, "queued_on": tx.business_date}
    tx.insert(Letter, [{"id": letter, **values, **queued}])
    no_step = {"letter_id": letter, "step": None, "cycle": None}
    tx.insert(LetterAccount, [{**no_step, "account_id": key, "kind": kind} for key, kind in spoken.items()])
    return letter


def _days_since(tx: Transaction, first: date | None) -> int | None:
    return None if first is None else (tx.business_date - first).days
