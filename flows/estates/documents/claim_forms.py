"""The claim forms of states: which a state has, and the entries to be copied into its fields."""

from collections.abc import Mapping, Sequence

from compliance.nonclaim_table import rule_of
from flows.correspondence.letters.queries import creditor_of
from flows.estates.claims.claim import ClaimNow
from letters.estate.data import Box
from models.columns import AnyRow
from models.values import dollars

BASIS = "hospital and medical services furnished to the decedent, by the accounts listed"

CLAIM_FORMS: Mapping[str, str] = {
    "DE-172": "claim-ca",
    "PC 570": "claim-mi",
    "371ES": "claim-sc",
    "PR-1819": "claim-wi",
}
"""The claim document for each state's own form, by the form's name in the nonclaim table."""


def claim_kind(state: str | None) -> str:
    """The type of claim document in a state: the state's own form if it has one."""
    form = rule_of(state).form if state else None
    return CLAIM_FORMS.get(form or "", "claim")


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
