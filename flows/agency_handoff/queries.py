"""What is read of agencies: their terms and pools, who has an account, what waits, what they are to be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.placement.choose import Room
from flows.settings.contracts.contract_file import pools_from, terms_from
from flows.settings.contracts.terms import NO_AGENCIES, Agencies, PlacedNow
from flows.settings.queries import policy_now
from models import Account, AccountFact, Agency, AgencyFile, AgencyNotice, HouseFile, Placement, PlacementEntry
from models.columns import AnyRow, among, table
from models.database import grouped, parts
from models.errors import RefusalKind, Refused
from models.kinds import AgencyFileState, FactName, NoticeKind, PlacementState

ACCOUNT = table(Account)
AGENCY = table(Agency)
AGENCY_FILE = table(AgencyFile)
FACT = table(AccountFact)
HOUSE_FILE = table(HouseFile)
NOTICE = table(AgencyNotice)
PLACEMENT = table(Placement)
PLACEMENT_ENTRY = table(PlacementEntry)

POOLS = "agency-pools"
"""The text of the house that holds the pools."""

TERMS = "agency:"
"""Before the code of an agency: the text of the house that holds what was agreed with it."""

PLACED = sa.text("placement.state = 'placed'")
"""Written out, not bound, so that the partial indexes are found by it."""


NOT_CANCELLED = sa.and_(PLACEMENT.c.placed_on.is_not(None), PLACEMENT.c.state != PlacementState.CANCELLED.value)
"""Placements that went to their agency."""


def month_after(day: date) -> date:
    """The first day of the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


class NoSuchAgency(Refused):
    """An agency that the house does not have; the message names those it has."""

    kind = RefusalKind.NOT_FOUND


def agencies_now(conn: Connection) -> Agencies:
    """The agencies and pools in force. An agency without published terms there is not."""
    newest = (
        sa.select(HOUSE_FILE.c.name, sa.func.max(HOUSE_FILE.c.version).label("version"))
        .where(sa.or_(HOUSE_FILE.c.name == POOLS, HOUSE_FILE.c.name.startswith(TERMS)))
        .group_by(HOUSE_FILE.c.name)
        .subquery()
    )
    mine = sa.and_(newest.c.name == HOUSE_FILE.c.name, newest.c.version == HOUSE_FILE.c.version)
    texts = {row.name: row.text for row in conn.execute(sa.select(HOUSE_FILE).join(newest, mine))}
    if not texts:
        return NO_AGENCIES
    policy = policy_now(conn)
    pairs = tuple(sorted(texts.items()))
    return _read(pairs, policy.placement_at_least_cents, policy.placement_review_over_cents)


@lru_cache(16)
def _read(texts: tuple[tuple[str, str], ...], at_least: int, review_over: int | None) -> Agencies:
    terms = {name.removeprefix(TERMS): terms_from(text) for name, text in texts if name != POOLS}
    pools = {} if (text := dict(texts).get(POOLS)) is None else pools_from(text, terms)
    return Agencies(terms, pools, at_least, review_over)


def agency_row(conn: Connection, code: str) -> AnyRow:
    """An agency by its code. Raises NoSuchAgency."""
    row = conn.execute(sa.select(AGENCY).where(AGENCY.c.code == code)).first()
    if row is None:
        known = ", ".join(sorted(conn.execute(sa.select(AGENCY.c.code)).scalars())) or "none"
        raise NoSuchAgency(f'there is no agency "{code}"; there are {known}')
    return row


