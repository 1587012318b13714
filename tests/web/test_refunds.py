"""A refund that is not to be paid: taken back by who proposes, refused by who approves, until the money is out."""

from models.user_enums import Role
from tests.small_book import rows
from tests.web.site import Browser, Site


def proposed(site: Site) -> tuple[Browser, Browser, int]:
    """The clerk, the manager, and a refund that the clerk has proposed."""
    clerk, grace = site.as_(Role.CLERK), site.as_(Role.MANAGER)
    clerk.submit("/payments", number="Cleo-1", amount="420.55", ref="c1", more="yes")
    clerk.submit("/refunds", number="Cleo-1", reason="insurance paid it too")
    return clerk, grace, rows(site.practice.database, "SELECT id FROM refund")[0].id


def state(site: Site) -> str:
    return rows(site.practice.database, "SELECT state FROM refund")[0].state


def test_an_approved_refund_is_taken_back_before_it_is_paid(site: Site) -> None:
    clerk, grace, refund = proposed(site)
    grace.submit(f"/refunds/{refund}/approve")
    text = clerk.get("/refunds").text
    assert f'action="/refunds/{refund}/paid"' in text
    assert f'action="/refunds/{refund}/cancel"' in text
    assert clerk.submit(f"/refunds/{refund}/cancel").status_code == 422
    text = clerk.submit(f"/refunds/{refund}/cancel", reason="the insurer takes it back itself").text
    assert state(site) == "cancelled"
    assert f'action="/refunds/{refund}/paid"' not in text


def test_who_approves_refunds_may_refuse_one_and_says_why(site: Site) -> None:
    clerk, grace, refund = proposed(site)
    assert f'action="/refunds/{refund}/refuse"' in grace.get("/house/approvals").text
    assert clerk.submit(f"/refunds/{refund}/refuse", reason="no").status_code == 403
    assert grace.submit(f"/refunds/{refund}/refuse").status_code == 422
    text = grace.submit(f"/refunds/{refund}/refuse", reason="it belongs to the insurer").text
    assert "Refunds: 0" in text
    assert state(site) == "cancelled"
    why = rows(site.practice.database, "SELECT why FROM account_event WHERE kind LIKE 'refund%' ORDER BY seq DESC")[
        0
    ].why
    assert "it belongs to the insurer" in why
