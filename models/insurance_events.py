"""What can happen to insurance that a patient reports. No history contains a policy number."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from models.enums import PayerClass
from models.events import Event
from models.labels import label_of


@dataclass(slots=True, kw_only=True)
class InsuranceTold(Event):
    kind: ClassVar[str] = "insurance_told"
    coverage: int
    payer: str
    payer_class: str
    source: str
    file_by: date | None = None

    def why(self) -> str:
        until = f"; timely filing limit {self.file_by}" if self.file_by else ""
        return f"Insurance reported: {self.payer} ({_class(self.payer_class)}), by {self.source}{until}"


@dataclass(slots=True, kw_only=True)
class InsuranceBilled(Event):
    kind: ClassVar[str] = "insurance_billed"
    coverage: int
    payer: str
    on: date
    class_before: str
    class_after: str

    def why(self) -> str:
        changed = "" if self.class_before == self.class_after else f"; payer class now {_class(self.class_after)}"
        return f"{self.payer} billed on {self.on}{changed}"


@dataclass(slots=True, kw_only=True)
class InsuranceAnswered(Event):
    kind: ClassVar[str] = "insurance_answered"
    coverage: int
    payer: str
    says: str

    def why(self) -> str:
        return f"{self.payer} processed the claim: {self.says}"


@dataclass(slots=True, kw_only=True)
class InsuranceNotInForce(Event):
    kind: ClassVar[str] = "insurance_not_in_force"
    coverage: int
    payer: str
    reason: str
    class_after: str

    def why(self) -> str:
        return f"{self.payer} not in force: {self.reason}; payer class now {_class(self.class_after)}"


def _class(word: str) -> str:
    return label_of(PayerClass, word)
