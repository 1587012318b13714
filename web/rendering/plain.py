"""What is stored tersely, in the words of whoever works with it: letters, files, steps of a schedule."""

import re
from collections.abc import Mapping

from models.enums import IntakeKind
from models.labels import label_of, letter_label, task_label

AFTER: Mapping[str, str] = {
    "promise_broken": "after broken promise",
    "arrangement_broken": "after payment plan default",
    "mail_returned": "after returned mail",
    "death_reported": "after report of death",
    "paid_in_full": "after payment in full",
    "new_charge": "after new charge",
}
"""What a schedule does `on` a happening, which is no step of its list."""

FILES = frozenset(one.value for one in IntakeKind)

_TASK = re.compile(r"task (\S+) for the (.+)")
_STEP = re.compile(r"\b[Ss]tep ((?:on\.)?[a-z][\w-]*(?:#\d+)?) of the schedule")


def file_kind(kind: str) -> str:
    """The source of a file or a payment in a sentence: ``payment file``; one that is no import as it is."""
    if kind not in FILES:
        return words(kind)
    label = label_of(IntakeKind, kind)
    return label if label.startswith("Synthea") else label[:1].lower() + label[1:]


def step_name(step: str) -> str:
    """A step of a schedule: `reminder-2` as `reminder 2`, `on.promise_broken#12` as what it comes after."""
    plain = step.removeprefix("on.").partition("#")[0]
    return AFTER.get(plain, f"after {words(plain)}") if step.startswith("on.") else words(plain)


def act(do: str) -> str:
    """What a step does, from the words of the forecast: ``Reminder 2 letter`` of ``letter reminder-2``."""
    if found := _TASK.fullmatch(do):
        return f"{task_label(found[1])} ({found[2]})"
    what, _, name = do.partition(" ")
    said = letter_label(name) if what == "letter" else do[:1].upper() + do[1:]
    return f"{said} letter" if what == "letter" and not said.endswith("letter") else said


def steps_told(text: str) -> str:
    """A sentence with the steps that it names as they are read."""
    return _STEP.sub(_told, text)


def _told(found: re.Match[str]) -> str:
    said = step_name(found[1])
    return said[:1].upper() + said[1:] if found[0][0] == "S" else said


def words(value: object) -> str:
    """A word of a closed list as it is read: ``insurance pending``."""
    return str(value).replace("_", " ").replace("-", " ")
