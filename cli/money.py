"""Commands of money: payments, reversals, transfers, settlement offers and refunds."""

from typing import Annotated

import typer

from cli.output import (
    BusinessDate,
    Json,
    business_date,
    cents,
    err,
    open_practice,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import user
from cli.view_log import saw_accounts
from flows.accounts.queries import account_row
from flows.arrangements.settlements import commands as settlements
from flows.arrangements.settlements.queries import list_settlements
from flows.calls.queries import numbers_of
from flows.ledger.payments import Payment, take_back, take_payment
from flows.ledger.refunds import commands as refunds
from flows.ledger.refunds.queries import list_refunds
from flows.ledger.transfer import transfer
from models.enums import LedgerKind, Payee
from models.values import dollars

settlement = typer.Typer(help="Settling for less.", no_args_is_help=True)
refund = typer.Typer(help="Giving back what is owed.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(help="Its number.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the history.")]
State = Annotated[str | None, typer.Option("--state", help="Those in one state.")]


@refusals
def pay(
    number: Annotated[str, typer.Argument(help="The account.")],
    amount: Annotated[str, typer.Option("--amount", help="Dollars, such as 50.00.")],
    ref: Annotated[str, typer.Option("--ref", help="The payment's own number; posted once per amount and day.")],
    date: BusinessDate = None,
    method: Annotated[str | None, typer.Option("--method")] = None,
    part: Annotated[
        bool, typer.Option("--part", help="The check pays other accounts of the guarantor too, under this number.")
    ] = False,
    same_number: Annotated[
        bool, typer.Option("--same-number", help="Another guarantor's check has the same number.")
    ] = False,
    trace: Annotated[str | None, typer.Option("--trace", help="The bank's or payer's own number of it.")] = None,
    json: Json = False,
) -> None:
    """Post a patient's payment."""
    today = business_date(date)
    paid = cents(amount) or 0
    with open_practice() as practice:
        payment = Payment(today, paid, ref, method, part=part, same_number=same_number, trace=trace)
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            done = take_payment(tx, account_row(tx.conn, number), payment)
        with practice.database.reading() as conn:
            after = account_row(conn, number)
    kind = LedgerKind.PATIENT_PAYMENT.value
    result = {
        "number": number,
        "entry": {"posted_on": today, "kind": kind, "amount_cents": -paid, "reference": ref},
        "already_posted": done.entry is None,
        "possible_duplicate_of": None if done.like is None else done.like.paid_on,
        "balance_cents": after.balance_cents,
        "settled": after.balance_cents <= 0,
    }
    if json:
        say_json(result)
    elif done.entry is not None:
        say_table("Posted", [result], ("number", "balance_cents", "settled"))
        if done.like is not None:
            err.print(
                f"Possible duplicate: {ref} of {dollars(paid)} was also posted for {done.like.paid_on}; a clerk "
                "has a task to compare them"
            )
    else:
        out.print(f"Payment {ref} is in the ledger already; nothing was changed")


@refusals
def pay_back(
    number: Annotated[str, typer.Argument(help="The account that the payment was posted to.")],
    ref: Annotated[str, typer.Option("--ref", help="The payment's own number.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, such as: insufficient funds.")],
    mistake: Annotated[
        bool, typer.Option("--mistake", help="It was posted by mistake: no bank returned it, and no letter says so.")
    ] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Take a payment back that the bank did not pay, such as a check that bounced."""
    today = business_date(date)
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            account = account_row(tx.conn, number)
            entries = take_back(tx, account, ref, reason, mistake=mistake)
            numbers = numbers_of(tx.conn, [entry.account_id for entry in entries])
        with practice.database.reading() as conn:
            after = account_row(conn, number)
    cents = {numbers[entry.account_id]: entry.amount_cents for entry in entries}
    paid, others = sum(cents.values()), {other: part for other, part in cents.items() if other != number}
    result = {
        "number": number,
        "entry": {
            "posted_on": today,
            "kind": LedgerKind.PATIENT_PAYMENT.value,
            "amount_cents": cents.get(number, 0),
            "reference": entries[0].reference,
        },
        "paid_cents": paid,
        "others": [{"number": other, "amount_cents": part} for other, part in others.items()],
        "balance_cents": after.balance_cents,
    }
    if json:
        say_json(result)
    else:
        also = "".join(f"; {dollars(part)} of it on account {other} too" for other, part in others.items())
        out.print(f"Payment {ref} of {dollars(paid)} is taken back{also}; {dollars(after.balance_cents)} are owed here")


@refusals
def transfer_credit(
    source: Annotated[str, typer.Argument(help="The account with the credit.")],
    target: Annotated[str, typer.Argument(help="Another account of the same guarantor and creditor.")],
    reason: Reason,
    amount: Annotated[str | None, typer.Option("--amount", help="Dollars; default: as much as is owed there.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Move a credit to another account of the same guarantor and creditor."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            moved = transfer(tx, account_row(tx.conn, source), account_row(tx.conn, target), cents(amount), reason)
        with practice.database.reading() as conn:
            after = {number: account_row(conn, number).balance_cents for number in (source, target)}
    if json:
        say_json({"from": source, "to": target, "amount_cents": moved, "balance_cents": after})
    else:
        out.print(
            f"{dollars(moved)} moved from account {source} to account {target}; {dollars(after[target])} is owed "
            f"there now, and account {source} is at {dollars(after[source])}"
        )


@settlement.command("offer")
@refusals
def offer(
    numbers: Annotated[list[str], typer.Argument(help="The accounts, all of one guarantor at one creditor.")],
    expires: Annotated[str, typer.Option("--expires", help="The last day on which it can be paid.")],
    reason: Reason,
    amount: Annotated[str | None, typer.Option("--amount", help="Dollars to be paid.")] = None,
    percent: Annotated[int | None, typer.Option("--percent", help="What part of the balance is to be paid.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Offer to take less; above the house's limit a manager must approve it."""
    day = optional_date(expires)
    assert day is not None
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        ids = tuple(account_row(tx.conn, number).id for number in numbers)
        key = settlements.offer(tx, settlements.Offer(ids, day, reason, cents(amount), percent))
    _say_settlement(key, json)


@settlement.command("approve")
@refusals
def approve(key: Id, date: BusinessDate = None, json: Json = False) -> None:
    """Approve an offer that somebody else proposed."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        settlements.approve(tx, key)
    _say_settlement(key, json)


@settlement.command("refuse")
@refusals
def refuse(key: Id, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Say no to an offer that waits for approval."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        settlements.refuse(tx, key, reason)
    _say_settlement(key, json)


@settlement.command("withdraw")
@refusals
def withdraw(key: Id, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Take an offer back; what was paid on it stays paid."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        settlements.withdraw(tx, key, reason)
    _say_settlement(key, json)


@settlement.command("list")
@refusals
def list_all(state: State = None, json: Json = False) -> None:
    """Settlements, newest first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = list_settlements(conn, state)
        saw_accounts(practice, [number for row in rows for number in row["accounts"]])
    if json:
        say_json(rows)
    else:
        columns = ("id", "state", "accounts", "owed_cents", "amount_cents", "expires_on", "proposed_by", "decided_by")
        say_table("Settlements", rows, columns)


def _say_settlement(key: int, json: bool) -> None:
    with open_practice() as practice, practice.database.reading() as conn:
        row = next(one for one in list_settlements(conn) if one["id"] == key)
    if json:
        say_json(row)
    else:
        waits = "; it waits for a manager's approval" if row["state"] == "proposed" else ""
        out.print(f"Settlement {key} is {row['state']}, until {row['expires_on']}{waits}")


@refund.command("propose")
@refusals
def propose(
    number: Annotated[str, typer.Argument(help="The account.")],
    to: Annotated[Payee | None, typer.Option("--to", help="Whose money it is (default: as the ledger says).")] = None,
    amount: Annotated[str | None, typer.Option("--amount", help="Dollars (default: all that is owed back).")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why, where the ledger does not say.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Propose to give back what is owed."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        key = refunds.propose(tx, account_row(tx.conn, number).id, refunds.Ask(to, cents(amount), reason))
    _say_refund(key, json)


@refund.command("approve")
@refusals
def approve_refund(key: Id, date: BusinessDate = None, json: Json = False) -> None:
    """Approve a refund that somebody else proposed."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        refunds.approve(tx, key)
    _say_refund(key, json)


@refund.command("paid")
@refusals
def refund_paid(
    key: Id,
    ref: Annotated[str, typer.Option("--ref", help="The number of the check or transfer.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Write down that an approved refund was paid out; it is then in the ledger, and the guarantor is told."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        refunds.paid(tx, key, ref)
    _say_refund(key, json)


@refund.command("cancel")
@refusals
def cancel_refund(key: Id, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Take a refund back before it is paid."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        refunds.cancel(tx, key, reason)
    _say_refund(key, json)


@refund.command("list")
@refusals
def refund_list(state: State = None, json: Json = False) -> None:
    """Refunds, newest first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = list_refunds(conn, state)
        saw_accounts(practice, [row["number"] for row in rows])
    if json:
        say_json(rows)
    else:
        columns = ("id", "number", "payee", "amount_cents", "state", "reason", "proposed_by", "decided_by", "paid_on")
        say_table("Refunds", rows, columns)


def _say_refund(key: int, json: bool) -> None:
    with open_practice() as practice, practice.database.reading() as conn:
        row = next(one for one in list_refunds(conn) if one["id"] == key)
    if json:
        say_json(row)
    else:
        say_table("Refund", [row], ("id", "number", "payee", "amount_cents", "state", "reason"))
