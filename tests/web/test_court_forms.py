"""The page of court forms: what is missing for each, and a blank that the desk adds."""

from flows.users.keys import add_token
from models.user_enums import Role
from tests.scans import fillable, pdf
from tests.web.site import DAY, NOON, Browser, Site


def upload(browser: Browser, content: bytes):
    fields = {"form_key": browser.key, "code": "ca-de-172", "edition": "Rev. 2015"}
    return browser.post("/estates/forms", data=fields, files={"file": ("de172.pdf", content, "application/pdf")})


def test_the_page_lists_the_forms_and_takes_a_blank_of_the_desk(site: Site) -> None:
    priya = site.as_(Role.ESTATE_DESK)
    text = priya.get("/estates/forms").text
    assert "CA DE-172" in text and "None: the sheet is written" in text
    assert "no fields to fill" in upload(priya, pdf()).text
    text = upload(priya, fillable(("Name",))).text
    assert "Blank 1 of ca-de-172 added" in text and "Rev. 2015" in text


def test_an_auditor_reads_the_page_and_adds_nothing(site: Site) -> None:
    omar = site.as_(Role.AUDITOR)
    assert "Add a blank form" not in omar.get("/estates/forms").text
    assert upload(omar, fillable(("Name",))).status_code == 403


def test_a_program_lists_the_forms_and_adds_a_blank(site: Site) -> None:
    with site.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        secret = add_token(tx, "desk", [Role.ESTATE_DESK], NOON)
    program, key = Browser(site.app), {"Authorization": f"Bearer {secret}"}
    sent = {"data": {"code": "ca-de-172", "edition": "2015"}, "files": {"file": ("x.pdf", fillable(("Name",)))}}
    assert program.post("/api/estates/forms", headers=key, **sent).json() == {"version": 1}
    assert program.get("/api/estates/forms", headers=key).json()[0]["edition"] == "2015"
