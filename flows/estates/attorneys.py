"""Attorneys: their details, the matters referred to them and the terms, their reports, and the dates they set."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, time
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.nonclaim_table import STATES
from flows.estates.claims.weigh import refuse_not_cost_effective
from flows.estates.matters.fact_values import refuse_long
from flows.estates.matters.parties import ADDRESS, NewParty, add_party
from flows.estates.matters.queries import (
    ATTORNEY,
    ESTATE_DATE,
    MATTER,
    REFERRAL,
    accounts_of_matter,
    matter_row,
    referral_of,
)
from flows.people.queries import RUNS
from flows.settings.contact_checks import check_email, check_number
from flows.users.queries import attorney_row
from models import Attorney, EstateDate, Referral
from models.columns import AnyRow, ColumnValues, columns_as
from models.database import Transaction
from models.errors import BadInput, NotFound, Refused
from models.estate_enums import DateKind, MatterState, PartyRole
from models.estate_events import AttorneyReported, EstateDateSet, MatterReferred
from models.ids import MatterId
from models.labels import label_of
from models.remedies import Remedy
from models.user_enums import Role


def set_attorney(tx: Transaction, code: str, values: Mapping[str, str | None]) -> int:
    """Add an attorney or change the details of one; returns the attorney's key.

    Raises Refused without a name. Raises BadInput for a name that is too long, or an invalid phone number or e-mail
    address.
    """
    known = {key: value for key, value in values.items() if value is not None}
    check_number(known.get("phone"))
    check_email(known.get("email"))
    refuse_long("the name", known.get("name", ""))
    _check_bar(known)
    row = tx.conn.execute(sa.select(ATTORNEY).where(ATTORNEY.c.code == code)).first()
    if row is not None:
        if known:
            tx.conn.execute(sa.update(ATTORNEY).where(ATTORNEY.c.id == row.id).values(**known))
        return row.id
    if not code.strip() or not known.get("name", "").strip():
        raise BadInput("a new attorney needs a code and a name", field="name")
    key = tx.ids(Attorney, 1)[0]
    row_new: ColumnValues = {
        "id": key,
        "code": code,
        "firm": "",
        **dict.fromkeys(ADDRESS),
        **known,
        "set_on": tx.business_date,
        "set_by": tx.actor,
    }
    tx.insert(Attorney, [row_new])
    return key


def _check_bar(known: dict[str, str]) -> None:
    """Raise BadInput for a bar number that is too long, or a bar of no state. The state is stored in capitals."""
    refuse_long("the bar number", known.get("bar_number", ""))
    if state := known.get("bar_state"):
        known["bar_state"] = state.upper()
        if known["bar_state"] not in STATES:
            raise BadInput(f'"{state}" is not a state', "enter two letters, such as OH", field="bar_state")


class AttorneyLine(TypedDict):
    """An attorney to whom matters can be referred."""

    code: str
    name: str
    firm: str


def attorneys(conn: Connection) -> list[AttorneyLine]:
    """All attorneys to whom matters can be referred."""
    query = sa.select(ATTORNEY.c.code, ATTORNEY.c.name, ATTORNEY.c.firm).order_by(ATTORNEY.c.code)
    return [columns_as(AttorneyLine, row) for row in conn.execute(query)]


def new_feed_key(tx: Transaction, code: str) -> str:
    """A new key for an attorney's private calendar, shown once; the previous key stops working."""
    row = attorney_row(tx.conn, code)
    key = secrets.token_urlsafe(32)
    digest = hashlib.sha256(key.encode()).hexdigest()
    tx.conn.execute(sa.update(ATTORNEY).where(ATTORNEY.c.id == row.id).values(feed_digest=digest))
    return key


def attorney_by_key(conn: Connection, key: str) -> AnyRow | None:
    """The attorney whose private calendar a key opens; None if the key matches no attorney."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return conn.execute(sa.select(ATTORNEY).where(ATTORNEY.c.feed_digest == digest)).first()


def refer(
    tx: Transaction,
    matter_id: MatterId,
    code: str,
    asked: str,
    budget_cents: int,
    fee: str,
    role: Role = Role.ESTATE_DESK,
    why: str = "",
) -> int:
    """Refer a matter to an attorney; returns the referral's key. A matter has one attorney at a time.

    Raises Refused for a closed matter, for one already with another attorney, and where budget, fee or task are
    missing. A claim that is not worth filing is also refused, unless a manager refers it and records why.
    """
    matter, attorney = matter_row(tx.conn, matter_id, lock=True), attorney_row(tx.conn, code)
    if matter.closed_on is not None or matter.state == MatterState.REPORTED.value:
        raise Refused(
            f"the state of matter {matter_id} is {label_of(MatterState, matter.state)}",
            "only an open matter with a confirmed death can be referred",
        )
    there = referral_of(tx.conn, matter_id)
    if there is not None:
        if there.attorney_id == attorney.id:
            raise Refused(f"attorney {code} has had matter {matter_id} since {there.referred_on}")
        raise Refused(
            f"attorney {there.code} has matter {matter_id}", "end that referral first", remedy=Remedy.END_REFERRAL
        )
    if not asked.strip() or not fee.strip() or budget_cents <= 0:
        raise BadInput("enter the assignment, the budget and the agreed fee", field=("asked", "budget", "fee"))
    refuse_not_cost_effective(tx.conn, matter, role, why, "a referral")
    key = tx.ids(Referral, 1)[0]
    tx.insert(
        Referral,
        [
            {
                "id": key,
                "matter_id": matter_id,
                "attorney_id": attorney.id,
                "referred_on": tx.business_date,
                "referred_by": tx.actor,
                "asked": asked,
                "budget_cents": budget_cents,
                "fee": fee,
            }
        ],
    )
    contact = {name: getattr(attorney, name) for name in ADDRESS}
    name = f"{attorney.name}, {attorney.firm}" if attorney.firm else attorney.name
    add_party(tx, matter_id, NewParty(PartyRole.OUR_ATTORNEY, name, f"referral {key}", contact=contact))
    _record_referral(tx, matter_id, code, f"{asked} ({why})" if why.strip() else asked, budget_cents, fee)
    return key


def end_referral(tx: Transaction, matter_id: MatterId, why: str) -> None:
    """End the referral of a matter. Raises Refused if it is not referred."""
    row = referral_of(tx.conn, matter_id)
    if row is None:
        raise Refused(f"matter {matter_id} is not referred to an attorney")
    tx.conn.execute(sa.update(REFERRAL).where(REFERRAL.c.id == row.id).values(ended_on=tx.business_date))
    _record_referral(tx, matter_id, row.code, why, row.budget_cents, row.fee, ended=True)


def _record_referral(
    tx: Transaction, matter: MatterId, code: str, asked: str, budget: int, fee: str, *, ended: bool = False
) -> None:
    tx.record_all(
        MatterReferred(
            account_id=key, matter=matter, attorney=code, asked=asked, budget_cents=budget, fee=fee, ended=ended
        )
        for key in accounts_of_matter(tx.conn, matter)
    )


def report_status(tx: Transaction, matter_id: int, code: str, status: str) -> None:
    """Record an attorney's report on a matter of theirs. Raises NotFound for a matter of another attorney."""
    row = own_referral(tx.conn, matter_id, code)
    if not status.strip():
        raise BadInput("enter the report")
    values = {"status": status, "status_on": tx.business_date}
    tx.conn.execute(sa.update(REFERRAL).where(REFERRAL.c.id == row.id).values(**values))
    tx.record_all(
        AttorneyReported(account_id=key, matter=matter_id, attorney=code, status=status)
        for key in accounts_of_matter(tx.conn, matter_id)
    )


