"""What people read for a stored word stands in one place, for every word of every closed list."""

import re
from enum import StrEnum

import pytest

from flows.calls.dispositions import DISPOSITIONS
from flows.conversations.commands import UNDONE
from letters.kinds import LetterKind
from models import enums, estate_enums, task_kinds, user_enums
from models.enums import HoldKind, NoticeKind, PayerClass, StepOutcome
from models.estate_enums import Stopped
from models.labels import CALL_RESULTS, LETTER_KINDS, TABLES, label, label_of, task_label
from models.task_kinds import TaskKind

NEVER_SHOWN = {
    enums.AgencyFileKind,
    enums.AgencyFileState,
    enums.Channel,
    enums.FactName,
    enums.RemitKind,
    StepOutcome,
    Stopped,
}
"""Closed lists whose words stand in files and settings as they are, or are never read by people."""


def closed_lists() -> list[type[StrEnum]]:
    return [
        one
        for module in (enums, estate_enums, task_kinds, user_enums)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
    ]


def test_every_closed_list_that_people_read_has_its_labels() -> None:
    assert set(closed_lists()) == set(TABLES) | NEVER_SHOWN


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
def test_every_word_of_a_list_has_a_label_in_words(kind: type[StrEnum]) -> None:
    table = TABLES[kind]
    assert set(table) == set(kind), "the table has the words of the list, and no other"
    for words in table.values():
        assert words and "_" not in words and words == words.strip(), words


def test_no_two_words_of_a_list_are_read_alike() -> None:
    alike = [kind.__name__ for kind, table in TABLES.items() if len(set(table.values())) < len(table)]
    assert not alike


def test_every_letter_and_every_shipped_call_result_has_its_label() -> None:
    assert set(LETTER_KINDS) == {kind.value for kind in LetterKind}
    assert set(CALL_RESULTS) == {*DISPOSITIONS, UNDONE}


def test_acronyms_are_in_capitals() -> None:
    assert [label(one) for one in (PayerClass.QMB, PayerClass.TRICARE, PayerClass.VA)] == ["QMB", "TRICARE", "VA"]
    assert not re.search(r"\b(Qmb|Tricare|Va|Qmbs)\b", " ".join(TABLES[PayerClass].values()))


def test_a_word_of_two_lists_is_read_as_the_list_says() -> None:
    assert label(HoldKind.CEASE) == "Do not contact"
    assert label_of(NoticeKind, "suspend") == "Suspend"


def test_a_task_of_a_practices_own_is_read_as_it_is_written() -> None:
    assert task_label("check-the-chart") == "Check the chart"
    assert task_label("missing-plan-offer") == "Missing information: plan offer"
    assert task_label(TaskKind.LOOK_FOR_PAYMENT) == "Find payment"
