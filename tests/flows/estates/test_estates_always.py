"""Random lives of an estate: from any order of events nothing goes to the dead or their family beyond what the law
allows, every matter has a deadline or a reason for none, and money ties out."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flows.calls.promises import promise
from flows.estates.attorneys import refer, set_attorney
from flows.estates.claims.offers import offer
from flows.estates.death.undo import undo_death
from flows.estates.liability.spouse import spouse_answers
from flows.estates.matters.decide import StepInput
from flows.estates.matters.facts import NewFact, set_fact
from flows.estates.matters.parties import NewParty, add_party
from flows.estates.matters.steps import take_step
from flows.estates.payments.commands import pay
from flows.ledger.payments import take_back
from flows.people.death import record_death, suspect_death
from flows.practice import Practice, practice_of
from flows.practice_tables import publish_table
from flows.proof.histories import verify_history
from flows.stages import STAGES, run_stage
from letters.estate.kinds import PAPERS
from models.database import open_database
from models.environment import Settings
from models.errors import Refused
from models.estate_enums import Authority, EstateFactName, MatterState, PartyRole, WriteOffReason
from models.user_enums import Role
from tests.conftest import TickingClock
from tests.flows.estates.estates import paper
from tests.lives import LIVES
from tests.small_book import Someone, account_of, publish_shipped, rows, take_in

FIRST = date(2026, 2, 3)
NUMBERS = ("A1", "A2", "B1")
_HOME = {"address1": "1 Court Street", "city": "Dayton", "state": "OH", "zip": "45402"}

GONE = "SELECT l.id, l.sent_on, l.mailed_on, l.rendered_on FROM letter l WHERE l.state NOT IN ('voided', 'queued')"
MAY_HAVE_DEBT = {"letters", "small_estate", "informal", "spouse", "attorney", "office"}


class Estates(RuleBasedStateMachine):
    """Harold with three accounts and Beth with one, whatever happens to them."""

    empty: Path

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pastdue-estates-"))
        shutil.copy(self.empty, self.folder / "pastdue.db")
        url = f"sqlite:///{self.folder / 'pastdue.db'}"
        self.database = open_database(url, TickingClock())
        self.practice: Practice = practice_of(self.database, Settings(self.folder / "home", url))
        self.day = FIRST
        publish_shipped(self.database)
        people = [
            Someone("Harold", [("A1", date(2026, 1, 5), 12_000), ("A2", date(2026, 1, 6), 8_000)]),
            Someone("Beth", [("B1", date(2026, 1, 5), 9_000)], "medicare"),
        ]
        take_in(self.database, people, date(2026, 1, 10))
        self.dead_since: dict[str, date] = {}
        self.paid = 0

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)

    def act(self, command: Callable[..., Any], *args: Any, **more: Any) -> Any:
        try:
            with self.database.transaction(actor="somebody", business_date=self.day) as tx:
                return command(tx, *args, **more)
        except Refused:
            return None

    def matters(self) -> list[int]:
        return [row[0] for row in rows(self.database, "SELECT id FROM estate_matter ORDER BY id")]

    @rule(days=st.integers(1, 20))
    def days_go_by(self, days: int) -> None:
        for _ in range(days):
            self.day += timedelta(1)
        for stage in STAGES:
            run_stage(self.practice, stage, self.day)

    @rule(number=st.sampled_from(NUMBERS), before=st.integers(-5, 60), sure=st.booleans())
    def somebody_dies(self, number: str, before: int, sure: bool) -> None:
        person = account_of(self.database, number).patient_id
        if sure:
            done = self.act(record_death, person, self.day - timedelta(before), "the family")
        else:
            done = self.act(suspect_death, person, "a neighbour")
        if done:
            self.dead_since.setdefault(number[0], self.day)

    @rule(number=st.sampled_from(NUMBERS), role=st.sampled_from([Role.ESTATE_DESK, Role.MANAGER]))
    def it_was_not_so(self, number: str, role: Role) -> None:
        if self.act(undo_death, account_of(self.database, number).patient_id, "lives", role) is not None:
            self.dead_since.pop(number[0], None)

    @rule(number=st.sampled_from(NUMBERS), cents=st.integers(1, 9_000))
    def a_promise_is_made(self, number: str, cents: int) -> None:
        if number[0] in self.dead_since:
            return
        account = account_of(self.database, number)
        if account.balance_cents >= cents:
            self.act(promise, account.guarantor_id, account.creditor_id, [account], cents, self.day + timedelta(9))

    @precondition(lambda self: self.matters())
    @rule(data=st.data(), name=st.sampled_from(list(EstateFactName)), back=st.integers(0, 40))
    def something_becomes_known(self, data: st.DataObject, name: EstateFactName, back: int) -> None:
        matter = data.draw(st.sampled_from(self.matters()))
        text = data.draw(
            st.sampled_from(["OH", "CA", "LA", "yes", "no", "500", "Montgomery", str(self.day - timedelta(back))])
        )
        self.act(set_fact, matter, NewFact(name, text, "court", self.day))

    @precondition(lambda self: self.matters())
    @rule(data=st.data(), role=st.sampled_from(list(PartyRole)), authority=st.sampled_from(list(Authority)))
    def somebody_takes_part(self, data: st.DataObject, role: PartyRole, authority: Authority) -> None:
        matter = data.draw(st.sampled_from(self.matters()))
        self.act(add_party, matter, NewParty(role, "Anna Example", "a paper", authority, _HOME))

    @precondition(lambda self: self.matters())
    @rule(
        data=st.data(),
        after=st.sampled_from(list(MatterState)),
        role=st.sampled_from(list(Role)),
        reason=st.sampled_from(list(WriteOffReason)),
        amount=st.none() | st.integers(1, 20_000),
    )
    def a_step_is_tried(
        self, data: st.DataObject, after: MatterState, role: Role, reason: WriteOffReason, amount: int | None
    ) -> None:
        matter = data.draw(st.sampled_from(self.matters()))
        given = StepInput("paper", self.day, "", self.day, amount, reason, self.day - timedelta(3))
        self.act(take_step, matter, after, role, given)

    @precondition(lambda self: self.matters())
    @rule(data=st.data(), kind=st.sampled_from(list(PAPERS)))
    def a_paper_is_tried(self, data: st.DataObject, kind: str) -> None:
        matter = data.draw(st.sampled_from(self.matters()))
        parties = [row[0] for row in rows(self.database, "SELECT id FROM estate_party WHERE matter_id = :m", m=matter)]
        to = data.draw(st.sampled_from([None, *parties]))
        try:
            paper(self.practice, matter, kind, to, self.day, reason="because")
        except Refused:
            return

    @precondition(lambda self: self.matters())
    @rule(data=st.data(), cents=st.integers(1, 20_000), ref=st.sampled_from(["c1", "c2", "c3"]))
    def money_comes(self, data: st.DataObject, cents: int, ref: str) -> None:
        matter = data.draw(st.sampled_from(self.matters()))
        entries = self.act(pay, matter, cents, f"{matter}-{ref}") or []
        self.paid += -sum(entry.amount_cents for entry in entries)

    @precondition(lambda self: self.matters())
    @rule(data=st.data(), number=st.sampled_from(NUMBERS), ref=st.sampled_from(["c1", "c2", "c3"]))
    def money_goes_back(self, data: st.DataObject, number: str, ref: str) -> None:
        matter = data.draw(st.sampled_from(self.matters()))
        entries = self.act(take_back, account_of(self.database, number), f"{matter}-{ref}", "bounced") or []
        self.paid -= sum(entry.amount_cents for entry in entries)

    @precondition(lambda self: self.matters())
    @rule(data=st.data(), cents=st.integers(1, 20_000))
    def an_offer_or_a_referral_is_made(self, data: st.DataObject, cents: int) -> None:
        matter = data.draw(st.sampled_from(self.matters()))
        self.act(offer, matter, cents, self.day + timedelta(20), Role.MANAGER)
        self.act(set_attorney, "smith", {"name": "Jo Smith"})
        self.act(refer, matter, "smith", "file it", 50_000, "hourly")

    @precondition(lambda self: self.matters())
    @rule(data=st.data())
    def a_spouse_is_asked(self, data: st.DataObject) -> None:
        matter = data.draw(st.sampled_from(self.matters()))
        home = {"address1": "1 Oak", "city": "Cairo", "state": "IL", "zip": "62914"}
        party = self.act(add_party, matter, NewParty(PartyRole.SPOUSE, "Sue Example", "kin", Authority.SPOUSE, home))
        told = {
            EstateFactName.STATE: "IL",
            EstateFactName.SPOUSE_LIABLE: "yes",
            EstateFactName.MARRIED_ON: "1999-01-01",
            EstateFactName.LIVED_TOGETHER: "yes",
        }
        for name, text in told.items():
            self.act(set_fact, matter, NewFact(name, text, "kin", self.day))
        self.act(publish_table, "spouses", "approved:\n  IL: {by: Jo, on: 2026-01-01}\n", "spouses.yaml", "test")
        if party is not None:
            self.act(spouse_answers, matter, party, "memo", Role.MANAGER)

    @invariant()
    def a_spouse_is_written_to_only_after_it_was_decided_and_never_in_the_dead_ones_name(self) -> None:
        if not hasattr(self, "database"):
            return
        query = (
            "SELECT DISTINCT l.id FROM letter l JOIN letter_account la ON la.letter_id = l.id "
            "JOIN person p ON p.id = l.guarantor_id WHERE p.first_name = 'Sue' AND NOT EXISTS (SELECT 1 FROM "
            "account_event e WHERE e.account_id = la.account_id AND e.kind = 'spouse_answers')"
        )
        assert rows(self.database, query) == []
        apart = (
            "SELECT a.number FROM account a JOIN enrollment e ON e.account_id = a.id "
            "WHERE a.guarantor_id <> e.guarantor_id"
        )
        assert rows(self.database, apart) == []

    @invariant()
    def no_letter_waits_or_goes_to_somebody_who_died(self) -> None:
        if not hasattr(self, "database"):
            return
        query = (
            "SELECT p.first_name FROM letter l JOIN person p ON p.id = l.guarantor_id "
            "WHERE l.state IN ('rendered', 'batched', 'sending') "
            "OR (l.rendered_on = :day AND l.state <> 'voided') OR (l.state = 'queued' AND l.queued_on < :day)"
        )
        for row in rows(self.database, query, day=self.day):
            since = self.dead_since.get(row[0][0].replace("H", "A"))
            assert since is None, f"a letter to {row[0]}, dead since {since}"

    @invariant()
    def no_call_is_open_to_somebody_who_died(self) -> None:
        if not hasattr(self, "database"):
            return
        query = "SELECT p.first_name FROM task t JOIN person p ON p.id = t.guarantor_id WHERE t.kind = 'call' AND t.state = 'open'"
        assert not {row[0][0].replace("H", "A") for row in rows(self.database, query)} & set(self.dead_since)

    @invariant()
    def no_paper_names_the_debt_to_somebody_without_authority(self) -> None:
        if not hasattr(self, "database"):
            return
        query = "SELECT p.kind, q.authority FROM estate_paper p JOIN estate_party q ON q.id = p.party_id"
        assert all(
            not PAPERS[row.kind].names_debt or row.authority in MAY_HAVE_DEBT for row in rows(self.database, query)
        )

    @invariant()
    def every_matter_that_runs_has_a_deadline_or_a_reason_for_none(self) -> None:
        if not hasattr(self, "database"):
            return
        query = "SELECT state, deadline_on, file_by_on, deadline_why, review_on, closed_on FROM estate_matter"
        for row in rows(self.database, query):
            if row.state in ("closed_paid", "closed_written_off", "annulled"):
                assert row.closed_on is not None and row.review_on is None
                continue
            assert row.review_on is not None
            assert row.deadline_why
            assert (row.deadline_on is None) == (row.file_by_on is None)
            assert row.deadline_on is None or row.file_by_on <= row.deadline_on

    @invariant()
    def what_the_dead_owe_is_in_a_matter_that_runs(self) -> None:
        if not hasattr(self, "database"):
            return
        query = (
            "SELECT a.number FROM account a JOIN person p ON p.id = a.guarantor_id WHERE p.death_date IS NOT NULL "
            "AND a.balance_cents > 0 AND NOT EXISTS (SELECT 1 FROM matter_account ma JOIN estate_matter m "
            "ON m.id = ma.matter_id WHERE ma.account_id = a.id "
            "AND m.state NOT IN ('closed_paid', 'closed_written_off', 'annulled'))"
        )
        assert rows(self.database, query) == []

    @invariant()
    def money_ties_out(self) -> None:
        if not hasattr(self, "database"):
            return
        off = (
            "SELECT number FROM account a WHERE balance_cents <> "
            "(SELECT SUM(amount_cents) FROM ledger_entry l WHERE l.account_id = a.id)"
        )
        assert rows(self.database, off) == []
        came = rows(
            self.database,
            "SELECT COALESCE(-SUM(amount_cents), 0) FROM ledger_entry "
            "WHERE source = 'estate' AND kind = 'patient_payment'",
        )
        assert came[0][0] == self.paid
        assert not rows(self.database, "SELECT 1 FROM account WHERE balance_cents < 0")
        with self.database.reading() as conn:
            assert verify_history(conn)["broken"] == []


def _play(empty: Path, lives: int, steps: int, *, same: bool = True) -> None:
    Estates.empty = empty
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    case = Estates.TestCase
    case.settings = settings(
        max_examples=lives,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=checks,
        derandomize=same,
        phases=(Phase.explicit, Phase.generate),
    )
    case("runTest").runTest()


@pytest.mark.long
def test_an_estate_holds_together_whatever_happens(empty_sqlite: Path) -> None:
    _play(empty_sqlite, 10, 30)


@pytest.mark.soak
def test_an_estate_holds_together_over_many_lives(empty_sqlite: Path) -> None:
    _play(empty_sqlite, LIVES, 60, same=False)
