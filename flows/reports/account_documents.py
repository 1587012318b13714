"""An account, its history and its way ahead as documents: what other programs read, key by key."""

from datetime import date
from typing import NotRequired, TypedDict

from flows.insurance.queries import InsuranceLine


class CreditorView(TypedDict):
    """Whose account it is, by the creditor's own key."""

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
    """Where an account stands in its schedule."""

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
    """An event of an account's history; `data` is its JSON."""

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
    """What the row of a hold says of it."""

    kind: str
    scope: str
    from_on: date
    until_on: date | None
    cleared_on: date | None
    opened_by: str
    note: str | None


class HoldView(HoldColumns):
    """A hold on an account; `of`: on the account itself, or on a person whom it is about."""

    of: str


class AccountView(TypedDict):
    """Everything about one account."""

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
    """A step that was taken."""

    step: str
    on: date


class StepSkipped(StepDone):
    """A step that was passed over, and why."""

    why: str | None


class StepAhead(TypedDict):
    """A step on the way ahead; `why` it is skipped or kept back, where it is."""

    step: str
    on: date
    do: str
    why: NotRequired[str]


class NextStep(TypedDict):
    """The next step: the day on which it will be taken, where one can be named, and that on which it is due."""

    step: str
    on: date | None
    do: str
    due_on: date


class BlockerView(TypedDict):
    """What stands in the way of the next step, and as of which day the law behind it is known."""

    rule: str
    citation: str
    until: date | None
    reason: str
    cleared_by: str | None
    as_known: date | None
    warning: str | None


class HoldPast(TypedDict):
    """A hold on an account from its opening to its end; `sentence` for people, the rest for programs.

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
    sentence: str


class LastLetter(TypedDict):
    """The last letter that went out about an account."""

    number: str
    kind: str
    on: date
    sentence: str


class WayAhead(TypedDict):
    """What happened to an account and what comes next; `why` nothing does, where nothing does.

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
    """The same of an account by its number, as of a day."""

    number: str
    as_of: date
