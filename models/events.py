"""What can happen to an account: past tense, one dataclass each, with a sentence for whoever reads the history."""

from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import ClassVar

from models.ids import BatchId, LetterId
from models.values import dollars


@dataclass(slots=True, kw_only=True)
class Event:
    """What every event says: on which account, and by which step of which schedule version, if by one."""

    kind: ClassVar[str] = ""

    account_id: int
    step: str | None = None
    cycle: int | None = None
    schedule_version_id: int | None = None

    def why(self) -> str:
        """The sentence for the history."""
        raise TypeError(f"{type(self).__name__} says no sentence")

    def data(self) -> dict[str, object]:
        """The event's own fields, for the history."""
        return {name: getattr(self, name) for name in _own_fields(type(self))}


@cache
def _own_fields(event: type[Event]) -> tuple[str, ...]:
    shared = {field.name for field in fields(Event)}
    return tuple(field.name for field in fields(event) if field.name not in shared)


@dataclass(slots=True, kw_only=True)
class AccountOpened(Event):
    kind: ClassVar[str] = "account_opened"
    number: str
    balance_cents: int
    entries: int
    source: str

    def why(self) -> str:
        return f"Account taken in with {self.entries} ledger entries, balance {dollars(self.balance_cents)}"


@dataclass(slots=True, kw_only=True)
class LedgerPosted(Event):
    kind: ClassVar[str] = "ledger_posted"
    entry: str
    amount_cents: int
    posted_on: date
    balance_cents: int
    source: str
    external_id: str
    reference: str | None = None

    def why(self) -> str:
        what = self.entry.replace("_", " ").capitalize()
        return f"{what} {dollars(self.amount_cents)}, balance now {dollars(self.balance_cents)}"


_NOTHING_OWED = {
    "": "Paid in full",
    "patient_payment": "Paid in full",
    "insurance_payment": "Paid in full",
    "write_off": "Nothing is owed any more: what was left was written off",
    "contractual": "Nothing is owed any more: what was left was taken off for the insurer",
    "discount": "Nothing is owed any more: what was left was taken off as a discount",
    "transfer": "Nothing is owed any more: what was left was moved to another account",
}
"""What took a balance to zero, by the kind of the ledger's entry; an event of before tells none."""


@dataclass(slots=True, kw_only=True)
class AccountSettled(Event):
    kind: ClassVar[str] = "account_settled"
    balance_cents: int
    by: str | None = None

    def why(self) -> str:
        if self.balance_cents < 0:
            return f"Nothing is owed any more; {dollars(-self.balance_cents)} is owed back"
        return _NOTHING_OWED.get(self.by or "", "Nothing is owed any more")


@dataclass(slots=True, kw_only=True)
class AccountReopened(Event):
    kind: ClassVar[str] = "account_reopened"
    balance_cents: int

    def why(self) -> str:
        return f"Owed again: balance {dollars(self.balance_cents)}"


@dataclass(slots=True, kw_only=True)
class CreditBalanceFound(Event):
    kind: ClassVar[str] = "credit_balance_found"
    balance_cents: int

    def why(self) -> str:
        return f"Credit balance: {dollars(-self.balance_cents)} is owed back"


@dataclass(slots=True, kw_only=True)
class Enrolled(Event):
    kind: ClassVar[str] = "enrolled"
    schedule: str
    version: int
    anchor_on: date

    def why(self) -> str:
        return f"Entered {self.schedule}, version {self.version}, counted from {self.anchor_on}"


@dataclass(slots=True, kw_only=True)
class Resumed(Event):
    kind: ClassVar[str] = "resumed"
    resume_at: str

    def why(self) -> str:
        return f"Taken up again at {self.resume_at}"


@dataclass(slots=True, kw_only=True)
class LetterQueued(Event):
    kind: ClassVar[str] = "letter_queued"
    letter: int
    letter_kind: str
    balance_cents: int
    days_since_first_statement: int | None
    envelope: str

    def why(self) -> str:
        since = self.days_since_first_statement
        age = "" if since is None else f"{since} days since first statement, "
        with_ = "" if self.envelope == self.letter_kind else f" in an envelope with a {self.envelope}"
        return f"{_spoken(self.letter_kind)} queued to the guarantor{with_}: {age}balance {dollars(self.balance_cents)}"


