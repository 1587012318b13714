"""What can happen to an account: past tense, one dataclass each, with its sentence for the history."""

from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import ClassVar

from models.enums import HoldKind, HoldScope, LedgerKind, MayHear, PayerClass, Proof
from models.labels import field_words, label_of, outcome_label, role_words, task_label, words
from models.step_words import step_name
from models.values import counted, dollars


@dataclass(slots=True, kw_only=True)
class Event:
    """What every event states: on which account, and by which step of which schedule version, if any."""

    kind: ClassVar[str] = ""

    account_id: int
    step: str | None = None
    cycle: int | None = None
    schedule_version_id: int | None = None

    def why(self) -> str:
        """The sentence for the history."""
        raise TypeError(f"{type(self).__name__} has no sentence")

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
        entries = counted(self.entries, "ledger entry", "ledger entries")
        return f"Account imported with {entries}, balance {dollars(self.balance_cents)}"


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
        what = label_of(LedgerKind, self.entry)
        return f"{what} {dollars(self.amount_cents)}, balance {dollars(self.balance_cents)}"


_NOTHING_OWED = {
    "": "Paid in full",
    "patient_payment": "Paid in full",
    "insurance_payment": "Paid in full",
    "write_off": "Balance is zero: the rest was written off",
    "contractual": "Balance is zero: the rest was a contractual adjustment",
    "discount": "Balance is zero: the rest was discounted",
    "transfer": "Balance is zero: the rest was transferred to another account",
}
"""What brought a balance to zero, by the kind of the ledger entry. An older event does not name it."""


@dataclass(slots=True, kw_only=True)
class AccountSettled(Event):
    kind: ClassVar[str] = "account_settled"
    balance_cents: int
    by: str | None = None

    def why(self) -> str:
        if self.balance_cents < 0:
            return f"Nothing owed; credit balance of {dollars(-self.balance_cents)}"
        return _NOTHING_OWED.get(self.by or "", "Balance is zero")


@dataclass(slots=True, kw_only=True)
class AccountReopened(Event):
    kind: ClassVar[str] = "account_reopened"
    balance_cents: int

    def why(self) -> str:
        return f"Account reopened, balance {dollars(self.balance_cents)}"


@dataclass(slots=True, kw_only=True)
class CreditBalanceFound(Event):
    kind: ClassVar[str] = "credit_balance_found"
    balance_cents: int

    def why(self) -> str:
        return f"Credit balance of {dollars(-self.balance_cents)}"


@dataclass(slots=True, kw_only=True)
class Enrolled(Event):
    kind: ClassVar[str] = "enrolled"
    schedule: str
    version: int
    anchor_on: date

    def why(self) -> str:
        return f"Enrolled in schedule {self.schedule}, version {self.version}; day 0 is {self.anchor_on}"


@dataclass(slots=True, kw_only=True)
class Resumed(Event):
    kind: ClassVar[str] = "resumed"
    resume_at: str

    def why(self) -> str:
        return f"Schedule resumed at step: {step_name(self.resume_at)}"


@dataclass(slots=True, kw_only=True)
class TaskOpened(Event):
    kind: ClassVar[str] = "task_opened"
    task: int
    task_kind: str
    role: str
    reason: str
    due_on: date | None = None

    def why(self) -> str:
        due = f", due {self.due_on}" if self.due_on else ""
        whose = role_words(self.role)
        why = "" if self.reason == f"Step {self.step} of the schedule" else f". {self.reason}"
        return f"Task opened for the {whose}: {task_label(self.task_kind)}{due}{why}"


@dataclass(slots=True, kw_only=True)
class TaskClosed(Event):
    kind: ClassVar[str] = "task_closed"
    task: int
    task_kind: str
    outcome: str

    def why(self) -> str:
        return f"Task {self.task} ({task_label(self.task_kind)}) closed: {outcome_label(self.task_kind, self.outcome)}"


@dataclass(slots=True, kw_only=True)
class TaskAssigned(Event):
    """A task got an owner, or none any more."""

    kind: ClassVar[str] = "task_assigned"
    task: int
    task_kind: str
    to: str | None

    def why(self) -> str:
        return f"Task {self.task} ({task_label(self.task_kind)}) " + (
            f"assigned to {self.to}" if self.to else "unassigned"
        )


