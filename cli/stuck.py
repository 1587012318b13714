"""The command that lists accounts that cannot move, by reason, and acts on all of one reason."""

from dataclasses import asdict
from datetime import date as Day
from typing import Annotated

import typer

from cli.output import ACCOUNT, BusinessDate, Json, business_date, open_practice, out, refusals, say_json, say_table
from cli.setup import user
from cli.typist import typist
from cli.view_log import saw
from flows.dunning.stuck.commands import Acted, Order, accounts_meant, act_on_stuck
from flows.dunning.stuck.queries import account_row, reason_row, stuck_for, stuck_reasons
from flows.dunning.stuck.reasons import Act
from flows.practice import Practice
from flows.users.view_log import View
from models.enums import PayerClass
from models.errors import BadInput
from models.labels import plain
from models.user_enums import Seen
from models.values import counted, dollars
from web.auth.rights import Right

_SHOWN = ("number", "name", "creditor", "balance_cents", "since_on", "file_by")


@refusals
def stuck(
    reason: Annotated[str | None, typer.Argument(help="A reason from the list, to show its accounts.")] = None,
    act: Annotated[
        Act | None, typer.Option("--act", help="The action to take on all accounts with this reason.")
    ] = None,
    account: Annotated[list[str] | None, typer.Option("--account", help="Only this account (can be repeated).")] = None,
    payer_class: Annotated[
        PayerClass | None, typer.Option("--class", help="The correct coverage type, for the action class.")
    ] = None,
    why: Annotated[str, typer.Option("--why", help="The reason, for each account's history.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Act without confirmation.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """List accounts that can't advance, by reason: count, balance, oldest, who releases them; or act on them."""
    today = business_date(date)
    with open_practice() as practice:
        if reason is None:
            if act is not None:
                raise BadInput("enter a reason from `pastdue stuck`")
            _list(practice, today, json)
        elif act is None:
            _accounts(practice, reason, json)
        else:
            order = Order(reason, act, why, tuple(account or ()), payer_class, _is_manager())
            _do(practice, order, today, yes=yes, json=json)


def _is_manager() -> bool:
    return typist().may(Right.APPROVE_MONEY)


def _list(practice: Practice, today: Day, json: bool) -> None:
    with practice.database.reading() as conn:
        rows = [reason_row(one) for one in stuck_reasons(conn, today)]
    if json:
        say_json(rows)
        return
    say_table("Accounts that can't advance", rows, ("reason", "accounts", "owed_cents", "oldest_on", "file_by"))
    for row in rows:
        out.print(f"{row['reason']}: {row['says']}. {row['todo']} Responsible: {row['clears']}.")


def _accounts(practice: Practice, reason: str, json: bool) -> None:
    with practice.database.reading() as conn:
        found = stuck_for(conn, reason)
    saw(practice, Seen.ACCOUNT, [View(one.guarantor_id, one.id) for one in found])
    rows = [account_row(one) for one in found]
    if json:
        say_json(rows)
        return
    say_table(found[0].reason.says, rows, _SHOWN, heads=ACCOUNT)
    acts = ", ".join(found[0].reason.acts)
    out.print(
        f"{found[0].reason.todo} Responsible: {found[0].reason.clears}."
        + (f" Actions (--act): {acts}." if acts else "")
    )


def _do(practice: Practice, order: Order, today: Day, *, yes: bool, json: bool) -> None:
    if not yes:
        with practice.database.reading() as conn:
            mine = accounts_meant(conn, order)
        owed = dollars(sum(one.balance_cents for one in mine))
        typer.confirm(f"{plain(order.act)}: {counted(len(mine), 'account')}, {owed}. Continue?", abort=True, err=True)
    with practice.database.transaction(actor=user(), business_date=today) as tx:
        done = act_on_stuck(tx, order)
    _say_done(order, done, json)


def _say_done(order: Order, done: Acted, json: bool) -> None:
    if json:
        left = [{"number": number, "why": why} for number, why in done.left]
        say_json({"reason": order.code, "act": str(order.act), **asdict(done), "left": left})
        return
    out.print(f"{plain(order.act)}: {counted(done.accounts, 'account')}, {dollars(done.owed_cents)}")
    for number, why in done.left:
        out.print(f"Not changed: {number}: {why}")
