"""How many letters a second one core renders and files, against docxtpl, docx-mailmerge2 and plain files."""

import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import Environment
from mailmerge import MailMerge

from bench.measured import Measured
from letters.data import LetterData
from letters.docx.archive import archive_of
from letters.docx.base import base_package
from letters.docx.drawing import cell, para, row, table
from letters.docx.package import Zip, member
from letters.docx.sandbox import LETTERS_OWN
from letters.docx.shelf import SHIPPED
from letters.docx.template import compile_template, context
from letters.samples import sample_letter
from letters.wording.english import WORDS
from models.files import write_whole

_OURS = 6_000
_THEIRS = 60
_KIND = "reminder-2"
_PAGE = 500
_ROW_FIELDS = ("number", "patient", "service_on", "kind", "charges", "insurance", "paid", "balance")


def bench(scale: float = 1.0) -> list[Measured]:
    """Letters a second, and how many times as fast as the peers in the same run; and with writing them to files.

    Letters have one to four accounts and each its own number, so that no two are alike.
    """
    path = SHIPPED / f"{_KIND}.docx"
    letters = [sample_letter(_KIND, 1 + n % 4) for n in range(max(40, int(_OURS * scale)))]
    template = compile_template(path)
    template.render(letters[0])
    ours = _per_second(template.render, letters)
    few = letters[: max(4, int(_THEIRS * scale))]
    docx, merge = path.read_bytes(), _merge_template()
    docxtpl = _per_second(lambda letter: _with_docxtpl(docx, letter), few)
    mailmerge = _per_second(lambda letter: _with_mailmerge(merge, letter), few)
    told = f"{_KIND}, 1 to 4 accounts, one core"
    return [
        _row("render", ours, docxtpl, "docxtpl", f"{told}; docxtpl {docxtpl:,.0f} letters/s in the same run"),
        _row("render", ours, mailmerge, "docx-mailmerge2", f"{told}; docx-mailmerge2 {mailmerge:,.0f} letters/s"),
        _to_files(template.render, letters),
    ]


def _row(name: str, ours: float, theirs: float, against: str, note: str) -> Measured:
    return {
        "name": name,
        "per_second": round(ours),
        "ratio": round(ours / theirs, 2),
        "against": against,
        "note": note,
    }


def _per_second(render: Callable[[LetterData], bytes], letters: list[LetterData]) -> float:
    start = time.perf_counter()
    for letter in letters:
        render(letter)
    return len(letters) / (time.perf_counter() - start)


def _to_files(render: Callable[[LetterData], bytes], letters: list[LetterData]) -> Measured:
    """Rendered and written, a page of letters to a file, on the disk; against a file for each, of the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        for at in range(0, len(letters), _PAGE):
            page = {f"L-{at + n:08d}.docx": render(letter) for n, letter in enumerate(letters[at : at + _PAGE])}
            write_whole(Path(folder) / f"{at:08d}.zip", archive_of(page), durable=False)
        ours = len(letters) / (time.perf_counter() - start)
        paper = render(letters[0])
        start = time.perf_counter()
        for n in range(len(letters)):
            (Path(folder) / f"L-{n:08d}.docx").write_bytes(paper)
        plain = len(letters) / (time.perf_counter() - start)
    return _row(
        "letters-to-files",
        ours,
        plain,
        "a file each",
        f"rendered and written, 500 to a file; bare files {plain:,.0f}/s",
    )


def _with_docxtpl(docx: bytes, letter: LetterData) -> bytes:
    environment = Environment(autoescape=True)
    environment.filters.update(LETTERS_OWN)
    document = DocxTemplate(BytesIO(docx))
    document.render(context(letter), environment, autoescape=True)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _merge_template() -> bytes:
    """A letter of about the same words with Word's own merge fields, as docx-mailmerge2 fills them."""

    def field(name: str) -> str:
        return f'<w:fldSimple w:instr=" MERGEFIELD {name} "><w:r><w:t>x</w:t></w:r></w:fldSimple>'

    words = WORDS[_KIND]
    said = [*words.opening, *(topic.text for topics in words.help for topic in topics)]
    body = [para("Name", field("creditor")), para("Address", field("guarantor")), para("Amount", field("total"))]
    body += [para("Text", text) for text in said]
    body.append(table((1200,) * 8, row(*(cell(1200, para("Cell", field(name))) for name in _ROW_FIELDS))))
    body += [para("Scan", field("scan_line")), para("Text", field("pay_by")), para("Text", field("letter"))]
    parts = base_package("".join(body))
    return Zip([member(name, content) for name, content in parts]).with_members([])


def _with_mailmerge(docx: bytes, letter: LetterData) -> bytes:
    with MailMerge(BytesIO(docx)) as document:
        document.merge(
            creditor=letter.creditor.name,
            guarantor=letter.guarantor.name,
            total=str(letter.total_cents),
            scan_line=letter.scan_line,
            pay_by=str(letter.letter.pay_by),
            letter=letter.letter.number,
        )
        rows = [
            {
                "number": line.number,
                "patient": line.patient,
                "service_on": str(line.service_on),
                "kind": line.kind,
                "charges": str(line.charges_cents),
                "insurance": str(line.insurance_cents),
                "paid": str(line.paid_cents),
                "balance": str(line.balance_cents),
            }
            for line in letter.accounts
        ]
        document.merge_rows("number", rows)
        out = BytesIO()
        document.write(out)
        return out.getvalue()


if __name__ == "__main__":
    for one in bench():
        print(one)
