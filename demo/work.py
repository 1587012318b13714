"""The made-up staff work their tasks: most within days, by the commands that staff use, each with its outcome."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from demo import rates
from demo.estates import decide_late_services
from demo.journal import Journal
from demo.names import STREETS
from demo.outcomes import OUTCOMES
from demo.towns import town_at
from flows.accounts.facts.commands import record_facts, review_today
from flows.accounts.happenings import TASK, TASK_ACCOUNT
from flows.accounts.holds import clear_holds
from flows.accounts.tasks.done import complete_tasks
from flows.arrangements.commands import Ask, create, offer
from flows.arrangements.plan import PlanRequest
from flows.insurance.commands import bill
from flows.insurance.queries import waiting_on
from flows.ledger.refunds.commands import Ask as RefundAsk
from flows.ledger.refunds.commands import propose
from flows.ledger.refunds.queries import REFUND
from flows.people.contact.commands import change_person
from flows.practice import Practice
from flows.reports.tasks import Listed, TaskFilter, listed_tasks
from models import Account, Hold, Person
from models.columns import in_keys, table
from models.database import Transaction
from models.enums import CoverageState, FactName, HoldKind, LedgerKind, Payee, RefundState, TaskState
from models.errors import Refused
from models.task_kinds import TaskKind
from models.user_enums import Role

ACCOUNT = table(Account)
HOLD = table(Hold)
PERSON = table(Person)

WORKED, HARD, EVERY_HARD, HARD_DAYS = 0.4, 0.35, 20, 9
"""How likely a task is worked on a working day; a difficult one, one of this many, after this many days."""

GIVE_UP_DAYS = 8
"""A task whose work is refused is ended with the reason after this many days, if that is allowed."""

DISPUTE_DAYS = 6
"""How many days the practice's records are searched before a dispute is answered."""

