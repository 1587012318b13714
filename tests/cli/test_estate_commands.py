"""The estate desk's commands as they are typed, with the JSON that other programs read."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.app import app
from cli.output import out
from compliance import nonclaim
from compliance.nonclaim_table import Base, Joins, Period, Term, rule_of, state_rules
from letters.docx.shelf import SHIPPED

DAY = ("--date", "2026-06-20")
FILES = {
    "creditors": "creditor_id,name,kind,address1,city,state,zip,phone\nC1,Elm Clinic,physician_practice,1 Elm,Dayton,OH,45402,937-555-0100\n",
    "guarantors": "guarantor_id,first_name,last_name,birth_date,address1,city,state,zip\nG1,Harold,Example,1941-05-30,7 Oak,Dayton,OH,45402\n",
    "patients": "patient_id,guarantor_id,first_name,last_name,birth_date\nP1,G1,Harold,Example,1941-05-30\n",
    "accounts": "account_number,creditor_id,patient_id,guarantor_id,payer_class,service_from,first_statement_on,balance\n"
    "A1,C1,P1,G1,self_pay,2026-04-01,2026-05-10,140.00\n",
}


@pytest.fixture(autouse=True)
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASTDUE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PASTDUE_DATABASE_URL", raising=False)
    monkeypatch.delenv("PASTDUE_ROLE", raising=False)
    folder = tmp_path / "book"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text)
    say("init", *DAY)
    say("intake", str(folder), *DAY)


def say(*words: str, code: int = 0) -> Any:
    """A command with --json; what it said, or what it refused with."""
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if code == 0 else done.output


def test_a_deadline_is_told_with_rule_citation_and_all_candidates() -> None:
    found = say("estate", "deadline", "--state", "oh", "--death", "2026-02-01", *DAY)
    assert {"deadline", "file_by", "rule", "citation", "confidence", "kind", "all"} <= set(found)
    assert (found["deadline"], found["file_by"], found["rule"]) == ("2026-08-01", "2026-07-31", "claim")
    assert [one["rule"] for one in found["all"]] == ["claim", "silent", "bar"]


def test_a_state_without_a_period_gives_no_deadline_but_the_reason() -> None:
    found = say("estate", "deadline", "--state", "LA", "--death", "2026-02-01", *DAY)
    assert found["deadline"] is None and found["rule"] == "none" and found["reason"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--state", "OX", "--death", "2026-02-01"), "is not in the table of claims"),
        (("--state", "OH", "--death", "2027-02-01"), "is in the future"),
        (("--state", "OH", "--death", "2026-02-01", "--letters", "2026-01-01"), "before the death"),
        (("--state", "OH", "--death", "yesterday"), "is not a date"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(words: tuple[str, ...], says: str) -> None:
    assert says in " ".join(say("estate", "deadline", *words, *DAY, code=1).split())


def test_a_day_of_the_estate_desk() -> None:
    opened = say("estate", "open", "A1", "--death", "2026-06-02", "--source", "certificate", *DAY)
    assert (opened["number"], opened["state"], opened["deadline"]) == ("E-000001", "confirmed", "2026-12-02")
    assert "is already open for this person" in " ".join(
        say("estate", "open", "A1", "--source", "again", *DAY, code=1).split()
    )
    say("estate", "step", "1", "searching", "--source", "desk", *DAY)
    for name, value in (("county", "Elm"), ("case_number", "26-1"), ("letters_issued", "2026-06-10")):
        say("estate", "fact", "1", name, value, "--source", "court", *DAY)
    party = ("estate", "party", "1", "representative", "--name", "Ann", "--authority", "letters", "--source", "letters")
    home = ("--address1", "1 Elm", "--city", "Elm", "--state", "OH", "--zip", "45402")
    holder = say(*party, *home, *DAY)["party"]
    say("estate", "party", "1", "court", "--name", "Clerk", "--source", "court", *DAY)
    say("estate", "step", "1", "found", "--source", "court", *DAY)
    assert say("estate", "step", "1", "claim_due", "--source", "desk", *DAY)["claim_cents"] == 14_000
    assert say("estate", "worth", "1")["worth"]["worth_it"] is False
    made = say("estate", "paper", "1", "claim", "--to", str(holder), "--signer", "Priya Raman, Clerk", *DAY)
    assert Path(made["file"]).exists()
    say("estate", "sent", made["paper"], "--how", "certified mail", *DAY)
    assert say("estate", "step", "1", "filed", "--source", "stamp", "--on", "2026-06-20", *DAY)["state"] == "filed"
    say("estate", "attorney", "smith", "--name", "Jo Smith", *DAY)
    terms = ("--asked", "attend", "--budget", "500", "--fee", "hourly", *DAY)
    assert "is not worth filing" in " ".join(say("estate", "refer", "1", "smith", *terms, code=1).split())
    say("estate", "refer", "1", "smith", *terms, "--role", "manager", "--why", "the court asked us to appear")
    say("estate", "status", "1", "smith", "hearing set", *DAY)
    hearing = say("estate", "date", "1", "hearing", "--on", "2026-09-02", "--at", "9:30", *DAY)["date"]
    assert "--signer" in say("estate", "packet", "1", "--no-pdf", *DAY, code=1)
    packet = say("estate", "packet", "1", "--no-pdf", "--signer", "Priya Raman, Clerk", *DAY)
    assert Path(packet["file"]).exists() and packet["files"][0]["name"].endswith("index.docx")
    assert say("estate", "calendar", "--attorney", "smith")["entries"] == 1
    say("estate", "date-off", str(hearing), *DAY)
    assert [row["number"] for row in say("estate", "list", "--attorney", "smith", *DAY)] == ["E-000001"]
    say("estate", "show", "1", "--attorney", "jones", code=1)
    say("estate", "step", "1", "allowed", "--source", "order", "--on", "2026-06-20", *DAY)
    say("estate", "step", "1", "awaiting_payment", "--source", "order", *DAY)
    assert say("estate", "paid", "1", "--amount", "140", "--ref", "check 1", *DAY)["balance_cents"] == 0
    assert say("estate", "step", "1", "closed_paid", "--source", "ledger", *DAY)["state"] == "closed_paid"
    assert say("estate", "list", *DAY) == []


def told(*words: str, code: int = 0) -> str:
    """A command as a person reads it on a wide screen, its lines run together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(out, "width", 400)
        done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, done.output
    return " ".join(done.output.replace("│", " ").split())