def agency_codes(conn: Connection) -> dict[int, str]:
    """Each agency's code by its key."""
    return {row.id: row.code for row in conn.execute(sa.select(AGENCY.c.id, AGENCY.c.code))}


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What was put down of accounts: by account, each fact with its day, and the numbers of those that have one."""

    days: dict[int, dict[FactName, date]]
    amounts: dict[int, dict[FactName, int]]


def facts_of_accounts(conn: Connection, account_ids: Sequence[int]) -> AccountFacts:
    """What is known of notices given, screenings done and how a bill stands."""
    found = AccountFacts({}, {})
    for part in parts(account_ids):
        query = sa.select(FACT.c.account_id, FACT.c.name, FACT.c.on, FACT.c.amount_cents).where(
            among(FACT.c.account_id, part)
        )
        for account, name, on, amount in conn.execute(query):
            found.days.setdefault(account, {})[FactName(name)] = on
            if amount is not None:
                found.amounts.setdefault(account, {})[FactName(name)] = amount
    return found


def placed_now(conn: Connection, account_ids: Sequence[int]) -> dict[int, PlacedNow]:
    """Who has these accounts now, by the key of the placement; by uq_placement_open."""
    found: dict[int, PlacedNow] = {}
    for part in parts(account_ids):
        query = (
            sa.select(PLACEMENT.c.id, AGENCY.c.code, PLACEMENT.c.placed_on, PLACEMENT.c.last_paid_on)
            .join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
            .where(among(PLACEMENT.c.account_id, part), PLACED)
        )
        for key, code, placed_on, paid_on in conn.execute(query):
            found[key] = PlacedNow(key, code, placed_on, paid_on)
    return found


def open_placements(conn: Connection, account_ids: Sequence[int]) -> dict[int, AnyRow]:
    """The placements of these accounts that are waiting or with an agency, by account; by uq_placement_open."""
    states = [PlacementState.QUEUED.value, PlacementState.REVIEW.value, PlacementState.PLACED.value]
    rows = [
        row
        for part in parts(account_ids)
        for row in conn.execute(
            sa.select(PLACEMENT).where(among(PLACEMENT.c.account_id, part), PLACEMENT.c.state.in_(states))
        )
    ]
    return {row.account_id: row for row in rows}


def collected(conn: Connection, placement_ids: Sequence[int]) -> Mapping[int, int]:
    """What was paid on these placements, at the agency and at the practice, less what was taken back, in cents."""
    found: dict[int, int] = {}
    for part in parts(placement_ids):
        query = (
            sa.select(PLACEMENT_ENTRY.c.placement_id, sa.func.sum(PLACEMENT_ENTRY.c.amount_cents))
            .where(among(PLACEMENT_ENTRY.c.placement_id, part))
            .where(PLACEMENT_ENTRY.c.kind.in_(("collected", "direct")))
            .group_by(PLACEMENT_ENTRY.c.placement_id)
        )
        found.update((row[0], -int(row[1])) for row in conn.execute(query))
    return found


def waiting_by_guarantor(conn: Connection, today: date) -> dict[int, list[int]]:
    """The placements that wait and may be looked at today, by whose they are; by ix_placement_look."""
    waiting = PLACEMENT.c.state == PlacementState.QUEUED.value
    query = sa.select(PLACEMENT.c.guarantor_id, PLACEMENT.c.id).where(PLACEMENT.c.look_on <= today, waiting)
    return grouped((row[0], row[1]) for row in sorted(conn.execute(query)))


def rooms_used(conn: Connection, today: date) -> dict[str, Room]:
    """What each agency got this month already, by ix_placement_agency."""
    first = today.replace(day=1)
    query = (
        sa.select(AGENCY.c.code, sa.func.count(), sa.func.coalesce(sa.func.sum(PLACEMENT.c.placed_cents), 0))
        .join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
        .where(PLACEMENT.c.placed_on >= first, PLACEMENT.c.placed_on < month_after(today), NOT_CANCELLED)
        .group_by(AGENCY.c.code)
    )
    return {row[0]: Room(int(row[1]), int(row[2])) for row in conn.execute(query)}


def cancels_untold(conn: Connection, account_ids: Sequence[int]) -> set[int]:
    """Those of these accounts whose agency was not told yet that they were taken back."""
    found: set[int] = set()
    for part in parts(account_ids):
        query = (
            sa.select(NOTICE.c.account_id)
            .outerjoin(AGENCY_FILE, AGENCY_FILE.c.id == NOTICE.c.file_id)
            .where(among(NOTICE.c.account_id, part), NOTICE.c.kind == NoticeKind.CANCEL.value)
            .where(sa.or_(AGENCY_FILE.c.id.is_(None), AGENCY_FILE.c.state != AgencyFileState.SENT.value))
        )
        found.update(conn.execute(query).scalars())
    return found
