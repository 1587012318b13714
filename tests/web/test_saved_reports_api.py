"""Saved reports for programs: the rights of the pages, a document of the figures, nothing of another's."""

from typing import Any

import pytest

from flows.practice import Practice
from flows.reports.saved.deliver import deliver_due
from flows.users.commands import set_creditors
from flows.users.keys import add_token, revoke_token
from models import Creditor
from models.user_enums import Role
from tests.small_book import rows
from tests.web.site import DAY, NOON, Browser, Site, key_of

AT = "/api/saved-reports"
WANTED = {
    "name": "Old balances",
    "report": "aging",
    "period": "this_month",
    "by": ["creditor"],
    "where": ["payer_class=self_pay"],
    "columns": ["balance_cents"],
    "share": "auditor",
    "sending": {"every": "week", "by": "folder", "format": "csv"},
    "target": {"column": "balance_cents", "way": "at_most", "value": 5_00},
}


def test_a_program_saves_reads_runs_and_deletes_a_report(site: Site) -> None:
    program, key = Browser(site.app), key_of(site, Role.MANAGER)
    made = program.post(AT, json=WANTED, headers=key).json()
    assert made["owner"] == "dialler" and made["target"] == "Balance at most $5.00"
    assert {name: made[name] for name in ("name", "report", "period", "by", "where", "columns", "share")} == {
        name: WANTED[name] for name in ("name", "report", "period", "by", "where", "columns", "share")
    }
    assert (made["every"], made["to"], made["format"]) == ("week", "folder", "csv")
    assert program.get(AT, headers=key).json() == [made]
    assert program.get(f"{AT}/{made['id']}", headers=key).json() == made
    ran = program.get(f"{AT}/{made['id']}/run", headers=key).json()
    page = program.get("/api/reports/aging?by=creditor&where=payer_class=self_pay", headers=key).json()
    assert [row["balance_cents"] for row in ran["rows"]] == [row["balance_cents"] for row in page["rows"]]
    assert [one["name"] for one in ran["columns"]] == ["creditor", "balance_cents"]
    again = program.post(AT, json=WANTED, headers=key)
    assert (again.status_code, "to replace it" in again.json()["error"]) == (409, True)
    changed = {**WANTED, "replace": True, "sending": None, "target": None}
    assert program.post(AT, json=changed, headers=key).json()["every"] is None
    assert program.delete(f"{AT}/{made['id']}", headers=key).json() == {"id": made["id"], "name": "Old balances"}
    assert program.get(AT, headers=key).json() == []
    assert program.get(f"{AT}/{made['id']}/run", headers=key).status_code == 404


def test_who_it_is_shared_with_runs_it_and_only_its_owner_deletes_it(site: Site) -> None:
    program, key = Browser(site.app), key_of(site, Role.MANAGER)
    auditor, clerk = key_of(site, Role.AUDITOR, name="audit"), key_of(site, Role.CLERK, name="front")
    at = f"{AT}/{program.post(AT, json=WANTED, headers=key).json()['id']}"
    assert program.get(f"{at}/run", headers=auditor).status_code == 200
    got = program.delete(at, headers=auditor)
    assert (got.status_code, "belongs to dialler" in got.json()["error"]) == (403, True)
    assert program.get(AT, headers=clerk).json() == []
    assert [program.get(one, headers=clerk).status_code for one in (at, f"{at}/run")] == [404, 404]
    collector = key_of(site, Role.COLLECTOR, name="caller")
    assert program.get(AT, headers=collector).status_code == 403
    assert program.post(AT, json=WANTED, headers=collector).status_code == 403


@pytest.mark.parametrize(
    ("changed", "status", "says"),
    [
        ({"report": "moon"}, 404, "no report"),
        ({"by": ["moon"]}, 422, "no rows by"),
        ({"columns": ["moon"]}, 422, "no column"),
        ({"creditors": ["nobody"]}, 422, "no creditor"),
        ({"share": "clerk"}, 422, "may not read"),
        ({"where": ["payer_class=\n"]}, 422, "does not match"),
        ({"name": "a/b"}, 422, "without a slash"),
        ({"sending": {"every": "day", "by": "sftp", "address": "sftp://u:secret@h/in"}}, 422, "password"),
        ({"target": {"column": "bucket", "way": "at_most", "value": 1}}, 422, "no total"),
        ({"period": "tomorrow"}, 422, "does not match"),
    ],
)
def test_what_can_not_be_saved_is_refused_in_a_sentence(
    site: Site, changed: dict[str, Any], status: int, says: str
) -> None:
    got = Browser(site.app).post(AT, json={**WANTED, **changed}, headers=key_of(site, Role.MANAGER))
    assert (got.status_code, says in got.json()["error"]) == (status, True), got.text
    assert "secret" not in got.text


def limited_key(site: Site, name: str, *codes: str) -> dict[str, str]:
    """A key whose reports are limited to creditors, as those of the administrator who makes it and of a manager."""
    with site.practice.database.transaction(actor="ada", business_date=DAY) as tx:
        for user in ("grace", "ada"):
            set_creditors(tx, user, codes, NOON)
        return {"Authorization": f"Bearer {add_token(tx, name, [Role.MANAGER], NOON)}"}


def harbor(site: Site) -> None:
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        other = {"id": 2, "external_id": "C2", "name": "Harbor", "kind": "physician_practice", "state": "OH"}
        tx.insert(Creditor, [other])


def test_a_program_that_is_limited_to_a_creditor_reads_no_figure_of_another(site: Site) -> None:
    harbor(site)
    program, whole = Browser(site.app), key_of(site, Role.MANAGER)
    at = f"{AT}/{program.post(AT, json={**WANTED, 'share': 'manager'}, headers=whole).json()['id']}"
    deliver_due(site.practice, DAY)
    limited = limited_key(site, "books", "C2")
    assert "$600.00" in program.get(at, headers=whole).json()["missed"]
    assert program.get(at, headers=limited).json()["missed"] is None
    assert "$600.00" not in site.as_(Role.MANAGER).get("/house").text
    assert program.get(f"{at}/run", headers=limited).json()["rows"] == []
    own = {**WANTED, "name": "Mine", "creditors": ["C1"]}
    assert program.post(AT, json=own, headers=limited).status_code == 403


def delivered(practice: Practice) -> str:
    (path,) = (practice.settings.outbox / "reports").iterdir()
    return path.read_text()


def test_what_a_program_has_delivered_has_its_own_limits_and_ends_with_its_key(site: Site) -> None:
    harbor(site)
    daily = {
        **WANTED,
        "by": [],
        "where": [],
        "target": None,
        "sending": {"every": "day", "by": "folder", "format": "csv"},
    }
    Browser(site.app).post(AT, json=daily, headers=limited_key(site, "books", "C2"))
    tomorrow = DAY.replace(day=DAY.day + 1)
    assert deliver_due(site.practice, tomorrow) == {"delivered": 1}
    assert delivered(site.practice).splitlines()[1:] == ["Total,0"]
    with site.practice.database.transaction(actor="ada", business_date=DAY) as tx:
        revoke_token(tx, "books", NOON)
    assert deliver_due(site.practice, tomorrow.replace(day=tomorrow.day + 1)) == {"failed": 1}
    (row,) = rows(site.practice.database, "SELECT problem FROM saved_report")
    assert "books may no longer read" in row.problem
