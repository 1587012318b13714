"""What programs send and receive: money in cents, days as ISO, instants in UTC."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.enums import FactName, PayerClass
from models.errors import RefusalKind
from models.remedies import Remedy

MOST_CENTS = 100_000_000_00

Number = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]
Words = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]+$")]
Cents = Annotated[int, Field(gt=0, le=MOST_CENTS)]


class Value(BaseModel):
    """Read strictly: an unknown field is an error, and is reported."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Why something was not done, and what to do. `remedy`: the work that helps; `facts`: its numbers and names."""

    error: str
    kind: RefusalKind | None = None
    remedy: Remedy | None = None
    facts: dict[str, str | int] | None = None


class Fault(BaseModel):
    """What does not match the API description: its location, and why."""

    loc: list[str | int]
    msg: str
    type: str


class Unfit(Problem):
    """An invalid request; `detail` if it does not match the API description."""

    detail: list[Fault] | None = None


class PaymentIn(Value):
    """A payment that a patient made, identified by reference, account, amount and day. `part`: the check pays other
    accounts too; `same_number`: another guarantor's check has the same number; `trace`: the payer's own number for it.
    """

    amount_cents: Cents
    on: date | None = None
    reference: Number
    method: Annotated[str, Field(max_length=40)] | None = None
    part: bool = False
    same_number: bool = False
    trace: Number | None = None


class PaymentOut(BaseModel):
    """The result of posting the payment."""

    number: str
    already_posted: bool
    balance_cents: int
    settled: bool
    possible_duplicate_of: date | None = None


class TransferIn(Value):
    """A credit to move to another account of the same guarantor and creditor. Without an amount: up to the balance
    there."""

    to: Number
    reason: Words
    amount_cents: Cents | None = None


class TransferOut(BaseModel):
    """The amount that was moved, and the balance left on the account with the credit."""

    number: str
    to: str
    amount_cents: int
    balance_cents: int


class PaymentBack(Value):
    """A payment that the bank returned, by its number; `mistake`: it was posted in error, and no letter is sent."""

    reference: Number
    reason: Words
    mistake: bool = False


class BackOut(BaseModel):
    """The amount that is open again on one account."""

    number: str
    amount_cents: int


class InsuranceIn(Value):
    """An insurance as reported; `source`: who reported it."""

    payer: Annotated[str, Field(max_length=80)]
    payer_class: PayerClass = PayerClass.COMMERCIAL
    member_id: Annotated[str, Field(max_length=40)]
    source: Annotated[str, Field(max_length=200)]
    group_number: Annotated[str, Field(max_length=80)] | None = None
    holder: Annotated[str, Field(max_length=80)] | None = None


class InsuranceOut(BaseModel):
    """Its number; null if the same policy is on file already."""

    insurance: int | None
    already_known: bool


class InsuranceChange(Value):
    """The change of an insurance: billed on a day (today if none is named), answered, or not in force; `says`: the
    insurer's decision or the reason."""

    state: Literal["billed", "answered", "not_in_force"]
    on: date | None = None
    says: Annotated[str, Field(max_length=2_000)] = ""


class InsuranceNow(BaseModel):
    """The status of an insurance, and the payer class of its account."""

    insurance: int
    state: str
    number: str
    payer_class: str


class HoldIn(Value):
    """A hold to place; `until` is the first day on which it no longer applies."""

    kind: str
    scope: str | None = None
    until: date | None = None


class FactIn(Value):
    """A compliance fact of an account, as of a day (today if none is named), with its number; `there` false removes it.

    `amount_cents` is in cents; for `fpl` it is in hundredths of a percent.
    """

    fact: FactName
    source: Words
    on: date | None = None
    amount_cents: Annotated[int, Field(ge=0, le=MOST_CENTS)] | None = None
    there: bool = True


class ClearIn(Value):
    """Why a hold is released."""

    kind: str
    reason: Words


class DispositionIn(Value):
    """The result of a call. `at` is the time of a callback in the guarantor's zone; `on` is the day promised or the day
    of death."""

    code: Number
    amount_cents: Cents | None = None
    on: date | None = None
    at: Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")] | None = None
    note: Words | None = None
    patient: bool = False
    sure: bool = False


class CorrectionIn(DispositionIn):
    """The right result of a call, and why the recorded one is wrong."""

    reason: Words


