"""Queries for the mail room: unsent letters, and all data for their text, a page at a time."""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.certified_mail import Mailed, certified_by
from flows.accounts.load import groups_of_accounts, schedules_by_id
from flows.accounts.load_rows import SCHEDULED_LETTER
from flows.accounts.snapshot import GroupNow
from flows.correspondence.letters.decide import Before, Names, Queued, Spoken, Sums, sums_of
from flows.correspondence.letters.sections import sections_of
from flows.correspondence.letters.shown import UNKNOWN, described, owed_accounts
from flows.ledger.refunds.beside import credits_of
from flows.people.countries import country_line, country_of
from flows.settings.queries import policy_now
from letters.data import CreditLine, Creditor, Logo, Sections
from letters.kinds import LetterOrigin, kind_of, letter_name
from letters.layout.imb import mailer_of, routing
from models import Account, LedgerEntry, Letter, LetterAccount, Person, PrintBatch
from models import Creditor as CreditorTable
from models.columns import AnyRow, AnySelect, table
from models.database import batches, group_by_key
from models.enums import Channel, LedgerKind, LetterState
from models.ids import PersonId
from models.letter import UNSENT

ACCOUNT = table(Account)
CREDITOR = table(CreditorTable)
LEDGER = table(LedgerEntry)
LETTER = table(Letter)
LETTER_ACCOUNT = table(LetterAccount)
PERSON = table(Person)
PRINT_BATCH = table(PrintBatch)

PRACTICE = "practice"
"""The reason to send a letter by certified mail that the practice named itself."""

UNSENT_LETTER = sa.text(f"letter.{UNSENT}")
"""A literal, not a bound value, so that the query can use ix_letter_unsent."""


def letters_in(conn: Connection, state: LetterState, *, up_to: date) -> list[int]:
    """Letters in one state, queued up to a date, in order of their numbers; by ix_letter_unsent."""
    query = sa.select(LETTER.c.id).where(UNSENT_LETTER, LETTER.c.state == state.value, LETTER.c.queued_on <= up_to)
    return list(conn.execute(query.order_by(LETTER.c.id)).scalars())


def letters_of_batch(conn: Connection, batch: int) -> list[int]:
    """The letters of a print batch in the order of printing: by ZIP, then by number."""
    query = (
        sa.select(LETTER.c.id)
        .join(PERSON, PERSON.c.id == LETTER.c.guarantor_id)
        .where(LETTER.c.print_batch_id == batch, LETTER.c.state != LetterState.VOIDED.value, LETTER.c.data.is_not(None))
        .order_by(sa.func.coalesce(PERSON.c.zip, ""), LETTER.c.id)
    )
    return list(conn.execute(query).scalars())


def unsent_of_accounts(conn: Connection, account_ids: Sequence[int]) -> list[int]:
    """Letters about these accounts that are not mailed yet."""
    found: set[int] = set()
    for part in batches(account_ids):
        query = (
            sa.select(LETTER.c.id)
            .join(LETTER_ACCOUNT, LETTER_ACCOUNT.c.letter_id == LETTER.c.id)
            .where(LETTER_ACCOUNT.c.account_id.in_(part), UNSENT_LETTER)
        )
        found.update(conn.execute(query).scalars())
    return sorted(found)


def accounts_in_letter(conn: Connection, letter_ids: Sequence[int]) -> list[AnyRow]:
    """The accounts in letters, with the step of each, in the order of the letters."""
    about = sa.select(LETTER_ACCOUNT).order_by(LETTER_ACCOUNT.c.letter_id, LETTER_ACCOUNT.c.account_id)
    return [
        row for part in batches(letter_ids) for row in conn.execute(about.where(LETTER_ACCOUNT.c.letter_id.in_(part)))
    ]


