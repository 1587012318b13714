"""What a simulation assumes, in sentences that stand beside its figures. Pure."""

from flows.simulation.answers import Learned, Rate
from flows.simulation.case import Assumptions
from models.values import counted, day_text


def assumption_sentences(assumed: Assumptions, *, new_only: bool) -> list[str]:
    """Every assumption, as a sentence each."""
    after = assumed.approve_after_days
    return [
        "Accounts already in the schedule stay on their version; only new accounts enter the simulated one."
        if new_only
        else "Accounts already in the schedule move to the simulated version on the first day.",
        *(
            ["No payments, disputes or answers come in; open promises and payment plans are not kept."]
            if assumed.answers is None
            else _answers(assumed.answers)
        ),
        "Letters are mailed on the day they are written."
        if assumed.mailed
        else "Letters are written and not mailed, so rules that count from the mailing date do not begin.",
        "Reviews are not decided; accounts wait at them."
        if after is None
        else f"A manager approves each review {counted(after, 'day')} after it opens.",
        "No new accounts are imported. Monthly limits of agencies are not applied.",
    ]


def _answers(learned: Learned) -> list[str]:
    found = learned.found
    return [
        f"People pay, make promises and move as they did after the same steps since {day_text(learned.since)} "
        f"({counted(learned.accounts, 'account')} read). A step without enough history is not answered.",
        f"{_rate(learned.kept, 'promise', 'kept')}; a promise is due after {counted(learned.promise_days, 'day')}.",
        f"{_rate(learned.installments, 'installment', 'paid')}.",
        "A new address is not found: not enough history."
        if found is None
        else f"A new address is found within 30 days for {found.by(30):.0%} of returned letters.",
        "Disputes, deaths and other calls do not come in. Before the first step of an account there are no answers.",
    ]


def _rate(rate: Rate | None, noun: str, done: str) -> str:
    if rate is None:
        return f"No {noun} is {done}: not enough history"
    said = f"{rate.share:.0%} of {noun}s are {done}"
    return f"{said} (95% interval {rate.low:.0%} to {rate.high:.0%}, from {counted(rate.cases, noun)})"
