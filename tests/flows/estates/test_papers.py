"""Papers go only to whom the law lets us write, say no more than they may, and are kept to the byte."""

import hashlib
import json
import re
import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document
from icalendar import Calendar

from compliance.estate_contacts import Asked, MayHave, contact_rules, why_not
from flows.accounts.holds import NewHold, open_holds
from flows.estates.attorneys import (
    add_date,
    attorney_by_key,
    matters_of_attorney,
    new_feed_key,
    own_referral,
    refer,
    report_status,
    set_attorney,
)
from flows.estates.claims.offers import offer
from flows.estates.deadlines.calendar import calendar_of
from flows.estates.death.undo import undo_death
from flows.estates.documents.claim_forms import CLAIM_FORMS
from flows.estates.documents.commands import estate_desk, make_paper
from flows.estates.documents.compose import DocumentRequest
from flows.estates.documents.packet import MANIFEST, Packet, make_packet
from flows.estates.matters.calendar_entries import entries_of
from flows.estates.matters.docket import docket
from flows.estates.payments.commands import pay
from flows.practice import Practice
from letters.estate.data import Terms
from letters.estate.kinds import PAPERS, Reader
from models.enums import HoldKind
from models.errors import NotFound, Refused
from models.estate_enums import Authority, DateKind, EstateFactName, MatterState, PartyRole
from models.user_enums import Role
from tests.flows.estates.estates import (
    LATER,
    act,
    die,
    fact,
    go,
    harold,
    paper,
    party,
    send,
    text_of,
    to_claim,
    to_filed,
)
from tests.refusals import refused
from tests.small_book import account_of, history, rows


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database)
    return practice


@pytest.fixture
def matter(home: Practice) -> int:
    return die(home.database)


def test_every_authority_has_its_row_and_its_citation() -> None:
    assert set(contact_rules()) == set(Authority)
    assert all(rule.citation for rule in contact_rules().values())


@pytest.mark.parametrize("authority", list(Authority))
def test_nobody_without_authority_hears_of_a_debt(authority: Authority) -> None:
    refused = why_not(Asked(authority, names_debt=True)) is not None
    assert refused == (contact_rules()[authority].may is not MayHave.DEBT)


def test_the_household_is_asked_once_and_told_nothing_of_money(home: Practice, matter: int) -> None:
    to = party(home.database, matter, PartyRole.HOUSEHOLD)
    made = paper(home, matter, "inquiry", to)
    said = text_of(made.file)
    assert "$" not in said and "A1" not in said
    with pytest.raises(Refused, match="a second one is allowed only on request"):
        paper(home, matter, "inquiry", to)


@pytest.mark.parametrize("kind", ["claim", "representative-notice", "compromise-offer", "itemised-statement"])
def test_the_household_gets_nothing_that_names_the_debt(home: Practice, matter: int, kind: str) -> None:
    to_claim(home, matter)
    to = party(home.database, matter, PartyRole.HOUSEHOLD)
    before = history(home.database, "A1")
    with pytest.raises(Refused, match="not for: household"):
        paper(home, matter, kind, to)
    assert history(home.database, "A1") == before


def test_the_family_is_left_alone_for_some_weeks(home: Practice, matter: int) -> None:
    to = party(home.database, matter, PartyRole.HOUSEHOLD)
    with pytest.raises(Refused, match="write on 2026-02-22 or later"):
        paper(home, matter, "inquiry", to, today=date(2026, 2, 21))
    assert paper(home, matter, "inquiry", to, today=date(2026, 2, 22)).number


def test_where_the_estate_has_an_attorney_letters_go_there_and_only_service_to_the_representative(
    home: Practice, matter: int
) -> None:
    to_claim(home, matter)
    representative = rows(home.database, "SELECT id FROM estate_party WHERE role = 'representative'")[0][0]
    attorney = party(home.database, matter, PartyRole.ESTATE_ATTORNEY)
    with pytest.raises(Refused, match="write to the attorney"):
        paper(home, matter, "representative-notice", representative)
    assert paper(home, matter, "representative-notice", attorney).number
    assert paper(home, matter, "claim", representative).number


