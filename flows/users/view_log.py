"""Access to a person's data is recorded before it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models import PatientView
from models.database import Transaction
from models.errors import BadInput
from models.ids import AccountId, PersonId
from models.user_enums import Seen
from models.values import utc_text

SHORTEST_REASON = 8
"""The least length of a meaningful reason: characters without blanks."""


def read_reason(text: str) -> str:
    """Read the reason for access to a person. Raises BadInput if it is meaningless."""
    if len("".join(text.split())) < SHORTEST_REASON or len(set(text.casefold())) < 4:
        raise BadInput(f"enter a reason of at least {SHORTEST_REASON} characters, such as: asked for a statement")
    return text.strip()


NOBODY_KNOWN = PersonId(0)
"""Instead of a person's key: a file with rows of people's data, or a page of names."""


@dataclass(frozen=True, slots=True)
class View:
    """One person's data on one page; `about` is a number, such as a letter's."""

    person_id: PersonId
    account_id: AccountId | None = None
    about: str = ""


def write_views(tx: Transaction, what: Seen, views: Sequence[View], now: datetime, why: str = "") -> None:
    """Record what is about to be shown, a row for each person."""
    views = list(dict.fromkeys(views))
    keys = tx.ids(PatientView, len(views))
    rows = [
        {
            "id": key,
            "at": utc_text(now),
            "business_date": tx.business_date,
            "user_name": tx.actor,
            "what": what.value,
            "person_id": view.person_id,
            "account_id": view.account_id,
            "about": view.about,
            "why": why,
        }
        for key, view in zip(keys, views, strict=True)
    ]
    tx.insert(PatientView, rows)
