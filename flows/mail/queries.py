"""What the mail room reads: letters on their way, and all that their text needs, a page at a time."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.dunning.queries import groups_of_accounts
from flows.dunning.snapshot import GroupNow
from flows.mail.decide import Names, Queued, Spoken, Sums, sums_of
from models import Account, Creditor, Enrollment, LedgerEntry, Letter, LetterAccount, Person, PrintBatch
from models.columns import AnyRow, AnySelect, table
from models.database import grouped, parts
from models.kinds import LetterState

ACCOUNT = table(Account)
CREDITOR = table(Creditor)
ENROLLMENT = table(Enrollment)
LEDGER = table(LedgerEntry)
LETTER = table(Letter)
LETTER_ACCOUNT = table(LetterAccount)
PERSON = table(Person)
PRINT_BATCH = table(PrintBatch)

UNSENT = sa.text("letter.state IN ('queued', 'rendered', 'batched')")
"""Written out, not bound, so that ix_letter_unsent is found by it."""


def letters_in(conn: Connection, state: LetterState, *, up_to: date) -> list[int]:
    """Letters in one state, queued on a day or before it, in the order of their numbers; by ix_letter_unsent."""
    query = sa.select(LETTER.c.id).where(UNSENT, LETTER.c.state == state.value, LETTER.c.queued_on <= up_to)
    return list(conn.execute(query.order_by(LETTER.c.id)).scalars())


def letters_of_batch(conn: Connection, batch: int) -> list[int]:
    """The letters of a print batch in the order in which they are printed: by ZIP, then by number."""
    query = (
        sa.select(LETTER.c.id)
        .join(PERSON, PERSON.c.id == LETTER.c.guarantor_id)
        .where(LETTER.c.print_batch_id == batch)
        .order_by(sa.func.coalesce(PERSON.c.zip, ""), LETTER.c.id)
    )
    return list(conn.execute(query).scalars())


def unsent_of_accounts(conn: Connection, account_ids: Sequence[int]) -> list[int]:
    """Letters that speak of these accounts and are not mailed yet."""
    found: set[int] = set()
    for part in parts(account_ids):
        query = (
            sa.select(LETTER.c.id)
            .join(LETTER_ACCOUNT, LETTER_ACCOUNT.c.letter_id == LETTER.c.id)
            .where(LETTER_ACCOUNT.c.account_id.in_(part), UNSENT)
        )
        found.update(conn.execute(query).scalars())
    return sorted(found)


def queued_letters(conn: Connection, letter_ids: Sequence[int]) -> list[Queued]:
    """Letters with the accounts that they speak of, in the order asked for."""
    found: dict[int, AnyRow] = {}
    spoken: list[tuple[int, Spoken]] = []
    for part in parts(letter_ids):
        found.update((row.id, row) for row in conn.execute(sa.select(LETTER).where(LETTER.c.id.in_(part))))
        about = sa.select(LETTER_ACCOUNT).where(LETTER_ACCOUNT.c.letter_id.in_(part))
        for row in conn.execute(about.order_by(LETTER_ACCOUNT.c.letter_id, LETTER_ACCOUNT.c.account_id)):
            spoken.append((row.letter_id, Spoken(row.account_id, row.kind, row.step, row.cycle)))
    by_letter = grouped(spoken)
    return [
        Queued(row.id, row.kind, row.language, row.queued_on, tuple(by_letter.get(row.id, ())), row.data)
        for row in (found[key] for key in letter_ids)
    ]


class Papers:
    """All that a page of letters needs besides themselves."""

    def __init__(self, conn: Connection, letters: Sequence[Queued], today: date) -> None:
        ids = sorted({spoken.account_id for letter in letters for spoken in letter.spoken})
        groups, unread = groups_of_accounts(conn, ids, today)
        self.unread = {account: one.reason for one in unread for account in one.account_ids}
        self._groups = {account.id: group for group in groups for account in group.accounts}
        self._sums = _ledger_sums(conn, ids)
        self._patients = {row.id: name_of(row) for part in parts(ids) for row in conn.execute(_patients(part))}
        persons = sorted({group.person.id for group in groups})
        self._persons = {
            row.id: row
            for part in parts(persons)
            for row in conn.execute(sa.select(PERSON).where(PERSON.c.id.in_(part)))
        }
        self._creditors = {row.id: row for row in conn.execute(sa.select(CREDITOR))}

    def group(self, letter: Queued) -> GroupNow:
        """The group that a letter goes to; KeyError when it could not be read."""
        return self._groups[letter.spoken[0].account_id]

    def sums(self, spoken: Sequence[Spoken]) -> Mapping[int, Sums]:
        """The ledgers of the accounts that a letter speaks of."""
        return {one.account_id: self._sums.get(one.account_id, Sums()) for one in spoken}

    def names(self, letter: Queued, group: GroupNow) -> Names:
        """The names and addresses that a letter prints."""
        person, creditor = self._persons[group.person.id], self._creditors[group.creditor.id]
        return Names(
            guarantor=name_of(person),
            address=(*_street(person), _city(person)),
            creditor_address=_street(creditor),
            creditor_city=_city(creditor),
            phone=creditor.phone or "",
            phone_hours=creditor.phone_hours,
            accent=creditor.accent,
            patients={one.account_id: self._patients[one.account_id] for one in letter.spoken},
        )


def name_of(row: AnyRow) -> str:
    """A person's name as it is written on an envelope."""
    return f"{row.first_name} {row.last_name}".strip()


