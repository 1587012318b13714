"""What is stored tersely, in the words of whoever works with it: letters, files, steps of a schedule."""

import re
from collections.abc import Mapping

from models.enums import IntakeKind, LetterState

LETTER_STATES: Mapping[LetterState, str] = {
    LetterState.QUEUED: "queued",
    LetterState.RENDERED: "ready to send",
    LetterState.BATCHED: "in print batch",
    LetterState.MAILED: "mailed",
    LetterState.SENDING: "e-mail sending",
    LetterState.UNSURE: "e-mail delivery unknown",
    LetterState.EMAILED: "e-mailed",
    LetterState.VOIDED: "voided",
    LetterState.RETURNED: "returned",
}

FILE_KINDS: Mapping[IntakeKind, str] = {
    IntakeKind.BOOK: "account placement file",
    IntakeKind.MAPPED: "practice system export (mapped)",
    IntakeKind.SYNTHEA: "Synthea sample data",
    IntakeKind.REMITTANCE: "remittance (835)",
    IntakeKind.PAYMENTS: "payment file",
    IntakeKind.DEATHS: "deceased file",
}

AFTER: Mapping[str, str] = {
    "promise_broken": "after broken promise",
    "arrangement_broken": "after payment plan default",
    "mail_returned": "after returned mail",
    "death_reported": "after report of death",
    "paid_in_full": "after payment in full",
    "new_charge": "after new charge",
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