def queued_letters(conn: Connection, letter_ids: Sequence[int]) -> list[Queued]:
    """Letters with their accounts, in the order requested."""
    found: dict[int, AnyRow] = {}
    for part in batches(letter_ids):
        found.update((row.id, row) for row in conn.execute(sa.select(LETTER).where(LETTER.c.id.in_(part))))
    by_letter = group_by_key(
        (row.letter_id, Spoken(row.account_id, letter_name(row.kind), row.step, row.cycle))
        for row in accounts_in_letter(conn, letter_ids)
    )
    return [queued_from(row, by_letter.get(row.id, ())) for row in (found[key] for key in letter_ids)]


def queued_from(row: AnyRow, spoken: Sequence[Spoken]) -> Queued:
    """An unsent letter, from its row and its accounts."""
    return Queued(
        row.id,
        letter_name(row.kind),
        row.language,
        row.queued_on,
        tuple(spoken),
        row.data,
        origin=LetterOrigin(row.origin),
        large_print=row.large_print,
        enclose=tuple(words_in(row.enclose)),
        of_letter=row.of_letter_id,
        entries=tuple(map(int, words_in(row.about_entries))),
        template_digest=row.template_digest,
        channel=Channel(row.channel),
        email=row.email,
        attempts=row.attempts,
    )


class Papers:
    """All data for a page of letters besides the letters."""

    def __init__(self, conn: Connection, letters: Sequence[Queued], today: date) -> None:
        ids = sorted({spoken.account_id for letter in letters for spoken in letter.spoken})
        groups, unread = groups_of_accounts(conn, ids, today)
        self.unread = {account: one.reason for one in unread for account in one.account_ids}
        self._groups = {account.id: group for group in groups for account in group.accounts}
        self._sums = ledger_sums(conn, ids)
        self._patients = {row.id: name_of(row) for part in batches(ids) for row in conn.execute(_patients(part))}
        persons = sorted({group.person.id for group in groups})
        self._persons = {
            row.id: row
            for part in batches(persons)
            for row in conn.execute(sa.select(PERSON).where(PERSON.c.id.in_(part)))
        }
        self._credits = credits_of(conn, persons)
        self._described = described(conn, ids)
        self._owed = owed_accounts(conn, persons)
        policy = policy_now(conn)
        self._mailer = mailer_of(policy.mailer_id, policy.service_type_id)
        self._certified = frozenset(policy.certified_letters.split(", "))
        self._creditors = {row.id: creditor_of(row) for row in conn.execute(sa.select(CREDITOR))}
        self._gaps = {key: one.letters.at_least_days for key, one in schedules_by_id(conn).items()}
        self._others = _other_letters(conn, persons)
        self._done = _steps_done(conn, ids)
        self._sections = {
            letter.id: sections_of(
                conn, needs, [spoken.account_id for spoken in letter.spoken], today, letter.kind, letter.entries
            )
            for letter in letters
            if (needs := kind_of(letter.kind).needs) is not None
        }

    def group(self, letter: Queued) -> GroupNow:
        """The group of a letter's accounts; KeyError if it could not be read."""
        return self._groups[letter.spoken[0].account_id]

    def sums(self, spoken: Sequence[Spoken]) -> Mapping[int, Sums]:
        """The ledgers of the accounts in a letter."""
        return {one.account_id: self._sums.get(one.account_id, Sums()) for one in spoken}

    def sections(self, letter: Queued) -> Sections:
        """The data that only letters of its kind contain."""
        return self._sections.get(letter.id, {})

    def before(self, letter: Queued, group: GroupNow) -> Before:
        """Other letters to the guarantor from the creditor."""
        own = {letter.id, letter.of_letter}
        others = [on for key, on in self._others.get((group.person.id, group.creditor.id), ()) if key not in own]
        steps = frozenset(
            (account.id, cycle, step)
            for account in group.accounts
            for key, cycle, step in self._done.get(account.id, ())
            if key not in own
        )
        gaps = [self._gaps[account.schedule_version_id] for account in group.accounts if account.schedule_version_id]
        return Before(max(others, default=None), steps, min(gaps, default=0))

    def credits(self, group: GroupNow) -> tuple[CreditLine, ...]:
        """The guarantor's credit balances at the creditor."""
        found = self._credits.get((group.person.id, group.creditor.id), [])
        return tuple(CreditLine(number[-4:], cents) for number, cents in found)

    def names(self, letter: Queued, group: GroupNow) -> Names:
        """The names and addresses that a letter prints."""
        person = self._persons[group.person.id]
        mine = {one.account_id for one in letter.spoken}
        owed = self._owed.get((group.person.id, group.creditor.id), ())
        return Names(
            guarantor=name_of(person),
            address=(*street(person), city_line(person), *country_line(person.state, person.country)),
            creditor=self._creditors[group.creditor.id],
            patients={one.account_id: self._patients[one.account_id] for one in letter.spoken},
            described={one.account_id: self._described.get(one.account_id, UNKNOWN) for one in letter.spoken},
            elsewhere=tuple(number for key, number in owed if key not in mine),
            imb=self._imb(letter, person),
        )

    def _imb(self, letter: Queued, person: AnyRow) -> str:
        """The digits of the Intelligent Mail barcode: none for a preview, abroad, or without a mailer ID."""
        if self._mailer is None or letter.id == 0 or country_of(person.state, person.country) != "US":
            return ""
        return self._mailer.tracking(letter.id) + routing(person.zip, person.delivery_point)

    def certified(self, kind: str, group: GroupNow, today: date) -> str | None:
        """Why a letter goes by certified mail: the row of the law, or the practice's own setting; None if it does
        not."""
        creditor = group.creditor
        row = certified_by(Mailed(kind, today, creditor.kind, creditor.state, group.person.state))
        if row is not None:
            return row.id
        return PRACTICE if kind in self._certified else None


