"""Reports in the browser and for programs: what one may read, from a bar to the ledger lines, files, saved reports."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.reports.document import shown
from flows.reports.model import Column, Unit
from flows.reports.registry import REPORTS
from flows.reports.users import with_full_names
from flows.users.commands import add_user, set_creditors
from flows.users.keys import add_token
from models import Creditor
from models.enums import LedgerKind
from models.ids import AccountId
from models.user_enums import Role, Seen
from tests.small_book import rows
from tests.web.site import DAY, NOON, Site, key_of
from web.auth.rights import RIGHTS, Right

READERS = RIGHTS[Right.SEE_REPORTS]


def pay(site: Site, account: int, cents: int, reference: str = "1 check") -> None:
    with site.practice.database.transaction(actor="leo", business_date=DAY) as tx:
        entry = Entry(AccountId(account), DAY, LedgerKind.PATIENT_PAYMENT, -cents, "payments", reference, reference)
        post(tx, [entry])


def test_everybody_who_reads_a_report_finds_reports_in_the_menu() -> None:
    assert frozenset().union(*(one.roles for one in REPORTS.values())) == READERS


@pytest.mark.parametrize("role", sorted(READERS))
def test_a_role_is_shown_its_own_reports_and_no_other(site: Site, role: Role) -> None:
    browser = site.as_(role)
    shown = set(re.findall(r'href="/reports/([a-z0-9-]+)"', browser.get("/reports").text))
    assert shown == {one.name for one in REPORTS.values() if role in one.roles}
    for one in REPORTS.values():
        assert (browser.get(f"/reports/{one.name}").status_code == 200) is (role in one.roles), one.name


def test_a_collector_has_no_reports(site: Site) -> None:
    assert site.as_(Role.COLLECTOR).get("/reports").status_code == 403


def test_every_report_has_its_page_its_files_and_its_document(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    header = key_of(site, Role.MANAGER, Role.CLERK)
    for name, report in REPORTS.items():
        assert report.title.replace("&", "&amp;") in grace.get(f"/reports/{name}").text
        assert grace.get(f"/reports/{name}/file.csv").headers["content-type"].startswith("text/csv")
        assert load_workbook(BytesIO(grace.get(f"/reports/{name}/file.xlsx").content)).worksheets
        got = grace.get(f"/api/reports/{name}", headers=header).json()
        assert got["name"] == name and set(got) >= {"as_of", "rows", "total"}


def test_from_a_bar_to_the_ledger_lines_the_sum_is_the_sum(site: Site) -> None:
    pay(site, 1, 2_500)
    pay(site, 1, 1_000, "2 card")
    pay(site, 2, 4_000, "3 check")
    grace = site.as_(Role.MANAGER)
    page = grace.get("/reports/collections?by=method").text
    link = re.search(r'<a href="(/reports/collections/accounts[^"]*)" aria-label="Check: \$65.00"', page)
    assert link is not None
    accounts = grace.get(link[1].replace("&amp;", "&")).text
    assert "<h1>Collected: $65.00</h1>" in accounts and "2 accounts" in accounts
    lines = re.findall(r'href="(/reports/collections/accounts/\d+[^"]*)"', accounts)
    found = [grace.get(one.replace("&amp;", "&")).text for one in lines]
    assert ["-$40.00" in text and "Total" in text for text in found] == [True, False]
    assert "Account Ben-1: -$40.00" in found[0] and "Account Ada-1: -$25.00" in found[1]


def test_who_is_shown_in_a_drill_a_list_and_a_file_is_in_the_access_log(site: Site) -> None:
    grace = site.as_(Role.MANAGER)

    def seen() -> int:
        query = "SELECT COUNT(*) FROM patient_view WHERE what = :what AND user_name = 'grace'"
        return int(rows(site.practice.database, query, what=Seen.REPORTS.value)[0][0])

    grace.get("/reports/aging")
    assert seen() == 0
    grace.get("/reports/aging/accounts?measure=balance_cents")
    assert seen() == 3
    grace.get("/reports/aging/file.csv?measure=balance_cents")
    assert seen() == 6
    before = seen()
    grace.get("/reports/agency-ready")
    grace.get("/reports/inactive?days=1")
    assert seen() >= before


def limit(site: Site, *codes: str) -> None:
    with site.practice.database.transaction(actor="ada", business_date=DAY) as tx:
        set_creditors(tx, "grace", codes, NOON)


def test_a_manager_who_is_limited_to_a_creditor_sees_nothing_of_another(site: Site) -> None:
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        other = {"id": 2, "external_id": "C2", "name": "Harbor", "kind": "physician_practice", "state": "OH"}
        tx.insert(Creditor, [other])
    limit(site, "C2")
    grace = site.as_(Role.MANAGER)
    for name, report in REPORTS.items():
        assert grace.get(f"/reports/{name}?creditor=C1").status_code == 409
        assert "Maple Street Clinic" not in grace.get(f"/reports/{name}").text
        file = grace.get(f"/reports/{name}/file.csv").text
        assert all(one not in file for one in ("Ada-", "Ben-", "Cleo-", "Tester")), name
        for measure in report.drill.measures[:2] if report.drill else ():
            got = grace.get(f"/reports/{name}/accounts?measure={measure}").text
            assert "0 accounts" in got and "Ada" not in got, name


def test_what_a_limited_user_adds_has_the_same_limits(site: Site) -> None:
    limit(site, "C1")
    with site.practice.database.transaction(actor="grace", business_date=DAY) as tx:
        add_user(tx, "cora", "Cora", [Role.CLERK], None, NOON)
        add_token(tx, "books", [Role.CLERK], NOON)
    for table in ("app_user", "api_token"):
        assert rows(site.practice.database, f"SELECT creditors FROM {table} ORDER BY id DESC LIMIT 1")[0][0] == "1"


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("from=2026-02-10&to=2026-02-01", 409, "ends before"),
        ("from=2027-01-01&to=2027-02-01", 409, "has not come yet"),
        ("from=soon", 409, "is not a date"),
        ("creditor=nobody", 409, "no creditor"),
        ("by=moon", 409, "no rows by"),
        ("where=moon%3Dfull", 409, "no filter"),
        ("where=payer_class%3D", 200, ""),
        ("by=&by=", 200, ""),
    ],
)
def test_a_wrong_address_is_a_sentence(site: Site, query: str, status: int, says: str) -> None:
    got = site.as_(Role.MANAGER).get(f"/reports/roll-forward?{query}")
    assert (got.status_code, says in got.text) == (status, True), got.text[:500]


def test_a_report_that_is_not_there_is_not_found(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    assert grace.get("/reports/moon").status_code == 404
    assert grace.get("/reports/aging/accounts?measure=moon").status_code == 404
    assert grace.get("/reports/aging/accounts/999?measure=balance_cents").status_code == 404


def test_a_report_is_saved_from_its_page_opened_and_deleted(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    fields = {"saved_as": "Old balances", "period": "this_month", "by": "creditor", "where": "payer_class=self_pay"}
    got = grace.submit("/reports/aging/save", **fields, share="auditor", columns=["balance_cents"])
    assert "Old balances saved." in got.text
    opened = site.as_(Role.AUDITOR).get("/reports/saved/1")
    assert "payer_class" in str(opened.url) and "Payer class: Self-pay" in opened.text
    assert ">Balance</th>" in opened.text and "Over 90 days</th>" not in opened.text
    assert site.as_(Role.CLERK).get("/reports/saved/1").status_code == 404
    assert site.as_(Role.AUDITOR).submit("/reports/saved/1/forget").status_code == 422
    assert "Old balances deleted." in grace.submit("/reports/saved/1/forget").text


def pay_in_months(site: Site) -> None:
    for account, month, cents in ((1, 1, 10_00), (1, 2, 30_00), (2, 2, 5_00), (3, 1, 7_00)):
        on = DAY.replace(month=month, day=10)
        with site.practice.database.transaction(actor="leo", business_date=on) as tx:
            text = f"{account}-{month} check"
            post(tx, [Entry(AccountId(account), on, LedgerKind.PATIENT_PAYMENT, -cents, "payments", text, text)])


def test_rows_by_three_groups_add_up_to_rows_by_one_and_the_form_keeps_them(site: Site) -> None:
    pay_in_months(site)
    grace, header = site.as_(Role.MANAGER), key_of(site, Role.MANAGER)
    period = "from=2026-01-01&to=2026-02-17"
    three = grace.get(f"/api/reports/collections?{period}&by=month&by=payer_class&by=method", headers=header).json()
    one = grace.get(f"/api/reports/collections?{period}&by=month", headers=header).json()
    assert [column["name"] for column in three["columns"][:3]] == ["month", "payer_class", "method"]
    sums: dict[str, int] = {}
    for row in three["rows"]:
        sums[row["month"]] = sums.get(row["month"], 0) + row["collected_cents"]
    assert sums == {row["month"]: row["collected_cents"] for row in one["rows"]} == {"2026-01": 17_00, "2026-02": 35_00}
    page = grace.get(f"/reports/collections?{period}&by=month&by=payer_class&by=method").text
    assert re.findall(r'<option value="(\w+)" selected', page)[:3] == ["month", "payer_class", "method"]
    assert page.count('name="by">') == 4
    row = re.search(
        r'href="(/reports/collections/accounts\?[^"]*month%3D2026-01[^"]*payer_class[^"]*method[^"]*)"', page
    )
    assert row is not None and "<h1>Collected: $17.00</h1>" in grace.get(row[1].replace("&amp;", "&")).text


def test_months_are_drawn_as_lines_whose_points_open_the_accounts(site: Site) -> None:
    pay_in_months(site)
    grace = site.as_(Role.MANAGER)
    page = grace.get("/reports/collections?from=2026-01-01&to=2026-02-17&by=month&by=method").text
    assert 'aria-label="Line chart: Collected by month"' in page
    point = re.search(r'<a href="([^"]*)" aria-label="Check, 2026-02: \$35.00"', page)
    assert point is not None and "<h1>Collected: $35.00</h1>" in grace.get(point[1].replace("&amp;", "&")).text
    assert "Bar chart" in grace.get("/reports/collections?by=method").text
    assert "Bar chart" in grace.get("/reports/collections?from=2026-02-01&to=2026-02-17&by=month").text


def test_people_read_full_names_and_programs_usernames(site: Site) -> None:
    actors = ("leo", "grace", "system:root")
    for key, actor in enumerate(actors, 1):
        with site.practice.database.transaction(actor=actor, business_date=DAY) as tx:
            post(tx, [Entry(AccountId(key), DAY, LedgerKind.WRITE_OFF, -1_00, "office", actor, "small balance")])
    grace = site.as_(Role.MANAGER)
    full = {row.name: row.full_name for row in rows(site.practice.database, "SELECT name, full_name FROM app_user")}
    names = {user: full.get(user, user) for user in actors}
    found = grace.get("/api/reports/write-offs?by=approver", headers=key_of(site, Role.MANAGER)).json()["rows"]
    assert {row["approver"] for row in found} == set(names)
    page = grace.get("/reports/write-offs?by=approver").text
    file = grace.get("/reports/write-offs/file.csv?by=approver").text
    sheet = load_workbook(BytesIO(grace.get("/reports/write-offs/file.xlsx?by=approver").content)).worksheets[0]
    cells = {row[0].value for row in sheet.iter_rows(min_row=2)}
    for user, name in names.items():
        assert f">{name}</td>" in page and f"\n{name}," in file and name in cells
        assert f"Posted by: {name}" in grace.get(f"/reports/write-offs?where=approver%3D{user}").text
    assert names["leo"] != "leo" and ">leo</td>" not in page
    assert f'aria-label="{names["leo"]}: ' in page


def test_two_users_of_one_name_can_be_distinguished(site: Site) -> None:
    with site.practice.database.transaction(actor="ada", business_date=DAY) as tx:
        for user in ("patb", "patc"):
            add_user(tx, user, "Sam Hill", [Role.CLERK], None, NOON)
        (column,) = with_full_names(tx.conn, [Column("by", "By", Unit.TEXT, "Who", user=True)])
    assert [shown(column, user) for user in ("patb", "patc", "x")] == ["Sam Hill (patb)", "Sam Hill (patc)", "x"]


def test_the_form_for_saving_asks_whom_to_tell_of_a_missed_target(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    target = {"target": "balance_cents", "target_way": "at_most", "target_value": "5.00"}
    fields = {"saved_as": "Old balances", "period": "this_month", **target}
    assert 'name="alert_to"' in grace.get("/reports/aging").text
    wrong = grace.submit("/reports/aging/save", **fields, alert_to="grace")
    assert wrong.status_code == 422 and "e-mail address is needed" in wrong.text
    grace.submit("/reports/aging/save", **fields, alert_to="grace@example.com")
    (row,) = rows(site.practice.database, "SELECT target_value, alert_to FROM saved_report")
    assert tuple(row) == (5_00, "grace@example.com")


def test_the_dashboard_says_that_the_night_did_not_run_and_opens_what_it_counts(site: Site) -> None:
    grace = site.as_(Role.MANAGER)
    text = grace.get("/house").text
    assert "The nightly process has not run yet" in text
    pay(site, 1, 2_500)
    text = grace.get("/house").text
    figure = re.search(
        r'<a class="card card-body" href="(/reports/collections[^"]*)">.*?<strong>([^<]*)</strong>', text
    )
    assert figure is not None and figure[2].strip() == "$25.00"
    assert "$25.00" in grace.get(figure[1]).text


def test_the_dashboard_of_a_limited_manager_has_no_figure_of_other_creditors(site: Site) -> None:
    pay(site, 1, 2_500)
    assert "$25.00" in site.as_(Role.MANAGER).get("/house").text
    limit(site, "C1")
    assert "$25.00" in site.as_(Role.MANAGER).get("/house").text
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        other = {"id": 2, "external_id": "C2", "name": "Harbor", "kind": "physician_practice", "state": "OH"}
        tx.insert(Creditor, [other])
    limit(site, "C2")
    grace = site.as_(Role.MANAGER)
    text = grace.get("/house").text
    assert "$25.00" not in text and "Accounts processed last night" not in text
    assert str(grace.get("/house/agencies").url).endswith("/reports/liquidation")


def test_the_months_of_a_period_stand_beside_those_they_are_compared_with(site: Site) -> None:
    for place, (month, cents) in enumerate(((1, 1_000), (2, 3_000))):
        on = DAY.replace(month=month, day=10)
        with site.practice.database.transaction(actor="leo", business_date=on) as tx:
            entry = Entry(AccountId(1), on, LedgerKind.PATIENT_PAYMENT, -cents, "payments", f"m{place}", "check")
            post(tx, [entry])
    header = key_of(site, Role.MANAGER)
    query = "from=2026-02-01&to=2026-02-17&by=month"
    (row,) = site.as_(Role.MANAGER).get(f"/api/reports/collections?{query}", headers=header).json()["rows"]
    assert (row["month"], row["collected_cents"], row["before_cents"]) == ("2026-02", 3_000, 1_000)
