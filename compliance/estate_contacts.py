"""Who may be written to about a dead person's debts, and about what: rows by authority, and a small pure function."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from compliance.tables import dated_rows
from models.estate_enums import Authority
from models.labels import label

TABLE = Path(__file__).with_name("estate_contacts.yaml")


class MayHave(StrEnum):
    """What a party may receive letters about."""

    DEBT = "debt"
    INQUIRY = "inquiry"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ContactRule:
    """What a party with one authority may receive letters about, with the citation."""

    authority: Authority
    may: MayHave
    medical: str
    citation: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A paper that is to go to somebody. `names_debt`: it tells that money is owed. `formal`: a filing or service
    that the law asks for. `represented`: the estate has an attorney, who is not this one. `asked_before`: how often
    this participant was asked already who handles the estate; `asked_more`: they asked to be written to again."""

    authority: Authority
    names_debt: bool
    formal: bool = False
    represented: bool = False
    asked_before: int = 0
    asked_more: bool = False


@dataclass(frozen=True, slots=True)
class MayNot:
    """Why a paper may not go, by which citation, and what to do instead."""

    rule: str
    citation: str
    reason: str


@cache
def contact_rules(table: Path = TABLE) -> dict[Authority, ContactRule]:
    """The rows of the table, read once; a row for every authority. Raises ValueError for one that lacks."""
    rows = {
        Authority(row["authority"]): ContactRule(
            Authority(row["authority"]),
            MayHave(row["may"]),
            str(row["medical"]),
            str(row["citation"]),
            str(row["confidence"]),
            str(row["note"]),
        )
        for row in dated_rows(table).rows
    }
    if missing := set(Authority) - set(rows):
        raise ValueError(f"{table.name}: no row for {', '.join(sorted(missing))}; add a row with what may be sent")
    return rows


def why_not(asked: Asked) -> MayNot | None:
    """Why a document may not be sent to a party; None if it may."""
    rule = contact_rules()[asked.authority]
    if rule.may is MayHave.NOTHING or (asked.names_debt and rule.may is not MayHave.DEBT):
        reason = (
            f"the authority of this party ({label(asked.authority).lower()}) allows only an inquiry about "
            "who handles the "
            "estate; enter the authority with its source first, or send the inquiry"
        )
        return MayNot("estate-authority", rule.citation, reason)
    if not asked.names_debt and rule.may is MayHave.INQUIRY and asked.asked_before and not asked.asked_more:
        reason = (
            "this party already received one inquiry about who handles the estate; a second one is "
            "allowed only on request"
        )
        return MayNot("estate-ask-once", rule.citation, reason)
    if asked.represented and not asked.formal:
        reason = "the estate has an attorney; write to the attorney"
        return MayNot("estate-attorney", "12 CFR 1006.6(b)(2)", reason)
    return None