def test_a_matter_is_named_as_it_is_printed_or_by_its_plain_number() -> None:
    say("estate", "open", "A1", "--death", "2026-06-02", "--source", "certificate", *DAY)
    for number in ("1", "E-000001", "e-1", "000001"):
        assert say("estate", "show", number, *DAY)["number"] == "E-000001"
    assert say("estate", "calendar", "E-000001")["entries"] == 1
    assert "enter it as E-000042" in told("estate", "show", "E-1/3", *DAY, code=2)


def test_what_a_fact_brings_is_told_with_rule_missing_facts_and_both_days() -> None:
    say("estate", "open", "A1", "--death", "2026-06-02", "--source", "certificate", *DAY)
    said = told("estate", "fact", "E-1", "county", "Elm", "--source", "court", *DAY)
    for words in (
        "claim by 2026-12-02, target 2026-12-02 (165 days left)",
        "O.R.C. 2117.06",
        "Missing facts: notice received; earliest deadline 2026-07-20, if they arrived today; outside date 2026-12-02",
    ):
        assert words in said, said
    late = told("estate", "fact", "1", "case_number", "26-1", "--source", "court", "--date", "2026-12-05")
    assert "3 days PAST DUE" in late
    listed = told("estate", "list", *DAY)
    for words in ("notice received", "Elm", "2026-07-20", "high", "165 days"):
        assert words in listed, listed


def test_what_is_not_known_or_at_its_end_is_said_in_whole_sentences() -> None:
    say("estate", "open", "A1", "--death", "2026-06-02", "--source", "certificate", *DAY)
    say("estate", "fact", "1", "state", "LA", "--source", "court", *DAY)
    said = told("estate", "show", "1", *DAY)
    assert "not known" not in said and "No deadline: Louisiana has no period for claims" in said
    say("estate", "undo", "1", "--why", "another Harold", *DAY)
    said = told("estate", "show", "1", *DAY)
    assert "Next: ." not in said and "The matter is closed" in said


def test_a_wrong_day_of_death_is_corrected_by_command() -> None:
    say("estate", "open", "A1", "--death", "2026-06-02", "--source", "certificate", *DAY)
    words = ("--on", "2026-05-30", "--source", "certificate", "--why", "misread", *DAY)
    assert say("estate", "death", "E-000001", *words)["deadline"] == "2026-11-30"
    assert say("account", "A1")["guarantor"]["death_date"] == "2026-05-30"


