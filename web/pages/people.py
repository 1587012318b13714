"""Finding a person, and one person on one screen: accounts, money, history and actions."""

from fastapi import APIRouter, Depends
from sqlalchemy.engine import Connection
from starlette.responses import Response

from flows.accounts.holds import BY_HAND, clear_holds, open_manual_hold
from flows.accounts.notes import note
from flows.agency_handoff.commands import record_fact
from flows.correspondence.queue import answer_request
from flows.insurance.queries import coverages_of
from flows.people.contact.commands import ADDRESS, FIELDS, change_person
from flows.people.contact.languages import choices
from flows.people.search import read_wanted
from flows.reports.person import (
    FOUND_AT_MOST,
    PersonAccount,
    account_by_id,
    accounts_of_person,
    age,
    find,
    holds_of_person,
    letters_about,
    matters_of,
    person_row,
    plans_of,
    promises_of,
    talks_with,
    tasks_of_person,
)
from flows.reports.person_account import sight_of
from flows.users.view_log import View, read_reason
from letters.kinds import KINDS, LetterOrigin, Section, letter_name
from letters.numbers import letter_number
from models.columns import AnyRow
from models.enums import FactName, HoldKind, HoldScope, Verified
from models.errors import BadInput, Refused
from models.user_enums import Seen
from web.auth.rights import Right
from web.auth.session import PersonKey, RequestContext, Requires
from web.forms.fields import Typed, must
from web.forms.insurance import CLASSES
from web.forms.stale import check_seen, seen_of
from web.pages.looking import ask_why, back_to, may_look
from web.rendering.templates import Context

router = APIRouter()
Finders = Depends(Requires(Right.FIND_PEOPLE))
Lookers = Depends(Requires(Right.SEE_ACCOUNTS))
Callers = Depends(Requires(Right.TAKE_CALLS))
Noters = Depends(Requires(Right.WRITE_NOTES))
ContactChangers = Depends(Requires(Right.CHANGE_CONTACT))
Holders = Depends(Requires(Right.HOLD_ACCOUNTS))
Writers = Depends(Requires(Right.SEND_LETTERS))

FLAGS = ("email_consent", "text_consent", "large_print")
OTHER = "Other"
INBOUND = "Inbound call"
REASONS = (INBOUND, "Letter or message received", "A coworker asked for help", "Complaint or dispute", OTHER)
MANY = 8
"""With this many accounts or more, settled accounts are listed without their history."""


@router.post("/find")
def find_people(visit: RequestContext = Finders) -> Response:
    """People who match the search, while it is typed. The search is not part of any address."""
    wanted = read_wanted(visit.typed.text("wanted"))
    with visit.reading() as conn:
        found = find(conn, wanted)
    visit.saw(Seen.SEARCH, [View(one["id"]) for one in found])
    if len(found) == 1 and visit.typed.flag("enter") and visit.may(Right.SEE_ACCOUNTS):
        return visit.go(f"/people/{found[0]['id']}")
    template = "found.html" if visit.inline else "find.html"
    return visit.page(
        template,
        found=found,
        enough=wanted.enough,
        typed=visit.typed.text("wanted"),
        most=FOUND_AT_MOST,
        all_told=visit.may(Right.SEE_WITHOUT_REASON),
    )


@router.get("/people/{person}")
def person_page(person: PersonKey, visit: RequestContext = Lookers) -> Response:
    """The full page of one person. A user without a call about the person must first enter a reason."""
    with visit.reading() as conn:
        row = person_row(conn, person)
        if not may_look(conn, person, visit):
            return visit.page("reason.html", person=person, reasons=REASONS, next="", ways=list(Verified))
        accounts = accounts_of_person(conn, person)
        values = _screen(conn, row, accounts, visit)
    visit.saw(Seen.PERSON, [View(person)] + [View(person, one["id"]) for one in accounts])
    return visit.page("person.html", person=row, **values)


@router.post("/people/{person}/why")
def say_why(person: PersonKey, visit: RequestContext = Lookers) -> Response:
    """Record the reason for access; it is in the log, and applies for today. An inbound call goes on to its screen."""
    why = visit.typed.needed("why", "Reason")
    more = visit.typed.text("more")
    with visit.reading() as conn:
        person_row(conn, person)
    visit.saw(Seen.PERSON, [View(person)], _reason(why, more))
    if why == INBOUND and visit.may(Right.TAKE_CALLS):
        verified = visit.typed.some_word("verified", Verified)
        query = "" if verified is None else f"?verified={verified.value}"
        place = back_to(visit.typed, person)
        return visit.go((place if "/inbound/" in place else f"/people/{person}/inbound") + query)
    return visit.go(f"/people/{person}")


def _reason(why: str, more: str) -> str:
    """The reason for the log. "Other" alone is not a reason."""
    read_reason(more if why == OTHER else why)
    return f"{why}: {more}" if more else why