def creditor_of(row: AnyRow) -> Creditor:
    """A creditor as shown in its letters."""
    logo = None
    if row.logo_digest is not None:
        logo = Logo(row.logo_digest, row.logo_suffix, row.logo_width, row.logo_height)
    own = (row.name, *street(row), city_line(row))
    remit = [row.remit_address1, row.remit_address2, _place(row.remit_city, row.remit_state, row.remit_zip)]
    return Creditor(
        name=row.name,
        address_lines=street(row),
        city_line=city_line(row),
        phone=row.phone or "",
        phone_hours=row.phone_hours,
        phone_hours_es=row.phone_hours_es,
        remit_lines=own if row.remit_address1 is None else (row.remit_name or row.name, *filter(None, remit)),
        is_nonprofit_hospital=row.kind == "nonprofit_hospital",
        accent=row.accent,
        pay_online=row.pay_online,
        assistance_url=row.assistance_url,
        logo=logo,
    )


def name_of(row: AnyRow) -> str:
    """A person's name as on an envelope."""
    return f"{row.first_name} {row.last_name}".strip()


def street(row: AnyRow) -> tuple[str, ...]:
    return tuple(line for line in (row.address1, row.address2) if line)


def city_line(row: AnyRow) -> str:
    return _place(row.city, row.state, row.zip)


def _place(city: str | None, state: str | None, zip_code: str | None) -> str:
    region = " ".join(text for text in (state, zip_code) if text)
    return (", " if state else " ").join(text for text in (city, region) if text)


def _other_letters(conn: Connection, persons: Sequence[int]) -> dict[tuple[int, int], list[tuple[int, date]]]:
    """The letters of schedules to these guarantors, by uq_letter_of_the_day."""
    found: list[tuple[tuple[int, int], tuple[int, date]]] = []
    for part in batches(persons):
        query = sa.select(LETTER.c.guarantor_id, LETTER.c.creditor_id, LETTER.c.id, LETTER.c.queued_on)
        for row in conn.execute(query.where(LETTER.c.guarantor_id.in_(part), SCHEDULED_LETTER)):
            found.append(((row[0], row[1]), (row[2], row[3])))
    return group_by_key(found)


