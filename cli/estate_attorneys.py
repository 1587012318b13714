"""Commands for attorneys of an estate: referrals, their reports, and the calendar of the court."""

from typing import Annotated

import typer

from cli.addresses import City, ZipCode
from cli.estate_desk import Matter, Role, role_of
from cli.estate_forms import estate
from cli.output import BusinessDate, Json, cents, refusals, say_done
from cli.setup import changing
from flows.estates.attorneys import (
    add_date,
    cancel_date,
    end_referral,
    new_feed_key,
    refer,
    report_status,
    set_attorney,
)
from models.estate_enums import DateKind
from models.labels import label
from models.values import date_from_iso


@estate.command("attorney")
@refusals
def attorney(
    code: Annotated[str, typer.Argument(help="The attorney's code (a short name).")],
    name: Annotated[str | None, typer.Option("--name")] = None,
    firm: Annotated[str | None, typer.Option("--firm")] = None,
    address1: Annotated[str | None, typer.Option("--address1")] = None,
    city: City = None,
    state: Annotated[str | None, typer.Option("--state")] = None,
    zip_code: ZipCode = None,
    phone: Annotated[str | None, typer.Option("--phone")] = None,
    email: Annotated[str | None, typer.Option("--email")] = None,
    bar_number: Annotated[
        str | None, typer.Option("--bar-number", help="Their number at the bar, for captions.")
    ] = None,
    bar_state: Annotated[str | None, typer.Option("--bar-state", help="The state of that bar, such as OH.")] = None,
    feed_key: Annotated[bool, typer.Option("--feed-key", help="Create a new key for their private calendar.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add or change an attorney. A new calendar key is shown once."""
    values = {
        "name": name,
        "firm": firm,
        "address1": address1,
        "city": city,
        "state": state,
        "zip": zip_code,
        "phone": phone,
        "email": email,
        "bar_number": bar_number,
        "bar_state": bar_state,
    }
    with changing(date) as tx:
        set_attorney(tx, code, values)
        key = new_feed_key(tx, code) if feed_key else None
    said = f"Attorney {code} saved" + (f"; calendar key, shown only once: {key}" if key else "")
    say_done({"attorney": code, "feed_key": key}, said, json)


@estate.command("refer")
@refusals
def refer_matter(
    matter: Matter,
    code: Annotated[str | None, typer.Argument(help="The attorney's code.")] = None,
    asked: Annotated[str, typer.Option("--asked", help="The attorney's assignment.")] = "",
    budget: Annotated[str | None, typer.Option("--budget", help="Maximum cost in dollars.")] = None,
    fee: Annotated[str, typer.Option("--fee", help="The agreed fee.")] = "",
    end: Annotated[str | None, typer.Option("--end", help="End the referral, with the reason.")] = None,
    role: Role = None,
    why: Annotated[str, typer.Option("--why", help="The reason to refer a claim that is not worth filing.")] = "",
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Refer a matter to an attorney, or end the referral."""
    with changing(date) as tx:
        if end is not None:
            end_referral(tx, matter, end)
        else:
            refer(tx, matter, code or "", asked, cents(budget) or 0, fee, role_of(role), why)
    say_done({"matter": matter, "attorney": code}, "Referral ended" if end else f"Referred to {code}", json)


@estate.command("status")
@refusals
def status(
    matter: Matter,
    code: Annotated[str, typer.Argument(help="The code of the reporting attorney.")],
    says: Annotated[str, typer.Argument(help="The text of the report.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Record an attorney's status report."""
    with changing(date) as tx:
        report_status(tx, matter, code, says)
    say_done({"matter": matter, "status": says}, "Status report recorded", json)


@estate.command("date")
@refusals
def calendar_date(
    matter: Matter,
    kind: Annotated[DateKind, typer.Argument(help="The type of date: hearing, filing or appointment.")],
    on: Annotated[str, typer.Option("--on", help="The date.")],
    at: Annotated[str | None, typer.Option("--at", help="The court's local time, such as 09:30.")] = None,
    place: Annotated[str, typer.Option("--place")] = "",
    note: Annotated[str, typer.Option("--note")] = "",
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add a hearing, a filing or an appointment to the calendar."""
    with changing(date) as tx:
        key = add_date(tx, matter, kind, date_from_iso(on), at, place, note)
    say_done({"matter": matter, "date": key}, f"{label(kind)} on {on} added to the calendar", json)


@estate.command("date-off")
@refusals
def date_off(
    number: Annotated[int, typer.Argument(help="The number of the date.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Remove a date from the calendar."""
    with changing(date) as tx:
        cancel_date(tx, number)
    say_done({"date": number}, "Date removed from the calendar", json)
