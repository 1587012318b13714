"""The recheck of a letter before it is written or printed, and its content. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from compliance.letter_lines import lines_for
from flows.accounts.blocker import Blocker
from flows.accounts.eligibility import stop_for
from flows.accounts.snapshot import AccountNow, GroupNow
from flows.correspondence.letters.section_labels import section_label
from flows.schedules.schedule import SendLetter
from letters.data import PAID_IN_FULL, AccountLine, CreditLine, Creditor, Guarantor, Letter, LetterData, Sections
from letters.docx.shelf import Sheets
from letters.kinds import KINDS, LetterKind, LetterName, LetterOrigin, kind_of
from letters.numbers import letter_number
from models.enums import Channel, LedgerKind
from models.values import dollars

MAY_LIE = timedelta(days=3)
"""How long a letter may wait between its date and printing: a weekend."""

_ORDER = list(KINDS)
_TRUE_AT_ANY_BALANCE = frozenset(
    {LetterKind.REFUND_NOTICE, LetterKind.DISPUTE_RECEIVED, LetterKind.ITEMISED_STATEMENT, LetterKind.ADDRESS_CHECK}
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """An account in a queued letter, as of when it was queued."""

    account_id: int
    kind: LetterName
    step: str | None
    cycle: int | None


@dataclass(frozen=True, slots=True)
class Queued:
    """A letter that is not sent yet. `data` is its merge data, if it is written already.

    `of_letter` is the returned letter that this one replaces. `entries` are the keys of the ledger entries it is about,
    if it covers only some.
    """

    id: int
    kind: LetterName
    language: str
    queued_on: date
    spoken: tuple[Spoken, ...]
    data: str | None = None
    origin: LetterOrigin = LetterOrigin.SCHEDULED
    large_print: bool = False
    enclose: tuple[str, ...] = ()
    of_letter: int | None = None
    template_digest: str | None = None
    channel: Channel = Channel.POST
    email: str | None = None
    attempts: int = 0
    entries: tuple[int, ...] = ()

    def sheets(self, kind: LetterName) -> Sheets:
        """The content of the envelope, for a letter of a kind."""
        return Sheets(kind, self.language, self.large_print, self.enclose)


@dataclass(frozen=True, slots=True)
class Dropped:
    """An account removed from a letter. `again`: its step must be done again.

    `aside`: its steps stop until staff review it. `missing`: what staff must obtain first.
    """

    spoken: Spoken
    reason: str
    again: bool
    aside: bool = False
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Recheck:
    """The result of a recheck: the accounts still in the letter, and those removed, with the reason."""

    kept: tuple[Spoken, ...]
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """An account's ledger by kind, in cents; amounts that lower the balance are positive."""

    charges: int = 0
    insurance: int = 0
    adjustments: int = 0
    paid: int = 0
    last_payment_on: date | None = None

    @property
    def balance(self) -> int:
        """The total of the ledger."""
        return self.charges - self.insurance - self.adjustments - self.paid


@dataclass(frozen=True, slots=True)
class Before:
    """Earlier mailings to a guarantor from a creditor: the newest other letter of a schedule, and the steps of accounts
    (account, cycle, step) that another letter has already completed."""

    newest_on: date | None = None
    steps: frozenset[tuple[int, int | None, str | None]] = frozenset()
    at_least_days: int = 0


@dataclass(frozen=True, slots=True)
class Described:
    """The service of an account, who gave it, and the insurance on file; empty where unknown."""

    service: str = ""
    provider: str = ""
    insurer: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The names and addresses to print, in addition to the data for decisions. `elsewhere` are the numbers of the
    guarantor's other accounts with a balance, `imb` the digits of the Intelligent Mail barcode."""

    guarantor: str
    address: tuple[str, ...]
    creditor: Creditor
    patients: Mapping[int, str]
    described: Mapping[int, Described] = field(default_factory=dict[int, Described])
    elsewhere: tuple[str, ...] = ()
    imb: str = ""


def recheck_before_print(
    letter: Queued, group: GroupNow, today: date, sums: Mapping[int, Sums], before: Before, sections: Sections
) -> Recheck:
    """Check that a letter is still true, complete, and lawful today."""
    accounts = {account.id: account for account in group.accounts}
    kept: list[Spoken] = []
    dropped: list[Dropped] = []
    for spoken in letter.spoken:
        account = accounts.get(spoken.account_id)
        if account is None:
            dropped.append(Dropped(spoken, "the account is no longer in a schedule", again=False))
        elif (reason := _no_longer_true(spoken, account)) is not None:
            dropped.append(Dropped(spoken, reason, again=False))
        elif (unfit := _unfit(letter, spoken, account, sums[account.id], before)) is not None:
            dropped.append(unfit)
        elif (needs := kind_of(spoken.kind).needs) is not None and not sections.get(needs):
            dropped.append(
                Dropped(
                    spoken,
                    f"the account no longer has the {section_label(needs)} that the letter is about",
                    again=False,
                )
            )
        elif (stop := stop_for(SendLetter(spoken.kind, letter.enclose), account, group, today)) is not None:
            dropped.append(Dropped(spoken, _stopped(stop), again=True, missing=stop.needs))
        else:
            kept.append(spoken)
    return Recheck(tuple(kept), tuple(dropped))


