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
    assert "20 days, 15 days late" in text
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
    assert clerk.submit("/tasks/done", task=str(mine[0]), outcome="").status_code == 422
    assert "for the manager" in clerk.submit("/tasks/done", task=[str(mine[0]), str(managers)], outcome="done").text
    assert "no task is selected" in clerk.submit("/tasks/done", outcome="compared").text.lower()
    state = "SELECT DISTINCT state FROM task WHERE kind = 'duplicate-payment'"
    assert [row[0] for row in rows(site.practice.database, state)] == ["open"]
    assert clerk.submit("/tasks/done", task=[str(key) for key in mine], outcome="compared").status_code == 200
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
    assert said in shown
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
