"""Random days, calls, payments and restrictions: whatever happens in whatever order, no contact is made that must not
be, no two letters come too close, no instalment is lost, and every cent is accounted for."""

import itertools
import shutil
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from flows.accounts.holds import NewHold, clear_holds, open_holds
from flows.arrangements.commands import Ask, cancel, create, move, skip
from flows.arrangements.plan import PlanRequest
from flows.arrangements.settlements.commands import Offer, offer
from flows.arrangements.settlements.queries import accounts_of
from flows.calls.assignment import take
from flows.calls.commands import CallResult, record_call_result, record_inbound_call
from flows.calls.dispositions import DISPOSITIONS
from flows.insurance.commands import answered, bill, not_in_force, report_insurance
from flows.insurance.decide import ReportedInsurance
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.ledger.queries import paid_since
from flows.people.contact.commands import change_person
from flows.people.death import record_death
from flows.practice import Practice, practice_of
from flows.proof.histories import verify_history
from flows.settings.commands import change_setting
from models.database import open_database
from models.enums import HoldKind, LedgerKind, PayerClass
from models.environment import Settings
from models.errors import Refused
from tests.conftest import TickingClock
from tests.lives import LIVES
from tests.small_book import publish_text, rows, run_days, someone, take_in

HOME = ZoneInfo("America/New_York")
FIRST = date(2026, 1, 5)
START = date(2026, 2, 5)
SPACING = 14
NEVER_WRITTEN_TO = ("attorney", "bankruptcy", "deceased")
NEVER_CALLED = (*NEVER_WRITTEN_TO, "cease", "phone_unknown")
QUIET = ("no_answer", "busy", "voicemail", "third_party", "right_party_no_commitment", "promise_to_pay", "callback")
STOPS_AN_ACCOUNT = ("dispute", "insurance_pending", "financial_assistance", "arrangement", "promise", "settlement")


SCHEDULE = """
schedule: many-contacts
title: More calls and letters than anybody would want
enter: {overdue_days: 30, balance: {at_least: 1.00}}
spacing: {letters: {at_least_days: 14, gather_days: 7}}
steps:
  - {id: call-1, at: {day: 30}, do: {call: {script: first-call, attempts: 9, every_days: 1, give_up_after_days: 30}}}
  - {id: reminder-1, at: {day: 32}, do: {letter: reminder-1}}
  - {id: call-2, at: {day: 44}, do: {call: {script: first-call, attempts: 9, every_days: 1, give_up_after_days: 30}}}
  - {id: reminder-2, at: {day: 50}, do: {letter: reminder-2}}
  - {id: call-3, at: {day: 58}, do: {call: {script: first-call, attempts: 9, every_days: 1, give_up_after_days: 30}}}
  - {id: reminder-3, at: {day: 70}, do: {letter: reminder-3}}
  - {id: call-4, at: {day: 72}, do: {call: {script: first-call, attempts: 9, every_days: 1, give_up_after_days: 30}}}
  - {id: final-notice, at: {day: 90}, do: {letter: final-notice}}
on:
  promise_broken: {do: {call: {script: broken-promise}}}
  arrangement_broken: {do: {letter: arrangement-broken}, then: {resume_at: reminder-3}}
  paid_in_full: {do: {letter: paid-in-full}, then: finish}
"""


