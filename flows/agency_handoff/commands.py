"""A manager's actions on agencies: publish terms, place, approve, recall, suspend, record a complaint."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.facts.commands import record_facts, review_today
from flows.accounts.happenings import TASK, TASK_ACCOUNT, close_tasks
from flows.accounts.notes import note
from flows.accounts.placed import open_placements
from flows.accounts.placements import Ending, NewPlacement, end_placements, queue_placements
from flows.agency_handoff.complaints import complain
from flows.agency_handoff.files.desk import LAYOUT, layout_named
from flows.agency_handoff.files.layout import Layout
from flows.agency_handoff.files.layout_file import layout_from
from flows.agency_handoff.placement.watch import placed_accounts, reinstate, suspend
from flows.agency_handoff.queries import ACCOUNT, AGENCY, PLACEMENT, accounts_with, agency_row
from flows.dunning.reviews.commands import approve_placement
from flows.settings.contracts.contract_file import pools_from, terms_from
from flows.settings.contracts.queries import POOLS, TERMS, agencies_now, require_pool
from flows.settings.contracts.terms import Pool, Terms
from flows.settings.reasons import NO_REASON
from flows.settings.tables.commands import publish_text
from models import Agency
from models.agency_events import PlacementReviewed
from models.columns import AnyRow, in_keys
from models.database import Transaction, batches
from models.enums import AgencyFileKind, FactName, PlacementState, TaskState
from models.errors import NotFound, Refused
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.values import counted

NEEDED = (AgencyFileKind.PLACEMENT, AgencyFileKind.UPDATE)
"""Files that a layout must define, so that accounts can be placed and the agency notified of changes."""


def publish_agency(tx: Transaction, text: str, file: str, reason: str = NO_REASON) -> Terms:
    """Publish a file as the terms of its agency from now on. Raises BadSchedule or NotFound.

    Accounts already placed with it keep their commission; all other terms apply to them too.
    """
    terms = terms_from(text, file)
    layout = layout_named(tx.conn, terms.layout)
    lacking = [kind.value for kind in NEEDED if kind not in layout.files]
    if lacking:
        raise NotFound(
            f"{file}: layout {layout.name} does not define a {' or a '.join(lacking)} file", "add it to the layout"
        )
    publish_text(tx, f"{TERMS}{terms.code}", text, reason)
    known = tx.conn.execute(sa.select(AGENCY.c.id).where(AGENCY.c.code == terms.code)).scalar()
    if known is None:
        row = {
            "id": tx.ids(Agency, 1)[0],
            "code": terms.code,
            "name": terms.name,
            "tier": terms.tier,
            "since": tx.business_date,
        }
        tx.insert(Agency, [row])
        return terms
    tx.conn.execute(sa.update(AGENCY).where(AGENCY.c.id == known).values(name=terms.name, tier=terms.tier))
    # Its dates may have changed: the next run reviews all its accounts.
    has = sa.and_(PLACEMENT.c.agency_id == known, PLACEMENT.c.state == PlacementState.PLACED.value)
    tx.conn.execute(sa.update(PLACEMENT).where(has).values(review_on=tx.business_date))
    return terms


def publish_pools(tx: Transaction, text: str, file: str, reason: str = NO_REASON) -> dict[str, Pool]:
    """Publish the pools of the practice from a file. Raises BadSchedule. The next run reviews the placement queue."""
    pools = pools_from(text, agencies_now(tx.conn).terms, file)
    publish_text(tx, POOLS, text, reason)
    waiting = PLACEMENT.c.state == PlacementState.QUEUED.value
    tx.conn.execute(sa.update(PLACEMENT).where(waiting).values(review_on=tx.business_date))
    return pools


def publish_layout(tx: Transaction, text: str, file: str, reason: str = NO_REASON) -> Layout:
    """Publish a file as a layout of the practice. Raises BadSchedule with everything that is wrong with it."""
    layout = layout_from(text, file)
    publish_text(tx, f"{LAYOUT}{layout.name}", text, reason)
    return layout


def want_placed(tx: Transaction, accounts: Sequence[AnyRow], pool: str, reason: str | None = None) -> list[int]:
    """Add accounts to the placement queue by hand; `reason` approves the reviews required before it.

    Raises Refused, and queues none, if an account is already placed or queued, or owes nothing. The same applies if a
    required review has no reason.
    """
    require_pool(tx.conn, pool)
    there = open_placements(tx.conn, [account.id for account in accounts])
    for account in accounts:
        if account.id in there:
            placed = there[account.id].state == PlacementState.PLACED.value
            where = "with an agency" if placed else "in the placement queue"
            raise Refused(f"account {account.number} is already {where}", "recall it first" if placed else "")
        if account.balance_cents <= 0:
            raise Refused(f"account {account.number} has no balance due", "it can't be placed")
    approved = {one.account_id for one in approve_placement(tx, [account.id for account in accounts], reason)}
    if reason is not None:
        for account in accounts:
            if account.id not in approved:
                note(tx, account.id, f"Placed manually: {reason}")
    return queue_placements(
        tx,
        [
            NewPlacement(account.id, account.guarantor_id, account.creditor_id, account.balance_cents, pool)
            for account in accounts
        ],
    )


def review(tx: Transaction, account: AnyRow, *, approve: bool, reason: str | None) -> None:
    """A manager approves or rejects a placement above the limit. Raises Refused if none awaits approval."""
    row = open_placements(tx.conn, [account.id]).get(account.id)
    if row is None or row.state != PlacementState.REVIEW.value:
        raise Refused(
            f"the placement of account {account.number} is not pending approval", remedy=Remedy.LIST_PLACEMENT_REVIEWS
        )
    tx.record(
        PlacementReviewed(
            account_id=account.id,
            placement=row.id,
            decision="approved" if approve else "refused",
            balance_cents=account.balance_cents,
            reason=reason,
        )
    )
    if approve:
        again = {"state": PlacementState.QUEUED.value, "review_on": tx.business_date, "approved_by": tx.actor}
        tx.conn.execute(sa.update(PLACEMENT).where(PLACEMENT.c.id == row.id).values(**again))
    else:
        end_placements(tx, [Ending(row.id, PlacementState.CANCELLED, "refused_by_manager")])
    _close_review(tx, account.id)


def review_all(tx: Transaction, placements: Sequence[int], *, approve: bool, reason: str | None) -> list[AnyRow]:
    """Decide several placements that await approval, all or none; returns their accounts. Raises Refused for one that
    does not await approval any more."""
    query = sa.select(ACCOUNT).join(PLACEMENT, PLACEMENT.c.account_id == ACCOUNT.c.id)
    rows = [
        row
        for part in batches(sorted(set(placements)))
        for row in tx.conn.execute(query.where(in_keys(PLACEMENT.c.id, part)).order_by(ACCOUNT.c.id))
    ]
    if not rows:
        raise Refused("no account is selected", "select one or more accounts that await approval")
    for account in rows:
        review(tx, account, approve=approve, reason=reason)
    return rows


def _close_review(tx: Transaction, account_id: int) -> None:
    query = (
        sa.select(TASK.c.id)
        .join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
        .where(TASK_ACCOUNT.c.account_id == account_id, TASK.c.kind == TaskKind.APPROVE_PLACEMENT)
        .where(TASK.c.state == TaskState.OPEN.value)
    )
    close_tasks(tx, list(tx.conn.execute(query).scalars()), TaskState.DONE, "decided")


def recall(tx: Transaction, accounts: Sequence[AnyRow], reason: str) -> int:
    """Recall accounts from their agencies, or from the queue; returns how many. Raises Refused for one that is in
    neither."""
    there = open_placements(tx.conn, [account.id for account in accounts])
    for account in accounts:
        if account.id not in there:
            raise Refused(f"account {account.number} is not with an agency", "nothing to recall")
    endings = [
        Ending(row.id, PlacementState.RECALLED if row.placed_on is not None else PlacementState.CANCELLED, reason)
        for row in there.values()
    ]
    end_placements(tx, endings)
    for account in accounts:
        _close_review(tx, account.id)
    return len(endings)


def suspend_account(tx: Transaction, account: AnyRow, reason: str, days: int | None) -> None:
    """Suspend an account with its agency, at most for the contract's days. Raises Refused."""
    stay = _stay(tx, account)
    if stay.suspended_until is not None:
        raise Refused(f"account {account.number} is already suspended until {stay.suspended_until}")
    suspend(tx, [stay], reason, days)