def test_a_bankruptcy_stops_letters_to_the_representative_too(home: Practice, matter: int) -> None:
    to_claim(home, matter)
    hold = NewHold(HoldKind.BANKRUPTCY, person_id=account_of(home.database, "A1").guarantor_id)
    act(home.database, LATER, open_holds, [hold])
    representative = rows(home.database, "SELECT id FROM estate_party WHERE role = 'representative'")[0][0]
    with pytest.raises(Refused, match="bankrupt"):
        paper(home, matter, "representative-notice", representative)


def test_a_paper_names_what_it_cannot_do_without(home: Practice, matter: int) -> None:
    representative = party(home.database, matter, PartyRole.REPRESENTATIVE, Authority.LETTERS)
    with refused(r"can't be created; missing: a claim \(`pastdue estate step"):
        paper(home, matter, "claim", representative)


def test_a_claim_says_who_claims_how_much_and_of_which_kind(home: Practice, matter: int) -> None:
    court = to_claim(home, matter)
    said = text_of(paper(home, matter, "claim", court).file)
    for words in ("Maple Street Clinic", "$200.00", "26-EST-1", "Harold Tester", "contingent", "last illness"):
        assert words.lower() in said.lower(), words


def test_what_is_sent_is_in_the_history_once_and_can_be_said_twice(home: Practice, matter: int) -> None:
    court = to_claim(home, matter)
    paper(home, matter, "claim", court)
    send(home, matter, 1)
    send(home, matter, 1)
    assert [kind for _, kind, _ in history(home.database, "A1")].count("estate_paper_sent") == 1
    with pytest.raises(Refused, match="create it again to send it again"):
        send(home, matter, 1, how="by hand")


def test_a_paper_is_not_sent_before_it_was_made_nor_after_today(home: Practice, matter: int) -> None:
    paper(home, matter, "claim", to_claim(home, matter))
    with refused("correct the date .--on"):
        send(home, matter, 1, LATER - timedelta(1))


def packet_of(home: Practice, matter: int) -> Packet:
    with home.database.transaction(actor="desk", business_date=LATER) as tx:
        return make_packet(tx, estate_desk(home), matter, ("Priya Raman", "Coordinator"))


def test_a_packet_holds_what_its_manifest_says_by_digest_and_no_diagnosis(home: Practice, matter: int) -> None:
    court = to_claim(home, matter)
    paper(home, matter, "claim", court)
    send(home, matter, 1)
    act(home.database, LATER, set_attorney, "smith", {"name": "Jo Smith"})
    act(home.database, LATER, refer, matter, "smith", "file it", 50_000, "hourly")
    made = packet_of(home, matter)
    with zipfile.ZipFile(made.file) as archive:
        listed = json.loads(archive.read(MANIFEST))["files"]
        assert [one["name"] for one in listed] == [name for name in archive.namelist() if name != MANIFEST]
        for one in listed:
            content = archive.read(one["name"])
            assert hashlib.sha256(content).hexdigest() == one["sha256"]
            Document(BytesIO(content))
    kinds = " ".join(one["name"] for one in listed)
    for kind in (
        "index",
        "attorney-cover",
        "claim",
        "affidavit",
        "itemised-statement",
        "history-extract",
        "proof-of",
        "deadlines",
    ):
        assert kind in kinds
    assert kinds.count("claim") == 1


def test_a_packet_without_a_claim_is_refused(home: Practice, matter: int) -> None:
    with pytest.raises(Refused, match="has no claim yet"):
        packet_of(home, matter)


def test_a_paper_altered_since_it_went_is_not_put_in_a_packet(home: Practice, matter: int) -> None:
    made = paper(home, matter, "claim", to_claim(home, matter))
    send(home, matter, 1)
    made.file.write_bytes(b"something else")
    with pytest.raises(Refused, match="was altered since it was sent"):
        packet_of(home, matter)


