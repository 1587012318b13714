"""An account, its history and its upcoming steps as documents for other programs, key by key."""

from datetime import date
from typing import NotRequired, TypedDict

from flows.insurance.queries import InsuranceLine


class CreditorView(TypedDict):
    """The account's creditor, by the creditor's own key."""

    id: str
    name: str
    state: str | None


class PersonView(TypedDict):
    """A guarantor or a patient."""

    name: str
    birth_date: date | None
    death_date: date | None
    address: list[str]
    city: str | None
    state: str | None
    zip: str | None
    country: str
    phone: str | None
    mobile: str | None
    language: str


class ScheduleView(TypedDict):
    """An account's position in its schedule."""

    name: str
    version: int
    state: str
    cycle: int
    anchor_on: date
    pending: str | None
    next_action_on: date | None


class AgencyStay(TypedDict):
    """The agency that has an account now."""

    code: str
    placed_on: date
    last_paid_on: date | None


class LedgerLine(TypedDict):
    """An entry of an account's ledger."""

    posted_on: date
    kind: str
    amount_cents: int
    source: str
    external_id: str
    reference: str | None


class EventLine(TypedDict):
    """An event in an account's history; `data` is its JSON."""

    seq: int
    at: str
    business_date: date
    kind: str
    step: str | None
    cycle: int | None
    why: str
    actor: str
    data: str
    previous_digest: str
    digest: str


class HoldColumns(TypedDict):
    """The columns of a hold's row."""

    kind: str
    scope: str
    from_on: date
    until_on: date | None
    cleared_on: date | None
    opened_by: str
    note: str | None


class HoldView(HoldColumns):
    """A hold on an account; `of`: on the account, or on a person of the account."""

    of: str


class AccountView(TypedDict):
    """All data of one account."""

    number: str
    balance_cents: int
    original_cents: int
    state: str
    payer_class: str
    service_from: date
    first_statement_on: date | None
    creditor: CreditorView
    guarantor: PersonView
    patient: PersonView
    schedule: ScheduleView | None
    agency: AgencyStay | None
    ledger: list[LedgerLine]
    events: list[EventLine]
    holds: list[HoldView]
    insurance: list[InsuranceLine]


class StepDone(TypedDict):
    """A completed step."""

    step: str
    on: date


class StepSkipped(StepDone):
    """A skipped step, and why."""

    why: str | None


class StepAhead(TypedDict):
    """An upcoming step; `why` it is skipped or blocked, if it is."""

    step: str
    on: date
    do: str
    why: NotRequired[str]


class NextStep(TypedDict):
    """The next step: the day on which it will be done, if known, and its due date."""

    step: str
    on: date | None
    do: str
    due_on: date


class BlockerView(TypedDict):
    """What blocks the next step, and the date as of which the law behind it is known."""

    rule: str
    citation: str
    until: date | None
    reason: str
    cleared_by: str | None
    as_known: date | None
    warning: str | None


class HoldFacts(TypedDict):
    """A hold on an account from opening to end.

    `ended_on`: it was released, or its last day passed. `cleared_by` and `reason`: who released it and why.
    """

    kind: str
    scope: str
    of: str
    from_on: date
    until_on: date | None
    ended_on: date | None
    opened_by: str
    cleared_by: str | None
    note: str | None
    reason: str | None


class HoldPast(HoldFacts):
    """The same with the `sentence` that people read."""

    sentence: str


class LastLetter(TypedDict):
    """The last letter sent about an account."""

    number: str
    kind: str
    on: date
    sentence: str


class WayAhead(TypedDict):
    """What happened to an account and what is next; `why` there is no next step, if there is none.

    `answer`: the same in sentences that can be quoted, the last letter and all holds first.
    """

    answer: list[str]
    holds: list[HoldPast]
    last_letter: LastLetter | None
    done: list[StepDone]
    skipped: list[StepSkipped]
    next: NextStep | None
    blocked_by: list[BlockerView]
    path: list[StepAhead]
    why: NotRequired[str]


class Explanation(WayAhead):
    """The same for an account by its number, as of a date."""

    number: str
    as_of: date
