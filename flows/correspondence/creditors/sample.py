"""A letter with made-up people, as a creditor's letters look, or would look with changes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from flows.correspondence.creditors.commands import Picture, change_creditor
from flows.correspondence.creditors.queries import creditor_row
from flows.correspondence.letters.queries import creditor_of
from flows.practice import Practice
from flows.settings.templates.queries import KeptPapers
from letters.docx.pictures import logo_from
from letters.kinds import LetterKind
from letters.samples import sample_letter
from models.files import write_whole


def write_sample(
    practice: Practice,
    external_id: str,
    changes: Mapping[str, str],
    logo: Picture | None,
    today: date,
    target: Path,
    *,
    language: str = "en",
) -> None:
    """Write a sample reminder with a creditor's look and these changes to a Word file. Nothing is changed.

    Raises what `change_creditor` raises.
    """
    with practice.database.trial(actor="preview", business_date=today) as tx:
        change_creditor(tx, external_id, changes, logo)
        creditor = creditor_of(creditor_row(tx.conn, external_id))
    pictures: dict[str, bytes] = {}
    if logo is not None:
        pictures[logo_from(logo.content, logo.name).digest] = logo.content
    elif creditor.logo is not None:
        pictures[creditor.logo.digest] = KeptPapers(practice.database)[creditor.logo.digest]
    data = replace(sample_letter(LetterKind.REMINDER_1, language=language), creditor=creditor)
    template = practice.shelf.find(LetterKind.REMINDER_1, language)
    write_whole(target, template.render(data, pictures), durable=False)
