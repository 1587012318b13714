"""What letters show of accounts besides balances: service, provider, insurer, and the accounts that are not in one."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.correspondence.letters.decide import Described
from models import Account, Coverage
from models.columns import in_keys, table
from models.database import batches, group_by_key
from models.enums import CoverageState

ACCOUNT = table(Account)
COVERAGE = table(Coverage)


UNKNOWN = Described()


def described(conn: Connection, account_ids: Sequence[int]) -> dict[int, Described]:
    """What is known of these accounts. An insurance that was reported and is in force comes before that of a file."""
    found: dict[int, Described] = {}
    for part in batches(account_ids):
        payers = _payers(conn, part)
        query = sa.select(ACCOUNT.c.id, ACCOUNT.c.service, ACCOUNT.c.provider, ACCOUNT.c.insurer)
        for row in conn.execute(query.where(in_keys(ACCOUNT.c.id, part))):
            insurer = payers.get(row.id) or row.insurer or ""
            if row.service or row.provider or insurer:
                found[row.id] = Described(row.service or "", row.provider or "", insurer)
    return found


def _payers(conn: Connection, account_ids: Sequence[int]) -> dict[int, str]:
    """The newest insurance in force of each account, by ix_coverage_account."""
    query = sa.select(COVERAGE.c.account_id, COVERAGE.c.payer).where(
        in_keys(COVERAGE.c.account_id, account_ids), COVERAGE.c.state != CoverageState.NOT_IN_FORCE.value
    )
    return {row.account_id: row.payer for row in conn.execute(query.order_by(COVERAGE.c.id))}


def owed_accounts(conn: Connection, person_ids: Sequence[int]) -> dict[tuple[int, int], list[tuple[int, str]]]:
    """The accounts with a balance that are not with an agency, by guarantor and creditor: key and number."""
    found: list[tuple[tuple[int, int], tuple[int, str]]] = []
    for part in batches(person_ids):
        query = sa.select(ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id, ACCOUNT.c.id, ACCOUNT.c.number).where(
            in_keys(ACCOUNT.c.guarantor_id, part), ACCOUNT.c.balance_cents > 0, ACCOUNT.c.placement_id.is_(None)
        )
        for row in conn.execute(query.order_by(ACCOUNT.c.id)):
            found.append(((row.guarantor_id, row.creditor_id), (row.id, row.number)))
    return group_by_key(found)
