"""The engine's own CSV files: which columns each has, and a row of it as a value."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from flows.intake.fact_columns import FACT_COLUMNS, NotAFact, given_fact
from flows.intake.reading import Reject, Rows
from flows.intake.rows import AccountRow, CreditorRow, EntryRow, GivenFact, PersonRow
from flows.people.addresses import read_zip
from flows.people.countries import HOME, HOMES, fits, read_country
from flows.people.phones import read_phones
from models.enums import CreditorKind, LedgerKind, PayerClass
from models.places import PROVINCES, STATE_NAMES, STATES
from models.values import BadValue, cents_from_dollars, date_from_iso

PAYER_CLASSES = frozenset(word.value for word in PayerClass)
CREDITOR_KINDS = frozenset(word.value for word in CreditorKind)
RAISING = frozenset({LedgerKind.CHARGE, LedgerKind.REFUND, LedgerKind.INTEREST})
EITHER_WAY = frozenset({LedgerKind.TRANSFER})
OPENING = "opening:"
"""How the external id of an opening balance begins."""
ENTRY_KINDS = {word.value: word for word in LedgerKind if word is not LedgerKind.OPENING}

FIRST_YEAR, LAST_YEAR = 1850, 2199


class WrongField(BadValue):
    """A field that can't be imported: its name and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class BookFile:
    """One of the account files: its columns, the required ones, and how a row is read."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    row: Callable[[int, Mapping[str, str]], Any]

    @property
    def columns(self) -> tuple[str, ...]:
        return self.required + self.optional

    def check(self, file: Rows) -> None:
        """Raise BadFile for a column that is missing, or that is there twice."""
        file.require(self.required)
        file.require([name for name in self.optional if name in file.header])


def rows_of(file: Rows, kind: BookFile) -> Iterator[Any]:
    """The rows of a file as values; a Reject for each that can't be imported. Raises BadFile for a missing column."""
    kind.check(file)
    names, row = file.header, kind.row
    for found in file:
        if isinstance(found, Reject):
            yield found
            continue
        line, values = found
        fields = dict(zip(names, map(str.strip, values), strict=True))
        try:
            if "" in fields.values():
                fields = {name: text for name, text in fields.items() if text}
                for name in kind.required:
                    if name not in fields:
                        raise WrongField(name, "is empty; a value is required")
            taken = row(line, fields)
        except WrongField as error:
            taken = Reject(line, file.own_name(error.field), error.reason, values)
        yield taken


def unknown_columns(file: Rows, kind: BookFile) -> list[str]:
    """Columns that are ignored."""
    return [name for name in file.header if name not in kind.columns]


def date_field(fields: Mapping[str, str], name: str) -> date | None:
    text = fields.get(name)
    if text is None:
        return None
    try:
        return day_from_iso(text)
    except BadValue as error:
        raise WrongField(name, str(error)) from None


