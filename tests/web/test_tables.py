"""The tables that a manager owns, in the browser: forms, text, versions, differences, the way back, and conflicts."""

import re

import pytest

from flows.agency_handoff.commands import publish_agency, publish_pools
from flows.calls.queries import dispositions_now, scoring_now
from flows.practice_tables import table_now
from flows.settings.contracts.queries import agencies_now
from models.enums import HoldKind
from models.user_enums import Role
from tests.flows.agency_handoff.agencies import terms_text
from tests.small_book import rows
from tests.web.site import DAY, Browser, Site, key_of

SCORING, RESULTS = "/house/tables/call-scoring", "/house/tables/dispositions"


@pytest.fixture
def manager(site: Site) -> Browser:
    return site.as_(Role.MANAGER)


def points(site: Site, **changed: str | list[str]) -> dict[str, str | list[str]]:
    """The form of the call priority as its page has it, with some fields changed."""
    page = site.as_(Role.MANAGER).get(SCORING).text
    form = page[page.index(f'action="{SCORING}/points"') : page.index('id="text-h"')]
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found["name"] not in ("form_key", "reason"):
            fields.setdefault(found["name"], []).append(found["value"])
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()} | changed


def text_now(site: Site, name: str) -> str:
    with site.practice.database.reading() as conn:
        return table_now(conn, name).text


def test_a_manager_without_yaml_changes_the_call_priority(site: Site, manager: Browser) -> None:
    before = text_now(site, "call-scoring")
    form = points(site, points_callback="9000", reason="fewer callbacks")
    form["balance_from"] = [*form["balance_from"][:-2], "$3,000.00", ""]
    form["balance_points"] = [*form["balance_points"][:-2], "2000", ""]
    page = manager.submit(f"{SCORING}/points", **form).text
    assert "Call priority: version 1 published." in page and "fewer callbacks" in page
    assert "Callback scheduled for today: 9,000 points (before: 10,000 points)." in page
    assert "Balance from $3,000.00 is added: 2,000 points." in page
    after = text_now(site, "call-scoring")
    assert re.findall("#.*", after) == re.findall("#.*", before)
    with site.practice.database.reading() as conn:
        now = scoring_now(conn)
    assert now.words.callback == 9_000 and (3_000_00, 2_000) in now.balance


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("points_broken_promise", "999999", "Broken promise to pay: must be 100,000 or less; 999999 is not"),
        ("points_callback", "many", "Callback scheduled for today: must be a whole number; &#34;many&#34; is not"),
        ("fresh_days", "", "Days that a call counts as new: is required"),
        ("balance_from", ["50.00", "50.00"], "Balances: two lines begin at the same value"),
        ("balance_from", ["x", "50.00"], "Balance from ($): must be an amount such as 250.00; &#34;x&#34; is not"),
        ("reason", "", "Reason is required"),
    ],
)
def test_a_wrong_value_is_refused_by_the_label_of_its_field(
    site: Site, manager: Browser, field: str, value: str | list[str], says: str
) -> None:
    form = points(site, reason="try")
    if field == "balance_from":
        form["balance_points"] = ["1", "2"]
    got = manager.submit(f"{SCORING}/points", **(form | {field: value}))
    assert got.status_code == 422 and says in got.text
    assert "The shipped table is in force" in manager.get(SCORING).text


def test_what_another_manager_published_meanwhile_is_shown_and_kept(site: Site, manager: Browser) -> None:
    mine = points(site, points_broken_promise="6000", reason="promises first")
    manager.submit(f"{SCORING}/points", **points(site, points_callback="9000", reason="fewer callbacks"))
    late = manager.submit(f"{SCORING}/points", **mine)
    assert late.status_code == 409
    assert "Callback scheduled for today: 9,000 points (before: 10,000 points)." in late.text
    assert "fewer callbacks" in late.text and "Save anyway" in late.text and 'value="6000"' in late.text
    seen = re.search(r'name="seen" value="(\d+)"', late.text)
    assert seen is not None and seen[1] == "1"
    page = manager.submit(f"{SCORING}/points", **(mine | {"seen": "1"})).text
    assert "version 2 published" in page
    with site.practice.database.reading() as conn:
        now = scoring_now(conn).words
    assert (now.callback, now.broken_promise) == (9_000, 6_000)


