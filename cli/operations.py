"""Commands of the operator: backup, restore, doctor."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from cli.output import REFUSED, Json, open_practice, out, refusals, say_json
from cli.remedies import advice_text
from flows.operations.backup import BackupOrder, back_up
from flows.operations.doctor import Found, examine
from flows.operations.restore import restore as restore_backup
from models.clock import system_clock
from models.environment import settings_from
from models.private import keep_private
from models.values import counted


@refusals
def backup(
    to: Annotated[
        Path | None, typer.Option("--to", help="The folder (default: PASTDUE_BACKUP_FOLDER, or backups in the home).")
    ] = None,
    encrypt_for: Annotated[
        str | None, typer.Option("--encrypt-for", help="A public key of age (age1...); default: PASTDUE_BACKUP_KEY.")
    ] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="Delete all but the newest backups in the folder.")
    ] = None,
    json: Json = False,
) -> None:
    """Back up the database and the home into one file, while others work."""
    keep_private()
    with open_practice() as practice:
        operator = practice.settings.operator
        order = BackupOrder(to or operator.backup_folder, encrypt_for or operator.backup_key or None, keep)
        done = back_up(practice.database, practice.settings, order, system_clock())
    if json:
        say_json({**asdict(done), "path": str(done.path)})
        return
    out.print(f"Backup: {done.path} ({counted(done.files, 'file')}, {done.bytes / 1e6:,.1f} MB)", soft_wrap=True)
    if not done.encrypted:
        out.print(
            "It is not encrypted, and has the keys of the home: protect it as you protect the home.", soft_wrap=True
        )
    if done.removed:
        out.print(f"{counted(done.removed, 'older backup')} deleted")


@refusals
def restore(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    key: Annotated[Path | None, typer.Option("--key", help="The file with the private key, if encrypted.")] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Verify history, ledger and letters against the sealed heads.")
    ] = False,
    into: Annotated[
        Path | None,
        typer.Option("--into", help="An empty folder to restore into, as a test, instead of PASTDUE_HOME (SQLite)."),
    ] = None,
    json: Json = False,
) -> None:
    """Restore a backup into an empty home, and bring the database up to date."""
    keep_private()
    settings = settings_from()
    if into is not None:
        home = into.absolute()
        settings = replace(settings, home=home, database_url=f"sqlite:///{home / 'pastdue.db'}")
    done = restore_backup(path, settings, key, verify=verify)
    broken = [] if done.proof is None else done.proof["broken"]
    if json:
        say_json(
            {
                "home": str(settings.home),
                "files": done.files,
                "made_at": done.manifest["made_at"],
                "last_day": done.manifest["last_day"],
                "revision": done.revision,
                "verified": done.proof,
            }
        )
    else:
        last = f", last day run {done.manifest['last_day']}" if done.manifest["last_day"] else ""
        out.print(
            f"Restored to {settings.home}: {counted(done.files, 'file')}, made at {done.manifest['made_at']}{last}",
            soft_wrap=True,
        )
        if done.proof is not None:
            say = f"{counted(done.proof['events'], 'event')}, {counted(done.proof['letters'], 'letter')}"
            out.print(f"Verified: {say}, {counted(len(broken), 'error')}")
            for flaw in broken:
                out.print(f"{flaw['number']}: {flaw['what']}", markup=False, soft_wrap=True)
    if broken:
        raise typer.Exit(REFUSED)


@refusals
def doctor(json: Json = False) -> None:
    """Check this installation: home, keys, disk, database, nightly run, agencies, templates, e-mail, backups."""
    checks = examine(settings_from(), system_clock())
    if json:
        shown = [
            {"name": one.name, "found": one.found.value, "says": one.says, "advice": advice_text(one.advice)}
            for one in checks
        ]
        say_json({"checks": shown})
    else:
        for one in checks:
            color = {Found.OK: "green", Found.WARNING: "yellow", Found.ERROR: "red"}[one.found]
            out.print(f"[{color}]{one.found.label}[/{color}] {one.name}: ", end="")
            out.print(one.says, markup=False, soft_wrap=True)
            if one.advice.text:
                out.print(f"    {advice_text(one.advice)}", markup=False, soft_wrap=True)
    if any(one.found is Found.ERROR for one in checks):
        raise typer.Exit(REFUSED)
