"""The commands of the mail room and of its settings, as somebody types them."""

import json
import shutil
from pathlib import Path

import pytest

from cli.app import app
from letters.docx.shelf import SHIPPED
from tests.command_line import RUNNER, ok, run
from tests.letters.reading import png, template_with

DAY = ("--date", "2026-02-18")


pytestmark = pytest.mark.usefixtures("without_pdf")


@pytest.fixture
def without_pdf(request: pytest.FixtureRequest) -> None:
    """The small book after two weeks, whose batches have no PDF: LibreOffice takes seconds over each."""
    request.getfixturevalue("ran")
    assert ok("settings", "set", "pdf", "no") == {"name": "pdf", "value": False}


def test_a_morning_in_the_mail_room() -> None:
    assert ok("letters", "report", "--date", "2026-02-06")["by_kind"] == {"reminder-1": 1}
    ok("settings", "set", "release_over_letters", "0", *DAY)
    waiting = ok("letters", "print", *DAY)
    assert (waiting["state"], waiting["file"]) == ("waiting", None)
    batch = str(waiting["batch"])
    assert Path(ok("letters", "proof", batch, "--sample", "5")["file"]).exists()
    assert ok("letters", "reject", batch, "reminder-1", "--reason", "bad logo", *DAY) == {
        "batch": waiting["batch"],
        "kind": "reminder-1",
        "rejected": 1,
        "printed": 0,
    }
    assert ok("letters", "accept", "reminder-1", *DAY) == {"kind": "reminder-1", "templates": 1}
    assert [(row["state"], row["letters"]) for row in ok("letters", "batches")] == [("printed", 0)]
    assert [row["state"] for row in ok("letters", "list", "--state", "queued")] == ["queued"]


def test_a_released_batch_is_printed_again_and_its_letter_shown() -> None:
    ok("settings", "set", "release_over_letters", "0", *DAY)
    ok("letters", "print", *DAY)
    done = ok("letters", "print", "--approve", *DAY)
    assert done["state"] == "printed"
    assert ok("letters", "reprint", str(done["batch"]), "--from-sheet", "1")["letters"] == 1
    assert ok("letters", "reprint", str(done["batch"]), "--letter", "L-00000001-3")["letters"] == 1
    shown = ok("letters", "show", "L-00000001-3")
    assert Path(shown["file"]).exists()
    assert ok("letters", "list", "--batch", str(done["batch"]))[0]["state"] == "batched"
    assert run("letters", "print", *DAY).exit_code == 0


def test_returned_mail_is_typed_scanned_or_read_from_a_list(tmp_path: Path) -> None:
    batch = ok("letters", "print", *DAY)["batch"]
    ok("letters", "mailed", str(batch), *DAY)
    (tmp_path / "returned.csv").write_text(
        "letter,reason,address1,city,state,zip\nL-00000001-3,forward-time-expired,9 New Street,Madison,WI,53703\n"
    )
    (one,) = ok("letters", "returned", "--file", str(tmp_path / "returned.csv"), "--date", "2026-02-25")
    assert (one["letter"], one["goes_again_as"]) == (1, 2)
    (tmp_path / "wrong.csv").write_text("leter,why\n1,x\n")
    for words, told in (
        (["--file", str(tmp_path / "wrong.csv")], "column letter is missing"),
        (["abc"], "is not a letter number"),
        (["99"], "not found"),
        (["L-00000002-1", "--reason", "xx"], "is not a USPS return reason; the reasons are attempted-not-known"),
        (["L-0000002"], "is not a complete letter number"),
        (["L-00000003-1"], "the check digit does not match"),
        (["L-00000001-3"], "was already recorded as returned on 2026-02-25"),
        ([], "enter a letter number"),
    ):
        result = run("letters", "returned", *words)
        assert result.exit_code == 1
        assert told in result.output.replace("\n", " ")


def test_a_number_without_a_check_digit_shows_whose_it_is_before_anything_stops() -> None:
    batch = ok("letters", "print", *DAY)["batch"]
    ok("letters", "mailed", str(batch), *DAY)
    typed = ("letters", "returned", "L-00000001", "--date", "2026-02-25")
    (whose,) = json.loads(run(*typed, "--json").stdout)["would_return"]
    assert (whose["number"], whose["name"], whose["kind"], whose["sent_on"]) == (
        "L-00000001-3",
        "Ada Tester",
        "reminder-1",
        "2026-02-18",
    )
    refused = RUNNER.invoke(app, list(typed), input="n\n")
    assert refused.exit_code == 1
    assert "L-00000001-3 is Reminder 1 to Ada Tester, sent 2026-02-18" in refused.output
    assert [row["state"] for row in ok("letters", "list")] == ["mailed"]
    assert RUNNER.invoke(app, list(typed), input="y\n").exit_code == 0
    assert [row["state"] for row in ok("letters", "list")] == ["returned"]


