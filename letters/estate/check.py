"""Whether a practice's own template of an estate document can be used, reported as in `letters.check`.

for problem in estate_fields_found(Path("templates/estate/claim.docx")).problems:
    print(problem)
"""

from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields, replace
from difflib import get_close_matches
from pathlib import Path

from letters.check import Checked, Opened, Problem, opened, said, trial_problems, unknown_fields, where_used
from letters.docx.template import Template
from letters.errors import LetterError, UnknownKind
from letters.estate.data import EstatePaper
from letters.estate.kinds import PAPERS
from letters.estate.samples import sample_paper
from letters.estate.shelf import MAY_TELL, SUBFOLDER


def is_of_estates(path: Path) -> bool:
    """Whether a file is in the folder of estate templates, which is named estate."""
    return path.absolute().parent.name == SUBFOLDER


def estate_fields_found(path: Path, kind: str | None = None) -> Checked:
    """The fields that a template of an estate document uses, and everything wrong with it.

    The kind is detected by the file name unless it is passed. Raises `UnknownKind` for one that does not exist.
    """
    name = kind or path.stem
    if name not in PAPERS:
        near = get_close_matches(name, PAPERS, 1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        raise UnknownKind(f'there is no estate paper of kind "{name}"{hint}', "say which it is", field="estate")
    match opened(path):
        case Checked() as faulty:
            return faulty
        case Opened(package, paragraphs):
            try:
                template = Template(package, shape=EstatePaper)
            except LetterError as error:
                return Checked((), (said(package.name, error),))
    found = tuple(sorted(template.fields))
    if unknown := tuple(unknown_fields(template, paragraphs)):
        return Checked(found, unknown)
    return Checked(found, (*_told_too_much(template, name, paragraphs), *trial_problems(template, _trials(name))))


def _told_too_much(template: Template, kind: str, paragraphs: Sequence[str]) -> Iterator[Problem]:
    """Forbidden in a letter to a household: whoever opens it must not learn of a debt (12 CFR 1006.10(b))."""
    if PAPERS[kind].names_debt:
        return
    for field in sorted(template.fields):
        if field.partition(".")[0] not in MAY_TELL:
            where = where_used(template.name, field, paragraphs)
            yield Problem(where, f"a paper to the household may not show {field}", "take it out")


def _trials(kind: str) -> Iterator[EstatePaper]:
    """A made-up document of a kind, and one without any of its optional data."""
    full = sample_paper(kind)
    yield full
    kept = {part.value for part in PAPERS[kind].needs}
    yield replace(
        full,
        **{one.name: one.default for one in fields(EstatePaper) if one.default is not MISSING and one.name not in kept},
    )
