"""Signing in through an organisation's own provider: a real one, on this machine."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from oidc_provider_mock import run_server_in_thread

from flows.practice import Practice, practice_of
from flows.users.commands import add_user, disable_user
from models.environment import Oidc, settings_from
from models.user_enums import Role
from tests.web.site import DAY, NOON, Browser, Now, Site
from web.app import create_app


@pytest.fixture
def organisation(quick_practice: Practice) -> Iterator[Site]:
    with run_server_in_thread(require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        oidc = Oidc(issuer, "pastdue", "s3cret", "http://site")
        practice = practice_of(quick_practice.database, replace(quick_practice.settings, oidc=oidc))
        with practice.database.transaction(actor="test", business_date=DAY) as tx:
            add_user(tx, "leo", "Leo Brandt", [Role.CLERK], None, NOON, oidc_subject="leo@clinic")
        now = Now()
        yield Site(create_app(practice, clock=now), practice, now)


def at_the_provider(browser: Browser, subject: str) -> str:
    """Off to the provider, as somebody; gives the address by which it sends the browser back."""
    away = browser.get("/sign-in/oidc", follow_redirects=False)
    assert away.status_code == 303
    with httpx2.Client() as other_site:
        page = other_site.get(away.headers["location"])
        assert page.status_code == 200
        name = re.search(r'name="(sub)"', page.text)
        assert name is not None
        answer = other_site.post(away.headers["location"], data={"sub": subject})
    assert answer.status_code == 302
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def test_who_the_organisation_vouches_for_and_is_a_user_here_is_signed_in(organisation: Site) -> None:
    browser = Browser(organisation.app)
    assert "Sign in with your organization" in browser.get("/sign-in").text
    got = browser.get(at_the_provider(browser, "leo@clinic"))
    assert got.status_code == 200
    assert "Leo Brandt" in got.text


def test_who_is_no_user_here_or_not_any_more_is_told_so(organisation: Site) -> None:
    browser = Browser(organisation.app)
    got = browser.get(at_the_provider(browser, "stranger@clinic"))
    assert got.status_code == 409
    assert "not linked to a user" in got.text
    with organisation.practice.database.transaction(actor="ada", business_date=DAY) as tx:
        disable_user(tx, "leo", NOON)
    again = Browser(organisation.app)
    assert again.get(at_the_provider(again, "leo@clinic")).status_code == 409


def test_a_sign_in_that_was_begun_elsewhere_or_is_used_twice_is_none(organisation: Site) -> None:
    browser = Browser(organisation.app)
    back = at_the_provider(browser, "leo@clinic")
    victim = Browser(organisation.app)
    assert victim.get(back).status_code == 409
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert browser.get(back.replace(state, "0" * len(state))).status_code == 409
    assert browser.get(back).status_code == 200
    assert browser.get(back).status_code == 409


def test_a_provider_that_does_not_answer_is_told_of(quick_practice: Practice) -> None:
    oidc = Oidc("http://localhost:9", "pastdue", "s3cret", "http://site")
    practice = practice_of(quick_practice.database, replace(quick_practice.settings, oidc=oidc))
    got = Browser(create_app(practice, clock=Now())).get("/sign-in/oidc")
    assert got.status_code == 409
    assert "does not respond" in got.text


def test_without_a_provider_there_is_no_such_page(site: Site) -> None:
    assert "organization" not in Browser(site.app).get("/sign-in").text
    assert Browser(site.app).get("/sign-in/oidc").status_code == 404


def test_half_of_the_settings_is_refused() -> None:
    with pytest.raises(Exception, match="PASTDUE_OIDC_CLIENT_SECRET"):
        settings_from({"PASTDUE_OIDC_ISSUER": "https://id.test", "PASTDUE_OIDC_CLIENT_ID": "x", "PASTDUE_WEB_URL": "y"})