def test_the_text_is_published_with_its_comments_or_refused_with_each_line(site: Site, manager: Browser) -> None:
    text = text_now(site, "call-scoring")
    wrong = text.replace("callback: 10000", "callbak: 10000").replace("days: 3,", "days: -3,")
    got = manager.submit(f"{SCORING}/text", table_text=wrong, reason="typo", seen=0, based_on=0)
    assert got.status_code == 422 and "Line 4, points.callbak" in got.text and "Line 7, points.fresh.days" in got.text
    assert "callbak: 10000" in got.text and 'value="typo"' in got.text
    mine = text.replace("callback: 10000  ", "callback: 8000   ").replace("# a callback", "# as agreed: a callback")
    assert (
        "version 1 published" in manager.submit(f"{SCORING}/text", table_text=mine, reason="x", seen=0, based_on=0).text
    )
    assert text_now(site, "call-scoring") == mine
    again = manager.submit(f"{SCORING}/text", table_text=mine, reason="x", seen=1, based_on=1)
    assert "same as the version in force" in again.text


def test_two_texts_of_two_managers_are_put_together(site: Site, manager: Browser) -> None:
    text = text_now(site, "call-scoring")
    theirs, mine = text.replace("broken_promise: 5000", "broken_promise: 5500"), text.replace("10000", "7000")
    manager.submit(f"{SCORING}/text", table_text=theirs, reason="theirs", seen=0, based_on=0)
    assert manager.submit(f"{SCORING}/text", table_text=mine, reason="mine", seen=0, based_on=0).status_code == 409
    manager.submit(f"{SCORING}/text", table_text=mine, reason="mine", seen=1, based_on=0)
    now = text_now(site, "call-scoring")
    assert "callback: 7000" in now and "broken_promise: 5500" in now and "# the highest line" in now


def test_a_table_is_put_back_and_any_two_versions_compared(site: Site, manager: Browser) -> None:
    for callback in ("9000", "8000"):
        manager.submit(f"{SCORING}/points", **points(site, points_callback=callback, reason=f"to {callback}"))
    got = manager.get(f"{SCORING}/compare?one=0&two=2").text
    assert "Callback scheduled for today: 8,000 points (before: 10,000 points)." in got
    assert manager.submit(f"{SCORING}/rollback", version=1).status_code == 422
    page = manager.submit(f"{SCORING}/rollback", version=1, reason="better").text
    assert "version 3 published" in page
    page = manager.submit(f"{SCORING}/rollback", version=0, reason="shipped again").text
    assert "In force: the shipped table" in page and "4 (shipped table)" in page
    assert "already" in manager.submit(f"{SCORING}/rollback", version=0, reason="twice").text
    assert "Shipped table" in manager.get("/house/tables").text
    with site.practice.database.reading() as conn:
        assert scoring_now(conn).words.callback == 10_000


def test_a_call_result_is_added_changed_and_removed_by_its_form(site: Site, manager: Browser) -> None:
    form = manager.get(f"{RESULTS}/new-result").text
    assert "Free: 0" not in form.split("Free: ")[0] and "Find address" in form
    page = manager.submit(
        f"{RESULTS}/results",
        result_label="Left town",
        result_key="1",
        counts="yes",
        closes="yes",
        hold_kind="address_unknown",
        hold_days="30",
        task_kind="find-address",
        task_role="clerk",
        due_days="3",
        reason="often said",
        seen=0,
        based_on=0,
    ).text
    assert "Left town added: version 1 published." in page
    assert "Left town is added: button: Left town; key: 1" in page
    with site.practice.database.reading() as conn:
        made = dispositions_now(conn)["left_town"]
    assert (made.hold, made.hold_days, made.closes, made.counts) == (HoldKind.ADDRESS_UNKNOWN, 30, True, True)
    taken = manager.submit(
        f"{RESULTS}/results/left_town", result_label="Left town", result_key="n", reason="x", seen=1, based_on=1
    )
    assert taken.status_code == 422 and "Key: key &#34;n&#34; is already used by no answer" in taken.text
    assert (
        "There is a call result &#34;Left town&#34; already"
        in manager.submit(f"{RESULTS}/results", result_label="Left town", reason="x", seen=1, based_on=1).text
    )
    page = manager.submit(f"{RESULTS}/results/left_town/remove", reason="never used", seen=1).text
    assert "Left town is removed" in page
    with site.practice.database.reading() as conn:
        assert "left_town" not in dispositions_now(conn)


