"""Files that come in through the browser: taken, rejected row by row, refused whole, or too large."""

import asyncio
from collections.abc import Iterator

import pytest
from starlette.types import Message

from flows.users.keys import revoke_token
from models.user_enums import Role
from tests.small_book import account_of, rows
from tests.web.site import DAY, NOON, Browser, Site, key_of
from web.rendering.shell import FILE_BYTES, FORM_BYTES

BANK = b"account_number,date,amount,method,reference,reversal\nCleo-1,2026-02-16,25.00,check,b-1,no\nNone-9,2026-02-16,5.00,check,b-2,no\n"


def upload(browser: Browser, *files: tuple[str, bytes], **fields: str) -> str:
    got = browser.post(
        "/files",
        data={"form_key": browser.key, **fields},
        files=[("files", (name, content)) for name, content in files],
    )
    assert got.status_code in (200, 422), got.status_code
    return got.text


def test_the_banks_file_is_taken_and_what_is_not_is_told_row_by_row(site_anywhere: Site) -> None:
    site = site_anywhere
    text = upload(site.as_(Role.CLERK), ("lockbox.csv", BANK))
    assert "2 rows: 1 imported ($25.00), 0 duplicates, 1 rejected" in text
    assert "None-9" in text
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 275_00
    name = text.split("/files/rejects/")[1].split('"')[0]
    assert b"None-9" in site.as_(Role.CLERK).get(f"/files/rejects/{name}").content


def test_a_file_that_is_sent_twice_changes_nothing(site: Site) -> None:
    clean = BANK.rsplit(b"None-9", 1)[0]
    upload(site.as_(Role.CLERK), ("lockbox.csv", clean))
    assert "imported before" in upload(site.as_(Role.CLERK), ("other-name.csv", clean))
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 275_00


def test_of_several_files_the_good_ones_are_taken_and_the_bad_one_is_refused_with_the_reason(site: Site) -> None:
    text = upload(
        site.as_(Role.CLERK), ("lockbox.csv", BANK), ("broken.835", b"ISA*broken"), ("x.bin", b"\x00\x01\x02")
    )
    assert "2 rows: 1 imported" in text
    assert text.count("was rejected. Nothing was posted.") == 2
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 275_00


@pytest.mark.parametrize("name", ["../../evil.csv", "..\\..\\evil.csv", "/etc/evil.csv", "<script>.csv"])
def test_a_files_name_leads_nowhere_and_is_text(site: Site, name: str) -> None:
    text = upload(site.as_(Role.CLERK), (name, BANK))
    assert "<script>" not in text
    outside = list(site.practice.settings.home.parent.glob("evil.csv"))
    assert outside == []
    assert site.as_(Role.CLERK).get("/files/rejects/..%2f..%2fweb.secret").status_code in (404, 409)


def test_a_gigabyte_is_refused_before_it_is_read(site: Site) -> None:
    browser = site.as_(Role.CLERK)
    headers = {"Content-Length": str(1_000_000_000), "Content-Type": "multipart/form-data; boundary=x"}
    got = browser.post("/files", content=b"--x", headers=headers)
    assert got.status_code == 413
    assert "inbox folder" in got.text and 'aria-label="Main"' in got.text
    assert got.headers["connection"] == "close"
    assert FILE_BYTES < 1_000_000_000


