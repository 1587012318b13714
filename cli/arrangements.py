"""Commands for payment by instalments: what can be agreed, agreeing, changing, ending."""

from datetime import date as Date
from typing import Annotated, TypedDict

import typer

from cli.output import (
    BusinessDate,
    Json,
    business_date,
    cents,
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
from flows.arrangements.commands import Ask, cancel, create, move, offer, quote, skip
from flows.arrangements.law import Signing
from flows.arrangements.plan import Plan, PlanRequest
from flows.arrangements.queries import arrangement_view, list_arrangements
from flows.calls.commands import CallResult, record_call_result
from flows.practice import Practice
from models.clock import system_clock
from models.values import utc_text

arrangement = typer.Typer(help="Payment by instalments.", no_args_is_help=True)

Numbers = Annotated[list[str], typer.Argument(help="The accounts, all of one guarantor at one creditor.")]
Id = Annotated[int, typer.Argument(help="The arrangement's number.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the history.")]
Monthly = Annotated[str | None, typer.Option("--amount", "--monthly", help="Dollars of each payment.")]
Count = Annotated[int | None, typer.Option("--payments", "--months", help="How many payments.")]
First = Annotated[str | None, typer.Option("--first", help="The day of the first payment.")]
Day = Annotated[int | None, typer.Option("--day", help="The day of the month; 31 is its last.")]
Down = Annotated[str | None, typer.Option("--down", help="Dollars paid at the start.")]
TermsName = Annotated[str | None, typer.Option("--terms", help="The terms, as the schedule names them.")]
Income = Annotated[str | None, typer.Option("--monthly-income", help="Dollars of household income, if it was told.")]


def _wish(
    amount: str | None, payments: int | None, first: str | None, day: int | None, down: str | None
) -> PlanRequest:
    return PlanRequest(cents(amount), payments, optional_date(first), day, cents(down))


class Payment(TypedDict):
    """A payment of a plan."""

    number: int
    due_on: Date
    amount_cents: int


def _payments(plan: Plan) -> list[Payment]:
    return [{"number": one.number, "due_on": one.due_on, "amount_cents": one.amount_cents} for one in plan.payments]


@arrangement.command("quote")
@refusals
def quote_plans(
    numbers: Numbers,
    amount: Monthly = None,
    payments: Count = None,
    first: First = None,
    day: Day = None,
    down: Down = None,
    terms: TermsName = None,
    income: Income = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Up to three plans to read out: a quick one, the longest, one between; what the person named comes first."""
    with open_practice() as practice, practice.database.reading() as conn:
        ids = tuple(account_row(conn, number).id for number in numbers)
        ask = Ask(ids, _wish(amount, payments, first, day, down), terms, Signing(cents(income)))
        found = quote(conn, ask, business_date(date))
    options = [
        {
            "say": plan.said(),
            "payments": len(plan.instalments),
            "amount_cents": plan.amount_cents,
            "down_payment_cents": plan.down_cents,
            "regulation_z": plan.large,
            "instalments": _payments(plan),
            "total_cents": plan.total_cents,
        }
        for plan in found.plans
    ]
    if json:
        first_option = options[0]
        say_json(
            {
                "id": None,
                "instalments": first_option["instalments"],
                "total_cents": found.total_cents,
                "terms": found.terms.name,
                "options": options,
            }
        )
        return
    for place, option in enumerate(options, 1):
        out.print(f"{place}. {option['say']}{'  (Regulation Z)' if option['regulation_z'] else ''}")


@arrangement.command("create")
@refusals
def create_arrangement(
    numbers: Numbers,
    amount: Monthly = None,
    payments: Count = None,
    first: First = None,
    day: Day = None,
    down: Down = None,
    terms: TermsName = None,
    income: Income = None,
    autopay: Annotated[
        str | None, typer.Option("--autopay", help="The processor's reference of a mandate; never a card number.")
    ] = None,
    authorised: Annotated[
        bool, typer.Option("--debit-authorised", help="The guarantor signed for recurring debits and has a copy.")
    ] = False,
    task: Annotated[
        int | None, typer.Option("--task", help="The call in which it was agreed; it is then done.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Agree on instalments: the accounts leave the schedule's way, and the confirmation is queued."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            ids = tuple(account_row(tx.conn, number).id for number in numbers)
            if task is not None:
                record_call_result(tx, task, CallResult("arrangement", utc_text(system_clock())))
            signing = Signing(cents(income), debit_authorised=authorised)
            key = create(tx, Ask(ids, _wish(amount, payments, first, day, down), terms, signing, autopay))
        _say(practice, key, json)


@arrangement.command("show")
@refusals
def show(key: Id, json: Json = False) -> None:
    """One arrangement with its payments."""
    with open_practice() as practice:
        _say(practice, key, json)


@arrangement.command("list")
@refusals
def list_all(
    state: Annotated[str | None, typer.Option("--state", help="active, completed, broken or cancelled.")] = None,
    account: Annotated[str | None, typer.Option("--account", help="Those over one account.")] = None,
    json: Json = False,
) -> None:
    """Arrangements, newest first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = list_arrangements(conn, state, account)
        saw_accounts(practice, [number for row in rows for number in row["accounts"]])
    if json:
        say_json(rows)
    else:
        columns = ("id", "state", "accounts", "total_cents", "paid_cents", "open_cents", "missed_cents", "made_by")
        say_table("Arrangements", rows, columns)


@arrangement.command("cancel")
@refusals
def cancel_arrangement(key: Id, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """End an arrangement; its accounts go on where they stood."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            cancel(tx, key, reason)
        _say(practice, key, json)


@arrangement.command("skip")
@refusals
def skip_payment(
    key: Id,
    payment: Annotated[int, typer.Argument(help="Which payment.")],
    reason: Reason,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Let a payment go for now; it comes at the end instead."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            skip(tx, key, payment, reason)
        _say(practice, key, json)


@arrangement.command("move")
@refusals
def move_payment(
    key: Id,
    payment: Annotated[int, typer.Argument(help="Which payment.")],
    to: Annotated[str, typer.Option("--to", help="Its new day.")],
    reason: Reason,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Give a payment another day."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            day = optional_date(to)
            assert day is not None
            move(tx, key, payment, day, reason)
        _say(practice, key, json)


@arrangement.command("offer")
@refusals
def offer_by_letter(numbers: Numbers, date: BusinessDate = None, json: Json = False) -> None:
    """Queue a letter that offers three plans."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        letter = offer(tx, [account_row(tx.conn, number).id for number in numbers])
    if json:
        say_json({"letter": letter})
    else:
        out.print(f"Letter {letter} is queued; it is written with the letters of the day")


def _say(practice: Practice, key: int, json: bool) -> None:
    with practice.database.reading() as conn:
        view = arrangement_view(conn, key)
    if json:
        say_json(view)
        return
    out.print(
        f"Arrangement {key}: {view['state']}, accounts {', '.join(view['accounts'])}"
        f"{', Regulation Z disclosed' if view['regulation_z'] else ''}"
    )
    say_table("Payments", view["instalments"], ("number", "due_on", "amount_cents", "paid_cents", "state"))
