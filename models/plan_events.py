"""What can happen to payment plans, settlements and refunds: past tense, one sentence each for the history."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from models.enums import ArrangementState, RefundState, SettlementState
from models.events import Event
from models.labels import label_of
from models.values import dollars


@dataclass(slots=True, kw_only=True)
class PlanOffered(Event):
    kind: ClassVar[str] = "plan_offered"
    total_cents: int
    how: str

    def why(self) -> str:
        return f"Payment plan for {dollars(self.total_cents)} offered ({self.how})"


@dataclass(slots=True, kw_only=True)
class ArrangementMade(Event):
    kind: ClassVar[str] = "arrangement_made"
    arrangement: int
    total_cents: int
    amount_cents: int
    payments: int
    first_on: date
    said: str
    large: bool
    autopay: bool

    def why(self) -> str:
        large = "; more than four installments: Truth in Lending disclosure required" if self.large else ""
        return f"Payment plan {self.arrangement} set up for {dollars(self.total_cents)}: {self.said}{large}"


@dataclass(slots=True, kw_only=True)
class InstalmentPaid(Event):
    kind: ClassVar[str] = "instalment_paid"
    arrangement: int
    number: int
    due_on: date
    amount_cents: int

    def why(self) -> str:
        what = f"Payment {self.number}" if self.number else "The down payment"
        return f"{what} of payment plan {self.arrangement} paid: {dollars(self.amount_cents)} due {self.due_on}"


@dataclass(slots=True, kw_only=True)
class InstalmentMissed(Event):
    kind: ClassVar[str] = "instalment_missed"
    arrangement: int
    number: int
    due_on: date
    open_cents: int

    def why(self) -> str:
        what = f"Payment {self.number}" if self.number else "The down payment"
        return f"{what} of payment plan {self.arrangement} missed: {dollars(self.open_cents)} unpaid, due {self.due_on}"


@dataclass(slots=True, kw_only=True)
class InstalmentReopened(Event):
    kind: ClassVar[str] = "instalment_reopened"
    arrangement: int
    number: int
    due_on: date
    open_cents: int

    def why(self) -> str:
        return (
            f"Payment {self.number} of payment plan {self.arrangement}, due {self.due_on}, reopened: a payment was "
            f"reversed, {dollars(self.open_cents)} unpaid"
        )


@dataclass(slots=True, kw_only=True)
class InstalmentChanged(Event):
    kind: ClassVar[str] = "instalment_changed"
    arrangement: int
    number: int
    what: str
    reason: str

    def why(self) -> str:
        return f"Payment {self.number} of payment plan {self.arrangement} {self.what}: {self.reason}"


@dataclass(slots=True, kw_only=True)
class ArrangementReduced(Event):
    kind: ClassVar[str] = "arrangement_reduced"
    arrangement: int
    by_cents: int

    def why(self) -> str:
        less = f"Payment plan {self.arrangement} reduced by {dollars(self.by_cents)}"
        return f"{less}: the balance fell by other than plan payments"


@dataclass(slots=True, kw_only=True)
class PlanNoticed(Event):
    kind: ClassVar[str] = "plan_noticed"
    arrangement: int
    missed_cents: int
    cure_by: date
    citation: str

    def why(self) -> str:
        return (
            f"Payment plan {self.arrangement} is past due by {dollars(self.missed_cents)}; it stays active if that is "
            f"paid by {self.cure_by} ({self.citation})"
        )


@dataclass(slots=True, kw_only=True)
class ArrangementEnded(Event):
    kind: ClassVar[str] = "arrangement_ended"
    arrangement: int
    outcome: str
    reason: str

    def why(self) -> str:
        return f"Payment plan {self.arrangement} {label_of(ArrangementState, self.outcome).lower()}: {self.reason}"


@dataclass(slots=True, kw_only=True)
class ArrangementTakenUp(Event):
    kind: ClassVar[str] = "arrangement_taken_up"
    arrangement: int

    def why(self) -> str:
        return f"Payment plan {self.arrangement} reinstated: the missed amount was paid"


@dataclass(slots=True, kw_only=True)
class SettlementChanged(Event):
    kind: ClassVar[str] = "settlement_changed"
    settlement: int
    state: str
    owed_cents: int
    amount_cents: int
    expires_on: date
    reason: str | None = None

    def why(self) -> str:
        what = f"{dollars(self.amount_cents)} instead of {dollars(self.owed_cents)} by {self.expires_on}"
        state = label_of(SettlementState, self.state).lower()
        return f"Settlement {self.settlement} {state}: {what}" + (f" ({self.reason})" if self.reason else "")


@dataclass(slots=True, kw_only=True)
class RefundChanged(Event):
    kind: ClassVar[str] = "refund_changed"
    refund: int
    state: str
    payee: str
    amount_cents: int
    reason: str

    def why(self) -> str:
        state = label_of(RefundState, self.state).lower()
        return f"Refund {self.refund} of {dollars(self.amount_cents)} to the {self.payee} {state}: {self.reason}"
