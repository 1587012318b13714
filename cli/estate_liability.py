"""Commands for who else is responsible: an account released to its living guarantor, a surviving spouse."""

from typing import Annotated

import typer

from cli.estate_attorneys import estate
from cli.estate_desk import Matter, Role, role_of
from cli.estate_documents import kinds
from cli.output import BusinessDate, Json, refusals, say_done
from cli.setup import changing
from flows.estates.liability.release import release
from flows.estates.liability.spouse import spouse_answers
from models.ids import PartyId


@estate.command("release")
@refusals
def release_account(
    matter: Matter,
    number: Annotated[str, typer.Argument(help="The account of the living guarantor.")],
    why: Annotated[str, typer.Option("--why", help="The basis of the guarantor's responsibility.")],
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Release an account to its living guarantor: it leaves the matter, and its schedule resumes."""
    with changing(date) as tx:
        release(tx, matter, number, why, role_of(role))
    say_done({"matter": matter, "account": number}, f"Account {number} released from the matter", json)


@estate.command("spouse")
@refusals
def spouse(
    matter: Matter,
    participant: Annotated[int, typer.Option("--participant", help="The surviving spouse's party number.")],
    why: Annotated[str, typer.Option("--why", help="The basis of responsibility, such as counsel's memo.")],
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Make a surviving spouse responsible from today, where state law provides it and counsel approved it."""
    with changing(date) as tx:
        numbers = spouse_answers(tx, matter, PartyId(participant), why, role_of(role))
    result = {"matter": matter, "participant": participant, "accounts": numbers}
    say_done(result, f"From today the spouse is responsible for {', '.join(numbers)}; a statement is sent first", json)


estate.command("papers")(kinds)
