"""The page of tasks: by kind, with names, balances and how late each is; several of a kind are done at once."""

from datetime import timedelta

from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.holds import NewHold, open_holds
from models.enums import HoldKind
from models.task_kinds import task_name
from models.user_enums import Role, role_named
from tests.small_book import account_of, rows, someone, take_in
from tests.statements import statements
from tests.web.site import DAY, Browser, Site, key_of


def work(site: Site, kind: str, *numbers: str, role: str = "clerk", days_ago: int = 0) -> list[int]:
    found: list[int] = []
    with site.practice.database.transaction(actor="test", business_date=DAY - timedelta(days=days_ago)) as tx:
        for number in numbers:
            row = account_of(site.practice.database, number)
            task = NewTask(
                task_name(kind), role_named(role), f"look at {number}", row.guarantor_id, row.creditor_id, (row.id,)
            )
            found += open_tasks(tx, [task])
    return found


def people(site: Site, *names: str) -> None:
    take_in(site.practice.database, [someone(name, f"{name}-9", DAY - timedelta(days=60)) for name in names], DAY)


def test_each_row_has_name_creditor_balance_age_and_why(site: Site) -> None:
    people(site, "Rosa", "Tom")
    work(site, "duplicate-payment", "Rosa-9", days_ago=20)
    work(site, "agency-file", "Tom-9")
    text = site.as_(Role.CLERK).get("/tasks").text
    assert "Possible duplicate payment (1)" in text
    assert "Rosa Tester" in text
    assert "Maple Street Clinic" in text
    assert "$120.00" in text
    assert "20 days</td>" in text
    assert "15 days late" in text
    assert "look at Rosa-9" in text
    one = site.as_(Role.CLERK).get("/tasks?kind=agency-file").text
    assert "Tom Tester" in one
    assert "Rosa Tester" not in one
    seen = "SELECT count(*) FROM patient_view WHERE user_name = 'leo' AND what = 'tasks'"
    assert rows(site.practice.database, seen)[0][0] == 3


def test_several_of_a_kind_are_done_at_once_or_none_is(site: Site) -> None:
    people(site, "Rosa", "Tom", "Uma")
    mine = work(site, "duplicate-payment", "Rosa-9", "Tom-9")
    (managers,) = work(site, "work-failed", "Uma-9", role="manager")
    clerk = site.as_(Role.CLERK)
    assert clerk.submit("/tasks/selected", do="complete", task=str(mine[0]), outcome="").status_code == 422
    assert (
        "for the manager"
        in clerk.submit("/tasks/selected", do="complete", task=[str(mine[0]), str(managers)], outcome="done").text
    )
    assert "no task is selected" in clerk.submit("/tasks/selected", do="complete", outcome="compared").text.lower()
    state = "SELECT DISTINCT state FROM task WHERE kind = 'duplicate-payment'"
    assert [row[0] for row in rows(site.practice.database, state)] == ["open"]
    assert (
        clerk.submit("/tasks/selected", do="complete", task=[str(key) for key in mine], outcome="compared").status_code
        == 200
    )
    assert [row[0] for row in rows(site.practice.database, state)] == ["done"]


def test_a_long_list_takes_no_more_queries_than_a_short_one(site: Site) -> None:
    counts: list[int] = []
    for names in (("Ann",), tuple(f"P{n}" for n in range(30))):
        people(site, *names)
        work(site, "duplicate-payment", *(f"{name}-9" for name in names))
        clerk = site.as_(Role.CLERK)
        with statements(site.practice.database) as seen:
            clerk.get("/tasks?kind=duplicate-payment")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_program_lists_open_work(site: Site) -> None:
    people(site, "Rosa")
    work(site, "duplicate-payment", "Rosa-9")
    program = Browser(site.app)
    (one,) = program.get("/api/tasks?kind=duplicate-payment", headers=key_of(site, Role.CLERK)).json()
    assert (one["name"], one["balance_cents"], one["late_days"]) == ("Rosa Tester", 12_000, 0)


def test_work_whose_hold_stands_says_on_every_door_what_is_done_instead(site: Site) -> None:
    people(site, "Rosa")
    with site.practice.database.transaction(actor="leo", business_date=DAY) as tx:
        open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account_of(site.practice.database, "Rosa-9").id)])
    (task,) = work(site, "review-dispute", "Rosa-9")
    said = "release the hold once the reason for it is resolved"
    clerk = site.as_(Role.CLERK)
    shown = clerk.get("/tasks?kind=review-dispute").text
    assert "Answer dispute" in shown, "a dispute is answered on the list, which releases the hold"
    assert said.capitalize() in site.as_(Role.MAIL_ROOM).get("/tasks?whose=all&kind=review-dispute").text
    assert "Complete task" not in shown
    assert said.capitalize() in clerk.submit(f"/tasks/{task}/done", outcome="looked").text
    program, key = Browser(site.app), key_of(site, Role.CLERK)
    (listed,) = program.get("/api/tasks?kind=review-dispute", headers=key).json()
    assert listed["instead"] == said
    refused = program.post("/api/tasks/done", json={"tasks": [task], "outcome": "looked"}, headers=key)
    assert (refused.status_code, said.capitalize() in refused.json()["error"]) == (409, True)
    assert rows(site.practice.database, "SELECT state FROM task WHERE id = :id", id=task)[0][0] == "open"


