"""The law of write-offs. Pure."""

from datetime import date

from compliance.check import check
from compliance.decisions import Block, Require
from compliance.rules import StepKind
from models.values import Columns


def write_off_refused(account: Columns, reason: str, today: date) -> str | None:
    """Why the rules forbid writing an account's balance off for a reason (in their word), with rule and citation; None
    if they do not."""
    facts = {
        "actor": "first_party",
        "account.payer_class": account.payer_class,
        "account.balance_cents": account.balance_cents,
        "account.write_off_cents": account.balance_cents,
        "account.first_bill_on": account.first_statement_on,
        "step.write_off_reason": reason,
    }
    found = check(StepKind.WRITE_OFF, facts, today)
    return f"{found.reason} ({found.rule}, {found.citation})" if isinstance(found, Block | Require) else None
