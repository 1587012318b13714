"""Letters with made-up people, to try a template with: for checks, previews and benchmarks."""

import datetime as dt
from collections.abc import Sequence

from letters.data import AccountLine, Creditor, Guarantor, Letter, LetterData

TITLES = {
    "reminder-1": "A reminder about your balance",
    "reminder-2": "A second reminder about your balance",
    "reminder-3": "Please get in touch about your balance",
    "final-notice": "Final notice about your balance",
    "paid-in-full": "Thank you. You are paid in full",
}
_WHAT = {
    "reminder-1": "First reminder",
    "reminder-2": "Second reminder",
    "reminder-3": "Third reminder",
    "final-notice": "Final notice",
    "paid-in-full": "Paid in full",
}
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
)
GUARANTOR = Guarantor(
    name="Maria Gutierrez-Holloway",
    address_lines=("418 North Blair Street, Apt 3", "Madison, WI 53703-1912"),
    salutation="Dear Maria Gutierrez-Holloway,",
)


def sample_letter(kind: str = "reminder-1", accounts: int = 2, texts: Sequence[str] = ()) -> LetterData:
    """A letter of any kind with that many accounts, the same each time."""
    kind = kind.replace("_", "-")
    lines = tuple(_line(kind, n) for n in range(accounts))
    return LetterData(
        letter=Letter(
            number="L-2026-000123",
            kind=kind,
            kind_title=TITLES.get(kind, "About your balance"),
            date=_DAY,
            pay_by=None if kind == "paid-in-full" else _DAY + dt.timedelta(days=30),
        ),
        creditor=CREDITOR,
        guarantor=GUARANTOR,
        accounts=lines,
        total_cents=sum(line.balance_cents for line in lines),
        texts=tuple(texts),
        final_accounts=lines[:1] if kind == "final-notice" else (),
    )


def _line(kind: str, n: int) -> AccountLine:
    charges = 96_250 + 21_317 * (n % 97)
    insurance, adjustments = charges * 6 // 10, charges // 10
    balance = 0 if kind == "paid-in-full" else 14_320 + 1_905 * (n % 89)
    return AccountLine(
        number=f"…{4481 + 37 * n:04d}",
        patient="Maria Gutierrez-Holloway" if n % 2 == 0 else "Theo Holloway",
        service_on=_DAY - dt.timedelta(days=150 - n % 40),
        first_statement_on=_DAY - dt.timedelta(days=100 - n % 40),
        what=_WHAT.get(kind, "Reminder") if n == 0 or kind != "final-notice" else "First reminder",
        since=_DAY - dt.timedelta(days=70 - n % 40),
        charges_cents=charges,
        insurance_cents=insurance,
        adjustments_cents=adjustments,
        paid_cents=charges - insurance - adjustments - balance,
        balance_cents=balance,
        due_here=balance > 0,
    )