def test_a_gigabyte_whose_length_is_not_told_is_cut_off(site: Site) -> None:
    browser = site.as_(Role.CLERK)
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="number"\r\n\r\n'
        while sent < 50 * FORM_BYTES:
            sent += 100_000
            yield b"9" * 100_000

    got = browser.post("/payments", content=endless(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert got.status_code == 413


def test_a_form_may_not_be_as_large_as_a_file(site: Site) -> None:
    browser = site.as_(Role.CLERK)
    assert browser.submit("/payments", number="x" * (FORM_BYTES + 1)).status_code == 413


def test_without_a_file_nothing_is_taken(site: Site) -> None:
    assert "choose a file to upload" in site.as_(Role.CLERK).submit("/files").text.lower()
    assert rows(site.practice.database, "SELECT count(*) AS n FROM intake_file")[0].n == 0


def sent_without_end(site: Site, path: str) -> tuple[int, int]:
    """A stranger sends on and on without telling how much; gives the status of the answer, and what was read by then."""
    read, status = 0, 0

    async def receive() -> Message:
        nonlocal read
        body = (
            b"x" * 100_000 if read else b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
        )
        read += len(body)
        return {"type": "http.request", "body": body, "more_body": read < 50 * FORM_BYTES}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    headers = [(b"host", b"site"), (b"content-type", b"multipart/form-data; boundary=x")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "client": ("198.51.100.7", 1),
        "server": ("site", 80),
        "scheme": "http",
    }
    asyncio.run(site.app(scope, receive, send))
    return status, read


PATHS = ("/files", "/api/files")


@pytest.mark.parametrize("path", PATHS)
def test_of_a_stranger_no_more_is_read_than_a_form(site: Site, path: str) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    told = Browser(site.app).post(path, content=b"x" * (FORM_BYTES + 1), headers=headers)
    assert told.status_code == 413
    assert "sign in (/sign-in)" in told.text
    status, read = sent_without_end(site, path)
    assert status in (400, 413)
    assert read <= FORM_BYTES + 100_000


def test_a_session_that_ended_and_a_key_that_was_revoked_are_those_of_strangers(site: Site) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    here, key = site.as_(Role.CLERK), key_of(site, Role.CLERK)
    site.as_(Role.CLERK).submit("/sign-out")
    assert here.post("/files", content=b"x" * (FORM_BYTES + 1), headers=headers).status_code == 413
    with site.practice.database.transaction(actor="ada", business_date=DAY) as tx:
        revoke_token(tx, "dialler", NOON)
    sent = Browser(site.app).post("/api/files", content=b"x" * (FORM_BYTES + 1), headers={**headers, **key})
    assert sent.status_code == 413


def test_who_is_signed_in_and_a_program_with_its_key_send_large_files(site: Site) -> None:
    large = BANK + b"None-9,2026-02-16,5.00,check,b-3,no\n" * 40_000
    assert len(large) > FORM_BYTES
    assert "40002 rows: 1 imported" in upload(site.as_(Role.CLERK), ("lockbox.csv", large))
    got = Browser(site.app).post("/api/files", files=[("files", ("a.csv", large))], headers=key_of(site, Role.CLERK))
    assert got.status_code == 200
    assert got.json()[0]["already_taken"]


NAMES = [
    "..",
    ".",
    "...",
    "a" * 400 + ".csv",
    "ü" * 200 + ".csv",
    "../../etc/passwd",
    "C:\\secret\\lockbox.csv",
    "a\x07b.csv",
    " ",
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_file_breaks_the_page_or_the_api(site: Site, name: str) -> None:
    upload(site.as_(Role.CLERK), (name, BANK))
    got = Browser(site.app).post("/api/files", headers=key_of(site, Role.CLERK), files=[("files", (name, BANK))])
    assert got.status_code in (200, 409, 422)


def test_two_files_of_one_name_are_both_taken(site: Site) -> None:
    text = upload(site.as_(Role.CLERK), ("lockbox.csv", BANK), ("lockbox.csv", BANK.replace(b"b-1", b"b-3")))
    assert text.count("2 rows: 1 imported") == 2


@pytest.mark.parametrize("name", ["%00", "%2e%2e", "..%2fweb.secret", "a" * 300, "none.csv"])
def test_no_name_of_a_reject_file_breaks_the_page(site: Site, name: str) -> None:
    assert site.as_(Role.CLERK).get(f"/files/rejects/{name}").status_code in (404, 409)


def test_rejected_rows_and_the_log_itself_are_in_the_log_of_looks(site: Site) -> None:
    clerk = site.as_(Role.CLERK)
    text = upload(clerk, ("lockbox.csv", BANK))
    name = text.split("/files/rejects/")[1].split('"')[0]
    assert clerk.get(f"/files/rejects/{name}").status_code == 200
    seen = rows(site.practice.database, "SELECT user_name, about FROM patient_view WHERE what = 'rejects'")
    assert [tuple(row) for row in seen] == [("leo", name)] * 2
    auditor = site.as_(Role.AUDITOR)
    assert name in auditor.get("/logs").text
    auditor.get("/logs")
    assert (
        len(rows(site.practice.database, "SELECT 1 FROM patient_view WHERE what = 'logs' AND user_name = 'omar'")) == 2
    )


def test_a_refused_upload_is_told_at_its_form_to_try_again(site: Site) -> None:
    clerk = site.as_(Role.CLERK)
    for page in (clerk.submit("/files", kind="remittance").text, upload(clerk, ("x.csv", BANK), kind="no-such")):
        form = page[page.index('action="/files"') :]
        assert "</header>" in page and 'aria-label="Main"' in page
        assert 'role="alert"' in form[: form.index("</form>")]
    assert "Choose a file to upload." in clerk.submit("/files").text


def test_any_refusal_of_a_form_keeps_the_header_and_the_menu(site: Site) -> None:
    page = site.as_(Role.CLERK).submit("/payments", number="Cleo-1", amount="many").text
    assert "Not saved" in page and "</header>" in page and 'aria-label="Main"' in page
    assert 'name="amount" value="many"' in page
    missing = site.as_(Role.CLERK).get("/people/999999")
    assert missing.status_code == 404 and "</header>" in missing.text