def test_a_script_says_yes_to_a_number_without_a_check_digit() -> None:
    batch = ok("letters", "print", *DAY)["batch"]
    ok("letters", "mailed", str(batch), *DAY)
    back = ok("letters", "returned", "L-00000001", "--yes", "--date", "2026-02-25")
    assert (back["number"], back["state"]) == ("L-00000001-3", "returned")


def test_the_day_of_mailing_has_come_and_is_corrected_with_a_reason() -> None:
    batch = str(ok("letters", "print", *DAY)["batch"])
    for words in (("--date", "2999-12-15"), ("--date", "2026-02-18", "--on", "2999-12-15")):
        refused = run("letters", "mailed", batch, *words)
        assert refused.exit_code == 1
        assert "2999-12-15 is in the future" in " ".join(refused.output.split())
    ok("letters", "mailed", batch, "--date", "2026-02-19")
    again = run("letters", "mailed", batch, "--date", "2026-02-20")
    assert "letters correct-mailed" in " ".join(again.output.split())
    fixed = ok(
        "letters",
        "correct-mailed",
        batch,
        "--mailed-on",
        "2026-02-18",
        "--reason",
        "typed wrong",
        "--date",
        "2026-02-20",
    )
    assert (fixed["letters"], fixed["mailed_on"]) == (1, "2026-02-18")
    assert [row["mailed_on"] for row in ok("letters", "list")] == ["2026-02-18"]


def test_a_letter_is_sent_on_request_and_taken_back() -> None:
    sent = ok("letters", "send", "A1", "itemised-statement", *DAY)
    assert sent["number"] == "L-00000002-1"
    twice = run("letters", "send", "A1", "itemised-statement", *DAY)
    assert twice.exit_code == 1
    assert "L-00000002-1 is already queued" in " ".join(twice.output.split())
    assert ok("letters", "void", "L-00000002-1", "--reason", "changed her mind", *DAY)["state"] == "voided"
    assert run("letters", "send", "A1", "love-letter", *DAY).exit_code == 1
    assert run("letters", "send", "A1", "refund-notice", *DAY).exit_code == 1


def test_a_person_and_a_creditor_are_changed(tmp_path: Path) -> None:
    assert ok("contact", "A1", "--email", "ada@example.org", "--email-consent", "--large-print", *DAY)["changed"] == [
        "email",
        "email_consent",
        "large_print",
    ]
    assert run("contact", "A1", "--zip", "1", *DAY).exit_code == 1
    (tmp_path / "logo.png").write_bytes(png(300, 80))
    now = ok("creditor", "set", "C1", "--set", "accent=#14606B", "--logo", str(tmp_path / "logo.png"), *DAY)
    assert now["logo_suffix"] == "png"
    assert ok("creditor", "list")[0]["accent"] == "#14606B"
    for words in (["C2", "--set", "accent=#14606B"], ["C1", "--set", "accent=blue"], ["C1", "--set", "colour=#14606B"]):
        assert run("creditor", "set", *words, *DAY).exit_code == 1
    assert {row["name"] for row in ok("settings", "list")} >= {"release_over_sheets", "two_sided", "pdf"}


def test_e_mail_needs_a_server_and_says_which_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "PASTDUE_SMTP_URL" in run("letters", "email").output
    monkeypatch.setenv("PASTDUE_SMTP_URL", "smtp://localhost:1?tls=none")
    assert "PASTDUE_MAIL_FROM" in run("letters", "email").output
    monkeypatch.setenv("PASTDUE_MAIL_FROM", "billing@practice.example")
    assert ok("letters", "email", *DAY) == {}
    (tmp_path / "one.eml").write_text("From: x@example.org\nSubject: hello\n\nA question.\n")
    (told,) = ok("letters", "replies", str(tmp_path / "one.eml"))
    assert told["done"].startswith("to review")
    assert run("letters", "unsure", "1", "--sent").exit_code == 1
    assert ok("letters", "texts", *DAY)["messages"] == 0


def test_a_template_is_checked_and_its_fields_are_listed(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "reminder-1.docx", tmp_path)
    found = ok("letters", "check", str(tmp_path / "reminder-1.docx"))
    assert "guarantor.name" in found["fields"]
    assert found["problems"] == []
    (tmp_path / "text.docx").write_text("not Word")
    assert run("letters", "check", str(tmp_path / "text.docx")).exit_code == 1
    wrong = run("letters", "check", str(tmp_path / "reminder-1.docx"), "--kind", "placement-notice")
    assert "must show agency.name" in wrong.output.replace("\n", " ")


