"""The paralegal who works a matter: assigned, changed or removed, with the history."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.matters.queries import MATTER, accounts_of_matter, matter_row
from flows.users.queries import USER, roles_of, user_row
from models.database import Transaction
from models.errors import BadInput, Refused
from models.estate_enums import MatterState
from models.estate_file_events import MatterAssigned
from models.ids import MatterId
from models.labels import label_of
from models.user_enums import Role

WORKERS = frozenset({Role.ESTATE_DESK, Role.MANAGER})
"""The roles of users who can work a matter."""


def paralegals(conn: Connection) -> list[str]:
    """The active users to whom a matter can be assigned, by username."""
    rows = conn.execute(sa.select(USER).where(USER.c.disabled_on.is_(None)).order_by(USER.c.name))
    return [row.name for row in rows if roles_of(row.roles) & WORKERS]


def assign_matters(tx: Transaction, matter_ids: Sequence[MatterId], to: str | None) -> int:
    """Assign matters to a user, or to none; returns how many changed. All or none.

    Raises BadInput for a user who does not work estates, and Refused for a closed matter.
    """
    if to is not None:
        row = user_row(tx.conn, to)
        if row is None:
            raise BadInput(f'there is no user "{to}"', "choose a user of the estate desk", field="owner")
        if row.disabled_on is not None or not roles_of(row.roles) & WORKERS:
            raise BadInput(f"{to} does not work estates", "choose an active user of the estate desk", field="owner")
    return sum(_assign(tx, key, to) for key in matter_ids)


def _assign(tx: Transaction, matter_id: MatterId, to: str | None) -> bool:
    matter = matter_row(tx.conn, matter_id, lock=True)
    if matter.owner == to:
        return False
    if matter.closed_on is not None:
        state = label_of(MatterState, matter.state)
        raise Refused(f"the state of matter {matter_id} is {state}", "only an open matter can be assigned")
    tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter_id).values(owner=to))
    tx.record_all(
        MatterAssigned(account_id=key, matter=matter_id, owner=to, before=matter.owner)
        for key in accounts_of_matter(tx.conn, matter_id)
    )
    return True
