"""Estates of made-up people: the desk works some of their matters, each up to a different stage."""

import random
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from demo.names import FIRST, LAST, STREETS
from demo.towns import Town, town_of
from flows.estates.attorneys import add_date, refer, set_attorney
from flows.estates.death.later_services import undecided
from flows.estates.death.service_decided import decide_service
from flows.estates.documents.commands import estate_desk, make_paper, mark_sent, paper_row
from flows.estates.documents.compose import DocumentRequest
from flows.estates.documents.recipients import reader_of
from flows.estates.matters.decide import StepInput
from flows.estates.matters.facts import NewFact, set_fact
from flows.estates.matters.parties import NewParty, add_party
from flows.estates.matters.queries import MATTER, late_rows, matter_row
from flows.estates.matters.steps import take_step
from flows.people.queries import RUNS
from flows.practice import Practice
from letters.estate.kinds import PAPERS
from models.columns import AnyRow
from models.database import Transaction
from models.errors import Refused
from models.estate_enums import AfterDeath, Authority, DateKind, EstateFactName, MatterState, PartyRole
from models.user_enums import Role

SIGNER = ("Priya Raman", "Estate coordinator")
ATTORNEY = "fenwicker"
ATTORNEY_SAYS = {"name": "Orin Fenwicker", "firm": "Fenwicker & Larkhaven", "phone": "937-555-0177"}
WAITS_DAYS = 25
STAGES = 4
"""The number of stages at which matters end: searching, found, claim due, filed."""


class MadeUpDesk:
    """Random choices, the same for the same seed and day."""

    def __init__(self, practice: Practice, seed: int) -> None:
        self.practice = practice
        self.seed = seed

    def day(self, today: date) -> None:
        """Complete the next step of each matter that has waited long enough."""
        with self.practice.database.reading() as conn:
            due = _waiting(conn, today)
        for row in due:
            with self.practice.database.transaction(actor="estate desk", business_date=today) as tx:
                try:
                    self._go(tx, row, today)
                except Refused:
                    # What the law or the ledger does not allow stays waiting, as at a real desk.
                    continue

    def _go(self, tx: Transaction, row: AnyRow, today: date) -> None:
        goal = row.id % STAGES
        given = StepInput("clerk of the court", today)
        match MatterState(row.state):
            case MatterState.CONFIRMED:
                take_step(tx, row.id, MatterState.SEARCHING, Role.ESTATE_DESK, given)
                set_fact(tx, row.id, NewFact(EstateFactName.PROBATE_SEARCH, "no case yet", "the court's index", today))
            case MatterState.SEARCHING if goal >= 1:
                self._find(tx, row, today)
                take_step(tx, row.id, MatterState.FOUND, Role.ESTATE_DESK, given)
            case MatterState.FOUND if goal >= 2:
                take_step(tx, row.id, MatterState.CLAIM_DUE, Role.ESTATE_DESK, given)
                self._refer(tx, row, today)
            case MatterState.CLAIM_DUE if goal >= 3:
                self._file(tx, row, today)
            case _:
                return

    def _find(self, tx: Transaction, row: AnyRow, today: date) -> None:
        chance = random.Random(f"{self.seed} estate {row.id}")
        seat = town_of(row.jurisdiction, row.id)
        letters = max(row.death_on, today - timedelta(days=chance.randrange(5, 20)))
        for name, text in (
            (EstateFactName.COUNTY, seat.county),
            (EstateFactName.CASE_NUMBER, f"{today:%y}-EST-{row.id:04d}"),
            (EstateFactName.LETTERS_ISSUED, letters.isoformat()),
        ):
            set_fact(tx, row.id, NewFact(name, text, "clerk of the court", today))
        home = town_of(row.jurisdiction, row.id + 1)
        street = f"{chance.randrange(2, 400)} {chance.choice(STREETS)}"
        nell = NewParty(
            PartyRole.REPRESENTATIVE,
            f"{chance.choice(FIRST)} {chance.choice(LAST)}",
            "letters",
            Authority.LETTERS,
            _contact(home, street, 120 + row.id % 70),
        )
        add_party(tx, row.id, nell)
        court = _contact(seat, "100 Courthouse Square", 101)
        clerk = f"Clerk of the Probate Court, {seat.county}"
        add_party(tx, row.id, NewParty(PartyRole.COURT, clerk, "the court", contact=court))

    def _refer(self, tx: Transaction, row: AnyRow, today: date) -> None:
        set_attorney(tx, ATTORNEY, ATTORNEY_SAYS)
        refer(tx, row.id, ATTORNEY, "File the claim and attend the hearing", 1_500_00, "hourly, $240")
        add_date(tx, row.id, DateKind.HEARING, today + timedelta(days=60), "09:30", "Room 2", "hearing on claims")

    def _file(self, tx: Transaction, row: AnyRow, today: date) -> None:
        court = tx.conn.execute(
            sa.text("SELECT id FROM estate_party WHERE matter_id = :m AND role = 'court'"), {"m": row.id}
        ).scalar_one()
        ask = DocumentRequest("claim", reader_of(tx.conn, court, PAPERS["claim"]), court, SIGNER)
        made = make_paper(tx, estate_desk(self.practice), row.id, ask)
        paper = paper_row(tx.conn, row.id, int(made.number.rpartition("/")[2]))
        mark_sent(tx, paper, today, "filed with the clerk", "stamped copy")
        take_step(tx, row.id, MatterState.FILED, Role.ESTATE_DESK, StepInput("stamped copy", today, on=today))


def decide_late_services(tx: Transaction, matter: int) -> None:
    """The record of each visit shows that its date was wrong: it was some days before the death."""
    row = matter_row(tx.conn, matter)
    for late in undecided(late_rows(tx.conn, row)):
        on = row.death_on - timedelta(days=3 + late.id % 5)
        decide_service(
            tx, matter, late.number, AfterDeath.RIGHT_DATE, "the record of the visit", Role.ESTATE_DESK, (on, on)
        )


def _contact(town: Town, street: str, ending: int) -> dict[str, str]:
    """An address in a town, with a made-up phone number."""
    return {
        "address1": street,
        "city": town.city,
        "state": town.state,
        "zip": town.zip,
        "phone": f"{town.area}-555-0{ending}",
    }


def _waiting(conn: Connection, today: date) -> list[AnyRow]:
    """Matters whose last step is long enough ago. Each completes one step every few days from its opening."""
    rows = conn.execute(sa.select(MATTER).where(RUNS).order_by(MATTER.c.id)).all()
    return [row for row in rows if (today - row.opened_on).days and (today - row.opened_on).days % WAITS_DAYS == 0]
