"""Queries of matters: by number, by account, by person, with facts and parties."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.claims.claim import lasts_past
from flows.people.queries import RUNS, running_matters
from models import (
    Account,
    Attorney,
    Creditor,
    EstateAttachment,
    EstateDate,
    EstateFact,
    EstateMatter,
    EstatePaper,
    EstateParty,
    Hold,
    MatterAccount,
    MatterDeadline,
    Person,
    Referral,
)
from models.columns import AnyRow, in_keys, table
from models.database import batches, group_by_key
from models.enums import HoldKind
from models.errors import NotFound
from models.estate_enums import EstateFactName, MatterState, PartyRole
from models.ids import CreditorId, PersonId
from models.remedies import Remedy

ACCOUNT = table(Account)
ATTACHMENT = table(EstateAttachment)
ATTORNEY = table(Attorney)
CREDITOR = table(Creditor)
ESTATE_DATE = table(EstateDate)
FACT = table(EstateFact)
HOLD = table(Hold)
MATTER = table(EstateMatter)
MATTER_ACCOUNT = table(MatterAccount)
MATTER_DEADLINE = table(MatterDeadline)
PAPER = table(EstatePaper)
PARTY = table(EstateParty)
PERSON = table(Person)
REFERRAL = table(Referral)


MANY = frozenset({EstateFactName.PROBATE_SEARCH})
"""Facts that can have several values at once; of any other only the newest holds."""


def matter_row(conn: Connection, number: int, *, lock: bool = False) -> AnyRow:
    """A matter by its number; raises NotFound."""
    query = sa.select(MATTER).where(MATTER.c.id == number)
    row = conn.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound(f"estate matter {number} was not found", remedy=Remedy.LIST_MATTERS)
    return row


def persons_of_matters(conn: Connection, matter_ids: Sequence[int]) -> dict[int, PersonId]:
    """The decedent of each matter."""
    return {
        row.id: row.person_id
        for part in batches(matter_ids)
        for row in conn.execute(sa.select(MATTER.c.id, MATTER.c.person_id).where(in_keys(MATTER.c.id, part)))
    }


def accounts_of_matters(conn: Connection, matter_ids: Sequence[int]) -> dict[int, list[int]]:
    """The accounts of each matter."""
    found: list[tuple[int, int]] = []
    for part in batches(matter_ids):
        query = sa.select(MATTER_ACCOUNT).where(in_keys(MATTER_ACCOUNT.c.matter_id, part))
        found += [
            (row.matter_id, row.account_id)
            for row in conn.execute(query.order_by(MATTER_ACCOUNT.c.matter_id, MATTER_ACCOUNT.c.account_id))
        ]
    return group_by_key(found)


def accounts_of_matter(conn: Connection, matter_id: int) -> list[int]:
    """The accounts of one matter."""
    return accounts_of_matters(conn, [matter_id]).get(matter_id, [])


def owed_on(accounts: Iterable[AnyRow]) -> int:
    """The total owed on accounts, in cents. A credit balance on one lowers nothing."""
    return sum(account.balance_cents for account in accounts if account.balance_cents > 0)


def account_rows(conn: Connection, matter_id: int) -> list[AnyRow]:
    """The accounts of a matter, by number, with the decision on a service after the death (`after_death`)."""
    query = (
        sa.select(ACCOUNT, MATTER_ACCOUNT.c.after_death)
        .join(MATTER_ACCOUNT, MATTER_ACCOUNT.c.account_id == ACCOUNT.c.id)
        .where(MATTER_ACCOUNT.c.matter_id == matter_id)
        .order_by(ACCOUNT.c.number)
    )
    return list(conn.execute(query))


def claimable_rows(conn: Connection, matter: AnyRow) -> list[AnyRow]:
    """The accounts of a matter that a claim against the decedent can include: services up to the date of death."""
    rows = account_rows(conn, matter.id)
    return [one for one in rows if not lasts_past(one.service_from, one.service_to, matter.death_on)]


def late_rows(conn: Connection, matter: AnyRow) -> list[AnyRow]:
    """The accounts of a matter with a service after the death."""
    rows = account_rows(conn, matter.id)
    return [one for one in rows if lasts_past(one.service_from, one.service_to, matter.death_on)]


def late_of_person(conn: Connection, person_id: int) -> list[AnyRow]:
    """A person's services after the death, in open matters: the person or a date may be wrong."""
    return [one for matter in running_matters(conn, person_id) for one in late_rows(conn, matter)]


def running_at(conn: Connection, person_id: PersonId, creditor_id: CreditorId) -> int | None:
    """The open matter of a person and creditor: there is one at most, by uq_matter_running."""
    query = sa.select(MATTER.c.id).where(MATTER.c.person_id == person_id, MATTER.c.creditor_id == creditor_id, RUNS)
    return conn.execute(query).scalar()


