"""What each kind of letter says, and what it must never say."""

from dataclasses import replace

import pytest

from letters.data import LetterData, StateLine
from letters.samples import sample_letter
from letters.shelf import Shelf
from letters.words_en import WORDS as KINDS
from tests.letters.reading import words

SHELF = Shelf()

EVERY = (
    "Lakeview Community Hospital", "1200 Shoreline Drive", "…4481", "Sep 5, 2025", "Charges", "Insurance paid",
    "Adjustments", "You paid", "(608) 555-0142", "Monday to Friday", "Para español", "interpreter", "at no cost",
    "itemized bill", "inancial assistance",
)  # fmt: skip
ASKING = (
    "Amount due", "please pay by", "monthly payments", "dispute", "Insurance we do not know of",
    "Medicaid", "Please detach here", "Amount enclosed", "PO Box 44120", "L-00000123",
)  # fmt: skip
NEVER = (
    "diagnosis", "department", "clinic ", "lawsuit", "sue", "legal", "court", "attorney", "garnish", "lien",
    "credit report", "credit score", "bureau", "failure to", "immediately", "must pay", "interest", "consequences",
)  # fmt: skip
AFTERWARDS = ("agency", "collection", "collector")

MUST = {
    "reminder-1": (*ASKING, "friendly reminder"),
    "reminder-2": (*ASKING, "wrote to you before"),
    "reminder-3": (*ASKING, "We will listen"),
    "final-notice": (*ASKING, "This is a final notice for: …4481 ($143.20).", "at least 30 days",
                     "may give the account to a collection agency", "plain-language summary"),
    "paid-in-full": ("Thank you", "Paid in full", "$0.00", "zero balance", "February 2, 2026", "for your records"),
}  # fmt: skip
MUST_NOT = {
    "reminder-1": (*NEVER, *AFTERWARDS, "final"),
    "reminder-2": (*NEVER, *AFTERWARDS, "final"),
    "reminder-3": (*NEVER, *AFTERWARDS, "final"),
    "final-notice": NEVER,
    "paid-in-full": (*NEVER, *AFTERWARDS, "final", "detach", "Amount enclosed", "pay by", "PO Box 44120"),
}


def said(data: LetterData, kind: str) -> str:
    return words(SHELF.find(kind).render(data))


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_says_what_its_kind_must_say(kind: str) -> None:
    text = said(sample_letter(kind, 2), kind)
    assert [need for need in (*EVERY, *MUST[kind]) if need not in text] == []


@pytest.mark.parametrize("charity", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_never_says_what_its_kind_must_not(kind: str, charity: bool) -> None:
    data = sample_letter(kind, 2)
    text = said(replace(data, creditor=replace(data.creditor, is_nonprofit_hospital=charity)), kind).lower()
    assert [word for word in MUST_NOT[kind] if word.lower() in text.replace("issue", "")] == []


def test_a_final_notice_speaks_only_for_its_own_accounts() -> None:
    data = sample_letter("final-notice", 3)
    text = said(replace(data, final_accounts=data.accounts[1:2]), "final-notice")
    assert "This is a final notice for: …4518 ($162.25)." in text
    sentence = next(line for line in text.splitlines() if "collection agency" in line)
    assert "…4481" not in sentence
    assert "…4555" not in sentence
    several = said(replace(data, final_accounts=data.accounts[:2]), "final-notice")
    assert "for: …4481 ($143.20), …4518 ($162.25)." in several


def test_a_final_notice_without_final_accounts_speaks_of_no_agency() -> None:
    text = said(replace(sample_letter("final-notice", 2), final_accounts=()), "final-notice")
    assert "agency" not in text
    assert "is enclosed" not in text


def test_only_a_nonprofit_hospital_encloses_its_summary_and_offers_its_policy() -> None:
    data = sample_letter("final-notice")
    other = replace(data, creditor=replace(data.creditor, is_nonprofit_hospital=False))
    assert "summary of our financial assistance policy is enclosed" in said(data, "final-notice")
    assert "240 days" in said(data, "final-notice")
    assert "summary" not in said(other, "final-notice")
    assert "Financial assistance may be available to you." in said(other, "final-notice")


def test_an_account_paid_in_full_says_so_beside_those_that_are_due() -> None:
    data = sample_letter("reminder-1", 2)
    paid = replace(data.accounts[1], balance_cents=0, kind="paid-in-full")
    text = said(replace(data, accounts=(data.accounts[0], paid), total_cents=14_320), "reminder-1")
    assert text.splitlines().count("Paid in full") == 2
    assert "$0.00" in text


def test_a_balance_that_is_not_asked_for_here_says_so() -> None:
    data = sample_letter("reminder-1", 2)
    later = replace(data.accounts[1], due_here=False)
    text = said(replace(data, accounts=(data.accounts[0], later), total_cents=14_320), "reminder-1")
    assert "not due now" in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_lines_of_a_state_are_printed_word_for_word(kind: str) -> None:
    lines = (StateLine("New Jersey: this debt is not reported & will not be.", ""), StateLine("Vermont: <see reverse>.", ""))
    assert all(line.en in said(sample_letter(kind, 1, lines), kind).splitlines() for line in lines)


def test_a_reminder_without_a_day_to_pay_by_still_reads_well() -> None:
    data = sample_letter("reminder-1")
    text = said(replace(data, letter=replace(data.letter, pay_by=None)), "reminder-1")
    assert "please pay by" not in text
    assert "on receipt" in text
