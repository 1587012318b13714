"""The manager's schedules: a step is moved in a draft, simulated, published from a day with a reason, and rolled back."""

import io
import re
import time

import pytest
from openpyxl import load_workbook

from models.user_enums import Role
from tests.small_book import rows
from tests.web.site import Browser, Site


@pytest.fixture
def manager(site: Site) -> Browser:
    return site.as_(Role.MANAGER)


def draft_of(manager: Browser) -> str:
    """The address of a new draft of the schedule."""
    got = manager.submit("/schedules/calls/draft")
    assert got.status_code == 200
    return got.url.path


def test_each_schedule_is_listed_with_its_version_and_accounts(manager: Browser) -> None:
    page = manager.get("/schedules").text
    assert "Calls first" in page and "In force" in page
    one = manager.get("/schedules/calls").text
    assert "First call, day 30" in one and "Reminder 1, day 80" in one
    assert "up to 3 attempts, 1 day apart" in one


def test_a_moved_step_is_published_from_monday_with_a_reason_and_rolled_back(site: Site, manager: Browser) -> None:
    draft = draft_of(manager)
    got = manager.submit(f"{draft}/steps/reminder-1/move", days=70, seen=manager.seen(draft))
    assert "Reminder 1 moves from day 80 to day 70." in got.text
    got = manager.submit(f"{draft}/publish", seen=manager.seen(draft), starts="2026-02-23", reason="Too late")
    assert got.url.path == "/schedules/calls"
    assert "Version 2 published" in got.text and "Too late" in got.text and "Coming" in got.text
    row = rows(
        site.practice.database, "SELECT version, published_by, reason, in_force_on FROM schedule_version ORDER BY id"
    )
    assert [(r[0], r[1], r[2], str(r[3])) for r in row][1] == (2, "grace", "Too late", "2026-02-23")
    assert "can't be changed" in manager.get(draft).text
    compared = manager.get("/schedules/calls/compare?one=1&two=2").text
    assert "Reminder 1 moves from day 80 to day 70." in compared
    got = manager.submit("/schedules/calls/rollback", version=1, reason="After all not")
    assert "Version 3 published with the text of version 1." in got.text


def test_a_letter_moved_too_near_to_another_one_is_warned_of_at_its_step(manager: Browser) -> None:
    draft = draft_of(manager)
    step = {"step_kind": "letter", "letter_kind": "final-notice", "days": 120, "step_name": "Final notice"}
    got = manager.submit(f"{draft}/steps", seen=1, place_after="reminder-1", **step)
    assert "days apart" not in got.text
    got = manager.submit(f"{draft}/steps/final-notice/move", days=85, seen=2)
    row = got.text[got.text.index('id="step-final-notice"') :].split("</tr>")[0]
    assert "letters are at least 14 days apart: this one would wait until day 94" in row


def test_a_step_is_added_changed_removed_and_the_last_change_undone(manager: Browser) -> None:
    draft = draft_of(manager)
    form = manager.get(f"{draft}/new-step?step_kind=letter").text
    assert "Final notice" in form
    step = {"step_kind": "letter", "letter_kind": "final-notice", "days": 100, "at_least": "25.50", "states": "oh, KY"}
    got = manager.submit(f"{draft}/steps", seen=1, step_name="Final notice", place_after="reminder-1", **step)
    assert "Final notice is added" in got.text
    changed = manager.get(f"{draft}/steps/final-notice").text
    assert 'value="25.50"' in changed and 'value="OH, KY"' in changed
    got = manager.submit(f"{draft}/steps/final-notice", seen=2, step_name="final-notice", **{**step, "days": 110})
    assert "on day 110" in got.text
    got = manager.submit(f"{draft}/steps/final-notice/order", seen=3, verdict="down")
    assert "already last" in got.text
    got = manager.submit(f"{draft}/undo", seen=3)
    assert "on day 100" in got.text
    got = manager.submit(f"{draft}/steps/final-notice/remove", seen=4)
    assert "it is the same as version 1" in got.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"days": ""}, "Days are required"),
        ({"states": "Ohio"}, "is not a state"),
        ({"at_least": "12,34"}, "123.45"),
        ({"step_name": "Final Notice!"}, "letters, digits and hyphens"),
        ({"step_name": "first-call"}, "is used already"),
        ({"days": "-1"}, "must be a whole number"),
    ],
)
def test_what_is_wrong_in_a_step_is_said_and_nothing_is_saved(
    manager: Browser, fields: dict[str, str], says: str
) -> None:
    draft = draft_of(manager)
    step = {"step_kind": "letter", "letter_kind": "final-notice", "days": "100", "step_name": "last"}
    got = manager.submit(f"{draft}/steps", seen=1, **{**step, **fields})
    assert got.status_code == 422
    assert says in got.text
    assert manager.seen(draft) == "1"


