"""What a docket shows beside the row of each matter: balances, the case, attorneys, guarantors; a query each."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.matters.queries import ACCOUNT, ATTORNEY, FACT, MATTER_ACCOUNT, PERSON, REFERRAL
from models import AccountEvent
from models.columns import AnyRow, in_keys, table
from models.database import batches
from models.estate_enums import EstateFactName

EVENT = table(AccountEvent)


def owed_in(conn: Connection, ids: Sequence[int]) -> dict[int, int]:
    """The balance of each matter's accounts, in cents."""
    found: dict[int, int] = {}
    for part in batches(ids):
        query = (
            sa.select(MATTER_ACCOUNT.c.matter_id, sa.func.sum(ACCOUNT.c.balance_cents))
            .join(ACCOUNT, ACCOUNT.c.id == MATTER_ACCOUNT.c.account_id)
            .where(in_keys(MATTER_ACCOUNT.c.matter_id, part))
            .group_by(MATTER_ACCOUNT.c.matter_id)
        )
        found.update((row[0], int(row[1])) for row in conn.execute(query))
    return found


def case_facts(conn: Connection, ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """The county, court and case number of each matter, by matter and fact."""
    names = [EstateFactName.COUNTY.value, EstateFactName.CASE_NUMBER.value, EstateFactName.COURT.value]
    found: dict[tuple[int, str], str] = {}
    for part in batches(ids):
        query = sa.select(FACT.c.matter_id, FACT.c.name, FACT.c.value).where(
            in_keys(FACT.c.matter_id, part), FACT.c.name.in_(names), FACT.c.replaced_on.is_(None)
        )
        found.update(((row.matter_id, row.name), row.value) for row in conn.execute(query.order_by(FACT.c.id)))
    return found


def attorneys_in(conn: Connection, ids: Sequence[int]) -> dict[int, AnyRow]:
    """The attorney of each referred matter: code and name."""
    query = sa.select(REFERRAL.c.matter_id, ATTORNEY.c.code, ATTORNEY.c.name).join(
        ATTORNEY, ATTORNEY.c.id == REFERRAL.c.attorney_id
    )
    return {
        row.matter_id: row
        for part in batches(ids)
        for row in conn.execute(query.where(in_keys(REFERRAL.c.matter_id, part), REFERRAL.c.ended_on.is_(None)))
    }


def last_activity(conn: Connection, ids: Sequence[int]) -> dict[int, date]:
    """The newest date in the histories of each matter's accounts."""
    found: dict[int, date] = {}
    for part in batches(ids):
        query = (
            sa.select(MATTER_ACCOUNT.c.matter_id, sa.func.max(EVENT.c.business_date))
            .join(ACCOUNT, ACCOUNT.c.id == MATTER_ACCOUNT.c.account_id)
            .join(EVENT, sa.and_(EVENT.c.account_id == ACCOUNT.c.id, EVENT.c.seq == ACCOUNT.c.history_seq))
            .where(in_keys(MATTER_ACCOUNT.c.matter_id, part))
            .group_by(MATTER_ACCOUNT.c.matter_id)
        )
        found.update((row[0], row[1]) for row in conn.execute(query))
    return found


def guarantors_in(conn: Connection, ids: Sequence[int]) -> dict[int, AnyRow]:
    """The guarantor of each matter's first account: person, first_name and last_name."""
    found: dict[int, AnyRow] = {}
    for part in batches(ids):
        query = (
            sa.select(MATTER_ACCOUNT.c.matter_id, PERSON.c.id.label("person"), PERSON.c.first_name, PERSON.c.last_name)
            .join(ACCOUNT, ACCOUNT.c.id == MATTER_ACCOUNT.c.account_id)
            .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
            .where(in_keys(MATTER_ACCOUNT.c.matter_id, part))
            .order_by(ACCOUNT.c.number.desc())
        )
        found.update((row.matter_id, row) for row in conn.execute(query))
    return found
