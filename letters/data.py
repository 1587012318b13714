"""The merge data of one envelope: everything a template can show, and nothing else.

Plain values. Money is whole cents, dates are `datetime.date`; templates format both. The field names here are the names
to use in a template: `{{ letter.number }}`, `{%tr for a in accounts %}`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypedDict

from compliance.letter_lines import StateLine
from letters.docx.merge import build, plain
from letters.errors import LetterFault
from letters.kinds import LetterKind, kind_of
from letters.layout.barcode import barcode
from letters.layout.imb import outline
from letters.layout.scanline import scan_line

FINAL_NOTICE_DAYS = 30
"""The minimum days between a final notice and the actions it announces (26 CFR 1.501(r)-6(c)(4))."""

PAID_IN_FULL = LetterKind.PAID_IN_FULL
CONFIRMED = LetterKind.ARRANGEMENT_CONFIRMATION


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter itself: its number, kind, date, and the date to pay by (if any)."""

    number: str
    kind: str
    date: dt.date
    pay_by: dt.date | None
    language: str = "en"
    large_print: bool = False


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture for the letterhead: the SHA-256 of its bytes, its suffix, and its size on paper in EMU."""

    worked_out: ClassVar[tuple[str, ...]] = ("rel",)

    digest: str
    suffix: str
    width: int
    height: int

    @property
    def rel(self) -> str:
        """The name of the logo in a letter's XML."""
        return f"rIdLogo{self.digest[:12]}"


@dataclass(frozen=True, slots=True)
class Creditor:
    """The creditor. `accent` is the letterhead's color as hex; an invalid one prints as a calm blue.

    `pay_online` and `assistance_url` are addresses to print, empty if there are none.
    """

    name: str
    address_lines: tuple[str, ...]
    city_line: str
    phone: str
    phone_hours: str
    remit_lines: tuple[str, ...]
    is_nonprofit_hospital: bool = False
    accent: str = ""
    phone_hours_es: str = ""
    pay_online: str = ""
    assistance_url: str = ""
    logo: Logo | None = None


@dataclass(frozen=True, slots=True)
class Guarantor:
    """The recipient, as shown in the envelope's window."""

    name: str
    address_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One row of the table: the balance of one account and how it came about.

    `number` is the whole account number. `kind` is the type of this letter for the account
    (`{{ account.kind|called }}`: "Second reminder") and `since` the date from which that type applies. `due_here` is
    false for a balance shown only for information, not due with this letter. `service`, `provider` and `insurer` are
    empty if they are not known.
    """

    worked_out: ClassVar[tuple[str, ...]] = ("described",)

    number: str
    patient: str
    service_on: dt.date
    first_statement_on: dt.date
    kind: str
    since: dt.date
    charges_cents: int
    insurance_cents: int
    adjustments_cents: int
    paid_cents: int
    balance_cents: int
    due_here: bool = True
    last_payment_on: dt.date | None = None
    service: str = ""
    provider: str = ""
    insurer: str = ""

    @property
    def described(self) -> bool:
        """Whether the service, the provider or the insurer is known."""
        return bool(self.service or self.provider or self.insurer)


@dataclass(frozen=True, slots=True)
class CreditLine:
    """The guarantor's credit balance on another account at the creditor. `ending`: the last characters of the account
    number."""

    ending: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry of an account's ledger, oldest first. `entry` is its kind (`{{ line.entry|entry }}`: "Charge").

    `code`, `description` and `units` are those of one service, if the charge is of one.
    """

    account: str
    posted_on: dt.date
    entry: str
    amount_cents: int
    balance_cents: int
    code: str = ""
    description: str = ""
    units: int = 0

    @property
    def of_one_service(self) -> bool:
        """Whether the service of a charge is known."""
        return bool(self.code or self.description)


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of a plan."""

    due_on: dt.date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class PlanOption:
    """One monthly payment option: `months` payments of `monthly_cents`, the last one of `last_cents`."""

    months: int
    monthly_cents: int
    last_cents: int
    first_on: dt.date


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A payment plan: offered (`options`), agreed (`instalments`), or behind (`missed_cents` since `missed_on`).

    `large`: more than four payments, so that the confirmation includes Regulation Z's disclosures. `financed_cents` is
    then the amount financed, which is paid after the down payment.
    """

    total_cents: int
    options: tuple[PlanOption, ...] = ()
    number: str = ""
    down_payment_cents: int = 0
    instalments: tuple[Instalment, ...] = ()
    missed_cents: int = 0
    missed_on: dt.date | None = None
    cure_by: dt.date | None = None
    large: bool = False
    financed_cents: int = 0


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised payment, and its result."""

    amount_cents: int
    made_on: dt.date
    due_on: dt.date
    paid_cents: int = 0


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency that has the account now."""

    name: str
    address_lines: tuple[str, ...]
    city_line: str
    phone: str
    placed_on: dt.date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund to the guarantor."""

    amount_cents: int
    sent_on: dt.date
    by_check: bool = True


@dataclass(frozen=True, slots=True)
class ReturnedPayment:
    """A payment that the bank returned; or `count` of them together, the last of which was made on `paid_on`."""

    amount_cents: int
    paid_on: dt.date
    returned_on: dt.date
    count: int = 1


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute under review."""

    received_on: dt.date
    answer_by: dt.date


