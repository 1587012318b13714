"""A role has one name: the word that users are stored by, and the label that people and work have for it."""

from typing import get_args

import pytest

from flows.calls.dispositions import DISPOSITIONS
from flows.schedules.schema import TaskText
from models.user_enums import Role, label_of_role, role_named


@pytest.mark.parametrize("role", list(Role))
def test_the_label_of_a_role_names_it(role: Role) -> None:
    assert role_named(role.label) is role
    assert label_of_role(role) == role.label
    assert "_" not in role.label


def test_a_role_that_only_a_practice_has_keeps_its_word() -> None:
    assert label_of_role(role_named("night nurse")) == "night nurse"


def test_a_schedule_gives_work_to_whoever_signs_in_to_do_it() -> None:
    words = set(get_args(TaskText.model_fields["role"].annotation))
    assert words == {role.label for role in Role} - {Role.AUDITOR.label, Role.ADMIN.label}


def test_the_shipped_endings_of_calls_give_work_to_known_roles() -> None:
    assert all(isinstance(one.task.role, Role) for one in DISPOSITIONS.values() if one.task is not None)
