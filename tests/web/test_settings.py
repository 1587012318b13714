"""The settings of the house in the browser: money is read and typed in dollars, and kept in cents."""

import pytest

from flows.policy.queries import policy_now
from models.user_kinds import Role
from tests.web.site import Site


def placement_at_least(site: Site) -> int:
    with site.house.book.reading() as conn:
        return policy_now(conn).placement_at_least_cents


def test_settings_of_money_are_shown_in_dollars(site: Site) -> None:
    text = site.as_(Role.MANAGER).get("/house/settings").text
    assert "$25.00" in text
    assert "An account with less than this is not given to an agency" in text
    assert "$5,000.00" in text
    assert "cents" not in text.replace('value="placement_at_least_cents"', "").replace("_cents", "")


@pytest.mark.parametrize(("typed", "cents"), [("40", 4_000), ("$40.50", 4_050), ("1,250.00", 125_000), ("0", 0)])
def test_what_is_typed_in_dollars_is_kept_in_cents(site: Site, typed: str, cents: int) -> None:
    got = site.as_(Role.MANAGER).submit("/house/settings", name="placement_at_least_cents", value=typed)
    assert got.status_code == 200
    assert placement_at_least(site) == cents


@pytest.mark.parametrize("typed", ["12,34", "-5", "lots", "none", "99999999999", "1.234"])
def test_what_is_no_amount_is_refused_in_dollars(site: Site, typed: str) -> None:
    got = site.as_(Role.MANAGER).submit("/house/settings", name="placement_at_least_cents", value=typed)
    assert got.status_code == 422
    assert "Placement at least is" in got.text
    assert "cents" not in got.text.replace("placement_at_least_cents", "")
    assert placement_at_least(site) == 25_00


def test_a_limit_of_money_is_lifted_and_other_settings_are_typed_as_they_are(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    assert grace.submit("/house/settings", name="placement_review_over_cents", value="none").status_code == 200
    assert grace.submit("/house/settings", name="refund_days", value="20").status_code == 200
    with site.house.book.reading() as conn:
        now = policy_now(conn)
    assert (now.placement_review_over_cents, now.refund_days) == (None, 20)