@dataclass(slots=True, kw_only=True)
class LetterRendered(Event):
    kind: ClassVar[str] = "letter_rendered"
    letter: int
    letter_kind: str
    template_digest: str
    data_digest: str
    rendered_digest: str
    total_cents: int

    def why(self) -> str:
        return f"Letter {self.letter} ({self.letter_kind}) written, total {dollars(self.total_cents)}"


@dataclass(slots=True, kw_only=True)
class LetterPrinted(Event):
    kind: ClassVar[str] = "letter_printed"
    letter: LetterId
    batch: BatchId

    def why(self) -> str:
        return f"Letter {self.letter} went to the printer in batch {self.batch}"


@dataclass(slots=True, kw_only=True)
class LetterMailed(Event):
    kind: ClassVar[str] = "letter_mailed"
    letter: LetterId
    batch: BatchId
    mailed_on: date

    def why(self) -> str:
        return f"Letter {self.letter} of batch {self.batch} was mailed on {self.mailed_on}"


@dataclass(slots=True, kw_only=True)
class LetterMailedCorrected(Event):
    kind: ClassVar[str] = "letter_mailed_corrected"
    letter: LetterId
    batch: BatchId
    was: date
    mailed_on: date
    reason: str

    def why(self) -> str:
        return (
            f"Letter {self.letter} of batch {self.batch} was mailed on {self.mailed_on}, not on {self.was}: "
            f"{self.reason}"
        )


@dataclass(slots=True, kw_only=True)
class LetterVoided(Event):
    kind: ClassVar[str] = "letter_voided"
    letter: int
    reason: str

    def why(self) -> str:
        return f"Letter {self.letter} was not sent: {self.reason}"


@dataclass(slots=True, kw_only=True)
class LetterQueuedAgain(Event):
    """A letter that came back goes once more. It is no new step: the one that it was is done."""

    kind: ClassVar[str] = "letter_queued_again"
    letter: int
    of_letter: int
    letter_kind: str
    how: str

    def why(self) -> str:
        return f"{_spoken(self.letter_kind)} goes again {self.how} as letter {self.letter}, for letter {self.of_letter}"


@dataclass(slots=True, kw_only=True)
class LetterEmailed(Event):
    kind: ClassVar[str] = "letter_emailed"
    letter: int
    message_id: str

    def why(self) -> str:
        return f"Letter {self.letter} went by e-mail"


@dataclass(slots=True, kw_only=True)
class EmailNotTaken(Event):
    """A try that failed. `again` is the instant (UTC) of the next one, empty when it is not tried again by itself."""

    kind: ClassVar[str] = "email_not_taken"
    letter: int
    attempt: int
    reason: str
    again: str | None = None

    def why(self) -> str:
        then = f"tried again after {self.again}" if self.again else "not tried again by itself"
        return f"Letter {self.letter} could not be e-mailed: {self.reason}; {then}"


@dataclass(slots=True, kw_only=True)
class TextQueued(Event):
    kind: ClassVar[str] = "text_queued"
    letter: int
    file: str

    def why(self) -> str:
        return f"A text message about letter {self.letter} is in {self.file}"


@dataclass(slots=True, kw_only=True)
class LetterHeldBack(Event):
    kind: ClassVar[str] = "letter_held_back"
    letter: int
    reason: str

    def why(self) -> str:
        return f"Letter {self.letter} waits: {self.reason}"


@dataclass(slots=True, kw_only=True)
class LetterReturned(Event):
    kind: ClassVar[str] = "letter_returned"
    letter: int
    reason: str

    def why(self) -> str:
        return f"Letter {self.letter} came back: {self.reason}"


@dataclass(slots=True, kw_only=True)
class TaskOpened(Event):
    kind: ClassVar[str] = "task_opened"
    task: int
    task_kind: str
    role: str
    reason: str
    due_on: date | None = None

    def why(self) -> str:
        by = f", by {self.due_on}" if self.due_on else ""
        return f"Task for the {self.role}: {self.task_kind.replace('_', ' ').replace('-', ' ')}{by}. {self.reason}"


