"""Commands for the documents of an estate: created, sent, filed, and the offer of a settlement."""

from typing import Annotated

import typer

from cli.estate_desk import Matter, Role, SignerName, role_of, signer_of
from cli.estate_facts import estate
from cli.output import (
    BusinessDate,
    Json,
    business_date,
    cents,
    open_practice,
    optional_date,
    refusals,
    say_done,
    say_json,
    say_table,
)
from cli.setup import changing, user
from flows.estates.claims.offers import offer as make_offer
from flows.estates.documents.commands import estate_desk, make_paper, paper_row
from flows.estates.documents.compose import DocumentRequest
from flows.estates.documents.filing import file_claim, paper_went
from flows.estates.documents.recipients import reader_of
from flows.estates.matters.numbers import read_paper_number
from letters.errors import UnknownKind
from letters.estate.kinds import PAPERS
from models.ids import MatterId
from models.labels import plain
from models.values import date_from_iso


@estate.command("paper")
@refusals
def paper(
    matter: Matter,
    kind: Annotated[str, typer.Argument(help="The type of document, such as claim or condolence.")],
    to: Annotated[int | None, typer.Option("--to", help="The number of the party who receives it.")] = None,
    signer: SignerName = None,
    reason: Annotated[str, typer.Option("--reason", help="The reason stated in a withdrawal, amendment or memo.")] = "",
    changed: Annotated[str, typer.Option("--changed", help="What an amended claim changes.")] = "",
    amends: Annotated[str, typer.Option("--amends", help="The number of the claim that it amends.")] = "",
    received: Annotated[
        str | None, typer.Option("--received", help="Amount of a release in dollars (default: all received).")
    ] = None,
    fee: Annotated[str | None, typer.Option("--fee", help="The court's filing fee in dollars.")] = None,
    why: Annotated[str, typer.Option("--why", help="The reason to petition although it is not cost-effective.")] = "",
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Create a document for a matter, if the law allows it to be sent to that party."""
    today = business_date(date)
    if kind not in PAPERS:
        raise UnknownKind(f'"{kind}" is not a kind of estate document; the kinds are: {", ".join(PAPERS)}')
    receipt = (cents(received) or 0, today) if received else None
    with open_practice() as practice, practice.database.transaction(actor=user(), business_date=today) as tx:
        ask = DocumentRequest(
            kind,
            reader_of(tx.conn, to, PAPERS[kind]),
            to,
            signer_of(signer),
            reason,
            changed,
            amends,
            receipt,
            cents(fee) or 0,
            why=why,
            role=role_of(role),
        )
        made = make_paper(tx, estate_desk(practice), matter, ask)
    result = {"paper": made.number, "file": str(made.file), "sha256": made.digest}
    say_done(result, f"Document {made.number} created: {made.file}", json)


@estate.command("sent")
@refusals
def sent(
    number: Annotated[str, typer.Argument(help="The document number, such as E-000042/3.")],
    how: Annotated[str, typer.Option("--how", help="How it was sent, such as: certified mail, filed with the clerk.")],
    on: Annotated[str | None, typer.Option("--on", help="The date it was sent or filed (default: today).")] = None,
    tracking: Annotated[str, typer.Option("--tracking", help="The tracking number, or the clerk's stamp.")] = "",
    filed: Annotated[bool, typer.Option("--filed", help="Mark the claim as filed with this document.")] = False,
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Mark a document as sent or filed: date, method, proof. --filed marks the matter's claim as filed."""
    today = business_date(date)
    matter, serial = read_paper_number(number)
    day = optional_date(on) or today
    with open_practice() as practice, practice.database.transaction(actor=user(), business_date=today) as tx:
        paper = paper_row(tx.conn, MatterId(matter), serial)
        if filed:
            file_claim(tx, paper, day, how, tracking, role_of(role))
        else:
            paper_went(tx, paper, day, how, tracking)
    say_done(
        {"paper": number, "filed": filed},
        f"Document {number} marked as sent{'; claim status: Filed' if filed else ''}",
        json,
    )


@estate.command("offer")
@refusals
def offer(
    matter: Matter,
    amount: Annotated[str, typer.Option("--amount", help="The settlement amount in dollars.")],
    until: Annotated[str, typer.Option("--until", help="The last date to accept the offer.")],
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Make a settlement offer on a claim. Above the estate desk's limit, a manager must make it."""
    with changing(date) as tx:
        make_offer(tx, matter, cents(amount) or 0, date_from_iso(until), role_of(role))
    say_done(
        {"matter": matter, "until": until},
        f"Offer open until {until}. Next: create the document (`pastdue estate paper`)",
        json,
    )


@refusals
def kinds(json: Json = False) -> None:
    """List the types of estate documents, and who may receive each."""
    rows = [
        {"kind": one.name, "title": one.title, "for": [reader.value for reader in one.readers]}
        for one in PAPERS.values()
    ]
    if json:
        say_json(rows)
    else:
        say_table("Estate documents", rows, ("kind", "title", "for"), {"for": plain}, {"kind": "Type"})
