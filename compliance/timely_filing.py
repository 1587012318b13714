"""The deadline for a claim to reach a payer, read from timely_filing.yaml. Pure.

limit = file_claim_by("medicare", date(2026, 1, 5))    # limit.on, limit.citation
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

from compliance.tables import BadTable
from models.documents import is_mapping, read_yaml
from models.enums import PayerClass

TABLE = Path(__file__).with_name("timely_filing.yaml")

_CONFIDENCE = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class TimelyFiling:
    """How long after the last day of service a claim can be filed with a class of payers."""

    payer_class: PayerClass
    after: relativedelta
    citation: str
    as_of: date
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class FileBy:
    """The timely filing deadline of a payer, with its citation."""

    on: date
    citation: str
    confidence: str


def read_timely_filing(text: str) -> Mapping[PayerClass, TimelyFiling]:
    """The rows by payer class. Raises BadTable for an invalid class or row."""
    found: Any = read_yaml(text)
    classes = found.get("classes") if is_mapping(found) else None
    if not is_mapping(classes):
        raise BadTable(f"{TABLE.name}: it must contain only classes, each with its row")
    rows: dict[PayerClass, TimelyFiling] = {}
    for name, row in classes.items():
        if name not in tuple(PayerClass):
            raise BadTable(f"{TABLE.name}, {name}: is not a payer class; write one of {', '.join(PayerClass)}")
        rows[PayerClass(name)] = _row(PayerClass(name), row)
    return rows


def _row(name: PayerClass, row: Any) -> TimelyFiling:
    given = [word for word in ("months", "days") if isinstance(row.get(word), int) and row[word] > 0]
    if len(given) != 1:
        raise BadTable(f"{TABLE.name}, {name}: write either months or days, a whole number above zero")
    if not row.get("citation") or not isinstance(row.get("as_of"), date) or row.get("confidence") not in _CONFIDENCE:
        raise BadTable(f"{TABLE.name}, {name}: citation, as_of (a date) and confidence are required")
    after = relativedelta(months=row["months"]) if given == ["months"] else relativedelta(days=row["days"])
    return TimelyFiling(name, after, row["citation"], row["as_of"], row["confidence"], row.get("note") or "")


@cache
def timely_filing() -> Mapping[PayerClass, TimelyFiling]:
    """The shipped table, read once."""
    return read_timely_filing(TABLE.read_text("utf-8"))


def file_claim_by(payer_class: PayerClass, served_on: date) -> FileBy | None:
    """The timely filing deadline of a service; None if the payer contract sets it, not a rule of law."""
    rule = timely_filing().get(payer_class)
    return None if rule is None else FileBy(served_on + rule.after, rule.citation, rule.confidence)