def reinstate_account(tx: Transaction, account: AnyRow, reason: str) -> None:
    """Reinstate an account with its agency. Raises Refused if it is not suspended."""
    stay = _stay(tx, account)
    if stay.suspended_until is None:
        raise Refused(f"account {account.number} is not suspended", "nothing to reinstate")
    reinstate(tx, [stay], reason)


class StayAct(StrEnum):
    """What is done with accounts that an agency has."""

    RECALL = "recall"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


@dataclass(frozen=True, slots=True)
class StayOrder:
    """An action on accounts at one agency. `account_ids` None: every account there that it applies to. `days`: how long
    a suspension lasts, at most as the contract allows. `confirmed`: how many accounts the user was shown."""

    act: StayAct
    reason: str
    account_ids: Collection[int] | None = None
    days: int | None = None
    confirmed: int | None = None


def accounts_of_order(conn: Connection, code: str, order: StayOrder) -> list[AnyRow]:
    """The accounts that an order applies to. Raises Refused for one that the agency does not have, or that is already
    in that state, and if they are not as many as the user confirmed."""
    agency = agency_row(conn, code)
    rows = accounts_with(conn, agency.id)
    if order.account_ids is None:
        chosen = [row for row in rows if _applies(order.act, row)]
    else:
        chosen = [row for row in rows if row.account_id in order.account_ids]
        if len(chosen) < len(set(order.account_ids)):
            raise Refused("a selected account is not with this agency any more", "open the page again")
    if not chosen:
        raise Refused(f"{agency.name} has no account that this applies to", "nothing was changed")
    if order.confirmed is not None and len(chosen) != order.confirmed:
        seen = counted(order.confirmed, "account")
        raise Refused(f"this now applies to {counted(len(chosen), 'account')}, not {seen}", "open the page again")
    for row in chosen:
        if not _applies(order.act, row):
            state = "not" if order.act is StayAct.REINSTATE else "already"
            raise Refused(f"account {row.number} is {state} suspended", "leave it out; nothing was changed")
    return chosen


