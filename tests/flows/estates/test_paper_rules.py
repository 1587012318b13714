"""Who signs a paper, what a release and a memorandum tell of money, and which papers are for whom."""

from datetime import timedelta

import pytest

from flows.estates.claims.offers import offer
from flows.estates.documents.claim_forms import CLAIM_FORMS
from flows.estates.documents.commands import Made, estate_desk, make_paper
from flows.estates.documents.compose import DocumentRequest
from flows.estates.documents.packet import make_packet
from flows.estates.payments.commands import pay
from flows.practice import Practice
from flows.settings.commands import change_setting
from flows.settings.policy import read_setting
from letters.estate.data import Receipt, Signer
from letters.estate.kinds import PAPERS, Reader
from models.errors import Refused
from models.estate_enums import Authority, EstateFactName, MatterState, PartyRole, WriteOffReason
from models.user_enums import Role
from tests.flows.estates.estates import LATER, act, die, fact, go, harold, paper, party, text_of, to_claim, to_filed
from tests.refusals import refused
from tests.small_book import rows


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database)
    return practice


@pytest.fixture
def matter(home: Practice) -> int:
    return die(home.database)


def release(home: Practice, matter: int, cents: int | None = None, role: Role = Role.MANAGER) -> Made:
    to = rows(home.database, "SELECT id FROM estate_party WHERE role = 'court'")[0][0]
    receipt = None if cents is None else (cents, LATER)
    return paper(home, matter, "satisfaction", to, LATER + timedelta(5), receipt=receipt, role=role)


def test_a_satisfaction_tells_what_the_ledger_holds_by_a_manager_once_the_claim_is_paid(
    home: Practice, matter: int
) -> None:
    to_filed(home, matter)
    go(home.database, matter, MatterState.ALLOWED, MatterState.AWAITING_PAYMENT, on=LATER)
    with pytest.raises(Refused, match="no payment from the estate is posted"):
        release(home, matter, 20_000)
    act(home.database, LATER + timedelta(1), pay, matter, 15_000, "check 1")
    with pytest.raises(Refused, match=r"is not satisfied: \$150.00 received, balance \$50.00"):
        release(home, matter)
    act(home.database, LATER + timedelta(2), pay, matter, 5_000, "check 2")
    with refused("only a manager can sign it.*--role manager"):
        release(home, matter, role=Role.ESTATE_DESK)
    with pytest.raises(Refused, match=r"\$200.01 was not received: the ledger shows \$200.00"):
        release(home, matter, 20_001)
    made = release(home, matter)
    assert made.data.receipt == Receipt(20_000, LATER + timedelta(2))
    assert "$200.00" in text_of(made.file)


def test_a_release_of_a_compromise_follows_the_money_and_what_is_written_off_is_no_satisfaction(
    home: Practice, matter: int
) -> None:
    to_filed(home, matter)
    act(home.database, LATER, offer, matter, 18_000, LATER + timedelta(20), Role.MANAGER)
    go(home.database, matter, MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT)
    act(home.database, LATER, pay, matter, 17_000, "check 1")
    with pytest.raises(Refused, match="no compromise was paid"):
        release(home, matter)
    act(home.database, LATER, pay, matter, 1_000, "check 2")
    assert release(home, matter).data.receipt == Receipt(18_000, LATER)


def test_a_memo_after_the_write_off_tells_what_was_let_go_and_what_the_estate_said(home: Practice, matter: int) -> None:
    to_filed(home, matter)
    go(home.database, matter, MatterState.ALLOWED_IN_PART, on=LATER, amount_cents=5_000)
    go(home.database, matter, MatterState.AWAITING_PAYMENT)
    act(home.database, LATER, pay, matter, 5_000, "check 1")
    before = text_of(paper(home, matter, "write-off-memo", reason="the rest was disallowed").file)
    assert "Balance to be written off" in before and "$150.00" in before
    go(home.database, matter, MatterState.CLOSED_WRITTEN_OFF, role=Role.MANAGER, reason=WriteOffReason.DISALLOWED)
    after = text_of(paper(home, matter, "write-off-memo").file)
    assert "Balance written off" in after and "$150.00" in after and "Received from the estate" in after
    assert "Answer: $50.00 of $200.00 allowed, the rest disallowed" in after


