"""What a simulation assumes, in sentences that stand beside its figures. Pure."""

from flows.simulation.case import Assumptions
from models.values import counted


def assumption_sentences(assumed: Assumptions, *, new_only: bool) -> list[str]:
    """Every assumption, as a sentence each."""
    after = assumed.approve_after_days
    return [
        "Accounts already in the schedule stay on their version; only new accounts enter the simulated one."
        if new_only
        else "Accounts already in the schedule move to the simulated version on the first day.",
        "No payments, disputes or answers come in; open promises and payment plans are not kept.",
        "Letters are mailed on the day they are written."
        if assumed.mailed
        else "Letters are written and not mailed, so rules that count from the mailing date do not begin.",
        "Reviews are not decided; accounts wait at them."
        if after is None
        else f"A manager approves each review {counted(after, 'day')} after it opens.",
        "No new accounts are imported. Monthly limits of agencies are not applied.",
    ]
