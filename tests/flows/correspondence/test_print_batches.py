"""A run that a manager has to release, letters that look wrong, and reprints after a jam."""

import csv
import io
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest
from pypdf import PdfReader

from flows.correspondence.creditors.commands import Picture, change_creditor
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import accept, print_letters, reject_kind
from flows.correspondence.print_batches.control_sheet import control_sheet
from flows.correspondence.print_batches.extracts import proof, reprint
from flows.correspondence.print_batches.mailing import mail_batch
from flows.correspondence.reprint import write_again
from flows.correspondence.void import void_letter
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.people.death import record_death
from flows.practice import Practice
from flows.settings.commands import change_setting
from flows.settings.templates.queries import KeptPapers
from flows.stages import run_stage
from letters.docx.archive import letter_in
from letters.docx.shelf import SHIPPED, Shelf
from letters.docx.template import Template
from letters.errors import LetterFault
from letters.numbers import letter_number
from models.enums import LedgerKind
from models.errors import Refused
from tests.letters.reading import document_xml, png, with_parts, words
from tests.refusals import refused
from tests.small_book import account_of, history, publish_shipped, rows, run_days, someone, steps, take_in

FRIDAY = date(2026, 2, 6)
MONDAY = date(2026, 2, 9)
BILLED = date(2026, 1, 7)
NAMES = ("Ada", "Ben", "Cy", "Dee", "Eve")

has_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@pytest.fixture
def five(practice: Practice) -> Practice:
    """Five people whose first reminder was written on the Friday."""
    publish_shipped(practice.database)
    take_in(practice.database, [someone(name, f"{name}1", BILLED) for name in NAMES], date(2026, 1, 20))
    run_days(practice, FRIDAY, FRIDAY)
    return practice


def limit(practice: Practice, name: str, value: str) -> None:
    with practice.database.transaction(actor="manager", business_date=FRIDAY) as tx:
        change_setting(tx, name, value)


def states(practice: Practice) -> list[str]:
    return [row[0] for row in rows(practice.database, "SELECT state FROM letter ORDER BY id")]


def printed(practice: Practice, today: date = FRIDAY, **how: bool) -> list:
    return print_letters(mail_room(practice, "mail room"), practice.settings.outbox, today, **how)


def test_a_run_over_the_limit_waits_and_nobody_gets_a_letter_before_it_is_released(five: Practice) -> None:
    limit(five, "release_over_letters", "4")
    (waiting,) = printed(five)
    assert (waiting.state, waiting.letters, waiting.file) == ("waiting", 5, None)
    assert waiting.why_waiting == "5 letters, 1 more than the limit of 4"
    assert states(five) == ["rendered"] * 5
    assert printed(five, MONDAY) == []
    assert "letter_printed" not in [kind for _, kind, _ in history(five.database, "Ada1")]
    with (
        refused("print it first, or release it if it is held .`pastdue letters print`"),
        five.database.transaction(actor="mail room", business_date=MONDAY) as tx,
    ):
        mail_batch(tx, waiting.batch, MONDAY)
    (done,) = printed(five, MONDAY, approve=True)
    assert (done.batch, done.state, done.letters) == (waiting.batch, "printed", 5)
    row = rows(five.database, "SELECT released_by, released_on FROM print_batch")[0]
    assert (row[0], str(row[1])) == ("mail room", "2026-02-09")
    assert states(five) == ["batched"] * 5


@pytest.mark.parametrize(("name", "value"), [("release_over_sheets", "4"), ("release_over_cents", "59999")])
def test_a_limit_may_be_on_sheets_or_on_money(five: Practice, name: str, value: str) -> None:
    limit(five, name, value)
    assert [batch.state for batch in printed(five)] == ["waiting"]
    limit(five, name, "none")
    assert [batch.state for batch in printed(five, approve=True)] == ["printed"]


def test_a_run_within_its_limits_waits_for_nobody(five: Practice) -> None:
    limit(five, "release_over_letters", "5")
    assert [batch.state for batch in printed(five)] == ["printed"]


