"""A folder of Synthea's CSV export as account files: the patients' balances on their claims, as of a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from dateutil.relativedelta import relativedelta

from flows.intake.book import least_overdue_days
from flows.intake.commands import take_accounts, take_creditors, take_entries, take_guarantors, take_patients
from flows.intake.reading import CsvFile, Reject
from flows.intake.rows import AccountRow, CreditorRow, EntryRow, PersonRow
from flows.intake.staging import Staging
from flows.intake.tally import Taker, Tally
from flows.schedules.conditions import ADULT_YEARS
from models.database import Database
from models.enums import CreditorKind, LedgerKind, PayerClass
from models.errors import BadFile
from models.places import STATE_NAMES, STATES

SOURCE = "synthea"

SYNTHEA_FILES = ("patients.csv", "claims.csv", "claims_transactions.csv", "organizations.csv", "providers.csv")

NEVER = "1970-01-01"
"""What the export writes where there is no date."""

PATIENT_METHODS = frozenset({"CASH", "CC", "CHECK"})
"""How patients pay what was transferred to them; ECHECK is the insurers' method, a COPAY precedes any transfer."""

PAYER_CLASSES = {
    "Medicare": PayerClass.MEDICARE,
    "Medicaid": PayerClass.MEDICAID,
    "Dual Eligible": PayerClass.QMB,
    "NO_INSURANCE": PayerClass.SELF_PAY,
}


@dataclass(frozen=True, slots=True)
class SyntheaOptions:
    """What is left out: all that came after `as_of`, claims served before `since`, the patients' own payments."""

    as_of: date | None = None
    since: date | None = None
    patient_payments: bool = True

    def holds(self, day: date) -> bool:
        """Whether something of that day had happened by then."""
        return self.as_of is None or day <= self.as_of


COLUMNS = {
    "patients.csv": ("id", "birthdate", "deathdate", "ssn", "first", "last", "address", "city", "state", "zip"),
    "claims.csv": ("id", "patientid", "providerid", "primarypatientinsuranceid", "servicedate", "lastbilleddatep"),
    "claims_transactions.csv": ("id", "claimid", "type", "amount", "method", "fromdate", "transfertype", "payments"),
    "organizations.csv": ("id", "name", "address", "city", "state", "zip", "phone"),
    "providers.csv": ("id", "organization"),
}
"""What is read of each file."""

PAYERS, TRANSITIONS = "payers.csv", "payer_transitions.csv"

OPTIONAL = {PAYERS: ("id", "name"), TRANSITIONS: ("patient",)}
"""Optional files of an export, with what is read of them."""

RENAMED = {"start_date": "start_year", "plan_ownership": "ownership", "owner_name": "ownername"}
"""Columns of the insurances, with their names in exports before 2023."""

GUARDIAN = "guardian"


def check_folder(folder: Path) -> None:
    """Raise BadFile for a file of the export, or a column of it, that is missing."""
    for name, columns in COLUMNS.items():
        if not (folder / name).is_file():
            raise BadFile(f"{folder}: {name} is missing", f"a Synthea export has {', '.join(SYNTHEA_FILES)}")
        CsvFile(folder / name).require(columns)
    for name, columns in OPTIONAL.items():
        if (folder / name).is_file():
            CsvFile(folder / name).require(columns)
    if (folder / TRANSITIONS).is_file():
        header = CsvFile(folder / TRANSITIONS).header
        for new, old in RENAMED.items():
            if new not in header and old not in header:
                raise BadFile(
                    f"{TRANSITIONS}:1: column {new} is missing ({old} in older exports)",
                    "add it, or remove the file (the guardians of minors are then unknown)",
                )