def test_an_attorney_sees_their_own_matters_and_no_other(home: Practice, matter: int) -> None:
    for code in ("smith", "jones"):
        act(home.database, LATER, set_attorney, code, {"name": code.title()})
    act(home.database, LATER, refer, matter, "smith", "file it", 50_000, "hourly")
    with home.database.reading() as conn:
        assert matters_of_attorney(conn, "smith") == [matter]
        assert matters_of_attorney(conn, "jones") == []
        assert docket(conn, LATER, only=matters_of_attorney(conn, "jones")) == []
        with pytest.raises(NotFound) as others:
            own_referral(conn, matter, "jones")
        with pytest.raises(NotFound) as none:
            own_referral(conn, 999, "jones")
    assert str(others.value).replace(str(matter), "N") == str(none.value).replace("999", "N")
    with pytest.raises(NotFound):
        act(home.database, LATER, report_status, matter, "jones", "mine now")
    with pytest.raises(Refused, match="attorney smith has matter"):
        act(home.database, LATER, refer, matter, "jones", "file it", 50_000, "hourly")


def test_the_key_of_a_private_calendar_opens_it_until_a_new_one_is_made(home: Practice) -> None:
    act(home.database, LATER, set_attorney, "smith", {"name": "Jo Smith"})
    first = act(home.database, LATER, new_feed_key, "smith")
    second = act(home.database, LATER, new_feed_key, "smith")
    with home.database.reading() as conn:
        assert attorney_by_key(conn, first) is None
        found = attorney_by_key(conn, second)
    assert found is not None and found.code == "smith"
    assert not rows(home.database, "SELECT 1 FROM attorney WHERE feed_digest = :key", key=second)


def test_a_calendar_has_deadline_and_hearing_and_nobodys_name(home: Practice, matter: int) -> None:
    to_claim(home, matter)
    hearing = act(
        home.database, LATER, add_date, matter, DateKind.HEARING, date(2026, 6, 2), "9:30", "Room 2", "on claims"
    )
    assert act(home.database, LATER, add_date, matter, DateKind.HEARING, date(2026, 6, 2), "09:30", "", "") == hearing
    with home.database.reading() as conn:
        made = calendar_of(entries_of(conn), "estates")
        assert made == calendar_of(entries_of(conn), "estates")
    days = {str(event["dtstart"].dt)[:10]: str(event["summary"]) for event in Calendar.from_ical(made).walk("VEVENT")}
    assert days == {"2026-07-31": "Claim due: matter E-000001", "2026-06-02": "Hearing: matter E-000001"}
    assert b"Harold" not in made and b"$" not in made


def test_the_docket_is_red_within_a_week(home: Practice, matter: int) -> None:
    to_claim(home, matter)
    with home.database.reading() as conn:
        seen = [docket(conn, day)[0]["colour"] for day in (date(2026, 6, 1), date(2026, 7, 10), date(2026, 7, 24))]
    assert seen == ["green", "amber", "red"]


def test_nothing_of_an_annulled_matter_goes_out(home: Practice, matter: int) -> None:
    paper(home, matter, "claim", to_claim(home, matter))
    act(home.database, LATER, undo_death, account_of(home.database, "A1").guarantor_id, "he lives")
    with pytest.raises(Refused, match="pull document"):
        send(home, matter, 1)


def test_what_takes_a_false_death_back_goes_out_of_an_annulled_matter(home: Practice, matter: int) -> None:
    household = party(home.database, matter, PartyRole.HOUSEHOLD)
    with refused("annul the report of death first .*estate undo"):
        paper(home, matter, "apology", household)
    to_filed(home, matter)
    act(home.database, LATER, undo_death, account_of(home.database, "A1").guarantor_id, "he lives", Role.MANAGER)
    court = rows(home.database, "SELECT id FROM estate_party WHERE role = 'court'")[0][0]
    paper(home, matter, "apology", household)
    paper(home, matter, "withdrawal", court, reason="the patient lives")
    for serial in (2, 3):
        send(home, matter, serial)
    assert [
        row[0] for row in rows(home.database, "SELECT kind FROM estate_paper WHERE sent_on IS NOT NULL ORDER BY serial")
    ] == ["claim", "apology", "withdrawal"]


