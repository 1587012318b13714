"""Commands for payment plans: quote, create, change, cancel."""

from datetime import date as Date
from typing import Annotated, TypedDict

import typer

from cli.output import (
    BusinessDate,
    Json,
    business_date,
    cents,
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
from flows.arrangements.commands import Ask, cancel, create, move, offer, quote, skip
from flows.arrangements.law import Signing
from flows.arrangements.plan import Plan, PlanRequest
from flows.arrangements.queries import arrangement_view, list_arrangements
from flows.calls.commands import CallResult
from flows.conversations.commands import complete_call
from flows.practice import Practice
from models.clock import system_clock
from models.enums import ArrangementState, InstalmentState
from models.labels import label_of
from models.values import utc_text

arrangement = typer.Typer(help="Set up and change payment plans.", no_args_is_help=True)

Numbers = Annotated[list[str], typer.Argument(help="Account numbers, all of one guarantor at one creditor.")]
Id = Annotated[int, typer.Argument(help="The payment plan's number.")]
Reason = Annotated[str, typer.Option("--reason", help="The reason, for the history.")]
Monthly = Annotated[str | None, typer.Option("--amount", "--monthly", help="Amount of each payment in dollars.")]
Count = Annotated[int | None, typer.Option("--payments", "--months", help="Number of payments.")]
First = Annotated[str | None, typer.Option("--first", help="First due date.")]
Day = Annotated[int | None, typer.Option("--day", help="Due day of the month; 31 is the last day.")]
Down = Annotated[str | None, typer.Option("--down", help="Down payment in dollars.")]
TermsName = Annotated[str | None, typer.Option("--terms", help="The plan terms, by their name in the schedule.")]
Income = Annotated[str | None, typer.Option("--monthly-income", help="Monthly household income in dollars, if given.")]


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
    """Quote up to three payment plans: the shortest, the longest and one between. The requested plan is first."""
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
        out.print(
            f"{place}. {option['say']}{'  (Truth in Lending disclosure required)' if option['regulation_z'] else ''}"
        )


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
        str | None,
        typer.Option("--autopay", help="The processor's reference for the autopay authorization; never a card number."),
    ] = None,
    authorised: Annotated[
        bool,
        typer.Option(
            "--debit-authorised", help="The guarantor signed the authorization for recurring debits and has a copy."
        ),
    ] = False,
    task: Annotated[
        int | None, typer.Option("--task", help="The call task on which the plan was agreed; it is completed.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Set up a payment plan. Its accounts pause their schedules, and a confirmation letter is queued."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            ids = tuple(account_row(tx.conn, number).id for number in numbers)
            signing = Signing(cents(income), debit_authorised=authorised)
            ask = Ask(ids, _wish(amount, payments, first, day, down), terms, signing, autopay)
            said = CallResult("arrangement", utc_text(system_clock()))
            key = create(tx, ask) if task is None else complete_call(tx, task, said, plan=ask).plan_made
        _say(practice, key, json)


@arrangement.command("show")
@refusals
def show(key: Id, json: Json = False) -> None:
    """Show a payment plan with its payments."""
    with open_practice() as practice:
        _say(practice, key, json)


@arrangement.command("list")
@refusals
def list_all(
    state: Annotated[ArrangementState | None, typer.Option("--state", help="Plans in one state.")] = None,
    account: Annotated[str | None, typer.Option("--account", help="Plans for one account.")] = None,
    json: Json = False,
) -> None:
    """List payment plans, newest first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = list_arrangements(conn, state, account)
        saw_accounts(practice, [number for row in rows for number in row["accounts"]])
    if json:
        say_json(rows)
    else:
        columns = ("id", "state", "accounts", "total_cents", "paid_cents", "open_cents", "missed_cents", "made_by")
        say_table("Payment plans", rows, columns, {"state": labels(ArrangementState)})


@arrangement.command("cancel")
@refusals
def cancel_arrangement(key: Id, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Cancel a payment plan. Its accounts continue their schedules from the current step."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            cancel(tx, key, reason)
        _say(practice, key, json)


@arrangement.command("skip")
@refusals
def skip_payment(
    key: Id,
    payment: Annotated[int, typer.Argument(help="The number of the payment.")],
    reason: Reason,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Skip a payment. It is added at the end of the plan."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            skip(tx, key, payment, reason)
        _say(practice, key, json)


@arrangement.command("move")
@refusals
def move_payment(
    key: Id,
    payment: Annotated[int, typer.Argument(help="The number of the payment.")],
    to: Annotated[str, typer.Option("--to", help="The new due date.")],
    reason: Reason,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Change the due date of a payment."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            day = optional_date(to)
            assert day is not None
            move(tx, key, payment, day, reason)
        _say(practice, key, json)


@arrangement.command("offer")
@refusals
def offer_by_letter(numbers: Numbers, date: BusinessDate = None, json: Json = False) -> None:
    """Queue a letter that offers three payment plans."""
    with changing(date) as tx:
        letter = offer(tx, [account_row(tx.conn, number).id for number in numbers])
    if json:
        say_json({"letter": letter})
    else:
        out.print(f"Letter {letter} queued; the next daily run writes it")


def _say(practice: Practice, key: int, json: bool) -> None:
    with practice.database.reading() as conn:
        view = arrangement_view(conn, key)
    if json:
        say_json(view)
        return
    accounts = "account" if len(view["accounts"]) == 1 else "accounts"
    out.print(
        f"Payment plan {key}: {label_of(ArrangementState, view['state'])}, {accounts} {', '.join(view['accounts'])}"
        f"{', Truth in Lending disclosure sent' if view['regulation_z'] else ''}"
    )
    columns = ("number", "due_on", "amount_cents", "paid_cents", "state")
    say_table("Payments", view["instalments"], columns, {"state": labels(InstalmentState)}, {"number": "Payment"})
