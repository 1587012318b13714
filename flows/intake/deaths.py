"""A file of deaths: sure matches stop everything at once, near ones are reports for the estate desk to decide on."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from flows.estates.death import record_death
from flows.estates.matching import Known, Nobody, Report, Sure, Unsure, match
from flows.estates.reports import open_report
from flows.holds.commands import RefusedHold
from flows.intake.book_files import BookFile, WrongField, date_field, last4_field, rows_of
from flows.intake.reading import Rows
from flows.intake.tally import Taker, Tally, pages
from models import Person
from models.columns import AnyRow, table
from models.database import Book, Transaction, grouped

PERSON = table(Person)
SOURCE = "deaths"


@dataclass(frozen=True, slots=True)
class DeathRow:
    """One line: a report of a death, and where it stands."""

    line: int
    report: Report


def _row(line: int, fields: Mapping[str, str]) -> DeathRow:
    died_on = date_field(fields, "death_date")
    assert died_on is not None, "death_date is required and was looked for"
    report = Report(
        fields["first_name"], fields["last_name"], date_field(fields, "birth_date"), last4_field(fields), died_on,
        fields.get("source", "a file of deaths"),
    )  # fmt: skip
    if report.birth_date is not None and report.died_on < report.birth_date:
        raise WrongField("death_date", f"{report.died_on} is before the birth on {report.birth_date}; correct one")
    return DeathRow(line, report)


DEATHS = BookFile("deaths", ("first_name", "last_name", "death_date"), ("birth_date", "ssn_last4", "source"), _row)
"""The columns of a file of deaths."""


def is_deaths(header: set[str]) -> bool:
    """Whether a header is that of a file of deaths, and of no file of the book."""
    return set(DEATHS.required) <= header and not {"guarantor_id", "patient_id"} & header


def take_deaths(book: Book, file: Rows, tally: Tally, today: date) -> None:
    """Take in a file of deaths, a page of reports a transaction. Those of nobody in the book are counted and left."""
    nobody = 0
    for page in pages(tally.sift(rows_of(file, DEATHS)), 200):
        with Taker(book, today, SOURCE).transaction() as tx:
            nobody += _take_page(tx, page, tally)
    if nobody:
        tally.warnings.append(f"{nobody} deaths are of nobody in the book")


def _take_page(tx: Transaction, page: Sequence[DeathRow], tally: Tally) -> int:
    persons = _candidates(tx, page)
    nobody = 0
    for row in page:
        report = row.report
        if report.died_on > tx.business_date:
            reason = f"{report.died_on} lies after today, {tx.business_date}; correct it"
            tally.reject(row.line, "death_date", reason, report.last_name)
            continue
        named = persons.get(report.last_name.casefold(), [])
        known = {one.id: one for one in named}
        found = match(report, [Known(one.id, one.first_name, one.last_name, one.birth_date, one.ssn_last4)
                               for one in named])  # fmt: skip
        match found:
            case Sure(person_id=person):
                if not _record(tx, row, known[person], tally):
                    continue
            case Unsure(candidates=candidates):
                open_report(tx, digest_of(report), report, candidates)
            case Nobody():
                nobody += 1
        tally.taken += 1
    return nobody


def _record(tx: Transaction, row: DeathRow, person: AnyRow, tally: Tally) -> bool:
    """A sure death: whether it could be taken."""
    died_on = row.report.died_on
    if person.death_date is not None and person.death_date != died_on:
        reason = f"a death on {person.death_date} is on record, this says {died_on}; find out which is right"
        tally.reject(row.line, "death_date", reason, row.report.last_name)
        return False
    try:
        record_death(tx, person.id, died_on, row.report.source)
    except RefusedHold as error:
        tally.reject(row.line, "death_date", str(error), row.report.last_name)
        return False
    return True


def _candidates(tx: Transaction, page: Sequence[DeathRow]) -> dict[str, list[AnyRow]]:
    """Persons of these last names, by ix_person_name, as the names are written and in the usual cases."""
    names = {row.report.last_name for row in page}
    spelled = {way for name in names for way in (name, name.upper(), name.lower(), name.title())}
    rows = tx.conn.execute(sa.select(PERSON).where(PERSON.c.last_name.in_(sorted(spelled))).order_by(PERSON.c.id))
    return grouped((row.last_name.casefold(), row) for row in rows)


def digest_of(report: Report) -> str:
    """By what a report is known when it comes again."""
    said = (report.first_name, report.last_name, report.birth_date, report.ssn_last4, report.died_on)
    return hashlib.sha256("\x1f".join(map(str, said)).encode()).hexdigest()
