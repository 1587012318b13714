"""What can happen to an account on its way to an agency, at the agency, and on its return."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from models.enums import NoticeKind, PlacementState
from models.events import Event, blocked
from models.labels import fact_label, label_of, plain, words
from models.values import dollars


@dataclass(slots=True, kw_only=True)
class PlacementQueued(Event):
    kind: ClassVar[str] = "placement_queued"
    placement: int
    pool: str
    balance_cents: int

    def why(self) -> str:
        return f"Placement queued (pool {self.pool}): balance {dollars(self.balance_cents)}"


@dataclass(slots=True, kw_only=True)
class PlacementHeld(Event):
    """A check before the agency file blocks the account. `until` is empty if a person must release it."""

    kind: ClassVar[str] = "placement_held"
    placement: int
    rule: str
    citation: str
    reason: str
    until: date | None
    cleared_by: str | None

    def why(self) -> str:
        return blocked("Placement", self.rule, self.reason, self.until, self.cleared_by)


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
            return f"Placement of {dollars(self.balance_cents)} needs a manager's approval{said}"
        return f"Placement of {dollars(self.balance_cents)} {self.decision}{said}"


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
        before = self.no_eca_before
        when = "until we send a date" if before == date.max else f"before {before}"
        eca = f"; no extraordinary collection action {when}" if before else ""
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
        return f"Placement acknowledged by {self.agency}{number}"


@dataclass(slots=True, kw_only=True)
class PlacementEnded(Event):
    """`state` is recalled, returned, refused, paid or cancelled; `code` is the reason."""

    kind: ClassVar[str] = "placement_ended"
    placement: int
    agency: str | None
    state: str
    code: str
    balance_cents: int
    collected_cents: int

    def why(self) -> str:
        code, state = words(self.code), label_of(PlacementState, self.state).lower()
        why = code if code.startswith(self.state) else f"{state}: {code}"
        if self.agency is None:
            return f"Placement {state} before it was sent: {code}"
        return (
            f"Placement with {self.agency} ended ({why}): {dollars(self.collected_cents)} collected, "
            f"balance {dollars(self.balance_cents)}"
        )


@dataclass(slots=True, kw_only=True)
class PlacementReopened(Event):
    kind: ClassVar[str] = "placement_reopened"
    placement: int
    agency: str
    because: str = "the payment that paid it in full was reversed"

    def why(self) -> str:
        return f"Placement with {self.agency} reopened: {self.because}"


@dataclass(slots=True, kw_only=True)
class AgencyToBeTold(Event):
    kind: ClassVar[str] = "agency_to_be_told"
    agency: str
    notice: str
    amount_cents: int
    until: date | None = None
    reason: str = ""

    def why(self) -> str:
        amount = f", {dollars(self.amount_cents)}" if self.amount_cents else ""
        until = f" until {self.until}" if self.until else ""
        said = f" ({self.reason})" if self.reason else ""
        return f"Notice to {self.agency} queued: {label_of(NoticeKind, self.notice)}{amount}{until}{said}"


@dataclass(slots=True, kw_only=True)
class AgencyTold(Event):
    kind: ClassVar[str] = "agency_told"
    agency: str
    notice: str
    file: str

    def why(self) -> str:
        return f"Notice to {self.agency} sent in {self.file}: {label_of(NoticeKind, self.notice)}"


@dataclass(slots=True, kw_only=True)
class AgencyReported(Event):
    """What an agency reported about an account. Its consequences are events of their own."""

    kind: ClassVar[str] = "agency_reported"
    agency: str
    status: str
    as_of: date
    file: str
    note: str | None = None

    def why(self) -> str:
        said = f". {self.note}" if self.note else ""
        return f"{self.agency} reported as of {self.as_of}: {plain(self.status).lower()}{said}"


@dataclass(slots=True, kw_only=True)
class AgencyRemitted(Event):
    """One line of a remittance. `difference`: where it differs from the contract or from our ledger."""

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
            f"{self.agency} remitted {self.what} {self.reference}: {dollars(self.gross_cents)}, commission "
            f"{dollars(self.commission_cents)}{differs}"
        )


@dataclass(slots=True, kw_only=True)
class ComplaintMade(Event):
    kind: ClassVar[str] = "complaint_made"
    agency: str
    told_by: str
    note: str

    def why(self) -> str:
        return f"Complaint about {self.agency} (from {self.told_by}): {self.note}"


@dataclass(slots=True, kw_only=True)
class FactRecorded(Event):
    """A compliance fact: a notice sent, a screening completed. `on` empty: the fact was removed."""

    kind: ClassVar[str] = "fact_recorded"
    fact: str
    on: date | None
    source: str
    amount_cents: int | None = None

    def why(self) -> str:
        said = f" ({self.source})" if self.source else ""
        name = fact_label(self.fact)
        if self.on is None:
            return f"Fact removed: {name}{said}"
        amount = "" if self.amount_cents is None else f", {self.amount_cents / 100:,.2f}"
        return f"Fact recorded: {name}, {self.on}{amount}{said}"


@dataclass(slots=True, kw_only=True)
class BadDebtListed(Event):
    """`missing` names the evidence that is missing. A line with missing evidence cannot be claimed."""

    kind: ClassVar[str] = "bad_debt_listed"
    balance_cents: int
    first_bill_on: date
    returned_on: date | None
    missing: str

    def why(self) -> str:
        lacks = f"; still missing: {self.missing}" if self.missing else ""
        return f"Added to the Medicare bad debt log: {dollars(self.balance_cents)}{lacks}"
