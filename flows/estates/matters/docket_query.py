"""The filter of a docket as a condition of its query, and the choices that its fields offer."""

from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.counties import county_key, spellings
from flows.estates.matters.docket_filter import UNASSIGNED, DocketFilter
from flows.estates.matters.queries import ATTORNEY, FACT, MATTER, REFERRAL
from flows.people.queries import RUNS
from models.columns import AnySelect
from models.estate_enums import DaysLeft, EstateFactName


def filtered(query: AnySelect, wanted: DocketFilter, today: date) -> AnySelect:
    """The query with the conditions of a filter."""
    if wanted.state is not None:
        query = query.where(MATTER.c.jurisdiction == wanted.state)
    if wanted.paralegal is not None:
        mine = MATTER.c.owner.is_(None) if wanted.paralegal == UNASSIGNED else MATTER.c.owner == wanted.paralegal
        query = query.where(mine)
    if wanted.attorney is not None:
        query = query.where(_referred(wanted.attorney))
    if wanted.county is not None:
        in_county = sa.select(FACT.c.matter_id).where(
            FACT.c.name == EstateFactName.COUNTY.value,
            FACT.c.replaced_on.is_(None),
            sa.func.lower(FACT.c.value).in_(spellings(wanted.county)),
        )
        query = query.where(MATTER.c.id.in_(in_county))
    return query if wanted.days is None else query.where(_left(wanted.days, today))


def _referred(attorney: str) -> sa.ColumnElement[bool]:
    running = sa.select(REFERRAL.c.matter_id).where(REFERRAL.c.ended_on.is_(None))
    if attorney == UNASSIGNED:
        return MATTER.c.id.not_in(running)
    theirs = running.join(ATTORNEY, ATTORNEY.c.id == REFERRAL.c.attorney_id).where(ATTORNEY.c.code == attorney)
    return MATTER.c.id.in_(theirs)


def _left(days: DaysLeft, today: date) -> sa.ColumnElement[bool]:
    due = MATTER.c.action_due_on
    if days is DaysLeft.NONE:
        return due.is_(None)
    if days is DaysLeft.PASSED:
        return due < today
    return due.between(today, today + timedelta(days.at_most or 0))


class DocketChoices(NamedTuple):
    """What the filter fields offer: attorneys by code, paralegals by username, states, counties."""

    attorneys: dict[str, str]
    paralegals: list[str]
    states: list[str]
    counties: list[str]


def docket_choices(conn: Connection) -> DocketChoices:
    """The attorneys, paralegals, states and counties of open matters."""
    referred = (
        sa.select(ATTORNEY.c.code, ATTORNEY.c.name)
        .join(REFERRAL, REFERRAL.c.attorney_id == ATTORNEY.c.id)
        .join(MATTER, MATTER.c.id == REFERRAL.c.matter_id)
        .where(REFERRAL.c.ended_on.is_(None), RUNS)
        .distinct()
    )
    counties = (
        sa.select(FACT.c.value)
        .join(MATTER, MATTER.c.id == FACT.c.matter_id)
        .where(FACT.c.name == EstateFactName.COUNTY.value, FACT.c.replaced_on.is_(None), RUNS)
        .distinct()
    )
    owners = sa.select(MATTER.c.owner).where(RUNS, MATTER.c.owner.is_not(None)).distinct()
    states = sa.select(MATTER.c.jurisdiction).where(RUNS, MATTER.c.jurisdiction.is_not(None)).distinct()
    return DocketChoices(
        {row.code: row.name for row in conn.execute(referred.order_by(ATTORNEY.c.code))},
        sorted(conn.execute(owners).scalars()),
        sorted(conn.execute(states).scalars()),
        sorted({county_key(value) for value in conn.execute(counties).scalars()}),
    )
