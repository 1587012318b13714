"""Placements, payments, recalls, returns and deaths in any order, with files that come late, twice or never: the account's
money and place are always right, in the book, in its history, and at the agency, which is played by plain counting."""

import csv
import itertools
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from flows.accounts.holds import NewHold, clear_holds, open_holds
from flows.agency_handoff.commands import recall, reinstate_account, suspend_account, want_placed
from flows.agency_handoff.files.desk import agency_desk
from flows.agency_handoff.nightly import hand_off
from flows.agency_handoff.remittance.reconcile import reconcile
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.people.death import record_death
from flows.practice import Practice, practice_of
from flows.proof.histories import verify_history
from models.database import open_database
from models.enums import AgencyFileKind, HoldKind, LedgerKind
from models.environment import Settings
from models.errors import Refused
from tests.conftest import TickingClock
from tests.flows.agency_handoff.agencies import SCHEDULE, payment, publish, take, terms_text, write
from tests.lives import LIVES
from tests.small_book import account_of, publish_text, rows, someone, take_in

FIRST = date(2026, 1, 5)
START = date(2026, 6, 1)
NUMBERS = ("A1", "A2", "B1")
OWED = {"A1": 500_00, "A2": 90_00, "B1": 260_00}
POOLS = """
pools:
  primary: {agencies: [{agency: harbor, weight: 50}, {agency: beacon, weight: 50}]}
  secondary: {agencies: [{agency: beacon, weight: 100}]}
"""
CONTRACT = "{begins: 2026-01-02, keeps_records: yes, suspend_days: 12, recall_after_days: 60, earns_after_days: 20}"

NUMBER = st.sampled_from(NUMBERS)
CODE = st.sampled_from(("harbor", "beacon"))


class AtAgency:
    """What an agency has, as its own clerk would know it from the files that reached it and those it sent."""

    def __init__(self) -> None:
        self.has: dict[str, int] = {}
        self.ever: set[str] = set()
        self.read: set[str] = set()

    def read_files(self, folder: Path) -> None:
        for path in sorted(folder.glob("*"), key=lambda one: one.name.rsplit("-", 2)[1:]):
            if path.name in self.read:
                continue
            self.read.add(path.name)
            for line in csv.DictReader(path.read_text().splitlines()):
                if line["record"] == "D":
                    self._line(path.name, line)

    def _line(self, name: str, line: dict[str, str]) -> None:
        number = line["account_number"]
        if "-placement-" in name:
            assert number not in self.has, "placed twice"
            self.has[number] = round(float(line["balance"]) * 100)
            self.ever.add(number)
            return
        amount, notice = round(float(line["amount"]) * 100), line["notice"]
        if number not in self.has:
            return
        if notice in ("part_payment", "credit_adjustment", "paid_in_full"):
            self.has[number] -= amount
        elif notice == "debit_adjustment":
            self.has[number] += amount
        if notice in ("cancel", "paid_in_full"):
            assert notice == "cancel" or self.has[number] <= 0
            del self.has[number]


