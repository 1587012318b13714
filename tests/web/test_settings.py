"""The settings of the practice in the browser: money is read and typed in dollars, and kept in cents."""

import base64
from typing import Any

import pytest

from flows.settings.commands import change_setting
from flows.settings.limits.queries import limit_rows
from flows.settings.policy import AFFECTS, GROUP, MEANING, Group, Policy, allowed
from flows.settings.queries import policy_now
from models.user_enums import Role
from tests.letters.reading import png
from tests.web.site import DAY, Browser, Site, key_of


def placement_at_least(site: Site) -> int:
    with site.practice.database.reading() as conn:
        return policy_now(conn).placement_minimum_cents


def test_settings_of_money_are_shown_in_dollars(site: Site) -> None:
    text = site.as_(Role.MANAGER).get("/house/settings").text
    assert "$25.00" in text
    assert "Minimum balance to place an account with an agency" in text
    assert "$5,000.00" in text
    assert "cents" not in text.replace('value="placement_at_least_cents"', "").replace("_cents", "")


@pytest.mark.parametrize(("typed", "cents"), [("40", 4_000), ("$40.50", 4_050), ("1,250.00", 125_000), ("0", 0)])
def test_what_is_typed_in_dollars_is_kept_in_cents(site: Site, typed: str, cents: int) -> None:
    got = site.as_(Role.MANAGER).submit(
        "/house/settings", name="placement_at_least_cents", value=typed, seen=0, reason="agreed"
    )
    assert got.status_code == 200
    assert placement_at_least(site) == cents


@pytest.mark.parametrize("typed", ["12,34", "-5", "lots", "none", "99999999999", "1.234"])
def test_what_is_no_amount_is_refused_in_dollars(site: Site, typed: str) -> None:
    got = site.as_(Role.MANAGER).submit(
        "/house/settings", name="placement_at_least_cents", value=typed, seen=0, reason="agreed"
    )
    assert got.status_code == 422
    assert "Placement at least must be" in got.text
    assert "cents" not in got.text.replace("placement_at_least_cents", "")
    assert placement_at_least(site) == 25_00


