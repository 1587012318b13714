"""The table of rights, walked: every route with every role, and with nobody."""

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from flows.users.keys import add_token
from flows.users.queries import Person
from models.user_enums import Role
from tests.web.site import DAY, NOON, Browser, Site
from web.api.door import Key
from web.auth.rights import RIGHTS, Right, may, rights_of
from web.auth.session import Requires
from web.rendering.menu import MENU

OPEN_TO_ALL = {
    "/sign-in",
    "/sign-in/code",
    "/set-password",
    "/sign-in/oidc",
    "/sign-in/oidc/back",
    "/health",
    "/healthz",
    "/readyz",
    "/metrics",
    "/assets/{version}/{name}",
    "/feeds/{key}.ics",
}
"""Nobody need be signed in for these: to sign in, whether it is up, where the figures are, style sheets, a calendar without names."""


def routes(site: Site) -> Iterator[APIRoute]:
    for one in site.app.routes:
        for route in getattr(getattr(one, "original_router", None), "routes", ()):
            assert isinstance(route, APIRoute)
            yield route


def right_of(route: APIRoute) -> Right | None:
    found = [one.call.right for one in route.dependant.dependencies if isinstance(one.call, Requires)]
    assert len(found) <= 1, route.path
    return found[0] if found else None


def filled(path: str) -> str:
    """A path with something in each of its places."""
    for name, value in (("suffix", "zip"), ("verdict", "approve"), ("what", "enable"), ("name", "sam")):
        path = path.replace(f"{{{name}}}", value)
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + "1" + rest.partition("}")[2]
    return path


def test_every_route_names_its_right_or_is_meant_to_be_open(site: Site) -> None:
    assert {route.path for route in routes(site) if right_of(route) is None} == OPEN_TO_ALL


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_into_its_own_rooms_and_no_other(site: Site, role: Role) -> None:
    wrong: list[str] = []
    for route in routes(site):
        right = right_of(route)
        if right is None or route.path == "/sign-out":
            continue
        for method in sorted(route.methods & {"GET", "POST"}):
            browser = site.as_(role)
            path = filled(route.path)
            got = browser.get(path, follow_redirects=False) if method == "GET" else browser.submit(path, follow=False)
            allowed = got.status_code != 403
            if allowed is not may({role}, right) or got.status_code >= 500:
                wrong.append(
                    f"{method} {path}: {got.status_code}, and {role} {'may' if may({role}, right) else 'may not'}"
                )
    assert wrong == []


def test_nobody_gets_in_without_signing_in(site: Site) -> None:
    for route in routes(site):
        if right_of(route) is None:
            continue
        browser = Browser(site.app)
        if "GET" in route.methods:
            got = browser.get(filled(route.path), follow_redirects=False)
            assert got.status_code == 303, route.path
            assert got.headers["location"].startswith("/sign-in"), route.path
        else:
            assert browser.post(filled(route.path)).status_code == 401, route.path


def test_every_address_of_the_api_asks_for_a_key_with_its_right(site: Site) -> None:
    api = next(route.app for route in site.app.routes if isinstance(route, Mount) and route.path == "/api")
    keys: dict[Role, str] = {}
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        for role in (Role.COLLECTOR, Role.CLERK, Role.AUDITOR, Role.MAIL_ROOM):
            keys[role] = add_token(tx, f"program-{role.value}", [role], NOON)
    seen = 0
    for route in api.routes:
        if not isinstance(route, APIRoute):
            continue
        (right,) = [one.call.right for one in route.dependant.dependencies if isinstance(one.call, Key)]
        method = next(iter(route.methods))
        path = "/api" + filled(route.path)
        assert Browser(site.app).request(method, path).status_code == 401, path
        for role, key in keys.items():
            got = Browser(site.app).request(method, path, headers={"Authorization": f"Bearer {key}"})
            assert (got.status_code != 403) is may({role}, right), (path, role, got.status_code)
            seen += 1
    assert seen > 60


def test_every_right_is_somebodys_and_every_role_has_some() -> None:
    assert set(RIGHTS) == set(Right)
    assert all(RIGHTS.values())
    assert all(rights_of({role}) - {Right.OWN_PASSWORD} for role in Role)


def test_an_attorney_may_see_their_own_matters_and_nothing_else() -> None:
    assert rights_of({Role.ATTORNEY}) == {Right.OWN_PASSWORD, Right.OWN_MATTERS}


def test_who_reads_the_logs_changes_nothing() -> None:
    changing = {
        right
        for right in Right
        if right.value.split("_")[0]
        in (
            "work",
            "move",
            "change",
            "hold",
            "send",
            "make",
            "offer",
            "approve",
            "post",
            "propose",
            "take",
            "release",
            "run",
        )
    }
    assert rights_of({Role.AUDITOR}).isdisjoint(changing)


def test_the_menu_shows_only_where_one_may_go() -> None:
    person = Person("x", "X", frozenset({Role.MAIL_ROOM}))
    assert [entry.label for entry in MENU if may(person.roles, entry.right)] == ["Mail room", "Tasks", "Reports"]


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999999", "abc", "1e3", "%00", "1;drop"])
def test_an_address_that_cannot_be_is_no_page_and_no_fault(site: Site, number: str) -> None:
    grace = site.as_(Role.MANAGER)
    for path in (
        "/calls/{n}",
        "/people/{n}",
        "/estates/{n}",
        "/letters/{n}",
        "/mail/batches/{n}",
        "/plans/{n}",
        "/calls?page={n}",
        "/tasks?page={n}",
        "/estates?page={n}",
    ):
        got = grace.get(path.format(n=number))
        assert got.status_code in (404, 409), (path, number, got.status_code)
        assert any(says in got.text for says in ("not found", "There is no", "is not", "no such")), path
