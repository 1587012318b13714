"""Whether a creditor may petition the court to open an estate: in search, in time, and cost-effective. Pure."""

from dataclasses import dataclass
from datetime import date

from flows.estates.claims.decide import Worth, said
from flows.estates.deadlines.decide import SEARCHING
from models.errors import NotPermitted, Refused
from models.estate_enums import MatterState
from models.labels import label
from models.remedies import Remedy
from models.user_enums import Role

ASKED = (
    "That the court appoint a personal representative of this estate: of the persons named above the one who has "
    "priority and is willing to serve, otherwise a public administrator, otherwise a suitable person chosen by the "
    "court; that notice be given to creditors; and such other relief as the court finds proper."
)


@dataclass(frozen=True, slots=True)
class PetitionNow:
    """A matter, for a petition."""

    matter: int
    state: MatterState
    letters_on: date | None
    open_estate_by: date | None
    filed: str | None
    worth: Worth


def check_petition(now: PetitionNow, role: Role, why: str, today: date) -> None:
    """Raise Refused for a petition that is not allowed, not possible, or not worth filing.

    Where it is not worth filing, a manager can still approve it with a reason.
    """
    number = now.matter
    if now.letters_on is not None:
        raise Refused(
            f"letters were issued on {now.letters_on}: the estate has a representative",
            "present the claim to them",
            remedy=Remedy.TAKE_STEP,
            matter=number,
            step="found",
        )
    if now.state not in SEARCHING:
        raise Refused(
            f"the state of matter {number} is {label(now.state)}",
            "a petition is possible during the probate search",
            remedy=Remedy.TAKE_STEP,
            matter=number,
            step="searching",
        )
    if now.open_estate_by is not None and today > now.open_estate_by:
        raise Refused(
            f"the deadline to open this estate was {now.open_estate_by}",
            "ask counsel, or search again and continue without an estate",
            remedy=Remedy.TAKE_STEP,
            matter=number,
            step="no_estate",
        )
    if now.filed is not None:
        raise Refused(
            f"a petition was filed on {now.filed}",
            "ask the court about its status, or remove that fact first",
            remedy=Remedy.FORGET_FACT,
            matter=number,
            fact="petition_filed",
        )
    if now.worth.worth_it:
        return
    if role is not Role.MANAGER or not why.strip():
        raise NotPermitted(
            f"a petition is {said(now.worth)}",
            "a manager can still request it",
            field="why",
            remedy=Remedy.AS_MANAGER,
        )
