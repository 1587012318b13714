"""Setting a limit, or taking one away; what held before stays known."""

import sqlalchemy as sa

from flows.settings.limits.limits import KNOWN, BadLimit, read_limit
from models import Creditor, HouseLimit
from models.columns import table
from models.database import Transaction
from models.places import STATES

CREDITOR = table(Creditor)


def set_limit(tx: Transaction, name: str, text: str, *, creditor: str = "", state: str = "") -> None:
    """Set a limit for a creditor and a state (empty: all); `none` takes it away. Raises BadLimit."""
    taken_away = text.strip().lower() == "none"
    if name not in KNOWN or not taken_away:
        read_limit(name, text)
    if state and state not in STATES:
        raise BadLimit(f'"{state}" is no state; give its two letters, such as NY')
    if creditor and tx.conn.execute(sa.select(CREDITOR.c.id).where(CREDITOR.c.external_id == creditor)).first() is None:
        raise BadLimit(f'there is no creditor "{creditor}"; `pastdue creditor list` names them')
    row = {
        "id": tx.ids(HouseLimit, 1)[0],
        "name": name,
        "creditor": creditor,
        "state": state,
        "value": None if taken_away else text.strip(),
        "set_on": tx.business_date,
        "set_by": tx.actor,
    }
    tx.insert(HouseLimit, [row])
