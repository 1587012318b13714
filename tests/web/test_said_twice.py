"""What is typed twice, or in place of something else, is said in the workspace and by the API: nothing is swallowed."""

from typing import Any

import pytest

from models.user_enums import Role
from tests.small_book import account_of, rows
from tests.web.site import Browser, Site, key_of


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"number": "Ben-1"}, "$50.00 on account Cleo-1"),
        ({"amount": "60"}, "$50.00 on account Cleo-1"),
        ({"ref": "4111 1111 1111 1111"}, "looks like a card number"),
        ({"ref": "c2", "on": "2026-12-31"}, "is in the future"),
        ({"ref": "c2", "on": "1999-12-31"}, "more than one year before the date of service"),
    ],
)
def test_a_payment_that_is_another_under_the_same_reference_is_refused(
    site: Site, other: dict[str, str], says: str
) -> None:
    clerk = site.as_(Role.CLERK)
    first = {"number": "Cleo-1", "amount": "50", "ref": "c1"}
    clerk.submit("/payments", **first)
    got = clerk.submit("/payments", **{**first, **other})
    assert got.status_code == 422
    assert says in got.text
    assert (
        rows(site.practice.database, "SELECT count(*) AS n FROM ledger_entry WHERE kind = 'patient_payment'")[0].n == 1
    )


@pytest.mark.parametrize(
    ("other", "status", "says"),
    [
        ({"amount_cents": 60_00}, 409, "$50.00 on account Cleo-1"),
        ({"reference": "4111111111111111"}, 422, "looks like a card number"),
        ({"reference": "c2", "on": "2026-12-31"}, 422, "is in the future"),
    ],
)
def test_a_program_is_told_of_a_payment_that_cannot_be(
    site: Site, other: dict[str, Any], status: int, says: str
) -> None:
    program, key = Browser(site.app), key_of(site, Role.CLERK)
    first = {"amount_cents": 50_00, "reference": "c1"}
    assert program.post("/api/accounts/Cleo-1/payments", json=first, headers=key).status_code == 200
    got = program.post("/api/accounts/Cleo-1/payments", json={**first, **other}, headers=key)
    assert got.status_code == status
    assert says in got.json()["error"]
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 250_00


@pytest.mark.parametrize("kind", ["deceased", "arrangement", "promise", "settlement"])
def test_a_hold_that_belongs_to_something_else_is_refused_with_what_to_do(site: Site, kind: str) -> None:
    cleo, clerk = account_of(site.practice.database, "Cleo-1"), site.as_(Role.CLERK)
    page = f"/people/{cleo.guarantor_id}"
    offered = clerk.get(page).text.partition('id="hold-kind"')[2].partition("</select>")[0]
    assert '<option value="dispute">' in offered
    assert f'<option value="{kind}">' not in offered
    got = clerk.submit(f"{page}/hold", account=cleo.id, kind=kind, seen=clerk.seen(page))
    assert got.status_code == 422
    assert "be placed by hand" in got.text
    told = Browser(site.app).post("/api/accounts/Cleo-1/holds", json={"kind": kind}, headers=key_of(site, Role.CLERK))
    assert told.status_code == 409
    assert "be placed by hand" in told.json()["error"]
    assert not rows(site.practice.database, "SELECT 1 FROM hold")


def test_an_estates_check_that_is_posted_already_is_said(site: Site) -> None:
    priya = site.as_(Role.ESTATE_DESK)
    priya.submit("/estates/open", number="Cleo-1", death="2026-01-30", source="an obituary")
    assert priya.submit("/estates/1/paid", amount="100.10", ref="check 17").status_code == 200
    again = priya.submit("/estates/1/paid", amount="100.10", ref="check 17")
    assert again.status_code == 422
    assert "Payment check 17 was already posted to this matter. Nothing was changed." in again.text
    assert account_of(site.practice.database, "Cleo-1").balance_cents == 199_90