def test_who_dies_while_a_run_waits_gets_no_letter_when_it_is_released(five: Practice) -> None:
    limit(five, "release_over_letters", "1")
    printed(five)
    with five.database.transaction(actor="clerk", business_date=MONDAY) as tx:
        record_death(tx, account_of(five.database, "Ben1").guarantor_id, MONDAY, "daughter")
    (done,) = printed(five, MONDAY, approve=True)
    assert done.letters == 4
    assert states(five) == ["batched", "voided", "batched", "batched", "batched"]


def test_a_letter_that_lay_for_days_is_dated_anew_so_that_its_time_to_pay_is_whole(five: Practice) -> None:
    limit(five, "release_over_letters", "1")
    printed(five)
    printed(five, date(2026, 2, 9), approve=False)
    assert "2026-02-06" in rows(five.database, "SELECT data FROM letter WHERE id = 1")[0][0]
    (done,) = printed(five, date(2026, 2, 18), approve=True)
    data = orjson.loads(rows(five.database, "SELECT data FROM letter WHERE id = 1")[0][0])["letter"]
    assert (data["date"], data["pay_by"]) == ("2026-02-18", "2026-03-11")
    assert "February 18, 2026" in words(Path(done.file))


def test_a_final_notice_mailed_too_late_for_its_thirty_days_is_a_task(practice: Practice) -> None:
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "Ada1", date(2025, 11, 3))], date(2026, 1, 20))
    run_days(practice, date(2026, 1, 21), date(2026, 6, 30))
    (done,) = printed(practice, date(2026, 6, 30), approve=True)[-1:]
    with practice.database.transaction(actor="mail room", business_date=date(2026, 7, 20)) as tx:
        mail_batch(tx, done.batch, date(2026, 7, 20))
    (task,) = rows(practice.database, "SELECT reason FROM task WHERE kind = 'final-notice-late'")
    assert "less than 30 days after 2026-07-20" in task[0]


def test_letters_written_while_a_run_waits_make_a_run_of_their_own(five: Practice) -> None:
    limit(five, "release_over_letters", "2")
    printed(five)
    take_in(five.database, [someone("Fay", "Fay1", date(2026, 1, 10))], MONDAY)
    run_days(five, MONDAY, MONDAY)
    (own,) = printed(five, MONDAY)
    assert (own.state, own.letters) == ("printed", 1)
    assert rows(five.database, "SELECT COUNT(*) FROM print_batch WHERE state = 'waiting'")[0][0] == 1


def test_a_kind_that_looks_wrong_waits_until_its_template_is_mended_and_the_rest_goes(five: Practice) -> None:
    limit(five, "release_over_letters", "1")
    (waiting,) = printed(five)
    with five.database.transaction(actor="manager", business_date=FRIDAY) as tx:
        assert reject_kind(tx, waiting.batch, "reminder-1", "bad logo") == 5
    assert printed(five, MONDAY, approve=True)[0].letters == 0
    run_stage(five, "letters", MONDAY)
    assert states(five) == ["queued"] * 5
    assert [row[0] for row in rows(five.database, "SELECT kind FROM task WHERE role = 'manager'")] == ["mend-template"]
    assert "letter_held_back" in [kind for _, kind, _ in history(five.database, "Ada1")]
    _edit(five, "reminder-1", "friendly reminder", "kind reminder")
    five = replace(five, shelf=Shelf((five.settings.templates, SHIPPED)))
    run_stage(five, "letters", MONDAY)
    assert states(five) == ["rendered"] * 5
    (done,) = printed(five, MONDAY, approve=True)
    assert done.letters == 5
    assert "kind reminder" in words(Path(done.file))


