"""What preceded a payment: the last step of the schedule, the last letter, the last conversation.

Each is the newest one on or before the day of the payment; it says what came before, not what caused it.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from models import ContactAttempt, Letter, LetterAccount, LetterTemplate, StepTaken
from models.columns import table
from models.enums import LetterState, StepOutcome
from models.sql_functions import before_mark

CONTACT = table(ContactAttempt)
LETTER = table(Letter)
LETTER_ACCOUNT = table(LetterAccount)
STEP = table(StepTaken)
TEMPLATE = table(LetterTemplate)

SENT = (LetterState.MAILED.value, LetterState.EMAILED.value, LetterState.RETURNED.value)

METHODS: Mapping[str, tuple[str, ...]] = {
    "card": ("card", "credit", "debit", "visa", "mastercard"),
    "ach": ("ach", "eft", "e-check", "echeck"),
    "check": ("check", "money order"),
    "cash": ("cash",),
    "online": ("online", "portal", "web"),
    "text": ("text", "sms"),
    "phone": ("phone", "ivr"),
    "lockbox": ("lockbox",),
}
"""The words for a method at the end of a payment's reference, by the method; card stands before online card."""


def payment_method(reference: sa.ColumnElement[str], source: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """How a payment was made, by the last word of its reference; NULL: not recorded."""
    word = sa.func.lower(reference)
    cases = [(word.like(f"%{one}"), method) for method, words in METHODS.items() for one in words]
    return sa.case((source.like("agency:%"), "agency"), *cases, else_=sa.null())


def step_before(account_id: sa.ColumnElement[int], on: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The last step of the schedule that was done before a payment; NULL: none."""
    return (
        sa.select(before_mark(STEP.c.step, "#"))
        .where(STEP.c.account_id == account_id, STEP.c.on <= on, STEP.c.outcome == StepOutcome.DONE.value)
        .order_by(STEP.c.on.desc(), STEP.c.step)
        .limit(1)
        .scalar_subquery()
    )


def letter_before(
    account_id: sa.ColumnElement[int], on: sa.ColumnElement[Any], what: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """Something of the last letter that was sent before a payment; NULL: none."""
    return (
        sa.select(what)
        .select_from(LETTER_ACCOUNT.join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id))
        .where(LETTER_ACCOUNT.c.account_id == account_id, LETTER.c.sent_on <= on, LETTER.c.state.in_(SENT))
        .order_by(LETTER.c.sent_on.desc(), LETTER.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def template_version() -> sa.ColumnElement[str]:
    """The version of the practice's own template that a letter was written with; `shipped` if it was not its own."""
    version = (
        sa.select(sa.cast(sa.func.max(TEMPLATE.c.version), sa.String))
        .where(TEMPLATE.c.digest == LETTER.c.template_digest)
        .scalar_subquery()
    )
    return LETTER.c.kind + sa.literal(" ") + sa.func.coalesce(version, "shipped")


def talked_before(
    guarantor_id: sa.ColumnElement[int], on: sa.ColumnElement[Any], what: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """Something of the last conversation with a guarantor before a payment; NULL: none."""
    return (
        sa.select(what)
        .where(CONTACT.c.guarantor_id == guarantor_id, CONTACT.c.made_on <= on, CONTACT.c.talked.is_(True))
        .order_by(CONTACT.c.made_on.desc(), CONTACT.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
