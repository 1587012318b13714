"""Who signs a document: a named person for a sworn one, otherwise the practice's signer. Pure."""

from letters.estate.kinds import PaperKind
from models.errors import BadInput


def signer_from(text: str) -> tuple[str, str]:
    """A name and a title from "Name, Title"; both are empty if there is no name."""
    name, _, title = text.partition(",")
    return (name.strip(), title.strip() or "Patient accounts") if name.strip() else ("", "")


def signer_for(about: PaperKind, given: tuple[str, str], practice: str) -> tuple[str, str]:
    """The signer of a document: the one entered, otherwise the practice's signer. Raises BadInput."""
    if given[0].strip():
        return given
    if about.sworn:
        raise BadInput(f"{about.name} is sworn or declared to be true: enter the person who signs it", field="signer")
    if not practice:
        raise BadInput(
            f"this {about.name} has no signer",
            "enter a signer, or set one for all documents of the practice (setting estate_signer)",
            field="signer",
        )
    return signer_from(practice)
