"""A surviving spouse becomes responsible for the decedent's accounts: approved by a manager, under the spouse's own
name, from the start of the schedule.

The previous guarantor is stored as something that the death stopped (`Stopped.GUARANTOR`); annulling the report of
death restores it.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.spouses import SpouseLaw, spouse_of_law
from flows.accounts.holds import clear_holds
from flows.agency_handoff.placement.watch import placed_accounts
from flows.arrangements.queries import arrangements_on
from flows.correspondence.queue import answer
from flows.estates.liability.approved import SHIPPED, TABLE, Approval, approved_from
from flows.estates.liability.decide import Account as Candidate
from flows.estates.liability.decide import SpouseNow, check_spouse
from flows.estates.liability.restart import begin_anew, stood_at
from flows.estates.matters.queries import (
    ACCOUNT,
    HOLD,
    MATTER,
    MATTER_ACCOUNT,
    PERSON,
    account_rows,
    accounts_of_matter,
    claimable_rows,
    fact_values,
    facts_of,
    matter_row,
    parties_of,
)
from flows.estates.matters.work import close_work
from flows.settings.tables.queries import text_of
from letters.kinds import LetterKind
from models import DeathStop, Person, Settlement, SettlementAccount
from models.columns import AnyRow, ColumnValues, in_keys, table
from models.database import Transaction
from models.enums import HoldKind, SettlementState
from models.errors import NotFound
from models.estate_enums import Authority, EstateFactName, MatterState, PartyRole, Stopped
from models.estate_events import MatterMoved, SpouseAnswers
from models.ids import AccountId, MatterId, PartyId
from models.remedies import Remedy
from models.user_enums import Role

DEATH_STOP = table(DeathStop)
SETTLEMENT = table(Settlement)
SETTLEMENT_ACCOUNT = table(SettlementAccount)

FIRST_NOTICE = LetterKind.STATEMENT
"""The first letter to a spouse explains the account; no reminder is sent before it."""

OVER = "the surviving spouse is responsible for the balance"


def spouse_answers(tx: Transaction, matter_id: MatterId, party_id: PartyId, why: str, role: Role) -> list[str]:
    """Make a surviving spouse responsible, from today, for the balances that the law covers; returns the account
    numbers.

    The accounts leave the matter, which closes when no balance is left in it. Their schedule restarts, after a
    statement. Raises Refused, and then changes nothing.
    """
    matter = matter_row(tx.conn, matter_id, lock=True)
    party = next((row for row in parties_of(tx.conn, matter_id) if row.id == party_id), None)
    if party is None:
        raise NotFound(f"party {party_id} does not belong to matter {matter_id}", remedy=Remedy.SHOW_MATTER)
    state = matter.jurisdiction or ""
    law, approval = spouse_of_law(state, tx.business_date), approvals_now(tx.conn).get(state)
    rows = {row.id: row for row in account_rows(tx.conn, matter_id)}
    candidates = _candidates(tx, matter, claimable_rows(tx.conn, matter))
    mine = check_spouse(_now(tx, matter, party), candidates, law, approval, role, why, tx.business_date)
    assert law is not None and approval is not None
    ids = [one.id for one in mine]
    if all(rows[key].balance_cents <= 0 for key in rows if key not in ids):
        _end(tx, matter, role)
    person = _person(tx, matter.person_id, party)
    _hand_over(tx, matter, [rows[key] for key in ids], person)
    tx.record_all(_told(AccountId(one.id), matter_id, party_id, law, approval, why) for one in mine)
    begin_anew(tx, ids, person, tx.business_date)
    answer(tx, FIRST_NOTICE, ids)
    return [one.number for one in mine]


def approvals_now(conn: Connection) -> Mapping[str, Approval]:
    """The states in which counsel approved billing a spouse, by the current table."""
    return approved_from(text_of(conn, TABLE) or SHIPPED.read_text("utf-8"))


def _now(tx: Transaction, matter: AnyRow, party: AnyRow) -> SpouseNow:
    facts = fact_values(facts_of(tx.conn, matter.id))
    married = facts.get(EstateFactName.MARRIED_ON)
    return SpouseNow(
        matter=matter.id,
        state=MatterState(matter.state),
        jurisdiction=matter.jurisdiction,
        filed=matter.filed_on is not None,
        role=PartyRole(party.role),
        authority=Authority(party.authority),
        name=party.name,
        whole_address=all((party.address1, party.city, party.state, party.zip)),
        liable=facts.get(EstateFactName.SPOUSE_LIABLE),
        married_on=None if married is None else date.fromisoformat(married),
        together=facts.get(EstateFactName.LIVED_TOGETHER),
    )


def _candidates(tx: Transaction, matter: AnyRow, rows: Sequence[AnyRow]) -> list[Candidate]:
    placed = placed_accounts(tx, [row.id for row in rows])
    found: list[Candidate] = []
    for row in rows:
        plans = arrangements_on(tx.conn, [row.id])
        settlements = _settlements(tx, row.id)
        busy = ""
        if row.id in placed or row.placement_id is not None:
            busy = "it is with an agency; recall it, and wait until it is returned"
        elif plans:
            busy = f"payment plan {plans[0]} is active; cancel it"
        elif settlements:
            busy = f"settlement {settlements[0]} is open; withdraw it"
        own = row.patient_id == matter.person_id and row.guarantor_id == matter.person_id
        found.append(Candidate(row.id, row.number, row.balance_cents, row.payer_class, row.service_from, own, busy))
    return found


def _settlements(tx: Transaction, account_id: int) -> list[int]:
    query = (
        sa.select(SETTLEMENT.c.id)
        .join(SETTLEMENT_ACCOUNT, SETTLEMENT_ACCOUNT.c.settlement_id == SETTLEMENT.c.id)
        .where(SETTLEMENT_ACCOUNT.c.account_id == account_id)
        .where(SETTLEMENT.c.state.in_([SettlementState.PROPOSED.value, SettlementState.OFFERED.value]))
    )
    return sorted(tx.conn.execute(query).scalars())


def _person(tx: Transaction, dead: int, party: AnyRow) -> int:
    """The spouse as a person in the database: the one already responsible for another account of the decedent, or a new
    row."""
    first, _, last = party.name.rpartition(" ")
    same = (
        sa.select(PERSON.c.id)
        .join(ACCOUNT, ACCOUNT.c.guarantor_id == PERSON.c.id)
        .join(DEATH_STOP, DEATH_STOP.c.account_id == ACCOUNT.c.id)
        .where(
            DEATH_STOP.c.person_id == dead,
            DEATH_STOP.c.kind == Stopped.GUARANTOR.value,
            DEATH_STOP.c.resumed_on.is_(None),
            PERSON.c.first_name == first,
            PERSON.c.last_name == last,
            PERSON.c.zip == party.zip,
        )
    )
    if (there := tx.conn.execute(same.limit(1)).scalar()) is not None:
        return there
    number = tx.ids(Person, 1)[0]
    place = {name: getattr(party, name) for name in ("address1", "address2", "city", "state", "zip", "phone", "email")}
    row: ColumnValues = {
        "id": number,
        "first_name": first,
        "last_name": last,
        **place,
        "email_consent": False,
        "language": "en",
        "large_print": False,
        "text_consent": False,
        "version": 1,
    }
    tx.insert(Person, [row])
    return number


def _hand_over(tx: Transaction, matter: AnyRow, accounts: Sequence[AnyRow], person: int) -> None:
    """Move the accounts from the matter to the spouse, and store their previous guarantor and position."""
    ids = [account.id for account in accounts]
    stood = stood_at(tx, ids)
    keys = tx.ids(DeathStop, len(ids))
    tx.insert(
        DeathStop,
        [
            {
                "id": key,
                "person_id": matter.person_id,
                "kind": Stopped.GUARANTOR.value,
                "key": account.guarantor_id,
                "account_id": account.id,
                "word": orjson.dumps(stood[account.id]).decode(),
                "stopped_on": tx.business_date,
                "resumed_on": None,
            }
            for key, account in zip(keys, accounts, strict=True)
        ],
    )
    mine = sa.and_(MATTER_ACCOUNT.c.matter_id == matter.id, in_keys(MATTER_ACCOUNT.c.account_id, ids))
    tx.conn.execute(sa.delete(MATTER_ACCOUNT).where(mine))
    answers = {
        "guarantor_id": person,
        "guarantor_liable_since": tx.business_date,
        "first_statement_on": tx.business_date,
        "version": ACCOUNT.c.version + 1,
    }
    tx.conn.execute(sa.update(ACCOUNT).where(in_keys(ACCOUNT.c.id, ids)).values(**answers))
    held = sa.select(HOLD.c.id).where(
        in_keys(HOLD.c.account_id, ids), HOLD.c.kind == HoldKind.DECEASED.value, HOLD.c.cleared_on.is_(None)
    )
    clear_holds(tx, sorted(tx.conn.execute(held).scalars()), OVER)


def _end(tx: Transaction, matter: AnyRow, role: Role) -> None:
    """No balance is left to claim from the estate: the matter closes, as when a living guarantor is responsible."""
    close_work(tx, matter.id, OVER)
    tx.record_all(
        MatterMoved(
            account_id=key,
            matter=matter.id,
            before=matter.state,
            after=MatterState.ANNULLED.value,
            reason=OVER,
            source=tx.actor,
            source_on=tx.business_date,
            role=role.value,
        )
        for key in accounts_of_matter(tx.conn, matter.id)
    )
    over = {
        "state": MatterState.ANNULLED.value,
        "closed_on": tx.business_date,
        "review_on": None,
        "action_due_on": None,
        "reason": OVER,
        "version": MATTER.c.version + 1,
    }
    tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter.id).values(**over))


def _told(
    account: AccountId, matter: MatterId, party: PartyId, law: SpouseLaw, approval: Approval, why: str
) -> SpouseAnswers:
    return SpouseAnswers(
        account_id=account,
        matter=matter,
        party=party,
        law=law.kind.value,
        citation=law.citation,
        confidence=law.confidence,
        approved_by=approval.by,
        approved_on=approval.on,
        reason=why,
    )
