"""Search for a person among a million, and all data of one on one screen."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.tasks.queries import accounts_of_tasks
from flows.calls.queries import numbers_of
from flows.correspondence.letters.listed import LetterLine, list_letters
from flows.correspondence.letters.queries import LETTER
from flows.people.search import Wanted
from models import Account, Arrangement, ContactAttempt, Creditor, EstateMatter, Hold, Person, Promise, Task
from models.columns import AnyRow, AnySelect, columns_as, in_keys, table
from models.database import group_by_key
from models.errors import NotFound
from models.ids import AccountId, CreditorId, PersonId
from models.task_kinds import TaskKind

ACCOUNT = table(Account)
ARRANGEMENT = table(Arrangement)
CONTACT = table(ContactAttempt)
CREDITOR = table(Creditor)
HOLD = table(Hold)
MATTER = table(EstateMatter)
PERSON = table(Person)
PROMISE = table(Promise)
TASK = table(Task)

FOUND_AT_MOST = 20
LAST_FOUR = 4
LOCAL_NUMBER = 7


class PersonCard(TypedDict):
    """A person in the search results, with account numbers and balance."""

    id: PersonId
    name: str
    birth_date: date | None
    death_date: date | None
    phone: str | None
    city: str | None
    state: str | None
    numbers: list[str]
    balance_cents: int


class AccountColumns(TypedDict):
    """The row of an account, with its creditor's name."""

    id: AccountId
    number: str
    creditor_id: CreditorId
    creditor: str
    guarantor_id: PersonId
    patient_id: PersonId
    balance_cents: int
    original_cents: int
    state: str
    payer_class: str
    service_from: date
    service_to: date | None
    first_statement_on: date | None
    placement_id: int | None
    history_seq: int


class PersonAccount(AccountColumns):
    """An account of a person; `patient`: the patient's name."""

    patient: str


class PersonHold(TypedDict):
    """An active hold on a person or on an account (with its number)."""

    id: int
    kind: str
    scope: str
    from_on: date
    until_on: date | None
    opened_by: str
    note: str | None
    account_id: int | None
    number: str | None


class TaskColumns(TypedDict):
    """The row of a task."""

    id: int
    kind: str
    role: str
    reason: str
    due_on: date | None
    not_before_on: date | None
    creditor_id: int


class PersonTask(TaskColumns):
    """An open task about a guarantor, with the numbers of its accounts."""

    accounts: list[str]


class Talk(TypedDict):
    """A call with a guarantor."""

    made_on: date
    at: str
    disposition: str
    talked: bool
    made_by: str
    note: str | None
    inbound: bool


class PromiseLine(TypedDict):
    """A guarantor's promise, and the amount paid on it."""

    amount_cents: int
    made_on: date
    due_on: date
    state: str
    paid_cents: int


class PersonMatter(TypedDict):
    """The matter of an estate."""

    id: int
    state: str


def find(conn: Connection, wanted: Wanted) -> list[PersonCard]:
    """The matching people, best first, twenty at most; each with their accounts. By expression indexes."""
    if not wanted.enough:
        return []
    keys: dict[int, None] = {}
    for query in _queries(conn, wanted):
        keys.update(dict.fromkeys(conn.execute(query.limit(FOUND_AT_MOST)).scalars()))
        if len(keys) >= FOUND_AT_MOST:
            break
    return _cards(conn, list(keys)[:FOUND_AT_MOST])


def _queries(conn: Connection, wanted: Wanted) -> list[AnySelect]:
    if wanted.names:
        return [_narrowed(conn, query, wanted) for query in _by_name(conn, wanted.names)]
    found: list[AnySelect] = []
    if wanted.letter is not None:
        found.append(sa.select(LETTER.c.guarantor_id).where(LETTER.c.id == wanted.letter))
    if wanted.matter is not None:
        found.append(sa.select(MATTER.c.person_id).where(MATTER.c.id == wanted.matter))
    if wanted.number:
        found += _by_number(conn, wanted)
    if wanted.born_on is not None:
        found.append(sa.select(PERSON.c.id).where(PERSON.c.birth_date == wanted.born_on))
    return found


def _by_name(conn: Connection, names: Sequence[str]) -> list[AnySelect]:
    last, first = _folded(conn, "last_name"), _folded(conn, "first_name")
    if len(names) == 1:
        return [sa.select(PERSON.c.id).where(_begins(one, names[0])).order_by(one) for one in (last, first)]
    one, two = names
    return [
        sa.select(PERSON.c.id).where(_begins(last, two), _begins(first, one)).order_by(last),
        sa.select(PERSON.c.id).where(_begins(last, one), _begins(first, two)).order_by(last),
    ]