class CallResultOut(BaseModel):
    """A call that was made or received, with its result."""

    id: int
    task: int | None
    guarantor_id: int
    guarantor: str
    creditor: str
    creditor_id: int
    made_on: date
    at: str
    result: str
    note: str | None
    inbound: bool
    made_by: str
    undoable: bool


class CallOut(BaseModel):
    """A call that can be made: whom to call, in which hours (UTC), about what."""

    task: int
    guarantor: str
    phone: str | None
    language: str
    window_start: datetime
    window_end: datetime
    open_now: bool
    priority: int
    accounts: list[str]
    balance_cents: int
    reason: str
    calls_this_week: int
    taken_by: str | None


Keys = Annotated[list[Annotated[int, Field(ge=1, le=2**53)]], Field(min_length=1, max_length=1_000)]


class DoneIn(Value):
    """Tasks to complete, by their numbers, with one outcome."""

    tasks: Keys
    outcome: Words


class AssignIn(Value):
    """Tasks to assign to a user; null: to no one."""

    tasks: Keys
    to: Number | None


class AssignMattersIn(Value):
    """Estate matters to assign to a paralegal by username; null: to no one."""

    matters: Keys
    to: Number | None


class WhyIn(Value):
    """The reason of a change."""

    why: Words


class VoidIn(WhyIn):
    """Documents of a matter to void, by their serials, with the reason."""

    papers: Keys


class SnoozeIn(Value):
    """Tasks that wait until a day, with the reason."""

    tasks: Keys
    until: date
    reason: Words


class DoneOut(BaseModel):
    """How many tasks were completed."""

    done: int


class ApproveIn(Value):
    """Reviews to approve, by the `id` in the list of reviews, and the reason, if any."""

    reviews: Keys
    reason: Words | None = None


class KeepIn(Value):
    """Reviews of accounts to keep in house, why, and the date on which they are reviewed again, if any."""

    reviews: Keys
    reason: Words
    until: date | None = None


class ReviewWriteOffIn(Value):
    """Reviews of accounts whose balances to write off, and why."""

    reviews: Keys
    reason: Words


class ReviewPlaceIn(Value):
    """Reviews to approve for placement in a pool, and the reason, if any."""

    reviews: Keys
    pool: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00]+$")]
    reason: Words | None = None


class DecidedOut(BaseModel):
    """The manager's decision, its accounts, and their balance."""

    decided: Literal["approved", "kept", "written_off"]
    accounts: list[str]
    balance_cents: int


class EventOut(BaseModel):
    """One event of an account's history."""

    account: str
    seq: int
    business_date: date
    kind: str
    why: str
    actor: str


class ContactIn(Value):
    """Changes of a guarantor. A field that is left out stays as is. An empty text removes the value."""

    address1: Annotated[str, Field(max_length=200)] | None = None
    address2: Annotated[str, Field(max_length=200)] | None = None
    city: Annotated[str, Field(max_length=100)] | None = None
    state: Annotated[str, Field(max_length=2)] | None = None
    zip: Annotated[str, Field(max_length=10)] | None = None
    country: Annotated[str, Field(max_length=60)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    mobile: Annotated[str, Field(max_length=40)] | None = None
    email: Annotated[str, Field(max_length=200)] | None = None
    email_consent: bool | None = None
    text_consent: bool | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")] | None = None
    large_print: bool | None = None


class ChangedOut(BaseModel):
    """The names of the fields that changed."""

    changed: list[str]


class FoundOut(BaseModel):
    """A person who matches the search."""

    id: int
    name: str
    birth_date: date | None
    death_date: date | None
    phone: str | None
    city: str | None
    state: str | None
    numbers: list[str]
    balance_cents: int


class FindIn(Value):
    """The search: name, number, phone digits, birth date."""

    wanted: Words


class FileOut(BaseModel):
    """The result of importing a file."""

    name: str
    kind: str
    sha256: str
    already_taken: bool
    rows: int
    taken: int
    rejected: int
    reject_file: str | None


class LetterIn(Value):
    """A requested letter."""

    kind: Number


class LetterOut(BaseModel):
    """The letter, by the number printed on it."""

    letter: int
    number: str
    state: Literal["queued"]


Anything = Mapping[str, object]
