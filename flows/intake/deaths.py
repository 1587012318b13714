"""A file of deaths: sure matches stop all activity at once, near ones are reports that the estate desk decides."""

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from flows.estates.death.matching import Known, Nobody, Report, Sure, Unsure, last_name_key, match
from flows.estates.death.reports import open_report
from flows.intake.book_files import BookFile, WrongField, date_field, last4_field, rows_of
from flows.intake.file_format import FileFormat, Options
from flows.intake.reading import CsvFile, Rows
from flows.intake.tally import Taker, Tally, pages
from flows.people.death import record_death
from models import Person
from models.columns import AnyRow, table
from models.database import Database, Transaction, batches, group_by_key
from models.enums import IntakeKind
from models.ids import PersonId
from models.values import counted

PERSON = table(Person)
SOURCE = "deaths"

NAMED = 1_000
"""Up to this many unmatched deaths are listed by row; those of a whole Death Master File are only counted."""


@dataclass(frozen=True, slots=True)
class DeathRow:
    """One row: a report of a death, and its line."""

    line: int
    report: Report


def _row(line: int, fields: Mapping[str, str]) -> DeathRow:
    died_on = date_field(fields, "death_date")
    assert died_on is not None, "death_date is required and was checked before"
    report = Report(
        fields["first_name"],
        fields["last_name"],
        date_field(fields, "birth_date"),
        last4_field(fields),
        died_on,
        fields.get("source", ""),
    )
    if report.birth_date is not None and report.died_on < report.birth_date:
        raise WrongField("death_date", f"{report.died_on} is before the birth date {report.birth_date}; correct one")
    return DeathRow(line, report)


DEATHS = BookFile("deaths", ("first_name", "last_name", "death_date"), ("birth_date", "ssn_last4", "source"), _row)
"""The columns of a file of deaths."""


def is_deaths(header: Set[str]) -> bool:
    """Whether a header is that of a file of deaths, and not of an account file."""
    return set(DEATHS.required) <= header and not {"guarantor_id", "patient_id"} & header


def take_deaths(database: Database, file: Rows, tally: Tally, today: date) -> None:
    """Import a file of deaths, a page of reports per transaction. Unmatched deaths are listed and left."""
    nobody: list[DeathRow] = []
    spellings = _spellings(database)
    for page in pages(tally.sift(rows_of(file, DEATHS)), 200):
        with Taker(database, today, SOURCE).transaction() as tx:
            nobody += _take_page(tx, page, tally, spellings, file.path.name)
    if nobody:
        tally.warnings.append(f"{counted(len(nobody), 'death')} matched no person in the database")
        tally.warnings += (
            f"row {row.line}: {row.report.first_name} {row.report.last_name}, died {row.report.died_on}, no match"
            for row in nobody[:NAMED]
        )


def _take_page(
    tx: Transaction, page: Sequence[DeathRow], tally: Tally, spellings: Mapping[str, list[str]], name: str
) -> list[DeathRow]:
    persons, numbered = _candidates(tx, page, spellings), _of_same_numbers(tx, page)
    both = (*persons.values(), *numbered.values())
    died = {one.id: one.death_date for named in both for one in named}
    nobody: list[DeathRow] = []
    for row in page:
        report = row.report if row.report.source else replace(row.report, source=name)
        if report.died_on > tx.business_date:
            reason = f"{report.died_on} is in the future; today is {tx.business_date}; correct the date"
            tally.reject(row.line, "death_date", reason, report.last_name)
            continue
        fit = (*persons.get(last_name_key(report.last_name), ()), *numbered.get(_numbers(report), ()))
        known = [
            Known(one.id, one.first_name, one.last_name, one.birth_date, one.ssn_last4)
            for one in {one.id: one for one in fit}.values()
        ]
        found = match(report, known)
        match found:
            case Sure(person_id=person):
                if died[person] not in (None, report.died_on):
                    reason = (
                        f"a death on {died[person]} is on file, this row has {report.died_on}; find the correct date"
                    )
                    tally.reject(row.line, "death_date", reason, report.last_name)
                    continue
                record_death(tx, PersonId(person), report.died_on, report.source)
                # The next row of the page may be about the same person.
                died[person] = report.died_on
            case Unsure(candidates=candidates):
                # The likeliest died on that very day: it is a second report, and there is nothing to decide.
                if died[candidates[0][0]] != report.died_on:
                    open_report(tx, digest_of(report), report, candidates)
            case Nobody():
                nobody.append(row)
        tally.post()
    return nobody


def _spellings(database: Database) -> dict[str, list[str]]:
    """How the last names in the database are written, by their key: a file has MUNOZ and MCDONALD, the database Muñoz
    and McDonald. Read once per file, from ix_person_name."""
    with database.reading() as conn:
        names = conn.execute(sa.select(PERSON.c.last_name).distinct()).scalars()
        return group_by_key((last_name_key(name), name) for name in names)


def _candidates(
    tx: Transaction, page: Sequence[DeathRow], spellings: Mapping[str, list[str]]
) -> dict[str, list[AnyRow]]:
    """Persons of these last names by key, by ix_person_name."""
    keys = {last_name_key(row.report.last_name) for row in page}
    written = sorted(name for key in keys for name in spellings.get(key, ()))
    found: list[tuple[str, AnyRow]] = []
    for part in batches(written):
        query = sa.select(PERSON).where(PERSON.c.last_name.in_(part)).order_by(PERSON.c.id)
        found += ((last_name_key(row.last_name), row) for row in tx.conn.execute(query))
    return group_by_key(found)


def _numbers(report: Report) -> tuple[date, str] | None:
    """The key by which a person is found under any name."""
    if report.birth_date is None or not report.ssn_last4:
        return None
    return report.birth_date, report.ssn_last4


def _of_same_numbers(tx: Transaction, page: Sequence[DeathRow]) -> dict[tuple[date, str] | None, list[AnyRow]]:
    """Persons of the same birth date and last four of the SSN, whatever they are called: a name is misspelt, or new."""
    asked = sorted({both for row in page if (both := _numbers(row.report)) is not None})
    found: list[tuple[tuple[date, str] | None, AnyRow]] = []
    for part in batches(asked):
        query = sa.select(PERSON).where(
            PERSON.c.birth_date.in_([born for born, _ in part]), PERSON.c.ssn_last4.in_([last4 for _, last4 in part])
        )
        found += (((row.birth_date, row.ssn_last4), row) for row in tx.conn.execute(query.order_by(PERSON.c.id)))
    return group_by_key(found)


def digest_of(report: Report) -> str:
    """The key by which a repeated report is recognized."""
    said = (report.first_name, report.last_name, report.birth_date, report.ssn_last4, report.died_on)
    return hashlib.sha256("\x1f".join(map(str, said)).encode()).hexdigest()


def _take(database: Database, path: Path, _options: Options, tally: Tally, today: date) -> None:
    take_deaths(database, CsvFile(path), tally, today)


FORMAT = FileFormat(
    IntakeKind.DEATHS,
    recognizes=lambda file: is_deaths(file.header),
    check=lambda path, _options: DEATHS.check(CsvFile(path)),
    take=_take,
    required=DEATHS.required,
)
"""A deceased file."""
