"""A placement with an agency: due actions by date, and the effect of an event on the account. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flows.settings.contracts.terms import Terms
from models.enums import HoldKind, LedgerKind, NoticeKind

ASK_AGAIN_DAYS = 7
"""How long until a missing acknowledgment is followed up again."""


@dataclass(frozen=True, slots=True)
class PlacementClock:
    """The dates of a placement."""

    placed_on: date
    acknowledged_on: date | None = None
    last_paid_on: date | None = None
    suspended_until: date | None = None


class PlacementAction(StrEnum):
    """The action for a placement today."""

    CONTRACT_OVER = "contract_over"
    SUSPENSION_OVER = "suspension_over"
    NO_PAYMENT = "no_payment"
    NOT_ACKNOWLEDGED = "not_acknowledged"


ENDS = (PlacementAction.CONTRACT_OVER, PlacementAction.SUSPENSION_OVER, PlacementAction.NO_PAYMENT)
"""The actions that end a placement; the account is recalled."""


def placement_action(stay: PlacementClock, terms: Terms, today: date) -> PlacementAction | None:
    """The action due today for a placement; the end of the contract is first."""
    if terms.contract_ends is not None and terms.contract_ends < today:
        return PlacementAction.CONTRACT_OVER
    if terms.baa_ends is not None and terms.baa_ends < today:
        return PlacementAction.CONTRACT_OVER
    if stay.suspended_until is not None and stay.suspended_until <= today:
        return PlacementAction.SUSPENSION_OVER
    if (recall := _recall_on(stay, terms)) is not None and recall <= today:
        return PlacementAction.NO_PAYMENT
    if stay.acknowledged_on is None and _acknowledge_by(stay, terms) < today:
        return PlacementAction.NOT_ACKNOWLEDGED
    return None


def next_look(stay: PlacementClock, terms: Terms, today: date) -> date | None:
    """The next date, after today, on which a placement can need an action."""
    days: list[date | None] = [stay.suspended_until, _recall_on(stay, terms)]
    days += [day and day + timedelta(days=1) for day in (terms.contract_ends, terms.baa_ends)]
    if stay.acknowledged_on is None:
        by = _acknowledge_by(stay, terms) + timedelta(days=1)
        days.append(by if by > today else today + timedelta(days=ASK_AGAIN_DAYS))
    return min((day for day in days if day is not None and day > today), default=None)


def _recall_on(stay: PlacementClock, terms: Terms) -> date | None:
    """The recall date after a period without a payment; None during a suspension, when no payment can be expected
    there."""
    if terms.recall_after_days is None or stay.suspended_until is not None:
        return None
    return (stay.last_paid_on or stay.placed_on) + timedelta(days=terms.recall_after_days)


def _acknowledge_by(stay: PlacementClock, terms: Terms) -> date:
    return stay.placed_on + timedelta(days=terms.acknowledge_days)


class Money(StrEnum):
    """The type of a ledger entry for a placement: paid at the agency, paid to the practice, or neither."""

    COLLECTED = "collected"
    DIRECT = "direct"
    ADJUSTED = "adjusted"


def money_of(kind: LedgerKind, *, from_agency: bool) -> Money:
    """The type of an entry posted while an agency has the account."""
    if kind is not LedgerKind.PATIENT_PAYMENT:
        return Money.ADJUSTED
    return Money.COLLECTED if from_agency else Money.DIRECT


def notice_of(money: Money, amount_cents: int, balance_cents: int) -> NoticeKind:
    """The notice to the agency about an entry that it did not send."""
    if amount_cents > 0:
        return NoticeKind.DEBIT_ADJUSTMENT
    if balance_cents <= 0:
        return NoticeKind.PAID_IN_FULL
    return NoticeKind.PART_PAYMENT if money is Money.DIRECT else NoticeKind.CREDIT_ADJUSTMENT


TOLD_OF: dict[HoldKind, NoticeKind] = {
    HoldKind.DISPUTE: NoticeKind.DISPUTE,
    HoldKind.DECEASED: NoticeKind.DECEASED,
    HoldKind.BANKRUPTCY: NoticeKind.BANKRUPTCY,
    HoldKind.CEASE: NoticeKind.CEASE,
    HoldKind.ATTORNEY: NoticeKind.ATTORNEY,
}
"""Holds that the agency is notified of at once: they bind it as they bind the practice (12 CFR 1006.6, 1006.38; 11 USC
362)."""

RECALLS = frozenset({HoldKind.DECEASED, HoldKind.BANKRUPTCY})
"""Holds that recall the account at once: estates and bankruptcies are handled by the practice."""

SUSPENDS = frozenset(
    {
        HoldKind.DISPUTE,
        HoldKind.INSURANCE_PENDING,
        HoldKind.DENIAL_APPEAL,
        HoldKind.FINANCIAL_ASSISTANCE,
        HoldKind.COMPLAINT,
        HoldKind.MANAGER,
    }
)
"""Holds that suspend the agency's work, as they would the practice's."""
