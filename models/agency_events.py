"""What can happen to an account on its way to an agency, there, and back."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from models.events import Event
from models.values import dollars


@dataclass(slots=True, kw_only=True)
class PlacementQueued(Event):
    kind: ClassVar[str] = "placement_queued"
    placement: int
    pool: str
    balance_cents: int

    def why(self) -> str:
        return f"To be placed with an agency of pool {self.pool}: balance {dollars(self.balance_cents)}"


@dataclass(slots=True, kw_only=True)
class PlacementHeld(Event):
    """A gate before the agency's file is made stands in the way. `until` is empty where a person must clear it."""

    kind: ClassVar[str] = "placement_held"
    placement: int
    rule: str
    citation: str
    reason: str
    until: date | None
    cleared_by: str | None

    def why(self) -> str:
        again = f"until {self.until}" if self.until else f"until cleared by {self.cleared_by or 'a person'}"
        return f"Not placed yet ({self.rule}): {self.reason}; {again}"


@dataclass(slots=True, kw_only=True)
class PlacementReviewed(Event):
    """`decision` is waits, approved or refused."""

    kind: ClassVar[str] = "placement_reviewed"
    placement: int
    decision: str
    balance_cents: int
    reason: str | None = None

    def why(self) -> str:
        said = f": {self.reason}" if self.reason else ""
        if self.decision == "waits":
            return f"A manager must approve the placement of {dollars(self.balance_cents)}{said}"
        return f"The placement of {dollars(self.balance_cents)} was {self.decision}{said}"


@dataclass(slots=True, kw_only=True)
class PlacedWithAgency(Event):
    kind: ClassVar[str] = "placed_with_agency"
    placement: int
    agency: str
    pool: str
    role: str
    balance_cents: int
    rate_bp: int
    no_eca_before: date | None
    file: str

    def why(self) -> str:
        eca = f"; no extraordinary collection action before {self.no_eca_before}" if self.no_eca_before else ""
        return (
            f"Placed with {self.agency} in {self.file}: {dollars(self.balance_cents)} at {self.rate_bp / 100:g} "
            f"percent{eca}"
        )


@dataclass(slots=True, kw_only=True)
class PlacementAcknowledged(Event):
    kind: ClassVar[str] = "placement_acknowledged"
    placement: int
    agency: str
    their_number: str | None

    def why(self) -> str:
        number = f" as {self.their_number}" if self.their_number else ""
        return f"{self.agency} has it{number}"


@dataclass(slots=True, kw_only=True)
class PlacementEnded(Event):
    """`state` is recalled, returned, refused, paid or cancelled; `code` says why."""

    kind: ClassVar[str] = "placement_ended"
    placement: int
    agency: str | None
    state: str
    code: str
    balance_cents: int
    collected_cents: int

    def why(self) -> str:
        code = self.code.replace("_", " ")
        if self.agency is None:
            return f"The placement was {self.state} before it went: {code}"
        return (
            f"No longer with {self.agency} ({self.state}: {code}): {dollars(self.collected_cents)} was collected "
            f"there, balance {dollars(self.balance_cents)}"
        )


@dataclass(slots=True, kw_only=True)
class PlacementReopened(Event):
    kind: ClassVar[str] = "placement_reopened"
    placement: int
    agency: str
    because: str = "the payment that had paid it in full was taken back"

    def why(self) -> str:
        return f"With {self.agency} again: {self.because}"


@dataclass(slots=True, kw_only=True)
class AgencyToBeTold(Event):
    kind: ClassVar[str] = "agency_to_be_told"
    agency: str
    notice: str
    amount_cents: int
    until: date | None = None
    reason: str = ""

    def why(self) -> str:
        amount = f" of {dollars(self.amount_cents)}" if self.amount_cents else ""
        until = f" until {self.until}" if self.until else ""
        said = f" ({self.reason})" if self.reason else ""
        return f"{self.agency} is to be told: {self.notice.replace('_', ' ')}{amount}{until}{said}"


@dataclass(slots=True, kw_only=True)
class AgencyTold(Event):
    kind: ClassVar[str] = "agency_told"
    agency: str
    notice: str
    file: str

    def why(self) -> str:
        return f"{self.agency} is told in {self.file}: {self.notice.replace('_', ' ')}"


@dataclass(slots=True, kw_only=True)
class AgencyReported(Event):
    """What an agency said of an account; what follows from it is in events of its own."""

    kind: ClassVar[str] = "agency_reported"
    agency: str
    status: str
    as_of: date
    file: str
    note: str | None = None

    def why(self) -> str:
        said = f". {self.note}" if self.note else ""
        return f"{self.agency} reports as of {self.as_of}: {self.status.replace('_', ' ')}{said}"


@dataclass(slots=True, kw_only=True)
class AgencyRemitted(Event):
    """One line of a remittance. `difference` says what in it is not as the contract or our book has it."""

    kind: ClassVar[str] = "agency_remitted"
    agency: str
    what: str
    reference: str
    gross_cents: int
    commission_cents: int
    net_cents: int
    expected_cents: int
    file: str
    difference: str | None = None

    def why(self) -> str:
        differs = f"; {self.difference}" if self.difference else ""
        return (
            f"{self.agency} accounts for {self.what} {self.reference}: {dollars(self.gross_cents)}, of it commission "
            f"{dollars(self.commission_cents)}{differs}"
        )


@dataclass(slots=True, kw_only=True)
class ComplaintMade(Event):
    kind: ClassVar[str] = "complaint_made"
    agency: str
    told_by: str
    note: str

    def why(self) -> str:
        return f"Complaint about {self.agency} ({self.told_by}): {self.note}"


@dataclass(slots=True, kw_only=True)
class FactRecorded(Event):
    """Something that the law asks about: a notice given, a screening done. `on` empty: it was taken back."""

    kind: ClassVar[str] = "fact_recorded"
    fact: str
    on: date | None
    source: str
    amount_cents: int | None = None

    def why(self) -> str:
        said = f" ({self.source})" if self.source else ""
        name = self.fact.replace("_", " ").capitalize()
        if self.on is None:
            return f"{name}: taken back{said}"
        amount = "" if self.amount_cents is None else f", {self.amount_cents / 100:,.2f}"
        return f"{name} on {self.on}{amount}{said}"


@dataclass(slots=True, kw_only=True)
class BadDebtListed(Event):
    """`missing` names what the evidence lacks; a line that lacks something cannot be claimed."""

    kind: ClassVar[str] = "bad_debt_listed"
    balance_cents: int
    first_bill_on: date
    returned_on: date | None
    missing: str

    def why(self) -> str:
        lacks = f"; still missing: {self.missing}" if self.missing else ""
        return f"On the Medicare bad debt log with {dollars(self.balance_cents)}{lacks}"
