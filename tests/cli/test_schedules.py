"""Schedules at the command line: the difference, the simulation, and decisions about versions."""

from pathlib import Path

import pytest

from flows.dunning.versions.publish import SHIPPED
from tests.command_line import ok, run

TEXT = (SHIPPED / "patient-balance.yaml").read_text()


@pytest.fixture
def sooner(ran: Path, tmp_path: Path) -> str:
    """A file in which the final notice is ten days sooner, beside a practice that was run."""
    file = tmp_path / "sooner.yaml"
    file.write_text(TEXT.replace("{day: 90}", "{day: 80}"))
    return str(file)


def test_the_difference_is_a_list_of_sentences(sooner: str) -> None:
    (change,) = ok("schedule", "diff", sooner)["changes"]
    assert change == {
        "step": "final-notice",
        "what": "moved",
        "from": "day 90",
        "to": "day 80",
        "sentence": "Final notice moves from day 90 to day 80.",
    }
    assert run("schedule", "diff", "patient-balance:1", sooner).output.strip() == change["sentence"]
    assert "do not differ" in run("schedule", "diff", "patient-balance", "patient-balance:1").output
    refused = run("schedule", "diff", "patient-balance:x")
    assert refused.exit_code == 1 and "is not a version" in refused.output


def test_a_simulation_has_each_day_and_what_moves(sooner: str) -> None:
    found = ok("schedule", "simulate", sooner, "--days", "120", "--date", "2026-02-20", "--accounts", "--jobs", "1")
    assert len(found["days"]) == len(found["present"]) == 120
    assert set(found["days"][0]) >= {"date", "letters", "calls", "tasks", "placements", "write_offs", "blocked"}
    assert found["days"][0]["date"] == "2026-02-20"
    assert set(found["moved"]) == {"earlier", "later", "same", "mean_days"}
    assert found["moved"]["earlier"] == 1 and found["moved"]["mean_days"] < 0
    assert found["letters_too_close"] == 0
    (account,) = found["accounts"]
    assert account["number"] == "A1"
    assert [one["step"] for one in account["steps"]][-1] == "review"
    assert found["steps"] == len(account["steps"])
    shown = run("schedule", "simulate", sooner, "--days", "30", "--date", "2026-02-20", "--jobs", "1")
    assert shown.exit_code == 0 and "account" in shown.output


def test_two_processes_find_what_one_finds(sooner: str) -> None:
    words = ("schedule", "simulate", sooner, "--days", "90", "--date", "2026-02-20", "--accounts")
    assert ok(*words, "--jobs", "2") == ok(*words, "--jobs", "1")


def test_a_version_is_published_paused_rolled_back_and_each_is_in_the_history(sooner: str) -> None:
    day = ("--date", "2026-02-20")
    done = ok("schedule", "publish", sooner, "--reason", "too late", "--migrate", *day)
    assert (done["version"], done["pending"]) == (2, False)
    assert ok("schedule", "migrate", "patient-balance", "--reason", "all", *day)["migrated"] == 1
    ok("schedule", "pause", "patient-balance", "--reason", "counsel", *day)
    assert "already paused" in run("schedule", "pause", "patient-balance", "--reason", "x", *day).output
    ok("schedule", "resume", "patient-balance", "--reason", "agreed", *day)
    ok("schedule", "retire", "medicare", "--reason", "none here", *day)
    ok("schedule", "reopen", "medicare", "--reason", "one came", *day)
    back = ok("schedule", "rollback", "patient-balance", "--to", "1", "--reason", "no good", *day)
    assert back["version"] == 3
    kinds = [line["what"] for line in ok("schedule", "history", "patient-balance")]
    assert set(kinds) == {"published", "migrated", "paused", "resumed", "rolled_back"}
    listed = {(one["schedule"], one["version"]): one for one in ok("schedule", "list", *day)}
    assert listed["patient-balance", 3]["state"] == "in_force"
    assert listed["patient-balance", 2]["accounts"] == 1


def test_one_account_moves_to_another_schedule(sooner: str) -> None:
    assert run("schedule", "move", "A1", "--reason", "x").exit_code == 1, "either a schedule or out"
    moved = ok("schedule", "move", "A1", "--to", "small-practice", "--reason", "agreed", "--date", "2026-02-20")
    assert moved == {"moved": 1, "left": 0, "to": "small-practice"}
    assert ok("schedule", "move", "A1", "--out", "--reason", "sold", "--date", "2026-02-20")["moved"] == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--map", "reminder-1"), "does not name two steps"),
        (("--map", "reminder-9=reminder-2"), "no earlier version has the step"),
        (("--from", "2026-02-19"), "is in the past"),
    ],
)
def test_what_cannot_be_published_says_why(sooner: str, words: tuple[str, ...], says: str) -> None:
    refused = run("schedule", "publish", sooner, "--reason", "x", "--date", "2026-02-20", *words)
    assert refused.exit_code == 1
    assert says in " ".join(refused.output.split())
    assert max(one["version"] for one in ok("schedule", "list") if one["schedule"] == "patient-balance") == 1


def test_a_draft_is_started_saved_with_errors_and_discarded(sooner: str, tmp_path: Path) -> None:
    number = ok("schedule", "draft", "start", "patient-balance")["draft"]
    saved = ok("schedule", "draft", "save", str(number), sooner)
    assert (saved["change"], saved["problems"]) == (2, [])
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("schedule: patient-balance\n")
    refused = run("schedule", "draft", "save", str(number), str(wrong), "--seen", "1")
    assert refused.exit_code == 1 and "changed this draft in the meantime" in " ".join(refused.output.split())
    assert "Final notice moves from day 90 to day 80." in " ".join(refused.output.split())
    found = ok("schedule", "draft", "save", str(number), str(wrong))
    assert [one["field"] for one in found["problems"]] == ["title", "enter", "steps"]
    assert ok("schedule", "draft", "show", str(number))["change"] == 3
    assert [one["id"] for one in ok("schedule", "draft", "list")] == [number]
    ok("schedule", "draft", "discard", str(number))
    assert ok("schedule", "draft", "list") == []
    assert "already discarded" in run("schedule", "draft", "save", str(number), sooner).output
    assert "not found" in run("schedule", "draft", "show", "99").output