def test_a_rejected_kind_goes_again_when_the_fault_was_elsewhere(five: Practice) -> None:
    limit(five, "release_over_letters", "1")
    (waiting,) = printed(five)
    with five.database.transaction(actor="manager", business_date=FRIDAY) as tx:
        reject_kind(tx, waiting.batch, "reminder-1", "bad logo")
    with five.database.transaction(actor="manager", business_date=FRIDAY) as tx:
        assert accept(tx, "reminder-1") == 1
    run_stage(five, "letters", MONDAY)
    assert states(five) == ["rendered"] * 5
    with (
        pytest.raises(Refused, match="nothing to release"),
        five.database.transaction(actor="manager", business_date=FRIDAY) as tx,
    ):
        accept(tx, "reminder-1")


def test_only_letters_of_a_waiting_run_can_be_rejected(five: Practice) -> None:
    (done,) = printed(five)
    for batch, told in ((done.batch, "is printed"), (99, "batch 99 was not found")):
        with (
            pytest.raises(Refused, match=told),
            five.database.transaction(actor="manager", business_date=FRIDAY) as tx,
        ):
            reject_kind(tx, batch, "reminder-1", "bad logo")


def test_a_letter_taken_back_puts_its_account_where_it_stood_and_the_step_comes_again(five: Practice) -> None:
    with five.database.transaction(actor="manager", business_date=FRIDAY) as tx:
        void_letter(tx, 1, "wrong amount")
        void_letter(tx, 1, "wrong amount")
    assert states(five)[0] == "voided"
    assert "reminder-1" not in steps(five.database, "Ada1")
    run_days(five, MONDAY, MONDAY)
    assert steps(five.database, "Ada1")["reminder-1"] == ("done", "2026-02-09")
    assert [kind for _, kind, _ in history(five.database, "Ada1")].count("letter_voided") == 1


def test_a_letter_that_is_gone_cannot_be_taken_back(five: Practice) -> None:
    (done,) = printed(five)
    with five.database.transaction(actor="mail room", business_date=FRIDAY) as tx:
        mail_batch(tx, done.batch, FRIDAY)
    for letter, told in ((1, "is mailed"), (99, "not found")):
        with pytest.raises(Refused, match=told), five.database.transaction(actor="x", business_date=FRIDAY) as tx:
            void_letter(tx, letter, "changed my mind")


def test_a_printed_letter_that_is_taken_back_is_to_be_pulled(five: Practice) -> None:
    printed(five)
    with five.database.transaction(actor="manager", business_date=FRIDAY) as tx:
        void_letter(tx, 2, "wrong address")
    assert [row[0] for row in rows(five.database, "SELECT kind FROM task")] == ["pull-letter"]
    assert states(five)[1] == "voided"


def test_a_reprint_after_a_jam_has_the_rest_of_the_batch_and_adds_nothing_to_any_history(five: Practice) -> None:
    (done,) = printed(five)
    before = rows(five.database, "SELECT COUNT(*) FROM account_event")[0][0]
    room, outbox = mail_room(five, "mail room"), five.settings.outbox
    rest = reprint(room, outbox, done.batch, from_sheet=4)
    assert (rest.letters, rest.pages) == (2, 2)
    assert words(Path(rest.file)).count("A reminder about your balance") == 2
    one = reprint(room, outbox, done.batch, letter=3)
    assert one.letters == 1
    assert "Dear Cy Tester" in words(Path(one.file))
    assert rows(five.database, "SELECT COUNT(*) FROM account_event")[0][0] == before
    for how, told in (({"from_sheet": 6}, "has 5 sheets"), ({"letter": 77}, "is not in batch 1")):
        with pytest.raises(Refused, match=told):
            reprint(room, outbox, done.batch, **how)


def test_a_reprint_is_as_it_was_though_the_template_was_changed_since(five: Practice) -> None:
    (done,) = printed(five)
    _edit(five, "reminder-1", "friendly reminder", "kind reminder")
    changed = replace(five, shelf=Shelf((five.settings.templates, SHIPPED)))
    again = reprint(mail_room(changed), changed.settings.outbox, done.batch)
    assert "friendly reminder" in words(Path(again.file))


