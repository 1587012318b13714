"""The placement queue as a work list: what waits, by which rule until when, and what would go to which agency."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.placement.likely import Outlook, outlook
from flows.agency_handoff.queries import ACCOUNT, PLACEMENT, named_placements
from flows.dunning.stuck.reasons import rule_citation, rule_title
from flows.reports.scorecard import age_band
from models.columns import AnyRow
from models.enums import PayerClass, PlacementState
from models.ids import AccountId, PersonId, PlacementId
from models.labels import label
from models.values import capitalized


class Stage(StrEnum):
    """Where an account in the queue stands: a manager decides, a rule blocks it, or the next run places it."""

    RELEASE = "release"
    BLOCKED = "blocked"
    READY = "ready"


class QueueSort(StrEnum):
    """The order of the queue: the longest wait, the largest balance, the oldest account, or the name first."""

    WAITING = "waiting"
    BALANCE = "balance"
    AGE = "age"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which accounts of the queue are listed, and in which order. `agency` is the one that would get the account."""

    stage: Stage | None = None
    pool: str | None = None
    agency: str | None = None
    payer_class: PayerClass | None = None
    age: str | None = None
    rule: str | None = None
    sort: QueueSort = QueueSort.WAITING

    def takes(self, one: "Waiting") -> bool:
        """Whether an account is listed."""
        return (
            self.stage in (None, one.stage)
            and self.pool in (None, one.pool)
            and self.agency in (None, one.agency)
            and self.payer_class in (None, one.payer_class)
            and self.age in (None, one.age)
            and self.rule in (None, one.rule)
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """An account in the queue. `agency` would get it today. `rule` blocks it, or would if it were released today;
    `until` is the day on which that ends, if it is known."""

    placement: PlacementId
    account_id: AccountId
    account: str
    guarantor_id: PersonId
    name: str
    creditor: str
    payer_class: PayerClass
    pool: str
    stage: Stage
    balance_cents: int
    age_days: int | None
    since: date
    agency: str | None
    rule: str | None
    rule_says: str
    citation: str
    until: date | None
    why: str

    @property
    def age(self) -> str:
        """The band of its age since the first bill."""
        return age_band(self.age_days)


class Total(TypedDict):
    """Accounts that have something in common, and their balances."""

    name: str
    accounts: int
    cents: int


class Totals(TypedDict):
    """The totals of some accounts in the queue."""

    agency: list[Total]
    age: list[Total]
    payer_class: list[Total]


def queue(conn: Connection, today: date) -> list[Waiting]:
    """Every account in the placement queue, the longest wait first."""
    waits = named_placements(ACCOUNT.c.payer_class, ACCOUNT.c.first_statement_on).where(
        sa.text("placement.state IN ('queued', 'review')")
    )
    rows = conn.execute(waits.order_by(PLACEMENT.c.wanted_on, PLACEMENT.c.id)).all()
    ahead = outlook(conn, today, [row for row in rows if row.blocked_by is None])
    return [_waiting(row, ahead.get(row.id, Outlook()), today) for row in rows]


def _waiting(row: AnyRow, ahead: Outlook, today: date) -> Waiting:
    stop = ahead.stop
    rule, until, why = row.blocked_by, row.blocked_until, row.blocked_why or ""
    citation = "" if rule is None else rule_citation(rule)
    if stop is not None:
        rule, until, why, citation = stop.rule, stop.until, stop.reason, stop.citation
    review = row.state == PlacementState.REVIEW.value
    return Waiting(
        placement=row.id,
        account_id=row.account_id,
        account=row.number,
        guarantor_id=row.guarantor_id,
        name=f"{row.first_name} {row.last_name}",
        creditor=row.creditor,
        payer_class=PayerClass(row.payer_class),
        pool=row.pool,
        stage=Stage.RELEASE if review else Stage.READY if rule is None else Stage.BLOCKED,
        balance_cents=row.balance_cents,
        age_days=None if row.first_statement_on is None else (today - row.first_statement_on).days,
        since=row.wanted_on,
        agency=ahead.agency,
        rule=rule,
        rule_says="" if rule is None else rule_title(rule),
        citation=citation,
        until=until,
        why=why,
    )


def in_order(rows: Sequence[Waiting], sort: QueueSort) -> list[Waiting]:
    """Accounts of the queue in an order."""
    keys: dict[QueueSort, Callable[[Waiting], tuple[int | str, int]]] = {
        QueueSort.WAITING: lambda one: (one.since.toordinal(), one.placement),
        QueueSort.BALANCE: lambda one: (-one.balance_cents, one.placement),
        QueueSort.AGE: lambda one: (-(one.age_days or 0), one.placement),
        QueueSort.NAME: lambda one: (one.name, one.placement),
    }
    return sorted(rows, key=keys[sort])


def totals(rows: Sequence[Waiting]) -> Totals:
    """Accounts and balances by the agency that would get them, by age, and by payer class; the largest first."""
    return {
        "agency": _by(rows, lambda one: one.agency or "No agency yet"),
        "age": _by(rows, lambda one: capitalized(one.age)),
        "payer_class": _by(rows, lambda one: label(one.payer_class)),
    }


def _by(rows: Sequence[Waiting], name: Callable[[Waiting], str]) -> list[Total]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for one in rows:
        found[name(one)].append(one.balance_cents)
    sums: list[Total] = [{"name": key, "accounts": len(some), "cents": sum(some)} for key, some in found.items()]
    return sorted(sums, key=lambda one: (-one["cents"], one["name"]))