def test_what_stops_contact_is_shown_and_can_not_be_removed(site: Site, manager: Browser) -> None:
    form = manager.get(f"{RESULTS}/results/cease").text
    assert "Hold (can&#39;t be removed)" in form or "Hold (can't be removed)" in form
    assert "It is a conversation" in form
    got = manager.submit(
        f"{RESULTS}/results/cease",
        result_label="Do not call",
        result_key="s",
        counts="yes",
        reason="x",
        seen=0,
        based_on=0,
    )
    assert got.status_code == 422 and "can't be turned off" in got.text.replace("&#39;", "'")
    stricter = manager.submit(
        f"{RESULTS}/results/cease",
        result_label="Do not call",
        result_key="s",
        talked="yes",
        counts="yes",
        closes="yes",
        hold_kind="cease",
        hold_scope="all",
        reason="nothing at all",
        seen=0,
        based_on=0,
    )
    assert "Do not call: hold: Cease" in stricter.text or "hold:" in stricter.text
    assert stricter.status_code == 200


def test_two_managers_who_change_two_results_lose_nothing(site: Site, manager: Browser) -> None:
    def change(code: str, label: str, key: str, seen: int, based_on: int, **more: str) -> int:
        fields = {"result_label": label, "result_key": key, "counts": "yes", "reason": "r", **more}
        return manager.submit(f"{RESULTS}/results/{code}", seen=seen, based_on=based_on, **fields).status_code

    assert change("busy", "Busy", "b", 0, 0, next_try_days="2") == 200
    assert change("no_answer", "No answer", "n", 0, 0, next_try_days="1") == 409
    assert change("no_answer", "No answer", "n", 1, 0, next_try_days="1") == 200
    with site.practice.database.reading() as conn:
        now = dispositions_now(conn)
    assert (now["busy"].next_try_days, now["no_answer"].next_try_days) == (2, 1)


def test_only_a_manager_changes_tables(site: Site, manager: Browser) -> None:
    auditor = site.as_(Role.AUDITOR)
    for path in ("/house/tables", SCORING, RESULTS, "/house/tables/spouses"):
        assert auditor.get(path).status_code == 200
    assert "Publish" not in auditor.get(SCORING).text.replace("Published", "")
    assert auditor.submit(f"{SCORING}/points", reason="x").status_code == 403
    assert auditor.submit(f"{SCORING}/rollback", version=0, reason="x").status_code == 403
    assert site.as_(Role.COLLECTOR).get("/house/tables").status_code == 403
    assert manager.get("/house/tables/nothing").status_code == 404
    assert manager.get(f"{SCORING}/compare?one=0&two=7").status_code == 404


def test_a_program_publishes_a_table_and_learns_of_a_conflict(site: Site) -> None:
    program, key = Browser(site.app), key_of(site, Role.MANAGER)
    at = "/api/tables/call-scoring"
    shown = program.get(at, headers=key).json()
    assert (shown["version"], shown["shipped"]) == (0, True)
    text = shown["text"].replace("10000", "9000")
    assert program.post(f"{at}/publish", json={"text": text}, headers=key).status_code == 422
    assert program.post(f"{at}/publish", json={"text": text, "reason": " "}, headers=key).status_code == 422
    sent = {"text": text, "reason": "fewer callbacks", "based_on": 0}
    assert program.post(f"{at}/publish", json=sent, headers=key).json() == {"table": "call-scoring", "version": 1}
    late = program.post(f"{at}/publish", json={**sent, "text": shown["text"]}, headers=key)
    assert late.status_code == 409 and "Dialler published version 1" in late.json()["error"]
    bad = program.post(f"{at}/publish", json={"text": "points: 1", "reason": "x"}, headers=key)
    assert bad.status_code == 409 and "Text:1: points: must have words of its own" in bad.json()["error"]
    (line,) = program.get(f"{at}/history", headers=key).json()
    assert (line["by"], line["reason"]) == ("dialler", "fewer callbacks")
    (change,) = program.get(f"{at}/diff?one=0&two=1", headers=key).json()
    assert (change["from"], change["to"]) == ("10,000 points", "9,000 points")
    back = {"version": 0, "reason": "as shipped"}
    assert program.post(f"{at}/rollback", json=back, headers=key).json()["version"] == 2
    (now,) = [one for one in program.get("/api/tables", headers=key).json() if one["name"] == "call-scoring"]
    assert (now["version"], now["shipped"], now["reason"]) == (2, True, "as shipped")
    auditor = key_of(site, Role.AUDITOR, name="auditor")
    assert program.get(at, headers=auditor).status_code == 200
    assert program.post(f"{at}/rollback", json=back, headers=auditor).status_code == 403


