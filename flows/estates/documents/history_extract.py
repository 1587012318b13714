"""The history of a claim, as an attorney or a court reads it."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.documents.matter_file import MatterFile
from letters.estate.data import HistoryLine
from models import AccountEvent
from models.columns import in_keys, table

EVENT = table(AccountEvent)

TOLD_KINDS = (
    "account_opened",
    "letter_mailed",
    "letter_returned",
    "death_recorded",
    "death_corrected",
    "death_undone",
    "matter_opened",
    "matter_moved",
    "estate_fact_set",
    "deadline_set",
    "estate_paper_made",
    "estate_paper_sent",
    "estate_date_set",
    "spouse_answers",
    "matter_referred",
    "attorney_reported",
    "ledger_posted",
    "placement_ended",
)
"""The contents of an attorney's history extract: mailings, contacts after the death, payments, the matter itself."""


def history_of(conn: Connection, matter_file: MatterFile) -> tuple[HistoryLine, ...]:
    """The history of the claim. An event recorded on every account is listed once."""
    ids = [account.id for account in matter_file.accounts]
    query = sa.select(EVENT.c.business_date, EVENT.c.kind, EVENT.c.why, EVENT.c.account_id).where(
        in_keys(EVENT.c.account_id, ids), EVENT.c.kind.in_(TOLD_KINDS)
    )
    rows = conn.execute(query.order_by(EVENT.c.business_date, EVENT.c.account_id, EVENT.c.seq))
    numbers = {account.id: account.number for account in matter_file.accounts}
    seen: dict[tuple[date, str], None] = {}
    for row in rows:
        about = f"{numbers[row.account_id]}: " if row.kind in ("account_opened", "ledger_posted") else ""
        seen[(row.business_date, f"{about}{row.why}")] = None
    return tuple(HistoryLine(on, what) for on, what in seen)
