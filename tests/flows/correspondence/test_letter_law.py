"""What the law calls a letter is the letter's own word: a refund is announced while a dispute is open."""

from datetime import date

import pytest

from compliance.check import check
from compliance.facts import LawWord
from compliance.load import catalogue
from compliance.rules import StepKind
from flows.accounts.eligibility import facts_for, stop_for
from flows.accounts.holds import NewHold, open_holds
from flows.accounts.snapshot import AccountNow, ContactsNow, CreditorNow, GroupNow, HoldNow, PersonNow
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.schedules.schedule import SendLetter
from flows.stages import run_stage
from letters.kinds import KINDS, LetterKind, kind_of
from models.enums import HoldKind, HoldScope, LedgerKind
from tests.small_book import account_of, rows, someone, take_in

TODAY = date(2026, 2, 2)


OF_THE_PERSON = (
    HoldKind.BANKRUPTCY,
    HoldKind.ATTORNEY,
    HoldKind.CEASE,
    HoldKind.DECEASED,
    HoldKind.MINOR,
    HoldKind.IDENTITY,
)
"""What no letter passes. A refund is no exception: money of somebody in bankruptcy is the trustee's (11 USC 541, 542),
that of somebody who died the estate's, and who has an attorney is written to through them: a person looks first."""

HELD_UP = ("tx", "dispute", "insurance_pending", "denial_appeal", "financial_assistance", "promise", "arrangement")
PASSES: dict[LetterKind, set[str]] = {
    LetterKind.STATEMENT: {"tx"},
    LetterKind.REMINDER_1: set(),
    LetterKind.REMINDER_2: set(),
    LetterKind.REMINDER_3: set(),
    LetterKind.FINAL_NOTICE: set(),
    LetterKind.ARRANGEMENT_OFFER: {"promise"},
    LetterKind.ARRANGEMENT_CONFIRMATION: {"promise", "arrangement"},
    LetterKind.ARRANGEMENT_BROKEN: {"promise", "arrangement"},
    LetterKind.PROMISE_BROKEN: {"promise"},
    LetterKind.RETURNED_CHECK: {"promise", "arrangement"},
    LetterKind.PAID_IN_FULL: {"tx"},
    LetterKind.DISPUTE_RECEIVED: {"tx", "dispute"},
    LetterKind.ITEMISED_STATEMENT: {"tx", "dispute", "promise", "arrangement"},
    LetterKind.PLACEMENT_NOTICE: set(),
    LetterKind.REFUND_NOTICE: set(HELD_UP),
    LetterKind.ADDRESS_CHECK: {"tx"},
    LetterKind.FINANCIAL_ASSISTANCE_SUMMARY: {"tx"},
}
"""What each kind passes of what may hold a letter up: `tx` is a Texas hospital that has sent no itemized bill yet."""


def group(*holds: HoldKind, state: str = "OH", creditor: str = "physician_practice") -> GroupNow:
    """A guarantor with one account, owing $150, and what stands against it."""
    account = AccountNow(
        id=1,
        number="A1",
        schedule_version_id=1,
        cycle=1,
        anchor_on=TODAY,
        payer_class="commercial",
        balance_cents=150_00,
        first_statement_on=date(2025, 10, 5),
        service_from=date(2025, 9, 1),
        holds=tuple(HoldNow(kind, HoldScope.ALL, date(2026, 1, 1), None) for kind in holds),
    )
    person = PersonNow(1, state=state, city="Lake", zip="43004")
    return GroupNow(person, CreditorNow(1, "C1", "Lake Clinic", creditor, state), ContactsNow(), (account,))


def passes(kind: LetterKind, against: GroupNow) -> bool:
    return stop_for(SendLetter(kind), against.accounts[0], against, TODAY) is None


def test_the_words_of_the_law_are_those_of_the_rules() -> None:
    assert {*LawWord} == catalogue().vocabulary["step.letter_kind"].words


def test_every_kind_of_letter_has_its_row_and_the_law_its_word_for_it() -> None:
    assert {*LetterKind} == {*KINDS} == {*PASSES}
    assert all(isinstance(kind.law, LawWord) for kind in KINDS.values())
    assert kind_of("our-own-letter").law is LawWord.REMINDER_1


@pytest.mark.parametrize("kind", list(LetterKind))
def test_what_holds_up_a_letter_of_a_kind(kind: LetterKind) -> None:
    found = {name for name in HELD_UP if name != "tx" and passes(kind, group(HoldKind(name)))}
    if passes(kind, group(state="TX", creditor="forprofit_hospital")):
        found.add("tx")
    assert found == PASSES[kind]
    assert passes(kind, group())


@pytest.mark.parametrize("kind", list(LetterKind))
@pytest.mark.parametrize("hold", OF_THE_PERSON)
def test_no_letter_passes_what_stops_the_person(kind: LetterKind, hold: HoldKind) -> None:
    assert not passes(kind, group(hold))


@pytest.mark.parametrize(
    "kind", [kind for kind in LetterKind if KINDS[kind].asks_for_payment or kind is LetterKind.ARRANGEMENT_OFFER]
)
def test_what_wants_money_is_never_called_a_notice(kind: LetterKind) -> None:
    assert KINDS[kind].law is not LawWord.NOTICE


ASKS_LIKE_A_REMINDER = [LetterKind.PROMISE_BROKEN, LetterKind.ARRANGEMENT_BROKEN, LetterKind.RETURNED_CHECK]


@pytest.mark.parametrize("kind", ASKS_LIKE_A_REMINDER)
@pytest.mark.parametrize(
    ("rule", "state"), [("fed-501r-statement-text", "OH"), ("st-ma-validation", "MA"), ("st-nj-collection-text", "NJ")]
)
def test_a_letter_that_asks_must_hold_the_lines_that_a_reminder_must_hold(
    kind: LetterKind, rule: str, state: str
) -> None:
    against = group(state=state, creditor="nonprofit_hospital")
    facts = facts_for(StepKind.LETTER, SendLetter(kind), against.accounts[0], against, TODAY)
    assert rule not in [one.rule for one in check(StepKind.LETTER, facts, TODAY).findings]
    bare = {**facts, "step.attachments": ()}
    assert rule in [one.rule for one in check(StepKind.LETTER, bare, TODAY).findings]


@pytest.mark.parametrize("hold", [HoldKind.DISPUTE, HoldKind.INSURANCE_PENDING, HoldKind.DENIAL_APPEAL])
def test_a_refund_notice_does_not_wait_for_a_dispute_or_an_insurer(practice: Practice, hold: HoldKind) -> None:
    take_in(practice.database, [someone("Ann")], TODAY)
    key = account_of(practice.database, "A1").id
    with practice.database.transaction(actor="leo", business_date=TODAY) as tx:
        open_holds(tx, [NewHold(hold, account_id=key)])
        post(tx, [Entry(key, TODAY, LedgerKind.PATIENT_PAYMENT, -150_00, "payments", "R1")])
        post(tx, [Entry(key, TODAY, LedgerKind.REFUND, 30_00, "refund", "1")])
    run_stage(practice, "letters", TODAY)
    assert ("refund-notice", "rendered") in [
        (row.kind, row.state) for row in rows(practice.database, "SELECT kind, state FROM letter")
    ]