@lru_cache(maxsize=10_000)
def day_from_iso(text: str) -> date:
    """A day in the range of living people and their heirs; raises BadValue. The same few are in every file."""
    day = date_from_iso(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadValue(f'"{text}" is not in the years {FIRST_YEAR} to {LAST_YEAR}; correct the year')
    return day


def _needed_date(fields: Mapping[str, str], name: str) -> date:
    found = date_field(fields, name)
    assert found is not None, f"{name} is required and was checked before"
    return found


def cents_field(fields: Mapping[str, str], name: str) -> int:
    """An amount in dollars as cents; raises WrongField."""
    try:
        return cents_from_dollars(fields[name])
    except BadValue as error:
        raise WrongField(name, str(error)) from None


def _word(fields: Mapping[str, str], name: str, words: frozenset[str]) -> str:
    text = fields[name].lower()
    if text not in words:
        raise WrongField(name, f'"{fields[name]}" is not valid; enter one of {", ".join(sorted(words))}')
    return text


def _state(fields: Mapping[str, str], name: str = "state") -> str | None:
    text = fields.get(name)
    if text is None:
        return None
    state = STATE_NAMES.get(text.casefold(), text.upper())
    if state not in STATES and state not in PROVINCES:
        raise WrongField(name, f'"{text}" is not a state or province; enter its two letters, such as OH')
    return state


def _state_and_country(fields: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The state or province, and the code of the country: None if neither is there. Abroad there is no state."""
    text = fields.get("country")
    if text is None:
        state = _state(fields)
        return state, None if state is None else HOME
    try:
        code = read_country(text)
    except BadValue as error:
        raise WrongField("country", str(error)) from None
    if code not in HOMES:
        return None, code
    state = _state(fields)
    if not fits(state, code):
        raise WrongField("country", f'"{state}" is not in "{text}"; correct the state or the country')
    return state, code if state is None and code == "CA" else HOME


def _city(fields: Mapping[str, str], country: str | None) -> str | None:
    """The city; abroad with its region, which is not a state here."""
    parts = [fields.get("city"), fields.get("state") if country else None]
    return ", ".join(part for part in parts if part) or None


def _yes(fields: Mapping[str, str], name: str) -> bool | None:
    text = fields.get(name, "").lower()
    if not text:
        return None
    if text not in ("yes", "no"):
        raise WrongField(name, f'"{text}" is not yes or no')
    return text == "yes"


def last4_field(fields: Mapping[str, str]) -> str | None:
    text = fields.get("ssn_last4")
    if text is not None and not (len(text) == 4 and text.isascii() and text.isdigit()):
        raise WrongField("ssn_last4", "is not four digits; enter only the last four digits")
    return text


def _creditor(line: int, fields: Mapping[str, str]) -> CreditorRow:
    zone = fields.get("timezone")
    if zone is not None and zone not in available_timezones():
        raise WrongField("timezone", f'"{zone}" is not a time zone; enter one such as America/New_York')
    return CreditorRow(
        line=line,
        external_id=fields["creditor_id"],
        name=fields["name"],
        kind=_word(fields, "kind", CREDITOR_KINDS),
        state=_state(fields) or "",
        ein=fields.get("ein"),
        npi=fields.get("npi"),
        address1=fields.get("address1"),
        address2=fields.get("address2"),
        city=fields.get("city"),
        zip=fields.get("zip"),
        phone=fields.get("phone"),
        timezone=zone,
    )


def _life(fields: Mapping[str, str]) -> tuple[date | None, date | None]:
    birth, death = date_field(fields, "birth_date"), date_field(fields, "death_date")
    if birth is not None and death is not None and death < birth:
        raise WrongField("death_date", f"{death} is before the birth date {birth}; correct one of them")
    return birth, death


def _guarantor(line: int, fields: Mapping[str, str]) -> PersonRow:
    birth, death = _life(fields)
    state, country = _state_and_country(fields)
    phone, mobile = _phones(fields)
    return PersonRow(
        line=line,
        external_id=fields["guarantor_id"],
        first_name=fields["first_name"],
        last_name=fields["last_name"],
        birth_date=birth,
        death_date=death,
        ssn_last4=last4_field(fields),
        address1=fields.get("address1"),
        address2=fields.get("address2"),
        city=_city(fields, country),
        state=state,
        zip=fields.get("zip") if country else read_zip(fields.get("zip"), state),
        country=country,
        phone=phone,
        mobile=mobile,
        email=fields.get("email"),
        email_consent=_yes(fields, "email_consent"),
        language=fields["language"].lower() if "language" in fields else None,
    )


def _phones(fields: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Phone and mobile, read if that is certain; a second number in one field is the mobile if there is none. What
    can't be dialed stays as it was written, so that a clerk can see it."""
    phones, mobiles = read_phones(fields.get("phone")), read_phones(fields.get("mobile"))
    second = phones[1] if len(phones) > 1 else None
    return (phones[0] if phones else fields.get("phone")), (mobiles[0] if mobiles else fields.get("mobile") or second)


def _patient(line: int, fields: Mapping[str, str]) -> PersonRow:
    birth, death = _life(fields)
    return PersonRow(
        line=line,
        external_id=fields["patient_id"],
        guarantor_id=fields["guarantor_id"],
        first_name=fields["first_name"],
        last_name=fields["last_name"],
        birth_date=birth,
        death_date=death,
        ssn_last4=last4_field(fields),
    )


_ROUNDED = re.compile(r"-?\d+(\.\d+)?[eE]\+?\d+")


def _account_number(text: str) -> str:
    """An account's number as the file writes it; raises WrongField for a number that a spreadsheet rounded."""
    if _ROUNDED.fullmatch(text):
        reason = f'"{text}" was rounded by a spreadsheet; export the column as text to keep every digit'
        raise WrongField("account_number", reason)
    return text


def _account(line: int, fields: Mapping[str, str]) -> AccountRow:
    service_from, service_to = _needed_date(fields, "service_from"), date_field(fields, "service_to")
    if service_to is not None and service_to < service_from:
        raise WrongField("service_to", f"{service_to} is before service_from, {service_from}; correct one of them")
    return AccountRow(
        line=line,
        number=_account_number(fields["account_number"]),
        creditor_id=fields["creditor_id"],
        patient_id=fields["patient_id"],
        guarantor_id=fields["guarantor_id"],
        payer_class=_word(fields, "payer_class", PAYER_CLASSES),
        service_from=service_from,
        service_to=service_to,
        first_statement_on=date_field(fields, "first_statement_on"),
        balance_cents=cents_field(fields, "balance"),
        insurer=_shown(fields, "insurer"),
        provider=_shown(fields, "provider"),
        service=_shown(fields, "service"),
        facts=facts_from(fields),
    )


def facts_from(fields: Mapping[str, str]) -> tuple[GivenFact, ...]:
    """The facts in the columns of facts; raises WrongField."""
    found: list[GivenFact] = []
    for name in FACT_COLUMNS & fields.keys():
        try:
            found.append(given_fact(name, fields[name], day_from_iso))
        except (BadValue, NotAFact) as error:
            raise WrongField(name, str(error)) from None
    return tuple(sorted(found))


def entry_of(line: int, fields: Mapping[str, str]) -> EntryRow:
    """A ledger entry from its fields: the sign must fit the kind. Raises WrongField."""
    kind = ENTRY_KINDS.get(fields["kind"].lower())
    if kind is None:
        raise WrongField("kind", f'"{fields["kind"]}" is not valid; enter one of {", ".join(sorted(ENTRY_KINDS))}')
    amount = cents_field(fields, "amount")
    if kind not in EITHER_WAY and amount != 0 and (amount > 0) is not (kind in RAISING):
        way = "must be more than 0" if kind in RAISING else "must be less than 0"
        # A reversed payment, or a corrected charge, has the other sign; its reference must show that.
        if not fields.get("reference", "").lower().startswith(("reversal", "correction", "nsf")):
            raise WrongField(
                "amount", f"a {kind.value} {way} unless the reference begins with reversal, correction or NSF"
            )
    if fields["transaction_id"].startswith(OPENING):
        raise WrongField("transaction_id", f'begins with "{OPENING}", reserved for opening balances; rename it')
    return EntryRow(
        line,
        fields["transaction_id"],
        _account_number(fields["account_number"]),
        _needed_date(fields, "date"),
        kind,
        amount,
        fields.get("reference"),
        code=_shown(fields, "code", LONGEST_CODE),
        description=_shown(fields, "description"),
        units=_units(fields),
    )


LONGEST_SHOWN, LONGEST_CODE, MOST_UNITS = 80, 20, 9_999


def _shown(fields: Mapping[str, str], name: str, longest: int = LONGEST_SHOWN) -> str | None:
    """A text that letters print; raises WrongField for one that is too long for its line."""
    text = fields.get(name)
    if text is not None and len(text) > longest:
        raise WrongField(name, f"has {len(text)} characters; a letter has room for {longest}")
    return text


def _units(fields: Mapping[str, str]) -> int | None:
    text = fields.get("units")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= MOST_UNITS):
        raise WrongField("units", f'"{text}" is not a whole number of units from 1 to {MOST_UNITS:,}')
    return int(text)


_ADDRESS = ("address1", "address2", "city", "state", "zip", "country")

CREDITORS = BookFile(
    "creditors",
    ("creditor_id", "name", "kind", "state"),
    ("ein", "npi", "address1", "address2", "city", "zip", "phone", "timezone"),
    _creditor,
)
GUARANTORS = BookFile(
    "guarantors",
    ("guarantor_id", "first_name", "last_name"),
    ("birth_date", "death_date", "ssn_last4", *_ADDRESS, "phone", "mobile", "email", "email_consent", "language"),
    _guarantor,
)
PATIENTS = BookFile(
    "patients",
    ("patient_id", "guarantor_id", "first_name", "last_name"),
    ("birth_date", "death_date", "ssn_last4"),
    _patient,
)
ACCOUNTS = BookFile(
    "accounts",
    ("account_number", "creditor_id", "patient_id", "guarantor_id", "payer_class", "service_from", "balance"),
    ("service_to", "first_statement_on", "insurer", "provider", "service", *FACT_COLUMNS),
    _account,
)
TRANSACTIONS = BookFile(
    "transactions",
    ("transaction_id", "account_number", "date", "kind", "amount"),
    ("reference", "code", "description", "units"),
    entry_of,
)

BOOK_FILES = (CREDITORS, GUARANTORS, PATIENTS, ACCOUNTS, TRANSACTIONS)
"""In the order in which they are imported: each refers to those before it."""
