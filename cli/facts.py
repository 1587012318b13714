"""Commands that record what the law asks about an account: notices, screenings, and the rest."""

from typing import Annotated

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
)
from cli.setup import user
from flows.accounts.facts.commands import record_for_class
from flows.accounts.queries import account_row
from flows.agency_handoff import commands
from models.enums import FactName, PayerClass

Number = Annotated[str, typer.Argument(help="The account.")]


@refusals
def fact(
    number: Number,
    name: Annotated[FactName, typer.Argument(help="What happened.")],
    source: Annotated[str, typer.Option("--source", help="Where it is written, or who said it.")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="The fact is wrong; remove it.")] = False,
    on: Annotated[str | None, typer.Option("--on", help="The day it came about (default: the business date).")] = None,
    amount: Annotated[str | None, typer.Option("--amount", help="Its number: dollars, or percent of fpl.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Record what the law asks of an account and a person or a paper says: a screening, a notice, how a bill stands."""
    day = business_date(date)
    since = optional_date(on) or day
    with open_practice() as practice, practice.database.transaction(actor=user(), business_date=day) as tx:
        commands.record_fact(
            tx,
            account_row(tx.conn, number),
            name,
            source,
            there=not clear,
            on=since,
            amount_cents=None if clear else cents(amount),
        )
    if json:
        say_json({"account": number, "fact": name.value, "on": None if clear else since, "amount_cents": cents(amount)})
    else:
        out.print(f"{number}: {name.value.replace('_', ' ')} {'taken back' if clear else f'on {since}'}")


@refusals
def fact_all(
    payer_class: Annotated[PayerClass, typer.Argument(help="The payer class.")],
    name: Annotated[FactName, typer.Argument(help="What is so of all of them.")],
    source: Annotated[str, typer.Option("--source", help="Where it is written, or who said it.")],
    clear: Annotated[bool, typer.Option("--clear", help="The fact is wrong; remove it.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Record a fact of every account of a payer class on which something is owed, each in its history."""
    day = business_date(date)
    with open_practice() as practice, practice.database.transaction(actor=user(), business_date=day) as tx:
        changed = record_for_class(tx, payer_class, name, source, there=not clear)
    if json:
        on = None if clear else day
        say_json({"payer_class": payer_class.value, "fact": name.value, "on": on, "accounts": len(changed)})
    else:
        what = f"{name.value.replace('_', ' ')} {'taken back' if clear else f'on {day}'}"
        out.print(f"{len(changed)} {payer_class.value.replace('_', ' ')} accounts: {what}")
