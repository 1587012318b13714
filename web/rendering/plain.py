"""What is stored tersely, in the words of whoever works with it: letters, files, steps of a schedule."""

import re
from collections.abc import Mapping

from models.enums import IntakeKind, LetterState

LETTER_STATES: Mapping[LetterState, str] = {
    LetterState.QUEUED: "to be written",
    LetterState.RENDERED: "written",
    LetterState.BATCHED: "in a print run",
    LetterState.MAILED: "mailed",
    LetterState.SENDING: "on its way by e-mail",
    LetterState.UNSURE: "perhaps e-mailed, nobody knows",
    LetterState.EMAILED: "e-mailed",
    LetterState.VOIDED: "taken back",
    LetterState.RETURNED: "returned",
}

FILE_KINDS: Mapping[IntakeKind, str] = {
    IntakeKind.BOOK: "book",
    IntakeKind.MAPPED: "a practice system's export, by a mapping",
    IntakeKind.SYNTHEA: "Synthea sample data",
    IntakeKind.REMITTANCE: "remittance (835)",
    IntakeKind.PAYMENTS: "payments",
    IntakeKind.DEATHS: "deaths",
}

AFTER: Mapping[str, str] = {
    "promise_broken": "after the broken promise",
    "arrangement_broken": "after the broken arrangement",
    "mail_returned": "after the returned mail",
    "death_reported": "after the report of a death",
    "paid_in_full": "after the payment in full",
    "new_charge": "after the new charge",
}
"""What a schedule does `on` a happening, which is no step of its list."""

_STEP = re.compile(r"\b[Ss]tep ((?:on\.)?[a-z][\w-]*(?:#\d+)?) of the schedule")


def letter_state(state: str) -> str:
    """Where a letter stands, as a mail room says it."""
    return LETTER_STATES[LetterState(state)]


def file_kind(kind: str) -> str:
    """What a file or a payment's source is; one that is no file of ours as it is."""
    return FILE_KINDS[IntakeKind(kind)] if kind in {one.value for one in IntakeKind} else words(kind)


def step_name(step: str) -> str:
    """A step of a schedule: `reminder-2` as `reminder 2`, `on.promise_broken#12` as what it comes after."""
    plain = step.removeprefix("on.").partition("#")[0]
    return AFTER.get(plain, f"after {words(plain)}") if step.startswith("on.") else words(plain)


def steps_told(text: str) -> str:
    """A sentence with the steps that it names as they are read."""
    return _STEP.sub(_told, text)


def _told(found: re.Match[str]) -> str:
    said = step_name(found[1])
    said = said if found[1].startswith("on.") else f"step {said} of the schedule"
    return said[:1].upper() + said[1:] if found[0][0] == "S" else said


def words(value: object) -> str:
    """A word of a closed list as it is read: ``insurance pending``."""
    return str(value).replace("_", " ").replace("-", " ")
