"""The court of a matter by the table in force, and the attorney who appears for the claimant."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.documents.courts import SHIPPED, TABLE, CounselPlace, Courts, ProbateCourt, courts_from
from flows.estates.documents.matter_file import MatterFile
from flows.estates.matters.queries import ATTORNEY, REFERRAL, party_with
from flows.settings.tables.queries import text_of
from letters.estate.data import Case, Counsel
from models.columns import AnyRow
from models.estate_enums import EstateFactName, PartyRole


def courts_now(conn: Connection) -> Courts:
    """The courts by the table in force."""
    return courts_from(text_of(conn, TABLE) or SHIPPED.read_text("utf-8"))


def court_of(conn: Connection, state: str | None, county: str | None) -> ProbateCourt | None:
    """The court of a county by the table in force."""
    return courts_now(conn).of(state, county or "")


def case_of(conn: Connection, matter_file: MatterFile) -> Case:
    """The estate's court file and its caption. The court is the one in its fact, then the one of its county by the
    table, then the party with the role of court."""
    facts, state = matter_file.facts, matter_file.matter.jurisdiction
    party = party_with(matter_file.parties, PartyRole.COURT)
    county, entered = facts.get(EstateFactName.COUNTY, ""), facts.get(EstateFactName.COURT, "")
    number = facts.get(EstateFactName.CASE_NUMBER, "")
    found = court_of(conn, state, county)
    named = entered or ("" if party is None else party.name)
    if found is None:
        return Case(named, county, state or "", number)
    heading = () if entered else found.lines
    return Case(
        entered or found.name, county, state or "", number, heading, found.before, found.after, found.number_label
    )


def counsel_of(conn: Connection, matter_file: MatterFile) -> Counsel | None:
    """The attorney of record for a court paper; None if the matter is not referred."""
    query = (
        sa.select(ATTORNEY)
        .join(REFERRAL, REFERRAL.c.attorney_id == ATTORNEY.c.id)
        .where(REFERRAL.c.matter_id == matter_file.matter.id, REFERRAL.c.ended_on.is_(None))
    )
    row = conn.execute(query).first()
    if row is None:
        return None
    found = court_of(conn, matter_file.matter.jurisdiction, matter_file.facts.get(EstateFactName.COUNTY, ""))
    label = "Bar No." if found is None else found.bar_label
    return Counsel(
        row.name,
        row.firm,
        f"{label} {_number_in(row, matter_file.matter.jurisdiction) or '_' * 14}",
        tuple(filter(None, (row.address1, row.address2, _city(row)))),
        _phone_said(row.phone or ""),
        row.email or "",
        f"Attorney for Claimant {matter_file.creditor.name}",
        found is not None and found.counsel is CounselPlace.TOP,
        _number_in(row, matter_file.matter.jurisdiction),
    )


def _number_in(row: AnyRow, state: str | None) -> str:
    """The attorney's number in the state of the estate; empty if it is of another state, or not known."""
    known = row.bar_number and (row.bar_state is None or row.bar_state == state)
    return row.bar_number if known else ""


def _phone_said(number: str) -> str:
    return f"{number[:3]}-{number[3:6]}-{number[6:]}" if number.isdecimal() and len(number) == 10 else number


def _city(row: AnyRow) -> str:
    return " ".join(filter(None, (f"{row.city}," if row.city else "", row.state, row.zip)))