class Handoffs(RuleBasedStateMachine):
    """Two guarantors, three accounts, two agencies."""

    empty: ClassVar[Path]

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pastdue-agencies-"))
        path = self.folder / "pastdue.db"
        shutil.copy(self.empty, path)
        self.database = open_database(f"sqlite:///{path}", TickingClock())
        self.practice: Practice = practice_of(self.database, Settings(self.folder / "home", f"sqlite:///{path}"))
        publish(self.database, terms_text(contract=CONTRACT), terms_text("beacon", contract=CONTRACT), pools=POOLS)
        publish_text(self.database, SCHEDULE)
        people = [
            someone("Ada", accounts=[("A1", FIRST, 500_00), ("A2", FIRST, 90_00)]),
            someone("Bea", "B1", FIRST, 260_00),
        ]
        take_in(self.database, people, FIRST)
        self.day = START
        self.owed = dict(OWED)
        self.refs = itertools.count(1)
        self.agencies = {"harbor": AtAgency(), "beacon": AtAgency()}
        self.coming: list[tuple[str, AgencyFileKind, dict[str, Any]]] = []
        self.incoming: list[tuple[str, AgencyFileKind, dict[str, Any]]] = []
        self.posted: dict[str, tuple[str, str, int]] = {}
        self.taken_back: set[str] = set()
        self.dead: set[str] = set()

    def teardown(self) -> None:
        if hasattr(self, "database"):
            with self.database.reading() as conn:
                assert verify_history(conn)["broken"] == []
            self.database.close()
            shutil.rmtree(self.folder)

    def act(self, command: Any, *given: Any) -> Any:
        try:
            with self.database.transaction(actor="boss", business_date=self.day) as tx:
                return command(tx, *given)
        except Refused:
            return None

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)
        self.files_go()

    @rule()
    def files_go(self) -> None:
        hand_off(agency_desk(self.practice), self.day)
        for code, agency in self.agencies.items():
            agency.read_files(self.folder / "home" / "there" / code / "in")
        self._the_agencies_have_what_the_book_says()

    def _the_agencies_have_what_the_book_says(self) -> None:
        query = (
            "SELECT a.number, g.code, a.balance_cents FROM placement p JOIN account a ON a.id = p.account_id "
            "JOIN agency g ON g.id = p.agency_id WHERE p.state = 'placed'"
        )
        placed = {(row.code, row.number): row.balance_cents for row in rows(self.database, query)}
        theirs = {
            (code, number): cents for code, agency in self.agencies.items() for number, cents in agency.has.items()
        }
        assert theirs == placed

    @rule(number=NUMBER)
    def wants_placed(self, number: str) -> None:
        self.act(want_placed, [account_of(self.database, number)], "primary")

    @rule(number=NUMBER)
    def recalls(self, number: str) -> None:
        self.act(recall, [account_of(self.database, number)], "by_hand")

    @rule(number=NUMBER)
    def suspends(self, number: str) -> None:
        self.act(suspend_account, account_of(self.database, number), "looked into", None)

    @rule(number=NUMBER)
    def reinstates(self, number: str) -> None:
        self.act(reinstate_account, account_of(self.database, number), "fine")

    @rule(number=NUMBER, part=st.integers(1, 4), back=st.booleans())
    def pays_the_practice(self, number: str, part: int, back: bool) -> None:
        cents = max(1, OWED[number] // (part * 2)) * (-1 if back else 1)
        entry = Entry(
            account_of(self.database, number).id,
            self.day,
            LedgerKind.PATIENT_PAYMENT,
            -cents,
            "payments",
            f"P{next(self.refs)}",
        )
        self.act(post, [entry])
        self.owed[number] -= cents

    @rule(number=NUMBER, kind=st.sampled_from([HoldKind.DISPUTE, HoldKind.INSURANCE_PENDING, HoldKind.BANKRUPTCY]))
    def is_held(self, number: str, kind: HoldKind) -> None:
        account = account_of(self.database, number)
        person = kind is HoldKind.BANKRUPTCY
        whose = {"person_id": account.guarantor_id} if person else {"account_id": account.id}
        self.act(open_holds, [NewHold(kind, **whose)])

    @rule()
    def holds_are_cleared(self) -> None:
        self.act(
            clear_holds, [row[0] for row in rows(self.database, "SELECT id FROM hold WHERE cleared_on IS NULL")], "done"
        )

    @rule(number=NUMBER)
    def dies(self, number: str) -> None:
        if number != "B1":
            return
        self.act(record_death, account_of(self.database, number).guarantor_id, self.day - timedelta(days=1), "family")
        self.dead.add(number)

    @rule(code=CODE, number=NUMBER, part=st.integers(1, 3))
    def the_agency_collects(self, code: str, number: str, part: int) -> None:
        if number in self.agencies[code].ever:
            line = payment(number, max(1, OWED[number] // part), f"R{next(self.refs)}", paid_on=self.day)
            self.coming.append((code, AgencyFileKind.PAYMENTS, line))

    @rule(code=CODE, which=st.integers(0, 50))
    def a_payment_bounces(self, code: str, which: int) -> None:
        mine = [ref for ref, (whose, _, _) in self.posted.items() if whose == code]
        if mine:
            ref = mine[which % len(mine)]
            _, number, gross = self.posted[ref]
            line = payment(number, -gross, f"V{next(self.refs)}", kind="reversal", of_reference=ref, paid_on=self.day)
            self.coming.append((code, AgencyFileKind.PAYMENTS, line))

    @rule(code=CODE, number=NUMBER, accepted=st.booleans())
    def the_agency_answers(self, code: str, number: str, accepted: bool) -> None:
        if number in self.agencies[code].has:
            line = {
                "account_number": number,
                "answer": "accepted" if accepted else "rejected",
                "their_number": f"X{number}",
            }
            self.coming.append((code, AgencyFileKind.ACKNOWLEDGMENT, line))

    @rule(code=CODE, number=NUMBER)
    def the_agency_gives_back(self, code: str, number: str) -> None:
        if number in self.agencies[code].has:
            line = {
                "account_number": number,
                "code": "uncollectible",
                "returned_on": self.day,
                "note": str(next(self.refs)),
            }
            self.coming.append((code, AgencyFileKind.RETURNS, line))

    @rule(which=st.integers(0, 50))
    def a_file_comes(self, which: int) -> None:
        """Whichever was sent, in any order; those not drawn never come."""
        if self.coming:
            one = self.coming.pop(which % len(self.coming))
            self.incoming.append(one)
            self._take(one)

    @rule(which=st.integers(0, 50))
    def a_file_comes_twice(self, which: int) -> None:
        if self.incoming:
            self._take(self.incoming[which % len(self.incoming)])

    def _take(self, one: tuple[str, AgencyFileKind, dict[str, Any]]) -> None:
        code, kind, line = one
        number, agency = line["account_number"], self.agencies[code]
        stays = (
            "SELECT p.state FROM placement p JOIN agency g ON g.id = p.agency_id JOIN account a ON a.id = p.account_id "
            "WHERE g.code = :code AND a.number = :number AND p.placed_on IS NOT NULL ORDER BY p.id DESC"
        )
        before = rows(self.database, stays, code=code, number=number)[0][0]
        done = take(
            self.practice,
            write(self.practice, kind, [line], agency=code, name=f"{line.get('reference', 'file')}.csv"),
            self.day,
            code,
            kind=kind,
        )
        after = rows(self.database, stays, code=code, number=number)[0][0]
        if kind is AgencyFileKind.PAYMENTS:
            self._count(code, line, done.taken)
        # What they said themselves they know; what we did about it they are told.
        ended = before == "placed" and after in ("returned", "refused", "paid")
        if ended and number in agency.has:
            del agency.has[number]
        if before == "paid" and after == "placed":
            agency.has[number] = account_of(self.database, number).balance_cents

    def _count(self, code: str, line: dict[str, Any], taken: int) -> None:
        """What a line does to the account, by rules of our own: each payment once, each taken back at most once."""
        number, gross, ref = line["account_number"], line["gross"], line["reference"]
        of = line.get("of_reference")
        fresh = (of not in self.taken_back) if of else ref not in self.posted
        assert taken == int(fresh)
        if not fresh:
            return
        self.owed[number] -= gross
        if of:
            self.taken_back.add(of)
        else:
            self.posted[ref] = (code, number, gross)
        if number in self.agencies[code].has:
            self.agencies[code].has[number] -= gross

    @invariant()
    def every_cent_is_where_it_belongs(self) -> None:
        if not hasattr(self, "database"):
            return
        query = (
            "SELECT a.number, a.balance_cents, (SELECT sum(l.amount_cents) FROM ledger_entry l WHERE l.account_id = a.id) "
            "AS ledger FROM account a"
        )
        for row in rows(self.database, query):
            assert row.balance_cents == row.ledger == self.owed[row.number], row.number
        with self.database.reading() as conn:
            assert all(month["off_cents"] == 0 for month in reconcile(conn, self.day, 4))

    @invariant()
    def an_account_is_in_one_place_and_its_history_says_so(self) -> None:
        if not hasattr(self, "database"):
            return
        for number in NUMBERS:
            account = account_of(self.database, number)
            mine = rows(self.database, "SELECT * FROM placement WHERE account_id = :id ORDER BY id", id=account.id)
            there = [row.id for row in mine if row.state == "placed"]
            assert there == ([] if account.placement_id is None else [account.placement_id])
            assert len([row for row in mine if row.state in ("queued", "review", "placed")]) <= 1
            told = rows(
                self.database,
                "SELECT kind, count(*) FROM account_event WHERE account_id = :id GROUP BY kind",
                id=account.id,
            )
            counts = {row[0]: row[1] for row in told}
            assert counts.get("placed_with_agency", 0) == len([row for row in mine if row.placed_on is not None])
            ended = len([row for row in mine if row.ended_on is not None])
            assert counts.get("placement_ended", 0) == ended + counts.get("placement_reopened", 0)
            if number in self.dead:
                assert not there


def run(empty_sqlite: Path, examples: int, steps: int) -> None:
    Handoffs.empty = empty_sqlite
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Handoffs, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    )


@pytest.mark.long
def test_money_and_place_are_right_whatever_happens_in_whatever_order(empty_sqlite: Path) -> None:
    run(empty_sqlite, 8, 35)


@pytest.mark.soak
def test_money_and_place_are_right_over_many_more_random_lives(empty_sqlite: Path) -> None:
    run(empty_sqlite, LIVES, 60)
