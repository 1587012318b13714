"""What a form must have is marked on it: who fills in all that is marked is never told that something is missing."""

from html.parser import HTMLParser

import pytest

from models.user_enums import Role
from tests.small_book import account_of, rows
from tests.web.site import Browser, Site

NOT_HERE = ("/sign-out", "/find", "/calls/next", "/calls/day/close")
GIVEN = {"date": "2026-03-02", "time": "09:30", "number": "1", "password": "four lemons under a boat"}
MISSING = ("is required", "say what is asked", "say by what")


class Forms(HTMLParser):
    """The forms of a page: where each is sent, and what it sends when no more is filled in than is marked."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read a form, or a field of the last one."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        if not self.found:
            return
        fields, name, kind = self.found[-1][1], given.get("name", ""), given.get("type", "text")
        if tag == "select":
            self._select, self._must = name, "required" in given
        elif tag == "option" and self._select:
            chosen = given.get("value", "as it is read")
            if chosen or not self._must:
                fields.setdefault(self._select, chosen)
        elif tag == "button" and name:
            fields.setdefault(name, given["value"])
        elif tag in ("input", "textarea") and name and name != "seen":
            marked = GIVEN.get(kind, "1") if "required" in given and kind != "file" else ""
            value = given.get("value") or marked
            if value and (kind not in ("checkbox", "radio") or "checked" in given):
                fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        """A list of choices is over."""
        if tag == "select":
            self._select = ""


def opened(site: Site) -> Browser:
    """A manager, where Cleo has died and owes, Ben pays by instalments and is called, and a settlement waits."""
    grace, clerk = site.as_(Role.MANAGER), site.as_(Role.CLERK)
    grace.submit("/estates/open", number="Cleo-1", death="2026-01-30", source="an obituary")
    grace.submit("/estates/1/fact", name="county", value="Montgomery", source="the court", seen="")
    grace.submit("/estates/1/party", role="spouse", name="Paul Tester", source="he said so")
    grace.submit("/estates/1/date", kind="hearing", on="2026-05-02")
    ada, ben = account_of(site.practice.database, "Ada-1"), account_of(site.practice.database, "Ben-1")
    clerk.submit(f"/people/{ada.guarantor_id}/settle", account=ada.id, percent="50", expires="2026-03-15", reason="x")
    clerk.submit(f"/people/{ben.guarantor_id}/plan/{ben.creditor_id}", months="4", first="2026-03-01")
    return grace


PAGES = (
    "/estates/1",
    "/people/{ben}",
    "/people/{ada}",
    "/plans/1",
    "/house/approvals",
    "/house/settings",
    "/payments",
    "/mail",
    "/tasks",
    "/estates",
    "/users",
    "/password",
    "/calls/{call}",
)


@pytest.mark.parametrize("page", PAGES)
def test_who_fills_in_what_is_marked_is_not_told_that_something_is_missing(site: Site, page: str) -> None:
    grace = site.as_(Role.MANAGER) if "call" in page else opened(site)
    people = {row.first_name: row.id for row in rows(site.practice.database, "SELECT id, first_name FROM person")}
    call = rows(
        site.practice.database, "SELECT id FROM task WHERE kind = 'call' AND guarantor_id = :g", g=people["Ben"]
    )[0].id
    if "call" in page:
        grace.submit(f"/calls/{call}/take")
    shown = grace.get(page.format(ben=people["Ben"], ada=people["Ada"], call=call))
    assert shown.status_code == 200
    forms = [(path, fields) for path, fields in Forms(shown.text).found if path not in NOT_HERE]
    assert forms
    for path, fields in forms:
        said = grace.post(path, data={**fields, "form_key": grace.key}).text
        assert not any(missing in said for missing in MISSING), (path, fields, said)


@pytest.mark.parametrize("field", ["refer-asked", "refer-budget", "refer-fee", "attorney", "date-on"])
def test_what_a_referral_and_a_date_must_have_is_marked(site: Site, field: str) -> None:
    tag = opened(site).get("/estates/1").text.split(f'id="{field}"')[1].split(">")[0]
    assert "required" in tag


def test_a_referral_is_ended_and_a_date_is_taken_off_by_forms_of_their_own(site: Site) -> None:
    grace = opened(site)
    grace.submit("/estates/1/refer", attorney="fenwicker", asked="File the claim", budget="1500", fee="hourly")
    text = grace.get("/estates/1").text
    assert 'id="refer-end"' in text
    assert "Hearing, May 2, 2026" in text
    grace.submit("/estates/1/refer", end="the claim is paid")
    grace.submit("/estates/1/date", off="1")
    text = grace.get("/estates/1").text
    assert 'id="refer-end"' not in text
    assert 'id="date-off"' not in text