def test_a_program_says_that_work_is_done_in_its_own_roles(site: Site) -> None:
    people(site, "Rosa", "Tom")
    mine = work(site, "duplicate-payment", "Rosa-9", "Tom-9")
    program, sent = Browser(site.app), {"tasks": mine, "outcome": "compared with the bank"}
    other = program.post("/api/tasks/done", json=sent, headers=key_of(site, Role.COLLECTOR, name="dialler"))
    assert (other.status_code, "for the clerk" in other.json()["error"]) == (403, True)
    clerks = key_of(site, Role.CLERK, name="bank")
    assert program.post("/api/tasks/done", json=sent, headers=clerks).json() == {"done": 2}
    closed = rows(site.practice.database, "SELECT DISTINCT state, outcome FROM task WHERE kind = 'duplicate-payment'")
    assert [tuple(row) for row in closed] == [("done", "compared with the bank")]


def disputed(site: Site, name: str = "Rosa") -> int:
    """The task of a dispute with its hold; the number of the task."""
    people(site, name)
    with site.practice.database.transaction(actor="leo", business_date=DAY) as tx:
        open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account_of(site.practice.database, f"{name}-9").id)])
    (task,) = work(site, "review-dispute", f"{name}-9")
    return task


def test_a_dispute_is_answered_on_the_list_and_the_person_gets_the_bill(site: Site) -> None:
    task, clerk = disputed(site), site.as_(Role.CLERK)
    assert clerk.submit(f"/tasks/{task}/dispute", verdict="stands", reason="").status_code == 422
    clerk.submit(f"/tasks/{task}/dispute", verdict="stands", reason="the visit took place", letter="yes")
    assert not rows(site.practice.database, "SELECT 1 FROM hold WHERE cleared_on IS NULL")
    kinds = [row.kind for row in rows(site.practice.database, "SELECT kind FROM letter ORDER BY id")]
    assert kinds == ["dispute-received", "itemised-statement"]
    assert rows(site.practice.database, "SELECT state FROM task WHERE id = :id", id=task)[0].state == "done"
    assert clerk.submit(f"/tasks/{task}/dispute", verdict="stands", reason="again").status_code == 422


def test_only_a_manager_takes_a_part_of_a_disputed_bill_off(site: Site) -> None:
    task, sent = disputed(site), {"verdict": "adjusted", "amount": "20.00", "reason": "charged twice"}
    assert site.as_(Role.CLERK).submit(f"/tasks/{task}/dispute", **sent).status_code == 422
    grace = site.as_(Role.MANAGER)
    assert grace.submit(f"/tasks/{task}/dispute", **{**sent, "amount": "120.01"}).status_code == 422
    grace.submit(f"/tasks/{task}/dispute", **sent)
    assert account_of(site.practice.database, "Rosa-9").balance_cents == 100_00
    (entry,) = rows(site.practice.database, "SELECT kind, amount_cents FROM ledger_entry WHERE source = 'dispute'")
    assert tuple(entry) == ("discount", -20_00)


def test_an_address_that_was_found_ends_the_search_and_keeps_the_consents(site: Site) -> None:
    people(site, "Rosa")
    account = account_of(site.practice.database, "Rosa-9")
    with site.practice.database.transaction(actor="leo", business_date=DAY) as tx:
        open_holds(tx, [NewHold(HoldKind.ADDRESS_UNKNOWN, person_id=account.guarantor_id)])
        tx.conn.exec_driver_sql("UPDATE person SET text_consent = 1 WHERE id = ?", (account.guarantor_id,))
    (task,) = work(site, "find-address", "Rosa-9")
    new = {"address1": "5 Elm Street", "city": "Dayton", "state": "OH", "zip": "45402"}
    clerk = site.as_(Role.CLERK)
    assert clerk.submit(f"/tasks/{task}/contact", **new).status_code == 422, "where it comes from is asked"
    assert clerk.submit(f"/tasks/{task}/contact", **{**new, "zip": "60607"}, source="USPS").status_code == 422
    assert clerk.submit(f"/tasks/{task}/contact", **new, source="USPS").status_code == 200
    query = "SELECT address1, text_consent FROM person WHERE id = :id"
    (person,) = rows(site.practice.database, query, id=account.guarantor_id)
    assert (person.address1, bool(person.text_consent)) == ("5 Elm Street", True)
    assert not rows(site.practice.database, "SELECT 1 FROM hold WHERE cleared_on IS NULL")
    assert rows(site.practice.database, "SELECT state FROM task WHERE id = :id", id=task)[0].state == "done"


