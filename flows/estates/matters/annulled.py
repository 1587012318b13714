"""An annulled matter: the only work left is to withdraw what was sent."""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.estates.documents.commands import TAKES_BACK
from flows.estates.matters.view import MatterView
from letters.estate.kinds import PAPERS, PaperKind
from models.estate_enums import MatterState


@dataclass(frozen=True, slots=True)
class Annulled:
    """Why a matter is over, in a sentence, and the documents it can still create: none if none was sent."""

    says: str
    papers: Mapping[str, PaperKind]


def annulled(view: MatterView) -> Annulled | None:
    """What remains to be done on a matter, by its view; None for one that was not annulled."""
    if view["state"] != MatterState.ANNULLED.value:
        return None
    why = f" ({view['reason']})" if view["reason"] else ""
    says = f"This matter was annulled{why}. No further work is possible; its history stays available."
    went = any(paper["sent_on"] is not None for paper in view["papers"])
    return Annulled(says, {name: PAPERS[name] for name in sorted(TAKES_BACK)} if went else {})
