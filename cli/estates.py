"""Commands of the estate desk: matters, their docket, steps and deadlines, packets and calendars."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.estate_desk import Matter, Role, SignerName, Source, SourceOn, estate, matter_key, role_of, signer_of
from cli.estate_view import deadline_view, docket_line, say_matter
from cli.output import (
    BusinessDate,
    Json,
    business_date,
    cents,
    open_practice,
    optional_date,
    out,
    refusals,
    say_done,
    say_json,
    say_known,
    say_table,
)
from cli.setup import changing, user
from cli.view_log import saw_matters
from compliance.nonclaim import EstateFacts
from compliance.nonclaim import deadline as deadline_of
from compliance.nonclaim_table import rule_of
from flows.accounts.queries import account_row
from flows.estates.attorneys import matters_of_attorney, own_referral
from flows.estates.claims.weigh import weigh
from flows.estates.deadlines.calendar import calendar_of
from flows.estates.deadlines.commands import recompute_all
from flows.estates.death.undo import undo_death
from flows.estates.documents.commands import estate_desk
from flows.estates.documents.packet import make_packet, with_pdf
from flows.estates.matters.calendar_entries import entries_of
from flows.estates.matters.decide import StepInput
from flows.estates.matters.docket import docket
from flows.estates.matters.docket_filter import UNASSIGNED, filter_from
from flows.estates.matters.opening import open_by_hand
from flows.estates.matters.ownership import assign_matters
from flows.estates.matters.queries import matter_of_account, matter_row
from flows.estates.matters.steps import take_step
from flows.estates.matters.view import matter_view
from flows.estates.payments.commands import pay
from flows.people.death import check_services, record_death
from flows.users.queries import attorney_row
from models.errors import NotFound
from models.estate_enums import DaysLeft, MatterState, WriteOffReason
from models.files import write_whole
from models.ids import MatterId
from models.labels import plain
from models.user_enums import Seen
from models.values import counted, date_from_iso, dollars

_DEADLINES = {"file_by": "Target date", "because": "Basis"}


@estate.command("open")
@refusals
def open_matter(
    number: Annotated[str, typer.Argument(help="An account of the person who died.")],
    source: Source,
    death: Annotated[str | None, typer.Option("--death", help="The date of death, if it is not on record.")] = None,
    patient: Annotated[bool, typer.Option("--patient", help="The patient died, not the guarantor.")] = False,
    sure: Annotated[bool, typer.Option("--sure", help="The date is right, although a service is later.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Open an estate matter for a person and creditor. --death also stops all activity on the person's accounts."""
    today = business_date(date)
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            account = account_row(tx.conn, number)
            person = account.patient_id if patient else account.guarantor_id
            opened: list[int] = []
            if death is not None:
                check_services(tx, person, date_from_iso(death), sure=sure)
                opened = record_death(tx, person, date_from_iso(death), source)
            if opened:
                mine = matter_of_account(tx.conn, account.id)
                key = opened[0] if mine is None else mine.id
            else:
                key = open_by_hand(tx, person, account.creditor_id, source)
        with practice.database.reading() as conn:
            view = matter_view(conn, MatterId(key), today)
    say_matter(view, json)


