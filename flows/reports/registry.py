"""Every report: the one table that the command line, the workspace, the API and the documents read."""

from collections.abc import Mapping
from types import MappingProxyType

from flows.reports.adjustments.credits import CREDIT_BALANCES, REFUNDS
from flows.reports.adjustments.medicare import MEDICARE_BAD_DEBT, MEDICARE_EXHIBIT
from flows.reports.adjustments.write_offs import WRITE_OFFS
from flows.reports.agency.placements import LIQUIDATION, PLACEMENTS
from flows.reports.agency.ready import AGENCY_READY
from flows.reports.agency.remittances import REMITTANCES
from flows.reports.calls.call_attempts import CALL_ATTEMPTS
from flows.reports.calls.workload import CONTACT_HOURS, WORKLOAD
from flows.reports.collections.collection_rate import COLLECTION_RATE
from flows.reports.collections.collections import COLLECTIONS
from flows.reports.collections.cost_to_collect import COST_TO_COLLECT
from flows.reports.collections.days_to_pay import DAYS_TO_PAY
from flows.reports.collections.forecast import FORECAST
from flows.reports.compliance.assistance import ASSISTANCE
from flows.reports.compliance.blocked import BLOCKED
from flows.reports.compliance.holds import COMPLAINTS, DISPUTES
from flows.reports.estate.docket import ESTATES
from flows.reports.estate.recovery import ESTATE_RECOVERY
from flows.reports.mail.letter_response import LETTER_RESPONSE
from flows.reports.mail.returned_mail import RETURNED_MAIL
from flows.reports.mail.undelivered_email import UNDELIVERED_EMAIL
from flows.reports.model import Report
from flows.reports.plans.plan_payments import PLAN_PAYMENTS
from flows.reports.plans.plans import PLANS
from flows.reports.plans.promises import PROMISES
from flows.reports.receivables.aging import AGING
from flows.reports.receivables.days_in_ar import DAYS_IN_AR
from flows.reports.receivables.inactive import INACTIVE
from flows.reports.receivables.roll_forward import ROLL_FORWARD
from flows.reports.receivables.roll_rates import ROLL_RATES
from flows.reports.receivables.vintage import VINTAGE
from models.errors import NotFound
from models.remedies import Remedy

REPORTS: Mapping[str, Report] = MappingProxyType(
    {
        one.name: one
        for one in (
            AGING,
            ROLL_FORWARD,
            ROLL_RATES,
            VINTAGE,
            DAYS_IN_AR,
            INACTIVE,
            COLLECTIONS,
            COLLECTION_RATE,
            DAYS_TO_PAY,
            COST_TO_COLLECT,
            FORECAST,
            PLANS,
            PLAN_PAYMENTS,
            PROMISES,
            WORKLOAD,
            CONTACT_HOURS,
            CALL_ATTEMPTS,
            LETTER_RESPONSE,
            RETURNED_MAIL,
            UNDELIVERED_EMAIL,
            ASSISTANCE,
            DISPUTES,
            COMPLAINTS,
            BLOCKED,
            PLACEMENTS,
            LIQUIDATION,
            REMITTANCES,
            AGENCY_READY,
            ESTATES,
            ESTATE_RECOVERY,
            WRITE_OFFS,
            CREDIT_BALANCES,
            REFUNDS,
            MEDICARE_BAD_DEBT,
            MEDICARE_EXHIBIT,
        )
    }
)
"""The reports by name, in the order of the list."""


def report_named(name: str) -> Report:
    """A report by its name. Raises NotFound."""
    if (found := REPORTS.get(name)) is None:
        raise NotFound(f'there is no report "{name}"', remedy=Remedy.LIST_REPORTS)
    return found