def own_referral(conn: Connection, matter_id: int, code: str) -> AnyRow:
    """The referral of a matter to this attorney. Raises NotFound, in the same words, for another attorney's matter and
    for one that does not exist."""
    row = referral_of(conn, matter_id)
    if row is None or row.code != code:
        raise NotFound(f"matter {matter_id} is not referred to attorney {code}")
    return row


def matters_of_attorney(conn: Connection, code: str) -> list[int]:
    """The matters that an attorney has now, and no others."""
    query = (
        sa.select(MATTER.c.id)
        .join(REFERRAL, REFERRAL.c.matter_id == MATTER.c.id)
        .join(ATTORNEY, ATTORNEY.c.id == REFERRAL.c.attorney_id)
        .where(ATTORNEY.c.code == code, REFERRAL.c.ended_on.is_(None), RUNS)
    )
    return sorted(conn.execute(query).scalars())


def add_date(tx: Transaction, matter_id: int, kind: DateKind, on: date, at: str | None, place: str, note: str) -> int:
    """Add a hearing, filing or appointment to the calendar; returns its key. The same date entered twice is stored
    once.

    Raises Refused for a closed matter, for a date before the death and for an invalid time.
    """
    matter = matter_row(tx.conn, matter_id, lock=True)
    if matter.closed_on is not None:
        raise Refused(
            f"the state of matter {matter_id} is {label_of(MatterState, matter.state)}",
            "dates can't be added to a closed matter",
        )
    if matter.death_on is not None and on < matter.death_on:
        raise BadInput(f"a {kind} on {on} is before the death on {matter.death_on}", "correct one of the dates")
    if at is not None:
        try:
            at = time.fromisoformat(at.zfill(5)).strftime("%H:%M")
        except ValueError:
            raise BadInput(f'"{at}" is not a time', "enter it as 09:30") from None
    same = sa.and_(
        ESTATE_DATE.c.matter_id == matter_id,
        ESTATE_DATE.c.kind == kind.value,
        ESTATE_DATE.c.on == on,
        ESTATE_DATE.c.at == at if at else ESTATE_DATE.c.at.is_(None),
        ESTATE_DATE.c.cancelled_on.is_(None),
    )
    if (there := tx.conn.execute(sa.select(ESTATE_DATE.c.id).where(same)).scalar()) is not None:
        return there
    key = tx.ids(EstateDate, 1)[0]
    row = {
        "id": key,
        "matter_id": matter_id,
        "kind": kind.value,
        "on": on,
        "at": at,
        "place": place,
        "note": note,
        "set_on": tx.business_date,
        "set_by": tx.actor,
    }
    tx.insert(EstateDate, [row])
    _record_date(tx, matter_id, kind.value, on, note, cancelled=False)
    return key


def cancel_date(tx: Transaction, date_id: int) -> None:
    """Remove a date from the calendar. Raises Refused for one that does not exist or was already removed."""
    row = tx.conn.execute(sa.select(ESTATE_DATE).where(ESTATE_DATE.c.id == date_id)).first()
    if row is None or row.cancelled_on is not None:
        raise NotFound(f"date {date_id} was not found, or is already removed", remedy=Remedy.SHOW_MATTER)
    tx.conn.execute(sa.update(ESTATE_DATE).where(ESTATE_DATE.c.id == date_id).values(cancelled_on=tx.business_date))
    _record_date(tx, row.matter_id, row.kind, row.on, row.note, cancelled=True)


def _record_date(tx: Transaction, matter: int, what: str, on: date, note: str, *, cancelled: bool) -> None:
    tx.record_all(
        EstateDateSet(account_id=key, matter=matter, what=what, on=on, note=note, cancelled=cancelled)
        for key in accounts_of_matter(tx.conn, matter)
    )
