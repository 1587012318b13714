"""The life of a matter: what each step takes, who may, what follows, and what is refused with what to do."""

from datetime import date, timedelta

import pytest

from flows.accounts.holds import NewHold, open_holds
from flows.estates.claims.claim import Owed, RefusedClaim, claim_of
from flows.estates.claims.offers import offer
from flows.estates.claims.weigh import weigh
from flows.estates.matters.facts import forget_fact
from flows.estates.matters.states import TRANSITIONS, may_follow
from flows.estates.payments.commands import pay
from flows.practice import Practice
from models.enums import HoldKind
from models.errors import Refused
from models.estate_enums import EstateFactName, MatterState, PartyRole, WriteOffReason
from models.user_enums import Role
from models.values import BadValue
from tests.flows.estates.estates import (
    DIED,
    LATER,
    act,
    balances,
    die,
    fact,
    go,
    harold,
    now,
    party,
    to_claim,
    to_filed,
)
from tests.refusals import refused
from tests.small_book import account_of, history, rows

MANAGER = Role.MANAGER


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database)
    return practice


@pytest.fixture
def matter(home: Practice) -> int:
    return die(home.database)


def test_every_state_but_the_annulled_leads_somewhere_and_all_are_reached() -> None:
    befores = {before for before, _ in TRANSITIONS}
    afters = {after for _, after in TRANSITIONS}
    assert befores == set(MatterState) - {MatterState.ANNULLED}
    assert afters == set(MatterState) - {MatterState.REPORTED, MatterState.ANNULLED}


def test_a_claim_is_filed_allowed_and_paid_to_the_cent(home: Practice, matter: int) -> None:
    to_filed(home, matter)
    assert now(home.database, matter).claim_cents == 20_000
    go(home.database, matter, MatterState.ALLOWED, on=LATER)
    go(home.database, matter, MatterState.AWAITING_PAYMENT)
    with pytest.raises(Refused, match="a zero balance on every account"):
        go(home.database, matter, MatterState.CLOSED_PAID)
    act(home.database, LATER, pay, matter, 20_000, "check 1")
    assert act(home.database, LATER, pay, matter, 20_000, "check 1") == []
    go(home.database, matter, MatterState.CLOSED_PAID)
    assert balances(home.database) == [0, 0]
    assert now(home.database, matter).closed_on == LATER
    kinds = [kind for _, kind, _ in history(home.database, "A2") if kind == "matter_moved"]
    assert len(kinds) == 7


def test_a_disallowance_starts_the_clock_of_the_suit_and_a_compromise_ends_it(home: Practice, matter: int) -> None:
    to_filed(home, matter)
    go(home.database, matter, MatterState.DISALLOWED, on=LATER)
    assert now(home.database, matter).sue_by_on == date(2026, 5, 20)
    act(home.database, LATER, offer, matter, 16_000, LATER + timedelta(30), Role.ESTATE_DESK)
    go(home.database, matter, MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT)
    act(home.database, LATER, pay, matter, 16_000, "check 1")
    go(home.database, matter, MatterState.CLOSED_WRITTEN_OFF, role=MANAGER, reason=WriteOffReason.COMPROMISED)
    assert balances(home.database) == [0, 0]
    assert account_of(home.database, "A1").state == "paid"
    assert account_of(home.database, "A2").state == "written_off"
    off = rows(home.database, "SELECT amount_cents, reference FROM ledger_entry WHERE kind = 'write_off'")
    assert [tuple(row) for row in off] == [(-4_000, "estate: compromised")]


def test_the_desk_offers_within_its_limit_and_the_manager_beyond_it(home: Practice, matter: int) -> None:
    to_filed(home, matter)
    until = LATER + timedelta(10)
    with pytest.raises(Refused, match="a manager can offer less"):
        act(home.database, LATER, offer, matter, 10_000, until, Role.ESTATE_DESK)
    act(home.database, LATER, offer, matter, 10_000, until, MANAGER)
    with pytest.raises(Refused, match="the offer expired on"):
        go(home.database, matter, MatterState.COMPROMISED, today=until + timedelta(1), on=until + timedelta(1))


def test_an_offer_is_no_offer_before_a_claim_is_filed(home: Practice, matter: int) -> None:
    with pytest.raises(Refused, match="an offer can't be made while the state of matter 1 is"):
        act(home.database, LATER, offer, matter, 10_000, LATER + timedelta(10), MANAGER)


