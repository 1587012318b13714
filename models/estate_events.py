"""What can happen to an account after a death: past tense, one sentence each for the history."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from models.estate_enums import Authority, EstateFactName, MatterState, PartyRole, WriteOffReason
from models.events import Event
from models.labels import label_of, words
from models.values import counted, dollars


def _said(word: str) -> str:
    return words(word).replace("itemised", "itemized")


def _state(word: str) -> str:
    return label_of(MatterState, word)


@dataclass(slots=True, kw_only=True)
class MatterOpened(Event):
    kind: ClassVar[str] = "matter_opened"
    matter: int
    state: str
    source: str

    def why(self) -> str:
        return f"Estate matter {self.matter} opened: {_state(self.state)} ({self.source})"


@dataclass(slots=True, kw_only=True)
class MatterJoined(Event):
    """An account that was imported after its patient or guarantor died."""

    kind: ClassVar[str] = "matter_joined"
    matter: int

    def why(self) -> str:
        return f"Account added to estate matter {self.matter}: a death is on record"


@dataclass(slots=True, kw_only=True)
class MatterMoved(Event):
    """A matter changed its state. `source` is the document or person that reports it, of `source_on`."""

    kind: ClassVar[str] = "matter_moved"
    matter: int
    before: str
    after: str
    reason: str
    source: str
    source_on: date
    role: str
    amount_cents: int | None = None

    def why(self) -> str:
        amount = "" if self.amount_cents is None else f", {dollars(self.amount_cents)}"
        because = f": {self.reason}" if self.reason else ""
        return (
            f"Estate matter {self.matter} moved from {_state(self.before)} to {_state(self.after)}{amount}{because} "
            f"({self.source}, {self.source_on}; {_said(self.role)})"
        )


@dataclass(slots=True, kw_only=True)
class EstateFactSet(Event):
    """`before` is the previous value."""

    kind: ClassVar[str] = "estate_fact_set"
    matter: int
    fact: str
    value: str
    source: str
    source_on: date
    before: str | None = None

    def why(self) -> str:
        was = f" (was {self.before})" if self.before is not None else ""
        fact = label_of(EstateFactName, self.fact)
        return f"Estate fact recorded: {fact}: {self.value}{was} ({self.source}, {self.source_on})"


@dataclass(slots=True, kw_only=True)
class EstatePartySet(Event):
    """A party was added or removed. Names are not stored in the history; no person's name is."""

    kind: ClassVar[str] = "estate_party_set"
    matter: int
    party: int
    role: str
    authority: str
    ended: bool = False

    def why(self) -> str:
        what = "role ended" if self.ended else f"added, authority: {label_of(Authority, self.authority)}"
        return f"{label_of(PartyRole, self.role)} (party {self.party}) {what}"


@dataclass(slots=True, kw_only=True)
class DeadlineSet(Event):
    """The deadline of a claim was computed from the known facts; `before` is the previous deadline."""

    kind: ClassVar[str] = "deadline_set"
    matter: int
    deadline_on: date | None
    file_by_on: date | None
    rule: str
    citation: str
    because: str
    before: date | None = None

    def why(self) -> str:
        was = f"; it was {self.before}" if self.before is not None else ""
        if self.deadline_on is None:
            return f"No deadline for the claim: {self.because} ({self.citation}){was}"
        return (
            f"Claim deadline {self.deadline_on}, internal target {self.file_by_on}: {self.because} "
            f"({self.citation}){was}"
        )


@dataclass(slots=True, kw_only=True)
class DeadlineNear(Event):
    kind: ClassVar[str] = "deadline_near"
    matter: int
    what: str
    on: date
    days: int
    escalated: bool

    def why(self) -> str:
        when = f"in {self.days} days, on {self.on}" if self.days >= 0 else f"passed on {self.on}"
        manager = "; no action was taken, so the manager was notified" if self.escalated else ""
        return f"{self.what} {when}{manager}"


@dataclass(slots=True, kw_only=True)
class EstatePaperMade(Event):
    kind: ClassVar[str] = "estate_paper_made"
    matter: int
    paper: str
    paper_kind: str
    reader: str
    amount_cents: int
    digest: str
    because: str = ""

    def why(self) -> str:
        amount = f" for {dollars(self.amount_cents)}" if self.amount_cents else ""
        what = f"{_said(self.paper_kind)}{amount}, to {self.reader}"
        return f"Document {self.paper} created: {what}" + (f" ({self.because})" if self.because else "")


@dataclass(slots=True, kw_only=True)
class EstatePaperSent(Event):
    kind: ClassVar[str] = "estate_paper_sent"
    matter: int
    paper: str
    paper_kind: str
    sent_on: date
    how: str
    tracking: str

    def why(self) -> str:
        proof = f", {self.tracking}" if self.tracking else ""
        what = _said(self.paper_kind)
        return f"Document {self.paper} ({what}) sent on {self.sent_on} by {self.how}{proof}"


@dataclass(slots=True, kw_only=True)
class MatterReferred(Event):
    kind: ClassVar[str] = "matter_referred"
    matter: int
    attorney: str
    asked: str
    budget_cents: int
    fee: str
    ended: bool = False

    def why(self) -> str:
        if self.ended:
            return f"The referral to attorney {self.attorney} ended: {self.asked}"
        terms = f"budget {dollars(self.budget_cents)}, fee: {self.fee}"
        return f"Referred to attorney {self.attorney}: {self.asked}; {terms}"