def test_every_kind_of_paper_can_be_written_from_a_matter_that_has_come_so_far(home: Practice, matter: int) -> None:
    household = party(home.database, matter, PartyRole.HOUSEHOLD)
    to_filed(home, matter)
    ids = {row.role: row.id for row in rows(home.database, "SELECT id, role FROM estate_party")}
    act(home.database, LATER, set_attorney, "smith", {"name": "Jo Smith"})
    go(home.database, matter, MatterState.DISALLOWED, on=LATER)
    act(home.database, LATER, offer, matter, 18_000, LATER + timedelta(20), Role.ESTATE_DESK)
    to_our_attorney = party(home.database, matter, PartyRole.OUR_ATTORNEY)
    by_reader = {
        Reader.HOUSEHOLD: household,
        Reader.REPRESENTATIVE: ids["representative"],
        Reader.COURT: ids["court"],
        Reader.OUR_ATTORNEY: to_our_attorney,
        Reader.FILE: None,
    }
    terms = Terms("attend the hearing", 50_000, "hourly")
    for kind, about in PAPERS.items():
        if kind in ("petition", "apology", "inquiry"):  # before an estate is open, and for a death that was none
            continue
        state = kind[-2:].upper() if kind in CLAIM_FORMS.values() else "OH"
        fact(home.database, matter, EstateFactName.STATE, state)
        if kind == "payment-reminder":
            go(home.database, matter, MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT)
        if kind == "satisfaction":
            act(home.database, LATER, pay, matter, 18_000, "check 1")
        for reader in about.readers:
            to = by_reader[reader]
            with home.database.transaction(actor="desk", business_date=LATER) as tx:
                made = make_paper(
                    tx,
                    estate_desk(home),
                    matter,
                    DocumentRequest(
                        kind,
                        reader,
                        to,
                        ("Priya Raman", "Clerk"),
                        reason="it is paid",
                        changed="less by a payment",
                        receipt=(18_000, LATER),
                        terms=terms,
                        enclosures=("Claim",),
                        role=Role.MANAGER,
                    ),
                )
            assert made.file.stat().st_size > 5_000
            again = estate_desk(home).template(kind).render(made.data)
            assert hashlib.sha256(again).hexdigest() == made.digest


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("compromise-offer", r"\$180.00"),
        ("withdrawal", "it was paid by insurance"),
        ("disallowance-response", "May 20, 2026"),
        ("notice-demand", "26-EST-1"),
    ],
)
def test_what_a_paper_is_for_stands_in_it(home: Practice, matter: int, kind: str, says: str) -> None:
    to_filed(home, matter)
    go(home.database, matter, MatterState.DISALLOWED, on=LATER)
    act(home.database, LATER, offer, matter, 18_000, LATER + timedelta(20), Role.ESTATE_DESK)
    representative = rows(home.database, "SELECT id FROM estate_party WHERE role = 'representative'")[0][0]
    made = paper(home, matter, kind, representative, reason="it was paid by insurance")
    assert re.search(says, text_of(made.file))


def test_an_amended_claim_follows_the_ledger_and_becomes_the_claim(home: Practice, matter: int) -> None:
    to_filed(home, matter)
    act(home.database, LATER, pay, matter, 5_000, "check 1")
    court = rows(home.database, "SELECT id FROM estate_party WHERE role = 'court'")[0][0]
    made = paper(home, matter, "amended-claim", court, reason="a payment came", changed="$150.00 instead of $200.00")
    assert made.data.claim is not None and made.data.claim.amount_cents == 15_000
    assert rows(home.database, "SELECT claim_cents FROM estate_matter")[0][0] == 15_000
