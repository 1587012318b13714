"""A matter's claim, from its accounts and their ledger."""

from typing import TypedDict

from flows.estates.claims.claim import ClaimNow, Owed, claim_of
from flows.estates.matters.queries import claimable_rows, creditor_of, payers_open
from models.columns import AnyRow
from models.database import Transaction
from models.enums import CreditorKind


def claim_now(tx: Transaction, row: AnyRow, amount_cents: int | None = None) -> ClaimNow:
    """A matter's claim by its ledger, without services after the death. Raises RefusedClaim."""
    accounts = claimable_rows(tx.conn, row)
    pending = payers_open(tx.conn, [account.id for account in accounts])
    owed = [
        Owed(one.number, one.payer_class, one.service_from, one.service_to, one.balance_cents, one.id in pending)
        for one in accounts
    ]
    creditor = CreditorKind(creditor_of(tx.conn, row.creditor_id).kind)
    death_on = row.death_on or tx.business_date
    return claim_of(owed, row.jurisdiction, death_on, tx.business_date, amount_cents, creditor)


class ClaimColumns(TypedDict):
    """The amounts of a matter's claim, by the columns of the matter."""

    claim_cents: int
    contingent_cents: int
    last_illness_cents: int


def claim_columns(claim: ClaimNow) -> ClaimColumns:
    """A claim as column values of its matter."""
    return {
        "claim_cents": claim.amount_cents,
        "contingent_cents": claim.contingent_cents,
        "last_illness_cents": claim.last_illness_cents,
    }
