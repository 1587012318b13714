"""`pastdue law`, as somebody types it: the worked cases, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from cli.law import read_facts
from tests.command_line import ok, run
from tests.compliance.worked import worked_cases


@pytest.fixture(autouse=True)
def no_practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The law is asked about without a practice, also where one happens to be."""
    monkeypatch.setenv("PASTDUE_HOME", str(tmp_path))


@pytest.mark.parametrize("case", worked_cases(), ids=lambda case: case["case_id"])
def test_a_worked_case_comes_out_as_written(case: dict[str, str]) -> None:
    told: dict[str, Any] = ok(
        "law",
        "check",
        "--state",
        case["state"],
        "--actor",
        case["actor"],
        "--step",
        case["step"],
        "--facts",
        case["facts"],
        "--date",
        case["today"],
    )
    assert told["decision"] == case["decision"]
    assert told["until"] == (case["until_date"] or None)
    assert (told["rule"] or "", told["citation"] or "") == (case["rule_id"], case["citation"])
    assert told["checked_by_counsel"] is False


def test_people_read_the_rule_its_citation_and_that_counsel_has_not_checked_it() -> None:
    result = run("law", "check", "--state", "CA", "--step", "call", "--facts", "account.flags=attorney_represented")
    assert "st-ca-rosenthal-attorney" in result.output
    assert "No rule has been checked by counsel" in result.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--state", "ZZ", "--step", "call"), "is not a state"),
        (("--state", "TX", "--step", "cal"), 'did you mean "call"'),
        (("--state", "TX", "--step", "call", "--actor", "me"), "is not an actor"),
        (("--state", "TX", "--step", "call", "--facts", "acount.flags=disputed"), 'did you mean "account.flags"'),
        (("--state", "TX", "--step", "call", "--facts", "account.flags=disputd"), 'did you mean "disputed"'),
        (("--state", "TX", "--step", "call", "--facts", "account.balance_cents=lots"), "is a number"),
        (("--state", "TX", "--step", "call", "--facts", "account.fa_screened=yes"), "true or false"),
        (("--state", "TX", "--step", "call", "--facts", "account.service_on=12/1/2025"), "a date such as"),
        (("--state", "TX", "--step", "call", "--facts", "contact.local_time_earliest=8pm"), "a time such as"),
        (("--state", "TX", "--step", "call", "--facts", "account.flags"), "has no value"),
        (("--state", "TX", "--step", "call", "--date", "tomorrow"), "is not a date"),
    ],
)
def test_a_wrong_question_is_refused_with_what_would_be_right(words: tuple[str, ...], says: str) -> None:
    result = run("law", "check", *words)
    assert result.exit_code == 1
    assert says in " ".join(result.output.split())


def test_a_rule_is_shown_whole_and_the_rules_of_a_state_are_listed() -> None:
    rule = ok("law", "show", "fed-regf-call-cap")
    assert rule["citation"] == "12 CFR 1006.14(b)(2)(i)(A), (b)(3)(i)"
    listed = ok("law", "list", "--state", "TX", "--step", "letter")
    assert {one["jurisdiction"] for one in listed} <= {"TX", "federal", "multi"}
    assert 'did you mean "fed-regf-call-cap"' in run("law", "show", "fed-regf-cal-cap").output.replace("\n", " ")


def test_lists_are_split_and_empty_parts_are_passed_over() -> None:
    assert read_facts("account.flags=disputed|appeal_open; ; person.fpl_pct=150") == {
        "account.flags": ("disputed", "appeal_open"),
        "person.fpl_pct": 150.0,
    }


def test_an_answer_says_as_of_which_day_the_law_is_known_and_warns_after_twelve_months() -> None:
    words = ("law", "check", "--state", "OH", "--step", "letter", "--date")
    assert ok(*words, "2026-11-28")["warning"] is None
    told = ok(*words, "2027-02-01")
    assert told["as_known"] == "2025-12-31" and "more than 12 months" in told["warning"]
    assert "Law as known on 2025-12-31" in run(*words, "2026-11-28").output
    assert "Warning" in run(*words, "2027-02-01").output


def test_an_allowed_step_names_the_facts_that_were_not_given() -> None:
    words = ("law", "check", "--state", "OH", "--step", "letter", "--facts", "step.attachments=language_notice")
    told = ok(*words, "--date", "2026-11-28")
    assert told["decision"] == "allow" and "fed-bankruptcy-stay" in told["not_given"]["account.flags"]
    assert (
        "Facts that were not entered, used by rules that could block the step: "
        in run(*words, "--date", "2026-11-28").output
    )


def test_a_rule_shows_where_it_was_looked_up_and_whether_it_is_in_force_here() -> None:
    told = ok("law", "show", "st-ri-interest-cap")
    assert told["read_on"] == told["as_known"] == "2026-11-28" and "S 172" in told["source"]
    assert told["not_in_force"] == "pastdue does not perform this step: interest"
    assert ok("law", "show", "fed-nsa-emergency")["not_in_force"] is None
    assert "Not in force: pastdue does not perform this step" in run("law", "show", "st-ri-interest-cap").output


def test_the_rules_that_are_not_in_force_are_listed_with_the_reason() -> None:
    rows = ok("law", "list", "--not-in-force")
    assert {row["in_force"] for row in rows} == {"no"}
    assert all(row["not_in_force"] for row in rows)
    assert {row["id"] for row in rows} >= {"st-ri-interest-cap", "fed-regf-call-cap"}
    assert len(ok("law", "list")) > len(rows)
