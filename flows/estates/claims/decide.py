"""Whether a claim is worth filing, and the reasons against it, each with a code for auditors. Pure.

The balance against filing fee and staff time; insolvency; a spouse who is liable; Medicaid recovery with priority over
us; a small estate.
"""

from dataclasses import dataclass

from models.estate_enums import WriteOffReason
from models.values import dollars


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts for and against a claim. Amounts are cents; None if unknown.

    `share_cents`: the estimated payment from an insolvent estate. `at_least_cents`: the practice's minimum.
    """

    balance_cents: int
    at_least_cents: int
    cost_cents: int
    assets_cents: int | None = None
    share_cents: int | None = None
    spouse_liable: bool = False
    medicaid_recovery: bool = False
    small_estate: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason against a claim."""

    code: WriteOffReason
    says: str


@dataclass(frozen=True, slots=True)
class Worth:
    """The result: `worth_it` with the expected payment, or the reasons against a claim. `also` lists further points to
    consider."""

    worth_it: bool
    expected_cents: int
    reasons: tuple[Reason, ...]
    also: tuple[str, ...]


def said(worth: Worth) -> str:
    """The result as part of a sentence."""
    if worth.worth_it:
        return f"cost-effective: {dollars(worth.expected_cents)} expected"
    return "not cost-effective: " + "; ".join(reason.says for reason in worth.reasons)


def worth_while(now: Standing) -> Worth:
    """Whether to claim. The manager decides; this lists the reasons against it."""
    expected = now.balance_cents if now.share_cents is None else min(now.balance_cents, now.share_cents)
    reasons: list[Reason] = []
    if now.balance_cents < now.at_least_cents:
        reasons.append(
            Reason(
                WriteOffReason.SMALL,
                f"{dollars(now.balance_cents)} is below the practice's minimum of {dollars(now.at_least_cents)}",
            )
        )
    elif expected <= now.cost_cents and now.share_cents is None:
        reasons.append(Reason(WriteOffReason.SMALL, f"filing costs about {dollars(now.cost_cents)}"))
    if now.share_cents is not None and now.share_cents <= now.cost_cents:
        code = WriteOffReason.MEDICAID_AHEAD if now.medicaid_recovery else WriteOffReason.INSOLVENT
        says = f"our expected share is {dollars(now.share_cents)}, and filing costs about {dollars(now.cost_cents)}"
        reasons.append(Reason(code, says))
    also: list[str] = []
    if now.spouse_liable:
        also.append(
            "a surviving spouse may be liable under state law: ask counsel before anyone writes to the spouse; "
            "`estate spouse` lists what is missing"
        )
    if now.medicaid_recovery and now.share_cents is None:
        also.append("Medicaid claims from this estate, usually ahead of us: request the inventory")
    if now.small_estate:
        also.append("a small-estate affidavit is in use: claim from the affiant, without a filing fee")
    if now.assets_cents is None:
        also.append("the estate's assets are unknown: request the inventory from the court")
    return Worth(not reasons, expected if not reasons else 0, tuple(reasons), tuple(also))
