"""Agencies, their files and placements, for people and other programs."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.placed import PLACED, collected
from flows.agency_handoff.queries import ACCOUNT, AGENCY, AGENCY_FILE, PLACEMENT, agency_row
from flows.settings.contracts.queries import TERMS, agencies_now
from flows.settings.contracts.terms import Terms
from flows.settings.tables.queries import CONFIG_TABLE, text_of
from models.columns import AnyRow, columns_as

SOON = timedelta(days=30)
"""How long before the end of an agreement or a license the list shows a warning."""


class AgencyLine(TypedDict):
    """An agency: its agreements, its accounts, its pools, and its warnings."""

    agency: str
    name: str
    tier: int
    agreement: str
    licences: list[str]
    layout: str
    accounts: int
    open_cents: int
    pools: list[str]
    warnings: list[str]


class TermsVersion(TypedDict):
    """A version of an agency's terms: when it was published, and by whom."""

    version: int
    published_on: date
    published_by: str


class AgencyTerms(TypedDict):
    """An agency's terms as published."""

    agency: str
    name: str
    text: str | None
    versions: list[TermsVersion]


class WaitingPlacement(TypedDict):
    """An account in the placement queue: why it waits, and until when."""

    account: str
    pool: str
    state: str
    balance_cents: int
    since: date
    rule: str | None
    until: date | None
    look_on: date | None
    why: str


class PlacementColumns(TypedDict):
    """The row of a placement."""

    pool: str
    state: str
    placed_on: date | None
    placed_cents: int
    rate_bp: int
    no_eca_before: date | None
    acknowledged_on: date | None
    their_number: str | None
    suspended_until: date | None
    last_paid_on: date | None
    ended_on: date | None
    ended_code: str | None
    ended_cents: int
    blocked_by: str | None
    blocked_until: date | None
    blocked_why: str | None


class PlacementLine(PlacementColumns):
    """An account's placement with an agency, or in the queue."""

    account: str
    agency: str | None
    collected_cents: int


class AgencyFileColumns(TypedDict):
    """The row of a file."""

    id: int
    kind: str
    name: str
    state: str
    lines: int
    total_cents: int
    sha256: str
    on: date
    sent_on: date | None
    tries: int
    problem: str | None


class AgencyFileLine(AgencyFileColumns):
    """A file to an agency (`way`: out) or from it (in)."""

    agency: str
    way: str


def agencies_listed(conn: Connection, today: date) -> list[AgencyLine]:
    """Every agency: whether its agreements are in force, its accounts, its pools, its warnings."""
    agencies = agencies_now(conn)
    query = (
        sa.select(PLACEMENT.c.agency_id, sa.func.count(), sa.func.sum(ACCOUNT.c.balance_cents))
        .join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
        .where(PLACED)
        .group_by(PLACEMENT.c.agency_id)
    )
    has = {row[0]: (int(row[1]), int(row[2])) for row in conn.execute(query)}
    rows: list[AgencyLine] = []
    for row in conn.execute(sa.select(AGENCY).order_by(AGENCY.c.code)).all():
        terms = agencies.terms[row.code]
        accounts, cents = has.get(row.id, (0, 0))
        rows.append(
            {
                "agency": row.code,
                "name": row.name,
                "tier": row.tier,
                "agreement": "in force" if terms.has_agreement(today) and terms.has_contract(today) else "not in force",
                "licences": sorted({one.state for one in terms.licences if today <= one.until}),
                "layout": terms.layout,
                "accounts": accounts,
                "open_cents": cents,
                "pools": sorted(
                    name for name, pool in agencies.pools.items() if any(m.terms.code == row.code for m in pool.members)
                ),
                "warnings": _warnings(terms, today),
            }
        )
    return rows


def _warnings(terms: Terms, today: date) -> list[str]:
    """What ends soon, and the terms that the law requires and the contract lacks."""
    soon = today + SOON
    found: list[str] = []
    for what, ends in (("business associate agreement", terms.baa_ends), ("contract", terms.contract_ends)):
        if ends is not None and ends <= soon:
            found.append(f"the {what} {'ended' if ends < today else 'ends'} on {ends}")
    found += [f"license {one.state} ends on {one.until}" for one in terms.licences if today <= one.until <= soon]
    found += [f"license {one.state} ended on {one.until}" for one in terms.licences if one.until < today]
    if not terms.keeps_records:
        found.append("has not agreed to keep records for three years (12 CFR 1006.100): no accounts are placed")
    return found


def agency_shown(conn: Connection, code: str) -> AgencyTerms:
    """An agency's terms as published, with the publisher and the date."""
    row = agency_row(conn, code)
    text = text_of(conn, f"{TERMS}{code}")
    versions = sa.select(CONFIG_TABLE).where(CONFIG_TABLE.c.name == f"{TERMS}{code}").order_by(CONFIG_TABLE.c.version)
    published: list[TermsVersion] = [
        {"version": one.version, "published_on": one.published_on, "published_by": one.published_by}
        for one in conn.execute(versions)
    ]
    return {"agency": code, "name": row.name, "text": text, "versions": published}


def waiting_placements(conn: Connection) -> list[WaitingPlacement]:
    """Accounts in the placement queue: why they wait, and until when. Those awaiting a manager's approval are first."""
    waiting = sa.text("placement.state IN ('queued', 'review')")
    query = (
        sa.select(PLACEMENT, ACCOUNT.c.number, ACCOUNT.c.balance_cents)
        .join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
        .where(waiting)
        .order_by(PLACEMENT.c.state.desc(), PLACEMENT.c.id)
    )
    return [
        {
            "account": row.number,
            "pool": row.pool,
            "state": row.state,
            "balance_cents": row.balance_cents,
            "since": row.wanted_on,
            "rule": row.blocked_by,
            "until": row.blocked_until,
            "look_on": row.review_on,
            "why": row.blocked_why or ("pending manager approval" if row.state == "review" else "not processed yet"),
        }
        for row in conn.execute(query)
    ]


def placements_of(conn: Connection, numbers: Sequence[str]) -> list[PlacementLine]:
    """Every placement of some accounts, oldest first."""
    query = (
        sa.select(PLACEMENT, ACCOUNT.c.number, AGENCY.c.code)
        .join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
        .outerjoin(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
        .where(ACCOUNT.c.number.in_(numbers))
        .order_by(PLACEMENT.c.id)
    )
    rows = conn.execute(query).all()
    brought_in = collected(conn, [row.id for row in rows])
    return [
        {
            "account": row.number,
            "agency": row.code,
            "collected_cents": brought_in.get(row.id, 0),
            **columns_as(PlacementColumns, row),
        }
        for row in rows
    ]


def agency_files(conn: Connection, code: str | None = None) -> list[AgencyFileLine]:
    """The files to and from agencies, newest first."""
    query = sa.select(AGENCY_FILE, AGENCY.c.code).join(AGENCY, AGENCY.c.id == AGENCY_FILE.c.agency_id)
    if code is not None:
        query = query.where(AGENCY_FILE.c.agency_id == agency_row(conn, code).id)
    return [
        {"agency": row.code, "way": _way(row), **columns_as(AgencyFileColumns, row)}
        for row in conn.execute(query.order_by(AGENCY_FILE.c.id.desc()))
    ]


def _way(row: AnyRow) -> str:
    return "in" if row.sequence is None else "out"


def agency_names(conn: Connection) -> dict[str, str]:
    """The names of all agencies by their code, in the order of the names."""
    rows = conn.execute(sa.select(AGENCY.c.code, AGENCY.c.name).order_by(AGENCY.c.name, AGENCY.c.code))
    return {row.code: row.name for row in rows}
