"""Reply letters: queued outside the schedule, about the accounts concerned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from flows.correspondence.letters.section_labels import section_label
from flows.correspondence.letters.sections import sections_of_each
from letters.kinds import LetterName, LetterOrigin, kind_of
from letters.numbers import letter_number
from models import Account, Letter, LetterAccount, Person
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, batches
from models.enums import LetterState
from models.errors import BadInput, Refused
from models.labels import letter_label
from models.letter import UNSENT
from models.letter_events import LetterQueued

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
    """Queue a letter about accounts of one guarantor at one creditor; returns its number.

    `entries` are the ledger entries it is about, if it covers only some.

    It is written and checked against the rules with the letters of the day. Raises Refused for accounts that do not
    exist or are not of one guarantor and creditor, and for a kind that is only an enclosure. Raises BadInput if there
    is no data for such a letter.
    """
    return answer_each(tx, kind, [account_ids], enclose=enclose, entries=entries)[0]


def answer_each(
    tx: Transaction,
    kind: LetterName,
    letters: Sequence[Sequence[int]],
    *,
    enclose: tuple[str, ...] = (),
    entries: Sequence[int] = (),
) -> list[int]:
    """The same for many letters of a kind, each identified by its accounts; returns their numbers."""
    found = {row.id: row for row in _rows(tx, sorted({key for letter in letters for key in letter}))}
    abouts = [_about([found[key] for key in sorted(set(letter) & found.keys())], letter) for letter in letters]
    _refuse_without_words(tx, kind, abouts, letters, entries)
    people = _people(tx, [accounts[0].guarantor_id for accounts in abouts])
    fresh = [
        NewLetter(
            {
                "guarantor_id": accounts[0].guarantor_id,
                "creditor_id": accounts[0].creditor_id,
                "kind": kind,
                "language": people[accounts[0].guarantor_id].language,
                "large_print": people[accounts[0].guarantor_id].large_print,
                "enclose": ",".join(enclose),
                "about_entries": _keys(entries),
            },
            {account.id: kind for account in accounts},
        )
        for accounts in abouts
    ]
    numbers = queue_each(tx, fresh)
    tx.record_all(
        _queued(tx, account, number, kind)
        for number, accounts in zip(numbers, abouts, strict=True)
        for account in accounts
    )
    return numbers


def _about(accounts: list[AnyRow], letter: Sequence[int]) -> list[AnyRow]:
    """The accounts of a letter. Raises Refused if some do not exist, or are not of one guarantor and creditor."""
    whose = {(account.guarantor_id, account.creditor_id) for account in accounts}
    if len(accounts) != len(set(letter)) or len(whose) != 1:
        raise Refused("a letter is for one guarantor about accounts of one creditor", "choose such accounts")
    return accounts


def _refuse_without_words(
    tx: Transaction,
    kind: LetterName,
    abouts: Sequence[Sequence[AnyRow]],
    letters: Sequence[Sequence[int]],
    entries: Sequence[int],
) -> None:
    """Raise Refused for a kind that is only an enclosure, and BadInput for a letter that would have no content."""
    about = kind_of(kind)
    if about.origin is LetterOrigin.ENCLOSURE:
        raise Refused(f"{letter_label(kind)} is an enclosure", "send it with another letter", field="enclose")
    if about.needs is None:
        return
    sections = sections_of_each(tx.conn, about.needs, letters, tx.business_date, kind, entries)
    for accounts, section in zip(abouts, sections, strict=True):
        if not section:
            number, lacks = accounts[0].number, section_label(about.needs)
            raise BadInput(f"account {number} has no {lacks}, which a {letter_label(kind).lower()} letter requires")


_WAITS: Mapping[str, str] = {
    LetterState.QUEUED: "is already queued",
    LetterState.RENDERED: "is already queued",
    LetterState.BATCHED: "is already printed and not mailed yet",
}
"""The state of an unsent letter in words; in any other state it is being e-mailed."""


def answer_request(tx: Transaction, kind: LetterName, account_id: int, *, enclose: tuple[str, ...] = ()) -> int:
    """Queue a letter that a user requested, like `answer`. Also raises Refused while an unsent one of this kind exists
    about the account: two clicks are not two letters."""
    about = sa.select(LETTER.c.id, LETTER.c.state).join(LETTER_ACCOUNT, LETTER_ACCOUNT.c.letter_id == LETTER.c.id)
    same = sa.and_(LETTER_ACCOUNT.c.account_id == account_id, LETTER_ACCOUNT.c.kind == kind)
    there = tx.conn.execute(about.where(same, sa.text(f"letter.{UNSENT}")).order_by(LETTER.c.id).limit(1)).first()
    if there is not None:
        says = _WAITS.get(there.state, "is already being e-mailed")
        raise Refused(f"{letter_label(kind)} {letter_number(there.id)} {says}", "wait until it is sent")
    return answer(tx, kind, [account_id], enclose=enclose)


def answer_together(tx: Transaction, kind: LetterName, account_ids: Sequence[int], entries: Sequence[int]) -> None:
    """Notify a guarantor of entries on their accounts in one letter. A letter of this kind that was queued today and is
    not written yet is extended; otherwise a new one is queued."""
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
    query = sa.select(ACCOUNT).order_by(ACCOUNT.c.id)
    return [row for part in batches(account_ids) for row in tx.conn.execute(query.where(in_keys(ACCOUNT.c.id, part)))]


def _people(tx: Transaction, person_ids: Sequence[int]) -> dict[int, AnyRow]:
    query = sa.select(PERSON.c.id, PERSON.c.language, PERSON.c.large_print)
    return {
        row.id: row
        for part in batches(sorted(set(person_ids)))
        for row in tx.conn.execute(query.where(in_keys(PERSON.c.id, part)))
    }


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


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to queue: its own values, and its accounts with the kind of letter for each."""

    values: Mapping[str, Any]
    spoken: Mapping[int, str]


def queue_beside(tx: Transaction, values: Mapping[str, Any], spoken: Mapping[int, str]) -> int:
    """Queue a letter outside the schedule; returns its number. It is not a step of any account.

    `values` are the letter's own; `spoken` are its accounts with the kind of letter for each.
    """
    return queue_each(tx, [NewLetter(values, spoken)])[0]


def queue_each(tx: Transaction, letters: Sequence[NewLetter]) -> list[int]:
    """The same for many letters with the same value names; returns their numbers."""
    numbers = list(tx.ids(Letter, len(letters)))
    queued = {"state": LetterState.QUEUED.value, "origin": LetterOrigin.REPLY.value, "queued_on": tx.business_date}
    numbered = list(zip(numbers, letters, strict=True))
    tx.insert(Letter, [{"id": number, **letter.values, **queued} for number, letter in numbered])
    tx.insert(
        LetterAccount,
        [
            {"letter_id": number, "step": None, "cycle": None, "account_id": key, "kind": kind}
            for number, letter in numbered
            for key, kind in letter.spoken.items()
        ],
    )
    return numbers


def _days_since(tx: Transaction, first: date | None) -> int | None:
    return None if first is None else (tx.business_date - first).days
