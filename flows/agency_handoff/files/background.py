"""What an agency can be sent about an account beside the usual data, if its layout has a column for it.

HIPAA's minimum necessary (45 CFR 164.502(b)): a field that the layout does not have is not read.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.files.writing import Record
from flows.agency_handoff.queries import AGENCY, PLACEMENT
from letters.kinds import LetterKind
from models import (
    Arrangement,
    ArrangementAccount,
    ContactAttempt,
    Coverage,
    LedgerEntry,
    Letter,
    LetterAccount,
    Promise,
    PromiseAccount,
)
from models.columns import AnyRow, AnySelect, in_keys, table
from models.enums import ArrangementState, LedgerKind, LetterState, PromiseState

ARRANGEMENT, ARRANGED = table(Arrangement), table(ArrangementAccount)
ATTEMPT = table(ContactAttempt)
COVERAGE = table(Coverage)
LEDGER = table(LedgerEntry)
LETTER, ABOUT = table(Letter), table(LetterAccount)
PROMISE, PROMISED = table(Promise), table(PromiseAccount)

_SENT = (LetterState.MAILED.value, LetterState.EMAILED.value, LetterState.RETURNED.value)
_CHARGED = (LedgerKind.CHARGE.value, LedgerKind.INTEREST.value, LedgerKind.OPENING.value)
_PAYMENTS = (LedgerKind.PATIENT_PAYMENT.value, LedgerKind.INSURANCE_PAYMENT.value, LedgerKind.REFUND.value)


def _account(row: AnyRow) -> tuple[int, ...]:
    return (row.account_id,)


def _guarantor(row: AnyRow) -> tuple[int, ...]:
    return (row.guarantor_id, row.creditor_id)


class _Part(NamedTuple):
    """Fields that one query reads: `counts` are numbers and amounts, zero where there is nothing; `texts` and days are
    empty there. The first column of `key` is what the query is asked for."""

    rows: Callable[[Sequence[int]], AnySelect]
    counts: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    key: Callable[[AnyRow], tuple[int, ...]] = _account


def _sum(of: sa.ColumnElement[bool], sign: int, name: str) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.sum(sa.case((of, sign * LEDGER.c.amount_cents), else_=0)), sa.BigInteger).label(name)


def _money(accounts: Sequence[int]) -> AnySelect:
    kind = LEDGER.c.kind
    charged = kind.in_(_CHARGED)
    return (
        sa.select(
            LEDGER.c.account_id,
            _sum(charged, 1, "total_charges"),
            _sum(kind == LedgerKind.INSURANCE_PAYMENT.value, -1, "insurance_paid"),
            # A refund returns what the patient paid.
            _sum(kind.in_((LedgerKind.PATIENT_PAYMENT.value, LedgerKind.REFUND.value)), -1, "patient_paid"),
            _sum(~charged & kind.not_in(_PAYMENTS), -1, "adjusted"),
        )
        .where(in_keys(LEDGER.c.account_id, accounts))
        .group_by(LEDGER.c.account_id)
    )


def _coverage(accounts: Sequence[int]) -> AnySelect:
    """In the order in which they were reported: the last one counts."""
    columns = (COVERAGE.c.account_id, COVERAGE.c.payer.label("insurer"), COVERAGE.c.member_id.label("policy_number"))
    return sa.select(*columns).where(in_keys(COVERAGE.c.account_id, accounts)).order_by(COVERAGE.c.id)


def _letters(accounts: Sequence[int]) -> AnySelect:
    on = sa.func.coalesce(LETTER.c.mailed_on, LETTER.c.sent_on)
    final = ABOUT.c.kind == LetterKind.FINAL_NOTICE.value
    return (
        sa.select(
            ABOUT.c.account_id,
            sa.func.count().label("letters_sent"),
            sa.func.max(on).label("last_letter_on"),
            sa.func.max(sa.case((final, on))).label("final_notice_on"),
        )
        .join(LETTER, LETTER.c.id == ABOUT.c.letter_id)
        .where(in_keys(ABOUT.c.account_id, accounts), LETTER.c.state.in_(_SENT))
        .group_by(ABOUT.c.account_id)
    )


def _promises(accounts: Sequence[int]) -> AnySelect:
    return (
        sa.select(PROMISED.c.account_id, sa.func.count().label("promises_broken"))
        .join(PROMISE, PROMISE.c.id == PROMISED.c.promise_id)
        .where(in_keys(PROMISED.c.account_id, accounts), PROMISE.c.state == PromiseState.BROKEN.value)
        .group_by(PROMISED.c.account_id)
    )


def _plans(accounts: Sequence[int]) -> AnySelect:
    return (
        sa.select(ARRANGED.c.account_id, sa.func.count().label("plans_broken"))
        .join(ARRANGEMENT, ARRANGEMENT.c.id == ARRANGED.c.arrangement_id)
        .where(in_keys(ARRANGED.c.account_id, accounts), ARRANGEMENT.c.state == ArrangementState.BROKEN.value)
        .group_by(ARRANGED.c.account_id)
    )


def _before(accounts: Sequence[int]) -> AnySelect:
    """The ended placements in their order: the last one counts."""
    ended = sa.and_(PLACEMENT.c.placed_on.is_not(None), PLACEMENT.c.ended_on.is_not(None))
    return (
        sa.select(PLACEMENT.c.account_id, AGENCY.c.name.label("prior_agency"))
        .join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
        .where(in_keys(PLACEMENT.c.account_id, accounts), ended)
        .order_by(PLACEMENT.c.id)
    )


def _calls(guarantors: Sequence[int]) -> AnySelect:
    ours = sa.and_(ATTEMPT.c.inbound.is_(False), ATTEMPT.c.counts.is_(True))
    return (
        sa.select(
            ATTEMPT.c.guarantor_id,
            ATTEMPT.c.creditor_id,
            sa.func.sum(sa.case((ours, 1), else_=0)).label("calls_made"),
            sa.func.max(sa.case((ATTEMPT.c.talked.is_(True), ATTEMPT.c.made_on))).label("last_talked_on"),
        )
        .where(in_keys(ATTEMPT.c.guarantor_id, guarantors))
        .group_by(ATTEMPT.c.guarantor_id, ATTEMPT.c.creditor_id)
    )


_PARTS: tuple[_Part, ...] = (
    _Part(_money, counts=("total_charges", "insurance_paid", "patient_paid", "adjusted")),
    _Part(_coverage, texts=("insurer", "policy_number")),
    _Part(_letters, counts=("letters_sent",), texts=("last_letter_on", "final_notice_on")),
    _Part(_promises, counts=("promises_broken",)),
    _Part(_plans, counts=("plans_broken",)),
    _Part(_before, texts=("prior_agency",)),
    _Part(_calls, counts=("calls_made",), texts=("last_talked_on",), key=_guarantor),
)

BACKGROUND = frozenset(name for part in _PARTS for name in (*part.counts, *part.texts))
"""The fields that are read only for a layout that has them."""


def backgrounds(conn: Connection, rows: Sequence[AnyRow], wanted: Collection[str]) -> Mapping[int, Record]:
    """The fields of `BACKGROUND` that are wanted of these placements, by placement."""
    found: dict[int, dict[str, object]] = {row.id: {} for row in rows}
    for part in _PARTS:
        names = [name for name in (*part.counts, *part.texts) if name in wanted]
        if not names:
            continue
        answers = {part.key(one): one for one in conn.execute(part.rows(sorted({part.key(row)[0] for row in rows})))}
        for row in rows:
            one = answers.get(part.key(row))
            for name in names:
                value = None if one is None else getattr(one, name)
                found[row.id][name] = 0 if value is None and name in part.counts else value
    return found