def _street(row: AnyRow) -> tuple[str, ...]:
    return tuple(line for line in (row.address1, row.address2) if line)


def _city(row: AnyRow) -> str:
    return f"{row.city or ''}, {row.state or ''} {row.zip or ''}".strip(" ,")


def _patients(account_ids: Sequence[int]) -> AnySelect:
    return (
        sa.select(ACCOUNT.c.id, PERSON.c.first_name, PERSON.c.last_name)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.patient_id)
        .where(ACCOUNT.c.id.in_(account_ids))
    )


def _ledger_sums(conn: Connection, account_ids: Sequence[int]) -> dict[int, Sums]:
    amounts: dict[int, dict[str, int]] = {}
    for part in parts(account_ids):
        query = (
            sa.select(LEDGER.c.account_id, LEDGER.c.kind, sa.func.sum(LEDGER.c.amount_cents))
            .where(LEDGER.c.account_id.in_(part))
            .group_by(LEDGER.c.account_id, LEDGER.c.kind)
        )
        for account, kind, cents in conn.execute(query):
            amounts.setdefault(account, {})[kind] = int(cents)
    return {account: sums_of(kinds) for account, kinds in amounts.items()}


def open_batches(conn: Connection) -> list[int]:
    """Print batches whose files were not finished: the machine stopped while they were made."""
    return list(conn.execute(sa.select(PRINT_BATCH.c.id).where(PRINT_BATCH.c.sha256.is_(None))).scalars())


def letter_data(conn: Connection, letter_ids: Sequence[int]) -> list[AnyRow]:
    """Rendered letters with their kept merge data and ZIP, in the order asked for."""
    found: dict[int, AnyRow] = {}
    for part in parts(letter_ids):
        query = (
            sa.select(
                LETTER.c.id, LETTER.c.kind, LETTER.c.language, LETTER.c.data, LETTER.c.total_cents, LETTER.c.pages,
                LETTER.c.rendered_digest, LETTER.c.template_digest, PERSON.c.zip,
            )
            .join(PERSON, PERSON.c.id == LETTER.c.guarantor_id)
            .where(LETTER.c.id.in_(part))
        )  # fmt: skip
        found.update((row.id, row) for row in conn.execute(query))
    return [found[key] for key in letter_ids]


def list_letters(conn: Connection, *, state: str | None = None, number: str | None = None) -> list[dict[str, Any]]:
    """Letters for people to look through, newest last, with the accounts that they speak of."""
    query = sa.select(LETTER).order_by(LETTER.c.id)
    if state is not None:
        query = query.where(LETTER.c.state == state)
    if number is not None:
        of_account = (
            sa.select(LETTER_ACCOUNT.c.letter_id)
            .join(ACCOUNT, ACCOUNT.c.id == LETTER_ACCOUNT.c.account_id)
            .where(ACCOUNT.c.number == number)
        )
        query = query.where(LETTER.c.id.in_(of_account))
    rows = conn.execute(query).all()
    numbers: list[tuple[int, str]] = []
    for part in parts([row.id for row in rows]):
        about = (
            sa.select(LETTER_ACCOUNT.c.letter_id, ACCOUNT.c.number)
            .join(ACCOUNT, ACCOUNT.c.id == LETTER_ACCOUNT.c.account_id)
            .where(LETTER_ACCOUNT.c.letter_id.in_(part))
            .order_by(ACCOUNT.c.number)
        )
        numbers.extend((row[0], row[1]) for row in conn.execute(about))
    accounts = grouped(numbers)
    return [
        {
            "letter": row.id,
            "kind": row.kind,
            "state": row.state,
            "language": row.language,
            "queued_on": row.queued_on,
            "total_cents": row.total_cents,
            "accounts": accounts.get(row.id, []),
            "batch": row.print_batch_id,
            "mailed_on": row.mailed_on,
            "returned_on": row.returned_on,
            "reason": row.reason,
        }
        for row in rows
    ]


def account_keys(number: str) -> AnySelect:
    """An account in a schedule by its number, with the language of its guarantor."""
    return (
        sa.select(ACCOUNT.c.id, PERSON.c.language)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .join(ENROLLMENT, ENROLLMENT.c.account_id == ACCOUNT.c.id)
        .where(ACCOUNT.c.number == number)
    )
