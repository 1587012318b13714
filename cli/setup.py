"""Commands to set up the practice and import files: init, intake, pay, reverse-payment, run."""

import datetime
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.output import (
    REFUSED,
    WITH_REJECTS,
    BusinessDate,
    Json,
    business_date,
    err,
    open_practice,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
    say_template_faults,
)
from cli.typist import system_user, typist
from flows.accounts.counts import Count
from flows.accounts.tasks.sweep import tend_tasks
from flows.business_days.check import require_days
from flows.dunning.versions.publish import publish_shipped
from flows.estates.deadlines.commands import recompute_all
from flows.intake.file_format import Options
from flows.intake.rows import FileReport
from flows.intake.synthea import SyntheaOptions
from flows.intake.take import take_files
from flows.operations.backup import before_upgrade
from flows.practice import practice_of
from flows.proof.commands import seal_book
from flows.proof.queries import newest_seal
from flows.repair import repair
from flows.scheduler.orchestrator import orchestrated
from flows.stages import DAY_HEADS
from models.clock import system_clock
from models.database import Transaction, open_database
from models.enums import IntakeKind
from models.environment import settings_from
from models.errors import BadFile, NotPermitted
from models.labels import label_of
from models.migrate import migrate
from models.private import close_to_others
from models.user_enums import Role
from models.values import counted, dollars


@refusals
def init(
    date: BusinessDate = None,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="Upgrade without a backup of the database in the home first.")
    ] = False,
    json: Json = False,
) -> None:
    """Create the database, or bring it up to date after a backup, and publish the shipped schedules."""
    settings = settings_from()
    settings.home.mkdir(parents=True, exist_ok=True)
    for folder in (settings.inbox, settings.outbox, settings.letters, settings.lists, settings.templates):
        folder.mkdir(exist_ok=True)
    database = open_database(settings.database_url)
    kept = None if no_backup else before_upgrade(database, settings, system_clock())
    revision = migrate(database)
    with database.reading() as conn:
        sealed = newest_seal(conn) is not None
    if not sealed:
        # Records of an earlier version are sealed once; from then on each day's end is sealed.
        seal_book(database, settings, business_date(date))
    closed = close_to_others(settings.home)
    published = publish_shipped(database, business_date(date), practice_of(database, settings).shelf.kinds())
    # A new version may have corrected state rules; if nothing changed, this only reads.
    with database.transaction(actor=f"init ({system_user()})", business_date=business_date(date)) as tx:
        estates = recompute_all(tx)
    repaired = repair(database, f"init ({system_user()})", business_date(date))
    tended = tend_tasks(database, business_date(date))
    where = database.engine.url.render_as_string(hide_password=True)
    database.close()
    say_template_faults(settings)
    if json:
        say_json(
            {
                "database": where,
                "revision": revision,
                "backup": None if kept is None else str(kept.path),
                "schedules": published,
                "estates": asdict(estates),
                "closed_to_others": closed,
                "repaired": repaired,
                "tasks_closed": tended[Count.TASKS_CLOSED],
                "tasks_opened": tended[Count.TASKS_OPENED],
            }
        )
        return
    if kept is not None:
        out.print(f"Backup before the upgrade: {kept.path}", soft_wrap=True)
    out.print(f"Database: {where}, revision {revision}. Schedules: {', '.join(published)}", soft_wrap=True)
    if closed:
        files = counted(closed, "file or folder", "files and folders")
        out.print(f"{files} in {settings.home} can no longer be read by other users", soft_wrap=True)
    if any(repaired.values()):
        out.print(
            f"Found in the database: {repaired['pairs']} pairs of records that may be one person, "
            f"{repaired['holds']} new holds, {repaired['tasks']} new tasks (pastdue tasks)"
        )
    if tended:
        closed_tasks, opened = tended[Count.TASKS_CLOSED], tended[Count.TASKS_OPENED]
        out.print(f"Tasks: {closed_tasks} closed because the cause was resolved, {opened} opened that were missing")
    if estates.matters:
        out.print(f"Estates: {estates.changed} of {counted(estates.matters, 'deadline')} changed")


