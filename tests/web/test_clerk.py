"""The clerk's entries: an account by name, a list of payment methods, files against the deposit, a death before a service."""

import pytest

from models.user_enums import Role
from tests.small_book import account_of, rows
from tests.web.site import Site


@pytest.mark.parametrize("typed", ["cleo", "tester, cleo", "Cleo Tester"])
def test_an_account_is_found_by_name_with_its_balance_before_posting(site: Site, typed: str) -> None:
    text = site.as_(Role.CLERK).submit("/payments/lookup", number=typed).text
    assert 'data-value="Cleo-1"' in text
    assert "$300.00" in text
    seen = "SELECT count(*) FROM patient_view WHERE user_name = 'leo' AND what = 'search'"
    assert rows(site.practice.database, seen)[0][0] == 1


def test_a_look_up_of_what_is_not_there_says_so(site: Site) -> None:
    clerk = site.as_(Role.CLERK)
    assert "No account or name" in clerk.submit("/payments/lookup", number="zzz").text
    assert clerk.submit("/payments/lookup", number="z").text.strip() == ""
    assert site.as_(Role.COLLECTOR).submit("/payments/lookup", number="cleo").status_code == 403


def test_a_payment_method_is_one_of_a_list(site: Site) -> None:
    clerk = site.as_(Role.CLERK)
    sent = {"number": "Cleo-1", "amount": "20.00", "ref": "881"}
    assert clerk.submit("/payments", **sent, method="barter").status_code == 422
    assert "Money order" in clerk.get("/payments").text
    clerk.submit("/payments", **sent, method="money_order")
    (entry,) = rows(site.practice.database, "SELECT reference FROM ledger_entry WHERE kind = 'patient_payment'")
    assert entry.reference == "money_order"


@pytest.mark.parametrize(
    ("deposit", "says"),
    [
        ("50.00", "The files and the deposit differ by $10.00."),
        ("60.00", "The files and the deposit are equal."),
    ],
)
def test_files_are_compared_with_the_deposit(site: Site, deposit: str, says: str) -> None:
    text = "account_number,date,amount,reference\nCleo-1,2026-02-16,40.00,r1\nNone-9,2026-02-16,20.00,r2\n"
    clerk = site.as_(Role.CLERK)
    sent = {"form_key": clerk.key, "deposit": deposit}
    got = clerk.post("/files", data=sent, files=[("files", ("payments.csv", text.encode()))])
    assert "$40.00 posted now" in got.text
    assert "$20.00 not applied" in got.text
    assert says in got.text


def test_a_death_before_a_service_is_asked_about_at_each_door(site: Site) -> None:
    account = account_of(site.practice.database, "Cleo-1")
    clerk, here = site.as_(Role.CLERK), f"/people/{account.guarantor_id}/inbound/{account.creditor_id}"
    sent = {"account": account.id, "code": "deceased", "on": "2025-06-01", "note": "the daughter"}
    got = clerk.submit(f"{here}/done", seen=clerk.seen(here), **sent)
    assert got.status_code == 422
    assert "after this date of death" in got.text
    desk = site.as_(Role.ESTATE_DESK)
    opened = {"number": "Cleo-1", "death": "2025-06-01", "source": "the daughter"}
    assert "after this date of death" in desk.submit("/estates/open", **opened).text
    assert not rows(site.practice.database, "SELECT 1 FROM hold")
    clerk.submit(f"{here}/done", seen=clerk.seen(here), sure="yes", **sent)
    (person,) = rows(site.practice.database, "SELECT death_date FROM person WHERE first_name = 'Cleo'")
    assert str(person.death_date) == "2025-06-01"
