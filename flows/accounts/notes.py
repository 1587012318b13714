"""A note on an account, in its history."""

import sqlalchemy as sa

from models import Account
from models.columns import table
from models.database import Transaction
from models.errors import BadInput
from models.events import NoteWritten

ACCOUNT = table(Account)
LONGEST = 2_000


def note(tx: Transaction, account_id: int, text: str) -> None:
    """Record a note in the history of an account. Raises BadInput."""
    said = " ".join(text.split())
    if not said:
        raise BadInput("the note is empty", "enter a note")
    check_length(said)
    tx.conn.execute(sa.select(ACCOUNT.c.id).where(ACCOUNT.c.id == account_id)).one()
    tx.record(NoteWritten(account_id=account_id, text=said))


def check_length(text: str | None) -> None:
    """Raise BadInput for a note that is too long to be read in a call, whichever form it was typed in."""
    if len(text or "") > LONGEST:
        raise BadInput(f"the note has {len(text or '')} characters", f"the limit is {LONGEST}", field="note")