@dataclass(slots=True, kw_only=True)
class TaskSnoozed(Event):
    kind: ClassVar[str] = "task_snoozed"
    task: int
    task_kind: str
    until: date
    reason: str

    def why(self) -> str:
        return f"Task {self.task} ({task_label(self.task_kind)}) waits until {self.until}: {self.reason}"


@dataclass(slots=True, kw_only=True)
class ReviewDecided(Event):
    """A manager's decision at a gate of the schedule; `decision` is a GateState. `until_on`: a kept account is reviewed
    again on this day. `pool`: an approved account is placed in this pool instead of the schedule's."""

    kind: ClassVar[str] = "review_decided"
    decision: str
    balance_cents: int
    reason: str | None = None
    until_on: date | None = None
    pool: str | None = None

    def why(self) -> str:
        said = f": {self.reason}" if self.reason else ""
        at = dollars(self.balance_cents)
        if self.decision == "approved":
            pool = f" with placement in pool {words(self.pool)}" if self.pool else ""
            return f"{_step(self.step)} approved at {at}; the schedule continues{pool}{said}"
        if self.decision == "written_off":
            return f"{_step(self.step)} decided at {at}; the balance is written off{said}"
        until = f" until {self.until_on}" if self.until_on else ""
        return f"{_step(self.step)} declined at {at}; the account stays in house{until}{said}"


@dataclass(slots=True, kw_only=True)
class StepSkipped(Event):
    kind: ClassVar[str] = "step_skipped"
    reason: str

    def why(self) -> str:
        return f"{_step(self.step)} skipped: {self.reason}"


@dataclass(slots=True, kw_only=True)
class StepBlocked(Event):
    kind: ClassVar[str] = "step_blocked"
    rule: str
    citation: str
    until: date | None
    cleared_by: str | None
    reason: str

    def why(self) -> str:
        return blocked(_step(self.step), self.rule, self.reason, self.until, self.cleared_by)


@dataclass(slots=True, kw_only=True)
class StepReopened(Event):
    kind: ClassVar[str] = "step_reopened"
    reason: str

    def why(self) -> str:
        return f"{_step(self.step)} reopened: {self.reason}"


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
        until = f"until {self.until}" if self.until else "until released"
        kind, stopped = label_of(HoldKind, self.hold_kind), label_of(HoldScope, self.scope)
        return f"{kind}: hold on the {whom}, stops {stopped} {until}"


@dataclass(slots=True, kw_only=True)
class HoldCleared(Event):
    kind: ClassVar[str] = "hold_cleared"
    hold: int
    hold_kind: str
    reason: str

    def why(self) -> str:
        return f"{label_of(HoldKind, self.hold_kind)}: hold released ({self.reason})"


@dataclass(slots=True, kw_only=True)
class DeathRecorded(Event):
    kind: ClassVar[str] = "death_recorded"
    died_on: date
    who: str
    source: str

    def why(self) -> str:
        return f"Death of the {self.who} on {self.died_on} recorded ({self.source}); letters and calls stopped"


@dataclass(slots=True, kw_only=True)
class PersonChanged(Event):
    """A person's data was corrected by a file or a clerk. Only the names of the fields are stored here."""

    kind: ClassVar[str] = "person_changed"
    who: str
    changed: tuple[str, ...]
    source: str

    def why(self) -> str:
        return f"The {self.who}'s {field_words(self.changed)} changed ({self.source})"


@dataclass(slots=True, kw_only=True)
class PayerClassCorrected(Event):
    """The payer of the episode by contract is not the one in the file."""

    kind: ClassVar[str] = "payer_class_corrected"
    before: str
    after: str
    reason: str

    def why(self) -> str:
        return (
            f"Payer class corrected from {label_of(PayerClass, self.before)} to {label_of(PayerClass, self.after)} "
            f"({self.reason})"
        )


@dataclass(slots=True, kw_only=True)
class PersonSuspected(Event):
    """The guarantor or patient may be the same person as another record, or that was decided. No names are stored."""

    kind: ClassVar[str] = "person_suspected"
    suspect: int
    outcome: str
    reason: str

    def why(self) -> str:
        said = {
            "open": f"Possible duplicate of another record: {self.reason}",
            "same": f"Two records joined as one person: {self.reason}",
            "different": f"Two records confirmed as different people: {self.reason}",
            "undone": f"Two joined records separated as different people: {self.reason}",
        }
        return f"{said[self.outcome]} (no. {self.suspect})"