def test_tasks_get_an_owner_and_a_manager_assigns_to_others(site: Site) -> None:
    people(site, "Rosa", "Tom")
    tasks = [str(key) for key in work(site, "duplicate-payment", "Rosa-9", "Tom-9")]
    clerk, grace = site.as_(Role.CLERK), site.as_(Role.MANAGER)
    assert (
        "assigned to others by a manager" in clerk.submit("/tasks/selected", do="assign", to="grace", task=tasks).text
    )
    assert "2 tasks assigned." in clerk.submit("/tasks/selected", do="assign", to="leo", task=tasks).text
    assert "Rosa Tester" in clerk.get("/tasks?owner=me").text
    assert "Rosa Tester" not in clerk.get("/tasks?owner=none").text
    assert grace.submit("/tasks/selected", do="assign", to="nora", task=tasks).status_code == 422, "not of her role"
    assert grace.submit("/tasks/selected", do="assign", to="", task=tasks).status_code == 200
    owners = rows(site.practice.database, "SELECT DISTINCT assigned_to FROM task WHERE kind = 'duplicate-payment'")
    assert [row.assigned_to for row in owners] == [None]
    said = rows(
        site.practice.database, "SELECT why FROM account_event WHERE kind = 'task_assigned' ORDER BY seq, account_id"
    )
    assert "assigned to leo" in said[0].why


def test_a_snoozed_task_comes_back_on_its_day_and_a_courts_deadline_never_waits(site: Site) -> None:
    people(site, "Rosa", "Tom")
    (task,) = work(site, "duplicate-payment", "Rosa-9")
    clerk = site.as_(Role.CLERK)
    for until, reason in (("2026-02-17", "x"), ("2026-05-01", "x"), ("2026-02-20", "")):
        sent = {"do": "snooze", "until": until, "reason": reason, "task": str(task)}
        assert clerk.submit("/tasks/selected", **sent).status_code == 422, (until, reason)
    clerk.submit("/tasks/selected", do="snooze", until="2026-02-20", reason="the bank answers", task=str(task))
    listed = clerk.get("/tasks").text
    assert "Rosa Tester" not in listed
    assert "1 snoozed task" in listed
    assert "waits until Feb 20, 2026" in clerk.get("/tasks?show=snoozed").text
    site.now.at += timedelta(days=3)
    assert "Rosa Tester" in site.as_(Role.CLERK).get("/tasks").text
    (court,) = work(site, "estate-deadline", "Tom-9", role="estate desk")
    sent = {"do": "snooze", "until": "2026-03-20", "reason": "later", "task": str(court)}
    assert "has a deadline" in site.as_(Role.ESTATE_DESK).submit("/tasks/selected", **sent).text


def test_lists_are_sorted_by_balance_and_name(site: Site) -> None:
    people(site, "Rosa", "Tom")
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql("UPDATE account SET balance_cents = 99900 WHERE number = 'Tom-9'")
    work(site, "duplicate-payment", "Rosa-9", "Tom-9")
    clerk = site.as_(Role.CLERK)
    for sort, first in (("balance", "Tom"), ("name", "Rosa"), ("due", "Rosa")):
        text = clerk.get(f"/tasks?sort={sort}").text
        other = "Rosa" if first == "Tom" else "Tom"
        assert text.index(f"{first} Tester") < text.index(f"{other} Tester"), sort


def test_a_program_assigns_and_snoozes(site: Site) -> None:
    people(site, "Rosa")
    tasks, key = work(site, "duplicate-payment", "Rosa-9"), key_of(site, Role.MANAGER)
    program = Browser(site.app)
    assert program.post("/api/tasks/assign", json={"tasks": tasks, "to": "leo"}, headers=key).json() == {"done": 1}
    sent = {"tasks": tasks, "until": "2026-02-20", "reason": "the bank answers"}
    assert program.post("/api/tasks/snooze", json=sent, headers=key).json() == {"done": 1}
    (row,) = rows(
        site.practice.database, "SELECT assigned_to, not_before_on FROM task WHERE kind = 'duplicate-payment'"
    )
    assert (row.assigned_to, str(row.not_before_on)) == ("leo", "2026-02-20")
