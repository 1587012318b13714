"""Make the shipped templates of estate documents; `python -m letters.make_templates` writes them with those of letters.

A template is the same bytes every time. A file is named after its kind: `templates/estate/claim.docx`.
"""

from pathlib import Path

from letters.docx.base import base_package
from letters.docx.package import Zip, member
from letters.estate import claim_words, court_words, file_words
from letters.estate import words as estate_words
from letters.estate.kinds import PAPERS
from letters.estate.layout import body_of
from letters.estate.styles import MEASURES

FOLDER = Path(__file__).parent.parent / "templates" / "estate"

WORDS = estate_words.WORDS | claim_words.WORDS | court_words.WORDS | file_words.WORDS
"""The text of each document type."""


def make_papers(folder: Path = FOLDER) -> list[Path]:
    """Write the template of every kind into `folder`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for kind in PAPERS:
        path = folder / f"{kind}.docx"
        path.write_bytes(paper_bytes(kind))
        paths.append(path)
    return paths


def paper_bytes(kind: str) -> bytes:
    """One shipped template; the same bytes each time."""
    words = WORDS[kind]
    parts = base_package(body_of(words, PAPERS[kind]), MEASURES[words.form].paper)
    return Zip([member(name, content) for name, content in parts]).with_members([])
