"""Insurance as entered in a call or on a person's page."""

from flows.insurance.decide import ReportedInsurance
from models.enums import PayerClass
from web.forms.fields import Typed

_FIRST, _NONE = PayerClass.COMMERCIAL, PayerClass.SELF_PAY
CLASSES = (_FIRST, *(one for one in PayerClass if one not in (_FIRST, _NONE)))
"""The payer classes to choose from, the usual one first."""


def reported_insurance_of(typed: Typed, source: str) -> ReportedInsurance | None:
    """Insurance as entered; None if no insurer was named."""
    payer = typed.some("payer")
    if payer is None:
        return None
    return ReportedInsurance(
        payer,
        typed.some_word("payer_class", PayerClass) or PayerClass.COMMERCIAL,
        typed.needed("member", "Policy or member number"),
        source,
        typed.some("group"),
        typed.some("holder"),
    )
