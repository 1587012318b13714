"""Records in the access log that a command shows a person's data, before it is shown, as in the browser."""

from collections.abc import Iterable, Sequence

from cli.output import err
from cli.typist import typist
from flows.accounts.queries import account_row
from flows.calls.queries import works_on
from flows.correspondence.letters.queries import recipients
from flows.estates.matters.queries import persons_of_matters
from flows.practice import Practice
from flows.reports.view_log import gave_a_reason
from flows.settings.queries import today_of
from flows.users.view_log import View, read_reason, write_views
from models.clock import system_clock
from models.errors import Refused
from models.ids import PersonId
from models.user_enums import Seen
from web.auth.rights import Right


def saw(practice: Practice, what: Seen, views: Sequence[View], why: str = "") -> None:
    """Record whose data is about to be shown, and which system account runs the command."""
    if not views:
        return
    if practice.database.read_only:
        err.print(
            "This copy of the database is read-only, so this view is not recorded in the access log", markup=False
        )
        return
    now, who = system_clock(), typist()
    with practice.database.reading() as conn:
        today = today_of(conn, now)
    told = "; ".join(part for part in (why, f"typed by {who.system_user}") if part)
    with practice.database.transaction(actor=who.name, business_date=today) as tx:
        write_views(tx, what, views, now, told)


def saw_accounts(practice: Practice, numbers: Iterable[str], what: Seen = Seen.ACCOUNT, why: str = "") -> None:
    """Record that the people of these accounts are about to be shown."""
    with practice.database.reading() as conn:
        rows = [account_row(conn, number) for number in dict.fromkeys(numbers)]
    saw(practice, what, [View(row.guarantor_id, row.id) for row in rows], why)


def saw_letters(practice: Practice, letters: Sequence[int], about: str = "") -> None:
    """Record that these letters, or a list of them, are about to be shown."""
    with practice.database.reading() as conn:
        readers = recipients(conn, letters)
    saw(
        practice,
        Seen.LETTER if len(letters) == 1 else Seen.LETTERS,
        [View(PersonId(key), None, about) for key in readers.values()],
    )


def saw_matters(practice: Practice, matters: Sequence[int], what: Seen = Seen.MATTER) -> None:
    """Record that these matters are about to be shown."""
    with practice.database.reading() as conn:
        persons = persons_of_matters(conn, matters)
    saw(practice, what, [View(PersonId(persons[key]), None, f"E-{key:06d}") for key in matters])


def record_view(practice: Practice, number: str, why: str | None) -> None:
    """Record the view of one account. Raises Refused if a collector must first enter a reason, as in the browser."""
    who = typist()
    why = read_reason(why) if why else None
    if not who.may(Right.SEE_WITHOUT_REASON) and not why:
        with practice.database.reading() as conn:
            person, today = account_row(conn, number).guarantor_id, today_of(conn, system_clock())
            known = works_on(conn, who.name, person, today) or gave_a_reason(conn, who.name, person, today)
        if not known:
            raise Refused("this account is not on your call list", "enter a reason for access: --why REASON")
    saw_accounts(practice, [number], why=why or "")