def _screen(conn: Connection, row: AnyRow, accounts: list[PersonAccount], visit: RequestContext) -> Context:
    person = row.id
    open_ones = [one for one in accounts if one["balance_cents"] != 0]
    near = accounts if len(accounts) <= MANY else open_ones[:MANY]
    mine = [one for one in accounts if one["guarantor_id"] == person]
    near_ids = [one["id"] for one in near]
    letters = letters_about(conn, near_ids)
    return {
        "age": age(row.birth_date, row.death_date or visit.today),
        "accounts": accounts,
        "mine": mine,
        "owing": [one for one in mine if one["balance_cents"] > 0],
        "sight": sight_of(conn, near_ids, visit.today),
        "more": [one for one in accounts if one["id"] not in near_ids],
        "holds": holds_of_person(conn, person, [one["id"] for one in accounts]),
        "payer_classes": CLASSES,
        "insurance": coverages_of(conn, [one["id"] for one in accounts]),
        "tasks": tasks_of_person(conn, person),
        "talks": talks_with(conn, person),
        "promises": promises_of(conn, person),
        "plans": plans_of(conn, person),
        "matters": matters_of(conn, person),
        "letters": [{**one, "number": letter_number(one["letter"])} for one in letters],
        "seen": seen_of((one["id"], one["history_seq"]) for one in accounts),
        "languages": choices(row.language),
        "hold_kinds": BY_HAND,
        "scopes": list(HoldScope),
        "fact_names": list(FactName),
        "letter_kinds": [
            kind.name
            for kind in KINDS.values()
            if kind.origin not in (LetterOrigin.SCHEDULED, LetterOrigin.ENCLOSURE)
            and kind.needs in (None, Section.LEDGER)
        ],
    }


@router.post("/people/{person}/contact")
def change_contact(person: PersonKey, visit: RequestContext = ContactChangers) -> Response:
    """Change an address, phone numbers, language or preferences."""
    typed = visit.typed
    changes: dict[str, str | bool | None] = {
        name: typed.flag(name) if name in FLAGS else typed.some(name) for name in FIELDS
    }
    changes["language"] = typed.text("language") or "en"
    if not any(changes[name] for name in ADDRESS):
        changes = {name: value for name, value in changes.items() if name not in ADDRESS}
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        check_seen(tx.conn, typed)
        change_person(tx, person, changes, f"reported to {visit.who.name}")
    return visit.go(back_to(typed, person))


def chosen(conn: Connection, typed: Typed, person: int) -> AnyRow:
    """The account that was chosen on a person's page. It must belong to the person."""
    row = account_by_id(conn, must(typed.number("account", "Account"), "Account"))
    if person not in (row.guarantor_id, row.patient_id):
        raise BadInput("this account belongs to another person", "open that person's profile")
    return row


@router.post("/people/{person}/note")
def write_note(person: PersonKey, visit: RequestContext = Noters) -> Response:
    """Add a note to an account for the next user."""
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        note(tx, chosen(tx.conn, visit.typed, person).id, visit.typed.needed("text", "Note"))
    return visit.go(f"/people/{person}", said="Note saved.")


@router.post("/people/{person}/hold")
def add_hold(person: PersonKey, visit: RequestContext = Holders) -> Response:
    """Place a hold on an account, or on its guarantor for a type that applies to the person."""
    typed = visit.typed
    kind = typed.word("kind", HoldKind, "Hold type")
    scope = typed.some_word("scope", HoldScope)
    with visit.transaction() as tx:
        check_seen(tx.conn, typed)
        row = chosen(tx.conn, typed, person)
        open_manual_hold(tx, kind, row, scope=scope, until=typed.day("until", "Until date"))
    return visit.go(f"/people/{person}")


@router.post("/people/{person}/unhold")
def clear_hold(person: PersonKey, visit: RequestContext = Holders) -> Response:
    """Release the chosen hold. What it stopped continues from there."""
    typed = visit.typed
    hold = must(typed.number("hold", "Hold"), "Hold")
    with visit.transaction() as tx:
        accounts = accounts_of_person(tx.conn, person)
        if hold not in [one["id"] for one in holds_of_person(tx.conn, person, [one["id"] for one in accounts])]:
            raise BadInput("this hold was already released or belongs to another person", "open the profile again")
        clear_holds(tx, [hold], typed.needed("reason", "Reason for release"))
    return visit.go(f"/people/{person}")


@router.post("/people/{person}/fact")
def record_law_fact(person: PersonKey, visit: RequestContext = Holders) -> Response:
    """Record or remove a compliance fact of an account that a person or a document reports."""
    typed = visit.typed
    name = typed.word("fact", FactName, "Fact")
    source = typed.needed("source", "Source")
    amount, on, there = typed.cents("amount", "Value"), typed.day("on", "Date"), not typed.flag("clear")
    with visit.transaction() as tx:
        check_seen(tx.conn, typed)
        row = chosen(tx.conn, typed, person)
        record_fact(tx, row, name, source, there=there, on=on, amount_cents=amount if there else None)
    return visit.go(f"/people/{person}", said="Saved.")


@router.post("/people/{person}/letter")
def send_letter(person: PersonKey, visit: RequestContext = Writers) -> Response:
    """Queue a requested letter. It is rendered, and checked against the law, with the letters of the day."""
    typed = visit.typed
    kind = typed.needed("kind", "Letter")
    visit.practice.shelf.find(kind)
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        row = chosen(tx.conn, typed, person)
        if row.guarantor_id != person:
            raise Refused("letters can be sent only to the guarantor of the account", "open the guarantor's profile")
        answer_request(tx, letter_name(kind), row.id)
    said = "Letter queued. It will go out with the next print batch."
    return visit.go(f"/people/{person}", said=said)