def _narrowed(conn: Connection, query: AnySelect, wanted: Wanted) -> AnySelect:
    if wanted.digits:
        inside = f"%{wanted.digits}%"
        query = query.where(sa.or_(_digits(conn, "phone").like(inside), _digits(conn, "mobile").like(inside)))
    if wanted.born_on is not None:
        query = query.where(PERSON.c.birth_date == wanted.born_on)
    return query


def _by_number(conn: Connection, wanted: Wanted) -> list[AnySelect]:
    number = ACCOUNT.c.number if conn.dialect.name == "sqlite" else sa.collate(ACCOUNT.c.number, "C")
    text = wanted.number.upper()
    mine = [sa.select(ACCOUNT.c.guarantor_id).where(_begins(number, text)).order_by(number)]
    if text != wanted.number:
        mine.append(sa.select(ACCOUNT.c.guarantor_id).where(_begins(number, wanted.number)).order_by(number))
    if wanted.digits != wanted.number:
        return mine
    for name in ("phone", "mobile"):
        whole = _digits(conn, name)
        mine.append(sa.select(PERSON.c.id).where(_begins(whole, wanted.digits)))
        if len(wanted.digits) in (LAST_FOUR, LOCAL_NUMBER):
            ends = sa.select(PERSON.c.id).where(_last_four(conn, name) == wanted.digits[-LAST_FOUR:])
            mine.append(ends.where(whole.like(f"%{wanted.digits}")))
    return mine


def _begins(column: sa.ColumnElement[Any], text: str) -> sa.ColumnElement[bool]:
    """A range, so that an index can be used: from the text up to the first value that does not begin with it."""
    return sa.and_(column >= text, column < text + "\U0010ffff")


def _folded(conn: Connection, name: str) -> sa.ColumnElement[Any]:
    folded = sa.func.lower(PERSON.c[name])
    return folded if conn.dialect.name == "sqlite" else sa.collate(folded, "C")


def _digits(conn: Connection, name: str) -> sa.ColumnElement[Any]:
    """The digits of a phone number as written in the United States; as in migration 0007."""
    column: sa.ColumnElement[Any] = PERSON.c[name]
    for sign in ("-", " ", "(", ")", "+1"):
        column = sa.func.replace(column, sa.literal_column(f"'{sign}'"), sa.literal_column("''"))
    return column if conn.dialect.name == "sqlite" else sa.collate(column, "C")


def _last_four(conn: Connection, name: str) -> sa.ColumnElement[Any]:
    if conn.dialect.name == "sqlite":
        return sa.func.substr(PERSON.c[name], sa.literal_column("-4"))
    return sa.func.right(PERSON.c[name], sa.literal_column("4"))


def _cards(conn: Connection, keys: Sequence[int]) -> list[PersonCard]:
    people = {row.id: row for row in conn.execute(sa.select(PERSON).where(PERSON.c.id.in_(keys)))}
    mine = group_by_key(
        (row.person, row)
        for side in (ACCOUNT.c.guarantor_id, ACCOUNT.c.patient_id)
        for row in conn.execute(
            sa.select(side.label("person"), ACCOUNT.c.id, ACCOUNT.c.number, ACCOUNT.c.balance_cents).where(
                side.in_(keys)
            )
        )
    )
    cards: list[PersonCard] = []
    for key in keys:
        person, accounts = people[key], {row.id: row for row in mine.get(key, ())}
        cards.append(
            {
                "id": PersonId(key),
                "name": f"{person.first_name} {person.last_name}",
                "birth_date": person.birth_date,
                "death_date": person.death_date,
                "phone": person.phone or person.mobile,
                "city": person.city,
                "state": person.state,
                "numbers": [row.number for row in accounts.values()],
                "balance_cents": sum(row.balance_cents for row in accounts.values()),
            }
        )
    return cards


def person_row(conn: Connection, person_id: int) -> AnyRow:
    """A person. Raises NotFound."""
    row = conn.execute(sa.select(PERSON).where(PERSON.c.id == person_id)).first()
    if row is None:
        raise NotFound(f"person {person_id} was not found", "search by name or account number")
    return row


def account_by_id(conn: Connection, account_id: int) -> AnyRow:
    """An account by its key. Raises NotFound."""
    return accounts_by_id(conn, [account_id])[0]


def accounts_by_id(conn: Connection, account_ids: Sequence[int]) -> list[AnyRow]:
    """Accounts by their keys, in the order requested. Raises NotFound."""
    query = sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.id, account_ids))
    found = {row.id: row for row in conn.execute(query)}
    if len(found) < len(set(account_ids)):
        raise NotFound("the account was not found", "search by account number")
    return [found[key] for key in account_ids]