WHO: Mapping[str, str] = {
    Role.CLERK.label: "leo",
    Role.COLLECTOR.label: "maria",
    Role.MANAGER.label: "grace",
    Role.ESTATE_DESK.label: "priya",
    Role.MAIL_ROOM.label: "nora",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A task that is worked now: its accounts, and the random choices."""

    task: Listed
    accounts: tuple[int, ...]
    chance: random.Random
    journal: Journal

    def pick(self, outcomes: Sequence[str]) -> str:
        return self.chance.choice(list(outcomes))


class MadeUpWork:
    """Work of clerks, collectors, the estate desk and managers on their lists, the same for the same seed and day."""

    def __init__(self, practice: Practice, seed: int, journal: Journal) -> None:
        self.practice = practice
        self.seed = seed
        self.journal = journal

    def day(self, today: date) -> None:
        """Work some of the open tasks."""
        with self.practice.database.reading() as conn:
            listed = listed_tasks(conn, today, TaskFilter(but=(TaskKind.CALL,)))
        for task in listed:
            chance = random.Random(f"{self.seed} work {task.task} {today}")
            hard = task.task % EVERY_HARD == 0
            likely = WORKED if not hard else HARD if task.age_days >= HARD_DAYS else 0.0
            if task.by_review or task.role not in WHO or chance.random() >= likely or not _ready(task):
                continue
            self._work(task, today, chance)

    def _work(self, task: Listed, today: date, chance: random.Random) -> None:
        try:
            with self.practice.database.transaction(actor=WHO[task.role], business_date=today) as tx:
                if _is_open(tx, task.task):
                    about = sa.select(TASK_ACCOUNT.c.account_id).where(TASK_ACCOUNT.c.task_id == task.task)
                    accounts = tuple(tx.conn.execute(about.order_by(TASK_ACCOUNT.c.account_id)).scalars())
                    _do(tx, Piece(task, accounts, chance, self.journal))
        except Refused as refused:
            # What the law or the ledger does not allow stays on the list for some days, as at a real desk.
            if task.age_days >= GIVE_UP_DAYS and task.ticked_off:
                self._give_up(task, today, str(refused))

    def _give_up(self, task: Listed, today: date, why: str) -> None:
        with self.practice.database.transaction(actor=WHO[task.role], business_date=today) as tx:
            if _is_open(tx, task.task):
                complete_tasks(tx, [task.task], f"not possible: {why}", roles=_roles(task))


def _roles(task: Listed) -> list[Role]:
    return [role for role in Role if role.label == task.role]


def _ready(task: Listed) -> bool:
    return task.kind != TaskKind.REVIEW_DISPUTE or task.age_days >= DISPUTE_DAYS


def _do(tx: Transaction, piece: Piece) -> None:
    """Do the work of a task; if that does not close it, complete it with an outcome."""
    kind = piece.task.kind
    outcome = piece.pick(OUTCOMES[kind]) if kind in OUTCOMES else None
    act = _ACTS.get(kind)
    if act is not None:
        act(tx, piece)
    if outcome is not None and _is_open(tx, piece.task.task):
        complete_tasks(tx, [piece.task.task], outcome, roles=_roles(piece.task))


def _is_open(tx: Transaction, task: int) -> bool:
    return tx.conn.execute(sa.select(TASK.c.state).where(TASK.c.id == task)).scalar() == TaskState.OPEN.value


def _address(tx: Transaction, piece: Piece) -> None:
    """The post office or the practice has the new address: in the same town."""
    person = tx.conn.execute(sa.select(PERSON).where(PERSON.c.id == piece.task.person)).one()
    town = town_at(person.zip)
    street = f"{piece.chance.randrange(1, 990)} {piece.chance.choice(STREETS)}"
    changes = {"address1": street, "city": town.city, "state": town.state, "zip": town.zip}
    change_person(tx, person.id, changes, piece.pick(("USPS change of address", "the practice's file")))


def _phone(tx: Transaction, piece: Piece) -> None:
    """A number is found at the practice, or not at all. Then the clerk requests one by letter; the task stays open."""
    zip_code = tx.conn.execute(sa.select(PERSON.c.zip).where(PERSON.c.id == piece.task.person)).scalar()
    number = f"{town_at(zip_code).area}-555-01{piece.chance.randrange(100):02d}"
    change_person(tx, piece.task.person, {"phone": number}, piece.pick(("the practice's file", "the sign-in sheet")))


def _assistance(tx: Transaction, piece: Piece) -> None:
    """An application is denied, or approved: then the whole balance or half of it is charity."""
    if piece.chance.random() >= rates.ASSISTED.value:
        why = "income above the policy's limit"
        record_facts(tx, piece.accounts, FactName.ASSISTANCE_DENIED, why, tx.business_date)
        _clear(tx, piece, HoldKind.FINANCIAL_ASSISTANCE, f"application denied: {why}")
        return
    percent = piece.chance.choice((50, 50, 75, 100))
    fact = FactName.FREE_CARE if percent == 100 else FactName.DISCOUNTED_CARE
    source = f"financial assistance {percent}%"
    record_facts(tx, piece.accounts, fact, "income below the policy's limit", tx.business_date)
    record_facts(tx, piece.accounts, FactName.BALANCE_ADJUSTED, source, tx.business_date)
    query = sa.select(ACCOUNT.c.number, ACCOUNT.c.balance_cents).where(
        in_keys(ACCOUNT.c.id, piece.accounts), ACCOUNT.c.balance_cents > 0
    )
    for number, cents in tx.conn.execute(query.order_by(ACCOUNT.c.id)):
        piece.journal.add(number, tx.business_date, LedgerKind.DISCOUNT, cents * percent // 100, source)
    _clear(tx, piece, HoldKind.FINANCIAL_ASSISTANCE, f"application approved: {percent}%")


def _dispute(tx: Transaction, piece: Piece) -> None:
    _clear(
        tx, piece, HoldKind.DISPUTE, piece.pick(("answered: the bill is correct", "answered with the itemized bill"))
    )


def _clear(tx: Transaction, piece: Piece, kind: HoldKind, why: str) -> None:
    query = sa.select(HOLD.c.id).where(
        in_keys(HOLD.c.account_id, piece.accounts), HOLD.c.kind == kind.value, HOLD.c.cleared_on.is_(None)
    )
    clear_holds(tx, list(tx.conn.execute(query.order_by(HOLD.c.id)).scalars()), why)
    review_today(tx, piece.accounts)


def _screening(tx: Transaction, piece: Piece) -> None:
    name = FactName.SCREENED if piece.chance.random() < 0.7 else FactName.SCREENING_DECLINED
    record_facts(tx, piece.accounts, name, "screening by phone", tx.business_date)
    review_today(tx, piece.accounts)


def _discount(tx: Transaction, piece: Piece) -> None:
    """The bill already included the discount for the uninsured."""
    record_facts(tx, piece.accounts, FactName.DISCOUNT_APPLIED, "the practice's billing record", tx.business_date)
    review_today(tx, piece.accounts)


def _offer(tx: Transaction, piece: Piece) -> None:
    """Some people agree on a plan when asked; the others receive the offer by letter."""
    if piece.chance.random() < 0.3:
        create(tx, Ask(piece.accounts, PlanRequest(count=piece.chance.choice((3, 4, 6)))))
    else:
        offer(tx, piece.accounts)


def _set_up(tx: Transaction, piece: Piece) -> None:
    create(tx, Ask(piece.accounts, PlanRequest(count=piece.chance.choice((3, 4, 6)))))


def _bill(tx: Transaction, piece: Piece) -> None:
    for one in waiting_on(tx.conn, piece.accounts):
        if one.state == CoverageState.REPORTED.value:
            bill(tx, one.id, tx.business_date)


def _cost_share(tx: Transaction, piece: Piece) -> None:
    record_facts(
        tx, piece.accounts, FactName.TRICARE_COST_SHARE_ONLY, "paper remittance from the payer", tx.business_date
    )
    review_today(tx, piece.accounts)


def _refund(tx: Transaction, piece: Piece) -> None:
    """Propose the refund; to the guarantor if the ledger does not show who paid too much."""
    below = sa.select(ACCOUNT.c.id, ACCOUNT.c.balance_cents)
    below = below.where(in_keys(ACCOUNT.c.id, piece.accounts), ACCOUNT.c.balance_cents < 0)
    for account, cents in tx.conn.execute(below.order_by(ACCOUNT.c.id)).all():
        try:
            propose(tx, account)
        except Refused:
            if tx.conn.execute(_refunds_open(account)).first() is None:
                propose(tx, account, RefundAsk(Payee.GUARANTOR, -cents, "paid more than the balance"))


def _refunds_open(account: int) -> sa.Select[tuple[int]]:
    under_way = REFUND.c.state.in_((RefundState.PROPOSED.value, RefundState.APPROVED.value))
    return sa.select(REFUND.c.id).where(REFUND.c.account_id == account, under_way)


def _late_service(tx: Transaction, piece: Piece) -> None:
    if piece.task.matter is not None:
        decide_late_services(tx, piece.task.matter)


_ACTS: Mapping[str, Callable[[Transaction, Piece], None]] = {
    TaskKind.FIND_ADDRESS: _address,
    "missing-address": _address,
    TaskKind.FIND_PHONE: _phone,
    "missing-phone": _phone,
    TaskKind.REVIEW_FINANCIAL_ASSISTANCE: _assistance,
    TaskKind.REVIEW_DISPUTE: _dispute,
    "missing-screening-or-decline-form": _screening,
    "missing-discount": _discount,
    TaskKind.OFFER_ARRANGEMENT: _offer,
    "missing-plan-offer": _offer,
    TaskKind.SET_UP_ARRANGEMENT: _set_up,
    TaskKind.BILL_INSURANCE: _bill,
    TaskKind.TRICARE_COST_SHARE: _cost_share,
    TaskKind.REFUND: _refund,
    TaskKind.APPLY_CREDIT: _refund,
    TaskKind.ESTATE_SERVICE_AFTER_DEATH: _late_service,
}
"""The command that staff use for each kind of task."""
