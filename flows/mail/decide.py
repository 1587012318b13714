"""The last look at a letter before it is written or printed, and what it says. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.dunning.law import Stop, stop_for
from flows.dunning.schedule import SendLetter
from flows.dunning.snapshot import AccountNow, GroupNow
from flows.mail.lines import lines_for
from letters.data import PAID_IN_FULL, AccountLine, Creditor, Guarantor, Letter, LetterData
from letters.kinds import KINDS, kind_of
from models.kinds import LedgerKind
from models.values import dollars

_ORDER = list(KINDS)


@dataclass(frozen=True, slots=True)
class Spoken:
    """An account that a queued letter speaks of, as it was when it was queued."""

    account_id: int
    kind: str
    step: str | None
    cycle: int | None


@dataclass(frozen=True, slots=True)
class Queued:
    """A letter that is not mailed yet. `data` is what was merged into it, if it is written already."""

    id: int
    kind: str
    language: str
    queued_on: date
    spoken: tuple[Spoken, ...]
    data: str | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """An account that the letter will not speak of after all. `again`: its step is to be taken once more."""

    spoken: Spoken
    reason: str
    again: bool


@dataclass(frozen=True, slots=True)
class LastLook:
    """What became of a letter at the moment of doing: whom it still speaks for, and who was dropped, and why."""

    kept: tuple[Spoken, ...]
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """An account's ledger by what it was, in cents; what lowers the balance is given as a positive amount."""

    charges: int = 0
    insurance: int = 0
    adjustments: int = 0
    paid: int = 0


@dataclass(frozen=True, slots=True)
class Names:
    """The names and addresses that go on paper, beside what decisions need."""

    guarantor: str
    address: tuple[str, ...]
    creditor_address: tuple[str, ...]
    creditor_city: str
    phone: str
    phone_hours: str
    accent: str
    patients: Mapping[int, str]


def last_look(letter: Queued, group: GroupNow, today: date) -> LastLook:
    """Is all that a letter says still so, and lawful, today?"""
    accounts = {account.id: account for account in group.accounts}
    kept: list[Spoken] = []
    dropped: list[Dropped] = []
    for spoken in letter.spoken:
        account = accounts.get(spoken.account_id)
        if account is None:
            dropped.append(Dropped(spoken, "the account is no longer in a schedule", again=False))
        elif (reason := _no_longer_true(spoken, account)) is not None:
            dropped.append(Dropped(spoken, reason, again=False))
        elif (stop := stop_for(SendLetter(spoken.kind), account, group, today)) is not None:
            dropped.append(Dropped(spoken, _stopped(stop), again=True))
        else:
            kept.append(spoken)
    return LastLook(tuple(kept), tuple(dropped))


def _no_longer_true(spoken: Spoken, account: AccountNow) -> str | None:
    if spoken.kind == PAID_IN_FULL:
        if account.balance_cents < 0:
            return f"{dollars(-account.balance_cents)} is owed back and comes first"
        return f"{dollars(account.balance_cents)} is owed again" if account.balance_cents > 0 else None
    return "nothing is owed any more" if account.balance_cents <= 0 else None


def _stopped(stop: Stop) -> str:
    return f"{stop.reason} ({stop.rule}, {stop.citation})"


def envelope_kind(letter: Queued, kept: Sequence[Spoken]) -> str:
    """The kind of the envelope for those still in it: its own, or the furthest among those that are left."""
    if any(spoken.kind == letter.kind for spoken in kept):
        return letter.kind
    return max((spoken.kind for spoken in kept), key=lambda kind: _ORDER.index(kind) if kind in KINDS else len(_ORDER))


def sums_of(amounts: Mapping[str, int]) -> Sums:
    """An account's ledger, summed by kind, as a letter's table shows it; the four make the balance."""
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
    return Sums(charges, insurance, adjustments, paid)


def compose(
    letter: Queued, kept: Sequence[Spoken], group: GroupNow, sums: Mapping[int, Sums], names: Names
) -> LetterData:
    """What a letter says, about the accounts still in it. The same book gives the same words."""
    accounts = {account.id: account for account in group.accounts}
    kind = envelope_kind(letter, kept)
    lines = tuple(_line(spoken, accounts[spoken.account_id], letter, sums, names) for spoken in kept)
    days = kind_of(kind).pay_by_days
    final = tuple(line for line, spoken in zip(lines, kept, strict=True) if spoken.kind == "final-notice")
    return LetterData(
        letter=Letter(
            number=f"L-{letter.id:08d}",
            kind=kind,
            date=letter.queued_on,
            pay_by=None if days is None else letter.queued_on + timedelta(days=days),
            language=letter.language,
        ),
        creditor=Creditor(
            name=group.creditor.name,
            address_lines=names.creditor_address,
            city_line=names.creditor_city,
            phone=names.phone,
            phone_hours=names.phone_hours,
            remit_lines=(group.creditor.name, *names.creditor_address, names.creditor_city),
            is_nonprofit_hospital=group.creditor.kind == "nonprofit_hospital",
            accent=names.accent,
        ),
        guarantor=Guarantor(names.guarantor, names.address),
        accounts=lines,
        total_cents=sum(line.balance_cents for line in lines),
        texts=tuple(line.text for line in lines_for(group.person.state, group.creditor.state)),
        final_accounts=final if kind == "final-notice" else (),
    )


def _line(spoken: Spoken, account: AccountNow, letter: Queued, sums: Mapping[int, Sums], names: Names) -> AccountLine:
    mine = sums[account.id]
    return AccountLine(
        number=short_number(account.number),
        patient=names.patients[account.id],
        service_on=account.service_from,
        first_statement_on=account.first_statement_on or account.service_from,
        kind=spoken.kind,
        since=letter.queued_on,
        charges_cents=mine.charges,
        insurance_cents=mine.insurance,
        adjustments_cents=mine.adjustments,
        paid_cents=mine.paid,
        balance_cents=account.balance_cents,
    )


def short_number(number: str) -> str:
    """An account number as it is printed: its last four signs, so that a lost letter tells little."""
    return number if len(number) <= 4 else f"…{number[-4:]}"