@pytest.mark.parametrize(
    ("after", "given", "says"),
    [
        (MatterState.FILED, {}, "the next state can be"),
        (MatterState.NOT_COST_EFFECTIVE, {"reason": WriteOffReason.SMALL}, "the next state can be"),
        (MatterState.CLOSED_WRITTEN_OFF, {"reason": WriteOffReason.SMALL}, "the next state can be"),
    ],
)
def test_a_step_out_of_turn_is_refused_with_those_there_are(
    home: Practice, matter: int, after: MatterState, given: dict[str, object], says: str
) -> None:
    before = history(home.database, "A1")
    with pytest.raises(Refused, match=says):
        go(home.database, matter, after, **given)
    assert history(home.database, "A1") == before


def test_no_step_annuls_a_matter_and_the_desk_is_told_what_does(home: Practice, matter: int) -> None:
    to_filed(home, matter)
    for role in Role:
        with refused(f"annul the report.*estate undo {matter} --why"):
            go(home.database, matter, MatterState.ANNULLED, role=role, why="he lives")
    assert MatterState.ANNULLED not in may_follow(MatterState.SEARCHING)
    assert now(home.database, matter).state == "filed"


def test_a_step_names_all_that_is_missing_for_it(home: Practice, matter: int) -> None:
    go(home.database, matter, MatterState.SEARCHING)
    with pytest.raises(Refused, match=r"county.*case number.*representative"):
        go(home.database, matter, MatterState.FOUND)


@pytest.mark.parametrize("role", [Role.COLLECTOR, Role.AUDITOR, Role.ATTORNEY])
def test_a_step_of_the_desk_is_nobody_elses(home: Practice, matter: int, role: Role) -> None:
    with pytest.raises(
        Refused, match="only the role Estate desk or the role Manager can move the matter to Probate search"
    ):
        go(home.database, matter, MatterState.SEARCHING, role=role)


def test_a_claim_cannot_be_filed_without_its_paper_and_the_proof_that_it_went(home: Practice, matter: int) -> None:
    to_claim(home, matter)
    with pytest.raises(Refused, match=r"claim document.*proof that the claim was sent"):
        go(home.database, matter, MatterState.FILED, on=LATER)


def test_an_answer_before_the_filing_is_refused(home: Practice, matter: int) -> None:
    to_filed(home, matter)
    with pytest.raises(Refused, match="before the claim was filed"):
        go(home.database, matter, MatterState.DISALLOWED, on=LATER - timedelta(1))


def test_no_more_is_allowed_than_was_claimed(home: Practice, matter: int) -> None:
    to_filed(home, matter)
    with pytest.raises(Refused, match="is not between \$0 and the claim"):
        go(home.database, matter, MatterState.ALLOWED_IN_PART, on=LATER, amount_cents=20_001)


def test_a_day_after_today_and_a_step_without_a_source_are_refused(home: Practice, matter: int) -> None:
    with pytest.raises(Refused, match="is in the future"):
        go(home.database, matter, MatterState.SEARCHING, on=LATER + timedelta(1))
    to_filed(home, matter)
    with pytest.raises(Refused, match="is in the future"):
        go(home.database, matter, MatterState.ALLOWED, on=LATER + timedelta(1))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (EstateFactName.LETTERS_ISSUED, "2026-01-31", "before the death"),
        (EstateFactName.LETTERS_ISSUED, "2026-12-01", "is in the future"),
        (EstateFactName.STATE, "OX", "is not in the table of claims"),
        (EstateFactName.STATE, "XX", "is not in the table of claims"),
        (EstateFactName.FIRST_PUBLICATION, "2026-01-01", "before the death"),
        (EstateFactName.NOTICE_RECEIVED, "2026-01-01", "before the death"),
        (EstateFactName.ASSETS, "-5", "below zero"),
        (EstateFactName.SPOUSE_LIABLE, "perhaps", "yes or no"),
        (EstateFactName.COUNTY, " ", "is empty"),
    ],
)
def test_a_fact_that_cannot_be_is_refused(
    home: Practice, matter: int, name: EstateFactName, text: str, says: str
) -> None:
    with pytest.raises((Refused, BadValue, Exception), match=says) as refused:
        fact(home.database, matter, name, text)
    assert "Refused" in [base.__name__ for base in type(refused.value).__mro__]


def test_publication_before_letters_and_a_second_publication_are_refused(home: Practice, matter: int) -> None:
    fact(home.database, matter, EstateFactName.LETTERS_ISSUED, "2026-03-01")
    with pytest.raises(Refused, match="before the letters"):
        fact(home.database, matter, EstateFactName.FIRST_PUBLICATION, "2026-02-20")
    fact(home.database, matter, EstateFactName.FIRST_PUBLICATION, "2026-03-05")
    with pytest.raises(Refused, match="already has its first publication on 2026-03-05"):
        fact(home.database, matter, EstateFactName.FIRST_PUBLICATION, "2026-03-12")
    act(home.database, LATER, forget_fact, matter, EstateFactName.FIRST_PUBLICATION, "the paper was misread")
    fact(home.database, matter, EstateFactName.FIRST_PUBLICATION, "2026-03-12")
    assert now(home.database, matter).published_on == date(2026, 3, 12)