def accounts_of_person(conn: Connection, person_id: int) -> list[PersonAccount]:
    """All accounts of a person as guarantor or patient, those with a balance first."""
    query = (
        sa.select(ACCOUNT, CREDITOR.c.name.label("creditor"), PERSON.c.first_name, PERSON.c.last_name)
        .join(CREDITOR, CREDITOR.c.id == ACCOUNT.c.creditor_id)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.patient_id)
        .where(sa.or_(ACCOUNT.c.guarantor_id == person_id, ACCOUNT.c.patient_id == person_id))
        .order_by((ACCOUNT.c.balance_cents > 0).desc(), ACCOUNT.c.service_from.desc(), ACCOUNT.c.id)
    )
    return [
        {**columns_as(AccountColumns, row), "patient": f"{row.first_name} {row.last_name}"}
        for row in conn.execute(query)
    ]


def holds_of_person(conn: Connection, person_id: int, account_ids: Sequence[int]) -> list[PersonHold]:
    """The active holds on the person or on an account (with its number)."""
    mine = sa.or_(HOLD.c.person_id == person_id, HOLD.c.account_id.in_(account_ids))
    query = (
        sa.select(HOLD, ACCOUNT.c.number)
        .outerjoin(ACCOUNT, ACCOUNT.c.id == HOLD.c.account_id)
        .where(mine, HOLD.c.cleared_on.is_(None))
        .order_by(HOLD.c.id)
    )
    return [columns_as(PersonHold, row) for row in conn.execute(query)]


def tasks_of_person(conn: Connection, person_id: int) -> list[PersonTask]:
    """Open tasks about a guarantor; by ix_task_guarantor."""
    query = sa.select(TASK).where(TASK.c.guarantor_id == person_id, TASK.c.state == "open").order_by(TASK.c.due_on)
    rows = list(conn.execute(query))
    about = accounts_of_tasks(conn, [row.id for row in rows])
    numbers = numbers_of(conn, sorted({key for keys in about.values() for key in keys}))
    return [
        {**columns_as(TaskColumns, row), "accounts": [numbers[key] for key in about.get(row.id, ())]} for row in rows
    ]


def talking_now(conn: Connection, person_id: int) -> str | None:
    """The collector on a call with a guarantor now, or None. By ix_task_guarantor."""
    mine = sa.and_(TASK.c.guarantor_id == person_id, TASK.c.state == "open", TASK.c.kind == TaskKind.CALL)
    query = sa.select(TASK.c.in_progress_by).where(mine, TASK.c.in_progress_by.is_not(None)).order_by(TASK.c.id)
    return conn.execute(query).scalars().first()


def talks_with(conn: Connection, person_id: int, limit: int = 20) -> list[Talk]:
    """The latest calls with a guarantor; by ix_contact_guarantor."""
    query = sa.select(CONTACT).where(CONTACT.c.guarantor_id == person_id).order_by(CONTACT.c.id.desc()).limit(limit)
    return [columns_as(Talk, row) for row in conn.execute(query)]


def promises_of(conn: Connection, person_id: int) -> list[PromiseLine]:
    """A guarantor's promises, the latest first; by ix_promise_guarantor."""
    query = sa.select(PROMISE).where(PROMISE.c.guarantor_id == person_id).order_by(PROMISE.c.id.desc()).limit(10)
    return [columns_as(PromiseLine, row) for row in conn.execute(query)]


def plans_of(conn: Connection, person_id: int) -> list[int]:
    """The numbers of a guarantor's payment plans, the latest first."""
    query = sa.select(ARRANGEMENT.c.id).where(ARRANGEMENT.c.guarantor_id == person_id)
    return list(conn.execute(query.order_by(ARRANGEMENT.c.id.desc())).scalars())


def matters_of(conn: Connection, person_id: int) -> list[PersonMatter]:
    """The estate matters of a deceased person."""
    query = sa.select(MATTER.c.id, MATTER.c.state).where(MATTER.c.person_id == person_id).order_by(MATTER.c.id)
    return [{"id": row.id, "state": row.state} for row in conn.execute(query)]


def letters_about(conn: Connection, account_ids: Sequence[int]) -> list[LetterLine]:
    """The letters about accounts, each once, the latest first."""
    return list_letters(conn, account_ids=account_ids)[::-1]


def age(born_on: date | None, today: date) -> int | None:
    """A person's age in years; None if the date of birth is unknown."""
    if born_on is None:
        return None
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
