"""The tables that a manager owns, at the command line."""

from pathlib import Path

from flows.calls.scoring import SHIPPED
from tests.command_line import ok, run


def test_a_table_is_published_compared_and_put_back(ran: Path, tmp_path: Path) -> None:
    file = tmp_path / "scoring.yaml"
    file.write_text(SHIPPED.read_text().replace("10000", "9000"))
    assert ok("table", "publish", "call-scoring", str(file), "--reason", "fewer callbacks")["version"] == 1
    file.write_text(SHIPPED.read_text().replace("10000", "8000"))
    assert ok("table", "publish", "call-scoring", str(file))["version"] == 2
    newest, first = ok("table", "history", "call-scoring")
    assert (first["reason"], newest["reason"], first["shipped"]) == ("fewer callbacks", "no reason given", False)
    assert first["changes"][0]["sentence"] == "Callback scheduled for today: 9,000 points (before: 10,000 points)."
    (change,) = ok("table", "diff", "call-scoring", "0", "2")["changes"]
    assert (change["from"], change["to"]) == ("10,000 points", "8,000 points")
    said = run("table", "diff", "call-scoring", "1", "2").output
    assert "Callback scheduled for today: 8,000 points (before: 9,000 points)." in said
    assert "No differences" in run("table", "diff", "call-scoring", "2", "2").output
    assert ok("table", "rollback", "call-scoring", "1", "--reason", "better")["version"] == 3
    assert ok("table", "rollback", "call-scoring", "0", "--reason", "as shipped")["version"] == 4
    (row,) = [one for one in ok("table", "list") if one["name"] == "call-scoring"]
    assert row["in_force"] == "as shipped" and len(row["versions"]) == 4
    assert ok("table", "show", "call-scoring") == {
        "name": "call-scoring",
        "shipped": True,
        "text": SHIPPED.read_text(),
    }


def test_what_can_not_be_published_says_why(ran: Path, tmp_path: Path) -> None:
    file = tmp_path / "scoring.yaml"
    file.write_text(SHIPPED.read_text())
    assert "same as the version in force" in run("table", "publish", "call-scoring", str(file)).output
    file.write_text(SHIPPED.read_text().replace("10000", "9000"))
    ok("table", "publish", "call-scoring", str(file), "--based-on", "0")
    file.write_text(SHIPPED.read_text().replace("10000", "8000"))
    late = run("table", "publish", "call-scoring", str(file), "--based-on", "0")
    assert late.exit_code == 1 and "published version 1 in the meantime" in " ".join(late.output.split())
    assert run("table", "rollback", "call-scoring", "1").exit_code == 2
    assert "has no version 7" in run("table", "rollback", "call-scoring", "7", "--reason", "x").output
    assert "a reason is required" in run("table", "rollback", "call-scoring", "0", "--reason", " ").output


def test_a_setting_and_a_limit_record_why(ran: Path) -> None:
    ok("settings", "set", "refund_days", "20", "--reason", "state law")
    ok("limits", "set", "calls_in_7_days", "5", "--reason", "fewer complaints")
    with_reason = {one["name"]: one for one in ok("settings", "list")}
    assert with_reason["refund_days"]["value"] == 20


def test_a_creditors_changes_are_listed_and_undone(ran: Path) -> None:
    creditor = ok("creditor", "list")[0]["external_id"]
    ok("creditor", "set", creditor, "--set", "phone=937-555-0111", "--reason", "new line")
    ok("creditor", "set", creditor, "--set", "phone=937-555-0122")
    newest, first = ok("creditor", "history", creditor)[:2]
    assert (first["reason"], newest["reason"]) == ("new line", "no reason given")
    assert newest["changes"][0]["from"] == "937-555-0111"
    back = ok("creditor", "undo", creditor, "--to", str(first["id"]), "--reason", "old line")
    assert back["phone"] == "937-555-0111"
    assert "is not a valid phone number" in run("creditor", "set", creditor, "--set", "phone=911").output
    assert run("creditor", "undo", creditor, "--to", "0").exit_code == 2


def test_earlier_settings_and_limits_are_listed_with_why(ran: Path) -> None:
    ok("settings", "set", "refund_days", "20", "--reason", "faster")
    newest, default = ok("settings", "history", "refund_days")
    assert (newest["value"], newest["reason"]) == (20, "faster")
    assert (default["version"], default["value"], default["reason"]) == (0, 30, "default")
    assert [one["value"] for one in ok("settings", "history", "letter_cost_cents")] == [95], "never changed"
    assert {one["reason"] for one in ok("settings", "history")} >= {"faster", "default"}
    assert "there is no setting" in run("settings", "history", "refund_day").output
    ok("limits", "set", "no_calls", "yes", "--state", "NY", "--reason", "state request")
    assert ok("limits", "history")[0]["reason"] == "state request"