def _steps_done(conn: Connection, account_ids: Sequence[int]) -> dict[int, list[tuple[int, int | None, str | None]]]:
    """The steps that letters have completed for accounts, by ix_letter_account_account."""
    found: list[tuple[int, tuple[int, int | None, str | None]]] = []
    for part in batches(account_ids):
        query = (
            sa.select(LETTER_ACCOUNT.c.account_id, LETTER.c.id, LETTER_ACCOUNT.c.cycle, LETTER_ACCOUNT.c.step)
            .join(LETTER, LETTER.c.id == LETTER_ACCOUNT.c.letter_id)
            .where(LETTER_ACCOUNT.c.account_id.in_(part), SCHEDULED_LETTER)
        )
        found.extend((row[0], (row[1], row[2], row[3])) for row in conn.execute(query))
    return group_by_key(found)


def _patients(account_ids: Sequence[int]) -> AnySelect:
    return (
        sa.select(ACCOUNT.c.id, PERSON.c.first_name, PERSON.c.last_name)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.patient_id)
        .where(ACCOUNT.c.id.in_(account_ids))
    )


def ledger_sums(conn: Connection, account_ids: Sequence[int]) -> dict[int, Sums]:
    amounts: dict[int, dict[str, int]] = {}
    paid_on: dict[int, date] = {}
    for part in batches(account_ids):
        query = (
            sa.select(
                LEDGER.c.account_id, LEDGER.c.kind, sa.func.sum(LEDGER.c.amount_cents), sa.func.max(LEDGER.c.posted_on)
            )
            .where(LEDGER.c.account_id.in_(part))
            .group_by(LEDGER.c.account_id, LEDGER.c.kind)
        )
        for account, kind, cents, last_on in conn.execute(query):
            amounts.setdefault(account, {})[kind] = int(cents)
            if kind == LedgerKind.PATIENT_PAYMENT:
                paid_on[account] = last_on
    return {account: sums_of(kinds, paid_on.get(account)) for account, kinds in amounts.items()}


def letter_data(conn: Connection, letter_ids: Sequence[int]) -> list[AnyRow]:
    """Rendered letters with their stored merge data and ZIP, in the order requested."""
    found: dict[int, AnyRow] = {}
    for part in batches(letter_ids):
        query = (
            sa.select(
                LETTER.c.id,
                LETTER.c.kind,
                LETTER.c.language,
                LETTER.c.data,
                LETTER.c.total_cents,
                LETTER.c.pages,
                LETTER.c.rendered_digest,
                LETTER.c.template_digest,
                LETTER.c.large_print,
                LETTER.c.queued_on,
                LETTER.c.email,
                LETTER.c.certified,
                PERSON.c.address1,
                PERSON.c.address2,
                PERSON.c.city,
                PERSON.c.state,
                PERSON.c.zip,
                PERSON.c.country,
                PERSON.c.delivery_point,
                PERSON.c.address_checked_on,
            )
            .join(PERSON, PERSON.c.id == LETTER.c.guarantor_id)
            .where(LETTER.c.id.in_(part))
        )
        found.update((row.id, row) for row in conn.execute(query))
    return [found[key] for key in letter_ids]


def recipients(conn: Connection, letters: Sequence[int]) -> dict[int, PersonId]:
    """The guarantor of each letter."""
    found: dict[int, PersonId] = {}
    for part in batches(letters):
        query = sa.select(LETTER.c.id, LETTER.c.guarantor_id).where(LETTER.c.id.in_(part))
        found.update((row.id, row.guarantor_id) for row in conn.execute(query))
    return found


def account_keys(number: str) -> AnySelect:
    """An account by its number, with its guarantor's language and large-print setting."""
    return (
        sa.select(ACCOUNT.c.id, PERSON.c.language, PERSON.c.large_print)
        .join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id)
        .where(ACCOUNT.c.number == number)
    )


def words_in(text: str) -> list[str]:
    """The comma-separated words in a column."""
    return [word for word in text.split(",") if word]
