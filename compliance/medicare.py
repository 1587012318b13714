"""Who claims Medicare bad debt: providers that file a cost report. Pure."""

from models.enums import CreditorKind, PayerClass

ON_COST_REPORT = frozenset(
    {
        CreditorKind.NONPROFIT_HOSPITAL,
        CreditorKind.PUBLIC_HOSPITAL,
        CreditorKind.FORPROFIT_HOSPITAL,
        CreditorKind.NURSING_HOME,
    }
)
"""Creditors that file a Medicare cost report. Physicians, surgery centers and ambulances are paid by fee schedules,
whose unpaid deductibles and coinsurance Medicare does not reimburse (42 CFR 413.89(a), (i))."""

TRADITIONAL = frozenset({PayerClass.MEDICARE, PayerClass.QMB})
"""Payer classes of traditional Medicare. Cost shares of a Medicare Advantage plan are not Medicare bad debt."""


def files_cost_report(kind: str) -> bool:
    """Whether a creditor of a kind files a Medicare cost report."""
    return kind in ON_COST_REPORT


def claims_bad_debt(kind: str, payer_class: str) -> bool:
    """Whether a patient's unpaid balance on such an account can be claimed from Medicare at all."""
    return files_cost_report(kind) and payer_class in TRADITIONAL