@estate.command("show")
@refusals
def show(
    matter: Matter,
    attorney: Annotated[
        str | None, typer.Option("--attorney", help="Show the matter only if it is referred to this attorney.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Show a matter: facts, parties, deadlines, documents, dates, accounts."""
    with open_practice() as practice, practice.database.reading() as conn:
        if attorney is not None:
            own_referral(conn, matter, attorney)
        view = matter_view(conn, matter, business_date(date))
        saw_matters(practice, [matter])
    say_matter(view, json)


@estate.command("list")
@refusals
def list_matters(
    attorney: Annotated[
        str | None, typer.Option("--attorney", help='Only matters of this attorney; "-": of none.')
    ] = None,
    paralegal: Annotated[
        str | None, typer.Option("--paralegal", help='Only matters of this paralegal (username); "-": of none.')
    ] = None,
    state: Annotated[str | None, typer.Option("--state", help="Only matters of this state, such as OH.")] = None,
    county: Annotated[str | None, typer.Option("--county", help="Only matters of this county.")] = None,
    days: Annotated[
        DaysLeft | None, typer.Option("--days", help="Only deadlines within so many days, or passed, or none.")
    ] = None,
    ended: Annotated[bool, typer.Option("--ended", help="Show closed matters too.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """List estate matters (the docket), nearest deadline first."""
    asked = {"attorney": attorney, "paralegal": paralegal, "state": state, "county": county, "days": days}
    with open_practice() as practice, practice.database.reading() as conn:
        if attorney not in (None, UNASSIGNED):
            attorney_row(conn, attorney)
        rows = docket(conn, business_date(date), filter_from(asked, ended=ended))
        saw_matters(practice, [row["matter"] for row in rows], Seen.DOCKET)
    if json:
        say_json(rows)
        return
    columns = ("matter", "target date", "basis", "state", "balance_cents", "next")
    say_table("Docket", [docket_line(row) for row in rows], columns)


@estate.command("assign")
@refusals
def assign(
    matters: Annotated[list[int], typer.Argument(help="The matter numbers, such as E-000042.", parser=matter_key)],
    to: Annotated[str | None, typer.Option("--to", help="The paralegal's username (default: no one).")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Assign matters to a paralegal. Without --to they are unassigned."""
    with changing(date) as tx:
        count = assign_matters(tx, [MatterId(key) for key in matters], to)
    said = f"{counted(count, 'matter')} assigned to {to}" if to else f"{counted(count, 'matter')} unassigned"
    say_done({"matters": count, "to": to}, said, json)


@estate.command("deadline")
@refusals
def deadline(
    state: Annotated[str, typer.Option("--state", help="The state of the estate, such as OH.")],
    death: Annotated[str, typer.Option("--death", help="The date of death.")],
    letters: Annotated[str | None, typer.Option("--letters", help="The date letters were issued.")] = None,
    published: Annotated[
        str | None, typer.Option("--published", help="The date the notice was first published.")
    ] = None,
    notice: Annotated[
        str | None, typer.Option("--notice", help="The date a notice was mailed to us or served on us.")
    ] = None,
    order: Annotated[
        str | None, typer.Option("--order", help="A claim deadline set by the court or the notice.")
    ] = None,
    insolvency: Annotated[
        str | None, typer.Option("--insolvency", help="The date the court found the estate insolvent.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Compute the deadline for a claim against an estate from the state's rule. It needs no account data."""
    facts = EstateFacts(
        date_from_iso(death),
        optional_date(letters),
        optional_date(published),
        optional_date(notice),
        optional_date(order),
        insolvent=optional_date(insolvency),
    )
    today = business_date(date)
    found = deadline_of(state.upper(), facts, today)
    if json:
        say_json(deadline_view(found, today))
        return
    if found.on is None:
        out.print(f"No deadline: {found.why_none}")
    else:
        out.print(f"Claim deadline {found.on}, target {found.file_by} ({found.rule}, {found.kind}): {found.because}")
    if found.provisional or found.on is None:
        latest = f"; outside date {found.latest}" if found.latest else ""
        out.print(f"Facts are missing. Earliest possible deadline: {found.earliest or 'none yet'}{latest}")
    out.print(f"{found.citation} (confidence: {found.confidence}). {found.note}")
    say_known(found.as_known, today)
    rows = [asdict(one) for one in found.candidates]
    say_table(
        "All possible deadlines", rows, ("rule", "on", "file_by", "provisional", "because"), {"rule": plain}, _DEADLINES
    )


@estate.command("recompute")
@refusals
def recompute(
    state: Annotated[str | None, typer.Option("--state", help="Only matters of this state (default: all).")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Recompute the deadlines of all open matters, such as after a correction of the state rules."""
    only = None if state is None else rule_of(state.upper()).state
    with changing(date) as tx:
        found = recompute_all(tx, only)
    if json:
        say_json(asdict(found))
    else:
        out.print(f"{found.changed} of {counted(found.matters, 'deadline')} changed")


@estate.command("step")
@refusals
def step(
    matter: Matter,
    to: Annotated[MatterState, typer.Argument(help="The new state of the matter.")],
    source: Source,
    source_on: SourceOn = None,
    why: Annotated[str, typer.Option("--why", help="The reason, for the history.")] = "",
    on: Annotated[str | None, typer.Option("--on", help="The date of the event.")] = None,
    amount: Annotated[str | None, typer.Option("--amount", help="The amount claimed or allowed in dollars.")] = None,
    reason: Annotated[
        WriteOffReason | None, typer.Option("--reason", help="The rejection or write-off reason.")
    ] = None,
    death: Annotated[
        str | None, typer.Option("--death", help="The date of death, when the death is confirmed.")
    ] = None,
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Move a matter to its next state. If anything is missing, the error lists it."""
    today = business_date(date)
    given = StepInput(
        source, optional_date(source_on) or today, why, optional_date(on), cents(amount), reason, optional_date(death)
    )
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            take_step(tx, matter, to, role_of(role), given)
        with practice.database.reading() as conn:
            view = matter_view(conn, matter, today)
    say_matter(view, json)


@estate.command("undo")
@refusals
def undo(
    matter: Matter,
    why: Annotated[
        str, typer.Option("--why", help="How you know that the patient is living or that it is the wrong person.")
    ],
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Annul a wrong report of death. All activity resumes. After a claim is filed, a manager must do it."""
    with changing(date) as tx:
        counts = undo_death(tx, matter_row(tx.conn, matter).person_id, why, role_of(role))
    if json:
        say_json(dict(counts))
    else:
        said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        out.print(f"Matter annulled. Resumed: {said or 'nothing, because nothing had stopped'}")


@estate.command("paid")
@refusals
def paid(
    matter: Matter,
    amount: Annotated[str, typer.Option("--amount", help="The amount paid by the estate in dollars.")],
    ref: Annotated[str, typer.Option("--ref", help="The check number. One number is posted only once.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Post a payment from the estate, to the oldest service first."""
    today = business_date(date)
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            entries = pay(tx, matter, cents(amount) or 0, ref)
        with practice.database.reading() as conn:
            view = matter_view(conn, matter, today)
    posted = -sum(one.amount_cents for one in entries)
    result = {
        "matter": matter,
        "already_posted": not entries,
        "posted_cents": posted,
        "balance_cents": view["balance_cents"],
    }
    if json:
        say_json(result)
    else:
        left = dollars(view["balance_cents"])
        out.print(f"Payment posted. Balance {left}" if entries else "The payment is already posted; nothing changed")


@estate.command("worth")
@refusals
def worth(matter: Matter, json: Json = False) -> None:
    """Estimate whether a claim is worth filing (cost/benefit), with reasons, and our share of an insolvent estate."""
    with open_practice() as practice, practice.database.reading() as conn:
        found = weigh(conn, matter_row(conn, matter))
    if json:
        say_json(asdict(found))
        return
    answer = found.worth
    out.print(
        "Worth filing" if answer.worth_it else "Not worth filing: " + "; ".join(one.says for one in answer.reasons)
    )
    for also in answer.also:
        out.print(f"Consider: {also}")
    if found.share is not None:
        out.print(f"Estimated share: {dollars(found.share.ours_cents)}")
        say_table(
            "Claims by class",
            [asdict(one) for one in found.share.classes],
            ("names", "claims_cents", "paid_cents", "ours_cents"),
        )


@estate.command("packet")
@refusals
def packet(
    matter: Matter,
    signer: SignerName = None,
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Also create a PDF, if LibreOffice is installed.")] = True,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Create the attorney's packet: a ZIP with a manifest of digests, and a PDF."""
    with open_practice() as practice:
        saw_matters(practice, [matter], Seen.PACKET)
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            made = make_packet(tx, estate_desk(practice), matter, signer_of(signer))
        made = with_pdf(made) if pdf else made
    if json:
        say_json(
            {
                "matter": made.matter,
                "file": str(made.file),
                "sha256": made.sha256,
                "files": list(made.files),
                "pdf": None if made.pdf is None else str(made.pdf),
                "pdf_problem": made.pdf_problem,
            }
        )
        return
    say_table(str(made.file), list(made.files), ("order", "name", "bytes", "sha256"))
    out.print(f"PDF: {made.pdf}" if made.pdf else f"No PDF created: {made.pdf_problem}")


@estate.command("calendar")
@refusals
def calendar(
    matter: Annotated[int | None, typer.Argument(help="One matter (default: all).", parser=matter_key)] = None,
    attorney: Annotated[str | None, typer.Option("--attorney", help="Only matters of this attorney.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Output file (default: lists/estates.ics).")] = None,
    json: Json = False,
) -> None:
    """Export deadlines and hearings to a calendar file, without names or amounts."""
    with open_practice() as practice:
        with practice.database.reading() as conn:
            only = None if attorney is None else matters_of_attorney(conn, attorney)
            if matter is not None:
                matter_row(conn, matter)
                if only is not None and matter not in only:
                    raise NotFound(f"matter {matter} is not referred to attorney {attorney}")
                only = [matter]
            entries = entries_of(conn, only)
        name = f"estates-{attorney or 'all'}" if matter is None else f"estate-{matter}"
        target = file or practice.settings.lists / f"{name}.ics"
        write_whole(target, calendar_of(entries, name))
    if json:
        say_json({"file": str(target), "entries": len(entries)})
    else:
        out.print(f"{counted(len(entries), 'date')} in {target}")