@dataclass(slots=True, kw_only=True)
class TaskClosed(Event):
    kind: ClassVar[str] = "task_closed"
    task: int
    task_kind: str
    outcome: str

    def why(self) -> str:
        return f"Task {self.task} ({self.task_kind}) closed: {self.outcome}"


@dataclass(slots=True, kw_only=True)
class ReviewDecided(Event):
    """A manager decided at a gate of the schedule; `decision` is a GateState."""

    kind: ClassVar[str] = "review_decided"
    decision: str
    balance_cents: int
    reason: str | None = None

    def why(self) -> str:
        said = f": {self.reason}" if self.reason else ""
        if self.decision == "approved":
            return f"{_spoken(self.step or '')} approved at {dollars(self.balance_cents)}; the schedule goes on{said}"
        return f"{_spoken(self.step or '')}: kept with us at {dollars(self.balance_cents)}{said}"


@dataclass(slots=True, kw_only=True)
class StepSkipped(Event):
    kind: ClassVar[str] = "step_skipped"
    reason: str

    def why(self) -> str:
        return f"{_spoken(self.step or '')} skipped: {self.reason}"


@dataclass(slots=True, kw_only=True)
class StepBlocked(Event):
    kind: ClassVar[str] = "step_blocked"
    rule: str
    citation: str
    until: date | None
    cleared_by: str | None
    reason: str

    def why(self) -> str:
        cleared = f"until cleared by {self.cleared_by or 'a person'}"
        again = f"looked at again on {self.until}" if self.until else cleared
        return f"{_spoken(self.step or '')} may not happen now ({self.rule}): {self.reason}; {again}"


@dataclass(slots=True, kw_only=True)
class StepReopened(Event):
    kind: ClassVar[str] = "step_reopened"
    reason: str

    def why(self) -> str:
        return f"{_spoken(self.step or '')} will be taken again: {self.reason}"


@dataclass(slots=True, kw_only=True)
class CallMade(Event):
    kind: ClassVar[str] = "call_made"
    task: int
    disposition: str
    talked: bool
    note: str | None = None
    inbound: bool = False

    def why(self) -> str:
        said = f". {self.note}" if self.note else ""
        whose = "They called" if self.inbound else "Call"
        return f"{whose}: {self.disposition.replace('_', ' ')}{said}"


@dataclass(slots=True, kw_only=True)
class CallMoved(Event):
    """A call that was put off, or given to another collector."""

    kind: ClassVar[str] = "call_moved"
    task: int
    what: str
    reason: str

    def why(self) -> str:
        return f"The call was {self.what}: {self.reason}"


@dataclass(slots=True, kw_only=True)
class PromiseMade(Event):
    kind: ClassVar[str] = "promise_made"
    promise: int
    amount_cents: int
    due_on: date

    def why(self) -> str:
        return f"Promised {dollars(self.amount_cents)} by {self.due_on}"


@dataclass(slots=True, kw_only=True)
class PromiseJudged(Event):
    """A promise whose day and grace are over. `outcome` is kept, partly_kept or broken."""

    kind: ClassVar[str] = "promise_judged"
    promise: int
    outcome: str
    amount_cents: int
    paid_cents: int

    def why(self) -> str:
        return (
            f"Promise of {dollars(self.amount_cents)} {self.outcome.replace('_', ' ')}: {dollars(self.paid_cents)} came"
        )


@dataclass(slots=True, kw_only=True)
class HoldOpened(Event):
    kind: ClassVar[str] = "hold_opened"
    hold: int
    hold_kind: str
    scope: str
    until: date | None
    of_person: bool
    note: str | None = None

    def why(self) -> str:
        whom = "person" if self.of_person else "account"
        what = "everything" if self.scope == "all" else self.scope
        until = f"until {self.until}" if self.until else "until cleared"
        return f"Hold on the {whom}: {self.hold_kind.replace('_', ' ')}, stops {what} {until}"


@dataclass(slots=True, kw_only=True)
class HoldCleared(Event):
    kind: ClassVar[str] = "hold_cleared"
    hold: int
    hold_kind: str
    reason: str

    def why(self) -> str:
        return f"Hold cleared: {self.hold_kind.replace('_', ' ')} ({self.reason})"


