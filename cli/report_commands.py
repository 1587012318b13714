"""The command `report`: a command for each report of the registry, with the same options."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import Connection

from cli.output import Json, business_date, open_practice, optional_date, out, refusals, say_json, say_table
from cli.reports import report
from cli.typist import typist
from cli.view_log import saw
from flows.practice import Practice
from flows.reports.access import readable, require_reader
from flows.reports.asked import Given, asked_of
from flows.reports.creditors import creditor_keys
from flows.reports.document import accounts_table, document, rows_of, shown
from flows.reports.files import FileKind, views_of, write_table
from flows.reports.model import Asked, Report, Table
from flows.reports.registry import REPORTS
from flows.reports.summaries.commands import check as check_summaries
from flows.reports.summaries.commands import rebuild as rebuild_summaries
from flows.settings.queries import policy_now
from models.errors import Refused
from models.user_enums import Seen
from models.values import counted

OLDER = frozenset({"credit-balances", "medicare-bad-debt"})
"""Reports whose command has a JSON shape of its own (cli/reports.py)."""

SHOWN = 200
"""The most lines that are printed; a file has them all."""

From = Annotated[str | None, typer.Option("--from", help="First day of the period (default: of its last month).")]
To = Annotated[str | None, typer.Option("--to", help="Last day of the period (default: today).")]
On = Annotated[str | None, typer.Option("--date", help="The business date, YYYY-MM-DD (default: today).")]
Creditors = Annotated[list[str] | None, typer.Option("--creditor", help="Only this creditor (can be repeated).")]
By = Annotated[list[str] | None, typer.Option("--by", help="What the rows are about, such as payer_class.")]
Where = Annotated[list[str] | None, typer.Option("--where", help="A filter, such as payer_class=medicare.")]
Days = Annotated[int | None, typer.Option("--days", help="The number of days, for a report that needs one.")]
Open = Annotated[str | None, typer.Option("--accounts", help="List the accounts behind a column of it.")]
CsvFile = Annotated[Path | None, typer.Option("--csv", help="Write a CSV file.")]
XlsxFile = Annotated[Path | None, typer.Option("--xlsx", help="Write an Excel file.")]
Check = Annotated[bool, typer.Option("--check", help="Also compare its sums with the records.")]


@dataclass(frozen=True, slots=True)
class Output:
    """Where a report goes: to files, as JSON, or as a table on the screen."""

    csv: Path | None
    xlsx: Path | None
    json: bool

    @property
    def files(self) -> list[tuple[Path, FileKind]]:
        """The files to write."""
        named = ((self.csv, FileKind.CSV), (self.xlsx, FileKind.XLSX))
        return [(path, kind) for path, kind in named if path is not None]


@report.command("list")
@refusals
def list_reports(json: Json = False) -> None:
    """List the reports that you may read, each with the question it answers."""
    with open_practice():
        found = readable(typist().roles)
    rows = [{"name": one.name, "title": one.title, "question": one.question} for one in found]
    if json:
        say_json(rows)
    else:
        say_table("Reports", rows, ("name", "title", "question"))


@report.command("rebuild")
@refusals
def rebuild(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; compare the summaries.")] = False,
    date: On = None,
    json: Json = False,
) -> None:
    """Compute the summaries that reports read again from the ledger, or compare them with it."""
    today = business_date(date)
    with open_practice() as practice:
        if check:
            _say_differences(practice, json=json)
            return
        entries = rebuild_summaries(practice.database, today)
    if json:
        say_json({"entries": entries})
    else:
        out.print(f"Summaries computed from {counted(entries, 'ledger entry', 'ledger entries')}.")


def _say_differences(practice: Practice, *, json: bool) -> None:
    rows = [one._asdict() for one in check_summaries(practice.database)]
    if json:
        say_json({"differences": rows})
    elif rows:
        say_table("Differences", rows, ("summary", "kept", "computed"))
    else:
        out.print("The summaries agree with the ledger.")
    if rows:
        raise typer.Exit(1)


def _command_of(one: Report) -> Callable[..., None]:
    def run(
        first: From = None,
        last: To = None,
        date: On = None,
        creditor: Creditors = None,
        by: By = None,
        where: Where = None,
        days: Days = None,
        accounts: Open = None,
        csv: CsvFile = None,
        xlsx: XlsxFile = None,
        check: Check = False,
        json: Json = False,
    ) -> None:
        given = Given(
            optional_date(first),
            optional_date(last),
            optional_date(date),
            tuple(creditor or ()),
            tuple(name for text in by or () for name in text.split(",")),
            tuple(where or ()),
            days,
        )
        _answer(one, given, accounts, Output(csv, xlsx, json), check=check)

    run.__doc__ = one.question
    return refusals(run)


def _answer(one: Report, given: Given, measure: str | None, to: Output, *, check: bool) -> None:
    """Read a report, or the accounts behind one of its columns, and write or print it."""
    today = business_date(None)
    with open_practice() as practice:
        who = typist()
        require_reader(one, who.roles)
        with practice.database.reading() as conn:
            keys = creditor_keys(conn)
            asked = asked_of(one, given, today, keys, who.creditors, policy_now(conn))
            if measure is not None:
                _answer_accounts(practice, conn, one, asked, measure, to)
                return
            table = one.read(conn, asked)
            record_people(practice, one, table)
            ties = one.ties(conn, asked) if check else []
            if to.json:
                says = [{**tie._asdict(), "holds": tie.holds} for tie in ties]
                say_json({**document(one, asked, table), **({"ties": says} if check else {})})
            write_or_print(one.title, asked, table, to)
    for tie in () if to.json else ties:
        out.print(f"{tie.says}: {'yes' if tie.holds else f'no, {tie.here} is not {tie.there}'}")
    if any(not tie.holds for tie in ties):
        raise Refused(f"{one.title} does not tie out")


def record_people(practice: Practice, one: Report, table: Table) -> None:
    """Record whose data a report is about to show."""
    if one.names_people:
        saw(practice, Seen.REPORTS, views_of(table, one.name))


def write_or_print(title: str, asked: Asked, table: Table, to: Output) -> None:
    """Write the files that are asked for; print the table if there are none, and no JSON either."""
    _write(title, table, to)
    if not to.json and not to.files:
        _print_table(f"{title}, {_when(asked)}", table)


def _write(title: str, table: Table, to: Output) -> None:
    for path, kind in to.files:
        write_table(path, kind, title, table)
        if not to.json:
            out.print(f"{path} written", soft_wrap=True, markup=False)


def _when(asked: Asked) -> str:
    return f"{asked.last}" if asked.first == asked.last else f"{asked.first} to {asked.last}"


def _print_table(title: str, table: Table) -> None:
    rows: list[dict[str, object]] = []
    more = False
    for row in table.rows:
        if more := len(rows) == SHOWN:
            break
        rows.append({column.name: shown(column, row.get(column.name)) for column in table.columns})
    if not rows:
        out.print("Nothing in this time.")
    names = [column.name for column in table.columns]
    total: dict[str, object] = {
        one.name: shown(one, table.total[one.name]) for one in table.columns if one.name in table.total
    }
    rows.append({names[0]: "Total"} | total)
    say_table(title, rows, names, heads={column.name: column.title for column in table.columns}, whole=True)
    if more:
        out.print(f"The first {SHOWN} lines; --csv FILE writes all of them.")
    for note in table.notes:
        out.print(note)


def _answer_accounts(practice: Practice, conn: Connection, one: Report, asked: Asked, measure: str, to: Output) -> None:
    drill, column = one.opened(measure)
    found = drill.accounts(conn, asked, measure, 0, SHOWN)
    lines = list(drill.every(conn, asked, measure)) if to.json or to.files else found.lines
    table = accounts_table(column, found, lines)
    saw(practice, Seen.REPORTS, views_of(table, one.name))
    if to.json:
        rows = rows_of(table)
        say_json({"name": one.name, "measure": measure, "as_of": asked.last, "rows": rows, "total": dict(table.total)})
        return
    _write(one.title, table, to)
    if not to.files:
        _print_table(f"{one.title}: {column.title}, {_when(asked)}", table)
        out.print(counted(found.accounts, "account"))


for _report in REPORTS.values():
    # Three older reports are commands of their own, whose JSON programs read.
    if _report.name not in OLDER:
        report.command(_report.name)(_command_of(_report))
