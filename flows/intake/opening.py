"""Which accounts can be opened, why others can't, and the rows of those that are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.intake.book_files import OPENING
from flows.intake.rows import AccountRow, EntryRow
from flows.intake.tally import Tally
from flows.ledger.entry import Entry
from models.columns import AnyRow, ColumnValues
from models.enums import AccountState, LedgerKind
from models.ids import AccountId, CreditorId, PersonId
from models.values import dollars

_WORDS = {kind: kind.value for kind in LedgerKind}


@dataclass(frozen=True, slots=True)
class Opened:
    """An account to open: its row, its guarantor, and the entries that add up to its balance."""

    row: AccountRow
    creditor_id: CreditorId
    patient_id: PersonId
    guarantor_id: PersonId
    entries: list[EntryRow]


def compare(tally: Tally, row: AccountRow, known: AnyRow, entries: Sequence[EntryRow]) -> None:
    """A known account must agree with its ledger; the entries in the file are posted separately afterwards."""
    if not entries and row.balance_cents != known.balance_cents:
        reason = (
            f"the account is already in the database with a balance of {dollars(known.balance_cents)}; "
            f"send the transactions that change it to {dollars(row.balance_cents)}"
        )
        tally.reject(row.line, "balance", reason, row.number, cents=row.balance_cents)
    else:
        tally.know(row.balance_cents)


@dataclass(frozen=True, slots=True)
class Found:
    """What a page of accounts refers to, as far as it is known: keys by external id, entries that are posted."""

    creditors: dict[str, CreditorId]
    patients: dict[str, PersonId]
    guarantors: dict[str, PersonId]
    posted: dict[str, AnyRow]

    def why_not(self, row: AccountRow, entries: Sequence[EntryRow]) -> tuple[str, str] | None:
        """The wrong field and the reason why an account can't be opened."""
        if row.creditor_id not in self.creditors:
            return "creditor_id", f'there is no creditor "{row.creditor_id}"; import the creditors first'
        if row.patient_id not in self.patients:
            return "patient_id", f'there is no patient "{row.patient_id}"; import the patients first'
        if row.guarantor_id not in self.guarantors:
            return "guarantor_id", f'there is no guarantor "{row.guarantor_id}"; import the guarantors first'
        total = sum(entry.amount_cents for entry in entries)
        if entries and total != row.balance_cents:
            return "balance", (
                f"the balance is {dollars(row.balance_cents)}, but its transactions ({len(entries)}) total "
                f"{dollars(total)}; the difference is {dollars(row.balance_cents - total)}"
            )
        for entry in entries if self.posted else ():
            if (other := self.posted.get(entry.external_id)) is not None:
                return "account_number", (
                    f'its transaction "{entry.external_id}" is already posted to account {other.number}; '
                    "use a different id for each transaction"
                )
        return None

    def to_open(self, row: AccountRow, entries: list[EntryRow]) -> Opened:
        patient, guarantor = self.patients[row.patient_id], self.guarantors[row.guarantor_id]
        return Opened(row, self.creditors[row.creditor_id], patient, guarantor, entries)


def account_row(key: int, one: Opened, overdue_days: int | None) -> ColumnValues:
    row = one.row
    owed = row.balance_cents > 0
    first = row.first_statement_on
    look = first + timedelta(days=overdue_days) if first and owed and overdue_days is not None else None
    return {
        "id": key,
        "number": row.number,
        "creditor_id": one.creditor_id,
        "patient_id": one.patient_id,
        "guarantor_id": one.guarantor_id,
        "payer_class": row.payer_class,
        "service_from": row.service_from,
        "service_to": row.service_to,
        "insurer": row.insurer,
        "provider": row.provider,
        "service": row.service,
        "first_statement_on": first,
        "original_cents": row.balance_cents,
        "balance_cents": row.balance_cents,
        "state": (AccountState.OPEN if owed else AccountState.PAID).value,
        "review_on": look,
        "history_seq": 0,
        "history_digest": "",
        "version": 1,
    }


def described_anew(row: AccountRow, known: AnyRow) -> ColumnValues:
    """The columns of a known account that letters show and that a row has differently."""
    given = {"insurer": row.insurer, "provider": row.provider, "service": row.service}
    return {name: text for name, text in given.items() if text is not None and text != getattr(known, name)}


def entry_to_post(row: EntryRow, account_id: AccountId, source: str) -> Entry:
    """A row as an entry on a known account."""
    return Entry(
        account_id,
        row.posted_on,
        row.kind,
        row.amount_cents,
        source,
        row.external_id,
        row.reference,
        code=row.code,
        description=row.description,
        units=row.units,
    )


def entry_rows(numbers: Iterator[int], key: int, one: Opened, source: str, recorded_on: date) -> Iterator[ColumnValues]:
    for entry in one.entries:
        yield {
            "id": next(numbers),
            "account_id": key,
            "posted_on": entry.posted_on,
            "recorded_on": recorded_on,
            "payer_class": one.row.payer_class,
            "kind": _WORDS[entry.kind],
            "amount_cents": entry.amount_cents,
            "source": source,
            "external_id": entry.external_id,
            "reference": entry.reference,
            "code": entry.code,
            "description": entry.description,
            "units": entry.units,
        }
    if not one.entries:
        yield {
            "id": next(numbers),
            "account_id": key,
            "posted_on": one.row.first_statement_on or one.row.service_from,
            "recorded_on": recorded_on,
            "payer_class": one.row.payer_class,
            "kind": LedgerKind.OPENING.value,
            "amount_cents": one.row.balance_cents,
            "source": source,
            "external_id": f"{OPENING}{one.row.number}",
            "reference": None,
            "code": None,
            "description": None,
            "units": None,
        }
