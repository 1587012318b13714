"""The commands, as somebody types them: their JSON, their exit codes, and what they refuse."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.app import app
from cli.output import open_practice
from flows.accounts.happenings import NewTask, open_tasks
from models.task_kinds import TaskKind
from models.user_enums import Role
from tests.command_line import BOOK, RUNNER, ok, run
from tests.small_book import LETTERS, account_of


def test_init_makes_the_book_and_publishes_the_shipped_schedules(home: Path) -> None:
    made = ok("init")
    assert made["database"] == f"sqlite:///{home / 'pastdue.db'}"
    assert made["revision"]
    assert {row["schedule"] for row in ok("schedule", "list")} == {"patient-balance", "medicare", "small-practice"}
    assert ok("init")["revision"] == made["revision"], "a second time changes nothing"


def test_a_command_before_init_says_what_to_do(home: Path) -> None:
    result = run("calls")
    assert result.exit_code == 1
    assert "set it up first (`pastdue init`)" in result.output


@pytest.mark.parametrize("command", [("calls",), ("law", "list"), ("stuck", "list"), ("schedule", "list")])
def test_a_command_on_the_database_of_an_earlier_version_says_what_to_do(home: Path, command: tuple[str, ...]) -> None:
    ok("init")
    with closing(sqlite3.connect(home / "pastdue.db")) as old:
        old.execute("UPDATE alembic_version SET version_num = '0055'")
        old.execute("ALTER TABLE setting DROP COLUMN reason")
        old.commit()
    result = run(*command)
    assert result.exit_code == 1
    assert "is at revision 0055; set it up first (`pastdue init`)" in " ".join(result.output.split())


def test_intake_says_what_came_of_each_file(taken_in: Path, tmp_path: Path) -> None:
    again = ok("intake", str(tmp_path / "book"), "--date", "2026-01-09")["files"]
    assert {row["name"] for row in again} == set(BOOK)
    assert all(row["already_taken"] and row["taken"] == 0 for row in again)
    fields = {"name", "kind", "sha256", "already_taken", "rows", "taken", "rejected", "reject_file"}
    assert all(fields <= set(row) for row in again)


def test_intake_with_rejects_ends_with_three(taken_in: Path, tmp_path: Path) -> None:
    path = tmp_path / "transactions.csv"
    path.write_text('transaction_id,account_number,date,kind,amount\nX1,A1,2026-01-09,patient_payment,"12,34"\n')
    result = run("intake", str(path), "--json", "--date", "2026-01-10")
    assert result.exit_code == 3
    (row,) = json.loads(result.stdout)["files"]
    assert row["rejected"] == 1
    assert "12,34" in Path(row["reject_file"]).read_text()


def test_a_file_refused_whole_ends_with_one_and_names_the_place(taken_in: Path, tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("account_number,balance\nA9,1.00\n")
    result = run("intake", str(path))
    assert result.exit_code == 1
    assert "accounts.csv:1: columns creditor_id" in " ".join(result.output.split())


def test_account_and_explain_tell_the_whole_story(ran: Path) -> None:
    view = ok("account", "A1")
    assert view["balance_cents"] == 12_000
    assert view["guarantor"]["name"] == "Ada Tester"
    assert sum(entry["amount_cents"] for entry in view["ledger"]) == 12_000
    assert {"seq", "at", "business_date", "kind", "step", "why", "actor", "digest"} <= set(view["events"][0])
    told = ok("explain", "A1", "--date", "2026-02-18")
    assert [step["step"] for step in told["done"]] == ["reminder-1", "first-call"]
    assert told["next"] == {"step": "reminder-2", "on": "2026-03-09", "do": "letter reminder-2", "due_on": "2026-03-09"}
    assert [(step["step"], step["on"]) for step in told["path"]][-1] == ("review", "2026-05-07")
    assert told["blocked_by"] == []


def test_a_hold_shows_in_explain_with_its_rule_and_goes_again(ran: Path) -> None:
    event = ok("hold", "add", "A1", "dispute", "--date", "2026-02-18")
    assert event["kind"] == "hold_opened"
    told = ok("explain", "A1", "--date", "2026-03-09")
    assert told["blocked_by"][0]["rule"] == "pol-dispute-stop-first-party"
    assert told["blocked_by"][0]["citation"]
    assert ok("hold", "clear", "A1", "dispute", "--date", "2026-03-01")["kind"] == "hold_cleared"
    assert ok("explain", "A1", "--date", "2026-03-09")["blocked_by"] == []
    assert run("hold", "clear", "A1", "dispute").exit_code == 1
    died = run("hold", "add", "A1", "deceased")
    assert died.exit_code == 1
    assert "pastdue estate open A1 --death ... --source ...` or `pastdue inbound A1 deceased`" in " ".join(
        died.output.split()
    )


def test_the_call_list_names_hours_and_accounts_and_a_disposition_gives_its_events(ran: Path) -> None:
    ok(
        "letters",
        "mailed",
        str(ok("letters", "print", "--date", "2026-02-18")["batch"]),
        "--date",
        "2026-02-18",
        "--on",
        "2026-02-18",
    )
    (call,) = ok("calls", "--date", "2026-02-18")
    assert call["accounts"] == ["A1"]
    assert (call["window_start"], call["window_end"]) == ("2026-02-18T13:00:00+00:00", "2026-02-19T02:00:00+00:00")
    shown = run("calls", "--date", "2026-02-18").output
    assert "8am-9pm" in shown, "the hours of the practice's clock"
    assert "EST" in shown
    events = ok(
        "disposition",
        str(call["task"]),
        "promise_to_pay",
        "--amount",
        "50",
        "--date",
        "2026-02-25",
        "--on",
        "2026-02-18",
    )
    assert [event["kind"] for event in events] == ["call_made", "promise_made", "hold_opened", "task_closed"]
    assert ok("calls", "--date", "2026-02-18") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["promise_to_pay"], "needs an amount (--amount)"),
        (["promise_to_pay", "--amount", "50", "--date", "2026-02-01"], "is in the past"),
        (["promise_to_pay", "--amount", "500", "--date", "2026-02-20"], "more than the balance of $120.00"),
        (["promis_to_pay"], "is not a call result"),
    ],
)
def test_a_wrong_disposition_is_refused_with_a_sentence_and_changes_nothing(
    ran: Path, words: list[str], said: str
) -> None:
    (call,) = ok("calls", "--date", "2026-02-18")
    before = ok("account", "A1")
    result = run("disposition", str(call["task"]), *words, "--on", "2026-02-18")
    assert result.exit_code == 1
    assert said in " ".join(result.output.split())
    assert ok("account", "A1") == before


def test_a_payment_is_posted_once(ran: Path) -> None:
    paid = ok("pay", "A1", "--amount", "20.00", "--date", "2026-02-18", "--ref", "R1")
    assert (paid["balance_cents"], paid["already_posted"]) == (10_000, False)
    assert ok("pay", "A1", "--amount", "20.00", "--date", "2026-02-18", "--ref", "R1")["already_posted"]
    assert run("pay", "A1", "--amount", "12,34", "--ref", "R2").exit_code == 1
    assert run("pay", "NOBODY", "--amount", "1.00", "--ref", "R3").exit_code == 1
    other = run("pay", "A1", "--amount", "30.00", "--date", "2026-02-18", "--ref", "R1")
    assert other.exit_code == 1
    assert "R1 is already posted: $20.00 on account A1" in " ".join(other.output.split())
    card = run("pay", "A1", "--amount", "1.00", "--date", "2026-02-18", "--ref", "4111111111111111")
    assert card.exit_code == 1
    assert "4111" not in card.output
    assert ok("account", "A1")["balance_cents"] == 10_000


def test_an_insurance_is_named_billed_and_answered(ran: Path) -> None:
    words = ("insurance", "add", "A1", "--payer", "Acme Health", "--member", "XQ7781", "--source", "a letter")
    assert ok(*words, "--date", "2026-02-18") == {"number": "A1", "insurance": 1, "already_known": False}
    assert ok(*words, "--date", "2026-02-18") == {"number": "A1", "insurance": None, "already_known": True}
    assert ok("insurance", "billed", "1", "--date", "2026-02-19") == {"insurance": 1, "state": "billed"}
    assert ok("insurance", "answered", "1", "--says", "refused", "--date", "2026-02-20")["state"] == "answered"
    assert [one["ended_why"] for one in ok("insurance", "list", "A1")] == ["refused"]
    assert [one["payer"] for one in ok("account", "A1")["insurance"]] == ["Acme Health"]
    refused = run("insurance", "not-in-force", "1", "--why", "ended", "--date", "2026-02-20")
    assert refused.exit_code == 1
    assert "was closed on 2026-02-20 (processed)" in refused.stderr


def test_a_bounced_check_is_taken_back_by_its_number(ran: Path) -> None:
    ok("pay", "A1", "--amount", "20.00", "--date", "2026-02-18", "--ref", "R1", "--method", "check")
    words = ("reverse-payment", "A1", "--ref", "R1", "--reason", "insufficient funds", "--date", "2026-02-20")
    assert ok(*words) == {
        "number": "A1",
        "entry": {
            "posted_on": "2026-02-20",
            "kind": "patient_payment",
            "amount_cents": 2_000,
            "reference": "reversal R1: insufficient funds",
        },
        "paid_cents": 2_000,
        "others": [],
        "balance_cents": 12_000,
    }
    assert "already reversed on 2026-02-20" in " ".join(run(*words).output.split())
    assert run("pay-back", "A1", "--ref", "R2", "--reason", "x").exit_code == 1
    assert [one["kind"] for one in ok("letters", "list")].count("returned-check") == 1


def test_letters_are_listed_previewed_printed_mailed_and_come_back(ran: Path) -> None:
    (letter,) = ok("letters", "list")
    assert (letter["kind"], letter["state"], letter["accounts"]) == ("reminder-1", "rendered", ["A1"])
    made = ok("letters", "preview", "A1", "final-notice", "--date", "2026-02-18")
    assert Path(made["file"]).exists()
    assert run("letters", "preview", "A1", "love-letter").exit_code == 1
    batch = ok("letters", "print", "--date", "2026-02-18")
    assert {"batch", "letters", "pages", "file", "manifest", "sha256"} <= set(batch)
    assert Path(batch["file"]).exists()
    assert ok("letters", "print", "--date", "2026-02-18")["batch"] is None
    assert ok("letters", "mailed", str(batch["batch"]), "--date", "2026-02-18", "--on", "2026-02-18")["letters"] == 1
    assert ok("letters", "returned", str(letter["letter"]), "--date", "2026-02-25")["state"] == "returned"
    assert [task["kind"] for task in ok("tasks", "find-address")] == ["find-address"]


def test_an_account_that_was_set_aside_is_brought_back(ran: Path) -> None:
    from flows.accounts.load import Unread
    from flows.dunning.engine.commands import set_aside
    from tests.small_book import account_of, run_days

    assert run("bring-back", "A1").exit_code == 1
    with open_practice() as practice:
        with practice.database.transaction(actor="test", business_date=date(2026, 2, 18)) as tx:
            set_aside(tx, Unread((account_of(practice.database, "A1").id,), "a comet"))
        run_days(practice, date(2026, 3, 9), date(2026, 3, 9))
    assert "reminder-2" not in [step["step"] for step in ok("explain", "A1", "--date", "2026-03-10")["done"]]
    assert ok("resume", "A1", "--date", "2026-03-10")["kind"] == "brought_back"
    assert ok("tasks", "set-aside") == []
    with open_practice() as practice:
        run_days(practice, date(2026, 3, 10), date(2026, 3, 10))
    assert "reminder-2" in [step["step"] for step in ok("explain", "A1", "--date", "2026-03-11")["done"]]


def test_history_is_proved_and_a_tampered_one_is_found(ran: Path) -> None:
    proved = ok("history", "verify")
    assert proved["broken"] == []
    assert ok("history", "verify", "A1")["events"] == proved["events"]
    import sqlite3

    db = sqlite3.connect(ran / "pastdue.db")
    db.execute("DROP TRIGGER account_event_no_update")
    db.execute("UPDATE account_event SET why = 'nothing was said' WHERE seq = 2")
    db.commit()
    db.close()
    result = run("history", "verify", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["broken"] == [{"number": "A1", "seq": 2, "what": "event 2 was altered"}]


def test_a_schedule_is_shown_checked_and_published(home: Path, tmp_path: Path) -> None:
    ok("init")
    text = ok("schedule", "show", "patient-balance")["text"]
    path = tmp_path / "patient-balance.yaml"
    path.write_text(text.replace("{day: 90}", "{day: 80}", 1))
    assert ok("schedule", "check", str(path))["problems"] == []
    assert ok("schedule", "publish", str(path)) == {
        "schedule": "patient-balance",
        "version": 2,
        "fresh": True,
        "in_force_on": None,
        "pending": False,
        "warnings": [],
    }
    assert ok("schedule", "publish", str(path))["fresh"] is False
    path.write_text(text.replace("letter: final-notice", "letter: final-notise"))
    result = run("schedule", "check", str(path), "--json")
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)["problems"]
    assert 'did you mean "final-notice"?' in problem["message"]
    assert problem["line"] == text[: text.index("letter: final-notice")].count("\n") + 1
    assert run("schedule", "publish", str(path)).exit_code == 1


def test_a_shipped_text_replaces_a_version_of_ones_own_only_by_a_yes(home: Path, tmp_path: Path) -> None:
    ok("init")
    assert ok("schedule", "publish", "patient-balance")["fresh"] is False, "what init published is nobody's own"
    path = tmp_path / "patient-balance.yaml"
    path.write_text(ok("schedule", "show", "patient-balance")["text"].replace("{day: 90}", "{day: 80}", 1))
    ok("schedule", "publish", str(path))
    refused = run("schedule", "publish", "patient-balance", "--json")
    assert refused.exit_code == 1
    assert "would replace version 2 of patient-balance" in json.loads(refused.stdout)["refused"]["message"]
    asked = CliRunner().invoke(app, ["schedule", "publish", "patient-balance"], input="n\n")
    assert asked.exit_code == 1
    assert "Final notice moves from day 80 to day 90." in asked.output
    ok("init")
    assert "{day: 80}" in ok("schedule", "show", "patient-balance")["text"], "neither a no nor init replaced it"
    assert ok("schedule", "publish", "patient-balance", "--yes")["version"] == 3


def test_what_a_schedule_can_hardly_mean_is_warned_of_and_may_be_published(home: Path, tmp_path: Path) -> None:
    ok("init")
    path = tmp_path / "patient-balance.yaml"
    text = ok("schedule", "show", "patient-balance")["text"].replace("calls: {at_most: 7,", "calls: {at_most: 20,")
    path.write_text(text)
    checked = ok("schedule", "check", str(path))
    assert checked["problems"] == []
    assert "allows up to 20 calls in 7 days" in checked["warnings"][0]["message"]
    assert ok("schedule", "publish", str(path))["warnings"] == checked["warnings"]


def test_a_setting_below_its_bounds_is_refused_with_them(home: Path) -> None:
    ok("init")
    refused = run("settings", "set", "promise_grace_days", "-1")
    assert refused.exit_code == 1
    assert "whole number of days from 0 to 3,650" in " ".join(refused.stderr.split())
    assert ok("settings", "set", "promise_grace_days", "4")["value"] == 4


def test_shipped_schedules_pass_their_own_check() -> None:
    for path in sorted((Path(__file__).parent.parent / "schedules").glob("*.yaml")):
        found = json.loads(run("schedule", "check", str(path), "--json").stdout)["problems"]
        # The one with agencies is right once its pool has one; tests/flows/schedules shows that it is right then.
        needs_pool = [one["field"] for one in found] == ["steps.6.do.place.pool"]
        assert needs_pool if path.stem == "patient-balance-agency" else found == [], path
    assert LETTERS


def modes(home: Path) -> dict[str, int]:
    """What others may do with each file and folder of a home that they may do anything with."""
    found = {path: path.stat().st_mode & 0o077 for path in (home, *home.rglob("*"))}
    return {str(path.relative_to(home)): mode for path, mode in found.items() if mode}


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_umask")
def test_no_other_user_of_the_machine_reads_what_is_written(ran: Path, tmp_path: Path) -> None:
    ok("settings", "set", "pdf", "no")
    ok("letters", "print", "--date", "2026-02-17")
    accounts = tmp_path / "book" / "accounts.csv"
    accounts.write_text(accounts.read_text() + "A2,C9,P1,G1,self_pay,2025-12-08,2026-01-07,1.00\n")
    assert run("intake", str(tmp_path / "book"), "--date", "2026-02-18").exit_code == 3
    written = {path.name for path in ran.rglob("*")}
    assert {"pastdue.db", "letters", "outbox", "inbox", "lists", "rejects", "templates"} <= written
    assert modes(ran) == {}


@pytest.mark.usefixtures("usual_umask")
def test_init_closes_a_home_of_an_earlier_version_and_leaves_what_lies_outside(taken_in: Path, tmp_path: Path) -> None:
    outside = tmp_path / "logo.png"
    outside.touch()
    outside.chmod(0o644)
    (taken_in / "templates" / "logo.png").symlink_to(outside)
    old = taken_in / "letters" / "2026" / "old.zip"
    old.parent.mkdir()
    old.touch()
    for path in (taken_in, taken_in / "pastdue.db", old.parent, old):
        path.chmod(0o755)
    assert ok("init")["closed_to_others"] >= 4
    assert outside.stat().st_mode & 0o777 == 0o644
    (taken_in / "templates" / "logo.png").unlink()
    assert modes(taken_in) == {}
    assert ok("init")["closed_to_others"] == 0


def test_a_demo_leaves_a_real_book_alone(home: Path) -> None:
    home.mkdir()
    shutil.copy(__file__, home / "pastdue.db")
    result = run("demo")
    assert result.exit_code == 1
    assert "are not made up" in result.output


def test_with_json_a_refusal_is_a_document_too(taken_in: Path) -> None:
    for arguments, kind in (
        (("account", "NONE-1", "--json"), "not_found"),
        (("intake", "no-such-file.csv", "--json"), "bad_input"),
    ):
        got = run(*arguments)
        assert got.exit_code == 1
        refused = json.loads(got.stdout)["refused"]
        assert (refused["kind"], bool(refused["message"])) == (kind, True)


GATED = """
schedule: to-agency
title: Looked at, then called
enter: {overdue_days: 30, balance: {at_least: 1.00}}
steps:
  - {id: review, at: {day: 35}, do: {task: {kind: placement-review, gate: true}}}
  - {id: reminder-1, at: {day: 40}, do: {letter: reminder-1}}
