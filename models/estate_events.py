"""What can happen to an account when somebody has died: past tense, a sentence each for the history."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from models.events import Event
from models.values import dollars


def _said(word: str) -> str:
    return word.replace("_", " ")


@dataclass(slots=True, kw_only=True)
class MatterOpened(Event):
    kind: ClassVar[str] = "matter_opened"
    matter: int
    state: str
    source: str

    def why(self) -> str:
        return f"Estate matter {self.matter} was opened, {_said(self.state)} ({self.source})"


@dataclass(slots=True, kw_only=True)
class MatterJoined(Event):
    """An account that came in after its patient or guarantor had died."""

    kind: ClassVar[str] = "matter_joined"
    matter: int

    def why(self) -> str:
        return f"The account belongs to estate matter {self.matter}: a death is on record"


@dataclass(slots=True, kw_only=True)
class MatterMoved(Event):
    """A matter went from one state to another; `source` is the paper or the person that says so, of `source_on`."""

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
            f"Estate matter {self.matter} went from {_said(self.before)} to {_said(self.after)}{amount}{because} "
            f"({self.source}, {self.source_on}; {_said(self.role)})"
        )


@dataclass(slots=True, kw_only=True)
class EstateFactSet(Event):
    """`before` is what was believed until now."""

    kind: ClassVar[str] = "estate_fact_set"
    matter: int
    fact: str
    value: str
    source: str
    source_on: date
    before: str | None = None

    def why(self) -> str:
        was = f", before {self.before}" if self.before is not None else ""
        return f"Of the estate: {_said(self.fact)} is {self.value}{was} ({self.source}, {self.source_on})"


@dataclass(slots=True, kw_only=True)
class EstatePartySet(Event):
    """A participant came in or left. Names stay out of the history, as every person's do."""

    kind: ClassVar[str] = "estate_party_set"
    matter: int
    party: int
    role: str
    authority: str
    ended: bool = False

    def why(self) -> str:
        what = "no longer takes part" if self.ended else f"takes part, by authority: {_said(self.authority)}"
        return f"{_said(self.role).capitalize()} (participant {self.party}) {what}"


@dataclass(slots=True, kw_only=True)
class DeadlineSet(Event):
    """The deadline of a claim was computed from what is known; `before` is the one that stood until now."""

    kind: ClassVar[str] = "deadline_set"
    matter: int
    deadline_on: date | None
    file_by_on: date | None
    rule: str
    citation: str
    because: str
    before: date | None = None

    def why(self) -> str:
        was = f"; before: {self.before}" if self.before is not None else ""
        if self.deadline_on is None:
            return f"No deadline for the claim: {self.because} ({self.citation}){was}"
        return (
            f"The claim is due by {self.deadline_on}, to be filed by {self.file_by_on}: {self.because} "
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
        manager = "; nobody answered, so the manager was told" if self.escalated else ""
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
        amount = f" over {dollars(self.amount_cents)}" if self.amount_cents else ""
        what = f"{_said(self.paper_kind.replace('-', ' '))}{amount}, for {self.reader}"
        return f"Paper {self.paper} was written: {what}" + (f" ({self.because})" if self.because else "")


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
        what = self.paper_kind.replace("-", " ")
        return f"Paper {self.paper} ({what}) went on {self.sent_on} by {self.how}{proof}"


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
        return f"Attorney {self.attorney} reports: {self.status}"


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
        return f"{self.what.capitalize()} on {self.on} {'is off' if self.cancelled else 'is on the calendar'}{said}"


@dataclass(slots=True, kw_only=True)
class PacketMade(Event):
    kind: ClassVar[str] = "packet_made"
    matter: int
    files: int
    digest: str

    def why(self) -> str:
        return f"A packet of {self.files} files was made for the attorney (SHA-256 {self.digest[:16]}...)"


@dataclass(slots=True, kw_only=True)
class DraftsToStop(Event):
    kind: ClassVar[str] = "drafts_to_stop"
    arrangement: int

    def why(self) -> str:
        return f"The bank drafts of arrangement {self.arrangement} stop; the plan waits"


@dataclass(slots=True, kw_only=True)
class DeathUndone(Event):
    kind: ClassVar[str] = "death_undone"
    who: str
    reason: str

    def why(self) -> str:
        return f"The report that the {self.who} died was wrong ({self.reason}); everything goes on where it stood"


@dataclass(slots=True, kw_only=True)
class DeathCorrected(Event):
    """The day of a death was another one; `before` is what was believed until now."""

    kind: ClassVar[str] = "death_corrected"
    who: str
    died_on: date
    before: date
    source: str
    reason: str

    def why(self) -> str:
        return f"The {self.who} died on {self.died_on}, not on {self.before}: {self.reason} ({self.source})"


@dataclass(slots=True, kw_only=True)
class EstateWrittenOff(Event):
    kind: ClassVar[str] = "estate_written_off"
    matter: int
    reason: str
    amount_cents: int

    def why(self) -> str:
        return f"{dollars(self.amount_cents)} written off, estate matter {self.matter}: {_said(self.reason)}"


@dataclass(slots=True, kw_only=True)
class EstateReinstated(Event):
    kind: ClassVar[str] = "estate_reinstated"
    matter: int
    amount_cents: int

    def why(self) -> str:
        return f"{dollars(self.amount_cents)} stand again: estate matter {self.matter} goes on"


@dataclass(slots=True, kw_only=True)
class AccountReleased(Event):
    kind: ClassVar[str] = "account_released"
    matter: int
    reason: str

    def why(self) -> str:
        return f"Left estate matter {self.matter}: the living guarantor answers for it ({self.reason})"


@dataclass(slots=True, kw_only=True)
class ServiceAfterDeath(Event):
    """The service is dated after the day of death: it is left out of every claim until somebody decides."""

    kind: ClassVar[str] = "service_after_death"
    matter: int
    service_on: date
    died_on: date

    def why(self) -> str:
        return (
            f"The service of {self.service_on} is after the death on {self.died_on}: left out of the claim of estate "
            f"matter {self.matter} until somebody decides"
        )


@dataclass(slots=True, kw_only=True)
class ServiceDecided(Event):
    """Somebody found out about a service that was dated after the day of death."""

    kind: ClassVar[str] = "service_decided"
    matter: int
    decision: str
    reason: str
    service_from: date | None = None
    service_to: date | None = None

    def why(self) -> str:
        says = {
            "right_date": f"the right date of service is {self.service_from}",
            "estate_own": "it is the estate's own debt, not the patient's",
            "not_owed": "nobody owes it",
        }[self.decision]
        return f"Service after the death, estate matter {self.matter}: {says} ({self.reason})"


@dataclass(slots=True, kw_only=True)
class SpouseAnswers(Event):
    """By the law of the state, which counsel had approved, a manager let a surviving spouse answer from this day on."""

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
            f"Left estate matter {self.matter}: from today the surviving spouse (participant {self.party}) answers, by "
            f"{_said(self.law)} ({self.citation}, confidence {self.confidence}; approved by {self.approved_by}, "
            f"{self.approved_on}): {self.reason}. The schedule begins anew"
        )


@dataclass(slots=True, kw_only=True)
class SpouseAnswersNoMore(Event):
    kind: ClassVar[str] = "spouse_answers_no_more"
    reason: str

    def why(self) -> str:
        return f"The spouse answers no more, and the schedule goes on where it stood: a death was none ({self.reason})"