class SyntheaFolder:
    """The export's files as typed rows, streamed; only the short files of reference are held."""

    def __init__(self, folder: Path, options: SyntheaOptions, today: date) -> None:
        self.folder, self.options = folder, options
        self.today = options.as_of or today
        self.files = {name: CsvFile(folder / name) for name in SYNTHEA_FILES}
        self._providers = {row["ID"]: row["ORGANIZATION"] for row in self._short("providers.csv")}
        self._payers = {row["ID"]: row["NAME"] for row in self._short(PAYERS)}
        self._guardians = _guardians(self._short(TRANSITIONS))
        self._wards: set[str] = set()

    def _short(self, name: str) -> Iterator[dict[str, str]]:
        """A file of reference, whose every row must be readable; none where the export lacks it."""
        if not (self.folder / name).exists():
            return
        for found in _named(CsvFile(self.folder / name)):
            if isinstance(found, Reject):
                raise BadFile(f"{name}:{found.line}: {found.reason}")
            yield found[1]

    def _rows(self, name: str) -> Iterator[tuple[int, dict[str, str]] | Reject]:
        return _named(self.files[name])

    def creditors(self) -> Iterator[CreditorRow | Reject]:
        """One creditor for each organization; a hospital by its name, else a practice."""
        for found in self._rows("organizations.csv"):
            if isinstance(found, Reject):
                yield found
                continue
            line, row = found
            hospital = any(word in row["NAME"].upper() for word in ("HOSPITAL", "MEDICAL CENTER", "INFIRMARY"))
            kind = CreditorKind.NONPROFIT_HOSPITAL if hospital else CreditorKind.PHYSICIAN_PRACTICE
            yield CreditorRow(
                line=line,
                external_id=row["ID"],
                name=row["NAME"].title(),
                kind=kind.value,
                state=_state(row["STATE"]) or "",
                address1=row["ADDRESS"].title() or None,
                city=row["CITY"].title() or None,
                zip=row["ZIP"][:5] or None,
                phone=_phone(row["PHONE"]),
            )

    def persons(self, *, guarantors: bool) -> Iterator[PersonRow | Reject]:
        """Patients; or their guarantors, which for a minor is the guardian of the insurance."""
        for found in self._rows("patients.csv"):
            if isinstance(found, Reject):
                yield found
                continue
            line, row = found
            patient = self._person(line, row)
            if patient is None:
                continue
            if isinstance(patient, Reject):
                yield patient
                continue
            guardian = self._guardian(row["ID"], patient.birth_date)
            if guardian is None or not guarantors:
                yield patient
            else:
                first, _, last = guardian.partition(" ")
                yield PersonRow(
                    line=line,
                    external_id=_ward(row["ID"]),
                    first_name=first,
                    last_name=last or first,
                    address1=patient.address1,
                    city=patient.city,
                    state=patient.state,
                    zip=patient.zip,
                )

    def _person(self, line: int, row: dict[str, str]) -> PersonRow | Reject | None:
        try:
            birth = date.fromisoformat(row["BIRTHDATE"])
            death = date.fromisoformat(row["DEATHDATE"]) if row["DEATHDATE"] else None
        except ValueError as error:
            return Reject(line, "BIRTHDATE", str(error), (row["ID"],))
        if not self.options.holds(birth):
            return None
        guardian = self._guardian(row["ID"], birth)
        return PersonRow(
            line=line,
            external_id=row["ID"],
            guarantor_id=_ward(row["ID"]) if guardian is not None else row["ID"],
            first_name=row["FIRST"],
            last_name=row["LAST"],
            birth_date=birth,
            death_date=death if death and self.options.holds(death) else None,
            ssn_last4=row["SSN"][-4:] or None,
            address1=row["ADDRESS"] or None,
            city=row["CITY"] or None,
            state=_state(row["STATE"]),
            zip=row["ZIP"] or None,
        )

    def _guardian(self, patient: str, birth: date | None) -> str | None:
        if birth is None or birth + relativedelta(years=ADULT_YEARS) <= self.today:
            return None
        guardian = self._guardians.get(patient)
        if guardian is not None:
            self._wards.add(patient)
        return guardian

    def entries(self) -> Iterator[EntryRow | Reject]:
        """What was transferred to the patient, and what the patient paid of it, up to the day."""
        for found in self._rows("claims_transactions.csv"):
            if isinstance(found, Reject):
                yield found
                continue
            line, row = found
            try:
                entry = self._entry(line, row)
            except ValueError as error:
                yield Reject(line, "", f"can't be read: {error}", (row["ID"],))
                continue
            if entry is not None:
                yield entry

    def _entry(self, line: int, row: dict[str, str]) -> EntryRow | None:
        day = date.fromisoformat(row["FROMDATE"][:10])
        if not self.options.holds(day):
            return None
        if row["TYPE"] in ("CHARGE", "TRANSFERIN") and row["TRANSFERTYPE"] == "p":
            kind = LedgerKind.CHARGE if row["TYPE"] == "CHARGE" else LedgerKind.TRANSFER
            return EntryRow(line, row["ID"], row["CLAIMID"], day, kind, _cents(row["AMOUNT"]))
        if row["TYPE"] == "PAYMENT" and row["METHOD"] in PATIENT_METHODS and self.options.patient_payments:
            paid = _cents(row["PAYMENTS"])
            return EntryRow(
                line, row["ID"], row["CLAIMID"], day, LedgerKind.PATIENT_PAYMENT, -paid, row["METHOD"].lower()
            )
        return None

    def accounts(self, staging: Staging) -> Iterator[AccountRow | Reject]:
        """An account for each claim with a transfer to the patient by the day."""
        page: list[tuple[int, dict[str, str]]] = []
        for found in self._rows("claims.csv"):
            if isinstance(found, Reject):
                yield found
                continue
            page.append(found)
            if len(page) == 1_000:
                yield from self._accounts(page, staging)
                page = []
        yield from self._accounts(page, staging)

    def _accounts(self, page: list[tuple[int, dict[str, str]]], staging: Staging) -> Iterator[AccountRow | Reject]:
        entries = staging.of_accounts([row["ID"] for _, row in page])
        for line, row in page:
            mine = entries.get(row["ID"], [])
            try:
                served = date.fromisoformat(row["SERVICEDATE"][:10])
                billed = row["LASTBILLEDDATEP"][:10]
                first = date.fromisoformat(billed) if billed and billed != NEVER else served
            except ValueError as error:
                yield Reject(line, "", f"can't be read: {error}", (row["ID"],))
                continue
            owed = [entry for entry in mine if entry.kind is not LedgerKind.PATIENT_PAYMENT]
            if not owed or not self.options.holds(served):
                continue
            if self.options.since is not None and served < self.options.since:
                continue
            payer = self._payers.get(row["PRIMARYPATIENTINSURANCEID"], "NO_INSURANCE")
            patient = row["PATIENTID"]
            yield AccountRow(
                line=line,
                number=row["ID"],
                creditor_id=self._providers.get(row["PROVIDERID"], row["PROVIDERID"]),
                patient_id=patient,
                guarantor_id=_ward(patient) if patient in self._wards else patient,
                payer_class=PAYER_CLASSES.get(payer, PayerClass.COMMERCIAL).value,
                service_from=served,
                first_statement_on=first if self.options.holds(first) else served,
                balance_cents=sum(entry.amount_cents for entry in mine),
            )