def test_earlier_values_begin_with_the_default(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    for seen, days in enumerate((20, 25)):
        grace.submit("/house/settings", name="refund_days", value=days, seen=seen, reason="agreed")
    page = grace.get("/house/settings").text
    earlier = page[page.index(">25</span>", page.index('id="r-refund_days"')) :]
    usual = f"<span>{Policy().refund_days}</span> <small>Default, before the first change</small>"
    assert earlier.index(">25</span>") < earlier.index(">20</span>") < earlier.index(usual)
    assert "Never changed." in page


def test_a_limit_of_money_is_lifted_and_other_settings_are_typed_as_they_are(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    assert (
        grace.submit(
            "/house/settings", name="placement_review_over_cents", value="none", seen=0, reason="agreed"
        ).status_code
        == 200
    )
    assert grace.submit("/house/settings", name="refund_days", value="20", seen=0, reason="agreed").status_code == 200
    with site.practice.database.reading() as conn:
        now = policy_now(conn)
    assert (now.placement_review_over_cents, now.refund_days) == (None, 20)


def test_who_sets_what_somebody_else_changed_meanwhile_is_told_so(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    assert 'value="promise_grace_days"><input type="hidden" name="seen" value="0"' in grace.get("/house/settings").text
    assert (
        grace.submit("/house/settings", name="promise_grace_days", value="5", seen=0, reason="agreed").status_code
        == 200
    )
    late = grace.submit("/house/settings", name="promise_grace_days", value="7", seen=0, reason="agreed")
    assert late.status_code == 409
    assert "It is now 5." in late.text and "grace" in late.text and "reason: agreed" in late.text
    assert "Save anyway" in late.text
    with site.practice.database.reading() as conn:
        assert policy_now(conn).promise_grace_days == 5
    anyway = grace.submit("/house/settings", name="promise_grace_days", value="7", seen=1, reason="seven it is")
    page = anyway.text
    assert "Saved." in page and "seven it is" in page
    with site.practice.database.reading() as conn:
        assert policy_now(conn).promise_grace_days == 7


def test_a_setting_that_does_not_go_with_another_is_refused_in_the_browser(site: Site) -> None:
    got = site.as_(Role.MANAGER).submit(
        "/house/settings", name="settle_without_manager_percent", value="60", seen=0, reason="agreed"
    )
    assert "be more than settle at most percent (50)" in got.text
    with site.practice.database.reading() as conn:
        assert policy_now(conn).collector_settlement_percent == 10


def test_a_setting_shows_what_it_affects_its_bounds_and_its_earlier_values(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    assert "Reason is required" in grace.submit("/house/settings", name="refund_days", value="20", seen=0).text
    grace.submit("/house/settings", name="placement_at_least_cents", value="40", seen=0, reason="too small")
    text = grace.submit("/house/settings", name="placement_at_least_cents", value="50", seen=1, reason="still").text
    assert "A whole number of days from 0 to 3,650 (ten years)" in text
    assert "An amount from $0 to $1,000,000,000.00, or none" in text
    assert "Accounts with a smaller balance are not placed." in text
    assert "$40.00" in text and "too small" in text and "$50.00" in text
    assert "at least" in text and "Spacing of letters and calls" in text and "Calls first" in text
    auditor = site.as_(Role.AUDITOR)
    assert "too small" in auditor.get("/house/settings").text
    assert auditor.submit("/house/settings", name="refund_days", value="1", seen=0, reason="x").status_code == 403


def test_every_setting_has_a_subject_and_what_it_affects() -> None:
    assert all(AFFECTS[name].endswith(".") and allowed(name) for name in MEANING)
    assert {*GROUP.values()} == set(Group)


def test_a_limit_is_set_removed_and_never_less_strict_than_the_law(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    assert "No limit beyond the law" in grace.get("/house/limits").text
    lax = grace.submit("/house/limits", limit="calls_in_7_days", value="9", seen=0, reason="x")
    assert lax.status_code == 422 and "must be a whole number from 0 to 6" in lax.text
    text = grace.submit(
        "/house/limits", limit="calls_in_7_days", value="4", state="NY", seen=0, reason="complaints"
    ).text
    assert "complaints" in text and "All creditors, NY" in text
    late = grace.submit("/house/limits", limit="calls_in_7_days", value="5", state="NY", seen=0, reason="mine")
    assert late.status_code == 409 and "It is now 4." in late.text and "Save anyway" in late.text
    other = grace.submit("/house/limits", limit="calls_in_7_days", value="5", state="OH", seen=0, reason="other state")
    assert other.status_code == 200
    text = grace.submit("/house/limits", limit="calls_in_7_days", value="none", state="NY", seen=2, reason="over").text
    assert "removed" in text and "over" in text
    with site.practice.database.reading() as conn:
        assert [row.state for row in limit_rows(conn)] == ["OH"]
    auditor = site.as_(Role.AUDITOR)
    assert "Set a limit" not in auditor.get("/house/limits").text
    assert auditor.submit("/house/limits", limit="no_calls", value="yes", seen=0, reason="x").status_code == 403


def test_a_program_changes_settings_limits_and_creditors_with_the_same_checks(site: Site) -> None:
    program, key = Browser(site.app), key_of(site, Role.MANAGER)

    def send(path: str, **what: object) -> Any:
        return program.post(f"/api{path}", json=what, headers=key)

    assert send("/settings/refund_days", value="20").status_code == 422
    assert send("/settings/refund_days", value="20", reason="r", based_on=0).json()["version"] == 1
    late = send("/settings/refund_days", value="25", reason="r", based_on=0)
    assert late.status_code == 409 and "it is now 20" in late.json()["error"]
    assert send("/settings/nothing", value="1", reason="r").status_code == 404
    (line,) = program.get("/api/settings/refund_days/history", headers=key).json()
    assert (line["value"], line["set_by"], line["reason"]) == (20, "dialler", "r")
    assert send("/limits", name="no_calls", value="yes", reason="r", state="NY").json()[0]["state"] == "NY"
    assert send("/limits", name="no_calls", value="no", reason="r").status_code == 422
    assert program.get("/api/limits/history", headers=key).json()[0]["reason"] == "r"
    shown = program.get("/api/creditors/C1", headers=key).json()
    changed = {"changes": {"phone": "937-555-0111"}, "reason": "new line", "seen": shown["seen"]}
    assert send("/creditors/C1", **changed).json()["phone"] == "937-555-0111"
    assert send("/creditors/C1", **changed).status_code == 409
    assert send("/creditors/C1", changes={"phone": "911"}, reason="r").status_code == 422
    logo = base64.b64encode(png(300, 80)).decode()
    assert send("/creditors/C1", logo=logo, reason="logo").json()["logo_suffix"] == "png"
    wrong = base64.b64encode(b"<svg>").decode()
    assert send("/creditors/C1", logo=wrong, reason="logo").status_code == 422
    assert len(program.get("/api/creditors/C1/history", headers=key).json()) == 2
    assert send("/creditors/C1/undo", change=0, reason="back").json()["phone"] == "937-555-0100"
    auditor = key_of(site, Role.AUDITOR, name="auditor")
    assert program.get("/api/limits", headers=auditor).status_code == 200
    assert (
        program.post("/api/limits", json={"name": "x", "value": "1", "reason": "r"}, headers=auditor).status_code == 403
    )


def test_the_practices_name_is_on_every_page_once_it_is_entered(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    assert '<a class="brand" href="/">pastdue</a>' in grace.get("/calls").text
    with site.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        change_setting(tx, "practice_name", "Maple Street Family Practice")
    for path in ("/calls", "/tasks"):
        assert '<a class="brand" href="/">Maple Street Family Practice</a>' in grace.get(path).text, path
