"""A letter in a batch, as it was written."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from flows.settings.templates.queries import KeptPapers
from letters.data import LetterData
from letters.docx.template import Template
from models.columns import AnyRow


@dataclass(frozen=True, slots=True)
class Item:
    """A letter in a batch: its stored row, its merge data, its template, and its pages."""

    row: AnyRow
    data: LetterData
    template: Template
    pages: int


def items_of(rows: Iterable[AnyRow], kept: KeptPapers) -> list[Item]:
    """Letters as they were written, on the templates they were written with."""
    return [
        Item(row, LetterData.from_dict(orjson.loads(row.data)), kept.template(row.template_digest), row.pages or 1)
        for row in rows
    ]
