"""The settings of the practice in the browser: money is read and typed in dollars, and kept in cents."""

import pytest

from flows.settings.queries import policy_now
from models.user_enums import Role
from tests.web.site import Site


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
    got = site.as_(Role.MANAGER).submit("/house/settings", name="placement_at_least_cents", value=typed, was="$25.00")
    assert got.status_code == 200
    assert placement_at_least(site) == cents


@pytest.mark.parametrize("typed", ["12,34", "-5", "lots", "none", "99999999999", "1.234"])
def test_what_is_no_amount_is_refused_in_dollars(site: Site, typed: str) -> None:
    got = site.as_(Role.MANAGER).submit("/house/settings", name="placement_at_least_cents", value=typed, was="$25.00")
    assert got.status_code == 422
    assert "Placement at least must be" in got.text
    assert "cents" not in got.text.replace("placement_at_least_cents", "")
    assert placement_at_least(site) == 25_00


def test_a_limit_of_money_is_lifted_and_other_settings_are_typed_as_they_are(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    assert (
        grace.submit("/house/settings", name="placement_review_over_cents", value="none", was="$5,000.00").status_code
        == 200
    )
    assert grace.submit("/house/settings", name="refund_days", value="20", was="30").status_code == 200
    with site.practice.database.reading() as conn:
        now = policy_now(conn)
    assert (now.placement_review_over_cents, now.refund_days) == (None, 20)


def test_who_sets_what_somebody_else_changed_meanwhile_is_told_so(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    assert 'name="was" value="3"' in grace.get("/house/settings").text
    assert grace.submit("/house/settings", name="promise_grace_days", value="5", was="3").status_code == 200
    late = grace.submit("/house/settings", name="promise_grace_days", value="7", was="3")
    assert late.status_code in (409, 422)
    assert "was changed by grace" in late.text
    assert "it is now 5" in late.text
    with site.practice.database.reading() as conn:
        assert policy_now(conn).promise_grace_days == 5


def test_a_setting_that_does_not_go_with_another_is_refused_in_the_browser(site: Site) -> None:
    got = site.as_(Role.MANAGER).submit("/house/settings", name="settle_without_manager_percent", value="60", was="10")
    assert "be more than settle at most percent (50)" in got.text
    with site.practice.database.reading() as conn:
        assert policy_now(conn).collector_settlement_percent == 10