class Sections(TypedDict, total=False):
    """Data that only some kinds of letter have; the keys are the words of `letters.kinds.Section`."""

    ledger: tuple[LedgerLine, ...]
    arrangement: Arrangement
    promise: Promise
    agency: Agency
    refund: Refund
    returned_payment: ReturnedPayment
    dispute: Dispute


@dataclass(frozen=True, slots=True)
class LetterData:
    """All data of one letter. Inconsistent data raises `LetterFault`.

    `elsewhere` are the numbers of the guarantor's other accounts with a balance at this creditor, which are not in the
    amounts of this letter. `imb` are the digits of the Intelligent Mail barcode, empty without one.
    """

    worked_out: ClassVar[tuple[str, ...]] = ("scan_line", "barcode", "asked_cents", "itemized", "rows", "imb_bars")

    letter: Letter
    creditor: Creditor
    guarantor: Guarantor
    accounts: tuple[AccountLine, ...]
    total_cents: int
    texts: tuple[StateLine, ...] = ()
    credits: tuple[CreditLine, ...] = ()
    final_accounts: tuple[AccountLine, ...] = ()
    ledger: tuple[LedgerLine, ...] = ()
    arrangement: Arrangement | None = None
    promise: Promise | None = None
    agency: Agency | None = None
    refund: Refund | None = None
    returned_payment: ReturnedPayment | None = None
    dispute: Dispute | None = None
    elsewhere: tuple[str, ...] = ()
    imb: str = ""

    def __post_init__(self) -> None:
        due = sum(account.balance_cents for account in self.accounts if account.due_here)
        if due != self.total_cents:
            raise LetterFault(
                f"letter {self.letter.number}: total_cents is {self.total_cents}, but the accounts due here "
                f"add up to {due}; correct the total or the accounts' due_here"
            )
        if self.letter.kind.replace("_", "-") == PAID_IN_FULL and self.total_cents != 0:
            raise LetterFault(
                f"letter {self.letter.number}: it says paid in full, but {self.total_cents} cents are due; send a "
                "reminder, or mark the accounts that are still open as not due here"
            )
        needs = kind_of(self.letter.kind).needs
        if needs is not None and not getattr(self, needs.value):
            raise LetterFault(
                f"letter {self.letter.number}: a letter of kind {self.letter.kind} needs {needs.value}, which is "
                "missing; send it only where it is known"
            )
        self._final_accounts_have_their_time()

    def _final_accounts_have_their_time(self) -> None:
        if not self.final_accounts:
            return
        strangers = [account.number for account in self.final_accounts if account not in self.accounts]
        if strangers:
            raise LetterFault(
                f"letter {self.letter.number}: final_accounts {', '.join(strangers)} are not among its accounts; "
                "add them to accounts or take them out of final_accounts"
            )
        soonest = self.letter.date + dt.timedelta(days=FINAL_NOTICE_DAYS)
        if self.letter.pay_by is None or self.letter.pay_by < soonest:
            raise LetterFault(
                f"letter {self.letter.number}: a final notice must give {FINAL_NOTICE_DAYS} days, to {soonest} or "
                f"later, but pay_by is {self.letter.pay_by}; set a later pay_by"
            )

    @property
    def asked_cents(self) -> int:
        """The amount due now: the missed amount of a plan or a promise, the first payment of a confirmed plan,
        otherwise the total due with this letter."""
        if self.arrangement is not None and self.arrangement.missed_cents:
            return self.arrangement.missed_cents
        if self.letter.kind == CONFIRMED and self.arrangement is not None and self.arrangement.instalments:
            return self.arrangement.instalments[0].amount_cents
        if self.promise is not None:
            return min(self.promise.amount_cents - self.promise.paid_cents, self.total_cents)
        if self.returned_payment is not None:
            return min(self.returned_payment.amount_cents, self.total_cents)
        return self.total_cents

    @property
    def scan_line(self) -> str:
        """The coupon's machine-readable line (see `letters.layout.scanline`)."""
        return scan_line(self.letter.number, self.asked_cents)

    @property
    def barcode(self) -> str:
        """The letter's number as a bar code, for the scanner of returned mail (see `letters.layout.barcode`)."""
        return barcode(self.letter.number)

    @property
    def imb_bars(self) -> str:
        """The Intelligent Mail barcode as the path of a drawing (see `letters.layout.imb`)."""
        return outline(self.imb)

    @property
    def itemized(self) -> bool:
        """Whether the service of each charge in the ledger is known: only then is a statement itemized."""
        charges = [line for line in self.ledger if line.entry in ("charge", "opening")]
        return bool(charges) and all(line.of_one_service for line in charges)

    @property
    def rows(self) -> int:
        """The rows of the table of accounts and of the lines below it, in the height of a row."""
        described = sum(account.described for account in self.accounts)
        others = len(self.texts) + len(self.credits) + bool(self.elsewhere)
        return len(self.accounts) + -(-described // 2) + others

    def to_dict(self) -> Mapping[str, object]:
        """The letter as JSON values: dates as ISO text, tuples as lists; default values are left out.

        `from_dict` reads it back.
        """
        return plain(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "LetterData":
        """Read the output of `to_dict`. Raises `LetterFault` with the field that is missing or wrong."""
        return build(cls, values)