"""


def test_reviews_are_listed_kept_and_approved(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    for name, text in BOOK.items():
        (folder / name).write_text(text)
    with (folder / "accounts.csv").open("a") as more:
        more.write("A2,C1,P1,G1,self_pay,2025-12-08,2026-01-07,80.00\n")
    with (folder / "transactions.csv").open("a") as more:
        more.write("T3,A2,2025-12-08,charge,80.00\n")
    (tmp_path / "gated.yaml").write_text(GATED)
    ok("init", "--date", "2026-01-08")
    ok("schedule", "publish", str(tmp_path / "gated.yaml"), "--date", "2026-01-08")
    ok("intake", str(folder), "--date", "2026-01-08")
    ok("run", "--date", "2026-02-11")
    listed = ok("review", "list", "--date", "2026-02-20")
    assert [(one["account"], one["name"], one["balance_cents"], one["waits_days"]) for one in listed] == [
        ("A1", "Ada Tester", 12_000, 9),
        ("A2", "Ada Tester", 8_000, 9),
    ]
    assert "--all" in run("review", "approve").output
    assert "Add --yes" in " ".join(run("review", "approve", "--all", "--json", "--date", "2026-02-20").output.split())
    no = RUNNER.invoke(app, ["review", "approve", "--all", "--date", "2026-02-20"], input="n\n")
    assert "2 accounts, $200.00" in no.output
    assert no.exit_code == 1
    kept = ok("review", "keep", "A1", "--reason", "pays each month", "--date", "2026-02-20")
    assert (kept["accounts"], kept["balance_cents"]) == (["A1"], 12_000)
    assert "already kept in house: A1" in " ".join(
        run("review", "keep", "A1", "--reason", "pays each month", "--date", "2026-02-20").output.split()
    )
    assert ok("review", "approve", "--below", "100", "--date", "2026-02-20")["accounts"] == ["A2"]
    assert [one["account"] for one in ok("review", "list", "--kept", "--date", "2026-02-20")] == ["A1"]
    assert "kept in house by" in str(ok("explain", "A1", "--date", "2026-02-20")["blocked_by"])
    until = ok("review", "keep", "A1", "--until", "2026-04-01", "--reason", "pays each month", "--date", "2026-02-20")
    assert until["decided"] == "kept with us until 2026-04-01"
    assert ok("review", "list", "--kept", "--date", "2026-02-20")[0]["until_on"] == "2026-04-01"
    late = run("review", "keep", "A1", "--until", "2026-02-20", "--reason", "pays each month", "--date", "2026-02-20")
    assert "2026-02-20 is not after today" in " ".join(late.output.split())
    unplaced = run("review", "place", "A1", "--pool", "primary", "--date", "2026-02-20")
    assert (unplaced.exit_code, 'pool "primary" was not found' in unplaced.output) == (1, True)
    assert ok("review", "approve", "A1", "--date", "2026-02-20")["accounts"] == ["A1"]


def test_reviewed_balances_are_written_off_once(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    for name, text in BOOK.items():
        (folder / name).write_text(text)
    (tmp_path / "gated.yaml").write_text(GATED)
    ok("init", "--date", "2026-01-08")
    ok("schedule", "publish", str(tmp_path / "gated.yaml"), "--date", "2026-01-08")
    ok("intake", str(folder), "--date", "2026-01-08")
    ok("run", "--date", "2026-02-11")
    assert run("review", "write-off", "A1", "--date", "2026-02-20").exit_code == 2, "a reason is required"
    off = ok("review", "write-off", "A1", "--reason", "too old to collect", "--date", "2026-02-20")
    assert off == {"decided": "written off", "accounts": ["A1"], "balance_cents": 12_000}
    again = run("review", "write-off", "A1", "--reason", "too old to collect", "--date", "2026-02-20")
    assert "there is no pending review for A1" in " ".join(again.output.split())
    assert ok("account", "A1")["balance_cents"] == 0


def test_open_work_says_whose_it_is_what_is_owed_how_late_it_is_and_why(ran: Path) -> None:
    assert ok("hold", "add", "A1", "dispute", "--date", "2026-02-18")["kind"] == "hold_opened"
    ok("run", "--date", "2026-02-19")
    (one,) = ok("tasks", "review-dispute", "--date", "2026-03-31")
    assert (one["name"], one["creditor"], one["accounts"]) == ("Ada Tester", "Maple Street Clinic", ["A1"])
    assert (one["balance_cents"], one["age_days"], one["late_days"]) == (12_000, 40, 10)
    assert "On hold: Dispute" in one["reason"]
    shown = " ".join(run("tasks", "--date", "2026-03-31").output.split())
    assert "Open tasks by type" in shown
    assert "resolved)" in shown, "what is done instead stands beside the reason"
    ticked = run("task-done", str(one["task"]), "--outcome", "looked into it", "--date", "2026-03-31")
    assert (ticked.exit_code, "release the hold once" in " ".join(ticked.stderr.split())) == (1, True)
    assert (
        ok("hold", "clear", "A1", "dispute", "--reason", "answered", "--date", "2026-03-31")["kind"] == "hold_cleared"
    )
    assert ok("tasks", "review-dispute", "--date", "2026-03-31") == []
    again = ok("init", "--date", "2026-03-31")
    assert (again["tasks_closed"], again["tasks_opened"]) == (0, 0)


def test_a_task_that_a_person_closes_is_ticked_off_with_what_came_of_it(ran: Path) -> None:
    assert run("task-done", "99", "--outcome", "compared", "--date", "2026-02-20").exit_code == 1
    with open_practice() as practice:
        row = account_of(practice.database, "A1")
        alike = NewTask(
            TaskKind.DUPLICATE_PAYMENT, Role.CLERK, "two alike", row.guarantor_id, row.creditor_id, (row.id,)
        )
        with practice.database.transaction(actor="test", business_date=date(2026, 2, 18)) as tx:
            (task,) = open_tasks(tx, [alike])
    ticked = ok("task-done", str(task), "--outcome", "compared with the bank", "--date", "2026-02-20")
    assert ticked == {"done": 1, "tasks": [task]}
    assert ok("tasks", "duplicate-payment", "--date", "2026-02-20") == []
    last = ok("account", "A1")["events"][-1]
    assert (last["kind"], "compared with the bank" in last["why"]) == ("task_closed", True)


@pytest.mark.parametrize(
    "words",
    [
        ("settlement", "list", "--state", "nope"),
        ("refund", "list", "--state", "nope"),
        ("arrangement", "list", "--state", "nope"),
        ("tasks", "nonsense"),
        ("agency", "reconcile", "--agency", "nope"),
    ],
)
def test_a_wrong_word_of_a_filter_is_refused_and_no_empty_table(ran: Path, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code != 0
    assert words[-1] in result.output
