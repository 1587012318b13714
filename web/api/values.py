"""What programs send and are given: money in cents, days as ISO, instants in UTC."""

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
    """Read strictly: a field that there is not is a mistake, and told."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Why something was not done, and what to do. `remedy`: the work that helps; `facts`: what it is about."""

    error: str
    kind: RefusalKind | None = None
    remedy: Remedy | None = None
    facts: dict[str, str | int] | None = None


class Fault(BaseModel):
    """What does not fit the description: where it stands, and why."""

    loc: list[str | int]
    msg: str
    type: str


class Unfit(Problem):
    """A request that cannot be right; `detail` where it does not fit the description of the API."""

    detail: list[Fault] | None = None


class PaymentIn(Value):
    """A payment that a patient made, known by reference, account, amount and day. `part`: the check pays other accounts
    too; `same_number`: another guarantor's check has the same number; `trace`: the payer's own number of it."""

    amount_cents: Cents
    on: date | None = None
    reference: Number
    method: Annotated[str, Field(max_length=40)] | None = None
    part: bool = False
    same_number: bool = False
    trace: Number | None = None


class PaymentOut(BaseModel):
    """What became of it."""

    number: str
    already_posted: bool
    balance_cents: int
    settled: bool
    possible_duplicate_of: date | None = None


class TransferIn(Value):
    """A credit to move to another account of the same guarantor and creditor; no amount: as much as is owed there."""

    to: Number
    reason: Words
    amount_cents: Cents | None = None


class TransferOut(BaseModel):
    """What was moved, and where the account with the credit stands."""

    number: str
    to: str
    amount_cents: int
    balance_cents: int


class PaymentBack(Value):
    """A payment that the bank did not pay, by its number; `mistake`: it was posted by mistake, and no letter goes."""

    reference: Number
    reason: Words
    mistake: bool = False


class BackOut(BaseModel):
    """What is open again on one account."""

    number: str
    amount_cents: int


class InsuranceIn(Value):
    """An insurance as somebody named it; `source`: who says so."""

    payer: Annotated[str, Field(max_length=80)]
    payer_class: PayerClass = PayerClass.COMMERCIAL
    member_id: Annotated[str, Field(max_length=40)]
    source: Annotated[str, Field(max_length=200)]
    group_number: Annotated[str, Field(max_length=80)] | None = None
    holder: Annotated[str, Field(max_length=80)] | None = None


class InsuranceOut(BaseModel):
    """Its number; none where the same policy is known already."""

    insurance: int | None
    already_known: bool


class InsuranceChange(Value):
    """What became of an insurance: billed on a day (today where none is told), or what it says."""

    state: Literal["billed", "answered", "not_in_force"]
    on: date | None = None
    says: Annotated[str, Field(max_length=2_000)] = ""


class InsuranceNow(BaseModel):
    """Where an insurance stands, and its account's payer class."""

    insurance: int
    state: str
    number: str
    payer_class: str


class HoldIn(Value):
    """A hold to open; `until` is the first day on which it no longer stops."""

    kind: str
    scope: str | None = None
    until: date | None = None


class FactIn(Value):
    """What the law asks of an account: so on a day (today, where none is given), with its number; or not `there`.

    `amount_cents` is in cents, of `fpl` in hundredths of a percent.
    """

    fact: FactName
    source: Words
    on: date | None = None
    amount_cents: Annotated[int, Field(ge=0, le=MOST_CENTS)] | None = None
    there: bool = True


class ClearIn(Value):
    """Why a hold is cleared."""

    kind: str
    reason: Words


class DispositionIn(Value):
    """How a call ended. `at` is the time of a callback where the guarantor is; `on` the day promised or of death."""

    code: Number
    amount_cents: Cents | None = None
    on: date | None = None
    at: Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")] | None = None
    note: Words | None = None
    patient: bool = False


class CallOut(BaseModel):
    """A call that may be made: whom, in which hours (UTC), about what."""

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
    """Tasks that are done, by their numbers, and what came of them."""

    tasks: Keys
    outcome: Words


class DoneOut(BaseModel):
    """How many tasks were closed."""

    done: int


class ApproveIn(Value):
    """Reviews to approve, by the `id` that the list of reviews has, and why, where somebody says it."""

    reviews: Keys
    reason: Words | None = None


class KeepIn(Value):
    """Reviews whose accounts stay with us, and why."""

    reviews: Keys
    reason: Words


class DecidedOut(BaseModel):
    """What a manager decided, of which accounts, and what is owed on them."""

    decided: Literal["approved", "kept"]
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
    """What changed about a guarantor; what is left out stays. An empty text takes the value away."""

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
    """The names of the fields that are now another."""

    changed: list[str]


class FoundOut(BaseModel):
    """A person who fits."""

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
    """Who is looked for: name, number, phone digits, birth date."""

    wanted: Words


class FileOut(BaseModel):
    """What came of a file."""

    name: str
    kind: str
    sha256: str
    already_taken: bool
    rows: int
    taken: int
    rejected: int
    reject_file: str | None


class LetterIn(Value):
    """A letter that somebody asked for."""

    kind: Number


class LetterOut(BaseModel):
    """The letter, as it is numbered on paper."""

    letter: int
    number: str
    state: Literal["queued"]


Anything = Mapping[str, object]
