"""Commands of the estate desk's daily work: facts, participants, papers, offers, attorneys, dates."""

from collections.abc import Mapping
from datetime import date as Day
from typing import Annotated

import typer

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
from models.values import date_from_iso


@estate.command("fact")
@refusals
def fact(
    matter: Matter,
    name: Annotated[EstateFactName, typer.Argument(help="Which fact.")],
    value: Annotated[str, typer.Argument(help="A day, a word or dollars, by the fact.")],
    source: Source,
    source_on: SourceOn = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Put down what is known of the estate; the deadline is computed again."""
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
    name: Annotated[EstateFactName, typer.Argument(help="Which fact.")],
    why: Annotated[str, typer.Option("--why", help="Why it was wrong.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Take a fact back that was wrong; it stays in the history."""
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
        day = f"{view['what']} by {view['deadline']}, act by {view['file_by']} ({days_left(view)})"
        out.print(f"{view['number']}: {day}: {view['because']} ({view['citation']})")
    else:
        out.print(f"{view['number']}: no deadline: {view['because']} ({view['citation'] or 'no rule'})")
    if between := missing_said(view):
        out.print(between)


@estate.command("death")
@refusals
def death(
    matter: Matter,
    on: Annotated[str, typer.Option("--on", help="The day on which they died.")],
    source: Source,
    why: Annotated[str, typer.Option("--why", help="How the mistake came.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Correct the day of death, on all matters of the person; the deadlines are computed again."""
    today = business_date(date)
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            correct_death(tx, matter, date_from_iso(on), source, why)
        _say_day(practice, matter, today, json)


@estate.command("service")
@refusals
def service(
    matter: Matter,
    number: Annotated[str, typer.Argument(help="The account with a service after the death.")],
    decision: Annotated[
        AfterDeath, typer.Argument(help="right_date (with --from), estate_own, or not_owed (a manager writes it off).")
    ],
    why: Annotated[str, typer.Option("--why", help="How it is known, such as the record of the visit.")],
    first: Annotated[str | None, typer.Option("--from", help="The right first day of the service.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The right last day (default: the first).")] = None,
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Decide what a service dated after the day of death is; until then it is in no claim."""
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
    role: Annotated[PartyRole, typer.Argument(help="What they are in the matter.")],
    name: Annotated[str, typer.Option("--name")],
    source: Annotated[str, typer.Option("--source", help="The source of their authority.")],
    authority: Annotated[Authority | None, typer.Option("--authority", help="By what they act.")] = None,
    address1: Annotated[str | None, typer.Option("--address1")] = None,
    address2: Annotated[str | None, typer.Option("--address2")] = None,
    city: Annotated[str | None, typer.Option("--city")] = None,
    state: Annotated[str | None, typer.Option("--state")] = None,
    zip_code: Annotated[str | None, typer.Option("--zip")] = None,
    phone: Annotated[str | None, typer.Option("--phone")] = None,
    email: Annotated[str | None, typer.Option("--email")] = None,
    asked_more: Annotated[bool, typer.Option("--asked-more", help="They asked to be written to again.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Put a participant down: representative, attorney, spouse, household, court."""
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
    _done({"matter": matter, "party": number}, f"Participant {number} takes part", json)


@estate.command("party-end")
@refusals
def party_end(
    number: Annotated[int, typer.Argument(help="The participant's number.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """A participant takes part no longer."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        end_party(tx, PartyId(number))
    _done({"party": number}, f"Participant {number} takes part no longer", json)


@estate.command("paper")
@refusals
def paper(
    matter: Matter,
    kind: Annotated[str, typer.Argument(help="The kind of paper, such as claim or condolence.")],
    to: Annotated[int | None, typer.Option("--to", help="The participant that it goes to.")] = None,
    signer: SignerName = None,
    reason: Annotated[str, typer.Option("--reason", help="What a withdrawal, amendment or memo gives.")] = "",
    changed: Annotated[str, typer.Option("--changed", help="What an amended claim changes.")] = "",
    amends: Annotated[str, typer.Option("--amends", help="The number of the claim that it amends.")] = "",
    received: Annotated[
        str | None, typer.Option("--received", help="Dollars that a release is for (default: all that came).")
    ] = None,
    fee: Annotated[str | None, typer.Option("--fee", help="The court's filing fee, dollars.")] = None,
    why: Annotated[str, typer.Option("--why", help="Why to petition although it is not cost-effective.")] = "",
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Write a paper of a matter, if the law lets it go to that reader."""
    today = business_date(date)
    if kind not in PAPERS:
        raise UnknownKind(f'there is no estate paper of kind "{kind}"; the kinds are: {", ".join(PAPERS)}')
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
    _done(result, f"Paper {made.number}: {made.file}", json)


@estate.command("sent")
@refusals
def sent(
    number: Annotated[str, typer.Argument(help="The paper's number, such as E-000042/3.")],
    how: Annotated[str, typer.Option("--how", help="Such as: certified mail, filed with the clerk.")],
    on: Annotated[str | None, typer.Option("--on", help="The day it went (default: today).")] = None,
    tracking: Annotated[str, typer.Option("--tracking", help="The tracking number, or the clerk's stamp.")] = "",
    filed: Annotated[bool, typer.Option("--filed", help="It is the claim, and files the matter by this.")] = False,
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """A paper went: when, how, with what proof; with --filed it is the claim, and the matter is filed."""
    today = business_date(date)
    matter, serial = read_paper_number(number)
    day = optional_date(on) or today
    with open_practice() as practice, practice.database.transaction(actor=user(), business_date=today) as tx:
        paper = paper_row(tx.conn, MatterId(matter), serial)
        if filed:
            file_claim(tx, paper, day, how, tracking, role_of(role))
        else:
            paper_went(tx, paper, day, how, tracking)
    _done({"paper": number, "filed": filed}, f"Paper {number} went{'; the claim is filed' if filed else ''}", json)


@estate.command("offer")
@refusals
def offer(
    matter: Matter,
    amount: Annotated[str, typer.Option("--amount", help="Dollars instead of the claim.")],
    until: Annotated[str, typer.Option("--until", help="The last day to accept.")],
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Offer to settle a claim for less; above the desk's limit it is for a manager."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        make_offer(tx, matter, cents(amount) or 0, date_from_iso(until), role_of(role))
    _done({"matter": matter, "until": until}, f"The offer stands until {until}; write it (estate paper)", json)


@estate.command("attorney")
@refusals
def attorney(
    code: Annotated[str, typer.Argument(help="A short name for the attorney.")],
    name: Annotated[str | None, typer.Option("--name")] = None,
    firm: Annotated[str | None, typer.Option("--firm")] = None,
    address1: Annotated[str | None, typer.Option("--address1")] = None,
    city: Annotated[str | None, typer.Option("--city")] = None,
    state: Annotated[str | None, typer.Option("--state")] = None,
    zip_code: Annotated[str | None, typer.Option("--zip")] = None,
    phone: Annotated[str | None, typer.Option("--phone")] = None,
    email: Annotated[str | None, typer.Option("--email")] = None,
    feed_key: Annotated[bool, typer.Option("--feed-key", help="Make a new key of their private calendar.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add an attorney or change one; a new key of their calendar is told once."""
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
    said = f"Attorney {code} is known" + (f"; the key of their calendar, told this once: {key}" if key else "")
    _done({"attorney": code, "feed_key": key}, said, json)


@estate.command("refer")
@refusals
def refer_matter(
    matter: Matter,
    code: Annotated[str | None, typer.Argument(help="The attorney.")] = None,
    asked: Annotated[str, typer.Option("--asked", help="What they are asked to do.")] = "",
    budget: Annotated[str | None, typer.Option("--budget", help="Dollars at most.")] = None,
    fee: Annotated[str, typer.Option("--fee", help="The fee that was agreed.")] = "",
    end: Annotated[str | None, typer.Option("--end", help="End the referral, and why.")] = None,
    role: Role = None,
    why: Annotated[str, typer.Option("--why", help="Why it is referred though it is not worth filing.")] = "",
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Give a matter to an attorney on terms, or take it back."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        if end is not None:
            end_referral(tx, matter, end)
        else:
            refer(tx, matter, code or "", asked, cents(budget) or 0, fee, role_of(role), why)
    _done({"matter": matter, "attorney": code}, "The referral ended" if end else f"Referred to {code}", json)


@estate.command("status")
@refusals
def status(
    matter: Matter,
    code: Annotated[str, typer.Argument(help="The attorney who reports.")],
    says: Annotated[str, typer.Argument(help="What there is to report.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """What an attorney reports back."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        report_status(tx, matter, code, says)
    _done({"matter": matter, "status": says}, "Written down", json)


@estate.command("date")
@refusals
def calendar_date(
    matter: Matter,
    kind: Annotated[DateKind, typer.Argument(help="hearing, filing or appointment.")],
    on: Annotated[str, typer.Option("--on", help="The day.")],
    at: Annotated[str | None, typer.Option("--at", help="The court's local time, such as 09:30.")] = None,
    place: Annotated[str, typer.Option("--place")] = "",
    note: Annotated[str, typer.Option("--note")] = "",
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Put a hearing, a filing or an appointment on everybody's calendar."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        key = add_date(tx, matter, kind, date_from_iso(on), at, place, note)
    _done({"matter": matter, "date": key}, f"{kind.value.capitalize()} on {on} is on the calendar", json)


@estate.command("date-off")
@refusals
def date_off(
    number: Annotated[int, typer.Argument(help="The date's number.")], date: BusinessDate = None, json: Json = False
) -> None:
    """A date is off."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        cancel_date(tx, number)
    _done({"date": number}, "It is off the calendar", json)


@estate.command("release")
@refusals
def release_account(
    matter: Matter,
    number: Annotated[str, typer.Argument(help="The account whose guarantor lives.")],
    why: Annotated[str, typer.Option("--why", help="By what the guarantor answers.")],
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """The patient died and the guarantor lives: the account leaves the matter, and its schedule goes on."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        release(tx, matter, number, why, role_of(role))
    _done({"matter": matter, "account": number}, f"Account {number} left the matter", json)


@estate.command("spouse")
@refusals
def spouse(
    matter: Matter,
    participant: Annotated[int, typer.Option("--participant", help="The surviving spouse, by number.")],
    why: Annotated[str, typer.Option("--why", help="Why they answer, such as counsel's memo.")],
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """A surviving spouse answers from today, where the law of the state says so and counsel approved it."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        numbers = spouse_answers(tx, matter, PartyId(participant), why, role_of(role))
    result = {"matter": matter, "participant": participant, "accounts": numbers}
    _done(result, f"From today the spouse answers for {', '.join(numbers)}; a statement goes first", json)


@estate.command("papers")
@refusals
def kinds(json: Json = False) -> None:
    """The kinds of paper that there are, and for whom each is."""
    rows = [
        {"kind": one.name, "title": one.title, "for": [reader.value for reader in one.readers]}
        for one in PAPERS.values()
    ]
    if json:
        say_json(rows)
    else:
        say_table("Papers", rows, ("kind", "title", "for"))


def _done(value: Mapping[str, object], sentence: str, json: bool) -> None:
    if json:
        say_json(dict(value))
    else:
        out.print(sentence)
