"""Which kinds of paper there are for an estate: the forms of another state's courts are none of them."""

from collections.abc import Mapping

from flows.estates.documents.commands import CLAIM_FORMS, claim_kind
from letters.estate.kinds import PAPERS, PaperKind


def papers_offered(jurisdiction: str | None) -> Mapping[str, PaperKind]:
    """The kinds to choose from, in the order of a matter, for an estate in this state (two letters, or not known)."""
    others = set(CLAIM_FORMS.values()) - {claim_kind(jurisdiction)}
    return {name: kind for name, kind in PAPERS.items() if name not in others}
