"""Commands of money: payments, reversals, transfers, settlement offers and refunds."""

from typing import Annotated

import typer

from cli.output import (
    ACCOUNT,
    BusinessDate,
    Json,
    business_date,
    cents,
    err,
    labels,
    open_practice,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import changing, user
from cli.view_log import saw_accounts
from flows.accounts.queries import account_row
from flows.arrangements.settlements import commands as settlements
from flows.arrangements.settlements.queries import list_settlements
from flows.calls.queries import numbers_of
from flows.ledger.payments import Payment, take_back, take_payment
from flows.ledger.refunds import commands as refunds
from flows.ledger.refunds.queries import list_refunds
from flows.ledger.transfer import transfer
from models.enums import LedgerKind, Payee, RefundState, SettlementState
from models.labels import label_of
from models.values import dollars

REFUND = {"payee": labels(Payee), "state": labels(RefundState)}
PAID = {**ACCOUNT, "settled": "Paid in full"}

settlement = typer.Typer(help="Offer, approve and list settlements.", no_args_is_help=True)
refund = typer.Typer(help="Propose, approve and pay refunds.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(help="The number from the list.")]
Reason = Annotated[str, typer.Option("--reason", help="The reason, for the history.")]


@refusals
def pay(
    number: Annotated[str, typer.Argument(help="The account number.")],
    amount: Annotated[str, typer.Option("--amount", help="The amount in dollars, such as 50.00.")],
    ref: Annotated[
        str, typer.Option("--ref", help="The payment's reference number. It is posted once per amount and date.")
    ],
    date: BusinessDate = None,
    method: Annotated[str | None, typer.Option("--method")] = None,
    part: Annotated[
        bool,
        typer.Option(
            "--part", help="The check also pays other accounts of the guarantor, under the same reference number."
        ),
    ] = False,
    same_number: Annotated[
        bool, typer.Option("--same-number", help="Another guarantor's check has the same reference number.")
    ] = False,
    trace: Annotated[str | None, typer.Option("--trace", help="The bank's or payer's trace number.")] = None,
    json: Json = False,
) -> None:
    """Post a patient payment to an account."""
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
        say_table("Payment posted", [result], ("number", "balance_cents", "settled"), heads=PAID)
        if done.like is not None:
            err.print(
                f"Possible duplicate: {ref} of {dollars(paid)} was also posted on {done.like.paid_on}. A task for a "
                "clerk to compare them was created"
            )
    else:
        out.print(f"Payment {ref} is already posted; nothing changed")


@refusals
def reverse_payment(
    number: Annotated[str, typer.Argument(help="The account to which the payment was posted.")],
    ref: Annotated[str, typer.Option("--ref", help="The payment's reference number.")],
    reason: Annotated[str, typer.Option("--reason", help="The reason, such as: insufficient funds.")],
    mistake: Annotated[
        bool, typer.Option("--mistake", help="Posting error, not a returned payment: no returned check letter is sent.")
    ] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Reverse a payment that the bank returned, such as an NSF check, or a posting error."""
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
        also = "".join(f"; {dollars(part)} of it on account {other}" for other, part in others.items())
        out.print(
            f"Payment {ref} of {dollars(paid)} reversed{also}. Balance of {number}: {dollars(after.balance_cents)}"
        )


@refusals
def transfer_credit(
    source: Annotated[str, typer.Argument(help="The account with the credit.")],
    target: Annotated[str, typer.Argument(help="Another account of the same guarantor and creditor.")],
    reason: Reason,
    amount: Annotated[
        str | None,
        typer.Option("--amount", help="The amount in dollars (default: up to the balance of the other account)."),
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Transfer a credit to another account of the same guarantor and creditor."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            moved = transfer(tx, account_row(tx.conn, source), account_row(tx.conn, target), cents(amount), reason)
        with practice.database.reading() as conn:
            after = {number: account_row(conn, number).balance_cents for number in (source, target)}
    if json:
        say_json({"from": source, "to": target, "amount_cents": moved, "balance_cents": after})
    else:
        out.print(
            f"{dollars(moved)} transferred from account {source} to account {target}. New balances: "
            f"{target} {dollars(after[target])}, {source} {dollars(after[source])}"
        )


@settlement.command("offer")
@refusals
def offer(
    numbers: Annotated[list[str], typer.Argument(help="Account numbers, all of one guarantor at one creditor.")],
    expires: Annotated[str, typer.Option("--expires", help="The last day to pay.")],
    reason: Reason,
    amount: Annotated[str | None, typer.Option("--amount", help="The settlement amount in dollars.")] = None,
    percent: Annotated[
        int | None, typer.Option("--percent", help="The settlement amount as a percentage of the balance.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Make a settlement offer. A discount above the practice's limit requires a manager's approval."""
    day = optional_date(expires)
    assert day is not None
    with changing(date) as tx:
        ids = tuple(account_row(tx.conn, number).id for number in numbers)
        key = settlements.offer(tx, settlements.Offer(ids, day, reason, cents(amount), percent))
    _say_settlement(key, json)


@settlement.command("approve")
@refusals
def approve(key: Id, date: BusinessDate = None, json: Json = False) -> None:
    """Approve a settlement offer proposed by another user."""
    with changing(date) as tx:
        settlements.approve(tx, key)
    _say_settlement(key, json)


@settlement.command("refuse")
@refusals
def refuse(key: Id, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Decline a settlement offer that is pending approval."""
    with changing(date) as tx:
        settlements.refuse(tx, key, reason)
    _say_settlement(key, json)


@settlement.command("withdraw")
@refusals
def withdraw(key: Id, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Withdraw a settlement offer. Payments on it stay posted."""
    with changing(date) as tx:
        settlements.withdraw(tx, key, reason)
    _say_settlement(key, json)


@settlement.command("list")
@refusals
def list_all(
    state: Annotated[SettlementState | None, typer.Option("--state", help="Only those in one state.")] = None,
    json: Json = False,
) -> None:
    """List settlements, newest first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = list_settlements(conn, state)
        saw_accounts(practice, [number for row in rows for number in row["accounts"]])
    if json:
        say_json(rows)
    else:
        columns = ("id", "state", "accounts", "owed_cents", "amount_cents", "expires_on", "proposed_by", "decided_by")
        say_table("Settlements", rows, columns, {"state": labels(SettlementState)})


def _say_settlement(key: int, json: bool) -> None:
    with open_practice() as practice, practice.database.reading() as conn:
        row = next(one for one in list_settlements(conn) if one["id"] == key)
    if json:
        say_json(row)
    else:
        state = label_of(SettlementState, row["state"])
        out.print(f"Settlement {key}: {state}. Last day to pay {row['expires_on']}")


@refund.command("propose")
@refusals
def propose(
    number: Annotated[str, typer.Argument(help="The account number.")],
    to: Annotated[Payee | None, typer.Option("--to", help="Owed to (default: by the ledger).")] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", help="The amount in dollars (default: the whole credit balance).")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="The reason, if the ledger does not show it.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Propose a refund of a credit balance."""
    with changing(date) as tx:
        key = refunds.propose(tx, account_row(tx.conn, number).id, refunds.Ask(to, cents(amount), reason))
    _say_refund(key, json)


@refund.command("approve")
@refusals
def approve_refund(key: Id, date: BusinessDate = None, json: Json = False) -> None:
    """Approve a refund proposed by another user."""
    with changing(date) as tx:
        refunds.approve(tx, key)
    _say_refund(key, json)


@refund.command("paid")
@refusals
def refund_paid(
    key: Id,
    ref: Annotated[str, typer.Option("--ref", help="The check or transfer number.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Mark an approved refund as paid. It is posted to the ledger, and a refund notice is queued."""
    with changing(date) as tx:
        refunds.paid(tx, key, ref)
    _say_refund(key, json)


@refund.command("cancel")
@refusals
def cancel_refund(key: Id, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Cancel a refund before it is paid."""
    with changing(date) as tx:
        refunds.cancel(tx, key, reason)
    _say_refund(key, json)


@refund.command("list")
@refusals
def refund_list(
    state: Annotated[RefundState | None, typer.Option("--state", help="Only those in one state.")] = None,
    json: Json = False,
) -> None:
    """List refunds, newest first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = list_refunds(conn, state)
        saw_accounts(practice, [row["number"] for row in rows])
    if json:
        say_json(rows)
    else:
        columns = ("id", "number", "payee", "amount_cents", "state", "reason", "proposed_by", "decided_by", "paid_on")
        say_table("Refunds", rows, columns, REFUND, ACCOUNT)


def _say_refund(key: int, json: bool) -> None:
    with open_practice() as practice, practice.database.reading() as conn:
        row = next(one for one in list_refunds(conn) if one["id"] == key)
    if json:
        say_json(row)
    else:
        say_table("Refund", [row], ("id", "number", "payee", "amount_cents", "state", "reason"), REFUND, ACCOUNT)
