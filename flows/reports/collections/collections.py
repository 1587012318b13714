"""What was collected in a period, by where it comes from, beside the period before and the year before."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlalchemy.engine import Connection

from flows.reports.collections.attribution import (
    CONTACT,
    LETTER,
    METHODS,
    letter_before,
    payment_method,
    step_before,
    talked_before,
    template_version,
)
from flows.reports.cube import ACCOUNT, BY_CREDITOR, BY_MONTH, BY_PAYER_CLASS, BY_STATE, LEDGER, PERSON, Cube, Derived
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from flows.reports.summaries.queries import ledger_sum_of, ledger_totals, payer_class
from models.columns import AnySelect
from models.enums import Channel, LedgerKind
from models.labels import letter_label, plain
from models.sql_functions import month_text
from models.step_words import step_name
from models.values import day_text

_SERVED = sa.func.coalesce(ACCOUNT.c.service_to, ACCOUNT.c.service_from)

PAYMENTS = (LedgerKind.PATIENT_PAYMENT.value, LedgerKind.INSURANCE_PAYMENT.value)


def period_before(asked: Asked) -> tuple[date, date]:
    """The same days of the month before, or as many days before if the period does not begin with a month."""
    if asked.first.day == 1:
        return _earlier(asked, relativedelta(months=_months(asked)))
    length = asked.last - asked.first
    last = asked.first - timedelta(days=1)
    return last - length, last


def year_before(asked: Asked) -> tuple[date, date]:
    """The same days of the year before."""
    return _earlier(asked, relativedelta(years=1))


def _months(asked: Asked) -> int:
    return (asked.last.year - asked.first.year) * 12 + asked.last.month - asked.first.month + 1


def _earlier(asked: Asked, by: relativedelta) -> tuple[date, date]:
    """The period some months earlier; one that ends with its month ends with the month there too."""
    ends_month = (asked.last + timedelta(days=1)).day == 1
    last = (asked.last + timedelta(days=1) - by - timedelta(days=1)) if ends_month else asked.last - by
    return asked.first - by, last


SUMS = ("collected_cents", "payments", "before_cents", "year_before_cents")
INSURANCE = "insurance"
"""What stands before a payment of insurance: nothing that we sent or said to a patient."""

BEFORE: Mapping[str, Callable[[], sa.ColumnElement[str]]] = {
    "step": lambda: step_before(LEDGER.c.account_id, LEDGER.c.posted_on),
    "letter": lambda: letter_before(LEDGER.c.account_id, LEDGER.c.posted_on, LETTER.c.kind),
    "letter_version": lambda: letter_before(LEDGER.c.account_id, LEDGER.c.posted_on, template_version()),
    "channel": lambda: letter_before(LEDGER.c.account_id, LEDGER.c.posted_on, LETTER.c.channel),
    "collector": lambda: talked_before(ACCOUNT.c.guarantor_id, LEDGER.c.posted_on, CONTACT.c.made_by),
}
"""What preceded a payment: only computed if it is asked for."""


def _parts(asked: Asked) -> sa.Subquery:
    """The payments of the period, and those of the one before and the year before under the months of the period."""
    return sa.union_all(*(_of_period(asked, *one) for one in _slices(asked))).subquery("payments")


def _slices(asked: Asked) -> tuple[tuple[tuple[date, date], int, tuple[str, ...]], ...]:
    """The periods, by how many months each is moved to stand beside this one, and the columns that it fills."""
    months = _months(asked) if asked.first.day == 1 else 0
    return (
        ((asked.first, asked.last), 0, ("collected_cents", "payments")),
        (period_before(asked), months, ("before_cents",)),
        (year_before(asked), 12, ("year_before_cents",)),
    )


def _behind(asked: Asked, measure: str) -> sa.Subquery:
    """The payments of the one period that a column is about."""
    (one,) = (one for one in _slices(asked) if measure in one[2])
    return _of_period(asked, *one).subquery("payments")


def _of_period(asked: Asked, period: tuple[date, date], later: int, into: tuple[str, ...]) -> AnySelect:
    """The payments of a period, summed into some of the columns; `later`: by how many months they are moved."""
    collected, nothing = -LEDGER.c.amount_cents, sa.literal(0)
    sums = {"payments": sa.literal(1)}
    is_agency = LEDGER.c.source.like("agency:%")
    query = (
        sa.select(
            LEDGER.c.id.label("entry_id"),
            LEDGER.c.account_id,
            ACCOUNT.c.creditor_id,
            payer_class.label("payer_class"),
            LEDGER.c.kind.label("payer"),
            _moved_month(LEDGER.c.posted_on, period, later).label("month"),
            sa.case((is_agency, sa.func.substr(LEDGER.c.source, 8)), else_=sa.null()).label("agency"),
            payment_method(LEDGER.c.reference, LEDGER.c.source).label("method"),
            sa.case((LEDGER.c.posted_on <= _SERVED, "at_service"), else_="later").label("when"),
            *((sums.get(name, collected) if name in into else nothing).label(name) for name in SUMS),
        )
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(LEDGER.c.kind.in_(PAYMENTS), LEDGER.c.posted_on.between(*period))
    )
    wanted = {*asked.by, *asked.where}
    by_insurance = LEDGER.c.kind == LedgerKind.INSURANCE_PAYMENT.value
    query = query.add_columns(
        *(
            sa.case((by_insurance, INSURANCE), else_=make()).label(name)
            for name, make in BEFORE.items()
            if name in wanted
        )
    )
    if "state" in wanted:
        query = query.add_columns(PERSON.c.state).join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
    return query


def _moved_month(on: sa.ColumnElement[date], period: tuple[date, date], later: int) -> sa.ColumnElement[str]:
    """The month of a payment, moved so that it stands beside the month that it is compared with."""
    month = month_text(on)
    if not later:
        return month
    first, names = period[0].replace(day=1), dict[str, str]()
    while first <= period[1]:
        names[f"{first:%Y-%m}"] = f"{first + relativedelta(months=later):%Y-%m}"
        first += relativedelta(months=1)
    return sa.case(names, value=month, else_=month)


def _summary(asked: Asked) -> sa.Subquery:
    """The same from the sums of the ledger, for the dimensions that they have."""
    return sa.union_all(*(_total_of(*one) for one in _slices(asked))).subquery("payments")


def _total_of(period: tuple[date, date], later: int, into: tuple[str, ...]) -> AnySelect:
    totals, nothing = ledger_totals(), sa.literal(0)
    sums = {"payments": totals.c.entries}
    return sa.select(
        totals.c.creditor_id,
        totals.c.payer_class,
        totals.c.kind.label("payer"),
        _moved_month(totals.c.posted_on, period, later).label("month"),
        *((sums.get(name, -totals.c.amount_cents) if name in into else nothing).label(name) for name in SUMS),
    ).where(totals.c.kind.in_(PAYMENTS), totals.c.posted_on.between(*period))


def _notes(_conn: Connection, asked: Asked) -> tuple[str, ...]:
    before, year = period_before(asked), year_before(asked)
    return (
        f"Period before: {day_text(before[0])} to {day_text(before[1])}; "
        f"year before: {day_text(year[0])} to {day_text(year[1])}",
    )


def _change_from(before: str) -> Callable[[Mapping[str, int]], float | None]:
    def change(sums: Mapping[str, int]) -> float | None:
        return round(100 * (sums["collected_cents"] - sums[before]) / sums[before], 1) if sums[before] > 0 else None

    return change


def _read_collector(word: str) -> str:
    return "Insurance" if word == INSURANCE else word


def read_channel(word: str) -> str:
    """How a letter was sent, as people read it."""
    return CHANNELS.get(word, word.capitalize())


def read_version(word: str) -> str:
    """A kind of letter with the version of its template, as people read it."""
    kind, _, version = word.rpartition(" ")
    if not kind:
        return word.capitalize()
    return f"{letter_label(kind)}, {'shipped' if version == 'shipped' else f'version {version}'}"


PAYERS = {"patient_payment": "Patients", "insurance_payment": "Insurance"}
WHEN = {"at_service": "At the time of service", "later": "Later"}
CHANNELS = {"post": "Mail", "email": "E-mail"}
METHOD_WORDS = {"ach": "ACH", "card": "Card", "agency": "Through an agency", "text": "Text message"}

CUBE = Cube(
    parts=_parts,
    summary=_summary,
    behind=_behind,
    sums=(
        Column("collected_cents", "Collected", Unit.CENTS, "Payments of the period, less payments that were reversed"),
        Column("payments", "Payments", Unit.COUNT, "Payments and reversals of the period"),
        Column("before_cents", "Period before", Unit.CENTS, "The same in the period before"),
        Column("year_before_cents", "Year before", Unit.CENTS, "The same in the period a year before"),
    ),
    dimensions=(
        Dimension("payer", "Paid by", lambda word: PAYERS.get(word, word), values=PAYMENTS),
        BY_PAYER_CLASS,
        BY_CREDITOR,
        Dimension("step", "Last step before", lambda word: step_name(word).capitalize(), without="No step before"),
        Dimension("letter", "Last letter before", letter_label, without="No letter before"),
        Dimension("letter_version", "Version of the last letter", read_version, without="No letter before"),
        Dimension(
            "channel",
            "Channel of the last letter",
            read_channel,
            values=(*Channel, INSURANCE),
            without="No letter before",
        ),
        Dimension(
            "collector",
            "Last collector who spoke with them",
            _read_collector,
            without="No conversation before",
            user=True,
        ),
        Dimension("agency", "Agency", plain, without="Not through an agency"),
        Dimension(
            "method",
            "Method",
            lambda word: METHOD_WORDS.get(word, word.capitalize()),
            values=(*METHODS, "agency"),
            without="Not recorded",
        ),
        Dimension("when", "When", lambda word: WHEN.get(word, word), tuple(WHEN)),
        BY_STATE,
        BY_MONTH,
    ),
    derived=(
        Derived(
            Column("change_percent", "Change (%)", Unit.PERCENT, "The change from the period before"),
            _change_from("before_cents"),
        ),
        Derived(
            Column("year_change_percent", "Change, year (%)", Unit.PERCENT, "The change from the year before"),
            _change_from("year_before_cents"),
        ),
    ),
    largest="collected_cents",
    notes=_notes,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total["collected_cents"]
    assert isinstance(total, int)
    there = ledger_sum_of(conn, PAYMENTS, asked.first, asked.last, asked.creditors)
    return [Tie("Collected equals the payments in the ledger", total, -there)]


COLLECTIONS = Report(
    name="collections",
    title="Collections by source",
    group=Group.COLLECTIONS,
    question="Where does the money come from, and is it more than before?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="What was collected equals the payments in the ledger, posted in the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("payer",),
    drill=CUBE.drill(),
    chart=Chart(("collected_cents",)),
)
