"""What can happen to an insurance that was named for an account. The number of a policy stands in no history."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from models.events import Event


@dataclass(slots=True, kw_only=True)
class InsuranceTold(Event):
    kind: ClassVar[str] = "insurance_told"
    coverage: int
    payer: str
    payer_class: str
    source: str
    file_by: date | None = None

    def why(self) -> str:
        until = f"; its claim must be there by {self.file_by}" if self.file_by else ""
        return f"Insurance was named: {self.payer} ({self.payer_class.replace('_', ' ')}), by {self.source}{until}"


@dataclass(slots=True, kw_only=True)
class InsuranceBilled(Event):
    kind: ClassVar[str] = "insurance_billed"
    coverage: int
    payer: str
    on: date
    class_before: str
    class_after: str

    def why(self) -> str:
        changed = (
            ""
            if self.class_before == self.class_after
            else f"; the payer class is {self.class_after.replace('_', ' ')}, not {self.class_before.replace('_', ' ')}"
        )
        return f"{self.payer} was billed on {self.on}{changed}"


@dataclass(slots=True, kw_only=True)
class InsuranceAnswered(Event):
    kind: ClassVar[str] = "insurance_answered"
    coverage: int
    payer: str
    says: str

    def why(self) -> str:
        return f"{self.payer} has decided: {self.says}"


@dataclass(slots=True, kw_only=True)
class InsuranceNotInForce(Event):
    kind: ClassVar[str] = "insurance_not_in_force"
    coverage: int
    payer: str
    reason: str
    class_after: str

    def why(self) -> str:
        return f"{self.payer} does not cover it: {self.reason}; the payer class is {self.class_after.replace('_', ' ')}"
