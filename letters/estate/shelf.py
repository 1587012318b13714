"""Where the templates of estate papers are found: the practice's own before the shipped, each compiled once.

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
"""What a paper to the household may show: who died, who asks, and whom; nothing of what is owed."""


def estate_template(kind: str, folders: Iterable[Path] = ()) -> Template:
    """The template of a kind of paper: `estate/<kind>.docx` in the first of `folders` with it, else the shipped one.

    Compiled once for the same content, so that an edited file is read anew. Raises `UnknownKind` for a kind there is
    not, and `LetterError` for a file that cannot be used, names fields that no paper has, or would tell a
    household more than it may know.
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
