"""Commands for what is known about an estate: its facts, the death, services after it, and its parties."""

from datetime import date as Day
from typing import Annotated

import typer

from cli.addresses import City, ZipCode
from cli.estate_desk import Matter, Role, Source, SourceOn, role_of
from cli.estate_view import days_left, missing_said
from cli.estates import estate
from cli.output import (
    BusinessDate,
    Json,
    business_date,
    open_practice,
    optional_date,
    out,
    refusals,
    say_done,
    say_json,
)
from cli.setup import changing, user
from flows.estates.death.death_day import correct_death
from flows.estates.death.service_decided import decide_service
from flows.estates.matters.facts import NewFact, forget_fact, set_fact
from flows.estates.matters.parties import NewParty, add_party, end_party
from flows.estates.matters.view import matter_view
from flows.practice import Practice
from models.estate_enums import AfterDeath, Authority, EstateFactName, PartyRole
from models.ids import MatterId, PartyId
from models.values import date_from_iso


@estate.command("fact")
@refusals
def fact(
    matter: Matter,
    name: Annotated[EstateFactName, typer.Argument(help="The name of the fact.")],
    value: Annotated[str, typer.Argument(help="A date, a word or dollars, depending on the fact.")],
    source: Source,
    source_on: SourceOn = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add a fact about the estate. The deadline is computed again."""
    today = business_date(date)
    new = NewFact(name, value, source, optional_date(source_on) or today)
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            set_fact(tx, matter, new)
        _say_day(practice, matter, today, json)


@estate.command("forget")
@refusals
def forget(
    matter: Matter,
    name: Annotated[EstateFactName, typer.Argument(help="The name of the fact.")],
    why: Annotated[str, typer.Option("--why", help="Why the fact was wrong.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Remove a fact that was wrong. It stays in the history."""
    today = business_date(date)
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            forget_fact(tx, matter, name, why)
        _say_day(practice, matter, today, json)


def _say_day(practice: Practice, matter: MatterId, today: Day, json: bool) -> None:
    with practice.database.reading() as conn:
        view = matter_view(conn, matter, today)
    if json:
        say_json(view)
        return
    if view["deadline"]:
        day = f"{view['what']} by {view['deadline']}, target {view['file_by']} ({days_left(view)})"
        out.print(f"{view['number']}: {day}: {view['because']} ({view['citation']})")
    else:
        out.print(f"{view['number']}: no deadline: {view['because']} ({view['citation'] or 'no rule'})")
    if between := missing_said(view):
        out.print(between)


@estate.command("death")
@refusals
def death(
    matter: Matter,
    on: Annotated[str, typer.Option("--on", help="The correct date of death.")],
    source: Source,
    why: Annotated[str, typer.Option("--why", help="How the error occurred.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Correct the date of death on all matters of the person. The deadlines are computed again."""
    today = business_date(date)
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            correct_death(tx, matter, date_from_iso(on), source, why)
        _say_day(practice, matter, today, json)


@estate.command("service")
@refusals
def service(
    matter: Matter,
    number: Annotated[str, typer.Argument(help="The account with a service after the date of death.")],
    decision: Annotated[
        AfterDeath, typer.Argument(help="right_date (with --from), estate_own, or not_owed (a manager writes it off).")
    ],
    why: Annotated[str, typer.Option("--why", help="The source, such as the record of the visit.")],
    first: Annotated[str | None, typer.Option("--from", help="The correct first date of service.")] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="The correct last date of service (default: the first).")
    ] = None,
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Decide a service dated after the date of death. Until then it is not in a claim."""
    today = business_date(date)
    began, ended = optional_date(first), optional_date(last)
    dates = None if began is None else (began, ended or began)
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            decide_service(tx, matter, number, decision, why, role_of(role), dates)
        _say_day(practice, matter, today, json)


@estate.command("party")
@refusals
def party(
    matter: Matter,
    role: Annotated[PartyRole, typer.Argument(help="The party's role in the matter.")],
    name: Annotated[str, typer.Option("--name")],
    source: Annotated[str, typer.Option("--source", help="The source of the party's authority.")],
    authority: Annotated[
        Authority | None, typer.Option("--authority", help="The authority under which the party acts.")
    ] = None,
    address1: Annotated[str | None, typer.Option("--address1")] = None,
    address2: Annotated[str | None, typer.Option("--address2")] = None,
    city: City = None,
    state: Annotated[str | None, typer.Option("--state")] = None,
    zip_code: ZipCode = None,
    phone: Annotated[str | None, typer.Option("--phone")] = None,
    email: Annotated[str | None, typer.Option("--email")] = None,
    asked_more: Annotated[bool, typer.Option("--asked-more", help="The party asked to receive letters again.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add a party: representative, attorney, spouse, household member, court."""
    contact = {
        "address1": address1,
        "address2": address2,
        "city": city,
        "state": state,
        "zip": zip_code,
        "phone": phone,
        "email": email,
    }
    new = NewParty(role, name, source, authority, contact, asked_more)
    with changing(date) as tx:
        number = add_party(tx, matter, new)
    say_done({"matter": matter, "party": number}, f"Party {number} added", json)


@estate.command("party-end")
@refusals
def party_end(
    number: Annotated[int, typer.Argument(help="The party's number.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """End a party's role in the matter."""
    with changing(date) as tx:
        end_party(tx, PartyId(number))
    say_done({"party": number}, f"Role of party {number} ended", json)
