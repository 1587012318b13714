"""That somebody saw a person's data is written down before it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models import PatientView
from models.database import Transaction
from models.user_kinds import Seen
from models.values import utc_text


@dataclass(frozen=True, slots=True)
class View:
    """One person's data on one page; `about` is a number that says of what, such as a letter's."""

    person_id: int
    account_id: int | None = None
    about: str = ""


def write_views(tx: Transaction, what: Seen, views: Sequence[View], now: datetime, why: str = "") -> None:
    """Write down what is about to be shown, a row for each person."""
    views = list(dict.fromkeys(views))
    keys = tx.ids(PatientView, len(views))
    rows = [
        {
            "id": key, "at": utc_text(now), "business_date": tx.business_date, "user_name": tx.actor,
            "what": what.value, "person_id": view.person_id, "account_id": view.account_id, "about": view.about,
            "why": why,
        }
        for key, view in zip(keys, views, strict=True)
    ]  # fmt: skip
    tx.insert(PatientView, rows)
