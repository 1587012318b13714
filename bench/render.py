"""How many letters a second one core renders, against docxtpl on the same template and letters."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment

from letters.data import LetterData
from letters.samples import sample_letter
from letters.sandbox import LETTERS_OWN
from letters.shelf import SHIPPED
from letters.template import compile_template, context

_OURS = 6_000
_THEIRS = 60
_KIND = "reminder-2"


def bench(scale: float = 1.0) -> list[dict[str, Any]]:
    """One row: letters a second, and how many times as fast as docxtpl in the same run.

    Letters have one to four accounts and each its own number, so that no two are alike.
    """
    path = SHIPPED / f"{_KIND}.docx"
    letters = [sample_letter(_KIND, 1 + n % 4) for n in range(max(40, int(_OURS * scale)))]
    template = compile_template(path)
    template.render(letters[0])
    ours = _per_second(template.render, letters)
    docx = path.read_bytes()
    theirs = _per_second(lambda letter: _with_docxtpl(docx, letter), letters[: max(4, int(_THEIRS * scale))])
    return [
        {
            "name": "render",
            "per_second": round(ours),
            "ratio": round(ours / theirs, 1),
            "against": "docxtpl",
            "note": f"{_KIND}, 1 to 4 accounts, one core; docxtpl {theirs:.0f} letters/s in the same run",
        }
    ]


def _per_second(render: Callable[[LetterData], bytes], letters: list[LetterData]) -> float:
    start = time.perf_counter()
    for letter in letters:
        render(letter)
    return len(letters) / (time.perf_counter() - start)


def _with_docxtpl(docx: bytes, letter: LetterData) -> bytes:
    environment = Environment(autoescape=True)
    environment.filters.update(LETTERS_OWN)
    document = DocxTemplate(BytesIO(docx))
    document.render(context(letter), environment, autoescape=True)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


if __name__ == "__main__":
    for row in bench():
        print(row)
