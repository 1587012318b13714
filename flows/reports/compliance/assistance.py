"""The clocks of financial assistance: when collection actions may begin, and until when people may apply.

26 CFR 1.501(r)-6(c): no extraordinary collection action in the 120 days after the first statement, and an application
is accepted for 240 days; a written notice comes at least 30 days before such an action.
"""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.creditors import CREDITOR
from flows.reports.cube import ACCOUNT, BY_CREDITOR, BY_PAYER_CLASS, PERSON, count_of
from flows.reports.listing import Listing
from flows.reports.model import MANAGERS, Asked, Cell, Column, Dimension, Group, Report, Span, Tie, Unit
from models import AccountFact, Hold
from models.columns import AnySelect, table
from models.enums import CreditorKind, FactName, HoldKind
from models.user_enums import Role

FACT = table(AccountFact)
HOLD = table(Hold)

NOTIFICATION_DAYS = 120
APPLICATION_DAYS = 240

STATES = ("applied", "denied", "screened", "none")
READ = {
    "applied": "Application under review",
    "denied": "Application denied",
    "screened": "Screened or declined",
    "none": "No application",
}


def _fact(name: FactName) -> sa.ColumnElement[date]:
    return sa.select(FACT.c.on).where(FACT.c.account_id == ACCOUNT.c.id, FACT.c.name == name.value).scalar_subquery()


def _in_time() -> sa.ColumnElement[bool]:
    """Accounts of nonprofit hospitals that owe something: the rule is about them alone (26 U.S.C. 501(r)(2))."""
    return sa.and_(
        CREDITOR.c.kind == CreditorKind.NONPROFIT_HOSPITAL.value,
        ACCOUNT.c.balance_cents > 0,
        ACCOUNT.c.first_statement_on.is_not(None),
    )


def _query(_asked: Asked) -> AnySelect:
    applied = sa.exists().where(
        HOLD.c.kind == HoldKind.FINANCIAL_ASSISTANCE.value,
        HOLD.c.cleared_on.is_(None),
        sa.or_(HOLD.c.account_id == ACCOUNT.c.id, HOLD.c.person_id == ACCOUNT.c.guarantor_id),
    )
    denied, screened = _fact(FactName.ASSISTANCE_DENIED), _fact(FactName.SCREENED)
    declined = _fact(FactName.SCREENING_DECLINED)
    state = sa.case(
        (applied, "applied"),
        (denied.is_not(None), "denied"),
        (sa.or_(screened.is_not(None), declined.is_not(None)), "screened"),
        else_="none",
    )
    return (
        sa.select(
            ACCOUNT.c.id.label("account_id"),
            ACCOUNT.c.guarantor_id.label("person_id"),
            ACCOUNT.c.number.label("account"),
            (PERSON.c.first_name + " " + PERSON.c.last_name).label("guarantor"),
            ACCOUNT.c.creditor_id,
            ACCOUNT.c.payer_class,
            ACCOUNT.c.first_statement_on,
            ACCOUNT.c.balance_cents,
            _fact(FactName.ECA_NOTICE).label("notice_on"),
            state.label("assistance"),
            sa.case((ACCOUNT.c.placement_id.is_(None), "practice"), else_="agency").label("with"),
        )
        .join(CREDITOR, CREDITOR.c.id == ACCOUNT.c.creditor_id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(_in_time())
    )


def _clocks(asked: Asked, row: dict[str, Cell]) -> dict[str, Cell]:
    first = row["first_statement_on"]
    assert isinstance(first, date)
    row["action_from"] = first + timedelta(days=NOTIFICATION_DAYS)
    row["apply_until"] = first + timedelta(days=APPLICATION_DAYS)
    row["days_to_action"] = (first + timedelta(days=NOTIFICATION_DAYS) - asked.last).days
    row["days_to_apply"] = (first + timedelta(days=APPLICATION_DAYS) - asked.last).days
    return row


LISTING = Listing(
    query=_query,
    columns=(
        Column("account", "Account", Unit.ACCOUNT, "The account number"),
        Column("guarantor", "Guarantor", Unit.PERSON, "Who owes the account"),
        Column("creditor", "Creditor", Unit.TEXT, "The nonprofit hospital"),
        Column("first_statement_on", "First statement", Unit.DATE, "When the first statement after care was sent"),
        Column("days_to_action", "Days to day 120", Unit.DAYS, "Until then no extraordinary collection action"),
        Column("days_to_apply", "Days to day 240", Unit.DAYS, "Until then an application is accepted"),
        Column("notice_on", "Notice sent", Unit.DATE, "When the notice of collection actions was sent"),
        Column("assistance", "Assistance", Unit.TEXT, "Whether the person applied", lambda word: READ.get(word, word)),
        Column("balance_cents", "Balance", Unit.CENTS, "What is owed now"),
    ),
    sums=("balance_cents",),
    order=("first_statement_on", "account"),
    dimensions=(
        Dimension("assistance", "Assistance", lambda word: READ.get(word, word), STATES),
        Dimension("with", "Collected by", str.capitalize, values=("practice", "agency")),
        BY_CREDITOR,
        BY_PAYER_CLASS,
    ),
    finish=_clocks,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    source = ACCOUNT.join(CREDITOR, CREDITOR.c.id == ACCOUNT.c.creditor_id)
    there = count_of(conn, source, ACCOUNT.c.creditor_id, asked, _in_time())
    return [Tie("Every such account is in the list", int(str(LISTING.read(conn, asked).total["rows"])), there)]


ASSISTANCE = Report(
    name="assistance",
    title="Financial assistance clocks",
    group=Group.COMPLIANCE,
    question="How many days are left before collection actions are allowed, and to apply for assistance?",
    span=Span.DAY,
    measures=LISTING.columns,
    read=LISTING.read,
    ties_out="Every account of a nonprofit hospital that owes something now and had a statement is in the list.",
    ties=_ties,
    dimensions=LISTING.dimensions,
    names_people=True,
    roles=MANAGERS | {Role.CLERK},
)
