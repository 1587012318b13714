"""The files of a batch for a mail house: all that it needs to compose, print, address and mail each letter itself.

They contain personal data: they go to the mail house by a secure way only.
"""

import re
from collections.abc import Iterator, Sequence
from html import unescape

from flows.correspondence.print_batches.items import Item
from letters.data import AccountLine, LetterData
from letters.docx.package import DOCUMENT
from letters.docx.template import Template
from letters.kinds import titled
from letters.layout.imb import bars
from models.columns import AnyRow
from models.csv_files import csv_bytes

LINES, REMIT = 3, 5
"""The lines of a street address, and of a remit-to address with its name."""

MAIL_HOUSE_COLUMNS = (
    "letter",
    "barcode",
    "imb",
    "imb_bars",
    "certified",
    "name",
    *(f"address{n + 1}" for n in range(LINES)),
    "city",
    "state",
    "zip",
    "zip4",
    "delivery_point",
    "country",
    "address_checked_on",
    "creditor",
    *(f"return{n + 1}" for n in range(LINES)),
    *(f"remit{n + 1}" for n in range(REMIT)),
    "phone",
    "phone_hours",
    "pay_online",
    "kind",
    "heading",
    "language",
    "large_print",
    "date",
    "pay_by",
    "asked_cents",
    "total_cents",
    "accounts",
    "scan_line",
    "text",
    "pages",
    "sheets",
    "rendered_digest",
)

DETAIL_COLUMNS = (
    "letter",
    "line",
    "part",
    "account",
    "patient",
    "date",
    "first_statement_on",
    "description",
    "code",
    "units",
    "provider",
    "insurer",
    "charges_cents",
    "insurance_cents",
    "adjustments_cents",
    "payments_cents",
    "amount_cents",
    "balance_cents",
    "due_here",
)

_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_BLOCKS = set("█▌▐ \xa0")


def text_of(template: Template, data: LetterData) -> str:
    """All that a letter says, in the order of the page, paragraphs separated by ¶; without its bar codes."""
    body = template.filled(data)[DOCUMENT]
    said = (unescape("".join(_TEXT.findall(paragraph[0]))).strip() for paragraph in _PARAGRAPH.finditer(body))
    return " ¶ ".join(line for line in said if line and not set(line) <= _BLOCKS)


def mail_house(items: Sequence[Item], sheets: Sequence[int]) -> bytes:
    """One line for each letter, in the order of printing; `sheets` are their numbers of sheets."""
    return csv_bytes(MAIL_HOUSE_COLUMNS, (_letter(item, count) for item, count in zip(items, sheets, strict=True)))


def _letter(item: Item, sheets: int) -> list[object]:
    data, row = item.data, item.row
    creditor, letter = data.creditor, data.letter
    zip5, _, plus = (row.zip or "").partition("-")
    return [
        letter.number,
        "".join(sign for sign in letter.number if sign.isdigit()),
        data.imb,
        bars(data.imb) if data.imb else "",
        _yes(row.certified is not None),
        data.guarantor.name,
        *_street(row),
        row.city,
        row.state,
        zip5,
        plus,
        row.delivery_point,
        row.country or "US",
        row.address_checked_on,
        creditor.name,
        *_padded((*creditor.address_lines, creditor.city_line), LINES),
        *_padded(creditor.remit_lines, REMIT),
        creditor.phone,
        creditor.phone_hours_es if letter.language == "es" else creditor.phone_hours,
        creditor.pay_online,
        row.kind,
        titled(letter.kind, letter.language),
        row.language,
        _yes(row.large_print),
        letter.date.isoformat(),
        letter.pay_by.isoformat() if letter.pay_by else "",
        data.asked_cents,
        data.total_cents,
        " ".join(account.number for account in data.accounts),
        data.scan_line,
        text_of(item.template, data),
        item.pages,
        sheets,
        row.rendered_digest,
    ]


def _street(row: AnyRow) -> list[str]:
    return _padded([line for line in (row.address1, row.address2) if line], LINES)


def _padded(lines: Sequence[str], count: int) -> list[str]:
    """Exactly so many lines; what does not fit is joined to the last."""
    kept = [*lines[: count - 1], ", ".join(lines[count - 1 :])] if len(lines) > count else list(lines)
    return [*kept, *[""] * (count - len(kept))]


def details(items: Sequence[Item]) -> bytes:
    """One line for each account, ledger entry, and payment of a plan in a letter."""
    return csv_bytes(
        DETAIL_COLUMNS,
        ([item.data.letter.number, n, *line] for item in items for n, line in enumerate(_lines(item.data), start=1)),
    )


def _lines(data: LetterData) -> Iterator[list[object]]:
    yield from map(_account, data.accounts)
    for one in data.ledger:
        what = one.description or one.entry
        named = ["ledger", one.account, "", one.posted_on.isoformat(), "", what, one.code, one.units or ""]
        yield [*named, "", "", "", "", "", "", one.amount_cents, one.balance_cents, ""]
    plan = data.arrangement
    for one in () if plan is None else plan.instalments:
        yield _plan("payment", one.due_on.isoformat(), one.amount_cents, "")
    for one in () if plan is None else plan.options:
        yield _plan("plan", one.first_on.isoformat(), one.monthly_cents, f"{one.months} payments")


def _plan(part: str, on: str, cents: int, what: str) -> list[object]:
    return [part, "", "", on, "", what, *[""] * 8, cents, "", ""]


def _account(one: AccountLine) -> list[object]:
    return [
        "account",
        one.number,
        one.patient,
        one.service_on.isoformat(),
        one.first_statement_on.isoformat(),
        one.service,
        "",
        "",
        one.provider,
        one.insurer,
        one.charges_cents,
        one.insurance_cents,
        one.adjustments_cents,
        one.paid_cents,
        "",
        one.balance_cents,
        _yes(one.due_here),
    ]


def _yes(value: bool) -> str:
    return "yes" if value else "no"
