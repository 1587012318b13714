"""What it costs to collect: letters, callers' time and agencies' commission against what was collected."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.queries import PLACEMENT
from flows.agency_handoff.remittance.reconcile import REMIT
from flows.reports.collections.attribution import CONTACT, LETTER, SENT
from flows.reports.collections.collections import PAYMENTS
from flows.reports.cube import (
    ACCOUNT,
    BY_CREDITOR,
    BY_MONTH,
    LEDGER,
    Cube,
    Derived,
    account_of_letter,
    an_account,
    count_of,
    percent,
    within_month,
)
from flows.reports.model import Asked, Chart, Column, Group, Report, Span, Tie, Unit
from flows.reports.summaries.queries import ledger_sum_of, ledger_totals
from models.enums import Channel
from models.sql_functions import month_text

SUMS = ("collected_cents", "letters", "letter_cents", "calls", "call_cents", "commission_cents", "cost_cents")


_NO_ENTRY = sa.cast(sa.null(), sa.BigInteger).label("entry_id")


def _part(
    creditor: sa.ColumnElement[int],
    on: sa.ColumnElement[object],
    sums: Mapping[str, sa.ColumnElement[int]],
    *account: sa.ColumnElement[int],
) -> sa.Select[tuple[object, ...]]:
    nothing = sa.literal(0)
    return sa.select(
        creditor.label("creditor_id"),
        month_text(on).label("month"),
        *(sums.get(name, nothing).label(name) for name in SUMS),
        *account,
    )


def _parts(asked: Asked) -> sa.Subquery:
    return sa.union_all(_paid(asked), *_costs(asked, with_accounts=True)).subquery("spent")


def _behind(asked: Asked, measure: str) -> sa.Subquery:
    """The payments alone, or all but the payments."""
    asked = within_month(asked)
    if measure == "collected_cents":
        return _paid(asked).subquery("spent")
    return sa.union_all(*_costs(asked, with_accounts=True)).subquery("spent")


def _paid(asked: Asked) -> sa.Select[tuple[object, ...]]:
    mine = LEDGER.c.account_id, LEDGER.c.id.label("entry_id")
    collected = {"collected_cents": -LEDGER.c.amount_cents}
    paid = _part(ACCOUNT.c.creditor_id, LEDGER.c.posted_on, collected, *mine)
    paid = paid.join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
    return paid.where(LEDGER.c.kind.in_(PAYMENTS), LEDGER.c.posted_on.between(asked.first, asked.last))


def _summary(asked: Asked) -> sa.Subquery:
    totals = ledger_totals()
    paid = _part(totals.c.creditor_id, totals.c.posted_on, {"collected_cents": -totals.c.amount_cents})
    paid = paid.where(totals.c.kind.in_(PAYMENTS), totals.c.posted_on.between(asked.first, asked.last))
    return sa.union_all(paid, *_costs(asked, with_accounts=False)).subquery("spent")


def _costs(asked: Asked, *, with_accounts: bool) -> list[sa.Select[tuple[object, ...]]]:
    """What letters, calls and agencies cost; the account of each is only looked up for the accounts of a figure."""

    def account(key: sa.ColumnElement[int]) -> tuple[sa.ColumnElement[int], ...]:
        return (key.label("account_id"), _NO_ENTRY) if with_accounts else ()

    policy, one = asked.policy, sa.literal(1)
    letter = sa.case((LETTER.c.channel == Channel.POST.value, policy.letter_cost_cents), else_=0)
    call = sa.literal(round(policy.collector_hour_cents * policy.call_minutes / 60))
    sent = _part(
        LETTER.c.creditor_id,
        LETTER.c.sent_on,
        {"letters": one, "letter_cents": letter, "cost_cents": letter},
        *account(account_of_letter(LETTER.c.id)),
    )
    called = _part(
        CONTACT.c.creditor_id,
        CONTACT.c.made_on,
        {"calls": one, "call_cents": call, "cost_cents": call},
        *account(an_account(CONTACT.c.guarantor_id, CONTACT.c.creditor_id)),
    )
    kept = _part(
        ACCOUNT.c.creditor_id,
        REMIT.c.on,
        {"commission_cents": REMIT.c.commission_cents, "cost_cents": REMIT.c.commission_cents},
        *account(PLACEMENT.c.account_id),
    ).select_from(
        REMIT.join(PLACEMENT, PLACEMENT.c.id == REMIT.c.placement_id).join(
            ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id
        )
    )
    return [
        sent.where(LETTER.c.sent_on.between(asked.first, asked.last), LETTER.c.state.in_(SENT)),
        called.where(CONTACT.c.made_on.between(asked.first, asked.last), CONTACT.c.kind == "call"),
        kept.where(REMIT.c.on.between(asked.first, asked.last)),
    ]


def _notes(_conn: Connection, asked: Asked) -> tuple[str, ...]:
    policy = asked.policy
    letter, hour = policy.letter_cost_cents / 100, policy.collector_hour_cents / 100
    return (
        f"A mailed letter costs ${letter:.2f}, a call {policy.call_minutes} minutes at ${hour:.2f} an hour (settings). "
        "Without fees of payment processors and courts, which are not on record",
    )


CUBE = Cube(
    parts=_parts,
    summary=_summary,
    behind=_behind,
    sums=(
        Column("collected_cents", "Collected", Unit.CENTS, "Payments of patients and insurance"),
        Column("letters", "Letters", Unit.COUNT, "Letters that were sent"),
        Column("letter_cents", "Letters cost", Unit.CENTS, "Print and postage of mailed letters, by the setting"),
        Column("calls", "Calls", Unit.COUNT, "Calls made and received"),
        Column("call_cents", "Calls cost", Unit.CENTS, "The callers' time, by the settings"),
        Column("commission_cents", "Commission", Unit.CENTS, "What agencies kept"),
        Column("cost_cents", "Cost", Unit.CENTS, "Letters, calls and commission together"),
    ),
    dimensions=(BY_MONTH, BY_CREDITOR),
    derived=(
        Derived(
            Column("cost_percent", "Cost to collect (%)", Unit.PERCENT, "The cost as a share of what was collected"),
            percent("cost_cents", "collected_cents"),
        ),
    ),
    notes=_notes,
    has_lines=False,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = {name: int(str(value)) for name, value in CUBE.read(conn, asked).total.items() if name in SUMS}
    paid = ledger_sum_of(conn, PAYMENTS, asked.first, asked.last, asked.creditors)
    sent = LETTER.c.sent_on.between(asked.first, asked.last), LETTER.c.state.in_(SENT)
    costs = total["letter_cents"] + total["call_cents"] + total["commission_cents"]
    return [
        Tie("Collected equals the payments in the ledger", total["collected_cents"], -paid),
        Tie(
            "Letters equal those on record",
            total["letters"],
            count_of(conn, LETTER, LETTER.c.creditor_id, asked, *sent),
        ),
        Tie("The cost is the sum of its parts", total["cost_cents"], costs),
    ]


COST_TO_COLLECT = Report(
    name="cost-to-collect",
    title="Cost to collect",
    group=Group.COLLECTIONS,
    question="What do letters, calls and agencies cost for each dollar that is collected?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="Collected equals the payments in the ledger, and the letters those on record, of the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("month",),
    drill=CUBE.drill(),
    chart=Chart(("cost_cents",)),
    months=6,
)