def test_closed_days_are_added_and_removed_by_their_form(site: Site, manager: Browser) -> None:
    at = "/house/tables/calendar"
    page = manager.get(at).text
    assert "Deadlines of the law and of courts do not move" in page and "Columbus Day" in page

    def send(on: list[str], repeats: list[str], name: list[str], seen: int, **more: str | list[str]) -> str:
        fields = {"closed_on": on, "closed_repeats": repeats, "closed_name": name, "reason": "agreed", **more}
        return manager.submit(f"{at}/days", seen=seen, based_on=seen, **fields).text

    page = send(["2026-12-24", "2026-12-31", ""], ["once", "yearly", "once"], ["Eve", "New Year's Eve", ""], 0)
    assert "version 1 published" in page
    assert "Closed on Dec 24, 2026 is added: Eve." in page and "Closed every year on Dec 31 is added" in page
    page = send(["2026-12-24", ""], ["once", "once"], ["Eve", ""], 1, works_on=["Columbus Day"])
    assert "Closed every year on Dec 31 is removed" in page
    assert "Holidays on which the practice works: Columbus Day (before: none)." in page
    assert "Eve: the date is missing" in send(["", ""], ["once", "once"], ["Eve", ""], 2)
    assert "Name of the day: is required" in send(["2026-12-24"], ["once"], [""], 2)
    twice = send(["2026-12-24", "2026-12-24"], ["once", "once"], ["Eve", "Again"], 2)
    assert "Closed days: a day is listed twice" in twice
    assert text_now(site, "calendar").startswith("# The practice's own calendar.")


def test_the_tables_of_agencies_have_their_history_and_are_put_back(site: Site, manager: Browser) -> None:
    at = "/house/tables/agency:harbor"
    assert manager.get(at).status_code == 404
    with site.practice.database.transaction(actor="leo", business_date=DAY) as tx:
        publish_agency(tx, terms_text(), "harbor.yaml", "first contract")
        publish_pools(tx, "pools: {primary: {agencies: [{agency: harbor, weight: 100}]}}", "pools.yaml")
    page = manager.get("/house/tables").text
    assert "Terms of agency harbor" in page and "first contract" in page and "Agency pools" in page
    assert "no reason given" in manager.get("/house/tables/agency-pools").text
    changed = terms_text().replace("name: Harbor", "name: New Harbor")
    send = {"seen": 1, "based_on": 1, "reason": "renamed"}
    page = manager.submit(f"{at}/text", table_text=changed, **send).text
    assert "Terms of agency harbor: version 2 published." in page and "renamed" in page
    assert "Name: New Harbor" in page
    wrong = manager.submit(f"{at}/text", table_text=changed.replace("agency: harbor", "agency: other"), **send)
    assert wrong.status_code == 422 and "not of &#34;harbor&#34;" in wrong.text
    assert "version 3 published" in manager.submit(f"{at}/rollback", version=1, reason="as before").text
    assert manager.submit(f"{at}/rollback", version=0, reason="x").status_code == 422
    assert [row[0] for row in rows(site.practice.database, "SELECT name FROM agency")] == ["Harbor Recovery"]


def terms_form(manager: Browser, at: str, **changed: str | list[str]) -> dict[str, str | list[str]]:
    """The form of an agency's terms as its page has it, with some fields changed."""
    page = manager.get(at).text
    fields: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page[page.index('id="terms-h"') : page.index('id="text-h"')]):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        name, value = found["name"], found.get("value", "")
        if name.startswith("rate_"):
            lines = fields.setdefault(name, [])
            assert isinstance(lines, list)
            lines.append(value)
        elif name != "form_key":
            fields[name] = value
    return fields | changed


