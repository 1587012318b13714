"""What went out of a matter, to whom and where, for a proof that is declared under penalty of perjury."""

from collections.abc import Iterable

import orjson

from letters.estate.data import Sent
from letters.estate.kinds import PAPERS
from models.columns import AnyRow


def mailings_of(papers: Iterable[AnyRow]) -> tuple[Sent, ...]:
    """The papers that went, in the order in which they were made."""
    return tuple(
        Sent(row.sent_on, PAPERS[row.kind].title, _to_whom(row), row.how or "", row.tracking or "")
        for row in papers
        if row.sent_on is not None
    )


def _to_whom(paper: AnyRow) -> str:
    """Name and whole address as they stand on the paper that went: what a participant's are now does not matter."""
    if paper.party_id is None:
        return "the file"
    told = orjson.loads(paper.data)["recipient"]
    return ", ".join((told["name"], *told.get("address_lines", ())))
