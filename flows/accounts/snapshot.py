"""The input of a decision: one guarantor's accounts at one creditor in their present state.

Values: never changed after they are made. They are not frozen because making a frozen one costs three times as
much, and the nightly run makes several for every account that is due.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from operator import attrgetter

from flows.schedules.schedule import Pending
from flows.settings.contracts.terms import NO_AGENCIES, Agencies, PlacedNow
from flows.settings.limits.limits import NONE, Limits
from models.enums import FactName, GateState, HoldKind, HoldScope, StepOutcome
from models.ids import CreditorId, PersonId


@dataclass(slots=True)
class StepDone:
    """A step that was completed in this cycle: its outcome and day."""

    outcome: StepOutcome
    on: date
    why: str | None = None


@dataclass(slots=True)
class HoldNow:
    """A hold as a decision sees it. `until` is the first day without it; None: until cleared."""

    kind: HoldKind
    scope: HoldScope
    from_on: date
    until: date | None

    def stands(self, today: date) -> bool:
        """Whether the hold is active on this day."""
        return self.from_on <= today and (self.until is None or today < self.until)


@dataclass(slots=True)
class ReviewNow:
    """The decision at a gate, or that it is pending; `since` is the day of that. A kept account is reviewed again on
    `until`. `pool` replaces the schedule's pool at the next placement."""

    state: GateState
    since: date
    by: str | None = None
    reason: str | None = None
    until: date | None = None
    pool: str | None = None


@dataclass(slots=True)
class PersonNow:
    """The guarantor, as far as a decision needs to know.

    `reachable_by_mail` is false without street, city and ZIP. `email` is set only if letters may go to it: the
    person agreed, and none was returned.
    """

    id: PersonId
    state: str | None = None
    city: str | None = None
    zip: str | None = None
    country: str = ""
    phone: str | None = None
    language: str = "en"
    has_email: bool = False
    died_on: date | None = None
    reachable_by_mail: bool = True
    email: str | None = None
    large_print: bool = False
    no_call_times: str | None = None
    holds: tuple[HoldNow, ...] = ()


@dataclass(slots=True)
class CreditorNow:
    """The creditor, as far as a decision needs to know."""

    id: CreditorId
    external_id: str
    name: str
    kind: str
    state: str


@dataclass(slots=True)
class ContactsNow:
    """Recent contacts between a guarantor and a creditor, in calendar days.

    `call_about`: the accounts that caused the open call. `callback_on`: the day for which the guarantor requested
    it, on `asked_on`. `calls_asked`: those of `calls_made` that the guarantor had requested, within the time that a
    consent lasts.
    """

    last_letter_on: date | None = None
    open_call: int | None = None
    call_about: tuple[int, ...] = ()
    callback_on: date | None = None
    asked_on: date | None = None
    calls_made: tuple[date, ...] = ()
    calls_asked: tuple[date, ...] = ()
    last_talk_on: date | None = None


@dataclass(slots=True)
class AccountNow:
    """One account in a schedule. Amounts are cents; `taken` holds this cycle's steps by id, `reviews` the newest review
    of each gate."""

    id: int
    number: str
    schedule_version_id: int
    cycle: int
    anchor_on: date
    payer_class: str
    balance_cents: int
    first_statement_on: date | None
    service_from: date
    service_to: date | None = None
    patient_birth: date | None = None
    patient_died_on: date | None = None
    patient_is_guarantor: bool = True
    pending: Pending | None = None
    delay_days: int = 0
    next_action_on: date | None = None
    blocked_by: str | None = None
    blocked_until: date | None = None
    taken: Mapping[str, StepDone] = field(default_factory=dict[str, StepDone])
    holds: tuple[HoldNow, ...] = ()
    itemized_bill_on: date | None = None
    plan_offered_on: date | None = None
    plan_missed_since: date | None = None
    plan_broken_on: date | None = None
    placed: PlacedNow | None = None
    agency_returns: int = 0
    agency_returned_on: date | None = None
    facts: Mapping[FactName, date] = field(default_factory=dict[FactName, date])
    amounts: Mapping[FactName, int] = field(default_factory=dict[FactName, int])
    reviews: Mapping[str, ReviewNow] = field(default_factory=dict[str, ReviewNow])

    def copy(self) -> "AccountNow":
        """An account of its own with the same values, to be changed: three times as fast as `replace`."""
        return AccountNow(*_VALUES(self))


_VALUES = attrgetter(*(one.name for one in fields(AccountNow)))


@dataclass(slots=True)
class GroupNow:
    """One guarantor's accounts at one creditor: what one envelope or one call can be about."""

    person: PersonNow
    creditor: CreditorNow
    contacts: ContactsNow
    accounts: tuple[AccountNow, ...]
    limits: Limits = NONE
    agencies: Agencies = NO_AGENCIES
