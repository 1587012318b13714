"""The dates of open matters as entries of a calendar: controlling deadlines, no-answer dates, hearings."""

from collections.abc import Sequence
from datetime import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.deadlines.calendar import Entry
from flows.estates.deadlines.compute import reason_of, standing_of, stored
from flows.estates.deadlines.decide import CLAIMING, Counts, day_that_counts
from flows.estates.matters.docket_parts import case_facts
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import CREDITOR, ESTATE_DATE, MATTER, petitioned
from flows.people.queries import RUNS
from models.columns import in_keys
from models.estate_enums import EstateFactName, MatterState

_SAID = {Counts.CLAIM: "Claim due", Counts.SUIT: "Deadline to sue", Counts.OPEN: "Deadline to open the estate"}


def entries_of(conn: Connection, only: Sequence[int] | None = None) -> list[Entry]:
    """The dates of open matters for a calendar: of all, or of some."""
    query = sa.select(MATTER).where(RUNS)
    if only is not None:
        query = query.where(in_keys(MATTER.c.id, list(only)))
    rows = {row.id: row for row in conn.execute(query.order_by(MATTER.c.id))}
    cases, zones, asked = case_facts(conn, list(rows)), _zones(conn), petitioned(conn, list(rows))
    found: list[Entry] = []
    for row in rows.values():
        number = matter_number(row.id)
        counts = day_that_counts(standing_of(row, stored(row), petitioned=row.id in asked))
        changed = row.reviewed_on or row.opened_on
        if counts is not None:
            why = reason_of(row, counts)
            note = f"{why.because}. {why.citation} ({row.deadline_confidence or 'not rated'}); deadline: "
            found.append(
                Entry(
                    f"{number}-{counts.what}",
                    counts.act_by,
                    f"{_SAID[counts.what]}: matter {number}",
                    f"{note}{counts.on}",
                    changed,
                )
            )
        if row.no_response_on is not None and MatterState(row.state) not in CLAIMING:
            means = f"No answer by then means: {row.no_response_effect}"
            found.append(
                Entry(f"{number}-silence", row.no_response_on, f"No-answer date: matter {number}", means, changed)
            )
    dated = sa.select(ESTATE_DATE).where(
        in_keys(ESTATE_DATE.c.matter_id, list(rows)), ESTATE_DATE.c.cancelled_on.is_(None)
    )
    for one in conn.execute(dated.order_by(ESTATE_DATE.c.id)):
        number = matter_number(one.matter_id)
        case = cases.get((one.matter_id, EstateFactName.CASE_NUMBER.value), "")
        found.append(
            Entry(
                f"{number}-date-{one.id}",
                one.on,
                f"{one.kind.capitalize()}: matter {number}",
                "; ".join(filter(None, (case and f"case {case}", one.note))),
                one.set_on,
                time.fromisoformat(one.at) if one.at else None,
                zones.get(rows[one.matter_id].creditor_id),
                one.place,
            )
        )
    return found


def _zones(conn: Connection) -> dict[int, str | None]:
    return {row.id: row.timezone for row in conn.execute(sa.select(CREDITOR.c.id, CREDITOR.c.timezone))}
