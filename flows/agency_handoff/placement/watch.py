"""Events of a placed account: its payments are recorded on the placement, and the agency is notified."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa

from flows.accounts.placed import PLACED
from flows.accounts.placements import Ending, NoticeContent, end_placements, notify_agencies, voice_of
from flows.agency_handoff.placement.decide import (
    RECALLS,
    SUSPENDS,
    TOLD_OF,
    Money,
    PlacementClock,
    money_of,
    next_look,
    notice_of,
)
from flows.agency_handoff.queries import ACCOUNT, PLACEMENT
from flows.ledger.posted import Posted
from flows.settings.contracts.queries import agencies_now, agency_codes
from flows.settings.contracts.terms import Terms
from models import Hold, PlacementEntry
from models.columns import AnyRow, ColumnValues, in_keys, table
from models.database import Transaction, batches, bulk
from models.enums import HoldKind, HoldScope, NoticeKind, PlacementState
from models.ids import EntryId, PlacementId

HOLD = table(Hold)

SOURCE = "agency:"
"""The prefix of an agency's code in the source of a ledger entry."""

_PAID = (
    sa.update(PLACEMENT)
    .where(PLACEMENT.c.id == sa.bindparam("key"))
    .values(last_paid_on=sa.bindparam("paid_on"), review_on=sa.bindparam("new_look"))
)
_SUSPEND = (
    sa.update(PLACEMENT)
    .where(PLACEMENT.c.id == sa.bindparam("key"))
    .values(suspended_until=sa.bindparam("until_on"), review_on=sa.bindparam("new_look"))
)


def source_of(agency: str) -> str:
    """The source of ledger entries that an agency sent."""
    return f"{SOURCE}{agency}"


def placed_accounts(tx: Transaction, account_ids: Sequence[int]) -> dict[int, AnyRow]:
    """The placements of those of these accounts that are with an agency, by account."""
    found: dict[int, AnyRow] = {}
    for part in batches(account_ids):
        query = sa.select(PLACEMENT).where(in_keys(PLACEMENT.c.account_id, part), PLACED)
        found.update((row.account_id, row) for row in tx.conn.execute(query))
    return found


def entries_posted(tx: Transaction, posted: Sequence[Posted]) -> None:
    """Record entries on the placements they fall in; notify the agencies; end the placements that are paid."""
    stays = placed_accounts(tx, sorted({one.entry.account_id for one in posted}))
    if not stays:
        return
    codes, terms = agency_codes(tx.conn), agencies_now(tx.conn).terms
    rows: list[ColumnValues] = []
    told: list[NoticeContent] = []
    paid: dict[int, date] = {}
    left: dict[int, int] = {}
    for one in posted:
        stay = stays.get(one.entry.account_id)
        if stay is None:
            continue
        own = one.entry.source == source_of(codes[stay.agency_id])
        money = money_of(one.entry.kind, from_agency=own)
        rows.append(entry_row(tx, one.entry_id, one.entry.amount_cents, stay.id, money))
        left[stay.id] = one.balance_cents
        if money is not Money.ADJUSTED and one.entry.amount_cents < 0:
            paid[stay.id] = max(paid.get(stay.id, one.entry.posted_on), one.entry.posted_on)
        if not own:
            kind = notice_of(money, one.entry.amount_cents, one.balance_cents)
            told.append(
                NoticeContent(stay, kind, abs(one.entry.amount_cents), one.balance_cents, entry_id=one.entry_id)
            )
    tx.insert(PlacementEntry, rows)
    notify_agencies(tx, told)
    by_id = {stay.id: stay for stay in stays.values()}
    _paid_lately(tx, paid, by_id, terms, codes)
    over = [key for key, balance in left.items() if balance <= 0]
    end_placements(tx, [Ending(key, PlacementState.PAID, "paid_in_full", tell=False) for key in over])


def entry_row(
    tx: Transaction,
    entry_id: EntryId,
    amount_cents: int,
    placement_id: PlacementId,
    money: Money,
    *,
    late: bool = False,
) -> ColumnValues:
    """A ledger entry recorded on a placement."""
    return {
        "entry_id": entry_id,
        "placement_id": placement_id,
        "on": tx.business_date,
        "kind": money.value,
        "amount_cents": amount_cents,
        "late": late,
    }


def _paid_lately(
    tx: Transaction,
    paid: Mapping[int, date],
    stays: Mapping[int, AnyRow],
    terms: Mapping[str, Terms],
    codes: Mapping[int, str],
) -> None:
    if not paid:
        return
    updates: list[ColumnValues] = []
    for key, on in paid.items():
        row = stays[key]
        last = on if row.last_paid_on is None else max(on, row.last_paid_on)
        stay = replace(stay_of(row), last_paid_on=last)
        look = _look(stay, terms.get(codes[row.agency_id]), tx.business_date)
        updates.append({"key": key, "paid_on": last, "new_look": look})
    bulk(tx.conn, _PAID, updates)


