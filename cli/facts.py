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
from models.labels import label, plain
from models.values import counted

Number = Annotated[str, typer.Argument(help="The account number.")]


@refusals
def record(
    number: Number,
    name: Annotated[FactName, typer.Argument(help="The name of the fact.")],
    source: Annotated[
        str, typer.Option("--source", help="The source: the document, or the person who reported it.")
    ] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Remove the fact because it is wrong.")] = False,
    on: Annotated[str | None, typer.Option("--on", help="The date of the fact (default: the business date).")] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", help="The fact's number: dollars, or a percentage for fpl.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Record a fact that the rules need for an account, such as a screening, a notice or the status of a bill."""
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
        out.print(f"{number}: {plain(name.value)} {'removed' if clear else f'recorded as of {since}'}")


@refusals
def record_all(
    payer_class: Annotated[PayerClass, typer.Argument(help="The coverage type (payer class).")],
    name: Annotated[FactName, typer.Argument(help="The name of the fact.")],
    source: Annotated[str, typer.Option("--source", help="The source: the document, or the person who reported it.")],
    clear: Annotated[bool, typer.Option("--clear", help="Remove the fact because it is wrong.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Record a fact on every account of a coverage type with a balance, each in its history."""
    day = business_date(date)
    with open_practice() as practice, practice.database.transaction(actor=user(), business_date=day) as tx:
        changed = record_for_class(tx, payer_class, name, source, there=not clear)
    if json:
        on = None if clear else day
        say_json({"payer_class": payer_class.value, "fact": name.value, "on": on, "accounts": len(changed)})
    else:
        what = f"{plain(name.value)} {'removed' if clear else f'recorded as of {day}'}"
        out.print(f"{label(payer_class)}, {counted(len(changed), 'account')}: {what}")
