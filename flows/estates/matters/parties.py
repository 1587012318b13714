"""The parties of a matter: role, authority, and the source of that authority."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from flows.estates.matters.fact_values import refuse_long
from flows.estates.matters.queries import PARTY, accounts_of_matter, matter_row
from flows.settings.contact_checks import check_email, check_number
from models import EstateParty
from models.database import Transaction
from models.errors import BadInput, NotFound, Refused
from models.estate_enums import Authority, PartyRole
from models.estate_events import EstatePartySet
from models.ids import MatterId, PartyId
from models.labels import label
from models.remedies import Remedy

ADDRESS = ("address1", "address2", "city", "state", "zip", "phone", "email")

FITS: Mapping[PartyRole, frozenset[Authority]] = {
    PartyRole.REPRESENTATIVE: frozenset({Authority.LETTERS, Authority.SMALL_ESTATE, Authority.INFORMAL}),
    PartyRole.ESTATE_ATTORNEY: frozenset({Authority.ATTORNEY}),
    PartyRole.OUR_ATTORNEY: frozenset({Authority.ATTORNEY}),
    PartyRole.SPOUSE: frozenset({Authority.SPOUSE, Authority.NONE}),
    PartyRole.HOUSEHOLD: frozenset({Authority.NONE}),
    PartyRole.COURT: frozenset({Authority.OFFICE}),
}
"""The authorities that each role can have. A role with only one gets it if none is entered."""


@dataclass(frozen=True, slots=True)
class NewParty:
    """A party as entered; `contact` by the names of ADDRESS."""

    role: PartyRole
    name: str
    source: str
    authority: Authority | None = None
    contact: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    asked_more: bool = False


def add_party(tx: Transaction, matter_id: int, party: NewParty) -> int:
    """Add a party; returns the party's number.

    A matter has one court, one attorney of ours and one attorney of the estate at a time: a new one replaces the
    previous one. Raises Refused for an authority that the role cannot have and for a second party with letters. Raises
    BadInput for an invalid phone number or e-mail address, and for a text that is too long.
    """
    row = matter_row(tx.conn, matter_id)
    fits = FITS[party.role]
    authority = party.authority or (next(iter(fits)) if len(fits) == 1 else None)
    if authority is None or authority not in fits:
        said = ", ".join(sorted(label(one) for one in fits))
        raise Refused(
            f"the authority of the role {label(party.role)} must be one of: {said}",
            "choose one and enter its source",
            field="authority",
        )
    if not party.name.strip():
        raise BadInput("a party requires a name", field="name")
    if not party.source.strip():
        raise BadInput("a party requires the source of authority, such as the letters", field="source")
    for what, text in (("the name", party.name), ("the source", party.source)):
        refuse_long(what, text)
    check_number(party.contact.get("phone"))
    check_email(party.contact.get("email"))
    if authority is Authority.LETTERS:
        _refuse_second(tx, matter_id)
    if party.role in (PartyRole.COURT, PartyRole.ESTATE_ATTORNEY, PartyRole.OUR_ATTORNEY):
        for old in (
            tx.conn.execute(
                sa.select(PARTY.c.id).where(
                    PARTY.c.matter_id == matter_id, PARTY.c.role == party.role.value, PARTY.c.ended_on.is_(None)
                )
            )
            .scalars()
            .all()
        ):
            end_party(tx, old)
    number = PartyId(tx.ids(EstateParty, 1)[0])
    contact = {name: (party.contact.get(name) or None) for name in ADDRESS}
    tx.insert(
        EstateParty,
        [
            {
                "id": number,
                "matter_id": row.id,
                "role": party.role.value,
                "authority": authority.value,
                "authority_source": party.source,
                "name": party.name.strip(),
                **contact,
                "asked_more": party.asked_more,
                "since_on": tx.business_date,
                "ended_on": None,
            }
        ],
    )
    _record(tx, row.id, number, party.role.value, authority.value, ended=False)
    return number


def _refuse_second(tx: Transaction, matter_id: int) -> None:
    """A court issues letters to one person at a time: a second party with letters is an error in one of the two."""
    query = sa.select(PARTY).where(
        PARTY.c.matter_id == matter_id,
        PARTY.c.role == PartyRole.REPRESENTATIVE.value,
        PARTY.c.authority == Authority.LETTERS.value,
        PARTY.c.ended_on.is_(None),
    )
    if (there := tx.conn.execute(query).first()) is not None:
        raise Refused(
            f"{there.name} holds letters in matter {matter_id} since {there.since_on} as party {there.id}",
            "if that has ended, end the party's role first",
            remedy=Remedy.END_PARTY,
            party=there.id,
        )


def end_party(tx: Transaction, party_id: PartyId) -> None:
    """End a party's role. Raises Refused for a party that does not exist."""
    row = tx.conn.execute(sa.select(PARTY).where(PARTY.c.id == party_id)).first()
    if row is None or row.ended_on is not None:
        raise NotFound(f"there is no active party {party_id}", remedy=Remedy.SHOW_MATTER)
    tx.conn.execute(sa.update(PARTY).where(PARTY.c.id == party_id).values(ended_on=tx.business_date))
    _record(tx, row.matter_id, party_id, row.role, row.authority, ended=True)


def _record(tx: Transaction, matter: MatterId, party: PartyId, role: str, authority: str, *, ended: bool) -> None:
    tx.record_all(
        EstatePartySet(account_id=key, matter=matter, party=party, role=role, authority=authority, ended=ended)
        for key in accounts_of_matter(tx.conn, matter)
    )
