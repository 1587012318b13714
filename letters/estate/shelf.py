"""The templates of estate documents: the practice's own before the shipped ones, each compiled once.

template = estate_template("claim", [home / "templates"])
docx = template.render(paper, pictures)
"""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from letters.docx.merge import names_in
from letters.docx.shelf import SHIPPED
from letters.docx.template import Template, compile_template, unknown_field
from letters.errors import LetterError, UnknownKind
from letters.estate.data import EstatePaper
from letters.estate.kinds import PAPERS

SUBFOLDER = "estate"

MAY_TELL = frozenset({"sheet", "creditor", "recipient", "decedent", "signer", "matter"})
"""What a document to the household can show: the decedent, the sender and the recipient; nothing about a debt."""


def estate_template(kind: str, folders: Iterable[Path] = ()) -> Template:
    """The template of a document type: `estate/<kind>.docx` in the first of `folders` that has it, otherwise the
    shipped one.

    The same content is compiled once, so an edited file is read again. Raises `UnknownKind` for a type that does not
    exist. Raises `LetterError` for a file that cannot be used, uses unknown fields, or would show a household more than
    allowed.
    """
    if kind not in PAPERS:
        near = get_close_matches(kind, PAPERS, 1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        raise UnknownKind(f'there is no estate paper of kind "{kind}"{hint} The kinds are: {", ".join(PAPERS)}')
    for folder in (*folders, SHIPPED):
        path = folder / SUBFOLDER / f"{kind}.docx"
        if path.is_file():
            return _compiled(kind, path.read_bytes())
    raise UnknownKind(f"the shipped template of {kind} is missing; run: python -m letters.make_templates")


@lru_cache(256)
def _compiled(kind: str, content: bytes) -> Template:
    name = f"{SUBFOLDER}/{kind}.docx"
    template = compile_template(content, name, EstatePaper)
    if unknown := sorted(template.fields - names_in(EstatePaper)):
        said = "; ".join(unknown_field(field, EstatePaper) for field in unknown)
        raise LetterError(f"{name}: {said}; correct the name, or take the tag out")
    told = sorted(field for field in template.fields if field.partition(".")[0] not in MAY_TELL)
    if told and not PAPERS[kind].names_debt:
        raise LetterError(f"{name}: a paper to the household may not show {', '.join(told)}; take it out")
    return template