@dataclass(slots=True, kw_only=True)
class DeathRecorded(Event):
    kind: ClassVar[str] = "death_recorded"
    died_on: date
    who: str
    source: str

    def why(self) -> str:
        return f"The {self.who} died on {self.died_on} ({self.source}); letters and calls stop"


@dataclass(slots=True, kw_only=True)
class PersonChanged(Event):
    """A person's facts were corrected by a file or a clerk. Only the names of the fields are kept here."""

    kind: ClassVar[str] = "person_changed"
    who: str
    changed: tuple[str, ...]
    source: str

    def why(self) -> str:
        return f"The {self.who}'s {', '.join(self.changed).replace('_', ' ')} changed ({self.source})"


@dataclass(slots=True, kw_only=True)
class PayerClassCorrected(Event):
    """Who pays for the episode by contract was another than the file said."""

    kind: ClassVar[str] = "payer_class_corrected"
    before: str
    after: str
    reason: str

    def why(self) -> str:
        return (
            f"The payer class was corrected from {self.before.replace('_', ' ')} to {self.after.replace('_', ' ')} "
            f"({self.reason})"
        )


@dataclass(slots=True, kw_only=True)
class PersonSuspected(Event):
    """The guarantor or patient may be a person whom another record is of, or that was decided. No names are kept."""

    kind: ClassVar[str] = "person_suspected"
    suspect: int
    outcome: str
    reason: str

    def why(self) -> str:
        said = {
            "open": f"The person may be the one of another record: {self.reason}",
            "same": f"Two records are one person: {self.reason}",
            "different": f"Two records are two persons: {self.reason}",
            "undone": f"Two records are two persons after all: {self.reason}",
        }
        return f"{said[self.outcome]} (no. {self.suspect})"


@dataclass(slots=True, kw_only=True)
class NoteWritten(Event):
    """Something that somebody wrote down for whoever comes next."""

    kind: ClassVar[str] = "note_written"
    text: str

    def why(self) -> str:
        return f"Note: {self.text}"


@dataclass(slots=True, kw_only=True)
class RemittanceRead(Event):
    """An insurer's decision on the claim: what it paid, and what it says the patient owes."""

    kind: ClassVar[str] = "remittance_read"
    payer: str
    claim: str
    paid_cents: int
    patient_cents: int
    denied: bool
    codes: tuple[str, ...]

    def why(self) -> str:
        codes = ", ".join(self.codes) or "no code"
        if self.denied and not self.paid_cents:
            return f"{self.payer} denied the claim ({codes})"
        if self.paid_cents < 0:
            return f"{self.payer} took back {dollars(-self.paid_cents)} ({codes})"
        leaves = f"leaves {dollars(self.patient_cents)} to the patient"
        if self.denied:
            return f"{self.payer} paid {dollars(self.paid_cents)}, {leaves} and refuses the rest ({codes})"
        return f"{self.payer} paid {dollars(self.paid_cents)} and {leaves}"


@dataclass(slots=True, kw_only=True)
class WrittenOff(Event):
    kind: ClassVar[str] = "written_off"
    reason: str
    amount_cents: int

    def why(self) -> str:
        return f"Written off {dollars(self.amount_cents)}: {self.reason.replace('_', ' ').replace('-', ' ')}"


@dataclass(slots=True, kw_only=True)
class ScheduleFinished(Event):
    kind: ClassVar[str] = "schedule_finished"
    reason: str

    def why(self) -> str:
        return f"Left the schedule: {self.reason}"


@dataclass(slots=True, kw_only=True)
class SetAside(Event):
    """The engine could not go on with this account. The reason names the failure, never a person."""

    kind: ClassVar[str] = "set_aside"
    reason: str

    def why(self) -> str:
        return f"Set aside for a person to look at: {self.reason}"


@dataclass(slots=True, kw_only=True)
class BroughtBack(Event):
    kind: ClassVar[str] = "brought_back"

    def why(self) -> str:
        return "Brought back into its schedule after it was set aside"


def _spoken(name: str) -> str:
    """`reminder-2` as it is read aloud; `on.promise_broken#12` is what follows when a promise is broken."""
    plain = name.removeprefix("on.").partition("#")[0]
    return plain.replace("-", " ").replace("_", " ").capitalize()
