"""What can happen to payment by instalments, settlements and refunds: past tense, a sentence each for the history."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from models.events import Event
from models.values import dollars


@dataclass(slots=True, kw_only=True)
class PlanOffered(Event):
    kind: ClassVar[str] = "plan_offered"
    total_cents: int
    how: str

    def why(self) -> str:
        return f"Payment of {dollars(self.total_cents)} by instalments was offered ({self.how})"


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
        large = "; more than four instalments, so with Regulation Z's disclosures" if self.large else ""
        return f"Payment arrangement {self.arrangement} over {dollars(self.total_cents)}: {self.said}{large}"


@dataclass(slots=True, kw_only=True)
class InstalmentPaid(Event):
    kind: ClassVar[str] = "instalment_paid"
    arrangement: int
    number: int
    due_on: date
    amount_cents: int

    def why(self) -> str:
        what = f"Payment {self.number}" if self.number else "The down payment"
        return f"{what} of arrangement {self.arrangement}, {dollars(self.amount_cents)} due {self.due_on}, is paid"


@dataclass(slots=True, kw_only=True)
class InstalmentMissed(Event):
    kind: ClassVar[str] = "instalment_missed"
    arrangement: int
    number: int
    due_on: date
    open_cents: int

    def why(self) -> str:
        what = f"Payment {self.number}" if self.number else "The down payment"
        return (
            f"{what} of arrangement {self.arrangement}, due {self.due_on}, was missed: {dollars(self.open_cents)} open"
        )


@dataclass(slots=True, kw_only=True)
class InstalmentReopened(Event):
    kind: ClassVar[str] = "instalment_reopened"
    arrangement: int
    number: int
    due_on: date
    open_cents: int

    def why(self) -> str:
        return (
            f"Payment {self.number} of arrangement {self.arrangement}, due {self.due_on}, is open again: a payment was "
            f"taken back, {dollars(self.open_cents)} are to come"
        )


@dataclass(slots=True, kw_only=True)
class InstalmentChanged(Event):
    kind: ClassVar[str] = "instalment_changed"
    arrangement: int
    number: int
    what: str
    reason: str

    def why(self) -> str:
        return f"Payment {self.number} of arrangement {self.arrangement} {self.what}: {self.reason}"


@dataclass(slots=True, kw_only=True)
class ArrangementReduced(Event):
    kind: ClassVar[str] = "arrangement_reduced"
    arrangement: int
    by_cents: int

    def why(self) -> str:
        less = f"Arrangement {self.arrangement} asks for {dollars(self.by_cents)} less"
        return f"{less}: the balance fell otherwise than by its payments"


@dataclass(slots=True, kw_only=True)
class PlanNoticed(Event):
    kind: ClassVar[str] = "plan_noticed"
    arrangement: int
    missed_cents: int
    cure_by: date
    citation: str

    def why(self) -> str:
        return (
            f"Arrangement {self.arrangement} is behind by {dollars(self.missed_cents)}; it goes on if that comes by "
            f"{self.cure_by} ({self.citation})"
        )


@dataclass(slots=True, kw_only=True)
class ArrangementEnded(Event):
    kind: ClassVar[str] = "arrangement_ended"
    arrangement: int
    outcome: str
    reason: str

    def why(self) -> str:
        return f"Arrangement {self.arrangement} {self.outcome}: {self.reason}"


@dataclass(slots=True, kw_only=True)
class ArrangementTakenUp(Event):
    kind: ClassVar[str] = "arrangement_taken_up"
    arrangement: int

    def why(self) -> str:
        return f"Arrangement {self.arrangement} goes on: what was missing has come"


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
        return f"Settlement {self.settlement} {self.state}: {what}" + (f" ({self.reason})" if self.reason else "")


@dataclass(slots=True, kw_only=True)
class RefundChanged(Event):
    kind: ClassVar[str] = "refund_changed"
    refund: int
    state: str
    payee: str
    amount_cents: int
    reason: str

    def why(self) -> str:
        return f"Refund {self.refund} of {dollars(self.amount_cents)} to the {self.payee} {self.state}: {self.reason}"
