"""Payments that may be one payment reported twice: posted, and a clerk compares them."""

from collections.abc import Sequence
from datetime import date

from flows.accounts.happenings import NewTask, open_tasks
from flows.ledger.checks import Part
from models.columns import AnyRow
from models.database import Transaction
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import dollars

KIND = TaskKind.DUPLICATE_PAYMENT

Alike = tuple[AnyRow, str, int, date, Part]
"""An account, the number, cents and date of a payment that was posted on it, and the earlier one that is like it."""


def check_duplicates(tx: Transaction, found: Sequence[Alike]) -> None:
    """Open a clerk's task to compare posted payments with the ones that they are like."""
    open_tasks(
        tx,
        [
            NewTask(
                KIND,
                Role.CLERK,
                said(reference, cents, on, like),
                account.guarantor_id,
                account.creditor_id,
                (account.id,),
            )
            for account, reference, cents, on, like in found
        ],
    )


def said(reference: str, cents: int, on: date, like: Part) -> str:
    """The reason of the task to compare two payments."""
    if on == like.paid_on:
        return (
            f"Payment {reference} of {dollars(cents)} for {on} is in a file twice and was posted once. Compare with "
            "the bank. If they are two payments, post the second with its own reference number"
        )
    return (
        f"Payment {reference} of {dollars(cents)} was posted for {on} and for {like.paid_on}. Compare with the bank. "
        "If it is one payment, reverse one as a mistake"
    )
