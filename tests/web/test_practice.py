"""The practice at a glance: its figures of the night add up."""

import re
from datetime import date

from flows.accounts.holds import NewHold, open_holds
from models.enums import HoldKind
from models.user_enums import Role
from tests.small_book import account_of, run_days, someone, take_in
from tests.web.site import DAY, Site

ENDS = ("Advanced to next step", "On hold (by rule)", "Not due yet", "Completed schedule", "Exceptions")


def figures(site: Site) -> dict[str, int]:
    text = site.as_(Role.MANAGER).get("/house").text
    return {name: int(count) for name, count in re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", text)}


def test_what_came_of_the_accounts_comes_to_the_accounts_that_were_looked_at(site: Site) -> None:
    database = site.practice.database
    take_in(database, [someone(f"H{n}", number=f"H{n}-1", first=date(2026, 1, 5)) for n in range(4)], DAY)
    with database.transaction(actor="test", business_date=DAY) as tx:
        for n in range(3):
            open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account_of(database, f"H{n}-1").id)])
    run_days(site.practice, DAY, DAY, ("settle", "enter", "advance"))
    found = figures(site)
    assert found["Accounts processed last night"] == sum(found[name] for name in ENDS)
    assert found["On hold (by rule)"] == 3
    text = site.as_(Role.MANAGER).get("/house").text
    listed = text.split("On hold last night (by rule)")[1].split("</ul>")[0]
    by_rule = [int(count) for count in re.findall(r"<li>[^<]*: (\d+) accounts?</li>", listed)]
    assert sum(by_rule) == found["On hold (by rule)"]
