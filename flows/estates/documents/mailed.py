"""A matter's mailings, with recipient and address, for a proof declared under penalty of perjury."""

from collections.abc import Iterable

import orjson

from letters.estate.data import Sent
from letters.estate.kinds import PAPERS
from models.columns import AnyRow


def mailings_of(papers: Iterable[AnyRow]) -> tuple[Sent, ...]:
    """The sent documents, in the order in which they were created."""
    return tuple(
        Sent(row.sent_on, PAPERS[row.kind].title, _to_whom(row), row.how or "", row.tracking or "")
        for row in papers
        if row.sent_on is not None
    )


def _to_whom(paper: AnyRow) -> str:
    """The name and full address on the document as sent; a party's current address does not matter."""
    if paper.party_id is None:
        return "the file"
    told = orjson.loads(paper.data)["recipient"]
    return ", ".join((told["name"], *told.get("address_lines", ())))
