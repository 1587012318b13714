"""Commands of the estate desk's daily work: facts, parties, documents, offers, attorneys, dates."""

from collections.abc import Mapping
from datetime import date as Day
from typing import Annotated

import typer

from cli.addresses import City, ZipCode
from cli.estate_view import days_left, missing_said
from cli.estates import (
    Matter,
    Role,
    SignerName,
    Source,
    SourceOn,
    estate,
    role_of,
    signer_of,
)
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
from flows.estates.attorneys import (
    add_date,
    cancel_date,
    end_referral,
    new_feed_key,
    refer,
    report_status,
    set_attorney,
)
from flows.estates.claims.offers import offer as make_offer
from flows.estates.death.death_day import correct_death
from flows.estates.death.service_decided import decide_service
from flows.estates.documents.commands import estate_desk, make_paper, paper_row, reader_of
from flows.estates.documents.compose import DocumentRequest
from flows.estates.documents.filing import file_claim, paper_went
from flows.estates.liability.release import release
from flows.estates.liability.spouse import spouse_answers
from flows.estates.matters.facts import NewFact, forget_fact, set_fact
from flows.estates.matters.numbers import read_paper_number
from flows.estates.matters.parties import NewParty, add_party, end_party
from flows.estates.matters.view import matter_view
from flows.practice import Practice
from letters.errors import UnknownKind
from letters.estate.kinds import PAPERS
from models.estate_enums import AfterDeath, Authority, DateKind, EstateFactName, PartyRole
from models.ids import MatterId, PartyId
from models.labels import label, plain
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
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        number = add_party(tx, matter, new)
    _done({"matter": matter, "party": number}, f"Party {number} added", json)


@estate.command("party-end")
@refusals
def party_end(
    number: Annotated[int, typer.Argument(help="The party's number.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """End a party's role in the matter."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        end_party(tx, PartyId(number))
    _done({"party": number}, f"Role of party {number} ended", json)


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
    _done(result, f"Document {made.number} created: {made.file}", json)


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
    _done(
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
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        make_offer(tx, matter, cents(amount) or 0, date_from_iso(until), role_of(role))
    _done(
        {"matter": matter, "until": until},
        f"Offer open until {until}. Next: create the document (`pastdue estate paper`)",
        json,
    )


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
    }
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        set_attorney(tx, code, values)
        key = new_feed_key(tx, code) if feed_key else None
    said = f"Attorney {code} saved" + (f"; calendar key, shown only once: {key}" if key else "")
    _done({"attorney": code, "feed_key": key}, said, json)


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
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        if end is not None:
            end_referral(tx, matter, end)
        else:
            refer(tx, matter, code or "", asked, cents(budget) or 0, fee, role_of(role), why)
    _done({"matter": matter, "attorney": code}, "Referral ended" if end else f"Referred to {code}", json)


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
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        report_status(tx, matter, code, says)
    _done({"matter": matter, "status": says}, "Status report recorded", json)


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
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        key = add_date(tx, matter, kind, date_from_iso(on), at, place, note)
    _done({"matter": matter, "date": key}, f"{label(kind)} on {on} added to the calendar", json)


@estate.command("date-off")
@refusals
def date_off(
    number: Annotated[int, typer.Argument(help="The number of the date.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Remove a date from the calendar."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        cancel_date(tx, number)
    _done({"date": number}, "Date removed from the calendar", json)


@estate.command("release")
@refusals
def release_account(
    matter: Matter,
    number: Annotated[str, typer.Argument(help="The account of the living guarantor.")],
    why: Annotated[str, typer.Option("--why", help="The basis of the guarantor's responsibility.")],
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Release an account to its living guarantor: it leaves the matter, and its schedule resumes."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        release(tx, matter, number, why, role_of(role))
    _done({"matter": matter, "account": number}, f"Account {number} released from the matter", json)


@estate.command("spouse")
@refusals
def spouse(
    matter: Matter,
    participant: Annotated[int, typer.Option("--participant", help="The surviving spouse's party number.")],
    why: Annotated[str, typer.Option("--why", help="The basis of responsibility, such as counsel's memo.")],
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Make a surviving spouse responsible from today, where state law provides it and counsel approved it."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        numbers = spouse_answers(tx, matter, PartyId(participant), why, role_of(role))
    result = {"matter": matter, "participant": participant, "accounts": numbers}
    _done(result, f"From today the spouse is responsible for {', '.join(numbers)}; a statement is sent first", json)


@estate.command("papers")
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


def _done(value: Mapping[str, object], sentence: str, json: bool) -> None:
    if json:
        say_json(dict(value))
    else:
        out.print(sentence)
