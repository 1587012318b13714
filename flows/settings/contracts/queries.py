"""Contracts and pools of agencies that are in force."""

from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.settings.contracts.contract_file import pools_from, terms_from
from flows.settings.contracts.terms import NO_AGENCIES, Agencies
from flows.settings.queries import policy_now
from models import Agency, ConfigTable
from models.columns import table
from models.errors import NotFound
from models.remedies import Remedy

AGENCY = table(Agency)
CONFIG_TABLE = table(ConfigTable)


POOLS = "agency-pools"
"""The name of the practice's text with the pools."""


TERMS = "agency:"
"""The prefix of an agency's code: the name of the practice's text with its contract."""


def agencies_now(conn: Connection) -> Agencies:
    """The agencies and pools in force. An agency without published terms is not included."""
    newest = (
        sa.select(CONFIG_TABLE.c.name, sa.func.max(CONFIG_TABLE.c.version).label("version"))
        .where(sa.or_(CONFIG_TABLE.c.name == POOLS, CONFIG_TABLE.c.name.startswith(TERMS)))
        .group_by(CONFIG_TABLE.c.name)
        .subquery()
    )
    mine = sa.and_(newest.c.name == CONFIG_TABLE.c.name, newest.c.version == CONFIG_TABLE.c.version)
    texts = {row.name: row.text for row in conn.execute(sa.select(CONFIG_TABLE).join(newest, mine))}
    if not texts:
        return NO_AGENCIES
    policy = policy_now(conn)
    pairs = tuple(sorted(texts.items()))
    return _read(pairs, policy.placement_minimum_cents, policy.placement_review_over_cents)


@lru_cache(16)
def _read(texts: tuple[tuple[str, str], ...], at_least: int, review_over: int | None) -> Agencies:
    terms = {name.removeprefix(TERMS): terms_from(text) for name, text in texts if name != POOLS}
    pools = {} if (text := dict(texts).get(POOLS)) is None else pools_from(text, terms)
    return Agencies(terms, pools, at_least, review_over)


def require_pool(conn: Connection, pool: str) -> None:
    """Raises NotFound, with the pools that there are, for a pool that is not in force."""
    pools = agencies_now(conn).pools
    if not pools:
        raise NotFound(f'pool "{pool}" was not found', "publish the pools first", remedy=Remedy.PUBLISH_POOLS)
    if pool not in pools:
        raise NotFound(f'pool "{pool}" was not found', f"the pools are {', '.join(sorted(pools))}")


def agency_codes(conn: Connection) -> dict[int, str]:
    """Each agency's code by its key."""
    return {row.id: row.code for row in conn.execute(sa.select(AGENCY.c.id, AGENCY.c.code))}
