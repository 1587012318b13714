"""What a manager weighs at a review: payments, contacts, promises and plans of accounts, in a few queries for all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import (
    Account,
    Arrangement,
    ArrangementAccount,
    ContactAttempt,
    LedgerEntry,
    Letter,
    LetterAccount,
    Promise,
)
from models.columns import in_keys, table
from models.database import batches
from models.enums import ArrangementState, LedgerKind, PromiseState

ACCOUNT = table(Account)
ARRANGEMENT = table(Arrangement)
ARRANGEMENT_ACCOUNT = table(ArrangementAccount)
CONTACT = table(ContactAttempt)
LEDGER = table(LedgerEntry)
LETTER = table(Letter)
LETTER_ACCOUNT = table(LetterAccount)
PROMISE = table(Promise)


@dataclass(frozen=True, slots=True)
class Background:
    """Of one account: its last payment by the patient, in cents; the last letter sent about it, or conversation with
    its guarantor; how many promises were kept, of how many; and how its newest payment plan stands."""

    paid_on: date | None = None
    paid_cents: int = 0
    contact_on: date | None = None
    promises_kept: int = 0
    promises_made: int = 0
    plan: ArrangementState | None = None


def backgrounds(conn: Connection, account_ids: Sequence[int]) -> dict[int, Background]:
    """The background of each of these accounts."""
    found = {key: Background() for key in account_ids}
    for part in batches(sorted(found)):
        _payments(conn, part, found)
        _contacts(conn, part, found)
        _promises(conn, part, found)
        _plans(conn, part, found)
    return found


def _payments(conn: Connection, part: Sequence[int], found: dict[int, Background]) -> None:
    query = sa.select(LEDGER.c.account_id, LEDGER.c.posted_on, LEDGER.c.amount_cents)
    paid = (LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value, LEDGER.c.amount_cents < 0)
    query = query.where(in_keys(LEDGER.c.account_id, part), *paid).order_by(LEDGER.c.posted_on, LEDGER.c.id)
    for key, on, cents in conn.execute(query):
        found[key] = replace(found[key], paid_on=on, paid_cents=-cents)


def _contacts(conn: Connection, part: Sequence[int], found: dict[int, Background]) -> None:
    sent = (
        sa.select(LETTER_ACCOUNT.c.account_id, sa.func.max(LETTER.c.sent_on))
        .join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id)
        .where(in_keys(LETTER_ACCOUNT.c.account_id, part), LETTER.c.sent_on.is_not(None))
        .group_by(LETTER_ACCOUNT.c.account_id)
    )
    same = sa.and_(CONTACT.c.guarantor_id == ACCOUNT.c.guarantor_id, CONTACT.c.creditor_id == ACCOUNT.c.creditor_id)
    talked = (
        sa.select(ACCOUNT.c.id, sa.func.max(CONTACT.c.made_on))
        .join(CONTACT, same)
        .where(in_keys(ACCOUNT.c.id, part), CONTACT.c.talked)
        .group_by(ACCOUNT.c.id)
    )
    for query in (sent, talked):
        for key, on in conn.execute(query):
            before = found[key].contact_on
            found[key] = replace(found[key], contact_on=on if before is None else max(before, on))


def _promises(conn: Connection, part: Sequence[int], found: dict[int, Background]) -> None:
    same = sa.and_(PROMISE.c.guarantor_id == ACCOUNT.c.guarantor_id, PROMISE.c.creditor_id == ACCOUNT.c.creditor_id)
    query = (
        sa.select(ACCOUNT.c.id, PROMISE.c.state, sa.func.count())
        .join(PROMISE, same)
        .where(
            in_keys(ACCOUNT.c.id, part),
            PROMISE.c.state.not_in((PromiseState.REPLACED.value, PromiseState.WITHDRAWN.value)),
        )
        .group_by(ACCOUNT.c.id, PROMISE.c.state)
    )
    for key, state, count in conn.execute(query):
        one = found[key]
        kept = count if state == PromiseState.KEPT.value else 0
        found[key] = replace(one, promises_kept=one.promises_kept + kept, promises_made=one.promises_made + count)


def _plans(conn: Connection, part: Sequence[int], found: dict[int, Background]) -> None:
    query = (
        sa.select(ARRANGEMENT_ACCOUNT.c.account_id, ARRANGEMENT.c.state)
        .join(ARRANGEMENT, ARRANGEMENT.c.id == ARRANGEMENT_ACCOUNT.c.arrangement_id)
        .where(in_keys(ARRANGEMENT_ACCOUNT.c.account_id, part))
        .order_by(ARRANGEMENT.c.id)
    )
    for key, state in conn.execute(query):
        found[key] = replace(found[key], plan=ArrangementState(state))
