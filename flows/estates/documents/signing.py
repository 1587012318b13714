"""Who signs a paper: a person who is named, for what is sworn; else whom the house has named for its papers. Pure."""

from flows.estates.matters.errors import RefusedMatter
from letters.estate.kinds import PaperKind


class RefusedSigner(RefusedMatter):
    """A paper that nobody signs; the message says how to name somebody."""


def signer_from(text: str) -> tuple[str, str]:
    """A name and an office as they are written, "Name, Title"; both empty for none."""
    name, _, title = text.partition(",")
    return (name.strip(), title.strip() or "Patient accounts") if name.strip() else ("", "")


def signer_for(about: PaperKind, given: tuple[str, str], house: str) -> tuple[str, str]:
    """Who signs a paper: who was named with it, else the house's signer. Raises RefusedSigner."""
    if given[0].strip():
        return given
    if about.sworn:
        raise RefusedSigner(
            f'{about.name} is sworn or declared to be true: name the person who does so (--signer "Name, Title")'
        )
    if not house:
        raise RefusedSigner(
            f'nobody signs this {about.name}: name somebody (--signer "Name, Title"), or once for all papers of the '
            'house (settings set estate_signer "Name, Title")'
        )
    return signer_from(house)