def _named(file: CsvFile) -> Iterator[tuple[int, dict[str, str]] | Reject]:
    """Rows by the names of their columns, in capitals, with their lines."""
    header = [column.upper() for column in file.header]
    for found in file:
        if isinstance(found, Reject):
            yield found
        else:
            yield found.line, dict(zip(header, found.values, strict=True))


def _guardians(transitions: Iterator[dict[str, str]]) -> dict[str, str]:
    """The guarantor of a minor by the insurance: the guardian of the newest one, by patient."""
    newest: dict[str, tuple[str, str]] = {}
    for row in transitions:
        start, ownership, owner = (row.get(new.upper(), row.get(old.upper(), "")) for new, old in RENAMED.items())
        patient = row["PATIENT"]
        if ownership.casefold() == GUARDIAN and owner and newest.get(patient, ("",))[0] <= start:
            newest[patient] = (start, owner)
    return {patient: owner for patient, (_, owner) in newest.items()}


def _ward(patient: str) -> str:
    return f"guardian:{patient}"


def _state(text: str) -> str | None:
    state = STATE_NAMES.get(text.casefold(), text.upper())
    return state if state in STATES else None


def _phone(text: str) -> str | None:
    digits = "".join(sign for sign in text if sign.isdigit())
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:10]}" if len(digits) >= 10 else None


def _cents(text: str) -> int:
    """Dollars as cents, half a cent away; raises ValueError for an invalid amount."""
    try:
        return int((Decimal(text or "0") * 100).to_integral_value())
    except (InvalidOperation, OverflowError):
        raise ValueError(f'"{text}" is not an amount') from None


def take_synthea(database: Database, folder: Path, options: SyntheaOptions, today: date) -> dict[str, Tally]:
    """Import an export; returns a tally for each file. Imported again with a later day, only new rows are added."""
    export = SyntheaFolder(folder, options, today)
    taker = Taker(database, today, SOURCE)
    tallies = {name: Tally() for name in SYNTHEA_FILES if name != "providers.csv"}
    organizations = tallies["organizations.csv"]
    take_creditors(taker, organizations.sift(export.creditors()), organizations, "organizations.csv")
    # Read twice: once for the guarantors, once for the patients; counted once.
    take_guarantors(taker, Tally().sift(export.persons(guarantors=True)), Tally())
    people = tallies["patients.csv"]
    take_patients(taker, people.sift(export.persons(guarantors=False)), people)
    with Staging() as staging:
        entries, claims = tallies["claims_transactions.csv"], tallies["claims.csv"]
        staging.set_down(entries.sift(export.entries()))
        entries.rejects.extend(reject for _, reject in staging.index())
        overdue = least_overdue_days(database, today)
        came = take_accounts(taker, claims.sift(export.accounts(staging)), claims, staging, overdue)
        for count, cents in staging.repeated.values():
            entries.know(cents, count)
        for count, cents in came.values():
            entries.post(cents, count)
        take_entries(taker, staging, entries, only_known=True)
    return tallies
