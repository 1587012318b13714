"""Commands of the mail room from the post on: letters mailed, returned, email, replies, texts, show, report, check."""

import csv
from dataclasses import asdict
from datetime import date as Day
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from cli.letters import letters
from cli.output import (
    REFUSED,
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
from flows.correspondence.print_batches.commands import mail_batch
from flows.correspondence.print_batches.mailed_date import correct_mailed_date, refuse_day_to_come
from flows.correspondence.reprint import write_again
from flows.correspondence.returned_mail.commands import Nixie, reason_of, return_letter
from flows.correspondence.returned_mail.queries import Returnable, returnable_letters
from flows.people.contact.commands import ADDRESS
from flows.practice import Practice
from flows.reports.mail import day_of_letters
from flows.settings.queries import today_of
from letters.check import fields_found
from letters.estate.check import estate_fields_found, is_of_estates
from letters.numbers import Known, LetterNumber, letter_number, letter_of, read_letter_number
from models.clock import system_clock
from models.errors import BadInput
from models.ids import BatchId
from models.user_enums import Seen
from models.values import date_from_iso

RETURNED_COLUMNS = ("letter", "reason", *ADDRESS)


@letters.command("mailed")
@refusals
def mailed(
    batch: Annotated[int, typer.Argument(help="The batch that was mailed.")],
    date: BusinessDate = None,
    on: Annotated[str | None, typer.Option("--on", help="The business date, where it is another day.")] = None,
    json: Json = False,
) -> None:
    """Write down that a batch was mailed."""
    day = business_date(date)
    today = optional_date(on) or day
    with open_practice() as practice:
        with practice.database.reading() as conn:
            refuse_day_to_come(conn, batch, [day, today], today_of(conn, system_clock()))
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            count = mail_batch(tx, BatchId(batch), day)
    if json:
        say_json({"batch": batch, "letters": count, "mailed_on": day})
    else:
        out.print(f"Batch {batch}: {count} letters mailed on {day}")


@letters.command("correct-mailed")
@refusals
def correct_mailed(
    batch: Annotated[int, typer.Argument(help="The batch whose date is wrong.")],
    mailed_on: Annotated[str, typer.Option("--mailed-on", help="The day on which it was mailed, YYYY-MM-DD.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is corrected; it stands in each history.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Correct the day on which a batch was mailed, while nothing rests on it: no letter was returned, and no account
    went a step further."""
    day, today = date_from_iso(mailed_on), business_date(date)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            refuse_day_to_come(conn, batch, [day], today_of(conn, system_clock()))
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            count = correct_mailed_date(tx, BatchId(batch), day, reason)
    if json:
        say_json({"batch": batch, "letters": count, "mailed_on": day})
    else:
        out.print(f"Batch {batch}: {count} letters mailed on {day}, corrected")


class ReturnedLetter(TypedDict):
    """A letter that came back, and the one that goes in its place, where one does."""

    letter: int
    number: str
    state: str
    reason: str
    goes_again_as: int | None


@letters.command("returned")
@refusals
def returned(
    letter: Annotated[list[str] | None, typer.Argument(help="Their numbers, typed or scanned: L-00000123-4.")] = None,
    reason: Annotated[
        str, typer.Option("--reason", help=f"What USPS wrote on it: {', '.join(Nixie)}.")
    ] = Nixie.NOT_DELIVERABLE.value,
    address1: Annotated[str | None, typer.Option("--address1", help="The new address, if the post knew it.")] = None,
    address2: Annotated[str | None, typer.Option("--address2")] = None,
    city: Annotated[str | None, typer.Option("--city")] = None,
    state: Annotated[str | None, typer.Option("--state", help="Two letters, such as WI.")] = None,
    zip_code: Annotated[str | None, typer.Option("--zip")] = None,
    country: Annotated[str | None, typer.Option("--country", help="Abroad: name or two letters, such as MX.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help=f"A CSV of many: {', '.join(RETURNED_COLUMNS)}.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Numbers without a check digit are right: do not ask.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Write down that letters came back: one with a new address goes again, for the others somebody looks for one."""
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
        raise BadInput("name a letter, or a list with --file")
    named = [(read_letter_number(text), reason_of(why), address) for text, why, address in rows]
    read = list({number.letter: (number, why, address) for number, why, address in reversed(named)}.values())[::-1]
    day = business_date(date)
    done: list[ReturnedLetter] = []
    with open_practice() as practice:
        whose = _whose(practice, [number for number, _, _ in read], day)
        _confirm([whose[number.letter] for number, _, _ in read if not yes and _must_ask(number, json)], json)
        with practice.database.transaction(actor=user(), business_date=day) as tx:
            for number, why, address in read:
                again = return_letter(tx, number.letter, why, new_address=address)
                done.append(
                    {
                        "letter": number.letter,
                        "number": letter_number(number.letter),
                        "state": "returned",
                        "reason": why,
                        "goes_again_as": again,
                    }
                )
    if json:
        say_json(done[0] if len(done) == 1 and not file else done)
        return
    for one in done:
        again = one["goes_again_as"]
        then = f"goes again as {letter_number(again)}" if again else "letters are on hold until a new address is found"
        out.print(f"{_said(whose[one['letter']])} came back ({one['reason']}); {then}")


def _whose(practice: Practice, numbers: list[LetterNumber], day: Day) -> dict[int, Returnable]:
    keys = list(dict.fromkeys(number.letter for number in numbers))
    with practice.database.reading() as conn:
        found = returnable_letters(conn, keys, day)
    saw_letters(practice, keys)
    return {one.letter: one for one in found}


def _must_ask(number: LetterNumber, json: bool) -> bool:
    """Whether a number may be another's: one of a list of letters is right in a script, and may be mistyped by a
    person."""
    return number.known is Known.UNCHECKED or (number.known is Known.LISTED and not json)


def _said(one: Returnable) -> str:
    return f"{one.number}, {one.kind} to {one.name}, sent on {one.sent_on},"


def _confirm(doubtful: list[Returnable], json: bool) -> None:
    """Show whose letters were named by numbers without a check digit, and ask; a script is refused and says --yes."""
    if not doubtful:
        return
    message = "these numbers have no check digit, and nothing is changed; look whose they are, then say --yes"
    if json:
        say_json({"would_return": doubtful, "refused": {"kind": "conflict", "message": message, "remedy": "--yes"}})
        raise typer.Exit(REFUSED)
    for one in doubtful:
        out.print(f"{one.number} is {one.kind} to {one.name}, sent on {one.sent_on}", markup=False, soft_wrap=True)
    if not typer.confirm("Did these come back?"):
        out.print("Nothing is changed")
        raise typer.Exit(REFUSED)


def _returns_of(file: Path) -> list[tuple[str, str, dict[str, str | None] | None]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.DictReader(text)
        missing = {"letter"} - set(rows.fieldnames or ())
        strange = set(rows.fieldnames or ()) - set(RETURNED_COLUMNS)
        if missing or strange:
            wrong = "column letter is missing" if missing else f"column {sorted(strange)[0]} is not known"
            raise BadInput(f"{file.name}:1: {wrong}", f"the columns are {', '.join(RETURNED_COLUMNS)}")
        found: list[tuple[str, str, dict[str, str | None] | None]] = []
        for row in rows:
            address = {name: (row.get(name) or "").strip() or None for name in ADDRESS}
            why = (row.get("reason") or "").strip() or Nixie.NOT_DELIVERABLE.value
            found.append(((row["letter"] or "").strip(), why, address if any(address.values()) else None))
    return found


@letters.command("show")
@refusals
def show(
    letter: Annotated[str, typer.Argument(help="The letter's number.")],
    to: Annotated[Path | None, typer.Option("--to", help="Where to write it.")] = None,
    json: Json = False,
) -> None:
    """Write a letter again, byte for byte as it was, from what is kept of it."""
    key = letter_of(letter)
    with open_practice() as practice:
        saw_letters(practice, [key], letter_number(key))
        target = to or practice.settings.outbox / f"{letter_number(key)}.docx"
        found = write_again(practice.database, key, target, practice.settings.letters)
    if json:
        say_json(found)
    else:
        out.print(f"{found.file}: as it was written, SHA-256 {found.rendered_digest}", soft_wrap=True)


@letters.command("report")
@refusals
def report(date: BusinessDate = None, json: Json = False) -> None:
    """A day's letters: how many to how many people, and each that was held back, with the reason."""
    with open_practice() as practice:
        with practice.database.reading() as conn:
            day = day_of_letters(conn, business_date(date))
        saw_accounts(practice, [one["account"] for one in day["held_back"]], Seen.LETTERS)
    if json:
        say_json(day)
        return
    out.print(f"{day['business_date']}: {day['letters']} letters to {day['people']} people, {day['pages']} pages")
    for kind, count in day["by_kind"].items():
        out.print(f"  {count:6,} {kind}")
    for one in day["waiting"]:
        out.print(f"Batch {one['batch']} waits for a manager: {one['why']}", soft_wrap=True)
    if day["held_back"]:
        say_table(f"Held back: {len(day['held_back'])}", day["held_back"], ("account", "step", "why"))


@letters.command("check")
@refusals
def check(
    file: Annotated[Path, typer.Argument(help="A .docx template.")],
    kind: Annotated[
        str | None, typer.Option("--kind", help="The kind of letter, where the file is not named after it.")
    ] = None,
    estate: Annotated[
        str | None, typer.Option("--estate", help="The kind of estate paper, where it is no file of a folder estate.")
    ] = None,
    json: Json = False,
) -> None:
    """Look a template through: fields it uses, unknown ones with where, loops left open, what its kind must say."""
    of_estate = estate is not None or is_of_estates(file)
    found = estate_fields_found(file, estate or kind) if of_estate else fields_found(file, kind)
    if json:
        say_json({"file": str(file), "fields": found.fields, "problems": [asdict(one) for one in found.problems]})
    else:
        out.print(f"{file}: {len(found.fields)} fields: {', '.join(found.fields)}", soft_wrap=True)
        for problem in found.problems:
            out.print(str(problem).replace("[", r"\["), soft_wrap=True)
        if not found.problems:
            out.print("Nothing is wrong with it")
    if found.problems:
        raise typer.Exit(REFUSED)