def test_a_proof_has_the_first_of_each_kind_and_some_at_random_and_releases_nothing(five: Practice) -> None:
    limit(five, "release_over_letters", "1")
    (waiting,) = printed(five)
    room, outbox = mail_room(five), five.settings.outbox
    assert proof(room, outbox, waiting.batch).letters == 5
    assert proof(room, outbox, waiting.batch, sample=2).letters == 3
    assert proof(room, outbox, waiting.batch, sample=0).letters == 1
    assert states(five) == ["rendered"] * 5


def test_the_lists_of_a_batch_say_the_same_as_its_letters(five: Practice) -> None:
    (done,) = printed(five)
    outbox = five.settings.outbox
    manifest = _listed(outbox / "batch-00001.csv")
    mail_house_rows = _listed(outbox / "batch-00001-mail-house.csv")
    streets = _listed(outbox / "batch-00001-addresses.csv")
    summary = orjson.loads((outbox / "batch-00001.json").read_bytes())
    assert [row["sheet"] for row in manifest] == ["1", "2", "3", "4", "5"]
    assert sum(int(row["total_cents"]) for row in manifest) == summary["amount_cents"] == done.amount_cents == 60_000
    assert {row["barcode"] for row in mail_house_rows} == {
        letter_number(n).removeprefix("L-").replace("-", "") for n in range(1, 6)
    }
    assert mail_house_rows[0]["name"] == "Ada Tester"
    assert mail_house_rows[0]["address1"] == "1 Test Lane"
    assert len(streets) == summary["letters"] == 5
    assert summary["pages_are"] == "estimated"
    assert {row["envelope"] for row in manifest} == {"#10"}


def test_a_mail_house_gets_every_field_the_text_and_the_lines_of_each_letter(five: Practice) -> None:
    printed(five)
    outbox = five.settings.outbox
    row = _listed(outbox / "batch-00001-mail-house.csv")[0]
    assert (row["city"], row["state"], row["zip"], row["zip4"], row["country"]) == ("Dayton", "OH", "45402", "", "US")
    assert (row["imb"], row["imb_bars"], row["certified"]) == ("", "", "no")
    assert row["heading"] == "A reminder about your balance"
    assert row["accounts"] == "Ada1"
    assert row["remit1"] == row["creditor"]
    assert row["return1"] and row["phone"]
    assert any(line.startswith("This is a friendly reminder") for line in row["text"].split(" ¶ "))
    assert row["scan_line"] in row["text"]
    assert "█" not in row["text"]
    detail = _listed(outbox / "batch-00001-mail-house-lines.csv")
    assert [(one["letter"], one["part"], one["account"]) for one in detail][:1] == [(row["letter"], "account", "Ada1")]
    assert sum(int(one["balance_cents"]) for one in detail) == 60_000


def test_with_a_mailer_id_each_letter_has_a_mail_barcode_of_its_own(five: Practice) -> None:
    limit(five, "mailer_id", "567094")
    limit(five, "service_type_id", "700")
    (done,) = printed(five)
    found = [row[0] for row in rows(five.database, "SELECT imb FROM letter ORDER BY id")]
    assert found == [f"007005670940000000{n:02d}45402" for n in range(1, 6)]
    listed = _listed(five.settings.outbox / f"batch-{done.batch:05d}-mail-house.csv")
    assert [row["imb"] for row in listed] == found
    assert all(len(row["imb_bars"]) == 65 for row in listed)


def test_a_control_sheet_counts_what_is_in_the_tray(five: Practice) -> None:
    (done,) = printed(five)
    with five.database.reading() as conn:
        sheet = control_sheet(conn, done.batch, FRIDAY)
    assert (sheet.letters, sheet.pages, sheet.sheets) == (done.letters, done.pages, done.sheets)
    assert (sheet.first, sheet.last) == ("L-00000001-3", letter_number(5))
    assert sheet.envelopes == (("#10", 5),)
    assert [(one.kind, one.letters) for one in sheet.kinds] == [("reminder-1", 5)]
    assert (sheet.certified, sheet.unchecked) == (0, 5)
    assert sheet.amount_cents == 60_000


