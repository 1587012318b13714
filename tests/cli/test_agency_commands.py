"""Commands for agencies, as somebody types them from docs/agencies.md."""

import re
from datetime import date
from pathlib import Path

import pytest

from cli.output import open_practice
from flows.agency_handoff.files.layout_file import shipped_layouts
from tests.command_line import ok, run
from tests.flows.agency_handoff.agencies import POOLS, terms_text
from tests.small_book import run_days

DAY = ("--date", "2026-09-01")


@pytest.fixture
def agencies(taken_in: object, tmp_path: Path) -> str:
    """Two agencies that may collect everywhere, and an account to place."""
    states = "[AL, AZ, CA, FL, IL, IN, KY, MA, MI, NY, OH, PA, TX, WA, WI]"
    for code in ("harbor", "beacon"):
        (tmp_path / f"{code}.yaml").write_text(terms_text(code, no_licence_needed=states))
        assert ok("agency", "check", str(tmp_path / f"{code}.yaml")) == {"agency": code, "ok": True}
        ok("agency", "publish", str(tmp_path / f"{code}.yaml"), *DAY)
    (tmp_path / "pools.yaml").write_text(POOLS)
    ok("agency", "pools", str(tmp_path / "pools.yaml"), *DAY)
    return "A1"


def test_an_account_goes_to_an_agency_pays_there_and_comes_back(agencies: str, tmp_path: Path) -> None:
    placed = ok("agency", "place", agencies, "--pool", "primary", *DAY)
    assert placed["counts"]["placed"] == 1, placed["waiting"]
    (file,) = ok("agency", "export", *DAY)["files"]
    assert (file["agency"], file["kind"], file["state"], file["lines"]) == ("harbor", "placement", "sent", 1)
    answer = tmp_path / "harbor-acknowledgment-1.csv"
    answer.write_text(f"record,account_number,their_number,answer,balance,reason\nD,{agencies},H1,accepted,,\nT,1\n")
    (taken,) = ok("agency", "import", str(answer), *DAY)["files"]
    assert (taken["kind"], taken["taken"], taken["already_taken"]) == ("acknowledgment", 1, False)
    assert ok("agency", "import", str(answer), *DAY)["files"][0]["already_taken"]
    ok("agency", "suspend", agencies, "--reason", "looked into", *DAY)
    (stay,) = ok("agency", "reinstate", agencies, "--reason", "fine", *DAY)
    assert (stay["state"], stay["their_number"], stay["suspended_until"]) == ("placed", "H1", None)
    ok("agency", "complaint", agencies, "--note", "called at work", *DAY)
    assert ok("agency", "recall", agencies, "--reason", "mistake", *DAY) == {"recalled": 1}
    assert [row["state"] for row in ok("agency", "account", agencies)] == ["recalled"]
    assert [row["kind"] for row in ok("agency", "export", *DAY)["files"]] == ["update", "placement"]
    assert ok("agency", "scorecard")["agencies"][0]["complaints"] == 1
    assert {row["off_cents"] for row in ok("agency", "reconcile", *DAY)} == {0}
    assert ok("report", "agencies", *DAY)["scorecard"][0]["agency"] == "harbor"
    assert ok("report", "medicare-bad-debt") == []
    assert [row["agency"] for row in ok("agency", "list", *DAY)] == ["beacon", "harbor"]
    assert ok("agency", "show", "harbor")["versions"][0]["version"] == 1


def test_what_waits_says_why_and_a_fact_lets_it_go(agencies: str) -> None:
    assert ok("record", agencies, "screened", "--source", "form 12", *DAY)["fact"] == "screened"
    assert ok("record", agencies, "screened", "--clear", *DAY)["on"] is None
    ok("settings", "set", "placement_review_over_cents", "100", *DAY)
    waiting = ok("agency", "place", agencies, *DAY)["waiting"]
    assert [(row["account"], row["state"]) for row in waiting] == [(agencies, "review")]
    assert ok("agency", "refuse", agencies, "--reason", "about to pay", *DAY)["decision"] == "refused"
    assert ok("agency", "waiting") == []
    ok("agency", "place", agencies, *DAY)
    assert ok("agency", "approve", agencies, *DAY)["decision"] == "approved"


def test_a_review_before_a_placement_is_not_gone_around_by_hand(agencies: str) -> None:
    ok("schedule", "publish", "patient-balance-agency", "--yes")
    with open_practice() as practice:
        run_days(practice, date(2026, 2, 6), date(2026, 2, 10), ("enter", "advance"))
    refused = run("agency", "place", agencies, *DAY)
    assert refused.exit_code == 1
    assert "recorded as the approval, or decide the review (--reason or `pastdue review approve A1`)" in re.sub(
        r"\s+", " ", refused.stderr
    )
    assert run("agency", "place", "--reason", "nobody is named", *DAY).exit_code == 1
    assert ok("agency", "waiting") == []
    (placed,) = ok("agency", "place", agencies, "--reason", "refuses to pay", *DAY)["placements"]
    assert placed["account"] == agencies
    events = [event["kind"] for event in ok("account", agencies)["events"]]
    assert events.index("review_decided") < events.index("placement_queued")


def test_files_that_are_wrong_are_refused_with_what_to_do(agencies: str, tmp_path: Path) -> None:
    for words, told in (
        (("agency", "import", str(tmp_path / "nothing.csv"), *DAY), "was not found; check the path"),
        (("agency", "show", "harbour"), 'agency "harbour" was not found; the agencies are beacon, harbor'),
        (("agency", "recall", agencies, "--reason", "x", *DAY), "is not with an agency"),
        (
            ("agency", "place", agencies, "--pool", "third", *DAY),
            'pool "third" was not found; the pools are primary, secondary',
        ),
        (("agency", "resend", "99", *DAY), "agency file 99 was not found"),
        (("agency", "layout", "show", "mine"), 'layout "mine" was not found'),
    ):
        result = run(*words)
        assert result.exit_code == 1
        assert told in re.sub(r"\s+", " ", result.stderr), words
    stranger = tmp_path / "from-somebody.csv"
    stranger.write_text("a,b\n1,2\n")
    assert "has a name that matches no agency; enter the agency" in run("agency", "import", str(stranger), *DAY).stderr
    nobody = tmp_path / "harbor-status-1.csv"
    nobody.write_text("record,account_number,status,as_of,note\nD,NOBODY,working,2026-08-30,\nT,1\n")
    assert run("agency", "import", str(nobody), *DAY).exit_code == 3


def test_layouts_are_listed_shown_checked_and_published(agencies: str, tmp_path: Path) -> None:
    assert {row["layout"] for row in ok("agency", "layout", "list")} == set(shipped_layouts())
    mine = tmp_path / "mine.yaml"
    mine.write_text(ok("agency", "layout", "show", "fixed-400")["text"].replace("layout: fixed-400", "layout: mine"))
    assert ok("agency", "layout", "check", str(mine))["problems"] == []
    assert ok("agency", "layout", "publish", str(mine), *DAY) == {"layout": "mine"}
    assert "mine" in {row["layout"] for row in ok("agency", "layout", "list")}
    mine.write_text(mine.read_text().replace("{field: balance, width: 10}", "{field: balance, width: 10, at: 15}", 1))
    result = run("agency", "layout", "check", str(mine))
    assert result.exit_code == 1 and "overlaps account_number" in re.sub(r"\s+", " ", result.stderr)
    assert agencies == "A1"
