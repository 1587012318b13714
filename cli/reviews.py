"""Commands of the manager at the gates of schedules: what waits, and what is decided about it."""

from collections.abc import Callable, Sequence
from datetime import date as Day
from functools import partial
from typing import Annotated

import typer

from cli.output import (
    BusinessDate,
    Json,
    business_date,
    cents,
    open_practice,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import user
from cli.view_log import saw
from flows.dunning.reviews.commands import approve, keep, place_with, write_off
from flows.dunning.reviews.queries import Review, Wanted, reviews
from flows.practice import Practice
from flows.reports.expected_recovery import recovery
from flows.users.view_log import View
from models.database import Transaction
from models.enums import GateState
from models.errors import BadInput, NotFound
from models.user_enums import Seen
from models.values import counted, dollars

review = typer.Typer(help="List and decide pending reviews.", no_args_is_help=True)

Numbers = Annotated[list[str] | None, typer.Argument(help="Account numbers.")]
All = Annotated[bool, typer.Option("--all", help="All pending reviews.")]
Creditor = Annotated[str | None, typer.Option("--creditor", help="Reviews of one creditor, by its ID.")]
AtLeast = Annotated[str | None, typer.Option("--at-least", help="Balance of at least this many dollars.")]
Below = Annotated[str | None, typer.Option("--below", help="Balance below this many dollars.")]
Waits = Annotated[int | None, typer.Option("--waits", help="Pending for at least this many days.")]
Yes = Annotated[bool, typer.Option("--yes", help="Decide without confirmation, for scripts.")]

SHOWN = ("account", "name", "creditor", "balance_cents", "age_days", "waits_days", "goes_to", "expected_cents", "why")


@review.command("list")
@refusals
def list_reviews(
    kept: Annotated[bool, typer.Option("--kept", help="Reviews that were declined.")] = False,
    creditor: Creditor = None,
    at_least: AtLeast = None,
    below: Below = None,
    waits: Waits = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """List pending reviews, or declined ones: account, guarantor, balance, age, and reason."""
    state = GateState.KEPT if kept else GateState.WAITING
    wanted = _wanted((state,), None, creditor, at_least, below, waits)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            found = reviews(conn, business_date(date), wanted)
            rows = recovery(conn, business_date(date)).rows(found)
        saw(practice, Seen.TASKS, [View(one.guarantor_id, one.account_id) for one in found])
    if json:
        say_json(rows)
        return
    word = "declined in review" if kept else "pending review"
    say_table(f"{_total(found)} {word}", rows, SHOWN)


@review.command("approve")
@refusals
def approve_reviews(
    numbers: Numbers = None,
    every: All = False,
    creditor: Creditor = None,
    at_least: AtLeast = None,
    below: Below = None,
    waits: Waits = None,
    yes: Yes = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Approve reviews. The accounts continue their schedules. A declined review is approved by account number."""
    wanted = _wanted(_states(numbers), numbers, creditor, at_least, below, waits)
    _decide("Approve", "approved", wanted, approve, every=every, yes=yes, today=business_date(date), json=json)


@review.command("keep")
@refusals
def keep_reviews(
    reason: Annotated[str, typer.Option("--reason", help="The reason to keep the account.")],
    numbers: Numbers = None,
    until: Annotated[str | None, typer.Option("--until", help="The date on which it is reviewed again.")] = None,
    every: All = False,
    creditor: Creditor = None,
    at_least: AtLeast = None,
    below: Below = None,
    waits: Waits = None,
    yes: Yes = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Decline reviews and keep the accounts. The next step stays on hold unless the review is approved later. With
    --until, the review returns on that date. The date of a kept account is changed by account number."""
    wanted = _wanted(_states(numbers), numbers, creditor, at_least, below, waits)
    kept = partial(keep, reason=reason, until=optional_date(until))
    word = f"kept with us until {until}" if until else "kept with us"
    _decide("Keep", word, wanted, kept, every=every, yes=yes, today=business_date(date), json=json)


@review.command("write-off")
@refusals
def write_off_reviews(
    reason: Annotated[str, typer.Option("--reason", help="The reason to write the balance off.")],
    numbers: Numbers = None,
    every: All = False,
    creditor: Creditor = None,
    at_least: AtLeast = None,
    below: Below = None,
    waits: Waits = None,
    yes: Yes = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Write off the balances of reviewed accounts. A kept account is written off by account number."""
    wanted = _wanted(_states(numbers), numbers, creditor, at_least, below, waits)
    off = partial(write_off, reason=reason)
    _decide("Write off", "written off", wanted, off, every=every, yes=yes, today=business_date(date), json=json)


@review.command("place")
@refusals
def place_reviews(
    pool: Annotated[str, typer.Option("--pool", help="The pool, instead of the pool in the schedule.")],
    numbers: Numbers = None,
    reason: Annotated[str | None, typer.Option("--reason", help="The reason, for the history.")] = None,
    every: All = False,
    creditor: Creditor = None,
    at_least: AtLeast = None,
    below: Below = None,
    waits: Waits = None,
    yes: Yes = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Approve reviews. The accounts continue their schedules, and their next placement goes to another pool."""
    wanted = _wanted(_states(numbers), numbers, creditor, at_least, below, waits)
    placed = partial(place_with, pool=pool, reason=reason)
    word = f"approved for pool {pool}"
    _decide("Approve", word, wanted, placed, every=every, yes=yes, today=business_date(date), json=json)


def _states(numbers: Sequence[str] | None) -> tuple[GateState, ...]:
    """A filter finds pending reviews; an account number also finds one that was kept."""
    return (GateState.WAITING, GateState.KEPT) if numbers else (GateState.WAITING,)


def _wanted(
    states: Sequence[GateState],
    numbers: Sequence[str] | None,
    creditor: str | None,
    at_least: str | None,
    below: str | None,
    waits: int | None,
) -> Wanted:
    return Wanted(states, creditor, cents(at_least), cents(below), waits, frozenset(numbers or ()) or None)


def _decide(
    word: str,
    done_word: str,
    wanted: Wanted,
    decide: Callable[[Transaction, Sequence[int]], list[Review]],
    *,
    every: bool,
    yes: bool,
    today: Day,
    json: bool,
) -> None:
    """Select the reviews, confirm if there are several, decide them, and print the result."""
    with open_practice() as practice:
        found = _chosen(practice, wanted, every, today)
        _confirm(word, found, yes, json)
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            done = decide(tx, [one.id for one in found])
    _say_done(done_word, done, json)


def _chosen(practice: Practice, wanted: Wanted, every: bool, today: Day) -> list[Review]:
    """The reviews to decide. Raises BadInput if none was named, Refused if none of them is pending."""
    filters = (wanted.creditor, wanted.at_least_cents, wanted.below_cents, wanted.waits_days)
    if not every and wanted.accounts is None and all(one is None for one in filters):
        raise BadInput("enter account numbers, --all, or a filter: --creditor, --at-least, --below, --waits")
    with practice.database.reading() as conn:
        found = reviews(conn, today, wanted)
    missing = sorted(set(wanted.accounts or ()) - {one.account for one in found})
    if missing:
        raise NotFound(
            f"there is no pending review for {', '.join(missing)}", "`pastdue review list` shows pending reviews"
        )
    if not found:
        raise NotFound("no pending review matches", "`pastdue review list` shows pending reviews")
    return found


def _confirm(word: str, found: Sequence[Review], yes: bool, json: bool) -> None:
    """Print what a decision about several reviews covers, and ask; a script uses --yes."""
    if len(found) > 1 and not yes:
        if json:
            raise BadInput(f"{word} {_total(found)}? Add --yes with --json")
        out.print(f"{_total(found)}, {counted(len({one.creditor_id for one in found}), 'creditor')}")
        if not typer.confirm(f"{word} these reviews?"):
            raise BadInput("nothing was decided", "confirm, or add --yes")


def _total(found: Sequence[Review]) -> str:
    noun = "account" if len(found) == 1 else "accounts"
    return f"{len(found):,} {noun}, {dollars(sum(one.balance_cents for one in found))}"


def _say_done(word: str, done: Sequence[Review], json: bool) -> None:
    if json:
        say_json(
            {
                "decided": word,
                "accounts": [one.account for one in done],
                "balance_cents": sum(one.balance_cents for one in done),
            }
        )
    else:
        out.print(f"{_total(done)} {word}")
