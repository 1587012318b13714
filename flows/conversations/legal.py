"""An attorney or a bankruptcy as a person reports it in a call: checked, and one sentence for the note. Pure."""

from dataclasses import dataclass
from datetime import date

from models.errors import BadInput

LONGEST = 120


@dataclass(frozen=True, slots=True)
class AttorneyDetails:
    """Who represents the guarantor. From the report on, only the attorney is contacted (15 U.S.C. 1692c(a)(2))."""

    firm: str
    phone: str | None

    def sentence(self) -> str:
        """For the note and the manager's task."""
        return f"Attorney: {self.firm}" + (f", {self.phone}" if self.phone else "")


@dataclass(frozen=True, slots=True)
class BankruptcyDetails:
    """The case, by which it is checked with the court (11 U.S.C. 362(a))."""

    chapter: str | None
    court: str | None
    case: str | None
    filed_on: date | None

    def sentence(self) -> str:
        """For the note and the manager's task."""
        parts = [f"Bankruptcy chapter {self.chapter}" if self.chapter else "Bankruptcy"]
        parts += [f"court: {self.court}"] if self.court else []
        parts += [f"case {self.case}"] if self.case else []
        parts += [f"filed {self.filed_on}"] if self.filed_on else []
        return ", ".join(parts)


def read_attorney(firm: str | None, phone: str | None) -> AttorneyDetails:
    """The attorney as entered; a person who names none is still represented. Raises BadInput if a text is too long."""
    return AttorneyDetails(_text("law firm or attorney", firm) or "name not given", phone)


def read_bankruptcy(
    chapter: str | None, court: str | None, case: str | None, filed_on: date | None, today: date
) -> BankruptcyDetails:
    """The bankruptcy as entered. Raises BadInput for a filing date in the future, or if a text is too long."""
    if filed_on is not None and filed_on > today:
        raise BadInput(f"the filing date {filed_on} is in the future", f"today is {today}", field="filed_on")
    return BankruptcyDetails(chapter, _text("court", court) or None, _text("case number", case) or None, filed_on)


def _text(what: str, given: str | None) -> str:
    text = " ".join((given or "").split())
    if len(text) > LONGEST:
        raise BadInput(f"the {what} has {len(text)} characters", f"the limit is {LONGEST}")
    return text
