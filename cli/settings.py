"""Commands for practice settings, creditors' letters, and a person's contact data and preferences."""

from pathlib import Path
from typing import Annotated

import typer

from cli.addresses import City, Country, State, ZipCode
from cli.output import (
    BusinessDate,
    Json,
    Reason,
    open_practice,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import changing, user
from flows.accounts.queries import account_row
from flows.correspondence.creditors.commands import Picture, change_creditor, restore_creditor
from flows.correspondence.creditors.looks import LOOK
from flows.correspondence.creditors.queries import creditor_history, list_creditors
from flows.people.contact.commands import change_person
from flows.settings.commands import change_setting
from flows.settings.queries import setting_history, setting_now, settings_now, with_defaults
from flows.settings.reasons import NO_REASON
from flows.settings.tables.difference import difference_row
from models.labels import field_label

settings = typer.Typer(help="Show and change the practice settings.", no_args_is_help=True)
CreditorId = Annotated[str, typer.Argument(help="The creditor's ID in the account file.")]

creditor = typer.Typer(help="Show and change the creditors' settings for letters.", no_args_is_help=True)


@settings.command("list")
@refusals
def list_settings(json: Json = False) -> None:
    """List the practice settings: value, user and date of the change, meaning."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = settings_now(conn)
    if json:
        say_json(rows)
    else:
        shown = [{**row, "value": "none" if row["value"] is None else row["value"]} for row in rows]
        say_table("Settings", shown, ("name", "value", "set_on", "set_by", "meaning"))


@settings.command("set", context_settings={"ignore_unknown_options": True})
@refusals
def set_setting(
    name: Annotated[str, typer.Argument(help="The setting, such as release_over_sheets.")],
    value: Annotated[str, typer.Argument(help="The value: a number, yes, no, or none.")],
    reason: Reason = NO_REASON,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Change a practice setting. Earlier values stay on record."""
    with changing(date) as tx:
        now = change_setting(tx, name, value, reason)
    if json:
        say_json({"name": name, "value": now})
    else:
        out.print(f"{name} is now {'none' if now is None else now}")


@settings.command("history")
@refusals
def setting_versions(
    name: Annotated[str | None, typer.Argument(help="The setting (default: all).")] = None, json: Json = False
) -> None:
    """List earlier values of settings, the newest first: by whom, when and why. The last one is the default."""
    with open_practice() as practice, practice.database.reading() as conn:
        if name is not None:
            setting_now(conn, name)
        rows = with_defaults([row for row in setting_history(conn) if name in (None, row["name"])], name)
    if json:
        say_json(rows)
    else:
        shown = [{**row, "value": "none" if row["value"] is None else row["value"]} for row in rows]
        say_table("Earlier values", shown, ("name", "version", "value", "set_on", "set_by", "reason"))


@creditor.command("list")
@refusals
def creditors(json: Json = False) -> None:
    """List creditors, with their settings for letters."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = list_creditors(conn)
    if json:
        say_json(rows)
    else:
        columns = (
            "external_id",
            "name",
            "phone",
            "phone_hours",
            "accent",
            "pay_online",
            "assistance_url",
            "email_from",
        )
        say_table("Creditors", rows, columns)


@creditor.command("set")
@refusals
def set_creditor(
    creditor_id: CreditorId,
    values: Annotated[
        list[str] | None, typer.Option("--set", help=f"NAME=VALUE (can be repeated): {', '.join(LOOK)}.")
    ] = None,
    logo: Annotated[Path | None, typer.Option("--logo", help="A PNG or JPEG logo for the letterhead.")] = None,
    no_logo: Annotated[bool, typer.Option("--no-logo", help="Remove the logo.")] = False,
    reason: Reason = NO_REASON,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Change a creditor's settings for letters: logo, color, phone hours, payment address."""
    pairs = [text.partition("=") for text in values or []]
    changes = {name.strip(): value for name, _, value in pairs}
    with changing(date) as tx:
        picture = None if logo is None else Picture(logo.name, logo.read_bytes())
        now = change_creditor(tx, creditor_id, changes, picture, reason, no_logo=no_logo)
    if json:
        say_json(now)
    else:
        shown = ", ".join(sorted((*changes, *(("logo",) if logo or no_logo else ()))))
        out.print(f"{now['name']}: {shown or 'nothing'} changed")


@creditor.command("history")
@refusals
def history(creditor_id: CreditorId, json: Json = False) -> None:
    """List the changes of a creditor, the newest first: by whom, when, why, and what."""
    with open_practice() as practice, practice.database.reading() as conn:
        lines = creditor_history(conn, creditor_id)
    if json:
        say_json([{**one._asdict(), "changes": [difference_row(each) for each in one.changes]} for one in lines])
        return
    rows = [{**one._asdict(), "changes": "\n".join(each.sentence for each in one.changes)} for one in lines]
    say_table(f"Changes of {creditor_id}", rows, ("id", "on", "by", "reason", "changes"), heads={"id": "Change"})


@creditor.command("undo")
@refusals
def undo(
    creditor_id: CreditorId,
    to: Annotated[int, typer.Option("--to", min=0, help="The change to return to; 0: before the first change.")],
    reason: Reason,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Return a creditor to its values after an earlier change."""
    with changing(date) as tx:
        now = restore_creditor(tx, creditor_id, to, reason)
    if json:
        say_json(now)
    else:
        out.print(f"{now['name']}: earlier values are set again")


@refusals
def contact(
    number: Annotated[str, typer.Argument(help="An account of the guarantor.")],
    address1: Annotated[str | None, typer.Option("--address1", help="Street and number.")] = None,
    address2: Annotated[str | None, typer.Option("--address2", help="Apartment or unit; empty removes it.")] = None,
    city: City = None,
    state: State = None,
    zip_code: ZipCode = None,
    country: Country = None,
    phone: Annotated[str | None, typer.Option("--phone")] = None,
    mobile: Annotated[str | None, typer.Option("--mobile")] = None,
    email: Annotated[str | None, typer.Option("--email")] = None,
    email_consent: Annotated[
        bool | None, typer.Option("--email-consent/--no-email-consent", help="Consent to letters by e-mail.")
    ] = None,
    text_consent: Annotated[
        bool | None, typer.Option("--text-consent/--no-text-consent", help="Consent to text messages.")
    ] = None,
    language: Annotated[str | None, typer.Option("--language", help="The language code, such as en or es.")] = None,
    large_print: Annotated[
        bool | None, typer.Option("--large-print/--no-large-print", help="Letters in large print.")
    ] = None,
    not_at: Annotated[
        str | None,
        typer.Option("--not-at", help='Do-not-call times, in the person\'s time zone: "mon-fri 09:00-17:00; sun".'),
    ] = None,
    spoken_name: Annotated[
        str | None, typer.Option("--spoken-name", help='Name pronunciation: "NWIN, rhymes with win".')
    ] = None,
    alert: Annotated[
        str | None, typer.Option("--alert", help='What every user must see first: "Speak with the daughter".')
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Change a guarantor's address, phone numbers, language or preferences. A new address closes the address task."""
    given: dict[str, str | bool | None] = {
        "address1": address1,
        "address2": address2,
        "city": city,
        "state": state,
        "zip": zip_code,
        "country": country,
        "phone": phone,
        "mobile": mobile,
        "email": email,
        "email_consent": email_consent,
        "text_consent": text_consent,
        "language": language,
        "large_print": large_print,
        "no_call_times": not_at,
        "spoken_name": spoken_name,
        "alert": alert,
    }
    changes = {name: value or None if value == "" else value for name, value in given.items() if value is not None}
    with changing(date) as tx:
        changed = change_person(tx, account_row(tx.conn, number).guarantor_id, changes, f"reported to {user()}")
    if json:
        say_json({"number": number, "changed": list(changed)})
    else:
        out.print(f"Changed: {', '.join(map(field_label, changed)) or 'nothing'}")
