"""Setting or removing a limit; earlier values stay recorded."""

import sqlalchemy as sa

from flows.settings.limits.limits import KNOWN, read_limit
from flows.settings.limits.queries import LimitVersion, limit_history
from flows.settings.reasons import NO_REASON, require_reason
from models import Creditor, PracticeLimit
from models.columns import table
from models.database import Transaction
from models.errors import BadInput, NotFound, Refused
from models.places import STATES
from models.remedies import Remedy

CREDITOR = table(Creditor)


class LimitChanged(Refused):
    """Another user set the same limit meanwhile."""

    def __init__(self, now: LimitVersion) -> None:
        value = "removed" if now["value"] is None else f"set to {now['value']}"
        super().__init__(
            f"{now['name']} was {value} by {now['set_by']} on {now['set_on']} in the meantime",
            "your change was not saved",
        )
        self.now = now


def set_limit(
    tx: Transaction,
    name: str,
    text: str,
    *,
    creditor: str = "",
    state: str = "",
    reason: str = NO_REASON,
    seen: int | None = None,
) -> None:
    """Set a limit for a creditor and a state (empty: all); `none` removes it.

    `seen`: the id of the newest limit that the user saw, if known. Raises BadInput for an invalid value or an empty
    reason, NotFound, and LimitChanged if the same limit was set since.
    """
    require_reason(reason)
    taken_away = text.strip().lower() == "none"
    if name not in KNOWN or not taken_away:
        read_limit(name, text)
    if state and state not in STATES:
        raise BadInput(f'"{state}" is not a state', "enter its two letters, such as NY")
    if creditor and tx.conn.execute(sa.select(CREDITOR.c.id).where(CREDITOR.c.external_id == creditor)).first() is None:
        raise NotFound(f'there is no creditor "{creditor}"', remedy=Remedy.LIST_CREDITORS)
    same = (
        row for row in limit_history(tx.conn) if (row["name"], row["creditor"], row["state"]) == (name, creditor, state)
    )
    if seen is not None and (newest := next(same, None)) is not None and newest["id"] > seen:
        raise LimitChanged(newest)
    row = {
        "id": tx.ids(PracticeLimit, 1)[0],
        "name": name,
        "creditor": creditor,
        "state": state,
        "value": None if taken_away else text.strip(),
        "set_on": tx.business_date,
        "set_by": tx.actor,
        "reason": reason.strip(),
    }
    tx.insert(PracticeLimit, [row])
