"""The merge data of one estate document: what a template of `letters/templates/estate` can show, and nothing else.

Plain values. Money is whole cents, dates are `datetime.date`. There is no field for a diagnosis, the name of a
procedure or a part of a social security number: a court's file holds the minimum necessary (45 CFR 164.502(b)).
"""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from letters.data import Creditor
from letters.errors import LetterFault


@dataclass(frozen=True, slots=True)
class Sheet:
    """The document itself: its number, kind, heading and date. `amends` is the number of the claim that this one
    amends."""

    number: str
    kind: str
    title: str
    date: dt.date
    amends: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A party of the matter. `role` in words: "personal representative"."""

    name: str
    role: str = ""
    address_lines: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Decedent:
    """The decedent."""

    name: str
    died_on: dt.date
    address_lines: tuple[str, ...] = ()
    born_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The estate's court file and its caption; unknown data is empty.

    `heading`: the lines of the court as its papers name it; without them the court's name, with county and state below.
    `before` and `after` stand around the decedent's name; `number_label` is what this court calls the case number.
    """

    court: str = ""
    county: str = ""
    state: str = ""
    number: str = ""
    heading: tuple[str, ...] = ()
    before: str = "In the matter of the estate of"
    after: str = "deceased."
    number_label: str = "Case no."


@dataclass(frozen=True, slots=True)
class Counsel:
    """The attorney who appears for the claimant. `number`: the bar number with its label. `at_top`: the block stands
    above the court's name, as in California; otherwise below the signature. `bare_number`: without its label."""

    name: str
    firm: str
    number: str
    address_lines: tuple[str, ...]
    phone: str
    email: str
    appears_for: str
    at_top: bool = False
    bare_number: str = ""


@dataclass(frozen=True, slots=True)
class EstateAccount:
    """One account of the matter. `part` is its part of the claim ("last illness", "other")."""

    number: str
    service_from: dt.date
    service_to: dt.date
    charges_cents: int
    insurance_cents: int
    adjustments_cents: int
    paid_cents: int
    balance_cents: int
    insurance_open: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class EstateEntry:
    """One line of an account's ledger, oldest first (`{{ line.entry|recorded }}`: "Charge")."""

    account: str
    posted_on: dt.date
    entry: str
    amount_cents: int
    balance_cents: int


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim. `due_cents` is owed now, `contingent_cents` depends on a payer that has not decided.

    `last_illness_cents` and `other_cents` split the whole by rank; `changed` describes the change in an amended claim.
    """

    amount_cents: int
    due_cents: int
    contingent_cents: int
    last_illness_cents: int
    other_cents: int
    basis: str
    sworn: bool
    filed_on: dt.date | None = None
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One field of a state's form, with its entry."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Due:
    """The controlling deadline, the last business day for it, and the reason. `sure`: its confidence, with the missing
    facts."""

    on: dt.date
    file_by: dt.date
    rule: str
    citation: str
    sure: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The estate's response to the claim."""

    on: dt.date
    allowed_cents: int
    refused_cents: int
    grounds: str = ""
    sue_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A compromise: a lower amount instead of the whole, open until a date."""

    amount_cents: int
    instead_of_cents: int
    valid_to: dt.date


@dataclass(frozen=True, slots=True)
class Receipt:
    """Payments from the estate."""

    amount_cents: int
    on: dt.date


@dataclass(frozen=True, slots=True)
class Sent:
    """One mailing or service: the document, the recipient (name and full address), the date and the method."""

    on: dt.date
    what: str
    to: str
    how: str
    tracking: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of the history extract, or of a list of evidence."""

    on: dt.date
    what: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Our attorney's assignment and its terms."""

    asked: str
    budget_cents: int
    fee: str


@dataclass(frozen=True, slots=True)
class Petition:
    """A creditor's petition to a court without an estate yet. `interest` is the petitioner's ground; `kin` are the
    known persons whom the court may appoint before a creditor."""

    interest: str
    asked: str
    kin: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Awaited:
    """An allowed or agreed amount that is not paid: how much, since when, and the number of this reminder, from 1."""

    amount_cents: int
    since: dt.date
    number: int


@dataclass(frozen=True, slots=True)
class Signer:
    """The signer for the creditor."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class EstatePaper:
    """All data of one document of a matter. Inconsistent data raises `LetterFault`.

    `deadlines` are other dates besides `due`, in order. `filing_fee_cents` is sent to the court with the document; 0 if
    unknown. `written_off_cents` was written off for the matter; 0 until then.
    """

    worked_out: ClassVar[tuple[str, ...]] = ("charges_cents", "insurance_cents", "adjustments_cents", "paid_cents")

    sheet: Sheet
    creditor: Creditor
    recipient: Party
    decedent: Decedent
    signer: Signer
    matter: str
    ein: str = ""
    case: Case = Case()
    counsel: Counsel | None = None
    accounts: tuple[EstateAccount, ...] = ()
    total_cents: int = 0
    representative: Party | None = None
    estate_attorney: Party | None = None
    our_attorney: Party | None = None
    claim: Claim | None = None
    boxes: tuple[Box, ...] = ()
    due: Due | None = None
    answer: Answer | None = None
    offer: Offer | None = None
    receipt: Receipt | None = None
    terms: Terms | None = None
    petition: Petition | None = None
    awaited: Awaited | None = None
    ledger: tuple[EstateEntry, ...] = ()
    mailings: tuple[Sent, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    enclosures: tuple[str, ...] = ()
    reason: str = ""
    deadlines: tuple[Due, ...] = ()
    filing_fee_cents: int = 0
    written_off_cents: int = 0

    def __post_init__(self) -> None:
        added = sum(account.balance_cents for account in self.accounts)
        if self.accounts and added != self.total_cents:
            raise LetterFault(
                f"paper {self.sheet.number}: total_cents is {self.total_cents}, but its accounts add up to {added}; "
                "make it again from the book"
            )
        claim = self.claim
        if claim is None:
            return
        parts = (claim.due_cents + claim.contingent_cents, claim.last_illness_cents + claim.other_cents)
        if parts != (claim.amount_cents, claim.amount_cents):
            raise LetterFault(
                f"paper {self.sheet.number}: the claim is {claim.amount_cents} cents, its parts are {parts[0]} and "
                f"{parts[1]}; make it again from the book"
            )

    @property
    def charges_cents(self) -> int:
        """The charges on all accounts."""
        return sum(account.charges_cents for account in self.accounts)

    @property
    def insurance_cents(self) -> int:
        """The insurance payments on all accounts."""
        return sum(account.insurance_cents for account in self.accounts)

    @property
    def adjustments_cents(self) -> int:
        """The adjustments on all accounts."""
        return sum(account.adjustments_cents for account in self.accounts)

    @property
    def paid_cents(self) -> int:
        """The payments on all accounts other than insurance."""
        return sum(account.paid_cents for account in self.accounts)
