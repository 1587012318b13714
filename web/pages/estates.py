"""A matter of the estate desk with everything that belongs to it: facts, parties, steps, documents, the packet."""

from pathlib import Path

from fastapi import APIRouter, Depends
from sqlalchemy.engine import Connection
from starlette.responses import Response

from flows.estates.attorneys import add_date, attorneys, cancel_date, end_referral, refer
from flows.estates.claims.offers import offer as make_offer
from flows.estates.claims.weigh import weigh
from flows.estates.documents.commands import estate_desk, make_paper, paper_row
from flows.estates.documents.compose import DocumentRequest
from flows.estates.documents.file_check import LARGEST_FILE
from flows.estates.documents.filing import file_claim, may_be_filed, paper_went
from flows.estates.documents.kinds_offered import papers_offered
from flows.estates.documents.packet import make_packet, with_pdf
from flows.estates.documents.recipients import reader_of
from flows.estates.matters.annulled import annulled
from flows.estates.matters.decide import StepInput
from flows.estates.matters.facts import NewFact, forget_fact, set_fact
from flows.estates.matters.numbers import matter_number, read_paper_number
from flows.estates.matters.ownership import paralegals
from flows.estates.matters.parties import NewParty, add_party, end_party
from flows.estates.matters.queries import account_rows, matter_row
from flows.estates.matters.states import may_follow
from flows.estates.matters.steps import take_step
from flows.estates.matters.view import matter_view
from flows.estates.matters.view_if import view_if
from flows.estates.payments.commands import pay
from flows.users.view_log import View
from letters.errors import UnknownKind
from letters.estate.kinds import PAPERS
from models.errors import BadInput, NotFound, Refused
from models.estate_enums import (
    AttachmentKind,
    Authority,
    DateKind,
    EstateFactName,
    MatterState,
    PartyRole,
    WriteOffReason,
)
from models.ids import MatterId, PartyId
from models.user_enums import Role, Seen
from web.auth.rights import Right
from web.auth.session import Key, MatterKey, RequestContext, Requires
from web.forms.fields import Typed, must
from web.forms.stale import check_seen, seen_of
from web.rendering.files import file_of, pages_of
from web.rendering.slow import drawn_at_length, drawn_shortly
from web.rendering.templates import Context

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_ESTATES))
Workers = Depends(Requires(Right.WORK_ESTATES))


@router.get("/estates/{matter}")
def matter_page(matter: MatterKey, visit: RequestContext = Lookers) -> Response:
    """The full page of one matter."""
    with visit.reading() as conn:
        values = screen_of(conn, matter, visit)
        person = matter_row(conn, matter).person_id
    visit.saw(Seen.MATTER, [View(person, None, matter_number(matter))])
    return visit.page(
        "matter.html",
        works=visit.may(Right.WORK_ESTATES),
        packets=packets_of(visit, matter),
        person=person,
        **values,
    )


def screen_of(conn: Connection, matter: int, visit: RequestContext) -> Context:
    """The data on the page of a matter."""
    view = matter_view(conn, MatterId(matter), visit.today)
    over = annulled(view)
    papers = PAPERS if over is None else over.papers
    held = [one for one in view["papers"] if one["sent_on"] is None and one["voided_on"] is None]
    unsent = [one for one in held if one["kind"] in papers]
    return {
        "view": view,
        "over": over,
        "late": [one for one in view["accounts"] if one["after_death"] and one["balance_cents"] > 0],
        "weighed": weigh(conn, matter_row(conn, matter)),
        "papers": papers_offered(view["jurisdiction"]) if over is None else papers,
        "unsent": unsent,
        "held": held,
        "file_kinds": list(AttachmentKind),
        "largest": LARGEST_FILE,
        "may_file": may_be_filed(MatterState(view["state"]), [one["kind"] for one in unsent]),
        "fact_names": list(EstateFactName),
        "roles": list(PartyRole),
        "authorities": list(Authority),
        "reasons": list(WriteOffReason),
        "date_kinds": list(DateKind),
        "attorneys": attorneys(conn),
        "paralegals": paralegals(conn),
        "steps": may_follow(MatterState(view["state"]), visit.staff_role),
        "seen": seen_of((row.id, row.history_seq) for row in account_rows(conn, matter)),
    }


def _source(typed: Typed) -> str:
    return typed.needed("source", "Source")


