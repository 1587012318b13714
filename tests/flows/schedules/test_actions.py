"""Every action of a schedule has its row, and what is written is read as the same action."""

from typing import get_args

import pytest

from flows.schedules.actions import ROWS, StepKind, act_of, act_words, said
from flows.schedules.schedule import (
    Action,
    OfferArrangement,
    OpenCall,
    OpenEstate,
    OpenTask,
    Place,
    SendLetter,
    WriteOff,
)
from flows.schedules.schema import DO_WORDS, DoText
from letters.kinds import LetterKind
from models.task_kinds import TaskKind
from models.user_enums import Role

ACTS: list[tuple[Action, str]] = [
    (SendLetter(LetterKind.REMINDER_1), "Reminder 1 letter"),
    (
        SendLetter(LetterKind.FINAL_NOTICE, ("financial-assistance-summary",)),
        "Final notice with financial assistance summary",
    ),
    (OpenCall("first-call", 1, 3, 7), "Call (first call script; up to 1 attempt, 3 days apart, within 7 days)"),
    (OpenTask(TaskKind.FIND_ADDRESS, Role.CLERK), "Find address task (clerk, due in 5 days)"),
    (
        OpenTask(TaskKind.PLACEMENT_REVIEW, Role.MANAGER, 5, True),
        "Placement review task (manager, due in 5 days; later steps wait for the decision)",
    ),
    (OfferArrangement("standard"), "Payment plan offer (standard terms)"),
    (Place("primary"), "Placement with an agency (primary pool)"),
    (Place("second", True), "Placement with an agency (second pool, after recall from the first agency)"),
    (WriteOff("uncollectible"), "Write-off (uncollectible)"),
    (OpenEstate(), "Estate matter"),
]


def test_every_action_has_a_row_and_every_word_of_a_file_an_action() -> None:
    assert set(ROWS) == set(get_args(Action)) == {type(act) for act, _ in ACTS}
    assert {row.kind for row in ROWS.values()} == set(StepKind)
    assert {kind.value for kind in StepKind} == set(DO_WORDS)


@pytest.mark.parametrize(("act", "says"), ACTS)
def test_an_action_is_written_read_and_described(act: Action, says: str) -> None:
    assert act_of(DoText.model_validate(ROWS[type(act)].write(act))) == act
    assert act_words(act) == says
    assert "_" not in said(act)
