"""Signing in: who gets in, who is locked out, when a session ends, and what a form must carry."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from pyotp.totp import TOTP

from flows.practice import Practice
from flows.settings.commands import change_setting
from flows.users.commands import disable_user, set_password, set_roles
from models.user_enums import Role
from tests.small_book import rows
from tests.web.site import DAY, NOON, Browser, Site, open_site
from web.auth.sealed import Seal, secret_of

GOOD = "four lemons under a boat"


@pytest.fixture
def locked(quick_practice: Practice) -> Site:
    """A site whose clerk has a password."""
    return open_site(quick_practice, passwords={Role.CLERK: GOOD, Role.ADMIN: GOOD + " too"})


def sign_in(site: Site, name: str, password: str, **fields: str) -> tuple[Browser, int, str]:
    browser = Browser(site.app)
    got = browser.post("/sign-in", data={"name": name, "password": password, **fields})
    return browser, got.status_code, got.text


def test_the_right_password_leads_to_ones_own_work(locked: Site) -> None:
    browser, status, text = sign_in(locked, "leo", GOOD)
    assert status == 200
    assert "Files" in text
    assert browser.get("/payments").status_code == 200


@pytest.mark.parametrize(("name", "password"), [("leo", "wrong"), ("nobody", GOOD), ("", ""), ("LEO'--", GOOD)])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(locked: Site, name: str, password: str) -> None:
    _, status, text = sign_in(locked, name, password)
    assert status == 401
    assert "Incorrect username or password" in text


def test_after_five_wrong_passwords_one_waits_and_a_browser_that_is_known_does_not(locked: Site) -> None:
    known, *_ = sign_in(locked, "leo", GOOD)
    for name in ("leo", "nobody"):
        for _ in range(5):
            assert sign_in(locked, name, "wrong")[1] == 401
        _, status, text = sign_in(locked, name, GOOD)
        assert status == 429
        assert "Too many failed sign-ins" in text
    assert known.post("/sign-in", data={"name": "leo", "password": GOOD}).status_code == 200
    locked.now.at += timedelta(minutes=1)
    assert sign_in(locked, "leo", GOOD)[1] == 200


def test_an_address_that_tries_many_names_is_not_looked_at_any_more(locked: Site) -> None:
    for n in range(30):
        assert sign_in(locked, f"name{n}", "wrong")[1] == 401
    _, status, text = sign_in(locked, "leo", GOOD)
    assert status == 429
    assert "too many" in text.lower()


def test_a_session_ends_when_nothing_is_done_for_a_while_and_in_any_case_by_evening(site: Site) -> None:
    browser = site.as_(Role.CLERK)
    for _ in range(23):
        site.now.at += timedelta(minutes=29)
        assert browser.get("/payments", follow_redirects=False).status_code == 200
    site.now.at += timedelta(minutes=60)
    assert browser.get("/payments", follow_redirects=False).status_code == 303
    fresh = site.as_(Role.CLERK)
    for _ in range(25):
        site.now.at += timedelta(minutes=29)
        last = fresh.get("/payments", follow_redirects=False).status_code
    assert last == 303


def test_signing_out_ends_every_session_of_the_user(site: Site) -> None:
    here, there = site.as_(Role.CLERK), site.as_(Role.CLERK)
    here.submit("/sign-out")
    assert there.get("/payments", follow_redirects=False).status_code == 303


def test_who_is_disabled_or_gets_another_role_or_password_is_signed_out_at_once(site: Site) -> None:
    for change in (
        lambda tx: set_roles(tx, "leo", [Role.MAIL_ROOM], NOON),
        lambda tx: set_password(tx, "leo", GOOD, NOON, must_change=False),
        lambda tx: disable_user(tx, "leo", NOON),
    ):
        browser = site.as_("leo")
        assert browser.get("/tasks", follow_redirects=False).status_code == 200
        with site.practice.database.transaction(actor="ada", business_date=DAY) as tx:
            change(tx)
        assert browser.get("/tasks", follow_redirects=False).status_code == 303


def test_a_form_without_its_key_or_from_another_site_is_not_taken(site: Site) -> None:
    browser = site.as_(Role.CLERK)
    data = {"number": "Ada-1", "amount": "10.00", "ref": "c1"}
    assert browser.post("/payments", data=data).status_code == 403
    assert browser.post("/payments", data={**data, "form_key": "0" * 64}).status_code == 403
    good = {**data, "form_key": browser.key}
    assert browser.post("/payments", data=good, headers={"Origin": "https://evil.test"}).status_code == 403
    assert browser.post("/payments", data=good, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.post("/payments", data=good, headers={"Origin": "http://site"}).status_code == 200


def test_nothing_typed_is_lost_when_a_session_ends_in_the_middle_of_a_form(locked: Site) -> None:
    browser = locked.as_(Role.CLERK)
    locked.now.at += timedelta(minutes=45)
    got = browser.submit("/payments", number="Ada-1", amount="12.34", ref="check 7")
    assert got.status_code == 401
    assert "Your entry is kept" in got.text
    kept = got.text.split('name="kept" value="')[1].split('"')[0]
    _, status, text = sign_in(locked, "leo", GOOD, kept=kept)
    assert status == 200
    assert all(word in text for word in ("12.34", "check 7", "Ada-1", 'action="/payments"'))


def test_what_one_typed_is_shown_to_nobody_else(locked: Site) -> None:
    browser = locked.as_(Role.CLERK)
    browser.submit("/sign-out")
    got = browser.submit("/payments", number="Ada-1", amount="12.34", ref="check 7")
    kept = got.text.split('name="kept" value="')[1].split('"')[0]
    _, _, text = sign_in(locked, "ada", GOOD + " too", kept=kept)
    assert "check 7" not in text


FOREIGN = [
    {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://evil.example"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "null"},
    {},
]
FORMS = {
    "/payments": {"number": "Ada-1", "amount": "1.00", "ref": "EVIL-9"},
    "/users": {"name": "mallory", "role": "admin", "oidc_subject": "EVIL-9"},
    "/house/settings": {"name": "refund_days", "value": "EVIL-9"},
    "/files": {"kind": "EVIL-9"},
}


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", sorted(FORMS))
def test_a_form_that_another_site_filled_in_waits_for_nobody_who_signs_in(
    site: Site, path: str, headers: dict[str, str]
) -> None:
    # A browser leaves the cookie out of a form that another site sends, also of one that is signed in.
    got = Browser(site.app).post(path, data=FORMS[path], headers=headers)
    assert got.status_code == 401
    assert 'name="kept"' not in got.text
    assert "Your entry was not kept" in got.text


@pytest.mark.parametrize("key", ["0" * 64, "", "ä", f"{'0' * 64}.1.leo", f"{'0' * 64}.x.leo"])
def test_a_form_whose_key_somebody_made_up_is_not_kept(site: Site, key: str) -> None:
    data = {**FORMS["/payments"], "form_key": key}
    got = Browser(site.app).post("/payments", data=data, headers={"Origin": "http://site"})
    assert got.status_code == 401
    assert 'name="kept"' not in got.text
    assert site.as_(Role.CLERK).post("/payments", data=data, headers={"Origin": "http://site"}).status_code == 403


def test_a_colleagues_key_on_another_site_keeps_nothing_and_on_ours_keeps_it_for_that_colleague(locked: Site) -> None:
    data = {**FORMS["/payments"], "form_key": locked.as_("sam").key}
    away = Browser(locked.app).post("/payments", data=data, headers=FOREIGN[0])
    assert 'name="kept"' not in away.text
    here = Browser(locked.app).post("/payments", data=data, headers={"Origin": "http://site"})
    kept = here.text.split('name="kept" value="')[1].split('"')[0]
    assert "EVIL-9" not in sign_in(locked, "leo", GOOD, kept=kept)[2]


def test_a_password_that_was_given_is_changed_before_anything_else(locked: Site) -> None:
    with locked.practice.database.transaction(actor="ada", business_date=DAY) as tx:
        set_password(tx, "leo", "given by the administrator", NOON, must_change=True)
    browser, _, text = sign_in(locked, "leo", "given by the administrator")
    assert "Choose your own password" in text
    assert browser.get("/payments", follow_redirects=False).headers["location"] == "/password"
    browser.key = locked.as_("leo").key
    new = {"new_password": GOOD, "new_password_again": GOOD}
    assert browser.submit("/password", old_password="not it", **new).status_code == 422
    assert browser.submit("/password", old_password="given by the administrator", **new).status_code == 200
    assert sign_in(locked, "leo", GOOD)[1] == 200


@pytest.mark.parametrize("weak", ["short", "password1234", "leo leo leo leo", "aaaaaaaaaaaaaaa", "x" * 201])
def test_a_weak_password_is_refused(locked: Site, weak: str) -> None:
    browser = locked.as_(Role.CLERK)
    got = browser.submit("/password", old_password=GOOD, new_password=weak, new_password_again=weak)
    assert got.status_code == 422
    assert weak not in got.text


def test_every_answer_keeps_the_browser_on_our_side(site: Site) -> None:
    for path in ("/sign-in", "/calls", "/no-such-page", "/health"):
        headers = site.as_(Role.COLLECTOR).get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"


def test_a_cookie_cannot_be_read_by_scripts_and_one_that_was_altered_is_none(locked: Site) -> None:
    browser = Browser(locked.app)
    got = browser.post("/sign-in", data={"name": "leo", "password": GOOD}, follow_redirects=False)
    cookie = got.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    altered = cookie.split("=", 1)[1].split(";")[0][:-2] + "AA"
    fresh = Browser(locked.app)
    fresh.cookies.set("pastdue", altered)
    assert fresh.get("/payments", follow_redirects=False).status_code == 303


def test_a_fresh_house_has_a_secret_of_its_own_that_only_its_owner_reads_and_nobody_who_signs_in(
    tmp_path: Path,
) -> None:
    one, other = secret_of(tmp_path / "a"), secret_of(tmp_path / "b")
    assert one != other
    assert secret_of(tmp_path / "a") == one
    assert (tmp_path / "a" / "web.secret").stat().st_mode & 0o077 == 0
    assert Seal(one).form_key("leo", 1) != Seal(other).form_key("leo", 1)


def test_after_signing_in_one_goes_on_to_a_page_of_ours_and_to_no_other_site(locked: Site) -> None:
    for wanted, leads in (
        ("/refunds", "/refunds"),
        ("https://evil.test/", "/"),
        ("//evil.test", "/"),
        ("/\\evil", "/"),
    ):
        got = Browser(locked.app).post(
            "/sign-in", data={"name": "leo", "password": GOOD, "next": wanted}, follow_redirects=False
        )
        assert got.headers["location"] == leads


def code_at(site: Site, secret: str, steps: int = 0) -> str:
    return TOTP(secret).at(int(site.now.at.timestamp()) + 30 * steps)


@pytest.fixture
def doubled(locked: Site) -> tuple[Site, str, list[str]]:
    """The same, and the clerk has a second factor: its secret and recovery codes."""
    browser, *_ = sign_in(locked, "leo", GOOD)
    browser.key = locked.as_("leo").key
    page = browser.get("/second-factor").text
    secret = page.split("into the app: <code>")[1].split("<")[0]
    waiting = page.split('name="waiting" value="')[1].split('"')[0]
    assert browser.submit("/second-factor", waiting=waiting, digits="000000").status_code == 422
    text = browser.submit("/second-factor", waiting=waiting, digits=code_at(locked, secret)).text
    codes = re.findall(r"<li><code>([^<]+)</code>", text)
    assert len(codes) == 10
    return locked, secret, codes


def half_of(site: Site) -> tuple[Browser, str]:
    browser, status, text = sign_in(site, "leo", GOOD)
    assert status == 200
    assert browser.get("/payments", follow_redirects=False).status_code == 303, "half a sign-in opens nothing"
    return browser, text.split('name="half" value="')[1].split('"')[0]


def test_a_second_factor_is_asked_for_after_the_password_and_each_code_is_good_once(
    doubled: tuple[Site, str, list[str]],
) -> None:
    site, secret, _ = doubled
    browser, half = half_of(site)
    assert browser.post("/sign-in/code", data={"half": half, "code": "000000"}).status_code == 401
    assert "Files" in browser.post("/sign-in/code", data={"half": half, "code": code_at(site, secret)}).text
    again, half = half_of(site)
    assert again.post("/sign-in/code", data={"half": half, "code": code_at(site, secret)}).status_code == 401
    assert again.post("/sign-in/code", data={"half": half, "code": code_at(site, secret, 1)}).status_code == 200


def test_a_recovery_code_signs_in_once_and_codes_that_are_guessed_wait(doubled: tuple[Site, str, list[str]]) -> None:
    site, _, codes = doubled
    browser, half = half_of(site)
    assert "Files" in browser.post("/sign-in/code", data={"half": half, "code": codes[3]}).text
    again, half = half_of(site)
    assert again.post("/sign-in/code", data={"half": half, "code": codes[3]}).status_code == 401
    for _ in range(4):
        again.post("/sign-in/code", data={"half": half, "code": "123456"})
    assert again.post("/sign-in/code", data={"half": half, "code": codes[4]}).status_code == 429


def test_the_book_holds_neither_the_secret_nor_the_codes_and_an_administrator_resets_them(
    doubled: tuple[Site, str, list[str]],
) -> None:
    site, secret, codes = doubled
    (row,) = rows(site.practice.database, "SELECT second_factor, recovery FROM app_user WHERE name = 'leo'")
    assert secret not in row.second_factor
    assert not any(code in row.recovery for code in codes)
    assert site.as_(Role.ADMIN).submit("/users/leo/second-factor").status_code == 200
    assert "Files" in sign_in(site, "leo", GOOD)[2]


def want_factor(site: Site, roles: str) -> None:
    with site.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        change_setting(tx, "second_factor_roles", roles)


def test_who_works_in_a_role_that_wants_a_second_factor_sets_one_up_first(locked: Site) -> None:
    browser, *_ = sign_in(locked, "leo", GOOD)
    browser.key = locked.as_("leo").key
    assert browser.get("/payments", follow_redirects=False).status_code == 200, "nobody must, until it is set"
    want_factor(locked, "manager, clerk")
    for page in ("/payments", "/", "/files"):
        assert browser.get(page, follow_redirects=False).headers["location"] == "/second-factor"
    assert browser.submit("/payments", follow=False, number="A-1").headers["location"] == "/second-factor"
    page = browser.get("/payments").text
    assert "Your role requires two-factor authentication" in page
    secret = page.split("into the app: <code>")[1].split("<")[0]
    waiting = page.split('name="waiting" value="')[1].split('"')[0]
    assert browser.submit("/second-factor", waiting=waiting, digits=code_at(locked, secret)).status_code == 200
    assert browser.get("/payments", follow_redirects=False).status_code == 200


def test_other_roles_and_who_signs_in_through_an_organisation_are_not_held_up(locked: Site) -> None:
    want_factor(locked, "manager")
    assert sign_in(locked, "leo", GOOD)[0].get("/payments", follow_redirects=False).status_code == 200
    assert locked.as_(Role.MANAGER).get("/house", follow_redirects=False).status_code == 200, "she has no password here"


def test_one_session_is_ended_alone(locked: Site) -> None:
    here, there = sign_in(locked, "leo", GOOD)[0], sign_in(locked, "leo", GOOD)[0]
    here.key = locked.as_("leo").key
    page = here.get("/password").text
    assert len(re.findall(r' action="/password/sessions/', page)) == 1
    path = re.findall(r' action="(/password/sessions/[^"]+)"', page)[0]
    assert there.get("/payments", follow_redirects=False).status_code == 200
    here.submit(path)
    assert there.get("/payments", follow_redirects=False).status_code == 303
    assert here.get("/payments", follow_redirects=False).status_code == 200
