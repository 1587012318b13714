"""The entries for the fields of a state's own claim form, to be copied there."""

from collections.abc import Sequence

from flows.correspondence.letters.queries import creditor_of
from flows.estates.claims.claim import ClaimNow
from letters.estate.data import Box
from models.columns import AnyRow
from models.values import dollars

BASIS = "hospital and medical services furnished to the decedent, by the accounts listed"


def boxes_of(owed_to: AnyRow, accounts: Sequence[AnyRow], claim: ClaimNow, signer: tuple[str, str]) -> tuple[Box, ...]:
    """The fields of a state's form, each with its entry."""
    creditor = creditor_of(owed_to)
    where = ", ".join((*creditor.address_lines, creditor.city_line))
    due = f"{dollars(claim.due_cents)} is due"
    if claim.contingent_cents:
        due += f"; {dollars(claim.contingent_cents)} is contingent on a pending insurance determination"
    last = max(one.service_to or one.service_from for one in accounts)
    services = f"{min(one.service_from for one in accounts)} to {last}"
    entries = {
        "Claimant's name": creditor.name,
        "Claimant's address and phone": f"{where}, {creditor.phone}",
        "Amount of the claim": dollars(claim.amount_cents),
        "Basis of the claim and its dates": f"{BASIS}; services of {services}",
        "Due, not yet due or contingent": due,
        "Security": "none",
        "Credits and offsets": "all credits known are allowed; see the accounts",
        "Claimant is the personal representative": "no",
        "Signer": f"{signer[0]}, {signer[1]}",
    }
    return tuple(Box(label, value) for label, value in entries.items())