@router.post("/estates/{matter}/fact")
def put_fact(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Add a fact about the estate; the deadline is computed again."""
    typed = visit.typed
    name = typed.word("name", EstateFactName, "Fact")
    new = NewFact(name, _value(typed), _source(typed), typed.day("source_on", "Source date") or visit.today)
    with visit.transaction() as tx:
        check_seen(tx.conn, typed)
        set_fact(tx, matter, new)
    return visit.go(f"/estates/{matter}")


@router.post("/estates/{matter}/preview")
def preview_fact(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """The controlling deadline if this fact were added; nothing is saved."""
    typed = visit.typed
    value = _value(typed)
    if not value:
        return visit.page("day_if.html", view=None)
    new = NewFact(typed.word("name", EstateFactName, "Fact"), value, "as typed", visit.today)
    return visit.page("day_if.html", view=view_if(visit.practice.database, matter, new, visit.today))


def _value(typed: Typed) -> str:
    """A fact's value: the day that was chosen, or the text that was entered."""
    return typed.text("day") or typed.text("value")


@router.post("/estates/{matter}/forget")
def forget(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Remove a wrong fact."""
    with visit.transaction() as tx:
        forget_fact(
            tx,
            matter,
            visit.typed.word("name", EstateFactName, "Fact"),
            visit.typed.needed("why", "Reason"),
        )
    return visit.go(f"/estates/{matter}")


CONTACT = ("address1", "address2", "city", "state", "zip", "phone", "email")


@router.post("/estates/{matter}/party")
def put_party(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Add a party with their authority and its source."""
    typed = visit.typed
    authority = typed.some_word("authority", Authority)
    new = NewParty(
        typed.word("role", PartyRole, "Role"),
        typed.needed("name", "Name"),
        _source(typed),
        authority,
        {name: typed.some(name) for name in CONTACT},
        typed.flag("asked_more"),
    )
    with visit.transaction() as tx:
        add_party(tx, matter, new)
    return visit.go(f"/estates/{matter}")


@router.post("/estates/{matter}/party-end")
def party_over(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """End a party's role in the matter."""
    with visit.transaction() as tx:
        end_party(tx, PartyId(must(visit.typed.number("party", "Party"), "Party")))
    return visit.go(f"/estates/{matter}")


@router.post("/estates/{matter}/step")
def step(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Advance a matter to its next step; an error names what is missing for the step."""
    with visit.transaction() as tx:
        check_seen(tx.conn, visit.typed)
        take_step(tx, matter, *_step(visit))
    return visit.go(f"/estates/{matter}")


def _step(visit: RequestContext) -> tuple[MatterState, Role, StepInput]:
    typed = visit.typed
    reason = typed.some_word("reason", WriteOffReason)
    given = StepInput(
        _source(typed),
        typed.day("source_on", "Source date") or visit.today,
        typed.text("why"),
        typed.day("on", "Event date"),
        typed.cents("amount", "Amount"),
        reason,
        typed.day("death", "Date of death"),
    )
    return typed.word("to", MatterState, "Next status"), visit.staff_role, given


@router.post("/estates/{matter}/offer")
def offer(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Make a settlement offer on a claim; above the desk's limit a manager must approve it."""
    typed = visit.typed
    with visit.transaction() as tx:
        make_offer(
            tx,
            matter,
            must(typed.cents("amount", "Amount"), "Amount"),
            must(typed.day("until", "Offer expiration date"), "Offer expiration date"),
            visit.staff_role,
        )
    return visit.go(f"/estates/{matter}")


@router.post("/estates/{matter}/paid")
def paid(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Post a payment of the estate, oldest service first."""
    typed = visit.typed
    amount, ref = must(typed.cents("amount", "Amount"), "Amount"), typed.needed("ref", "Check number")
    with visit.transaction() as tx:
        if not pay(tx, matter, amount, ref):
            raise Refused(f"payment {ref} was already posted to this matter", "nothing was changed")
    return visit.go(f"/estates/{matter}")


def _signer(visit: RequestContext) -> tuple[str, str]:
    return visit.who.full_name, visit.typed.text("title") or "Patient accounts"


@router.post("/estates/{matter}/paper")
def write_paper(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Create a document, if the law allows it for that recipient."""
    typed = visit.typed
    kind = typed.needed("kind", "Document")
    if kind not in PAPERS:
        raise UnknownKind(f'"{kind}" is not a type of estate document')
    to = typed.number("to", "Party")
    received = typed.cents("received", "Amount received")
    receipt = None if received is None else (received, visit.today)
    with visit.transaction() as tx:
        ask = DocumentRequest(
            kind,
            reader_of(tx.conn, to, PAPERS[kind]),
            to,
            _signer(visit),
            typed.text("reason"),
            typed.text("changed"),
            typed.text("amends"),
            receipt,
            typed.cents("fee", "Court filing fee") or 0,
            why=typed.text("why"),
            role=visit.staff_role,
        )
        make_paper(tx, estate_desk(visit.practice), matter, ask)
    return visit.go(f"/estates/{matter}")


@router.get("/estates/{matter}/papers/{serial}")
@drawn_shortly
def paper_pages(matter: MatterKey, serial: Key, visit: RequestContext = Lookers) -> Response:
    """The pages of a document."""
    return shown_paper(visit, matter, serial)


def shown_paper(visit: RequestContext, matter: int, serial: int) -> Response:
    """The pages of a document of a matter; the view is recorded in the log."""
    with visit.reading() as conn:
        row, person = paper_row(conn, MatterId(matter), serial), matter_row(conn, matter).person_id
    visit.saw(Seen.ESTATE_PAPER, [View(person, None, f"E-{matter:06d}/{serial}")])
    path = visit.practice.settings.home / row.file
    if not path.is_file():
        raise Refused(f"the file {path.name} was not found", "create the document again")
    if path.suffix == ".pdf":
        return file_of(path, within=visit.practice.settings.home)
    return pages_of(path, visit.work.lanes.drawn)


@router.post("/estates/{matter}/sent")
def sent(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Record that a document was sent: when, how, with what proof."""
    return visit.go(f"/estates/{matter}", said=write_sent(visit, matter, visit.staff_role))


def write_sent(visit: RequestContext, matter: int, role: Role) -> str:
    """Record from the form that a document was sent, or that it filed the claim; returns the message to show."""
    typed = visit.typed
    number, serial = read_paper_number(typed.needed("paper", "Document"))
    if number != matter:
        raise BadInput("this document belongs to another matter", "open that matter")
    with visit.transaction() as tx:
        paper, on = paper_row(tx.conn, MatterId(matter), serial), typed.day("on", "Date") or visit.today
        how, proof = typed.needed("how", "Method"), typed.text("tracking")
        if typed.flag("filed"):
            file_claim(tx, paper, on, how, proof, role)
            return "Claim marked filed. The matter is waiting for a response."
        paper_went(tx, paper, on, how, proof)
    return "Document marked served or filed."


@router.post("/estates/{matter}/packet")
@drawn_at_length
def packet(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Create a new attorney packet, and return the ZIP."""
    with visit.reading() as conn:
        person = matter_row(conn, matter).person_id
    visit.saw(Seen.PACKET, [View(person, None, f"E-{matter:06d}")])
    with visit.transaction() as tx:
        made = make_packet(tx, estate_desk(visit.practice), matter, _signer(visit))
    with_pdf(made)
    return file_of(made.file, within=visit.practice.settings.home)


@router.get("/estates/{matter}/packet.{suffix}")
def last_packet(matter: MatterKey, suffix: str, visit: RequestContext = Lookers) -> Response:
    """The latest packet."""
    return shown_packet(visit, matter, suffix)


def shown_packet(visit: RequestContext, matter: int, suffix: str) -> Response:
    """The latest packet of a matter; the view is recorded in the log."""
    with visit.reading() as conn:
        person = matter_row(conn, matter).person_id
    made = packets_of(visit, matter)
    if suffix not in made:
        raise NotFound("no packet has been created for this matter", "the estate desk creates it")
    visit.saw(Seen.PACKET, [View(person, None, f"E-{matter:06d}")])
    return file_of(made[suffix], within=visit.practice.settings.home)


def packets_of(visit: RequestContext, matter: int) -> dict[str, Path]:
    """The latest packet of a matter, by kind of file. A kind that was never created is left out."""
    folder = estate_desk(visit.practice).folder(matter)
    made = {suffix: sorted(folder.glob(f"packet-*.{suffix}")) for suffix in ("zip", "pdf")}
    return {suffix: paths[-1] for suffix, paths in made.items() if paths}


@router.post("/estates/{matter}/refer")
def refer_matter(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Refer a matter to an attorney on terms, or recall it."""
    typed = visit.typed
    with visit.transaction() as tx:
        if typed.text("end"):
            end_referral(tx, matter, typed.text("end"))
        else:
            refer(
                tx,
                matter,
                typed.needed("attorney", "Attorney"),
                typed.needed("asked", "Assignment"),
                typed.cents("budget", "Budget") or 0,
                typed.text("fee"),
                visit.staff_role,
                typed.text("why"),
            )
    return visit.go(f"/estates/{matter}")


@router.post("/estates/{matter}/date")
def put_date(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Add a hearing, a filing or an appointment to every calendar of the matter, or remove one."""
    write_date(visit, matter)
    return visit.go(f"/estates/{matter}")


def write_date(visit: RequestContext, matter: int) -> None:
    """Save or remove a date of a matter from the form."""
    typed = visit.typed
    at = typed.time("at", "Time")
    with visit.transaction() as tx:
        if typed.text("off"):
            cancel_date(tx, must(typed.number("off", "Date"), "Date"))
            return
        add_date(
            tx,
            matter,
            typed.word("kind", DateKind, "Type of date"),
            must(typed.day("on", "Date"), "Date"),
            None if at is None else f"{at:%H:%M}",
            typed.text("place"),
            typed.text("note"),
        )
