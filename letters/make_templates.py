"""Make the shipped templates: `python -m letters.make_templates` writes them and prints their paths.

The words of each kind are in `wording.english` and `wording.spanish`, the page layout in `layout`. A template is the
same bytes every time. A file is named after its kind, its language (except English) and its size:
`reminder-1.es.large.docx`. The templates of estate documents are made by `estate.make_templates`, and written too.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from letters.docx.base import base_package
from letters.docx.package import Zip, member
from letters.estate.make_templates import make_papers
from letters.kinds import KINDS, kind_of
from letters.layout.page import body_of
from letters.layout.sheet import Look
from letters.wording import english, spanish

FOLDER = Path(__file__).parent / "templates"

_WORDS = {"en": english.WORDS, "es": spanish.WORDS}
_FRAMES = {"en": english.FRAME, "es": spanish.FRAME}

SPACE_ABOVE_COUPON = {
    "statement": (1630, 1580),
    "reminder-1": (1380, 1330),
    "reminder-2": (1630, 1330),
    "reminder-3": (1630, 1580),
    "final-notice": (880, 580),
    "arrangement-broken": (1630, 1330),
    "promise-broken": (1630, 1580),
    "returned-check": (1630, 1580),
    "itemised-statement": (280, 180),
}
"""The room left on the page above the coupon of a letter about one account, in twips, in English and in Spanish.

Measured with LibreOffice, less two lines for a creditor whose hours or addresses are longer than the sample's.
"""


@dataclass(frozen=True, slots=True)
class Shipped:
    """One shipped template."""

    kind: str
    language: str
    large: bool

    @property
    def name(self) -> str:
        """Its file name."""
        language = "" if self.language == "en" else f".{self.language}"
        return f"{self.kind}{language}{'.large' if self.large else ''}.docx"


def shipped() -> Iterator[Shipped]:
    """All shipped templates."""
    for kind in KINDS:
        for language in _WORDS:
            for large in (False, True):
                yield Shipped(kind, language, large)


def make_templates(folder: Path = FOLDER) -> list[Path]:
    """Write every shipped template into `folder`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for one in shipped():
        path = folder / one.name
        path.write_bytes(template_bytes(one.kind, one.language, large=one.large))
        paths.append(path)
    return paths


def template_bytes(kind: str, language: str = "en", *, large: bool = False) -> bytes:
    """One shipped template; the same bytes each time."""
    space = SPACE_ABOVE_COUPON.get(kind, (0, 0))[language == "es"]
    look = Look(_FRAMES[language], large)
    body = body_of(_WORDS[language][kind], look, kind_of(kind), space)
    return Zip([member(name, content) for name, content in base_package(body)]).with_members([])


if __name__ == "__main__":
    for made in (*make_templates(), *make_papers()):
        sys.stdout.write(f"{made}\n")
