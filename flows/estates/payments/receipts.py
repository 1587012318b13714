"""The estate's payments by the ledger, and whether they satisfy the claim: a release states it to a court."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.matters.queries import accounts_of_matter, claimable_rows, owed_on
from flows.ledger.checks import ESTATE as SOURCE
from flows.ledger.queries import LEDGER
from models.columns import AnyRow, in_keys
from models.enums import LedgerKind
from models.errors import BadInput, NotPermitted, Refused
from models.estate_enums import MatterState
from models.remedies import Remedy
from models.user_enums import Role
from models.values import dollars


@dataclass(frozen=True, slots=True)
class ReleaseNow:
    """A matter, for a release. Amounts are cents. `paid_cents` is from the estate; `agreed_cents` is the amount of a
    compromise, None without one."""

    matter: int
    state: MatterState
    paid_cents: int
    owed_cents: int
    agreed_cents: int | None


def check_release(now: ReleaseNow, said_cents: int | None, role: Role) -> None:
    """Raise Refused if the claim is not satisfied, if the stated amount is more than was received, or if the role is
    not a manager."""
    if role is not Role.MANAGER:
        raise NotPermitted("a satisfaction releases the estate; only a manager can sign it", remedy=Remedy.AS_MANAGER)
    if now.paid_cents <= 0:
        raise Refused(
            f"no payment from the estate is posted for matter {now.matter}",
            "post it first",
            remedy=Remedy.POST_ESTATE_PAYMENT,
            matter=now.matter,
        )
    if said_cents is not None and not 0 < said_cents <= now.paid_cents:
        raise BadInput(
            f"{dollars(said_cents)} was not received: the ledger shows {dollars(now.paid_cents)} from the estate",
            "leave the amount out, or post the missing payment first",
            field="received",
            remedy=Remedy.POST_ESTATE_PAYMENT,
        )
    whole = now.owed_cents <= 0 and now.state not in (MatterState.CLOSED_WRITTEN_OFF, MatterState.ANNULLED)
    agreed = (
        now.agreed_cents is not None and now.paid_cents >= now.agreed_cents and now.state is not MatterState.ANNULLED
    )
    if not whole and not agreed:
        raise Refused(
            f"the claim of matter {now.matter} is not satisfied: {dollars(now.paid_cents)} received, "
            f"balance {dollars(now.owed_cents)}, and no compromise was paid",
            "a release follows the last payment",
        )


def release_of(conn: Connection, matter: AnyRow, said_cents: int | None, role: Role) -> tuple[int, date]:
    """The amount and the date of a satisfaction, from the ledger. Raises Refused."""
    came = received(conn, matter)
    agreed = matter.offer_cents if matter.allowed_cents == matter.offer_cents else None
    owed = owed_on(claimable_rows(conn, matter))
    paid = 0 if came is None else came[0]
    check_release(ReleaseNow(matter.id, MatterState(matter.state), paid, owed, agreed), said_cents, role)
    assert came is not None, "a release without a payment was refused"
    return said_cents or came[0], came[1]


def received(conn: Connection, matter: AnyRow) -> tuple[int, date] | None:
    """The estate's payments since the matter was opened, and the date of the last one; None without a payment."""
    query = sa.select(sa.func.sum(LEDGER.c.amount_cents), sa.func.max(LEDGER.c.posted_on)).where(
        *_since(conn, matter), LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value
    )
    cents, on = conn.execute(query).one()
    return None if not cents or cents >= 0 else (-int(cents), on)


def written_off(conn: Connection, matter: AnyRow) -> int:
    """The write-offs of a matter in cents, less reinstated amounts."""
    query = sa.select(sa.func.coalesce(sa.func.sum(LEDGER.c.amount_cents), 0)).where(
        *_since(conn, matter), LEDGER.c.kind == LedgerKind.WRITE_OFF.value
    )
    return -int(conn.execute(query).scalar_one())


def _since(conn: Connection, matter: AnyRow) -> tuple[sa.ColumnElement[bool], ...]:
    """The entries of a matter since it was opened."""
    ids = accounts_of_matter(conn, matter.id)
    return in_keys(LEDGER.c.account_id, ids), LEDGER.c.source == SOURCE, LEDGER.c.posted_on >= matter.opened_on


__all__ = ["Refused", "ReleaseNow", "check_release", "received", "release_of", "written_off"]
