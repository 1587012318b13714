"""The command that lists accounts that cannot move, by reason, and acts on all of one reason."""

from dataclasses import asdict
from datetime import date as Day
from typing import Annotated

import typer

from cli.output import BusinessDate, Json, business_date, open_practice, out, refusals, say_json, say_table
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
from models.user_enums import Seen
from models.values import dollars
from web.auth.rights import Right


@refusals
def stuck(
    reason: Annotated[str | None, typer.Argument(help="One reason, as the list names it: its accounts.")] = None,
    act: Annotated[Act | None, typer.Option("--act", help="What to do to all of them.")] = None,
    account: Annotated[list[str] | None, typer.Option("--account", help="Only this account (repeat it).")] = None,
    payer_class: Annotated[PayerClass | None, typer.Option("--class", help="The right payer class, for class.")] = None,
    why: Annotated[str, typer.Option("--why", help="Why; it is written to each history.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Accounts that cannot move, by reason: how many, dollars, since when, who may clear them; act on all of one."""
    today = business_date(date)
    with open_practice() as practice:
        if reason is None:
            if act is not None:
                raise BadInput("name the reason, as `pastdue stuck` lists them")
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
    say_table("Accounts that cannot move", rows, ("reason", "accounts", "owed_cents", "oldest_on", "file_by"))
    for row in rows:
        out.print(f"{row['reason']}: {row['says']}. {row['todo']} Who: {row['clears']}.")


def _accounts(practice: Practice, reason: str, json: bool) -> None:
    with practice.database.reading() as conn:
        found = stuck_for(conn, reason)
    saw(practice, Seen.ACCOUNT, [View(one.guarantor_id, one.id) for one in found])
    rows = [account_row(one) for one in found]
    if json:
        say_json(rows)
        return
    say_table(found[0].reason.says, rows, ("number", "name", "creditor", "balance_cents", "since_on", "file_by"))
    acts = ", ".join(found[0].reason.acts)
    out.print(f"{found[0].reason.todo} Who: {found[0].reason.clears}." + (f" For all (--act): {acts}." if acts else ""))


def _do(practice: Practice, order: Order, today: Day, *, yes: bool, json: bool) -> None:
    if not yes:
        with practice.database.reading() as conn:
            mine = accounts_meant(conn, order)
        owed = dollars(sum(one.balance_cents for one in mine))
        typer.confirm(f"{order.act}: {len(mine)} accounts, {owed}. Continue?", abort=True, err=True)
    with practice.database.transaction(actor=user(), business_date=today) as tx:
        done = act_on_stuck(tx, order)
    _say_done(order, done, json)


def _say_done(order: Order, done: Acted, json: bool) -> None:
    if json:
        left = [{"number": number, "why": why} for number, why in done.left]
        say_json({"reason": order.code, "act": str(order.act), **asdict(done), "left": left})
        return
    out.print(f"{order.act}: {done.accounts} accounts, {dollars(done.owed_cents)}")
    for number, why in done.left:
        out.print(f"Left as it is: {number}: {why}")