def _unfit(letter: Queued, spoken: Spoken, account: AccountNow, sums: Sums, before: Before) -> Dropped | None:
    """What is wrong with a statement before it is sent: balance and ledger differ, or it was already sent."""
    if sums.balance != account.balance_cents:
        told = f"the balance is {dollars(account.balance_cents)}, but the ledger totals {dollars(sums.balance)}"
        return Dropped(spoken, told, again=False, aside=True)
    if letter.origin is not LetterOrigin.SCHEDULED:
        return None
    if spoken.step is not None and (account.id, spoken.cycle, spoken.step) in before.steps:
        return Dropped(spoken, "another letter already completed this step", again=False)
    gap = timedelta(days=before.at_least_days)
    if before.newest_on is not None and abs(letter.queued_on - before.newest_on) < gap:
        told = (
            f"another letter was sent on {before.newest_on}; there must be {before.at_least_days} days between letters"
        )
        return Dropped(spoken, told, again=True)
    return None


def _no_longer_true(spoken: Spoken, account: AccountNow) -> str | None:
    if spoken.kind in _TRUE_AT_ANY_BALANCE:
        return None
    if spoken.kind == PAID_IN_FULL:
        if account.balance_cents < 0:
            return f"there is a credit balance of {dollars(-account.balance_cents)}, which must be resolved first"
        return f"there is a balance of {dollars(account.balance_cents)} again" if account.balance_cents > 0 else None
    return "the balance is zero" if account.balance_cents <= 0 else None


def _stopped(stop: Blocker) -> str:
    return stop.reason if stop.rule.startswith("hold:") else f"{stop.reason} ({stop.rule}, {stop.citation})"


def envelope_kind(letter: Queued, kept: Sequence[Spoken]) -> LetterName:
    """The kind of the envelope for the accounts still in it: its own, or the most advanced of those left."""
    if any(spoken.kind == letter.kind for spoken in kept):
        return letter.kind
    return max((spoken.kind for spoken in kept), key=lambda kind: _ORDER.index(kind) if kind in KINDS else len(_ORDER))


def sums_of(amounts: Mapping[str, int], last_payment_on: date | None = None) -> Sums:
    """An account's ledger, summed by kind, as in a letter's table; the four add up to the balance."""
    charges = insurance = adjustments = paid = 0
    for kind, cents in amounts.items():
        match LedgerKind(kind):
            case LedgerKind.INSURANCE_PAYMENT:
                insurance -= cents
            case LedgerKind.CONTRACTUAL | LedgerKind.DISCOUNT | LedgerKind.WRITE_OFF:
                adjustments -= cents
            case LedgerKind.PATIENT_PAYMENT | LedgerKind.REFUND:
                paid -= cents
            case LedgerKind.OPENING | LedgerKind.CHARGE | LedgerKind.INTEREST | LedgerKind.TRANSFER:
                charges += cents
    return Sums(charges, insurance, adjustments, paid, last_payment_on)


def compose(
    letter: Queued,
    kept: Sequence[Spoken],
    group: GroupNow,
    sums: Mapping[int, Sums],
    names: Names,
    sections: Sections,
    today: date,
    credits: Sequence[CreditLine] = (),
) -> LetterData:
    """The content of a letter about the accounts still in it. The same data and date produce the same text.

    `credits` are the guarantor's credit balances at the same creditor; a letter with a balance due shows them.
    """
    accounts = {account.id: account for account in group.accounts}
    kind = envelope_kind(letter, kept)
    dated = dated_on(letter, today)
    lines = tuple(_line(spoken, accounts[spoken.account_id], letter, sums, names) for spoken in kept)
    about = kind_of(kind)
    final = tuple(line for line, spoken in zip(lines, kept, strict=True) if spoken.kind == LetterKind.FINAL_NOTICE)
    told = Sections() if about.needs is None else sections
    return LetterData(
        letter=Letter(
            number=letter_number(letter.id),
            kind=str(kind),
            date=dated,
            pay_by=None if about.pay_by_days is None else dated + timedelta(days=about.pay_by_days),
            language=letter.language,
            large_print=letter.large_print,
        ),
        creditor=names.creditor,
        guarantor=Guarantor(names.guarantor, names.address),
        accounts=lines,
        total_cents=sum(line.balance_cents for line in lines if line.due_here),
        texts=tuple(line.text for line in lines_for(group.person.state, group.creditor.state)),
        credits=tuple(credits) if any(line.balance_cents > 0 for line in lines) else (),
        final_accounts=final if kind == LetterKind.FINAL_NOTICE else (),
        elsewhere=names.elsewhere if about.asks_for_payment else (),
        imb=names.imb,
        **told,
    )


def dated_on(letter: Queued, today: date) -> date:
    """The date on a letter: the date it was queued, or today if it waited so long that its time to pay or reply would
    be too short."""
    return letter.queued_on if today - letter.queued_on <= MAY_LIE else today


def _line(spoken: Spoken, account: AccountNow, letter: Queued, sums: Mapping[int, Sums], names: Names) -> AccountLine:
    mine, known = sums[account.id], names.described.get(account.id, Described())
    return AccountLine(
        number=account.number,
        patient=names.patients[account.id],
        service_on=account.service_from,
        first_statement_on=account.first_statement_on or account.service_from,
        kind=str(spoken.kind),
        since=letter.queued_on,
        charges_cents=mine.charges,
        insurance_cents=mine.insurance,
        adjustments_cents=mine.adjustments,
        paid_cents=mine.paid,
        balance_cents=account.balance_cents,
        due_here=kind_of(spoken.kind).asks_for_payment,
        last_payment_on=mine.last_payment_on,
        service=known.service,
        provider=known.provider,
        insurer=known.insurer,
    )