@dataclass(slots=True, kw_only=True)
class PartyAuthorized(Event):
    """Someone else may hear about the account. The name is not in the history."""

    kind: ClassVar[str] = "party_authorized"
    party: int
    relation: str
    proof: str
    may_hear: str

    def why(self) -> str:
        proof, hears = label_of(Proof, self.proof), label_of(MayHear, self.may_hear)
        return f"Authorized party added: {self.relation} ({proof}); may hear: {hears.lower()}"


@dataclass(slots=True, kw_only=True)
class PartyEnded(Event):
    kind: ClassVar[str] = "party_ended"
    party: int
    relation: str
    reason: str

    def why(self) -> str:
        return f"Authorization of {self.relation} ended: {self.reason}"


@dataclass(slots=True, kw_only=True)
class NoteWritten(Event):
    """A note for the next person who works the account."""

    kind: ClassVar[str] = "note_written"
    text: str

    def why(self) -> str:
        return f"Note: {self.text}"


@dataclass(slots=True, kw_only=True)
class RemittanceRead(Event):
    """An insurer's decision on the claim: its payment, and the amount that it assigns to the patient."""

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
            return f"{self.payer} recouped {dollars(-self.paid_cents)} ({codes})"
        leaves = f"left {dollars(self.patient_cents)} as patient responsibility"
        if self.denied:
            return f"{self.payer} paid {dollars(self.paid_cents)}, {leaves}, and denied the rest ({codes})"
        return f"{self.payer} paid {dollars(self.paid_cents)} and {leaves}"


@dataclass(slots=True, kw_only=True)
class WrittenOff(Event):
    kind: ClassVar[str] = "written_off"
    reason: str
    amount_cents: int

    def why(self) -> str:
        return f"Written off {dollars(self.amount_cents)}: {self.reason.replace('_', ' ').replace('-', ' ')}"


@dataclass(slots=True, kw_only=True)
class ScheduleChanged(Event):
    """The account moved to another schedule, or to another version of its own. `reached`: the last completed step."""

    kind: ClassVar[str] = "schedule_changed"
    from_schedule: str
    from_version: int
    to_schedule: str
    to_version: int
    reached: str | None
    reason: str

    def why(self) -> str:
        other = self.from_schedule != self.to_schedule
        to = f"{self.to_schedule} version {self.to_version}" if other else f"version {self.to_version}"
        step = "no step completed yet" if self.reached is None else f"completed through {step_name(self.reached)}"
        return f"Moved from {self.from_schedule} version {self.from_version} to {to}; {step}: {self.reason}"


@dataclass(slots=True, kw_only=True)
class ExperimentJoined(Event):
    """The account entered an arm of an experiment, by the chance of its guarantor."""

    kind: ClassVar[str] = "experiment_joined"
    experiment: str
    version: int
    holdout: bool

    def why(self) -> str:
        arm = "the holdout" if self.holdout else f"version {self.version}"
        return f"Part of the experiment {self.experiment}: {arm}"


@dataclass(slots=True, kw_only=True)
class ScheduleFinished(Event):
    kind: ClassVar[str] = "schedule_finished"
    reason: str

    def why(self) -> str:
        return f"Schedule ended: {self.reason}"


@dataclass(slots=True, kw_only=True)
class SetAside(Event):
    """The engine could not process this account. The reason names the failure, never a person."""

    kind: ClassVar[str] = "set_aside"
    reason: str

    def why(self) -> str:
        return f"Exception: the account needs review ({self.reason})"


@dataclass(slots=True, kw_only=True)
class BroughtBack(Event):
    kind: ClassVar[str] = "brought_back"

    def why(self) -> str:
        return "Exception resolved: the account is back in its schedule"


def blocked(what: str, rule: str, reason: str, until: date | None, cleared_by: str | None) -> str:
    """That a rule blocks something. A rule with a colon is the product's own gate, which has no name to look up."""
    released = f"until released by {cleared_by}" if cleared_by else "until released"
    when = f", next review {until}" if until else f" {released}"
    named = "" if ":" in rule else f" (rule {rule})"
    return f"{what} blocked{when}: {reason}{named}"


def _step(name: str | None) -> str:
    """A schedule's step at the start of a sentence: `reminder-2` as `Step reminder 2`."""
    return f"Step {step_name(name)}" if name else "Step"