def test_a_fact_moves_the_deadline_and_the_old_one_stays_known(home: Practice, matter: int) -> None:
    assert now(home.database, matter).deadline_on == date(2026, 8, 1)
    fact(home.database, matter, EstateFactName.NOTICE_RECEIVED, "2026-03-10")
    row = now(home.database, matter)
    assert (row.deadline_on, row.file_by_on) == (date(2026, 4, 9), date(2026, 4, 9))
    kept = rows(home.database, "SELECT deadline_on, replaced_on FROM matter_deadline ORDER BY id")
    assert [(str(one[0]), one[1] is None) for one in kept] == [("2026-08-01", False), ("2026-04-09", True)]


def test_a_state_without_a_period_has_a_reason_instead_of_a_deadline(home: Practice, matter: int) -> None:
    fact(home.database, matter, EstateFactName.STATE, "la")
    row = now(home.database, matter)
    assert row.deadline_on is None
    assert "has no period for claims" in row.deadline_why


def test_what_insurance_may_still_pay_is_claimed_as_contingent(home: Practice, matter: int) -> None:
    pending = [NewHold(HoldKind.INSURANCE_PENDING, account_id=account_of(home.database, "A2").id)]
    act(home.database, LATER, open_holds, pending)
    to_claim(home, matter)
    row = now(home.database, matter)
    assert (row.claim_cents, row.contingent_cents) == (20_000, 8_000)


@pytest.mark.parametrize("amount", [0, -1, 20_001])
def test_a_claim_above_the_ledger_is_refused(amount: int) -> None:
    owed = [Owed("A1", "self_pay", DIED, None, 12_000), Owed("A2", "self_pay", DIED, None, 8_000, payer_open=True)]
    with pytest.raises(RefusedClaim, match="claim the ledger balance"):
        claim_of(owed, "OH", DIED, LATER, amount)
    assert claim_of(owed, "OH", DIED, LATER, 15_000).contingent_cents == 3_000


def test_no_claim_is_made_for_what_medicaid_protects() -> None:
    with pytest.raises(RefusedClaim, match="write it off, or correct"):
        claim_of([Owed("A1", "qmb", DIED, None, 12_000)], "OH", DIED, LATER)


@pytest.mark.parametrize(("amount", "says"), [(0, "more than \$0"), (20_001, "belongs to the estate")])
def test_a_payment_of_nothing_or_of_too_much_is_refused(home: Practice, matter: int, amount: int, says: str) -> None:
    with pytest.raises(Refused, match=says):
        act(home.database, LATER, pay, matter, amount, "check 1")


def test_an_insolvent_estate_pays_our_class_its_part(home: Practice, matter: int) -> None:
    to_claim(home, matter)
    fact(home.database, matter, EstateFactName.ASSETS, "1000")
    fact(home.database, matter, EstateFactName.DEBTS_AHEAD, "950")
    with home.database.reading() as conn:
        found = weigh(conn, now(home.database, matter))
    assert found.share is not None and found.share.ours_cents == 5_000
    assert not found.worth.worth_it
    assert found.worth.reasons[0].code is WriteOffReason.INSOLVENT


def test_a_matter_not_worth_it_is_the_managers_word_with_its_reason(home: Practice, matter: int) -> None:
    go(home.database, matter, MatterState.SEARCHING)
    with pytest.raises(Refused, match="only the role Manager"):
        go(home.database, matter, MatterState.NOT_COST_EFFECTIVE, reason=WriteOffReason.SMALL)
    go(home.database, matter, MatterState.NOT_COST_EFFECTIVE, role=MANAGER, reason=WriteOffReason.SMALL)
    with pytest.raises(Refused, match="can't be written off with the reason"):
        go(home.database, matter, MatterState.CLOSED_WRITTEN_OFF, role=MANAGER, reason=WriteOffReason.BARRED)
    go(home.database, matter, MatterState.CLOSED_WRITTEN_OFF, role=MANAGER, reason=WriteOffReason.SMALL)
    assert balances(home.database) == [0, 0]