class Days(RuleBasedStateMachine):
    """Three guarantors, one of them with two accounts, and all that can happen to them."""

    empty: ClassVar[Path]

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pastdue-days-"))
        path = self.folder / "pastdue.db"
        shutil.copy(self.empty, path)
        url = f"sqlite:///{path}"
        database = open_database(url, TickingClock())
        with database.transaction(actor="test", business_date=FIRST) as tx:
            change_setting(tx, "pdf", "no")
        self.practice: Practice = practice_of(database, Settings(self.folder / "home", url))
        self.database = database
        self.day = START
        self.refs = itertools.count(1)
        self.paid: list[tuple[int, str, int]] = []
        publish_text(database, SCHEDULE)
        take_in(
            database,
            [
                someone("Ada", accounts=[("A1", FIRST, 500_00), ("A2", FIRST + timedelta(days=20), 90_00)]),
                someone("Bea", "B1", FIRST, 260_00),
                someone("Cy", "C1", FIRST, 55_00),
            ],
            FIRST + timedelta(days=20),
        )
        self.accounts = [row.id for row in rows(database, "SELECT id FROM account ORDER BY id")]
        self.persons = sorted({row[0] for row in rows(database, "SELECT guarantor_id FROM account")})

    def teardown(self) -> None:
        if hasattr(self, "database"):
            with self.database.reading() as conn:
                assert verify_history(conn)["broken"] == []
            self.database.close()
            shutil.rmtree(self.folder)

    def act(self, command: Any, *given: Any, **named: Any) -> Any:
        """Do something; whether it was refused does not matter, that it does no harm does."""
        try:
            with self.database.transaction(actor="maria", business_date=self.day) as tx:
                return command(tx, *given, **named)
        except Refused:
            return None

    @rule()
    def a_day_passes(self) -> None:
        self._pass(1)

    @rule(days=st.integers(2, 12))
    def days_pass(self, days: int) -> None:
        self._pass(days)

    def _pass(self, days: int) -> None:
        for _ in range(days):
            run_days(self.practice, self.day, self.day)
            self._letters_of_today_were_lawful()
            self.day += timedelta(days=1)

    def _letters_of_today_were_lawful(self) -> None:
        written = rows(
            self.database,
            "SELECT l.id, l.kind, l.guarantor_id, p.death_date FROM letter l JOIN person p ON p.id = l.guarantor_id "
            "WHERE l.state = 'rendered' AND l.queued_on = :day",
            day=str(self.day),
        )
        for letter in written:
            assert letter.death_date is None
            assert not self._held("person_id", letter.guarantor_id, NEVER_WRITTEN_TO)
            spoken = rows(
                self.database, "SELECT account_id, kind FROM letter_account WHERE letter_id = :id", id=letter.id
            )
            for account, kind in spoken:
                if kind.startswith(("reminder", "final")):
                    assert not self._held("account_id", account, STOPS_AN_ACCOUNT), (letter.kind, kind)

    def _held(self, column: str, key: int, kinds: tuple[str, ...]) -> bool:
        found = rows(
            self.database,
            f"SELECT kind FROM hold WHERE {column} = :key AND cleared_on IS NULL AND (until_on IS NULL OR until_on > :day)",
            key=key,
            day=str(self.day),
        )
        return any(row.kind in kinds for row in found)

    @rule(
        hour=st.integers(6, 22),
        code=st.sampled_from(sorted(DISPOSITIONS)),
        which=st.integers(0, 9),
        on=st.integers(0, 20),
    )
    def a_collector_calls(self, hour: int, code: str, which: int, on: int) -> None:
        now = datetime.combine(self.day, time(hour, 30), HOME).astimezone(UTC)
        for (task,) in rows(self.database, "SELECT id FROM task WHERE kind = 'call' AND state = 'open' ORDER BY id"):
            call = self.act(take, task, now)
            if call is None:
                continue
            self._was_lawful(call.group.person.id, now)
            one = QUIET[which % len(QUIET)] if which else code
            said = CallResult(one, now.isoformat(), 20_00, self.day + timedelta(days=on))
            if one == "deceased":
                said = CallResult(one, now.isoformat())
            self.act(record_call_result, task, said)
            with self.database.transaction(actor="maria", business_date=self.day) as tx:
                tx.conn.exec_driver_sql("UPDATE task SET in_progress_by = NULL")

    def _was_lawful(self, person: int, now: datetime) -> None:
        """Told apart from the engine's own check: hours, Sundays, counts and talks by plain counting."""
        local = now.astimezone(HOME).time()
        assert time(8) <= local <= time(21)
        assert self.day.weekday() != 6
        assert not self._held("person_id", person, NEVER_CALLED)
        week = str(self.day - timedelta(days=6))
        made = rows(
            self.database,
            "SELECT talked, counts, made_on FROM contact_attempt WHERE guarantor_id = :person AND made_on >= :week",
            person=person,
            week=week,
        )
        assert sum(row.counts for row in made) < 7
        assert not any(row.talked for row in made)
        assert rows(self.database, "SELECT death_date FROM person WHERE id = :id", id=person)[0][0] is None

    @rule(which=st.integers(0, 9), code=st.sampled_from(["promise_to_pay", "dispute", "cease", "hardship", "callback"]))
    def they_call(self, which: int, code: str) -> None:
        account = self.accounts[which % len(self.accounts)]
        at = datetime.combine(self.day, time(17), UTC).isoformat()
        self.act(record_inbound_call, account, CallResult(code, at, 15_00, self.day + timedelta(days=4)))

    @rule(which=st.integers(0, 9), cents=st.sampled_from([5_00, 25_00, 50_00, 260_00]))
    def a_payment_comes(self, which: int, cents: int) -> None:
        account, ref = self.accounts[which % len(self.accounts)], f"P{next(self.refs)}"
        self._post(account, LedgerKind.PATIENT_PAYMENT, -cents, ref)
        self.paid.append((account, ref, cents))

    @precondition(lambda self: bool(getattr(self, "paid", [])))
    @rule()
    def a_check_comes_back(self) -> None:
        account, ref, cents = self.paid.pop()
        self._post(account, LedgerKind.PATIENT_PAYMENT, cents, f"{ref}:reversal")

    @rule(which=st.integers(0, 9), cents=st.sampled_from([10_00, 80_00]))
    def insurance_pays_late(self, which: int, cents: int) -> None:
        self._post(
            self.accounts[which % len(self.accounts)], LedgerKind.INSURANCE_PAYMENT, -cents, f"I{next(self.refs)}"
        )

    def _post(self, account: int, kind: LedgerKind, cents: int, ref: str) -> None:
        self.act(post, [Entry(account, self.day, kind, cents, "payments", ref)])

    @rule(
        which=st.integers(0, 9),
        kind=st.sampled_from([HoldKind.DISPUTE, HoldKind.INSURANCE_PENDING, HoldKind.BANKRUPTCY, HoldKind.ATTORNEY]),
        until=st.none() | st.integers(1, 30),
    )
    def a_hold_is_opened(self, which: int, kind: HoldKind, until: int | None) -> None:
        account = self.accounts[which % len(self.accounts)]
        last = None if until is None else self.day + timedelta(days=until)
        if kind in (HoldKind.BANKRUPTCY, HoldKind.ATTORNEY):
            person = rows(self.database, "SELECT guarantor_id FROM account WHERE id = :id", id=account)[0][0]
            self.act(open_holds, [NewHold(kind, person_id=person, until=last)])
        else:
            self.act(open_holds, [NewHold(kind, account_id=account, until=last)])

    @rule()
    def holds_are_cleared(self) -> None:
        kinds = "('dispute', 'insurance_pending', 'bankruptcy', 'attorney', 'cease', 'financial_assistance')"
        found = rows(self.database, f"SELECT id FROM hold WHERE cleared_on IS NULL AND kind IN {kinds}")
        self.act(clear_holds, [row.id for row in found], "cleared")

    @rule(which=st.integers(0, 9), cents=st.sampled_from([25_00, 50_00, 130_00]), both=st.booleans())
    def a_plan_is_made(self, which: int, cents: int, both: bool) -> None:
        account = self.accounts[which % len(self.accounts)]
        about = tuple(self.accounts[:2]) if both else (account,)
        self.act(create, Ask(about, PlanRequest(amount_cents=cents)))

    @rule(what=st.sampled_from(["skip", "move", "cancel"]), payment=st.integers(0, 12), days=st.integers(0, 40))
    def a_plan_is_changed(self, what: str, payment: int, days: int) -> None:
        for (number,) in rows(self.database, "SELECT id FROM arrangement WHERE state = 'active' ORDER BY id LIMIT 1"):
            match what:
                case "skip":
                    self.act(skip, number, payment, "ill")
                case "move":
                    self.act(move, number, payment, self.day + timedelta(days=days), "wages come later")
                case _:
                    self.act(cancel, number, "no more")

    @rule(which=st.integers(0, 9), percent=st.sampled_from([60, 92]))
    def less_is_offered(self, which: int, percent: int) -> None:
        account = self.accounts[which % len(self.accounts)]
        self.act(offer, Offer((account,), self.day + timedelta(days=20), "hardship", percent=percent))

    @rule(which=st.integers(0, 9), what=st.sampled_from(["told", "billed", "answered", "not in force"]))
    def insurance_is_spoken_of(self, which: int, what: str) -> None:
        account = self.accounts[which % len(self.accounts)]
        told = ReportedInsurance("Acme Health", PayerClass.COMMERCIAL, f"XQ{which}", "a letter")
        self.act(report_insurance, [account], told)
        for (number,) in rows(self.database, "SELECT id FROM coverage WHERE ended_on IS NULL ORDER BY id LIMIT 1"):
            match what:
                case "billed":
                    self.act(bill, number, self.day)
                case "answered":
                    self.act(answered, number, "paid nothing")
                case "not in force":
                    self.act(not_in_force, number, "ended before")
                case _:
                    pass

    @invariant()
    def a_settlement_that_is_paid_has_its_money(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.reading() as conn:
            for one in rows(
                self.database, "SELECT id, amount_cents, after_entry_id FROM settlement WHERE state = 'paid'"
            ):
                assert paid_since(conn, accounts_of(conn, one.id), one.after_entry_id) >= one.amount_cents

    @rule(which=st.integers(0, 9), text=st.sampled_from(["", "mon-fri 09:00-17:00", "sat; sun"]))
    def they_say_when_not_to_call(self, which: int, text: str) -> None:
        self.act(change_person, self.persons[which % len(self.persons)], {"no_call_times": text}, "told")

    @precondition(lambda self: getattr(self, "day", START) > START + timedelta(days=60))
    @rule(which=st.integers(0, 9))
    def somebody_dies(self, which: int) -> None:
        self.act(record_death, self.persons[which % len(self.persons)], self.day, "told by the family")

    @invariant()
    def every_balance_is_its_ledgers(self) -> None:
        if not hasattr(self, "database"):
            return
        wrong = rows(
            self.database,
            "SELECT a.id FROM account a WHERE a.balance_cents <> "
            "(SELECT coalesce(sum(e.amount_cents), 0) FROM ledger_entry e WHERE e.account_id = a.id)",
        )
        assert wrong == []

    @invariant()
    def no_instalment_is_lost_and_all_cents_add_up(self) -> None:
        if not hasattr(self, "database"):
            return
        for plan in rows(self.database, "SELECT * FROM arrangement"):
            payments = rows(
                self.database, "SELECT * FROM instalment WHERE arrangement_id = :id ORDER BY number", id=plan.id
            )
            assert sum(one.amount_cents for one in payments) + plan.reduced_cents == plan.total_cents
            assert [one.number for one in payments] == list(
                range(payments[0].number, payments[0].number + len(payments))
            )
            assert all(0 <= one.paid_cents <= one.amount_cents for one in payments)
            if plan.state == "active":
                left = sum(one.amount_cents - one.paid_cents for one in payments)
                assert left > 0
                held = rows(
                    self.database,
                    "SELECT count(*) FROM hold h JOIN arrangement_account a ON a.account_id = h.account_id "
                    "WHERE a.arrangement_id = :id AND h.kind = 'arrangement' AND h.cleared_on IS NULL",
                    id=plan.id,
                )[0][0]
                mine = rows(
                    self.database, "SELECT count(*) FROM arrangement_account WHERE arrangement_id = :id", id=plan.id
                )
                assert held == mine[0][0]

    @invariant()
    def no_two_letters_of_a_schedule_are_too_close(self) -> None:
        if not hasattr(self, "database"):
            return
        sent = rows(
            self.database,
            "SELECT guarantor_id, queued_on FROM letter WHERE origin = 'scheduled' AND state <> 'voided' "
            "ORDER BY guarantor_id, queued_on",
        )
        for (who, one), (other, later) in itertools.pairwise((row[0], date.fromisoformat(str(row[1]))) for row in sent):
            assert who != other or (later - one).days >= SPACING

    @invariant()
    def at_most_one_open_call_a_guarantor(self) -> None:
        if not hasattr(self, "database"):
            return
        twice = "SELECT guarantor_id FROM task WHERE kind = 'call' AND state = 'open' GROUP BY 1 HAVING count(*) > 1"
        assert rows(self.database, twice) == []


def play(empty: Path, examples: int, steps: int) -> None:
    Days.empty = empty
    run_state_machine_as_test(  # pyright: ignore[reportUnknownVariableType]
        Days, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    )


@pytest.mark.long
def test_no_day_makes_a_contact_that_must_not_be(empty_sqlite: Path) -> None:
    play(empty_sqlite, 15, 35)


@pytest.mark.soak
def test_no_long_run_of_days_does(empty_sqlite: Path) -> None:
    play(empty_sqlite, LIVES, 50)
