"""A file with the result of an address check by a CASS and NCOALink service."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.correspondence.addresses.commands import apply_check
from flows.correspondence.addresses.decide import Checked, Dpv, Outcome
from flows.intake.book_files import BookFile, WrongField, date_field, rows_of
from flows.intake.file_format import FileFormat, Options
from flows.intake.reading import CsvFile
from flows.intake.tally import Taker, Tally, pages
from models.database import Database
from models.enums import IntakeKind
from models.errors import Refused
from models.ids import PersonId
from models.values import counted

SOURCE = "address check"

_REFERENCE = re.compile(r"P([1-9]\d{0,17})")
_NCOA = re.compile(r"[A-Z0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One row: whose address, the result, and the day of the check if the row has one."""

    line: int
    person: PersonId
    checked: Checked
    checked_on: date | None


def _row(line: int, fields: Mapping[str, str]) -> CheckRow:
    found = _REFERENCE.fullmatch(fields["reference"])
    if found is None:
        raise WrongField(
            "reference", f'"{fields["reference"][:20]}" is not a reference of the address file, such as P123'
        )
    ncoa = fields.get("ncoa_code", "").upper()
    if _NCOA.fullmatch(ncoa) is None:
        raise WrongField("ncoa_code", f'"{ncoa[:10]}" is not an NCOALink return code, such as A or 02')
    point = fields.get("delivery_point")
    if point is not None and not re.fullmatch(r"\d{2}", point):
        raise WrongField("delivery_point", f'"{point[:10]}" is not the two digits of a delivery point')
    address = {
        "address1": fields.get("address1"),
        "address2": fields.get("address2"),
        "city": fields.get("city"),
        "state": fields["state"].upper() if "state" in fields else None,
        "zip": _zip(fields),
    }
    checked = Checked(_dpv(fields), ncoa, address, point, date_field(fields, "move_date"))
    return CheckRow(line, PersonId(int(found[1])), checked, date_field(fields, "checked_on"))


def _dpv(fields: Mapping[str, str]) -> Dpv | None:
    text = fields.get("dpv")
    try:
        return None if text is None else Dpv(text.upper())
    except ValueError:
        raise WrongField("dpv", f'"{text}" is not Y, S, D or N') from None


def _zip(fields: Mapping[str, str]) -> str | None:
    zip5, plus = fields.get("zip"), fields.get("zip4")
    return f"{zip5}-{plus}" if zip5 is not None and plus is not None and "-" not in zip5 else zip5


ADDRESS_CHECK = BookFile(
    "address-check",
    ("reference", "dpv"),
    (
        "ncoa_code",
        "move_date",
        "address1",
        "address2",
        "city",
        "state",
        "zip",
        "zip4",
        "delivery_point",
        "checked_on",
    ),
    _row,
)
"""The columns of the result of an address check."""


def is_address_check(header: Set[str]) -> bool:
    """Whether a header is that of the result of an address check."""
    return set(ADDRESS_CHECK.required) <= header


def _take(database: Database, path: Path, _options: Options, tally: Tally, today: date) -> None:
    taker, counts = Taker(database, today, SOURCE, actor=SOURCE), dict.fromkeys(Outcome, 0)
    for page in pages(tally.sift(rows_of(CsvFile(path), ADDRESS_CHECK)), 200):
        with taker.transaction() as tx:
            for row in page:
                try:
                    done = apply_check(tx, row.person, row.checked, row.checked_on or today)
                except Refused as error:
                    tally.reject(row.line, "address1", str(error), f"P{row.person}")
                    continue
                counts[done.outcome] += done.new
                if done.new:
                    tally.post()
                else:
                    tally.know()
    said = [f"{counted(count, 'address', 'addresses')} {outcome.value}" for outcome, count in counts.items() if count]
    if said:
        tally.warnings.append("; ".join(said))


FORMAT = FileFormat(
    IntakeKind.ADDRESS_CHECK,
    recognizes=lambda file: is_address_check(file.header),
    check=lambda path, _options: ADDRESS_CHECK.check(CsvFile(path)),
    take=_take,
    required=ADDRESS_CHECK.required,
)
"""The result of an address check."""
