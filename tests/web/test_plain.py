"""Words of the practice in place of those of the book: letters, files, steps."""

import re

import pytest

from models.enums import IntakeKind, LetterState
from models.user_enums import Role
from tests.small_book import account_of, rows
from tests.web.site import DAY, Site
from web.rendering.plain import file_kind, letter_state, step_name
from web.rendering.templates import dated


def test_letters_and_files_of_each_kind_have_words_of_their_own() -> None:
    assert {letter_state(state) for state in LetterState}.isdisjoint({"rendered", "batched", "sending", "unsure"})
    assert (letter_state("rendered"), letter_state("batched")) == ("ready to send", "in print batch")
    assert letter_state("unsure") == "e-mail delivery unknown"
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
        ("Step first-call of the schedule", "Step first call of the schedule"),
        ("the first step of the schedule", "the first step of the schedule"),
    ],
)
def test_a_step_in_a_sentence_is_told_in_words(kept: str, read: str) -> None:
    assert dated(kept) == read


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
    assert re.search(r"Itemised statement, queued", clerk.get(f"/people/{cleo.guarantor_id}").text)
    assert '<option value="835">Remittance (835)</option>' in clerk.get("/files").text
