"""Words of the practice in place of those of the book: letters, files, steps."""

import re

import pytest

from models.enums import IntakeKind, LetterState
from models.labels import label
from models.step_words import act, dated, step_name
from models.user_enums import Role
from tests.small_book import account_of, rows
from tests.web.site import DAY, Site
from web.rendering.plain import file_kind


def test_letters_and_files_of_each_kind_have_words_of_their_own() -> None:
    assert {label(state) for state in LetterState}.isdisjoint({"rendered", "batched", "sending", "unsure"})
    assert len({file_kind(kind) for kind in IntakeKind}) == len(IntakeKind)
    assert (file_kind("835"), file_kind("synthea")) == ("remittance (835)", "Synthea sample data")


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("Step on.promise_broken#121 of the schedule", "After broken promise"),
        (
            "Task opened for the collector: Step on.new_charge#3 of the schedule, 2026-03-04",
            "Task opened for the collector: After new charge, Mar 4, 2026",
        ),
        ("Step first-call of the schedule", "First call"),
        ("the first step of the schedule", "the first step of the schedule"),
    ],
)
def test_a_step_in_a_sentence_is_told_in_words(kept: str, read: str) -> None:
    assert dated(kept) == read


@pytest.mark.parametrize(
    ("do", "read"),
    [
        ("letter reminder-2", "Reminder 2 letter"),
        ("letter promise-broken", "Broken promise letter"),
        ("task placement-review for the manager", "Placement review (manager)"),
        ("call (first-call)", "Call (first call)"),
        ("write-off (small-balance)", "Write-off (small-balance)"),
    ],
)
def test_what_a_step_will_do_is_said_in_words(do: str, read: str) -> None:
    assert act(do) == read


def test_a_step_is_named_as_it_is_said() -> None:
    assert (step_name("reminder-2"), step_name("on.mail_returned#7")) == ("reminder 2", "after returned mail")


def test_pages_say_it_so(site: Site) -> None:
    with site.practice.database.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.exec_driver_sql("UPDATE task SET reason = 'Step on.promise_broken#121 of the schedule'")
    cleo, clerk, grace = account_of(site.practice.database, "Cleo-1"), site.as_(Role.CLERK), site.as_(Role.MANAGER)
    clerk.submit(f"/people/{cleo.guarantor_id}/letter", account=cleo.id, kind="itemised-statement")
    mine = "SELECT id FROM task WHERE kind = 'call' AND guarantor_id = :p"
    task = rows(site.practice.database, mine, p=cleo.guarantor_id)[0].id
    pages = ("/calls?whose=all", f"/calls/{task}", f"/people/{cleo.guarantor_id}")
    for path in pages:
        text = grace.get(path).text
        assert "After broken promise" in text, path
        assert "on.promise_broken" not in text, path
    assert re.search(r"Itemized statement, queued", clerk.get(f"/people/{cleo.guarantor_id}").text)
    assert '<option value="835">Remittance (835)</option>' in clerk.get("/files").text