def test_a_written_letter_comes_out_the_same_years_later_whatever_became_of_template_and_logo(five: Practice) -> None:
    with five.database.transaction(actor="manager", business_date=FRIDAY) as tx:
        logo = five.settings.home / "logo.png"
        logo.parent.mkdir(parents=True, exist_ok=True)
        logo.write_bytes(png(300, 80))
        change_creditor(tx, "C1", {"accent": "#14606B"}, Picture(logo.name, logo.read_bytes()))
    (done,) = printed(five)
    archive = five.settings.letters / rows(five.database, "SELECT file FROM letter WHERE id = 1")[0][0]
    shown = letter_in(archive, "L-00000001.docx")
    with five.database.transaction(actor="manager", business_date=MONDAY) as tx:
        logo.write_bytes(png(100, 100))
        change_creditor(tx, "C1", {"accent": "#AA0000"}, Picture(logo.name, logo.read_bytes()))
    again = write_again(five.database, 1, five.settings.outbox / "again.docx", five.settings.letters)
    assert (five.settings.outbox / "again.docx").read_bytes() == shown
    event = rows(
        five.database,
        "SELECT data FROM account_event WHERE kind = 'letter_rendered' AND account_id = 1 ORDER BY seq DESC",
    )[0][0]
    assert orjson.loads(event)["rendered_digest"] == again.rendered_digest
    assert any(name.startswith("word/media/") for name in ZipFile(io.BytesIO(shown)).namelist())
    assert done.letters == 5


