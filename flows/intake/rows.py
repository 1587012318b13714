"""The typed rows that every kind of file becomes before it is imported, whatever system wrote it."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from models.enums import FactName, LedgerKind


class GivenFact(NamedTuple):
    """A fact in a file that the law asks about an account: whether it is there, its date if any, and its number."""

    name: FactName
    there: bool
    on: date | None = None
    amount_cents: int | None = None


@dataclass(frozen=True, slots=True)
class CreditorRow:
    """A creditor as it is in a file."""

    line: int
    external_id: str
    name: str
    kind: str
    state: str
    ein: str | None = None
    npi: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    zip: str | None = None
    phone: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A guarantor, or a patient (who may be the guarantor too: `guarantor_id` is the patient's guarantor).

    None is unknown, and does not erase known values.
    """

    line: int
    external_id: str
    first_name: str
    last_name: str
    birth_date: date | None = None
    death_date: date | None = None
    ssn_last4: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    email_consent: bool | None = None
    language: str | None = None
    guarantor_id: str | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with the balance that the file claims for it, in cents."""

    line: int
    number: str
    creditor_id: str
    patient_id: str
    guarantor_id: str
    payer_class: str
    service_from: date
    balance_cents: int
    service_to: date | None = None
    first_statement_on: date | None = None
    insurance_pending: bool = False
    insurer: str | None = None
    provider: str | None = None
    service: str | None = None
    facts: tuple[GivenFact, ...] = ()


class EntryRow(NamedTuple):
    """One signed amount on an account, in cents. `external_id` is unique within its source.

    `file` is its file among several files imported together. `code`, `description` and `units` are those of one
    service, if a charge is of one.
    """

    line: int
    external_id: str
    account_number: str
    posted_on: date
    kind: LedgerKind
    amount_cents: int
    reference: str | None = None
    file: int = 0
    code: str | None = None
    description: str | None = None
    units: int | None = None


@dataclass(frozen=True, slots=True)
class FileReport:
    """The result of one file: rows = taken + known + rejected. Amounts are in cents, zero for rows that have none."""

    name: str
    kind: str
    sha256: str
    already_taken: bool
    rows: int
    taken: int
    rejected: int
    reject_file: str | None
    warnings: tuple[str, ...] = ()
    known: int = 0
    taken_cents: int = 0
    known_cents: int = 0
    rejected_cents: int = 0
