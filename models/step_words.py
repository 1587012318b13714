"""Schedule steps and dates inside stored sentences, in the words that people read."""

import re
from collections.abc import Mapping
from datetime import date

from models.labels import letter_label, task_label, words
from models.values import day_text

AFTER: Mapping[str, str] = {
    "promise_broken": "after broken promise",
    "arrangement_broken": "after payment plan default",
    "mail_returned": "after returned mail",
    "death_reported": "after report of death",
    "paid_in_full": "after payment in full",
    "new_charge": "after new charge",
}
"""Triggers under a schedule's `on`, which are not steps of its list."""

_TASK = re.compile(r"task (\S+) for the (.+)")
_CALL = re.compile(r"call \((\S+)\)")
_STEP = re.compile(r"\b[Ss]tep ((?:on\.)?[a-z][\w-]*(?:#\d+)?) of the schedule")
_ISO = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")


def step_name(step: str) -> str:
    """A step of a schedule: `reminder-2` as `reminder 2`, `on.promise_broken#12` as the event that it follows."""
    plain = step.removeprefix("on.").partition("#")[0]
    return AFTER.get(plain, f"after {words(plain)}") if step.startswith("on.") else words(plain)


def act(do: str) -> str:
    """What a step does, from the words of the forecast: ``Reminder 2 letter`` from ``letter reminder-2``."""
    if found := _TASK.fullmatch(do):
        return f"{task_label(found[1])} ({found[2]})"
    if found := _CALL.fullmatch(do):
        return f"Call ({words(found[1])})"
    what, _, name = do.partition(" ")
    said = letter_label(name) if what == "letter" else do[:1].upper() + do[1:]
    return f"{said} letter" if what == "letter" and not said.endswith("letter") else said


def steps_told(text: str) -> str:
    """A sentence with its steps in the words that people read."""
    return _STEP.sub(_told, text)


def _told(found: re.Match[str]) -> str:
    said = step_name(found[1])
    return said[:1].upper() + said[1:] if found[0][0] == "S" else said


def dated(text: str | None) -> str:
    """A sentence with its days and steps as people read them. Histories and reasons store days as 2026-03-04."""
    return _ISO.sub(lambda found: _if_day(found[0]), steps_told(text or ""))


def _if_day(text: str) -> str:
    try:
        return day_text(date.fromisoformat(text))
    except ValueError:
        return text