def test_the_text_is_saved_as_it_is_and_its_errors_stand_beside_it(manager: Browser) -> None:
    draft = draft_of(manager)
    text = re.search(r'name="draft_text"[^>]*>(.*?)</textarea>', manager.get(draft).text, re.DOTALL)
    assert text is not None
    got = manager.submit(f"{draft}/text", seen=1, draft_text="schedule: calls\nsteps:\n  - id: x\n    at: {dya: 3}\n")
    assert "can&#39;t be published yet" in got.text and "Line 4" in got.text
    assert manager.submit(f"{draft}/publish", seen=2, reason="x").status_code in (409, 422)
    assert manager.submit(f"{draft}/steps/first-call/move", seen=2, days=3).status_code == 422


def test_the_text_is_saved_while_it_is_typed(manager: Browser) -> None:
    draft = draft_of(manager)
    got = manager.post(
        f"{draft}/autosave",
        data={"form_key": manager.key, "seen": "1", "draft_text": "schedule: calls\n"},
        headers={"HX-Request": "true"},
    )
    assert got.headers["HX-Trigger"] == '{"draft-saved":{"seq":2}}'
    assert "can&#39;t be published yet" in got.text and "steps: is missing" in got.text
    assert manager.seen(draft) == "2"


def test_the_second_of_two_managers_sees_what_the_first_changed_and_chooses(site: Site, manager: Browser) -> None:
    draft = draft_of(manager)
    seen = manager.seen(draft)
    manager.submit(f"{draft}/steps/reminder-1/move", days=70, seen=seen)
    other = site.as_(Role.MANAGER)
    got = other.submit(f"{draft}/steps/first-call/move", days=40, seen=seen)
    assert got.status_code == 409
    assert "Reminder 1 moves from day 80 to day 70." in got.text
    now = re.search(r'name="seen" value="(\d+)"', got.text)
    assert now is not None
    got = other.submit(f"{draft}/steps/first-call/move", days=40, seen=now[1])
    assert "First call moves from day 30 to day 40." in got.text
    assert "Reminder 1 moves from day 80 to day 70." in got.text


def test_a_schedule_is_paused_and_resumed_with_a_reason(manager: Browser) -> None:
    assert manager.submit("/schedules/calls/decide", verdict="pause", reason="").status_code == 422
    got = manager.submit("/schedules/calls/decide", verdict="pause", reason="New counsel")
    assert "Schedule paused." in got.text and "paused since Feb 17, 2026 by Grace: New counsel" in got.text
    got = manager.submit("/schedules/calls/decide", verdict="resume", reason="Agreed")
    assert "Schedule resumed." in got.text


def test_an_auditor_sees_schedules_and_changes_none(site: Site) -> None:
    auditor = site.as_(Role.AUDITOR)
    page = auditor.get("/schedules/calls")
    assert page.status_code == 200 and "Start draft" not in page.text and "Pause schedule" not in page.text
    assert auditor.submit("/schedules/calls/draft").status_code == 403
    assert auditor.submit("/schedules/calls/decide", verdict="pause", reason="x").status_code == 403
    assert site.as_(Role.COLLECTOR).get("/schedules").status_code == 403


def test_a_simulation_runs_in_the_background_and_its_weeks_are_a_file(site: Site, manager: Browser) -> None:
    draft = draft_of(manager)
    manager.submit(f"{draft}/steps/reminder-1/move", days=50, seen=manager.seen(draft))
    before = rows(site.practice.database, "SELECT COUNT(*) FROM account_event")[0][0]
    got = manager.submit(f"{draft}/simulate", days=60, mailed="yes")
    path = got.url.path
    for _ in range(120):
        got = manager.get(path)
        if "Accounts earlier" in got.text:
            break
        assert "failed" not in got.text and "stopped" not in got.text
        time.sleep(0.5)
    assert "Accounts earlier" in got.text and "Letters are mailed on the day they are written." in got.text
    assert rows(site.practice.database, "SELECT COUNT(*) FROM account_event")[0][0] == before
    csv = manager.get(f"{path}/weeks.csv")
    assert csv.text.startswith('Week of,Letters,"Letters, version in force"')
    sheet = load_workbook(io.BytesIO(manager.get(f"{path}/weeks.xlsx").content)).active
    assert sheet is not None and sheet.max_row == 10, "a header and nine weeks"
    assert manager.get("/simulations/20260217-0000000000000000").status_code == 404


def test_too_many_days_and_a_draft_with_errors_are_not_simulated(manager: Browser) -> None:
    draft = draft_of(manager)
    assert "enter 1 to 730 days" in manager.submit(f"{draft}/simulate", days=9999).text.lower()
    manager.submit(f"{draft}/text", seen=1, draft_text="schedule: calls\n")
    assert manager.submit(f"{draft}/simulate", days=60).status_code == 422
