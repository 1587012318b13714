"""The API for reported insurance and reversed payments."""

from typing import Annotated

from fastapi import Depends, Path

from flows.accounts.queries import account_row
from flows.calls.queries import numbers_of
from flows.insurance.commands import answered, bill, not_in_force, report_insurance
from flows.insurance.decide import ReportedInsurance
from flows.insurance.queries import coverage_row, coverages_of
from flows.ledger.payments import take_back
from flows.reports.account import insurance_line
from flows.reports.person import account_by_id
from flows.users.view_log import View
from models.database import Transaction
from web.api import values
from web.api.accounts import AccountNumber
from web.api.door import Call, Key
from web.auth.rights import Right

InsuranceNumber = Annotated[int, Path(ge=1, le=2**53, description="The insurance's number.")]


def insurance(number: AccountNumber, call: Annotated[Call, Depends(Key(Right.SEE_ACCOUNTS))]) -> list[values.Anything]:
    """Insurance on file for an account, newest first."""
    with call.reading() as conn:
        row = account_row(conn, number)
        found = coverages_of(conn, [row.id])
    call.saw([View(row.guarantor_id, row.id)], "insurance")
    return [insurance_line(one) for one in found]


def name_insurance(
    number: AccountNumber, told: values.InsuranceIn, call: Annotated[Call, Depends(Key(Right.CHANGE_CONTACT))]
) -> values.InsuranceOut:
    """Add insurance: the account is on hold and a clerk bills it. The same policy is saved only once."""
    said = ReportedInsurance(told.payer, told.payer_class, told.member_id, told.source, told.group_number, told.holder)
    with call.transaction() as tx:
        row = account_row(tx.conn, number)
        fresh = report_insurance(tx, [row.id], said)
    return values.InsuranceOut(insurance=fresh[0] if fresh else None, already_known=not fresh)


def change_insurance(
    key: InsuranceNumber, new: values.InsuranceChange, call: Annotated[Call, Depends(Key(Right.POST_PAYMENTS))]
) -> values.InsuranceNow:
    """Record that the insurance was billed, has decided, or does not cover the account."""
    with call.transaction() as tx:
        match new.state:
            case "billed":
                bill(tx, key, new.on or call.today)
            case "answered":
                answered(tx, key, new.says)
            case "not_in_force":
                not_in_force(tx, key, new.says)
        return _now(tx, key)


def _now(tx: Transaction, key: int) -> values.InsuranceNow:
    row = coverage_row(tx.conn, key)
    account = account_by_id(tx.conn, row.account_id)
    return values.InsuranceNow(insurance=key, state=row.state, number=account.number, payer_class=account.payer_class)


def payment_back(
    number: AccountNumber, back: values.PaymentBack, call: Annotated[Call, Depends(Key(Right.POST_PAYMENTS))]
) -> list[values.BackOut]:
    """Reverse a whole payment that the bank returned. The accounts it paid are open again."""
    with call.transaction() as tx:
        entries = take_back(tx, account_row(tx.conn, number), back.reference, back.reason, mistake=back.mistake)
        numbers = numbers_of(tx.conn, [entry.account_id for entry in entries])
    return [values.BackOut(number=numbers[one.account_id], amount_cents=one.amount_cents) for one in entries]


ROUTES = (
    ("/accounts/{number}/insurance", insurance, "GET"),
    ("/accounts/{number}/insurance", name_insurance, "POST"),
    ("/insurance/{key}", change_insurance, "POST"),
    ("/accounts/{number}/payments/back", payment_back, "POST"),
)
