"""Setting or removing a limit; earlier values stay recorded."""

import sqlalchemy as sa

from flows.settings.limits.limits import KNOWN, read_limit
from flows.settings.reasons import NO_REASON
from models import Creditor, PracticeLimit
from models.columns import table
from models.database import Transaction
from models.errors import BadInput, NotFound
from models.places import STATES
from models.remedies import Remedy

CREDITOR = table(Creditor)


def set_limit(
    tx: Transaction, name: str, text: str, *, creditor: str = "", state: str = "", reason: str = NO_REASON
) -> None:
    """Set a limit for a creditor and a state (empty: all); `none` removes it. Raises BadInput."""
    taken_away = text.strip().lower() == "none"
    if name not in KNOWN or not taken_away:
        read_limit(name, text)
    if state and state not in STATES:
        raise BadInput(f'"{state}" is not a state', "enter its two letters, such as NY")
    if creditor and tx.conn.execute(sa.select(CREDITOR.c.id).where(CREDITOR.c.external_id == creditor)).first() is None:
        raise NotFound(f'there is no creditor "{creditor}"', remedy=Remedy.LIST_CREDITORS)
    row = {
        "id": tx.ids(PracticeLimit, 1)[0],
        "name": name,
        "creditor": creditor,
        "state": state,
        "value": None if taken_away else text.strip(),
        "set_on": tx.business_date,
        "set_by": tx.actor,
        "reason": reason.strip() or NO_REASON,
    }
    tx.insert(PracticeLimit, [row])
