"""Commands about records that may be one person."""

from typing import Annotated

import typer

from cli.output import BusinessDate, Json, open_practice, out, refusals, say_json, say_table
from cli.setup import changing
from cli.view_log import saw
from flows.people.duplicates.commands import decide_different, decide_same, undo_same
from flows.people.duplicates.queries import open_suspects
from flows.users.view_log import View
from models.enums import SuspectState
from models.user_enums import Seen

person = typer.Typer(help="Review possible duplicate person records.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(help="The number of the pair from `pastdue person suspects`.")]
Reason = Annotated[str, typer.Option("--reason", help="The reason, for the history.")]


@person.command("suspects")
@refusals
def suspects(
    state: Annotated[SuspectState, typer.Option("--state", help="Only pairs in one state.")] = SuspectState.OPEN,
    json: Json = False,
) -> None:
    """List possible duplicate records in pairs, with their differences."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = open_suspects(conn, state)
        saw(practice, Seen.PERSON, [View(one["person"]) for row in rows for one in row["persons"]])
    if json:
        say_json(rows)
        return
    shown = [
        {"pair": row["suspect"], "why": row["why"] if place == 0 else "", **one}
        for row in rows
        for place, one in enumerate(row["persons"])
    ]
    columns = ("pair", "person", "name", "birth_date", "address", "phone", "accounts", "why")
    say_table("Possible duplicate records", shown, columns)


@person.command("same")
@refusals
def same(pair: Id, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Merge two records of the same person: accounts, letters, calls and holds move to one record."""
    with changing(date) as tx:
        kept = decide_same(tx, pair, reason)
    said = f"Pair {pair} merged. All accounts are under person {kept}"
    _report(pair, SuspectState.SAME.value, json, kept, said)


@person.command("different")
@refusals
def different(pair: Id, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Mark two records as different people. The hold is released."""
    with changing(date) as tx:
        decide_different(tx, pair, reason)
    _report(
        pair, SuspectState.DIFFERENT.value, json, None, f"Pair {pair} marked as different people; the hold was released"
    )


@person.command("undo")
@refusals
def undo(pair: Id, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Undo a merge of two records. Everything that was moved returns to its own record."""
    with changing(date) as tx:
        undo_same(tx, pair, reason)
    _report(pair, SuspectState.DIFFERENT.value, json, None, f"Merge of pair {pair} undone")


def _report(pair: int, state: str, json: bool, kept: int | None, said: str) -> None:
    if json:
        say_json({"suspect": pair, "state": state, "person": kept})
    else:
        out.print(said)
