"""Users in the browser: added, changed, ended; a manager makes nobody who watches over managers."""

import re

from models.user_kinds import Role
from tests.small_book import rows
from tests.web.site import Browser, Site


def add(site: Site, who: Role, **fields: str) -> str:
    return site.as_(who).submit("/users", **fields).text


def test_who_is_added_signs_in_with_the_password_shown_once_and_changes_it(site: Site) -> None:
    text = add(site, Role.ADMIN, name="Zoe", full_name="Zoe Park", role="clerk")
    password = re.search(r"<code>([^<]+)</code>", text)
    assert password is not None
    assert password[1] not in site.as_(Role.ADMIN).get("/users").text
    got = Browser(site.app).post("/sign-in", data={"name": "zoe", "password": password[1]})
    assert "Choose one that nobody else knows" in got.text


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
    assert "password of zoe" in add(site, Role.MANAGER, name="zoe", role="clerk").lower()
    for role in ("admin", "auditor"):
        assert "by an administrator only" in add(site, Role.MANAGER, name=f"x{role}", role=role)
    grace = site.as_(Role.MANAGER)
    assert grace.submit("/users/ada/disable").status_code == 422
    assert grace.submit("/users/omar/password").status_code == 422
    assert grace.submit("/users/grace/roles", role="admin").status_code == 422
    assert {row.name for row in rows(site.house.book, "SELECT name FROM app_user WHERE roles LIKE '%admin%'")} == {"ada"}


def test_the_last_administrator_stays_one(site: Site) -> None:
    ada = site.as_(Role.ADMIN)
    assert ada.submit("/users/ada/disable").status_code == 422
    assert ada.submit("/users/ada/roles", role="clerk").status_code == 422


def test_wrong_names_roles_and_codes_are_refused(site: Site) -> None:
    for fields in ({"name": "A B", "role": "clerk"}, {"name": "zoe"}, {"name": "leo", "role": "clerk"},
                   {"name": "zoe", "role": "boss"}, {"name": "zoe", "role": "attorney"},
                   {"name": "zoe", "role": "attorney", "attorney": "nobody"}):  # fmt: skip
        assert site.as_(Role.ADMIN).submit("/users", **fields).status_code == 422, fields


def test_every_change_of_a_user_stays_in_the_log(site: Site) -> None:
    site.as_(Role.ADMIN).submit("/users/leo/disable")
    site.as_(Role.ADMIN).submit("/users/leo/enable")
    text = site.as_(Role.AUDITOR).get("/logs").text
    assert "leo: disabled" in text
    assert "leo: may sign in again" in text


def test_a_programs_key_is_shown_once_and_revoked(site: Site) -> None:
    ada = site.as_(Role.ADMIN)
    text = ada.submit("/tokens", name="dialler", role="collector").text
    key = re.search(r"<code>(pastdue_[^<]+)</code>", text)
    assert key is not None
    header = {"Authorization": f"Bearer {key[1]}"}
    assert Browser(site.app).get("/api/calls", headers=header).status_code == 200
    ada.submit("/tokens/dialler/revoke")
    assert Browser(site.app).get("/api/calls", headers=header).status_code == 401