def test_a_template_of_ones_own_is_checked_at_init_and_before_a_run(ran: Path) -> None:
    own = ran / "templates"
    own.mkdir(exist_ok=True)
    (own / "reminder-2.docx").write_bytes(template_with("Dear {{ guarantor.nmae }},"))
    told = '"guarantor.nmae" is not a field of a letter; did you mean "guarantor.name"?'
    for words in (("init",), ("run", "--date", "2026-02-19")):
        said = run(*words)
        assert said.exit_code == 0
        assert told in " ".join(said.stderr.split())
    assert ok("letters", "write", "--date", "2026-02-19") == {
        "letters": 0,
        "waiting_for_template": 0,
        "voided": 0,
        "set_aside": 0,
    }


def test_the_lists_fit_eighty_columns_and_an_unknown_state_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    batch = str(ok("letters", "print", *DAY)["batch"])
    ok("letters", "mailed", batch, *DAY)
    for words, whole in (
        (("list",), ("L-00000001-3", "mailed", "2026-02-06", "$120.00")),
        (("batches",), ("Printed", "2026-02-18")),
    ):
        lines = run("letters", *words).output.splitlines()
        assert max(map(len, lines)) <= 80
        assert [one for one in whole if not any(one in line for line in lines)] == []
    refused = run("letters", "list", "--state", "written")
    assert refused.exit_code == 1
    assert "the states are queued, rendered, batched" in " ".join(refused.output.split())


def test_all_accounts_set_aside_for_one_reason_are_brought_back_at_once(ran: Path) -> None:
    from datetime import date

    from cli.output import open_practice
    from flows.accounts.load import Unread
    from flows.dunning.engine.commands import set_aside
    from tests.small_book import account_of

    with (
        open_practice() as practice,
        practice.database.transaction(actor="test", business_date=date(2026, 2, 18)) as tx,
    ):
        set_aside(tx, Unread((account_of(practice.database, "A1").id,), "letter L-1: LetterError in render, line 162"))
    assert run("bring-back", "--because", "a comet").exit_code == 1
    assert run("bring-back").exit_code == 1
    assert run("bring-back", "A1", "--because", "LetterError").exit_code == 1
    assert ok("bring-back", "--because", "LetterError", "--date", "2026-02-19")["brought_back"] == 1
    assert ok("tasks", "set-aside") == []


def test_a_run_says_how_many_letters_wait_for_a_template(ran: Path) -> None:
    (ran / "templates").mkdir(exist_ok=True)
    (ran / "templates" / "reminder-2.docx").write_bytes(template_with("Dear {{ guarantor.nmae }},"))
    waited = run("run", "--date", "2026-03-10")
    assert waited.exit_code == 0
    assert "Letters waiting for a template: 1. `pastdue tasks template-fault` lists the reasons" in " ".join(
        waited.stderr.split()
    )


def test_a_person_confirms_the_name_before_returned_mail_is_recorded_and_a_script_does_not() -> None:
    batch = ok("letters", "print", *DAY)["batch"]
    ok("letters", "mailed", str(batch), *DAY)
    typed = ("letters", "returned", "L-00000001-3", "--reason", "ANK", "--date", "2026-02-25")
    asked = RUNNER.invoke(app, list(typed), input="n\n")
    assert asked.exit_code == 1
    assert "L-00000001-3 is Reminder 1 to Ada Tester, sent 2026-02-18" in asked.output
    assert [row["state"] for row in ok("letters", "list")] == ["mailed"]
    assert ok(*typed)["reason"] == "attempted-not-known"


def test_a_certified_letter_is_numbered_mailed_and_received(tmp_path: Path) -> None:
    article = "9400111201080805483016"
    ok("settings", "set", "certified_letters", "reminder-1")
    batch = str(ok("letters", "print", *DAY)["batch"])
    sheet = ok("letters", "control-sheet", batch, *DAY)
    assert (sheet["letters"], sheet["certified"], sheet["first"]) == (1, 1, "L-00000001-3")
    assert "Counted by: ____" in run("letters", "control-sheet", batch, *DAY).output
    (waiting,) = ok("letters", "certified", "--open")
    assert (waiting["why"], waiting["article"]) == ("setting of the practice", None)
    assert "must go by certified mail" in run("letters", "mailed", batch, *DAY).output.replace("\n", " ")
    assert run("letters", "article", "L-00000001-3", article[:-1] + "7", *DAY).exit_code == 1
    assert ok("letters", "article", "L-00000001-3", article, *DAY)["article"] == article
    assert ok("letters", "mailed", batch, *DAY)["without_number"] == 0
    ok("letters", "receipt", article, "--delivered-on", "2026-02-20", "--date", "2026-02-25")
    assert ok("letters", "certified", "--open") == []


def test_addresses_to_check_are_written_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "addresses.csv"
    assert ok("letters", "addresses", "--to", str(target), *DAY) == {"file": str(target), "addresses": 1}
    assert target.read_text().splitlines()[1].startswith("P")