def test_a_letter_that_this_version_would_draw_otherwise_comes_from_its_archive(
    five: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = five.settings.letters / rows(five.database, "SELECT file FROM letter WHERE id = 1")[0][0]
    target = five.settings.outbox / "again.docx"
    monkeypatch.setattr("letters.wording.values.money", lambda cents: "otherwise")
    monkeypatch.setattr(Template, "render", lambda self, data, pictures: b"otherwise")
    write_again(five.database, 1, target, five.settings.letters)
    assert target.read_bytes() == letter_in(archive, "L-00000001.docx")
    archive.unlink()
    with pytest.raises(LetterFault, match="cannot be read"):
        write_again(five.database, 1, target, five.settings.letters)


def test_letters_written_anew_leave_the_archive_of_the_others_as_it_was(five: Practice) -> None:
    first = rows(five.database, "SELECT file FROM letter WHERE id = 3")[0][0]
    with five.database.transaction(actor="clerk", business_date=FRIDAY) as tx:
        for n, number in enumerate(("Ada1", "Eve1")):
            key = account_of(five.database, number).id
            post(tx, [Entry(key, FRIDAY, LedgerKind.PATIENT_PAYMENT, -1_000, "test", str(n))])
    printed(five)
    files = [row[0] for row in rows(five.database, "SELECT file FROM letter ORDER BY id")]
    assert files[1:4] == [first] * 3
    assert files[0] == files[4] != first
    assert "Dear Cy Tester" in words(letter_in(five.settings.letters / first, "L-00000003.docx"))


def test_a_kept_paper_cannot_be_altered(five: Practice) -> None:
    digest = rows(five.database, "SELECT digest FROM paper")[0][0]
    assert KeptPapers(five.database)[digest] == (SHIPPED / "reminder-1.docx").read_bytes()
    with (
        pytest.raises(Exception, match="append-only"),
        five.database.transaction(actor="x", business_date=FRIDAY) as tx,
    ):
        tx.conn.exec_driver_sql("UPDATE paper SET name = 'other'")


@pytest.mark.long
@has_libreoffice
def test_the_pdf_has_every_letter_in_the_order_of_the_manifest_with_its_pages_counted(five: Practice) -> None:
    (done,) = printed(five, pdf=True)
    assert done.pages_counted
    assert done.pdf is not None
    pages = [page.extract_text() for page in PdfReader(done.pdf).pages]
    assert len(pages) == done.pages == 5
    manifest = _listed(Path(done.manifest))
    assert all(row["letter"] in page for row, page in zip(manifest, pages, strict=True))


@pytest.mark.long
@has_libreoffice
def test_letters_on_unlike_templates_share_one_pdf_in_their_order(five: Practice) -> None:
    _edit(five, "reminder-1.es", "recordatorio amable", "recordatorio", styles=True)
    take_in(five.database, [someone("Gil", "Gil1", date(2026, 1, 10), language="es")], MONDAY)
    five = replace(five, shelf=Shelf((five.settings.templates, SHIPPED)))
    run_days(five, MONDAY, MONDAY)
    (done,) = printed(five, MONDAY, pdf=True)
    assert len(orjson.loads((five.settings.outbox / "batch-00001.json").read_bytes())["files"]) == 2
    text = [page.extract_text() for page in PdfReader(done.pdf).pages]
    assert len(text) == done.pages == 7
    assert letter_number(6) in text[5]


@pytest.mark.long
@has_libreoffice
def test_on_both_sides_each_letter_begins_on_a_sheet_of_its_own(five: Practice) -> None:
    limit(five, "two_sided", "yes")
    (done,) = printed(five, pdf=True)
    assert (done.pages, done.sheets) == (5, 5)
    assert len(PdfReader(done.pdf).pages) == 10


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("release_over_leters", "4", 'did you mean "release_over_letters"'),
        ("two_sided", "maybe", "must be yes or no"),
        ("release_over_sheets", "many", "must be a whole number of sheets"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_would_be_right(
    practice: Practice, name: str, value: str, told: str
) -> None:
    with pytest.raises(Refused, match=told):
        limit(practice, name, value)


FULL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from cli.app import main
from models.database import open_database
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
main()
"""


def test_a_disk_that_fills_up_in_the_middle_of_a_batch_loses_nothing_and_prints_nothing_twice(
    five: Practice, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("the limit would stop the database's own file too")
    monkeypatch.setenv("PASTDUE_HOME", str(five.settings.home))
    monkeypatch.setenv("PASTDUE_DATABASE_URL", database_url)
    command = [sys.executable, "-c", FULL_DISK, "9000", "letters", "print", "--date", "2026-02-06"]
    failed = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert failed.returncode == 1
    assert "File error" in failed.stderr
    assert rows(five.database, "SELECT state, sha256 FROM print_batch") == [("released", None)]
    assert not (five.settings.outbox / "batch-00001.docx").exists()
    (done,) = printed(five, MONDAY)
    assert (done.batch, done.letters) == (1, 5)
    assert [kind for _, kind, _ in history(five.database, "Ada1")].count("letter_printed") == 1


def _listed(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _edit(practice: Practice, name: str, was: str, now: str, *, styles: bool = False) -> None:
    """A template of the practice's own, as Word would leave it."""
    docx = (SHIPPED / f"{name}.docx").read_bytes()
    parts = {"word/document.xml": document_xml(docx).replace(was, now).encode()}
    if styles:
        parts["word/styles.xml"] = (
            ZipFile(SHIPPED / f"{name}.docx").read("word/styles.xml").replace(b"Arial", b"Georgia")
        )
    practice.settings.templates.mkdir(parents=True, exist_ok=True)
    (practice.settings.templates / f"{name}.docx").write_bytes(with_parts(docx, parts))


@pytest.mark.soak
def test_one_person_with_ten_thousand_accounts_gets_one_letter_that_goes_flat(practice: Practice) -> None:
    publish_shipped(practice.database)
    many = replace(someone("Ada"), accounts=[(f"A{n}", BILLED, 12_000) for n in range(10_000)])
    take_in(practice.database, [many], date(2026, 1, 20))
    run_days(practice, FRIDAY, FRIDAY)
    (done,) = printed(practice)
    assert (done.letters, done.amount_cents) == (1, 120_000_000)
    (row,) = _listed(practice.settings.outbox / "batch-00001.csv")
    assert row["envelope"] == "flat"
    assert int(row["pages"]) > 300