def act_at_agency(tx: Transaction, code: str, order: StayOrder) -> int:
    """Recall, suspend or reinstate accounts of an agency, all or none; returns how many. Raises Refused as
    `accounts_of_order` does."""
    chosen = accounts_of_order(tx.conn, code, order)
    match order.act:
        case StayAct.RECALL:
            end_placements(tx, [Ending(row.id, PlacementState.RECALLED, order.reason) for row in chosen])
        case StayAct.SUSPEND:
            suspend(tx, chosen, order.reason, order.days)
        case StayAct.REINSTATE:
            reinstate(tx, chosen, order.reason)
    return len(chosen)


def _applies(act: StayAct, row: AnyRow) -> bool:
    match act:
        case StayAct.RECALL:
            return True
        case StayAct.SUSPEND:
            return row.suspended_until is None
        case StayAct.REINSTATE:
            return row.suspended_until is not None


def _stay(tx: Transaction, account: AnyRow) -> AnyRow:
    stay = placed_accounts(tx, [account.id]).get(account.id)
    if stay is None:
        raise Refused(f"account {account.number} is not with an agency", remedy=Remedy.SHOW_ACCOUNT)
    return stay


def note_complaint(tx: Transaction, account: AnyRow, note: str, agency: str | None) -> str:
    """Record a complaint about the agency that has or had an account; returns the agency's code."""
    if agency is None:
        stay = _stay(tx, account)
        code = tx.conn.execute(sa.select(AGENCY.c.code).where(AGENCY.c.id == stay.agency_id)).scalar_one()
        complain(tx, account, stay.agency_id, code, "the guarantor", note)
        return code
    complain(tx, account, agency_row(tx.conn, agency).id, agency, "the guarantor", note)
    return agency


def record_fact(
    tx: Transaction,
    account: AnyRow,
    name: FactName,
    source: str,
    *,
    there: bool = True,
    on: date | None = None,
    amount_cents: int | None = None,
) -> None:
    """Record a fact about an account that the rules use, as of a date (the business date), or remove it."""
    record_facts(tx, [account.id], name, source, (on or tx.business_date) if there else None, amount_cents)
    review_today(tx, [account.id])