def matters_of_person(conn: Connection, person_id: int) -> list[AnyRow]:
    """Every matter of a person that was not annulled, including closed ones."""
    lives = MATTER.c.state != MatterState.ANNULLED.value
    return list(conn.execute(sa.select(MATTER).where(MATTER.c.person_id == person_id, lives).order_by(MATTER.c.id)))


def matter_of_account(conn: Connection, account_id: int) -> AnyRow | None:
    """The newest matter of an account."""
    query = (
        sa.select(MATTER)
        .join(MATTER_ACCOUNT, MATTER_ACCOUNT.c.matter_id == MATTER.c.id)
        .where(MATTER_ACCOUNT.c.account_id == account_id)
        .order_by(MATTER.c.id.desc())
    )
    return conn.execute(query.limit(1)).first()


def facts_of(conn: Connection, matter_id: int) -> list[AnyRow]:
    """The current facts of the estate, oldest first."""
    query = sa.select(FACT).where(FACT.c.matter_id == matter_id, FACT.c.replaced_on.is_(None))
    return list(conn.execute(query.order_by(FACT.c.id)))


def fact_values(facts: Iterable[AnyRow]) -> dict[EstateFactName, str]:
    """The newest value of each fact."""
    return {EstateFactName(row.name): row.value for row in facts}


def parties_of(conn: Connection, matter_id: int) -> list[AnyRow]:
    """The current parties."""
    query = sa.select(PARTY).where(PARTY.c.matter_id == matter_id, PARTY.c.ended_on.is_(None))
    return list(conn.execute(query.order_by(PARTY.c.id)))


def party_with(parties: Iterable[AnyRow], role: PartyRole) -> AnyRow | None:
    """The newest party with a role."""
    mine = [row for row in parties if row.role == role.value]
    return mine[-1] if mine else None


def papers_of(conn: Connection, matter_id: int) -> list[AnyRow]:
    """The documents of a matter, in the order in which they were created."""
    return list(conn.execute(sa.select(PAPER).where(PAPER.c.matter_id == matter_id).order_by(PAPER.c.serial)))


def files_of(conn: Connection, matter_id: int) -> list[AnyRow]:
    """The files of a matter, withdrawn ones too, in the order in which they were added."""
    query = sa.select(ATTACHMENT).where(ATTACHMENT.c.matter_id == matter_id)
    return list(conn.execute(query.order_by(ATTACHMENT.c.serial)))


def dates_of(conn: Connection, matter_id: int) -> list[AnyRow]:
    """Current hearings and other dates, in order."""
    query = sa.select(ESTATE_DATE).where(ESTATE_DATE.c.matter_id == matter_id, ESTATE_DATE.c.cancelled_on.is_(None))
    return list(conn.execute(query.order_by(ESTATE_DATE.c.on, ESTATE_DATE.c.id)))


def deadlines_of(conn: Connection, matter_id: int) -> list[AnyRow]:
    """Every deadline that was ever computed for a matter, oldest first."""
    query = sa.select(MATTER_DEADLINE).where(MATTER_DEADLINE.c.matter_id == matter_id)
    return list(conn.execute(query.order_by(MATTER_DEADLINE.c.id)))


def referral_of(conn: Connection, matter_id: int) -> AnyRow | None:
    """The current referral, with the attorney's code and name."""
    query = (
        sa.select(REFERRAL, ATTORNEY.c.code, ATTORNEY.c.name)
        .join(ATTORNEY, ATTORNEY.c.id == REFERRAL.c.attorney_id)
        .where(REFERRAL.c.matter_id == matter_id, REFERRAL.c.ended_on.is_(None))
    )
    return conn.execute(query).first()


def payers_open(conn: Connection, account_ids: Sequence[int]) -> set[int]:
    """The accounts, of these, on which an insurer may still pay: the claim for them is contingent."""
    kinds = (HoldKind.INSURANCE_PENDING.value, HoldKind.DENIAL_APPEAL.value)
    query = sa.select(HOLD.c.account_id).where(
        in_keys(HOLD.c.account_id, list(account_ids)), HOLD.c.kind.in_(kinds), HOLD.c.cleared_on.is_(None)
    )
    return set(conn.execute(query).scalars())


def petitioned(conn: Connection, matter_ids: Sequence[int]) -> set[int]:
    """The matters, of these, with a petition filed to open the estate, by ix_estate_fact_matter."""
    found: set[int] = set()
    for part in batches(matter_ids):
        query = sa.select(FACT.c.matter_id).where(
            in_keys(FACT.c.matter_id, part),
            FACT.c.name == EstateFactName.PETITION_FILED.value,
            FACT.c.replaced_on.is_(None),
        )
        found.update(conn.execute(query).scalars())
    return found


def creditor_of(conn: Connection, creditor_id: int) -> AnyRow:
    """A creditor's row."""
    return conn.execute(sa.select(CREDITOR).where(CREDITOR.c.id == creditor_id)).one()
