"""Whether a creditor may ask the court to open an estate: who is searched for, in time, and worth its while. Pure."""

from dataclasses import dataclass
from datetime import date

from flows.estates.claims.decide import Worth, said
from flows.estates.deadlines.decide import SEARCHING
from models.errors import NotPermitted, Refused
from models.estate_enums import MatterState
from models.remedies import Remedy
from models.user_enums import Role

ASKED = (
    "That the court appoint a personal representative of this estate: of those named above whoever has the better "
    "right and is willing, else a public administrator, else a fit person whom the court names; that notice be given "
    "to creditors; and what else the court finds right."
)


@dataclass(frozen=True, slots=True)
class PetitionNow:
    """A matter as a petition sees it."""

    matter: int
    state: MatterState
    letters_on: date | None
    open_estate_by: date | None
    filed: str | None
    worth: Worth


def check_petition(now: PetitionNow, role: Role, why: str, today: date) -> None:
    """Raise Refused for one that may not, cannot, or is not worth to be filed.

    Where the worth-while test says no, a manager may still say yes, and why.
    """
    number = now.matter
    if now.letters_on is not None:
        raise Refused(
            f"letters were issued on {now.letters_on}: there is a representative",
            "present the claim to them",
            remedy=Remedy.TAKE_STEP,
            matter=number,
            step="found",
        )
    if now.state not in SEARCHING:
        raise Refused(
            f"matter {number} is {now.state}",
            "a petition is written while an estate is searched for",
            remedy=Remedy.TAKE_STEP,
            matter=number,
            step="searching",
        )
    if now.open_estate_by is not None and today > now.open_estate_by:
        raise Refused(
            f"the last day to have this estate opened was {now.open_estate_by}",
            "ask counsel, or search once more and go on without an estate",
            remedy=Remedy.TAKE_STEP,
            matter=number,
            step="no_estate",
        )
    if now.filed is not None:
        raise Refused(
            f"a petition was filed on {now.filed}",
            "ask the court what came of it, or take that back first",
            remedy=Remedy.FORGET_FACT,
            matter=number,
            fact="petition_filed",
        )
    if now.worth.worth_it:
        return
    if role is not Role.MANAGER or not why.strip():
        raise NotPermitted(
            f"a petition is {said(now.worth)}",
            "a manager may want it all the same",
            field="why",
            remedy=Remedy.AS_MANAGER,
        )