def test_a_memo_gives_the_reason_of_its_matter_and_no_other(home: Practice, matter: int) -> None:
    to_claim(home, matter)
    with pytest.raises(Refused, match="a reason"):
        paper(home, matter, "write-off-memo")
    go(home.database, matter, MatterState.NOT_COST_EFFECTIVE, role=Role.MANAGER, reason=WriteOffReason.MEDICAID_AHEAD)
    assert paper(home, matter, "write-off-memo").data.reason == "medicaid ahead"
    with pytest.raises(Refused, match='the reason in matter 1 is "medicaid ahead"'):
        paper(home, matter, "write-off-memo", reason="small")
    go(home.database, matter, MatterState.CLOSED_WRITTEN_OFF, role=Role.MANAGER, reason=WriteOffReason.SMALL)
    made = paper(home, matter, "write-off-memo", reason="Small")
    assert made.data.reason == "small"
    with pytest.raises(Refused, match='the reason in matter 1 is "small"'):
        paper(home, matter, "write-off-memo", reason="medicaid_ahead")


@pytest.mark.parametrize("kind", [name for name, about in PAPERS.items() if about.sworn])
def test_what_is_sworn_is_signed_by_a_person_who_is_named(home: Practice, matter: int, kind: str) -> None:
    to_filed(home, matter)
    if kind in CLAIM_FORMS.values():
        fact(home.database, matter, EstateFactName.STATE, kind[-2:].upper())
    act(home.database, LATER, change_setting, "estate_signer", "Priya Raman, Coordinator")
    court = rows(home.database, "SELECT id FROM estate_party WHERE role = 'court'")[0][0]
    with (
        refused(r"enter the person who signs it \(--signer"),
        home.database.transaction(actor="staff", business_date=LATER) as tx,
    ):
        make_paper(tx, estate_desk(home), matter, DocumentRequest(kind, Reader.COURT, court, reason="because"))


def test_other_papers_are_signed_by_whom_the_house_named_and_a_packet_by_a_person(home: Practice, matter: int) -> None:
    to_claim(home, matter)
    to = rows(home.database, "SELECT id FROM estate_party WHERE role = 'representative'")[0][0]

    def notice() -> Made:
        with home.database.transaction(actor="staff", business_date=LATER) as tx:
            ask = DocumentRequest("representative-notice", Reader.REPRESENTATIVE, to)
            return make_paper(tx, estate_desk(home), matter, ask)

    with pytest.raises(Refused, match="setting estate_signer"):
        notice()
    act(home.database, LATER, change_setting, "estate_signer", "Priya Raman, Coordinator")
    assert notice().data.signer == Signer("Priya Raman", "Coordinator")
    with (
        home.database.transaction(actor="staff", business_date=LATER) as tx,
        refused(r"enter the person who signs it \(--signer"),
    ):
        make_packet(tx, estate_desk(home), matter, ("", ""))


def test_the_fields_of_a_states_form_are_for_its_courts_and_cover_every_day_of_service(practice: Practice) -> None:
    harold(practice.database)
    with practice.database.transaction(actor="test", business_date=LATER) as tx:
        tx.conn.exec_driver_sql("UPDATE account SET service_to = '2026-01-09' WHERE number = 'A2'")
    matter = die(practice.database)
    court = to_claim(practice, matter)
    with pytest.raises(Refused, match="for the courts of CA, and this estate is in OH; write claim"):
        paper(practice, matter, "claim-ca", court)
    fact(practice.database, matter, EstateFactName.STATE, "WI")
    boxes = {box.label: box.value for box in paper(practice, matter, "claim-wi", court).data.boxes}
    assert boxes["Basis of the claim and its dates"].endswith("services of 2025-12-06 to 2026-01-09")


@pytest.mark.parametrize("kind", ["representative-notice", "condolence"])
def test_a_spouse_is_not_told_that_they_act_for_an_estate_that_another_was_appointed_for(
    home: Practice, matter: int, kind: str
) -> None:
    spouse = party(home.database, matter, PartyRole.SPOUSE, Authority.SPOUSE)

    def written() -> Made:
        with home.database.transaction(actor="desk", business_date=LATER) as tx:
            ask = DocumentRequest(kind, Reader.REPRESENTATIVE, spouse, ("Priya Raman", "Coordinator"))
            return make_paper(tx, estate_desk(home), matter, ask)

    assert written().number
    holder = party(home.database, matter, PartyRole.REPRESENTATIVE, Authority.LETTERS)
    with pytest.raises(Refused, match=f"party {holder} acts for the estate \(letters"):
        written()


def test_the_houses_signer_is_a_name_and_a_title_or_nobody() -> None:
    assert read_setting("estate_signer", " Priya Raman ,  Coordinator ") == "Priya Raman, Coordinator"
    assert read_setting("estate_signer", "none") == ""
    for text in ("Priya Raman", ", Coordinator", ""):
        with pytest.raises(Refused, match="a name and a title such as"):
            read_setting("estate_signer", text)
    with pytest.raises(Refused, match="a time zone such as"):
        read_setting("time_zone", "Priya Raman, Coordinator")
