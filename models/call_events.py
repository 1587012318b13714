"""What can happen to calls and promises to pay: past tense, one sentence each for the history."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from models.enums import PromiseState
from models.events import Event
from models.labels import label_of, result_label
from models.values import dollars


@dataclass(slots=True, kw_only=True)
class CallMade(Event):
    kind: ClassVar[str] = "call_made"
    task: int
    disposition: str
    talked: bool
    note: str | None = None
    inbound: bool = False
    verified: str | None = None

    def why(self) -> str:
        said = f". {self.note}" if self.note else ""
        whose = "Inbound call" if self.inbound else "Call"
        return f"{whose}: {result_label(self.disposition)}{said}"


@dataclass(slots=True, kw_only=True)
class CallUndone(Event):
    """A call result that was recorded by mistake: what followed from it is taken back. `reason` if it was corrected
    later."""

    kind: ClassVar[str] = "call_undone"
    task: int
    disposition: str
    reason: str | None = None

    def why(self) -> str:
        return f"Call result undone: {result_label(self.disposition)}" + (f" ({self.reason})" if self.reason else "")


@dataclass(slots=True, kw_only=True)
class CallMoved(Event):
    """A call that was postponed, or assigned to another collector."""

    kind: ClassVar[str] = "call_moved"
    task: int
    what: str
    reason: str

    def why(self) -> str:
        return f"Call {self.what}: {self.reason}"


@dataclass(slots=True, kw_only=True)
class PromiseMade(Event):
    kind: ClassVar[str] = "promise_made"
    promise: int
    amount_cents: int
    due_on: date

    def why(self) -> str:
        return f"Promise to pay {dollars(self.amount_cents)} by {self.due_on}"


@dataclass(slots=True, kw_only=True)
class PromiseJudged(Event):
    """A promise whose due date and grace period are over. `outcome` is kept, partly_kept or broken."""

    kind: ClassVar[str] = "promise_judged"
    promise: int
    outcome: str
    amount_cents: int
    paid_cents: int

    def why(self) -> str:
        outcome = label_of(PromiseState, self.outcome)
        return f"Promise to pay {dollars(self.amount_cents)} {outcome}: {dollars(self.paid_cents)} received"
