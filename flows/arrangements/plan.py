"""Plans that can be set up: payments that add up to the cent, on days that exist, within the terms. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, WEEKLY, rrule

from flows.schedules.schedule import Terms
from models.enums import Frequency
from models.errors import BadInput
from models.values import dollars

LARGE = 4
"""More installments than this, in writing, need Regulation Z's disclosures (12 CFR 1026.2(a)(17)(i))."""

LEAD_DAYS = 7
"""How long before the first payment, so that the confirmation comes first."""

FURTHEST_FIRST_DAYS = 60

PER_YEAR = {Frequency.WEEKLY: 52, Frequency.BIWEEKLY: 26, Frequency.MONTHLY: 12}

EVERY = {Frequency.WEEKLY: "weekly", Frequency.BIWEEKLY: "two-weekly", Frequency.MONTHLY: "monthly"}


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment: number 0 is the down payment."""

    number: int
    due_on: date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """The person's request, as far as it is known: the amount or number of payments, the first due date, the day of
    the month, a down payment."""

    amount_cents: int | None = None
    count: int | None = None
    first_on: date | None = None
    day_of_month: int | None = None
    down_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Payments that add up to the total, in the order of their due dates."""

    frequency: Frequency
    payments: tuple[Payment, ...]

    @property
    def down_cents(self) -> int:
        """The down payment, if any."""
        return sum(payment.amount_cents for payment in self.payments if payment.number == 0)

    @property
    def instalments(self) -> tuple[Payment, ...]:
        """The payments without the down payment."""
        return tuple(payment for payment in self.payments if payment.number > 0)

    @property
    def total_cents(self) -> int:
        """The total of all payments."""
        return sum(payment.amount_cents for payment in self.payments)

    @property
    def amount_cents(self) -> int:
        """The regular payment; the last one may differ."""
        return self.instalments[0].amount_cents

    @property
    def monthly_cents(self) -> int:
        """The total of the payments in a month, rounded up."""
        return -(-self.amount_cents * PER_YEAR[self.frequency] // 12)

    @property
    def large(self) -> bool:
        """Whether Regulation Z's disclosures are required."""
        return len(self.instalments) > LARGE

    def said(self) -> str:
        """The plan in a sentence that can be read out."""
        first, last, count = self.instalments[0], self.instalments[-1], len(self.instalments)
        down = f"{dollars(self.down_cents)} down, then " if self.down_cents else ""
        if count == 1:
            return f"{down}one payment of {dollars(first.amount_cents)} on {long_day(first.due_on)}"
        even = first.amount_cents == last.amount_cents
        end = "" if even else f" (last payment {dollars(last.amount_cents)})"
        return (
            f"{down}{count} {EVERY[self.frequency]} payments of {dollars(first.amount_cents)}{end}, from "
            f"{long_day(first.due_on)} to {long_day(last.due_on)}"
        )


def long_day(day: date) -> str:
    """A date in words: ``January 1, 2027``."""
    return f"{day:%B} {day.day}, {day.year}"


def make(total_cents: int, terms: Terms, today: date, plan_request: PlanRequest | None = None) -> Plan:
    """A plan for an amount as the person requests it, within the terms. Raises BadInput with what would be allowed."""
    plan_request = plan_request or PlanRequest()
    if total_cents <= 0:
        raise BadInput("these accounts have no balance due", "no payment plan is needed")
    down = _down(total_cents, terms, plan_request)
    rest = total_cents - down
    amount = _amount(rest, terms, plan_request)
    first = _first(terms, today, plan_request)
    amounts = _amounts(rest, amount, terms, plan_request)
    days = due_days(terms, first, len(amounts), plan_request.day_of_month)
    payments = [Payment(number, day, cents) for number, (day, cents) in enumerate(zip(days, amounts, strict=True), 1)]
    return Plan(terms.frequency, (*([Payment(0, today, down)] if down else []), *payments))


def options(total_cents: int, terms: Terms, today: date, plan_request: PlanRequest | None = None) -> tuple[Plan, ...]:
    """Up to three plans to choose from, the quickest first: one without Regulation Z, the longest, one between.

    If the person requested an amount or a number that the terms allow, that plan comes first. Raises BadInput where no
    plan is allowed at all.
    """
    plan_request = plan_request or PlanRequest()
    named = plan_request.amount_cents is not None or plan_request.count is not None
    open_request = PlanRequest(
        first_on=plan_request.first_on, day_of_month=plan_request.day_of_month, down_cents=plan_request.down_cents
    )
    rest = total_cents - _down(total_cents, terms, plan_request)
    longest = most_payments(terms)
    counts = max(1, min(longest, rest // max(terms.min_payment_cents, 1)))
    quick = min(LARGE, counts)
    found = [make(total_cents, terms, today, plan_request)] if named else []
    for count in (quick, (quick + counts + 1) // 2, counts):
        plan = make(total_cents, terms, today, _counted(open_request, count))
        if all(len(plan.instalments) != len(other.instalments) for other in found):
            found.append(plan)
    return tuple(found[:3])


def _counted(plan_request: PlanRequest, count: int) -> PlanRequest:
    return PlanRequest(None, count, plan_request.first_on, plan_request.day_of_month, plan_request.down_cents)


def most_payments(terms: Terms) -> int:
    """How many payments the terms allow at most."""
    return max(1, terms.max_months * PER_YEAR[terms.frequency] // 12)


def _down(total_cents: int, terms: Terms, plan_request: PlanRequest) -> int:
    asked = -(-total_cents * terms.down_payment_percent // 100)
    if plan_request.down_cents is None:
        return asked if asked < total_cents else 0
    if plan_request.down_cents < asked:
        raise BadInput(
            f"a down payment of {dollars(plan_request.down_cents)} is below the minimum "
            f"of {terms.down_payment_percent}% ({dollars(asked)})"
        )
    if plan_request.down_cents >= total_cents:
        raise BadInput(f"a down payment of {dollars(plan_request.down_cents)} pays the whole balance", "post a payment")
    return plan_request.down_cents


def _amount(rest: int, terms: Terms, plan_request: PlanRequest) -> int:
    """The regular payment. One payment of all that is left is always allowed, however small."""
    most = most_payments(terms)
    if plan_request.amount_cents is not None:
        amount = min(plan_request.amount_cents, rest)
    elif plan_request.count is not None:
        amount = _even(rest, plan_request.count)
    else:
        amount = max(_even(rest, most), min(terms.min_payment_cents, rest))
    least = min(max(terms.min_payment_cents, -(-rest // most)), rest)
    if amount < least:
        longest = -(-rest // least)
        raise BadInput(
            f"a payment of {dollars(max(amount, 0))} is below the minimum of {dollars(least)}; the plan allows at most "
            f"{longest} {EVERY[terms.frequency]} payments"
        )
    return amount


def _amounts(rest: int, amount: int, terms: Terms, plan_request: PlanRequest) -> list[int]:
    """The payments of a sum, the last one the remainder. A small remainder is not a payment of its own: it is spread
    over all payments if no amount was requested, else it is added to the last one, so that four payments stay four."""
    count = -(-rest // amount)
    last = rest - amount * (count - 1)
    if count == 1 or 2 * last >= amount:
        return [amount] * (count - 1) + [last]
    even = -(-rest // count)
    named = plan_request.amount_cents is not None and count > 2
    if even >= terms.min_payment_cents and not named:
        return [even] * (count - 1) + [rest - even * (count - 1)]
    return [amount] * (count - 2) + [amount + last]


def _even(rest: int, count: int) -> int:
    """The payment for an amount in this many parts: in whole dollars if the number stays the same."""
    if count < 1:
        raise BadInput("a payment plan needs at least one payment")
    exact = -(-rest // count)
    whole = -(-exact // 100) * 100
    return whole if -(-rest // whole) == count else exact


def _first(terms: Terms, today: date, plan_request: PlanRequest) -> date:
    """The first due date: the requested one, or the next regular one that leaves time for the mail."""
    if plan_request.day_of_month is not None and not 1 <= plan_request.day_of_month <= 31:
        raise BadInput(f"{plan_request.day_of_month} is not a day of the month", "enter 1 to 31")
    if plan_request.first_on is not None:
        if plan_request.first_on < today:
            raise BadInput(f"the first due date {plan_request.first_on} is in the past", f"today is {today}")
        if (plan_request.first_on - today).days > FURTHEST_FIRST_DAYS:
            raise BadInput(f"the first due date {plan_request.first_on} is more than {FURTHEST_FIRST_DAYS} days away")
        return plan_request.first_on
    soonest = today + timedelta(days=LEAD_DAYS)
    if terms.frequency is not Frequency.MONTHLY:
        return soonest
    usual = (plan_request.day_of_month,) if plan_request.day_of_month is not None else terms.days_of_month
    return min(_on_or_after(soonest, day) for day in usual)


def _on_or_after(day: date, of_month: int) -> date:
    here = _in_month(day, of_month)
    return here if here >= day else _in_month(day + relativedelta(months=1, day=1), of_month)


def _in_month(month: date, of_month: int) -> date:
    """A day of a month, or its last where it has fewer."""
    return month + relativedelta(day=of_month)


def due_days(terms: Terms, first: date, count: int, day_of_month: int | None = None) -> list[date]:
    """The due dates of a number of payments from the first one on; the 31st is the last day of a shorter month."""
    if terms.frequency is not Frequency.MONTHLY:
        every = 1 if terms.frequency is Frequency.WEEKLY else 2
        return [day.date() for day in rrule(WEEKLY, interval=every, dtstart=_at(first), count=count)]
    of_month = day_of_month or _anchor_day(terms, first)
    days = list(range(min(of_month, 28), of_month + 1))
    # The last of the days that the month has: 28, 29, 30 or 31.
    rule = rrule(MONTHLY, dtstart=_at(first), bymonthday=days, bysetpos=-1, count=count + 1)
    later = [day.date() for day in rule if day.date() > first]
    return [first, *later[: count - 1]]


def _anchor_day(terms: Terms, first: date) -> int:
    """The day of the month that a first due date means: February 28 may mean the 30th."""
    matching = [day for day in terms.days_of_month if _in_month(first, day) == first]
    return max(matching, default=first.day)


def _at(day: date) -> datetime:
    return datetime.combine(day, time())


def next_due(terms: Terms, after: date) -> date:
    """The first regular due date after another: the new date of a skipped payment."""
    return due_days(terms, after, 2)[1]


def shares(amounts: Sequence[int], cents: int) -> list[int]:
    """An amount spread over amounts in their order, none above its own amount."""
    left, given = cents, list[int]()
    for amount in amounts:
        part = max(0, min(left, amount))
        given.append(part)
        left -= part
    return given
