"""A small book with somebody in it who dies: what tests of estates share."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document

from flows.estates.documents.commands import Made, estate_desk, make_paper, mark_sent, paper_row
from flows.estates.documents.compose import DocumentRequest
from flows.estates.documents.recipients import reader_of
from flows.estates.matters.decide import StepInput
from flows.estates.matters.facts import NewFact, set_fact
from flows.estates.matters.parties import NewParty, add_party
from flows.estates.matters.queries import matter_row
from flows.estates.matters.steps import take_step
from flows.people.death import record_death
from flows.practice import Practice
from letters.estate.kinds import PAPERS
from models.columns import AnyRow
from models.database import Database
from models.estate_enums import Authority, EstateFactName, MatterState, PartyRole
from models.user_enums import Role
from tests.small_book import Someone, account_of, rows, take_in

DIED = date(2026, 2, 1)
TOLD = date(2026, 2, 10)
LATER = date(2026, 3, 20)


def act(database: Database, today: date, command: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """One command in a transaction of its own."""
    with database.transaction(actor="desk", business_date=today) as tx:
        return command(tx, *args, **more)


def harold(
    database: Database, state: str = "OH", payer_class: str = "self_pay", today: date = date(2026, 1, 10)
) -> None:
    """Harold, with two accounts at one creditor, $120.00 and $80.00."""
    one = Someone(
        "Harold", [("A1", date(2026, 1, 5), 12_000), ("A2", date(2026, 1, 6), 8_000)], payer_class, state=state
    )
    take_in(database, [one], today, state=state)


def die(database: Database, number: str = "A1", died_on: date = DIED, today: date = TOLD) -> int:
    """Harold dies; gives the number of his matter."""
    (matter,) = act(database, today, record_death, account_of(database, number).guarantor_id, died_on, "the family")
    return matter


def fact(
    database: Database, matter: int, name: EstateFactName, text: str, today: date = LATER, on: date | None = None
) -> None:
    """A fact, from the court."""
    act(database, today, set_fact, matter, NewFact(name, text, "court", on or today))


def party(
    database: Database, matter: int, role: PartyRole, authority: Authority | None = None, today: date = LATER
) -> int:
    """A participant."""
    contact = {"address1": "1 Court Street", "city": "Dayton", "state": "OH", "zip": "45402"}
    return act(database, today, add_party, matter, NewParty(role, "Anna Example", "letters", authority, contact))


def go(
    database: Database,
    matter: int,
    *states: MatterState,
    role: Role = Role.ESTATE_DESK,
    today: date = LATER,
    **given: Any,
) -> None:
    """Steps one after another."""
    for state in states:
        act(database, today, take_step, matter, state, role, StepInput("paper", today, **given))


def paper(practice: Practice, matter: int, kind: str, to: int | None = None, today: date = LATER, **more: Any) -> Made:
    """A paper of a matter."""
    with practice.database.transaction(actor="desk", business_date=today) as tx:
        ask = DocumentRequest(kind, reader_of(tx.conn, to, PAPERS[kind]), to, ("Priya Raman", "Coordinator"), **more)
        return make_paper(tx, estate_desk(practice), matter, ask)


def send(practice: Practice, matter: int, serial: int, today: date = LATER, how: str = "certified mail") -> None:
    """A paper goes."""
    with practice.database.transaction(actor="desk", business_date=today) as tx:
        mark_sent(tx, paper_row(tx.conn, matter, serial), today, how, "9400")


def to_claim(practice: Practice, matter: int, today: date = LATER) -> int:
    """As far as a claim that is decided on; gives the court's number."""
    database = practice.database
    fact(database, matter, EstateFactName.COUNTY, "Montgomery", today)
    fact(database, matter, EstateFactName.CASE_NUMBER, "26-EST-1", today)
    fact(database, matter, EstateFactName.LETTERS_ISSUED, "2026-03-01", today)
    party(database, matter, PartyRole.REPRESENTATIVE, Authority.LETTERS, today)
    court = party(database, matter, PartyRole.COURT, today=today)
    go(database, matter, MatterState.SEARCHING, MatterState.FOUND, MatterState.CLAIM_DUE, today=today)
    return court


def holder(database: Database, matter: int) -> int:
    """The participant who holds letters."""
    query = "SELECT id FROM estate_party WHERE role = 'representative' AND matter_id = :m"
    return int(rows(database, query, m=matter)[0].id)


def to_filed(practice: Practice, matter: int, today: date = LATER) -> None:
    """As far as a claim that is filed."""
    to_claim(practice, matter, today)
    paper(practice, matter, "claim", holder(practice.database, matter), today)
    send(practice, matter, 1, today, "certified mail")
    go(practice.database, matter, MatterState.FILED, today=today, on=today)


def now(database: Database, matter: int) -> AnyRow:
    """A matter's row."""
    with database.reading() as conn:
        return matter_row(conn, matter)


def open_tasks_of(database: Database) -> list[str]:
    """The kinds of work that is open."""
    return sorted(row[0] for row in rows(database, "SELECT kind FROM task WHERE state = 'open'"))


def balances(database: Database, numbers: Sequence[str] = ("A1", "A2")) -> list[int]:
    """What accounts stand at."""
    return [account_of(database, number).balance_cents for number in numbers]


def kansas(practice: Practice, cents: int = 90_000) -> int:
    """Harold of Kansas, who owes so much and has no estate yet: it can be opened until six months after his death."""
    one = Someone("Harold", [("A1", date(2026, 1, 5), cents)], state="KS")
    take_in(practice.database, [one], date(2026, 1, 10), state="KS")
    matter = die(practice.database)
    go(practice.database, matter, MatterState.SEARCHING)
    return matter


def text_of(path: Path) -> str:
    """The words of a paper, those in its tables last."""
    word = Document(str(path))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])