@dataclass(slots=True, kw_only=True)
class AttorneyReported(Event):
    kind: ClassVar[str] = "attorney_reported"
    matter: int
    attorney: str
    status: str

    def why(self) -> str:
        return f"Attorney {self.attorney} reported: {self.status}"


@dataclass(slots=True, kw_only=True)
class EstateDateSet(Event):
    kind: ClassVar[str] = "estate_date_set"
    matter: int
    what: str
    on: date
    note: str
    cancelled: bool = False

    def why(self) -> str:
        said = f": {self.note}" if self.note else ""
        return (
            f"{self.what.capitalize()} on {self.on} {'canceled' if self.cancelled else 'added to the calendar'}{said}"
        )


@dataclass(slots=True, kw_only=True)
class PacketMade(Event):
    kind: ClassVar[str] = "packet_made"
    matter: int
    files: int
    digest: str

    def why(self) -> str:
        return f"Attorney packet created: {counted(self.files, 'file')} (SHA-256 {self.digest[:16]}...)"


@dataclass(slots=True, kw_only=True)
class DraftsToStop(Event):
    kind: ClassVar[str] = "drafts_to_stop"
    arrangement: int

    def why(self) -> str:
        return f"Automatic payments of payment plan {self.arrangement} stopped; the plan is on hold"


@dataclass(slots=True, kw_only=True)
class DeathUndone(Event):
    kind: ClassVar[str] = "death_undone"
    who: str
    reason: str

    def why(self) -> str:
        return (
            f"Report of the {self.who}'s death withdrawn as wrong ({self.reason}); the account resumes where it stood"
        )


@dataclass(slots=True, kw_only=True)
class DeathCorrected(Event):
    """The date of a death was corrected; `before` is the previous date."""

    kind: ClassVar[str] = "death_corrected"
    who: str
    died_on: date
    before: date
    source: str
    reason: str

    def why(self) -> str:
        dates = f"from {self.before} to {self.died_on}"
        return f"Date of death of the {self.who} corrected {dates}: {self.reason} ({self.source})"


@dataclass(slots=True, kw_only=True)
class EstateWrittenOff(Event):
    kind: ClassVar[str] = "estate_written_off"
    matter: int
    reason: str
    amount_cents: int

    def why(self) -> str:
        reason = label_of(WriteOffReason, self.reason).lower()
        return f"{dollars(self.amount_cents)} written off, estate matter {self.matter}: {reason}"


@dataclass(slots=True, kw_only=True)
class EstateReinstated(Event):
    kind: ClassVar[str] = "estate_reinstated"
    matter: int
    amount_cents: int

    def why(self) -> str:
        return f"Write-off of {dollars(self.amount_cents)} reversed: estate matter {self.matter} reopened"


@dataclass(slots=True, kw_only=True)
class AccountReleased(Event):
    kind: ClassVar[str] = "account_released"
    matter: int
    reason: str

    def why(self) -> str:
        return f"Removed from estate matter {self.matter}: the living guarantor is responsible ({self.reason})"


@dataclass(slots=True, kw_only=True)
class ServiceAfterDeath(Event):
    """The service is dated after the death. It is left out of every claim until that is decided."""

    kind: ClassVar[str] = "service_after_death"
    matter: int
    service_on: date
    died_on: date

    def why(self) -> str:
        return (
            f"Service of {self.service_on} is after the death on {self.died_on}: left out of the claim of estate "
            f"matter {self.matter} until the estate desk decides"
        )


@dataclass(slots=True, kw_only=True)
class ServiceDecided(Event):
    """The decision on a service that is dated after the death."""

    kind: ClassVar[str] = "service_decided"
    matter: int
    decision: str
    reason: str
    service_from: date | None = None
    service_to: date | None = None

    def why(self) -> str:
        says = {
            "right_date": f"date of service corrected to {self.service_from}",
            "estate_own": "it is the estate's own debt, not the patient's",
            "not_owed": "not owed",
        }[self.decision]
        return f"Service after death, estate matter {self.matter}: {says} ({self.reason})"


@dataclass(slots=True, kw_only=True)
class SpouseAnswers(Event):
    """Under a state law that counsel approved, a manager made a surviving spouse responsible from this day on."""

    kind: ClassVar[str] = "spouse_answers"
    matter: int
    party: int
    law: str
    citation: str
    confidence: str
    approved_by: str
    approved_on: date
    reason: str

    def why(self) -> str:
        return (
            f"Removed from estate matter {self.matter}: the surviving spouse (party {self.party}) is responsible from "
            f"today under {_said(self.law)} ({self.citation}, confidence {self.confidence}; approved by "
            f"{self.approved_by}, {self.approved_on}): {self.reason}. The schedule restarts"
        )


@dataclass(slots=True, kw_only=True)
class SpouseAnswersNoMore(Event):
    kind: ClassVar[str] = "spouse_answers_no_more"
    reason: str

    def why(self) -> str:
        return (
            f"The spouse is no longer responsible; the schedule resumes where it stood: the death report was wrong "
            f"({self.reason})"
        )
