"""An insurance as it is typed, in a call or on a person's page."""

from flows.insurance.decide import Told
from models.kinds import PayerClass
from web.typed import Typed

_FIRST, _NONE = PayerClass.COMMERCIAL, PayerClass.SELF_PAY
CLASSES = (_FIRST, *(one for one in PayerClass if one not in (_FIRST, _NONE)))
"""What an insurance can be, the usual one first."""


INSURANCE = "insurance_provided"
"""The way for a call to end that holds the account for an insurance."""


def told_of(typed: Typed, source: str, code: str | None = None) -> Told | None:
    """An insurance as it was typed; None where no insurer was named. A call that ended by one needs the insurer, or a
    note of what was said of it: else the account would wait for what nobody can bill."""
    payer = typed.some("payer")
    if payer is None and code == INSURANCE and typed.some("note") is None:
        payer = typed.needed("payer", "The insurer, or a note of what they said of it,")
    if payer is None:
        return None
    return Told(
        payer, typed.some_word("payer_class", PayerClass) or PayerClass.COMMERCIAL,
        typed.needed("member", "The policy number"), source, typed.some("group"), typed.some("holder"),
    )  # fmt: skip
