"""The document types for an estate, without the forms of other states' courts."""

from collections.abc import Mapping

from flows.estates.documents.claim_forms import CLAIM_FORMS, claim_kind
from letters.estate.kinds import PAPERS, PaperKind


def papers_offered(jurisdiction: str | None) -> Mapping[str, PaperKind]:
    """The document types, in the order of a matter, for an estate in this state (two letters; empty if unknown)."""
    others = set(CLAIM_FORMS.values()) - {claim_kind(jurisdiction)}
    return {name: kind for name, kind in PAPERS.items() if name not in others}