def test_undoing_says_what_was_taken_up_again() -> None:
    say("estate", "open", "A1", "--death", "2026-06-02", "--source", "certificate", *DAY)
    assert say("estate", "undo", "1", "--why", "another Harold", *DAY)["matters"] == 1
    assert say("account", "A1")["guarantor"]["death_date"] is None


def test_deadlines_are_computed_again_of_all_matters_or_of_one_state() -> None:
    say("estate", "open", "A1", "--death", "2026-06-02", "--source", "certificate", *DAY)
    assert say("estate", "recompute", *DAY) == {"matters": 1, "changed": 0}
    assert say("estate", "recompute", "--state", "ca", *DAY) == {"matters": 0, "changed": 0}
    assert "is not in the table of claims" in say("estate", "recompute", "--state", "XX", *DAY, code=1)
    assert say("init", *DAY)["estates"] == {"matters": 1, "changed": 0}


def test_a_rule_that_was_mended_moves_the_deadline_when_the_house_is_set_up_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    say("estate", "open", "A1", "--death", "2026-06-02", "--source", "certificate", *DAY)
    four_months = Term(Joins.ONE, Base.DEATH, Period(months=4))
    mended = {**state_rules(), "OH": replace(rule_of("OH"), claim=four_months)}
    monkeypatch.setattr(nonclaim, "rule_of", mended.__getitem__)
    assert say("init", *DAY)["estates"] == {"matters": 1, "changed": 1}
    assert say("estate", "show", "1", *DAY)["deadline"] == "2026-10-02"


def test_a_spouse_is_asked_by_a_manager_once_counsel_has_approved_the_state(tmp_path: Path) -> None:
    say("estate", "open", "A1", "--death", "2026-06-02", "--source", "certificate", *DAY)
    to = ("--address1", "7 Oak", "--city", "Dayton", "--state", "OH", "--zip", "45402", "--authority", "spouse")
    kin = ("--source", "kin", *DAY)
    number = str(say("estate", "party", "1", "spouse", "--name", "June Example", *to, *kin)["party"])
    asked = ("estate", "spouse", "1", "--participant", number, "--why", "memo", *DAY)
    assert "--role manager" in say(*asked, code=1)
    refused = " ".join(say(*asked, "--role", "manager", code=1).split())
    assert "counsel has not approved Ohio" in refused and "the fact Spouse liable must be yes" in refused
    for name, value in (
        ("state", "IL"),
        ("spouse_liable", "yes"),
        ("married_on", "1970-05-01"),
        ("lived_together", "yes"),
    ):
        say("estate", "fact", "1", name, value, *kin)
    (tmp_path / "ours.yaml").write_text("approved:\n  IL: {by: Jo Smith, on: 2026-06-01}\n")
    say("table", "publish", "spouses", str(tmp_path / "ours.yaml"), *DAY)
    assert say(*asked, "--role", "manager")["accounts"] == ["A1"]
    assert say("estate", "show", "1", *DAY)["state"] == "annulled"


def test_a_template_of_an_estate_paper_is_checked_by_its_folder_or_by_its_kind(tmp_path: Path) -> None:
    home = tmp_path / "templates" / "estate"
    home.mkdir(parents=True)
    shutil.copy(SHIPPED / "estate" / "claim.docx", home)
    found = say("letters", "check", str(home / "claim.docx"))
    assert "claim.amount_cents" in found["fields"] and found["problems"] == []
    shutil.copy(home / "claim.docx", tmp_path / "ours.docx")
    assert say("letters", "check", str(tmp_path / "ours.docx"), "--estate", "claim")["problems"] == []
    assert 'did you mean "claim"' in say("letters", "check", str(home / "claim.docx"), "--estate", "clam", code=1)


def test_the_law_of_spouses_is_shown_by_state_with_what_counsel_approved(tmp_path: Path) -> None:
    every = say("law", "spouses", *DAY)
    assert len(every) >= 51
    assert {one["approved_by"] for one in every} == {None}
    file = tmp_path / "spouses.yaml"
    file.write_text("approved:\n  IL: {by: Jo Smith, on: 2026-05-01, until: 2026-12-31}\n")
    say("table", "publish", "spouses", str(file), *DAY)
    (illinois,) = say("law", "spouses", "--state", "IL", *DAY)
    assert (illinois["kind"], illinois["approved_by"]) == ("family_expense", "Jo Smith")
    (later,) = say("law", "spouses", "--state", "IL", "--date", "2027-01-02")
    assert later["approved_by"] is None
