"""The claim document of each state: its own form, or the plain claim."""

from collections.abc import Mapping

from compliance.nonclaim_table import rule_of

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
