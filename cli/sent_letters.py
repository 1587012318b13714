"""Commands of the mail room after mailing: letters mailed, returned, show, report, check."""

import csv
from dataclasses import asdict
from datetime import date as Day
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from cli.addresses import City, Country, State, ZipCode
from cli.letters import letters
from cli.output import (
    REFUSED,
    STEPS,
    BusinessDate,
    Json,
    business_date,
    open_practice,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import user
from cli.view_log import saw_accounts, saw_letters
from flows.correspondence.certified.queries import without_number
from flows.correspondence.print_batches.mailed_date import correct_mailed_date, refuse_day_to_come
from flows.correspondence.print_batches.mailing import mail_batch
from flows.correspondence.reprint import write_again
from flows.correspondence.returned_mail.commands import return_letter
from flows.correspondence.returned_mail.nixie import Nixie, NixieCode, reason_of
from flows.correspondence.returned_mail.queries import Returnable, returnable_letters
from flows.correspondence.returned_mail.scanned import letters_scanned
from flows.people.contact.commands import ADDRESS
from flows.practice import Practice
from flows.reports.mail_report import day_of_letters
from flows.settings.queries import today_of
from letters.check import fields_found
from letters.estate.check import estate_fields_found, is_of_estates
from letters.numbers import Known, LetterNumber, letter_number, letter_of
from models.clock import system_clock
from models.database import Transaction
from models.errors import BadInput
from models.ids import BatchId
from models.labels import letter_label, words
from models.user_enums import Seen
from models.values import counted, date_from_iso

RETURNED_COLUMNS = ("letter", "reason", *ADDRESS)

NewAddress = dict[str, str | None] | None
"""The address on the USPS label; None if there is none."""


@letters.command("mailed")
@refusals
def mailed(
    batch: Annotated[int, typer.Argument(help="The number of the mailed batch.")],
    date: Annotated[str | None, typer.Option("--date", help="The mailing date, YYYY-MM-DD (default: today).")] = None,
    on: Annotated[str | None, typer.Option("--on", help="The business date (default: the mailing date).")] = None,
    json: Json = False,
) -> None:
    """Mark a batch as mailed."""
    day = business_date(date)
    today = optional_date(on) or day
    with open_practice() as practice:
        with practice.database.reading() as conn:
            refuse_day_to_come(conn, batch, [day, today], today_of(conn, system_clock()))
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            count = mail_batch(tx, BatchId(batch), day)
            waiting = without_number(tx.conn, batch)
    if json:
        say_json({"batch": batch, "letters": count, "mailed_on": day, "without_number": waiting})
    else:
        out.print(f"Batch {batch}: {counted(count, 'letter')} mailed on {day}")
        if waiting:
            out.print(
                f"{counted(waiting, 'letter')} not mailed: the Certified Mail number is missing. Enter it with "
                "`pastdue letters article`, then run this command again",
                soft_wrap=True,
            )


@letters.command("correct-mailed")
@refusals
def correct_mailed(
    batch: Annotated[int, typer.Argument(help="The number of the batch with the wrong date.")],
    mailed_on: Annotated[str, typer.Option("--mailed-on", help="The correct mailing date, YYYY-MM-DD.")],
    reason: Annotated[str, typer.Option("--reason", help="The reason for the correction, for each account's history.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Correct the mailing date of a batch, if none of its letters was returned and no account advanced since."""
    day, today = date_from_iso(mailed_on), business_date(date)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            refuse_day_to_come(conn, batch, [day], today_of(conn, system_clock()))
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            count = correct_mailed_date(tx, BatchId(batch), day, reason)
    if json:
        say_json({"batch": batch, "letters": count, "mailed_on": day})
    else:
        out.print(f"Batch {batch}: mailing date of {counted(count, 'letter')} corrected to {day}")


class ReturnedLetter(TypedDict):
    """A returned letter, and the letter that replaces it, if any."""

    letter: int
    number: str
    state: str
    reason: str
    goes_again_as: int | None


@letters.command("returned")
@refusals
def returned(
    letter: Annotated[
        list[str] | None, typer.Argument(help="Letter numbers, typed or scanned: L-00000123-4, or a mail barcode.")
    ] = None,
    reason: Annotated[
        str,
        typer.Option(
            "--reason", help=f"The USPS return reason: {', '.join(Nixie)}; or its code: {', '.join(NixieCode)}."
        ),
    ] = Nixie.NOT_DELIVERABLE.value,
    address1: Annotated[
        str | None, typer.Option("--address1", help="The new address from the USPS label, if any.")
    ] = None,
    address2: Annotated[str | None, typer.Option("--address2")] = None,
    city: City = None,
    state: State = None,
    zip_code: ZipCode = None,
    country: Country = None,
    file: Annotated[
        Path | None, typer.Option("--file", help=f"A CSV list of letters: {', '.join(RETURNED_COLUMNS)}.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Record the letters without showing the recipients first.")
    ] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Record returned mail, after the recipients are confirmed.

    Letters with a new address are sent again; the others create a task to find one.
    """
    given = {
        "address1": address1,
        "address2": address2,
        "city": city,
        "state": state,
        "zip": zip_code,
        "country": country,
    }
    new_address = given if any(given.values()) else None
    rows = [(one, reason, new_address) for one in letter or []] + (_returns_of(file) if file else [])
    if not rows:
        raise BadInput("enter a letter number, or a list with --file")
    day = business_date(date)
    with open_practice() as practice:
        read = _read(practice, rows)
        whose = _whose(practice, [number for number, _, _ in read], day)
        _confirm([whose[number.letter] for number, _, _ in read if not yes and _must_ask(number, json)], json)
        with practice.database.transaction(actor=user(), business_date=day) as tx:
            done = [_return(tx, number.letter, why, address) for number, why, address in read]
    if json:
        say_json(done[0] if len(done) == 1 and not file else done)
        return
    for one in done:
        again = one["goes_again_as"]
        then = f"sent again as {letter_number(again)}" if again else "letters are on hold until a new address is found"
        out.print(f"Returned mail recorded for {_said(whose[one['letter']])} ({words(one['reason'])}); {then}")


_Reported = tuple[LetterNumber, Nixie, NewAddress]
"""A returned letter as it was reported: its number, the reason, and the new address."""


def _read(practice: Practice, rows: list[tuple[str, str, NewAddress]]) -> list[_Reported]:
    """The letters that were typed or scanned, each once: the first report of it counts."""
    reasons = [reason_of(why) for _, why, _ in rows]
    found: dict[int, _Reported] = {}
    with practice.database.reading() as conn:
        for (text, _, address), why in zip(rows, reasons, strict=True):
            for number in letters_scanned(conn, [text]):
                found.setdefault(number.letter, (number, why, address))
    return list(found.values())


def _return(tx: Transaction, letter: int, why: Nixie, address: NewAddress) -> ReturnedLetter:
    again = return_letter(tx, letter, why, new_address=address)
    return {
        "letter": letter,
        "number": letter_number(letter),
        "state": "returned",
        "reason": why,
        "goes_again_as": again,
    }


def _whose(practice: Practice, numbers: list[LetterNumber], day: Day) -> dict[int, Returnable]:
    keys = list(dict.fromkeys(number.letter for number in numbers))
    with practice.database.reading() as conn:
        found = returnable_letters(conn, keys, day)
    saw_letters(practice, keys)
    return {one.letter: one for one in found}


def _must_ask(number: LetterNumber, json: bool) -> bool:
    """Whether the recipient is shown and confirmed first: always to a person, because another envelope may have been
    scanned; in a script, for a number without a check digit."""
    return not json or number.known is Known.UNCHECKED


def _said(one: Returnable) -> str:
    return f"{one.number}, {letter_label(one.kind)} to {one.name}, sent {one.sent_on}"


def _confirm(doubtful: list[Returnable], json: bool) -> None:
    """Show the recipients, and ask; a script needs --yes for numbers without a check digit."""
    if not doubtful:
        return
    message = "these numbers have no check digit; nothing changed. Check the names, then add --yes"
    if json:
        say_json({"would_return": doubtful, "refused": {"kind": "conflict", "message": message, "remedy": "--yes"}})
        raise typer.Exit(REFUSED)
    for one in doubtful:
        out.print(
            f"{one.number} is {letter_label(one.kind)} to {one.name}, sent {one.sent_on}", markup=False, soft_wrap=True
        )
    if not typer.confirm("Are these the names on the envelopes? Record these letters as returned?"):
        out.print("Nothing changed")
        raise typer.Exit(REFUSED)


def _returns_of(file: Path) -> list[tuple[str, str, NewAddress]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.DictReader(text)
        missing = {"letter"} - set(rows.fieldnames or ())
        strange = set(rows.fieldnames or ()) - set(RETURNED_COLUMNS)
        if missing or strange:
            wrong = "column letter is missing" if missing else f"column {sorted(strange)[0]} is not known"
            raise BadInput(f"{file.name}:1: {wrong}", f"the columns are {', '.join(RETURNED_COLUMNS)}")
        found: list[tuple[str, str, NewAddress]] = []
        for row in rows:
            address = {name: (row.get(name) or "").strip() or None for name in ADDRESS}
            why = (row.get("reason") or "").strip() or Nixie.NOT_DELIVERABLE.value
            found.append(((row["letter"] or "").strip(), why, address if any(address.values()) else None))
    return found


@letters.command("show")
@refusals
def show(
    letter: Annotated[str, typer.Argument(help="The letter number.")],
    to: Annotated[Path | None, typer.Option("--to", help="Output file.")] = None,
    json: Json = False,
) -> None:
    """Recreate a letter exactly as it was written, from its stored data."""
    key = letter_of(letter)
    with open_practice() as practice:
        saw_letters(practice, [key], letter_number(key))
        target = to or practice.settings.outbox / f"{letter_number(key)}.docx"
        found = write_again(practice.database, key, target, practice.settings.letters)
    if json:
        say_json(found)
    else:
        out.print(f"{found.file}: identical to the original, SHA-256 {found.rendered_digest}", soft_wrap=True)


@letters.command("report")
@refusals
def report(date: BusinessDate = None, json: Json = False) -> None:
    """Report the letters of a day: letters, recipients, pages, and each blocked letter with the reason."""
    with open_practice() as practice:
        with practice.database.reading() as conn:
            day = day_of_letters(conn, business_date(date))
        saw_accounts(practice, [one["account"] for one in day["held_back"]], Seen.LETTERS)
    if json:
        say_json(day)
        return
    sent, people = counted(day["letters"], "letter"), counted(day["people"], "person", "people")
    out.print(f"{day['business_date']}: {sent} to {people}, {counted(day['pages'], 'page')}")
    for kind, count in day["by_kind"].items():
        out.print(f"  {count:6,} {letter_label(kind)}")
    for one in day["waiting"]:
        out.print(f"Batch {one['batch']} is held for a manager: {one['why']}", soft_wrap=True)
    if day["held_back"]:
        say_table(f"Blocked letters: {len(day['held_back'])}", day["held_back"], ("account", "step", "why"), STEPS)


@letters.command("check")
@refusals
def check(
    file: Annotated[Path, typer.Argument(help="A .docx template.")],
    kind: Annotated[
        str | None, typer.Option("--kind", help="The type of letter, if it is not the file's name.")
    ] = None,
    estate: Annotated[
        str | None,
        typer.Option("--estate", help="The type of estate document, if the file is not in a folder `estate`."),
    ] = None,
    json: Json = False,
) -> None:
    """Validate a template: its fields, unknown fields and their places, unclosed loops, required text."""
    of_estate = estate is not None or is_of_estates(file)
    found = estate_fields_found(file, estate or kind) if of_estate else fields_found(file, kind)
    if json:
        say_json({"file": str(file), "fields": found.fields, "problems": [asdict(one) for one in found.problems]})
    else:
        if found.fields:
            out.print(f"{file}: {counted(len(found.fields), 'field')}: {', '.join(found.fields)}", soft_wrap=True)
        for problem in found.problems:
            out.print(str(problem).replace("[", r"\["), soft_wrap=True)
        if not found.problems:
            out.print("No errors found")
    if found.problems:
        raise typer.Exit(REFUSED)