def _look(stay: PlacementClock, terms: Terms | None, today: date) -> date | None:
    return None if terms is None else next_look(stay, terms, today)


def stay_of(row: AnyRow) -> PlacementClock:
    """A placement's dates from its row."""
    return PlacementClock(row.placed_on, row.acknowledged_on, row.last_paid_on, row.suspended_until)


def hold_opened(tx: Transaction, kind: HoldKind, scope: HoldScope, account_ids: Sequence[int]) -> None:
    """A hold was opened on accounts: their agencies are notified, and suspend or return them as the hold requires."""
    notice = TOLD_OF.get(kind)
    if notice is None and kind not in SUSPENDS:
        return
    stays = list(placed_accounts(tx, account_ids).values())
    if not stays:
        return
    if notice is not None:
        reason = "" if scope is HoldScope.ALL else scope.value
        notify_agencies(tx, [NoticeContent(stay, notice, reason=reason) for stay in stays])
    if kind in RECALLS:
        end_placements(tx, [Ending(stay.id, PlacementState.RECALLED, kind.value) for stay in stays])
    elif kind in SUSPENDS and scope in (HoldScope.ALL, HoldScope.PLACEMENT):
        codes = agency_codes(tx.conn)
        # The agency handles what it reported itself.
        suspend(tx, [stay for stay in stays if tx.actor != voice_of(codes[stay.agency_id])], kind.value)


def suspend(tx: Transaction, stays: Iterable[AnyRow], reason: str, days: int | None = None) -> None:
    """Suspend accounts at their agencies, for as long as the contract allows; a suspended one stays suspended."""
    terms, codes = agencies_now(tx.conn).terms, agency_codes(tx.conn)
    told: list[NoticeContent] = []
    updates: list[ColumnValues] = []
    for stay in stays:
        if stay.suspended_until is not None:
            continue
        agreed = terms[codes[stay.agency_id]]
        until = tx.business_date + timedelta(days=min(days or agreed.suspend_days, agreed.suspend_days))
        waiting = replace(stay_of(stay), suspended_until=until)
        look = next_look(waiting, agreed, tx.business_date)
        updates.append({"key": stay.id, "until_on": until, "new_look": look})
        told.append(NoticeContent(stay, NoticeKind.SUSPEND, until=until, reason=reason))
    if updates:
        bulk(tx.conn, _SUSPEND, updates)
    notify_agencies(tx, told)


def hold_cleared(tx: Transaction, account_ids: Sequence[int]) -> None:
    """Holds on accounts were released: agencies resume the suspended accounts, unless another hold still applies."""
    waiting = {key: row for key, row in placed_accounts(tx, account_ids).items() if row.suspended_until is not None}
    if not waiting:
        return
    rows = tx.conn.execute(sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id).where(ACCOUNT.c.id.in_(list(waiting)))).all()
    still = _still_held(tx, {row.id: row.guarantor_id for row in rows})
    reinstate(tx, [row for key, row in waiting.items() if key not in still], "the blocking reason no longer applies")


def reinstate(tx: Transaction, stays: Sequence[AnyRow], reason: str) -> None:
    """Reinstate suspended accounts with their agencies."""
    if not stays:
        return
    terms, codes = agencies_now(tx.conn).terms, agency_codes(tx.conn)
    updates: list[ColumnValues] = []
    for row in stays:
        stay = replace(stay_of(row), suspended_until=None)
        look = _look(stay, terms.get(codes[row.agency_id]), tx.business_date)
        updates.append({"key": row.id, "until_on": None, "new_look": look})
    bulk(tx.conn, _SUSPEND, updates)
    notify_agencies(tx, [NoticeContent(row, NoticeKind.REINSTATE, reason=reason) for row in stays])


def _still_held(tx: Transaction, guarantors: Mapping[int, int]) -> set[int]:
    """Those of these accounts with a hold for which the agency must still wait."""
    kinds = [kind.value for kind in SUSPENDS]
    whose = sa.or_(HOLD.c.account_id.in_(list(guarantors)), HOLD.c.person_id.in_(sorted(set(guarantors.values()))))
    open_ = sa.and_(HOLD.c.cleared_on.is_(None), HOLD.c.kind.in_(kinds), whose)
    rows = tx.conn.execute(sa.select(HOLD.c.account_id, HOLD.c.person_id).where(open_)).all()
    accounts, persons = {row.account_id for row in rows}, {row.person_id for row in rows}
    return {key for key, guarantor in guarantors.items() if key in accounts or guarantor in persons}


def died(tx: Transaction, account_ids: Sequence[int], died_on: date | None) -> None:
    """The owner of these accounts died: their agencies are notified and the accounts recalled, in the same
    transaction."""
    stays = list(placed_accounts(tx, account_ids).values())
    notify_agencies(tx, [NoticeContent(stay, NoticeKind.DECEASED, until=died_on) for stay in stays])
    end_placements(tx, [Ending(stay.id, PlacementState.RECALLED, HoldKind.DECEASED.value) for stay in stays])