def test_a_claim_is_barred_only_once_its_last_day_is_over(home: Practice, matter: int) -> None:
    to_claim(home, matter)
    last = now(home.database, matter).deadline_on
    with pytest.raises(Refused, match="an expired claim deadline"):
        go(home.database, matter, MatterState.BARRED, today=last)
    go(home.database, matter, MatterState.BARRED, today=last + timedelta(1))
    go(
        home.database,
        matter,
        MatterState.CLOSED_WRITTEN_OFF,
        role=MANAGER,
        reason=WriteOffReason.BARRED,
        today=last + timedelta(1),
    )
    assert now(home.database, matter).reason == "barred"


def test_an_estate_opened_later_takes_the_matter_up_again_with_its_balances(home: Practice, matter: int) -> None:
    go(home.database, matter, MatterState.SEARCHING)
    go(
        home.database,
        matter,
        MatterState.NOT_COST_EFFECTIVE,
        MatterState.CLOSED_WRITTEN_OFF,
        role=MANAGER,
        reason=WriteOffReason.SMALL,
    )
    go(home.database, matter, MatterState.SEARCHING)
    assert balances(home.database) == [12_000, 8_000]
    assert len(rows(home.database, "SELECT 1 FROM estate_matter")) == 1
    assert now(home.database, matter).closed_on is None


def of_medicare_at_a_hospital(practice: Practice) -> None:
    harold(practice.database, payer_class="medicare")
    with practice.database.transaction(actor="test", business_date=DIED) as tx:
        tx.conn.exec_driver_sql("UPDATE creditor SET kind = 'public_hospital'")


def test_where_an_estate_was_opened_the_claim_and_what_came_of_it_are_the_evidence(practice: Practice) -> None:
    of_medicare_at_a_hospital(practice)
    matter = die(practice.database)
    to_filed(practice, matter)
    fact(practice.database, matter, EstateFactName.PROOF_OF_DEATH, "certificate")
    fact(practice.database, matter, EstateFactName.SPOUSE_LIABLE, "no")
    go(practice.database, matter, MatterState.DISALLOWED, on=LATER)
    sue_by = now(practice.database, matter).sue_by_on
    over = sue_by + timedelta(1)
    go(
        practice.database,
        matter,
        MatterState.CLOSED_WRITTEN_OFF,
        role=MANAGER,
        reason=WriteOffReason.DISALLOWED,
        today=over,
    )
    lines = rows(practice.database, "SELECT missing, efforts FROM bad_debt")
    assert [line.missing for line in lines] == ["", ""]
    assert "claim filed in the estate" in lines[0].efforts and "disallowed" in lines[0].efforts


def test_the_bad_debt_of_a_practice_is_not_on_the_log_when_the_patient_died(practice: Practice) -> None:
    harold(practice.database, payer_class="medicare")
    matter = die(practice.database)
    to_filed(practice, matter)
    go(practice.database, matter, MatterState.DISALLOWED, on=LATER)
    over = now(practice.database, matter).sue_by_on + timedelta(1)
    go(
        practice.database,
        matter,
        MatterState.CLOSED_WRITTEN_OFF,
        role=MANAGER,
        reason=WriteOffReason.DISALLOWED,
        today=over,
    )
    assert rows(practice.database, "SELECT 1 FROM bad_debt") == []


def test_medicare_debts_of_the_dead_go_to_the_log_with_what_the_evidence_lacks(practice: Practice) -> None:
    of_medicare_at_a_hospital(practice)
    matter = die(practice.database)
    go(practice.database, matter, MatterState.SEARCHING)
    end = date(2026, 9, 1)
    fact(practice.database, matter, EstateFactName.COUNTY, "Montgomery", LATER)
    fact(practice.database, matter, EstateFactName.PROBATE_SEARCH, "no case", LATER)
    with pytest.raises(Refused, match="exhausted search"):
        go(practice.database, matter, MatterState.NO_ESTATE)
    fact(practice.database, matter, EstateFactName.PROBATE_SEARCH, "no case still", end)
    fact(practice.database, matter, EstateFactName.PROOF_OF_DEATH, "certificate", end)
    go(practice.database, matter, MatterState.NO_ESTATE, today=end)
    go(
        practice.database,
        matter,
        MatterState.CLOSED_WRITTEN_OFF,
        role=MANAGER,
        reason=WriteOffReason.NO_ESTATE,
        today=end,
    )
    log = rows(practice.database, "SELECT missing, efforts FROM bad_debt")
    assert len(log) == 2
    assert "no surviving spouse is liable" in log[0].missing
    assert "second probate search" not in log[0].missing
    assert "no case still" in log[0].efforts and "certificate" in log[0].efforts


def test_a_participant_acts_by_what_the_role_allows(home: Practice, matter: int) -> None:
    with pytest.raises(Refused.__mro__[1], match="must be one of"):
        party(home.database, matter, PartyRole.REPRESENTATIVE)
    assert party(home.database, matter, PartyRole.COURT) > 0
