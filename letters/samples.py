"""Letters with made-up people, to try a template with: for checks, previews and benchmarks."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from compliance.letter_lines import StateLine
from letters.data import (
    AccountLine,
    Agency,
    Arrangement,
    Creditor,
    Dispute,
    Guarantor,
    Instalment,
    LedgerLine,
    Letter,
    LetterData,
    PlanOption,
    Promise,
    Refund,
    ReturnedPayment,
)
from letters.kinds import LetterKind, Section, kind_of

_DAY = dt.date(2026, 2, 2)

CREDITOR = Creditor(
    name="Lakeview Community Hospital",
    address_lines=("1200 Shoreline Drive", "Patient Financial Services"),
    city_line="Madison, WI 53703",
    phone="(608) 555-0142",
    phone_hours="Monday to Friday, 8 a.m. to 6 p.m. Central",
    remit_lines=("Lakeview Community Hospital", "PO Box 44120", "Milwaukee, WI 53201-4120"),
    is_nonprofit_hospital=True,
    accent="#14606B",
    phone_hours_es="lunes a viernes, de 8 a. m. a 6 p. m., hora del Centro",
    pay_online="pay.lakeview.example",
    assistance_url="lakeview.example/help",
)
GUARANTOR = Guarantor(
    name="Maria Gutierrez-Holloway",
    address_lines=("418 North Blair Street, Apt 3", "Madison, WI 53703-1912"),
)


LINES = (StateLine("A line of small print that a state asks for.", "Una línea en letra pequeña que pide un estado."),)


def sample_letter(
    kind: str = LetterKind.REMINDER_1, accounts: int = 2, texts: Sequence[StateLine] = (), language: str = "en"
) -> LetterData:
    """A letter of any kind with that many accounts, the same each time."""
    kind = kind.replace("_", "-")
    about = kind_of(kind)
    lines = tuple(_line(kind, n) for n in range(accounts))
    days = about.pay_by_days
    data = LetterData(
        letter=Letter(
            number="L-00000123-4",
            kind="" if about.needs else kind,
            date=_DAY,
            pay_by=None if days is None else _DAY + dt.timedelta(days=days),
            language=language,
        ),
        creditor=CREDITOR,
        guarantor=GUARANTOR,
        accounts=lines,
        total_cents=sum(line.balance_cents for line in lines if line.due_here),
        texts=tuple(texts),
        final_accounts=lines[:1] if kind == LetterKind.FINAL_NOTICE else (),
    )
    if about.needs is None:
        return data
    told = {about.needs.value: _section(about.needs, kind, lines)}
    return replace(data, letter=replace(data.letter, kind=kind), **told)


def _line(kind: str, n: int) -> AccountLine:
    charges = 96_250 + 21_317 * (n % 97)
    insurance, adjustments = charges * 6 // 10, charges // 10
    balance = 0 if kind == LetterKind.PAID_IN_FULL else 14_320 + 1_905 * (n % 89)
    if kind == LetterKind.REFUND_NOTICE:
        balance = -12_055
    return AccountLine(
        number=f"2000{4481 + 37 * n:04d}",
        patient="Maria Gutierrez-Holloway" if n % 2 == 0 else "Theo Holloway",
        service_on=_DAY - dt.timedelta(days=150 - n % 40),
        first_statement_on=_DAY - dt.timedelta(days=100 - n % 40),
        kind=str(kind if n == 0 or kind != LetterKind.FINAL_NOTICE else LetterKind.REMINDER_1),
        since=_DAY - dt.timedelta(days=70 - n % 40),
        charges_cents=charges,
        insurance_cents=insurance,
        adjustments_cents=adjustments,
        paid_cents=charges - insurance - adjustments - balance,
        balance_cents=balance,
        due_here=balance > 0 and kind_of(kind).asks_for_payment,
        last_payment_on=_DAY - dt.timedelta(days=20) if n % 2 == 0 else None,
    )


def _section(section: Section, kind: str, lines: Sequence[AccountLine]) -> object:
    """The merge data that only some kinds have."""
    total = sum(line.balance_cents for line in lines)
    match section:
        case Section.LEDGER:
            return tuple(entry for line in lines for entry in _ledger(line))
        case Section.ARRANGEMENT:
            return _arrangement(kind, total)
        case Section.PROMISE:
            return Promise(10_000, _DAY - dt.timedelta(days=21), _DAY - dt.timedelta(days=7), paid_cents=4_000)
        case Section.AGENCY:
            return Agency(
                "Harbor Recovery Partners",
                ("88 Wharf Road, Suite 4",),
                "Milwaukee, WI 53202",
                "(414) 555-0177",
                _DAY,
                total,
            )
        case Section.REFUND:
            return Refund(12_055, _DAY)
        case Section.RETURNED_PAYMENT:
            return ReturnedPayment(5_000, _DAY - dt.timedelta(days=12), _DAY - dt.timedelta(days=2))
        case Section.DISPUTE:
            return Dispute(_DAY - dt.timedelta(days=3), _DAY + dt.timedelta(days=27))


def _ledger(line: AccountLine) -> list[LedgerLine]:
    entries = (
        ("charge", line.charges_cents),
        ("insurance_payment", -line.insurance_cents),
        ("contractual", -line.adjustments_cents),
        ("patient_payment", -line.paid_cents),
    )
    found: list[LedgerLine] = []
    balance = 0
    for n, (entry, cents) in enumerate(entries):
        balance += cents
        found.append(LedgerLine(line.number, line.service_on + dt.timedelta(days=11 * n), entry, cents, balance))
    return found


def _arrangement(kind: str, total: int) -> Arrangement:
    month = -(-total // 6)
    if kind == LetterKind.ARRANGEMENT_OFFER:
        options = tuple(
            PlanOption(months, each, total - each * (months - 1), dt.date(2026, 3, 1))
            for months in (3, 6, 12)
            if (each := -(-total // months))
        )
        return Arrangement(total, options=options)
    days = [dt.date(2026, 3 + n, 1) for n in range(6)]
    amounts = [month] * 5 + [total - 5 * month]
    plan = tuple(Instalment(day, cents) for day, cents in zip(days, amounts, strict=True))
    if kind == LetterKind.ARRANGEMENT_BROKEN:
        return Arrangement(
            total,
            number="P-000045",
            instalments=plan,
            missed_cents=month,
            missed_on=_DAY - dt.timedelta(days=5),
            cure_by=_DAY + dt.timedelta(days=21),
        )
    return Arrangement(total, number="P-000045", instalments=plan, large=True, financed_cents=total)
