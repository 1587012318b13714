"""Who can receive letters about a decedent's debts, and on what subject: rows by authority, and a small pure
function."""

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
    """A document to be sent to a party. `names_debt`: it states that money is owed. `formal`: a filing or service
    required by law. `represented`: the estate has an attorney, and the party is not that attorney. `asked_before`: how
    many inquiries about who handles the estate this party already received. `asked_more`: the party asked for another
    letter."""

    authority: Authority
    names_debt: bool
    formal: bool = False
    represented: bool = False
    asked_before: int = 0
    asked_more: bool = False


@dataclass(frozen=True, slots=True)
class MayNot:
    """Why a document must not be sent, the citation, and what to do instead."""

    rule: str
    citation: str
    reason: str


@cache
def contact_rules(table: Path = TABLE) -> dict[Authority, ContactRule]:
    """The rows of the table, read once; a row for every authority. Raises ValueError if one is missing."""
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
