"""Work of a stage by pages: a page in one short transaction, then each alone, then set aside with a task."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flows.dunning.failure import failure
from flows.happenings.commands import NewTask, open_tasks
from models.columns import AnyRow
from models.database import Book, Transaction, parts

PAGE = 200
"""Things a transaction: well under half a second."""

FAILED = "work-failed"
"""The task of a manager about something that a night could not work on."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What something is about, for the task when it fails: whose it is, and on which accounts."""

    guarantor_id: int
    creditor_id: int
    account_ids: tuple[int, ...]


def subject_of(accounts: Sequence[AnyRow]) -> Subject:
    """What accounts (rows with id, guarantor_id, creditor_id; one at least) are about: the first one says whose."""
    return Subject(accounts[0].guarantor_id, accounts[0].creditor_id, tuple(account.id for account in accounts))


def each_alone(
    book: Book,
    actor: str,
    today: date,
    noun: str,
    keys: Sequence[int],
    work: Callable[[Transaction, Sequence[int]], Counter[str]],
    subject: Callable[[Transaction, int], Subject],
    size: int = PAGE,
) -> Counter[str]:
    """Work on things by their keys, a page at a time. Of a page that fails each is worked on alone, and one that fails
    alone is set aside: the rest goes on, a manager has a task that names it and the failure, and the run says so."""
    counts: Counter[str] = Counter()
    for page in parts(list(keys), size):
        counts += _page(book, actor, today, noun, page, work, subject)
    return counts


def _page(
    book: Book,
    actor: str,
    today: date,
    noun: str,
    page: Sequence[int],
    work: Callable[[Transaction, Sequence[int]], Counter[str]],
    subject: Callable[[Transaction, int], Subject],
) -> Counter[str]:
    try:
        with book.transaction(actor=actor, business_date=today) as tx:
            return work(tx, page)
    # One bad row must not stop the day: whatever it was, find it by working on each alone.
    except Exception as error:
        if len(page) > 1:
            return sum((_page(book, actor, today, noun, [key], work, subject) for key in page), Counter[str]())
        reason = f"{noun} {page[0]} failed: {failure(error)}; correct it, then run the day again"
    with book.transaction(actor=actor, business_date=today) as tx:
        whose = subject(tx, page[0])
        open_tasks(tx, [NewTask(FAILED, "manager", reason, whose.guarantor_id, whose.creditor_id, whose.account_ids)])
    return Counter(set_aside=1)
