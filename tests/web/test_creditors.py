"""How a creditor's letters look, in the browser: form, checks, preview, history, the way back, and conflicts."""

import re
from html import unescape

import pytest

from flows.correspondence.creditors.commands import change_creditor
from flows.correspondence.creditors.queries import creditor_row
from models.user_enums import Role
from tests.letters.reading import png
from tests.web.site import DAY, Browser, Site

AT = "/house/creditors/1"


@pytest.fixture
def manager(site: Site) -> Browser:
    return site.as_(Role.MANAGER)


def form(manager: Browser, **changed: str) -> dict[str, str]:
    """The form as its page has it, with some fields changed."""
    page = manager.get(AT).text
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page[page.index(f'action="{AT}"') : page.index('id="history-h"')]):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found["name"] not in ("form_key", "logo", "no_logo"):
            fields[found["name"]] = unescape(found.get("value", ""))
    return fields | changed


def phone(site: Site) -> str:
    with site.practice.database.reading() as conn:
        return creditor_row(conn, "C1").phone


def test_a_manager_changes_a_creditor_and_sees_what_was_changed_and_why(site: Site, manager: Browser) -> None:
    assert "Maple Street Clinic" in manager.get("/house/creditors").text
    page = manager.submit(AT, **form(manager, phone="937-555-0111", pay_online="pay.maple.example", reason="new line"))
    assert "Saved." in page.text and "new line" in page.text
    assert "Phone: 937-555-0111 (before: 937-555-0100)." in page.text
    assert "Online payment page: pay.maple.example (before: none)." in page.text
    assert "new line" in manager.get("/house/creditors").text
    back = manager.submit(f"{AT}/undo", change=0, reason="line not ready").text
    assert "Earlier values are set again." in back and phone(site) == "937-555-0100"


def field(page: str, name: str) -> str:
    """A field of the form with what stands below it."""
    return page[page.index(f'id="f-{name}"') :].split("</div>")[0]


def test_wrong_values_are_shown_at_their_fields_and_nothing_is_lost(site: Site, manager: Browser) -> None:
    mine = form(manager, phone="555-0111", remit_zip="abc", remit_name="Maple", reason="x")
    got = manager.submit(AT, **mine)
    assert got.status_code == 422
    assert "Not saved.</strong> Correct 2 fields below." in got.text and "</header>" in got.text
    assert "&#34;555-0111&#34; is not a valid phone number" in field(got.text, "phone")
    assert "&#34;abc&#34; is not a ZIP" in field(got.text, "remit_zip")
    assert 'aria-invalid="true"' in field(got.text, "phone") and "aria-invalid" not in field(got.text, "remit_name")
    assert 'value="Maple"' in got.text and f'value="{mine["seen"]}"' in got.text
    assert "History" in got.text, "the whole page is there"
    again = manager.submit(AT, **{**mine, "phone": "937-555-0111", "remit_zip": "", "remit_name": ""})
    assert "Saved." in again.text
    manager.submit(f"{AT}/undo", change=0, reason="line not ready")
    assert "Reason is required" in manager.submit(AT, **form(manager, phone="937-555-0111")).text
    assert "No value was changed" in manager.submit(AT, **form(manager, reason="x")).text
    assert phone(site) == "937-555-0100"


def test_what_somebody_else_changed_meanwhile_is_shown_and_kept(site: Site, manager: Browser) -> None:
    mine = form(manager, pay_online="pay.maple.example", reason="mine")
    with site.practice.database.transaction(actor="leo", business_date=DAY) as tx:
        change_creditor(tx, "C1", {"phone": "937-555-0122"}, reason="theirs")
    late = manager.submit(AT, **mine)
    assert late.status_code == 409
    assert "Phone: 937-555-0122 (before: 937-555-0100)." in late.text and "Save anyway" in late.text
    seen = re.search(r'name="seen" value="([^"]+)"', late.text)
    assert seen is not None
    assert "Saved." in manager.submit(AT, **(mine | {"seen": seen[1]})).text
    with site.practice.database.reading() as conn:
        row = creditor_row(conn, "C1")
    assert (row.phone, row.pay_online) == ("937-555-0122", "pay.maple.example")


def upload(manager: Browser, content: bytes, path: str = AT, **changed: str) -> str:
    data = {"form_key": manager.key, **form(manager, reason="our logo", **changed)}
    return manager.post(path, data=data, files={"logo": ("logo.png", content, "image/png")}).text


def test_a_logo_is_checked_by_its_content_shown_and_removed(site: Site, manager: Browser) -> None:
    refused = upload(manager, b"<svg>")
    assert "no picture that can be read" in field(refused, "logo") and "choose its file again" in refused
    assert "make it smaller" in upload(manager, b"\x89PNG" + b"0" * 300_000)
    assert "Logo: picture" in upload(manager, png(300, 80))
    got = manager.get(f"{AT}/logo")
    assert (got.content, got.headers["content-type"]) == (png(300, 80), "image/png")
    assert "Remove the logo" in manager.get(AT).text
    assert "(before: picture" in manager.submit(AT, no_logo="yes", **form(manager, reason="old")).text
    assert manager.get(f"{AT}/logo").status_code == 404


def test_a_letter_is_previewed_as_the_form_has_it_and_nothing_is_saved(site: Site, manager: Browser) -> None:
    for language in ("en", "es"):
        data = {"form_key": manager.key, **form(manager, phone="937-555-0199"), "language": language}
        got = manager.post(f"{AT}/preview", data=data, files={"logo": ("logo.png", png(300, 80), "image/png")})
        assert got.status_code == 200 and got.content[:2] in (b"PK", b"%P")
    assert phone(site) == "937-555-0100"
    assert "Nothing was changed here yet." in manager.get(AT).text


def test_only_a_manager_changes_creditors(site: Site, manager: Browser) -> None:
    auditor = site.as_(Role.AUDITOR)
    assert auditor.get(AT).status_code == 200 and "Preview a letter" not in auditor.get(AT).text
    assert auditor.submit(AT, **form(manager, phone="937-555-0111", reason="x")).status_code == 403
    assert site.as_(Role.CLERK).get(AT).status_code == 403
    assert manager.get("/house/creditors/99").status_code == 404
