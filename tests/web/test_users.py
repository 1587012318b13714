"""Users in the browser: added, changed, ended; a manager makes nobody who watches over managers."""

import html
import re

from models.user_enums import Role
from tests.small_book import rows
from tests.web.site import Browser, Site


def add(site: Site, who: Role, **fields: str) -> str:
    return site.as_(who).submit("/users", **fields).text


def link_in(text: str) -> str:
    found = re.search(r"<code>http://site(/set-password[^<]+)</code>", text)
    assert found is not None
    return html.unescape(found[1])


NEW = {"new_password": "four lemons under a boat", "new_password_again": "four lemons under a boat"}


def test_who_is_added_chooses_a_password_by_a_link_that_is_good_once(site: Site) -> None:
    link = link_in(add(site, Role.ADMIN, name="Zoe", full_name="Zoe Park", role="clerk"))
    assert link not in site.as_(Role.ADMIN).get("/users").text
    browser = Browser(site.app)
    assert "You sign in as <strong>zoe</strong>" in browser.get(link).text
    sealed = link.split("link=")[1]
    weak = {"new_password": "iloveyou1234", "new_password_again": "iloveyou1234"}
    assert browser.post("/set-password", data={"link": sealed, **weak}).status_code == 422
    assert browser.post("/set-password", data={"link": sealed, **NEW, "new_password_again": "x"}).status_code == 422
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post("/set-password", data={"link": sealed, **NEW}, headers=foreign).status_code == 403
    assert "Files" in browser.post("/set-password", data={"link": sealed, **NEW}).text
    assert "was already used or has expired" in Browser(site.app).get(link).text
    assert Browser(site.app).post("/set-password", data={"link": sealed, **NEW}).status_code == 422
    signed = Browser(site.app).post("/sign-in", data={"name": "zoe", "password": NEW["new_password"]})
    assert "Files" in signed.text


def test_a_manager_gives_a_colleague_a_link_and_never_sees_their_password(site: Site) -> None:
    maria = site.as_("maria")
    text = site.as_(Role.MANAGER).submit("/users/maria/password").text
    assert "password of" not in text
    assert link_in(text)
    assert maria.get("/calls", follow_redirects=False).status_code == 303, "she is signed out at once"


def test_a_link_is_good_until_the_next_one_and_not_for_who_is_disabled(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    first, second = (link_in(grace.submit("/users/maria/password").text) for _ in range(2))
    assert "was already used or has expired" in Browser(site.app).get(first).text
    grace.submit("/users/maria/disable")
    assert "was already used or has expired" in Browser(site.app).get(second).text


def test_the_boxes_of_the_page_hold_the_roles_as_they_are_sent(site: Site) -> None:
    text = site.as_(Role.ADMIN).get("/users").text
    sent = set(re.findall(r'name="role" value="([^"]*)"', text))
    assert sent == {role.value for role in Role}


def test_an_administrator_sees_no_patient(site: Site) -> None:
    ada = site.as_(Role.ADMIN)
    assert ada.get("/people/1").status_code == 403
    assert ada.get("/calls").status_code == 403
    assert ada.get("/logs").status_code == 403


def test_a_manager_adds_a_clerk_and_no_administrator_or_auditor(site: Site) -> None:
    assert link_in(add(site, Role.MANAGER, name="zoe", role="clerk"))
    for role in ("admin", "auditor", "manager"):
        assert "nly an administrator" in add(site, Role.MANAGER, name=f"x{role}", role=role)
    grace = site.as_(Role.MANAGER)
    assert grace.submit("/users/ada/disable").status_code == 422
    assert grace.submit("/users/omar/password").status_code == 422
    assert grace.submit("/users/grace/roles", role="admin").status_code == 422
    assert {
        row.name for row in rows(site.practice.database, "SELECT name FROM app_user WHERE roles LIKE '%admin%'")
    } == {"ada"}


def test_the_last_administrator_stays_one(site: Site) -> None:
    ada = site.as_(Role.ADMIN)
    assert ada.submit("/users/ada/disable").status_code == 422
    assert ada.submit("/users/ada/roles", role="clerk").status_code == 422


def test_wrong_names_roles_and_codes_are_refused(site: Site) -> None:
    for fields in (
        {"name": "A B", "role": "clerk"},
        {"name": "zoe"},
        {"name": "leo", "role": "clerk"},
        {"name": "zoe", "role": "boss"},
        {"name": "zoe", "role": "attorney"},
        {"name": "zoe", "role": "attorney", "attorney": "nobody"},
    ):
        assert site.as_(Role.ADMIN).submit("/users", **fields).status_code == 422, fields


def test_every_change_of_a_user_stays_in_the_log(site: Site) -> None:
    site.as_(Role.ADMIN).submit("/users/leo/disable")
    site.as_(Role.ADMIN).submit("/users/leo/enable")
    text = site.as_(Role.AUDITOR).get("/logs").text
    assert "leo: deactivated" in text
    assert "leo: reactivated" in text


def test_a_programs_key_is_shown_once_and_revoked(site: Site) -> None:
    ada = site.as_(Role.ADMIN)
    text = ada.submit("/tokens", name="dialler", role="collector").text
    key = re.search(r"<code>(pastdue_[^<]+)</code>", text)
    assert key is not None
    header = {"Authorization": f"Bearer {key[1]}"}
    assert Browser(site.app).get("/api/calls", headers=header).status_code == 200
    ada.submit("/tokens/dialler/revoke")
    assert Browser(site.app).get("/api/calls", headers=header).status_code == 401