def test_the_terms_of_an_agency_are_changed_by_their_form(site: Site, manager: Browser) -> None:
    at = "/house/tables/agency:harbor"
    rates = "[{percent: 20}, {percent: 30, older_than_days: 365}]  # as agreed"
    with site.practice.database.transaction(actor="leo", business_date=DAY) as tx:
        publish_agency(tx, terms_text(rates=rates), "harbor.yaml", "first contract")
    mine = terms_form(manager, at)
    assert mine["rate_percent"] == ["20", "30", "", ""] and mine["suspend_days"] == "20"
    assert "same as the version in force" in manager.submit(f"{at}/terms", **(mine | {"reason": "x"})).text
    changed = {
        "rate_percent": ["25", "30", "", ""],
        "suspend_days": "40",
        "most_accounts": "50",
        "most_dollars": "$1,250",
    }
    page = manager.submit(f"{at}/terms", **(mine | changed | {"reason": "new contract"})).text
    assert "Terms of agency harbor: version 2 published." in page
    assert "Contract, suspend days: 40 (before: 20)." in page and "50" in page
    with site.practice.database.reading() as conn:
        terms = agencies_now(conn).terms["harbor"]
    assert [(one.rate_bp, one.older_than_days) for one in terms.rates] == [(2_500, None), (3_000, 365)]
    assert (terms.suspend_days, terms.most_accounts, terms.most_cents) == (40, 50, 1_250_00)
    again = terms_form(manager, at, rate_percent=["25", "", "", ""], rate_older=["", "", "", ""], reason="one rate")
    assert "version 3 published" in manager.submit(f"{at}/terms", **again).text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"rate_percent": ["x", "", ""]}, "Commission (%): must be an amount"),
        ({"rate_percent": ["120", "", ""]}, "Commission (%): must be 100 or less"),
        ({"rate_percent": ["", "", ""]}, "Commission lines"),
        ({"rate_older": ["90", "", ""]}, "First commission line: the first line must apply to every account"),
        ({"suspend_days": ""}, "Longest suspension (days): is required"),
        ({"contract_ends": "2020-01-01"}, "Contract ends: Jan 1, 2020 is before begins"),
        ({"reason": ""}, "Reason is required"),
    ],
)
def test_wrong_terms_are_refused_by_the_label_of_their_field(
    site: Site, manager: Browser, changed: dict[str, str | list[str]], says: str
) -> None:
    at = "/house/tables/agency:harbor"
    with site.practice.database.transaction(actor="leo", business_date=DAY) as tx:
        publish_agency(tx, terms_text(), "harbor.yaml", "first contract")
    got = manager.submit(f"{at}/terms", **(terms_form(manager, at, reason="x") | changed))
    assert got.status_code == 422 and says in got.text
    assert "has no form" in manager.submit("/house/tables/spouses/terms", **terms_form(manager, at, reason="x")).text


def test_approved_states_are_a_table_with_the_law_of_each(manager: Browser) -> None:
    at = "/house/tables/spouses"
    page = manager.get(at).text
    assert "750 ILCS 65/15" in page and "Not approved" in page and "Connor v. Southwest" not in page
    text = 'approved:\n  IL: {by: "Jo Smith", on: 2026-01-05, note: "memo"}\n  OH: {by: "Jo Smith", on: 2026-05-01}\n'
    assert "version 1 published" in manager.submit(f"{at}/text", table_text=text, reason="x", seen=0, based_on=0).text
    body = manager.get(at).text.split("<tbody>")[1]
    illinois, ohio = body.split("</tr>")[:2]
    assert "Illinois" in illinois and ">Approved<" in illinois and "memo" in illinois and "no end" in illinois
    assert "Ohio" in ohio and "Not in effect" in ohio


def test_a_text_without_a_reason_is_shown_again_with_what_is_missing(site: Site, manager: Browser) -> None:
    mine = text_now(site, "call-scoring").replace("callback: 10000", "callback: 9000 ")
    got = manager.submit(f"{SCORING}/text", table_text=mine, reason="", seen=0, based_on=0)
    assert got.status_code == 422 and "Reason is required." in got.text and "callback: 9000" in got.text
    assert "</header>" in got.text, "on its page"
