"""The command `demo`: a made-up practice, a year of its life, and where to look."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, TypedDict
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import typer
from rich.progress import track
from sqlalchemy.engine import Connection

from cli.calls import hours_said
from cli.output import ENTRY, Json, business_date, err, labels, open_practice, out, refusals, say_json, say_table
from cli.setup import init, run_flow
from demo.life import Life, take_book
from demo.look import dress_creditors
from demo.people import make_book
from demo.staff import take_on
from flows.calls.queries import calls_of_the_day, names_of
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.estates.matters.docket import docket
from flows.practice import Practice
from flows.reports.account import account_view
from flows.settings.queries import policy_now
from flows.stages import STAGES, run_stage
from models import Account, AccountEvent, Letter, Task
from models.columns import table
from models.environment import MADE_UP, settings_from
from models.errors import Refused
from models.estate_enums import MatterState
from models.task_kinds import TaskKind
from models.user_enums import Role

ACCOUNT = table(Account)
TASK = table(Task)

_DOCKET = {"number": "Matter", "file_by": "Target date"}


@refusals
def demo(
    accounts: Annotated[int, typer.Option("--accounts", min=1, max=1_000_000)] = 1_000,
    seed: Annotated[int, typer.Option("--seed")] = 7,
    days: Annotated[int, typer.Option("--days", min=1, max=2_000)] = 365,
    until: Annotated[str | None, typer.Option("--until", help="The last day (default: today).")] = None,
    json: Json = False,
) -> None:
    """Build a demonstration with made-up accounts, run its days up to today, and list commands to try."""
    _fresh_folder(settings_from().home)
    last = business_date(until)
    first = last - timedelta(days=days - 1)
    _quietly_init(first)
    with open_practice() as practice:
        book = make_book(accounts, seed, first, days)
        take_book(practice, book.files, first)
        dress_creditors(practice, seed, first)
        life = Life(practice, seed, book.later)
        life.set_up(first)
        for offset in track(range(days - 1), "Running the days", disable=json, console=err):
            _day(practice, life, first + timedelta(days=offset))
        life.morning(last)
    # The last day goes through the flow itself, as every night's does.
    run_flow(last, None, force=True)
    with open_practice() as practice:
        batches = print_letters(mail_room(practice, "mail room"), practice.settings.outbox, last)
        files = [file for batch in batches for file in (batch.file, batch.pdf) if file]
        summary = _summary(practice, last, files, take_on(practice, last))
        if json:
            say_json(summary)
        else:
            _show(practice, last, summary)


def _day(practice: Practice, life: Life, today: date) -> None:
    life.morning(today)
    for stage in STAGES:
        run_stage(practice, stage, today)
    life.day(today)


def _fresh_folder(home: Path) -> None:
    """Empty the folder of an earlier demonstration. Raises Refused for any other folder with files."""
    if home.exists() and any(home.iterdir()):
        if not (home / MADE_UP).exists():
            raise Refused(f"{home} holds accounts that are not made up", "set PASTDUE_HOME to another folder")
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MADE_UP).write_text("All people in this folder are made up. `pastdue demo` replaces the folder.\n")


def _quietly_init(first: date) -> None:
    with Path(os.devnull).open("w") as nowhere:
        shown, out.file = out.file, nowhere
        try:
            init(date=first.isoformat(), json=False)
        finally:
            out.file = shown


class DemoSummary(TypedDict):
    """What the demonstration created, and where it is."""

    business_date: date
    accounts: int
    letters: int
    calls: int
    events: int
    example: str
    home: str
    print_batches: list[str]
    sign_ins: list[dict[str, str]]


def _summary(practice: Practice, last: date, files: list[str], sign_ins: list[dict[str, str]]) -> DemoSummary:
    with practice.database.reading() as conn:
        return {
            "business_date": last,
            "accounts": _count(conn, ACCOUNT),
            "letters": _count(conn, table(Letter)),
            "calls": _count(conn, TASK, TASK.c.kind == TaskKind.CALL),
            "events": _count(conn, table(AccountEvent)),
            "example": _example(conn),
            "home": str(practice.settings.home),
            "print_batches": files,
            "sign_ins": sign_ins,
        }


def _count(conn: Connection, noun: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return conn.execute(sa.select(sa.func.count()).select_from(noun).where(*where)).scalar_one()


def _example(conn: Connection) -> str:
    """The account with the longest history that is still open: there is most to see."""
    query = (
        sa.select(ACCOUNT.c.number)
        .where(ACCOUNT.c.balance_cents > 0)
        .order_by(ACCOUNT.c.history_seq.desc(), ACCOUNT.c.id)
    )
    return conn.execute(query.limit(1)).scalar_one()


def _first(count: int) -> str:
    """How many lines a table has of all."""
    return f"the first 10 of {count}" if count > 10 else str(count)


def _show(practice: Practice, last: date, summary: DemoSummary) -> None:
    with practice.database.reading() as conn:
        listed, kept = calls_of_the_day(conn, last)
        names = names_of(conn, [call.group.person.id for call in listed[:10]])
        view = account_view(conn, summary["example"])
        estates = docket(conn, last)
        zone = ZoneInfo(policy_now(conn).time_zone)
    rows = [
        {
            "task": call.task.id,
            "guarantor": names[call.group.person.id],
            "phone": call.group.person.phone,
            "hours": hours_said(call, zone),
            "balance_cents": sum(account.balance_cents for account in call.group.accounts),
            "reason": call.reason,
        }
        for call in listed[:10]
    ]
    columns = ("task", "guarantor", "phone", "hours", "balance_cents", "reason")
    say_table(f"Today's calls: {_first(len(listed))}, {len(kept)} blocked", rows, columns)
    shown = ("number", "days_left", "file_by", "state", "decedent", "balance_cents")
    docket_read = {"state": labels(MatterState)}
    say_table(f"Estate docket: {_first(len(estates))}", estates[:10], shown, docket_read, _DOCKET)
    columns = ("seq", "business_date", "why", "actor")
    say_table(f"History of account {summary['example']}", view["events"], columns, heads=ENTRY)
    out.print(
        f"{summary['accounts']} accounts, {summary['letters']} letters, {summary['calls']} calls, "
        f"{summary['events']} events up to {last}"
    )
    for file in summary["print_batches"]:
        out.print(f"Print batch: {file}", soft_wrap=True)
    home = summary["home"]
    out.print(f"All files are in {home}: letters/, outbox/, lists/, inbox/taken/", soft_wrap=True)
    say_table("Users", summary["sign_ins"], ("role", "name", "password"), {"role": labels(Role)})
    out.print("Open the workspace: run `pastdue serve`, then go to http://127.0.0.1:8000/", soft_wrap=True)
    out.print("More commands to try, with the same PASTDUE_HOME:")
    for command in (
        f"pastdue explain {summary['example']}",
        f"pastdue calls --date {last} --collector maria",
        f"PASTDUE_USER=maria pastdue calls next --date {last}",
        "pastdue arrangement list",
        f"pastdue report credit-balances --date {last}",
        f"pastdue agency list --date {last}",
        "pastdue agency waiting",
        "pastdue agency scorecard",
        f"pastdue agency reconcile --date {last}",
        f"pastdue estate list --date {last}",
        f"pastdue letters report --date {last}",
        "pastdue letters list",
        "pastdue history verify",
    ):
        out.print(f"  {command}", soft_wrap=True)
