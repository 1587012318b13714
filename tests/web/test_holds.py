"""Holds of one kind on several accounts of one person."""

from datetime import date

from flows.accounts.holds import NewHold, open_holds
from models.enums import HoldKind
from models.user_enums import Role
from tests.small_book import account_of, rows, someone, take_in
from tests.web.site import DAY, Site


def test_each_hold_says_which_account_it_stops_and_is_cleared_by_itself(site: Site) -> None:
    database = site.practice.database
    take_in(
        database, [someone("Dot", accounts=[(f"Dot-{n}", date(2026, 1, 5), 9_000) for n in (1, 2)])], date(2026, 2, 1)
    )
    dot = account_of(database, "Dot-1").guarantor_id
    with database.transaction(actor="test", business_date=DAY) as tx:
        for number in ("Dot-1", "Dot-2", "Cleo-1"):
            open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account_of(database, number).id)])
        open_holds(tx, [NewHold(HoldKind.CEASE, person_id=dot)])
    clerk = site.as_(Role.CLERK)
    text = clerk.get(f"/people/{dot}").text
    for told in (
        "</strong> on Dot-1:",
        "</strong> on Dot-2:",
        "Reason for releasing dispute on Dot-1",
        "Reason for releasing dispute on Dot-2",
        "Reason for releasing do not contact",
    ):
        assert told in text, told
    of = {
        row.number: row.id
        for row in rows(database, "SELECT a.number, h.id FROM hold h JOIN account a ON a.id = h.account_id")
    }
    assert f'name="hold" value="{of["Dot-2"]}"' in text
    clerk.submit(f"/people/{dot}/unhold", hold=of["Dot-2"], reason="answered")
    open_now = "SELECT a.number FROM hold h JOIN account a ON a.id = h.account_id WHERE h.cleared_on IS NULL ORDER BY 1"
    assert [row.number for row in rows(database, open_now)] == ["Cleo-1", "Dot-1"]
    for hold in (of["Dot-2"], of["Cleo-1"]):
        assert clerk.submit(f"/people/{dot}/unhold", hold=hold, reason="answered").status_code == 422
    assert [row.number for row in rows(database, open_now)] == ["Cleo-1", "Dot-1"]
