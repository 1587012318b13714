"""What the law asks of an account is recorded in the workspace and by a program, each with its source."""

import pytest

from models.user_enums import Role
from tests.small_book import account_of, history, rows
from tests.web.site import Browser, Site, key_of

KNOWN = "SELECT f.name, f.amount_cents, f.source FROM account_fact f ORDER BY f.name"


def test_a_clerk_records_a_fact_on_a_persons_page_and_takes_it_back(site: Site) -> None:
    cleo = account_of(site.practice.database, "Cleo-1")
    clerk, at = site.as_(Role.CLERK), f"/people/{cleo.guarantor_id}/fact"
    assert "Record a compliance fact" in clerk.get(f"/people/{cleo.guarantor_id}").text
    said = {"account": cleo.id, "source": "EOB of January"}
    clerk.submit(at, fact="nsa_protected", amount="45.50", **said)
    assert [tuple(row) for row in rows(site.practice.database, KNOWN)] == [("nsa_protected", 4_550, "EOB of January")]
    clerk.submit(at, fact="nsa_protected", clear="yes", **said)
    assert rows(site.practice.database, KNOWN) == []
    assert [kind for _, kind, _ in history(site.practice.database, "Cleo-1")].count("fact_recorded") == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"fact": "screened", "source": ""}, "Source is required"),
        ({"fact": "gfe", "source": "x"}, "needs a number"),
        ({"fact": "screened", "source": "x", "on": "2099-01-01"}, "is in the future"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_on_the_page(site: Site, given: dict[str, str], says: str) -> None:
    cleo = account_of(site.practice.database, "Cleo-1")
    refused = site.as_(Role.CLERK).submit(f"/people/{cleo.guarantor_id}/fact", account=cleo.id, **given)
    assert refused.status_code in (409, 422) and says in refused.text
    assert rows(site.practice.database, KNOWN) == []


def test_who_may_not_open_holds_records_no_fact(site: Site) -> None:
    cleo = account_of(site.practice.database, "Cleo-1")
    viewer = site.as_(Role.AUDITOR)
    assert "Record a compliance fact" not in viewer.get(f"/people/{cleo.guarantor_id}").text
    said = {"account": cleo.id, "fact": "screened", "source": "form 12"}
    assert viewer.submit(f"/people/{cleo.guarantor_id}/fact", **said).status_code == 403
    assert rows(site.practice.database, KNOWN) == []


def test_a_program_records_a_fact_and_is_told_what_went_into_the_history(site: Site) -> None:
    program, key = Browser(site.app), key_of(site, Role.CLERK)
    new = {"fact": "fpl", "source": "form 12", "amount_cents": 18_000}
    told = program.post("/api/accounts/Cleo-1/facts", json=new, headers=key)
    assert told.status_code == 200 and [one["kind"] for one in told.json()] == ["fact_recorded"]
    assert [tuple(row) for row in rows(site.practice.database, KNOWN)] == [("fpl", 18_000, "form 12")]
    refused = program.post("/api/accounts/Cleo-1/facts", json={"fact": "gfe", "source": "x"}, headers=key)
    assert refused.status_code == 422 and "needs a number" in refused.json()["error"]
    day = program.get("/api/estates/deadline?state=CT&death=2026-01-10&insolvency=2026-01-20", headers=key)
    assert day.status_code == 403