@refusals
def intake(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders to import.")],
    kind: Annotated[
        IntakeKind | None, typer.Option("--as", help="The type of the files (default: detected automatically).")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="The mapping file for a practice system export.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Synthea: leave out records after this date.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Synthea: claims with a service on or after this date.")
    ] = None,
    patient_payments: Annotated[
        str, typer.Option("--patient-payments", help="Synthea: import all patient payments or none.")
    ] = "all",
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Import files: account files, payments, remittances (835), a mapped practice system export, a Synthea export."""
    if patient_payments not in ("all", "none"):
        raise typer.BadParameter(
            f'"{patient_payments}" is not valid; enter all or none', param_hint="--patient-payments"
        )
    synthea = SyntheaOptions(optional_date(as_of), optional_date(since), patient_payments == "all")
    # An export as of a date was made on that date; its accounts start then unless another date is entered.
    today = business_date(date or as_of)
    with open_practice() as practice:
        reports = take_files(
            practice.database, paths, Options(kind, mapping, synthea), today, practice.settings.rejects
        )
    if json:
        say_json({"files": [asdict(report) for report in reports]})
    else:
        _report(reports)
    if any(report.rejected for report in reports):
        raise typer.Exit(WITH_REJECTS)


def _report(reports: list[FileReport]) -> None:
    """A line per file: rows = imported + known + rejected, with their amounts where they have any."""
    for one in reports:
        parts = [
            f"{count:,} {word}{f' ({dollars(cents)})' if cents else ''}"
            for word, count, cents in (
                ("imported", one.taken, one.taken_cents),
                ("already known", one.known, one.known_cents),
                ("rejected", one.rejected, one.rejected_cents),
            )
        ]
        rows = f"{one.rows:,} {'row' if one.rows == 1 else 'rows'}"
        again = "; this file was imported before" if one.already_taken else ""
        where = f"; see {one.reject_file}" if one.reject_file else ""
        out.print(
            f"{one.name} ({label_of(IntakeKind, one.kind)}): {rows}: {', '.join(parts)}{again}{where}",
            soft_wrap=True,
            markup=False,
        )
    for report in reports:
        for warning in report.warnings:
            err.print(f"{report.name}: {warning}", soft_wrap=True, markup=False)


def user() -> str:
    """The user who runs the command, for the history."""
    return typist().name


@contextmanager
def changing(date: str | None) -> Generator[Transaction, None, None]:
    """A transaction of the user who runs the command, on the date of the option or today."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        yield tx


@refusals
def run(
    date: BusinessDate = None,
    through: Annotated[
        str | None, typer.Option("--through", help="Run every day up to and including this date.")
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Run a day in the future or skip days (manager only)."),
    ] = False,
    json: Json = False,
) -> None:
    """Run the daily process of a business date as a Prefect flow, shown on the server in PREFECT_API_URL, if set."""
    first, last = business_date(date), optional_date(through)
    if last is not None and last < first:
        raise BadFile(f"--through {last} is before --date {first}")
    with open_practice() as practice:
        if force and not typist().has(Role.MANAGER):
            raise NotPermitted("--force requires a manager", "run the days in order without it")
        # Checked before the orchestrator starts, which takes seconds and wraps its errors.
        warning = None if force else require_days(practice, first, last or first)
        say_template_faults(practice.settings)
    if warning is not None:
        err.print(f"[yellow]Warning:[/yellow] {warning}", soft_wrap=True)
    days = run_flow(first, last, force=force)
    if json:
        say_json(days if last is not None else days[0])
    else:
        columns = ("business_date", "due", "advanced", "blocked", "letters", "calls", "set_aside", "events")
        say_table("Daily run", days, columns, heads=DAY_HEADS)
        out.print(f"Sealed head of the history: {days[-1]['head']}", highlight=False)
    if waiting := days[-1]["letters_waiting"]:
        err.print(f"Letters waiting for a template: {waiting}. `pastdue tasks template-fault` lists the reasons")
    if any(day["set_aside"] for day in days):
        err.print("Some accounts have exceptions. `pastdue tasks set-aside` lists them")
        raise typer.Exit(REFUSED)


def run_flow(first: datetime.date, last: datetime.date | None, *, force: bool = False) -> list[dict[str, object]]:
    """Run the flow. Prefect is imported only here: loading it takes seconds."""
    with orchestrated(settings_from()):
        from flows.collections_day import collections_day

        return collections_day(first, last, force)
