"""A small book in code: one creditor, guarantors and accounts with only the data that a test needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
import zipcodes

from flows.dunning.versions.publish import SHIPPED, publish
from flows.intake.commands import take_accounts, take_creditors, take_guarantors, take_patients
from flows.intake.rows import AccountRow, CreditorRow, PersonRow
from flows.intake.tally import Taker, Tally
from flows.practice import Practice
from flows.schedules.schedule_file import read_source
from flows.stages import STAGES, run_stage
from models import Account
from models.columns import AnyRow, table
from models.database import Database
from tests.days import next_day, was_quiet

LETTERS = ("reminder-1", "reminder-2", "reminder-3", "final-notice", "paid-in-full", "arrangement-broken")
ACCOUNT = table(Account)

ZIP_OF = {
    "OH": "45402",
    "NY": "10001",
    "CA": "94103",
    "TX": "78701",
    "IL": "60607",
    "WA": "98101",
    "MA": "02138",
    "MD": "21201",
    "CO": "80202",
    "VA": "23219",
    "MN": "55401",
    "AZ": "85001",
    "IN": "46201",
    "WI": "53703",
    "NJ": "07102",
}
"""A ZIP of a state; for other states the first one found."""


def zip_of(state: str) -> str:
    """A ZIP in a state."""
    return ZIP_OF.get(state) or str(zipcodes.filter_by(state=state)[0]["zip_code"])


@dataclass(frozen=True)
class Someone:
    """A guarantor who is the patient, with accounts as (number, first statement, cents)."""

    name: str
    accounts: Sequence[tuple[str, date, int]]
    payer_class: str = "self_pay"
    phone: str | None = "937-555-0101"
    address: str | None = "1 Test Lane"
    state: str = "OH"
    language: str = "en"


def someone(
    name: str, number: str = "A1", first: date = date(2026, 1, 5), cents: int = 12_000, **more: object
) -> Someone:
    """A guarantor with one account."""
    return replace(Someone(name, [(number, first, cents)]), **more)  # type: ignore[arg-type]


def publish_text(database: Database, text: str, today: date = date(2026, 1, 1)) -> None:
    """Publish a schedule from its text."""
    with database.transaction(actor="manager", business_date=today) as tx:
        publish(tx, read_source(text, "test.yaml"), text, letters=LETTERS)


def publish_shipped(database: Database, name: str = "patient-balance", today: date = date(2026, 1, 1)) -> None:
    """Publish one of the shipped schedules."""
    publish_text(database, Path(SHIPPED / f"{name}.yaml").read_text(), today)


def take_in(
    database: Database, people: Sequence[Someone], today: date, kind: str = "physician_practice", state: str = "OH"
) -> None:
    """Import people with their accounts at one creditor."""
    taker, tally = Taker(database, today, "book"), Tally()
    creditor = CreditorRow(
        1,
        "C1",
        "Maple Street Clinic",
        kind,
        state,
        address1="12 Maple Street",
        city="Dayton",
        zip="45402",
        phone="937-555-0100",
    )
    take_creditors(taker, [creditor], tally, "creditors.csv")
    persons = [
        PersonRow(
            line,
            one.name,
            one.name,
            "Tester",
            date(1970, 1, 1),
            address1=one.address,
            city="Dayton",
            state=one.state,
            zip=zip_of(one.state),
            phone=one.phone,
            language=one.language,
            guarantor_id=one.name,
        )
        for line, one in enumerate(people, 2)
    ]
    take_guarantors(taker, persons, tally)
    take_patients(taker, persons, tally)
    accounts = [
        AccountRow(
            line,
            number,
            "C1",
            one.name,
            one.name,
            one.payer_class,
            first - timedelta(days=30),
            cents,
            first_statement_on=first,
        )
        for line, one in enumerate(people, 2)
        for number, first, cents in one.accounts
    ]
    take_accounts(taker, accounts, tally, None, 30)
    assert not tally.rejects, tally.rejects


def run_days(practice: Practice, first: date, last: date, stages: Sequence[str] = tuple(STAGES)) -> None:
    """Run the stages of the first day, of the last day, and of every day between on which anything can happen.

    tests/test_days.py checks that the result is the same database as after walk_days.
    """
    day = first
    while day <= last:
        counted = [run_stage(practice, stage, day) for stage in stages]
        quiet = all(was_quiet(counts) for counts in counted)
        day = min(next_day(practice.database, day), last) if quiet and day < last else day + timedelta(days=1)


def walk_days(practice: Practice, first: date, last: date, stages: Sequence[str] = tuple(STAGES)) -> None:
    """Run the stages of every day."""
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        for stage in stages:
            run_stage(practice, stage, day)


def account_of(database: Database, number: str) -> AnyRow:
    """An account's row."""
    with database.reading() as conn:
        return conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.number == number)).one()


def rows(database: Database, query: str, **values: object) -> list[AnyRow]:
    """Rows of a query written as text."""
    with database.reading() as conn:
        return list(conn.execute(sa.text(query), values))


def history(database: Database, number: str) -> list[tuple[str, str, str | None]]:
    """An account's history as (date, kind, step)."""
    query = (
        "SELECT e.business_date, e.kind, e.step FROM account_event e JOIN account a ON a.id = e.account_id "
        "WHERE a.number = :number ORDER BY e.seq"
    )
    return [(str(row[0]), row[1], row[2]) for row in rows(database, query, number=number)]


def steps(database: Database, number: str) -> dict[str, tuple[str, str]]:
    """The steps of an account: by name, how and when."""
    query = (
        'SELECT s.step, s.outcome, s."on" FROM step_taken s JOIN account a ON a.id = s.account_id '
        "WHERE a.number = :number"
    )
    return {row[0]: (row[1], str(row[2])) for row in rows(database, query, number=number)}


def end_of(practice: Practice) -> dict[str, list[tuple[object, ...]]]:
    """Everything but clock times and the digests that depend on them."""
    queries = {
        "events": "SELECT a.number, e.seq, e.business_date, e.kind, e.step, e.cycle, e.actor, e.why, e.data "
        "FROM account_event e JOIN account a ON a.id = e.account_id ORDER BY 1, 2",
        "letters": "SELECT id, guarantor_id, kind, state, queued_on, data, rendered_digest, print_batch_id FROM letter ORDER BY 1",
        "spoken": "SELECT letter_id, account_id, kind, step FROM letter_account ORDER BY 1, 2",
        "tasks": "SELECT id, kind, guarantor_id, state, not_before_on FROM task ORDER BY 1",
        "batches": "SELECT id, letters, pages, sha256 FROM print_batch ORDER BY 1",
        "matters": "SELECT id, person_id, state, deadline_on, action_due_on, review_on FROM estate_matter ORDER BY 1",
        "deadlines": "SELECT matter_id, computed_on, deadline_on, replaced_on FROM matter_deadline ORDER BY 1, 2, 3",
        "steps": 'SELECT account_id, cycle, step, outcome, "on" FROM step_taken ORDER BY 1, 2, 3',
    }
    return {name: [tuple(row) for row in rows(practice.database, query)] for name, query in queries.items()}
