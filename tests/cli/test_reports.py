"""Reports by command: the list, each report, its files, the summaries, saved reports."""

import json
from csv import DictReader
from pathlib import Path

import pytest

from flows.reports.registry import REPORTS
from tests.command_line import ok, run

OLDER = ("credit-balances", "medicare-bad-debt")


def test_the_list_names_every_report_with_its_question(ran: Path) -> None:
    assert ok("report", "list") == [
        {"name": one.name, "title": one.title, "question": one.question} for one in REPORTS.values()
    ]


@pytest.mark.parametrize("name", [name for name in REPORTS if name not in OLDER])
def test_a_report_is_a_document(ran: Path, name: str) -> None:
    found = ok("report", name, "--check")
    assert (found["name"], found["as_of"] <= "2030") == (name, True)
    assert isinstance(found["rows"], list) and isinstance(found["total"], dict)
    assert all(tie["holds"] for tie in found["ties"])


def test_aging_and_the_roll_forward_have_the_columns_that_programs_read(ran: Path) -> None:
    (row,) = ok("report", "aging", "--date", "2026-02-17")["rows"]
    assert (row["bucket"], row["balance_cents"]) == ("31-60", 120_00)
    rows = ok("report", "roll-forward", "--from", "2026-01-01", "--to", "2026-01-31")["rows"]
    (row,) = rows
    changes = ("new_cents", "paid_cents", "adjusted_cents", "refunded_cents", "written_off_cents")
    assert row["opening_cents"] + sum(row[name] for name in changes) == row["closing_cents"]
    assert (row["opening_cents"], row["paid_cents"], row["closing_cents"]) == (150_00, -30_00, 120_00)


def test_the_accounts_behind_a_figure(ran: Path) -> None:
    found = ok("report", "aging", "--date", "2026-02-17", "--accounts", "balance_cents")
    assert found["rows"] == [
        {"account": "A1", "guarantor": "Ada Tester", "balance_cents": 120_00, "balance_now_cents": 120_00}
    ]
    assert found["total"] == {"accounts": 1, "balance_cents": 120_00}


def test_files_have_the_same_rows(ran: Path, tmp_path: Path) -> None:
    csv, xlsx = tmp_path / "a.csv", tmp_path / "a.xlsx"
    got = run("report", "aging", "--date", "2026-02-17", "--csv", str(csv), "--xlsx", str(xlsx))
    assert got.exit_code == 0 and xlsx.stat().st_size > 1_000
    with csv.open() as lines:
        assert [row["Balance"] for row in DictReader(lines)] == ["120", "120"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("roll-forward", "--from", "2026-02-01", "--to", "2026-01-01"), "ends before"),
        (("aging", "--date", "2999-01-01"), "has not come yet"),
        (("aging", "--creditor", "X"), "creditor list"),
        (("aging", "--by", "moon"), "use bucket"),
        (("aging", "--where", "bucket"), "name=value"),
        (("aging", "--accounts", "moon"), "use accounts"),
        (("aging", "--from", "2026-01-01"), "about one day"),
        (("save", "Mine", "moon"), "report list"),
        (("save", "Mine", "aging", "--target", "accounts"), "enter both"),
        (("save", "Mine", "aging", "--alert", "grace@example.com"), "enter both"),
        (("show", "Mine"), "no saved report"),
        (("forget", "Mine"), "no saved report"),
    ],
)
def test_a_wrong_word_is_a_sentence_and_a_document(ran: Path, words: tuple[str, ...], says: str) -> None:
    got = run("report", *words, "--json")
    assert got.exit_code == 1
    assert says in json.loads(got.stdout)["refused"]["message"]


def test_the_summaries_are_checked_and_made_anew(ran: Path) -> None:
    assert ok("report", "rebuild", "--check") == {"differences": []}
    assert ok("report", "rebuild") == {"entries": 2}
    assert ok("report", "rebuild", "--check") == {"differences": []}


def test_a_saved_report_is_listed_shown_delivered_and_forgotten(ran: Path) -> None:
    ok("report", "save", "Mine", "aging", "--every", "day", "--format", "csv", "--date", "2026-02-16")
    assert [one["name"] for one in ok("report", "saved")] == ["Mine"]
    assert ok("report", "show", "Mine", "--date", "2026-02-17")["name"] == "aging"
    assert ok("report", "deliver", "--date", "2026-02-17") == {"delivered": 1, "failed": 0}
    assert (ran / "outbox" / "reports" / "mine-2026-02-17.csv").is_file()
    target = ("--target", "balance_cents", "--at-most", "100", "--alert", "grace@example.com")
    ok("report", "save", "Mine", "aging", *target, "--replace", "--date", "2026-02-17")
    (row,) = ok("report", "saved")
    assert (row["target"], row["alert_to"]) == ("Balance at most $1.00", "grace@example.com")
    ok("report", "forget", "Mine")
    assert ok("report", "saved") == []
