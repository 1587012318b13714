"""The payment plan section of a letter: the plans on offer, the active one, or the one that is past due."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.engine import Connection

from flows.arrangements.plan import options
from flows.arrangements.queries import arrangements_on, plan_option, plans_of_letters, terms_for
from flows.ledger.queries import owed
from letters.data import Arrangement
from letters.kinds import LetterKind

OFFER = LetterKind.ARRANGEMENT_OFFER
BEHIND = LetterKind.ARRANGEMENT_BROKEN


def plan_of_each_letter(
    conn: Connection, letters: Sequence[Sequence[int]], today: date, kind: str
) -> list[Arrangement | None]:
    """The plans on offer, the active plan, or the one that is past due, by the kind of letter; a letter is identified
    by its accounts."""
    if kind == OFFER:
        return [_offer(conn, account_ids, today) for account_ids in letters]
    found = plans_of_letters(conn, letters)
    return [None if one is None or (kind == BEHIND and not one.missed_cents) else one for one in found]


def _offer(conn: Connection, account_ids: Sequence[int], today: date) -> Arrangement | None:
    """The plans that these accounts could be paid by, while none is active."""
    total = owed(conn, account_ids)
    if total <= 0 or arrangements_on(conn, account_ids):
        return None
    found = options(total, terms_for(conn, account_ids), today)
    return Arrangement(total, options=tuple(plan_option(plan) for plan in found))
