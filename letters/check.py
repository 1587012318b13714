"""Whether a template can be used, with messages that help the person who edited it in Word to fix it.

    for problem in check_template(Path("reminder-1.docx")):
        print(problem)      # reminder-1.docx, "Dear {{ guarantor.nam }}": "guarantor.nam" is not ...

All problems are collected and shown together; an empty list means none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

from letters.data import LetterData
from letters.docx.merge import names_in
from letters.docx.package import LARGEST_FILE, Package, Problem, open_package, unsafe_parts
from letters.docx.shelf import Shelf
from letters.docx.template import Merged, Template, unknown_field
from letters.errors import LetterError
from letters.kinds import LANGUAGES, kind_of
from letters.samples import LINES, sample_letter
from letters.wording.duties import duties_broken

__all__ = [
    "Checked",
    "Opened",
    "Problem",
    "check_kinds",
    "check_template",
    "fields_found",
    "opened",
    "said",
    "trial_problems",
    "unknown_fields",
    "where_used",
]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT_PART = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
_BLOCK = re.compile(r"\{%-?\s*(?:(?:tr|tc|p|r)\s+)?(for|if|endfor|endif)\b")
_TAG = re.compile(r"\{[{%].*?[}%]\}")
_SHOWN = 90


@dataclass(frozen=True, slots=True)
class Checked:
    """The fields that a template uses, and everything wrong with it."""

    fields: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A template file that opens and is safe, with the text of each paragraph."""

    package: Package
    paragraphs: tuple[str, ...]


def check_template(path: Path, kind: str | None = None) -> list[Problem]:
    """Everything wrong with a template file; empty if it can be used. The file must open and be safe. Its tags must
    parse, close and name existing fields. It must show and state everything its kind requires and nothing that is
    forbidden, and letters made with it must be valid Word files. The kind is detected by the file name unless it is
    passed."""
    return list(fields_found(path, kind).problems)


def fields_found(path: Path, kind: str | None = None) -> Checked:
    """The fields that a template uses, and everything wrong with it, as in `check_template`."""
    match opened(path):
        case Checked() as faulty:
            return faulty
        case Opened(package, paragraphs):
            return _tags(package, paragraphs, *_kind_of_file(path.name, kind))


def opened(path: Path) -> Opened | Checked:
    """A template file with the text of its paragraphs, its loops and conditions paired; or all errors."""
    try:
        too_large = path.stat().st_size > LARGEST_FILE
        content = b"\0" * (LARGEST_FILE + 1) if too_large else path.read_bytes()
    except OSError as error:
        problem = Problem(path.name, f"the file cannot be read ({error.strerror})", "check its name and permissions")
        return Checked((), (problem,))
    package = open_package(content, path.name)
    if isinstance(package, Problem):
        return Checked((), (package,))
    if faults := unsafe_parts(package):
        return Checked((), tuple(faults))
    paragraphs: list[str] = []
    for name in (part for part in package.parts if _TEXT_PART.fullmatch(part)):
        try:
            paragraphs += _paragraphs(package.parts[name])
        except ElementTree.ParseError as error:
            where = f"{path.name}, {name}"
            return Checked((), (Problem(where, f"the XML is broken ({error.msg})", "save it again from Word"),))
    if faults := list(_unpaired(package.name, paragraphs)):
        return Checked((), tuple(faults))
    return Opened(package, tuple(paragraphs))


def check_kinds(shelf: Shelf, kinds: Iterable[str]) -> list[Problem]:
    """Everything wrong with the templates of these kinds, in every language and size available."""
    return [problem for kind in kinds for path in shelf.files_of(kind) for problem in check_template(path)]


def _kind_of_file(name: str, kind: str | None) -> tuple[str, str]:
    """The kind and language in a file name: `reminder-1.es.large.docx` is reminder-1 in Spanish."""
    words = name.lower().split(".")
    language = next((word for word in words[1:] if word in LANGUAGES), "en")
    return (kind or words[0]).replace("_", "-"), language


def _tags(package: Package, paragraphs: Sequence[str], kind: str, language: str) -> Checked:
    try:
        template = Template(package)
    except LetterError as error:
        return Checked((), (said(package.name, error),))
    found = tuple(sorted(template.fields))
    if unknown := tuple(unknown_fields(template, paragraphs)):
        return Checked(found, unknown)
    problems = [*trial_problems(template, _trials(kind)), *_duty_problems(template, paragraphs, kind, language)]
    return Checked(found, tuple(problems))


def unknown_fields(template: Template, paragraphs: Sequence[str]) -> Iterator[Problem]:
    """The fields of a template that are not in its merge data, each with where it is used."""
    for name in sorted(template.fields - names_in(template.shape)):
        where = where_used(template.name, name, paragraphs)
        yield Problem(where, unknown_field(name, template.shape), "correct the name, or take the tag out")


def _duty_problems(template: Template, paragraphs: Sequence[str], kind: str, language: str) -> Iterator[Problem]:
    for duty in duties_broken(kind, language, template.fields, "\n".join(paragraphs)):
        text = next((text for text in paragraphs if duty.words and duty.words.lower() in text.lower()), "")
        yield Problem(_place(template.name, text) if text else template.name, duty.what, duty.do)


def _trials(kind: str) -> Iterator[LetterData]:
    """Made-up letters of a kind, including some without the optional data."""
    yield sample_letter(kind, 1, LINES)
    yield sample_letter(kind, 3)
    bare = sample_letter(kind, 1 if kind_of(kind).needs else 0)
    yield replace(bare, letter=replace(bare.letter, pay_by=None), final_accounts=())


def trial_problems(template: Template, trials: Iterable[Merged]) -> Iterator[Problem]:
    """Fill the template with made-up letters: a file that is valid in Word may not be once filled."""
    for data in trials:
        try:
            for xml in template.filled(data).values():
                ElementTree.fromstring(xml)
        except LetterError as error:
            yield said(template.name, error)
            return
        except ElementTree.ParseError as error:
            yield Problem(
                template.name,
                f"a letter made with it is no sound Word file ({error.msg})",
                "let each {%p %} stand alone in its paragraph and each {%tr %} alone in its row",
            )
            return


def _unpaired(name: str, paragraphs: Sequence[str]) -> Iterator[Problem]:
    """Loops and conditions that are not closed, or closed without being open, each with its paragraph."""
    still_open: list[tuple[str, str]] = []
    for text in paragraphs:
        for word in _BLOCK.findall(text):
            if not word.startswith("end"):
                still_open.append((word, text))
            elif still_open and still_open[-1][0] == word.removeprefix("end"):
                still_open.pop()
            else:
                what = f"{{% {word} %}} closes nothing that is open"
                yield Problem(_place(name, text), what, f"put {{% {word.removeprefix('end')} ... %}} before it")
                return
    for word, text in still_open:
        yield Problem(_place(name, text), f"{{% {word} %}} is left open", f"put {{% end{word} %}} after it")


def _paragraphs(xml: bytes) -> list[str]:
    """The text of each paragraph of a part, in order, runs joined."""
    root = ElementTree.fromstring(xml)
    return ["".join(text.text or "" for text in paragraph.iter(f"{_W}t")) for paragraph in root.iter(f"{_W}p")]


def where_used(name: str, field: str, paragraphs: Sequence[str]) -> str:
    """The paragraph with a tag that has the field's last word (its list may have another name)."""
    word = re.compile(rf"\b{re.escape(field.rpartition('.')[2])}\b")
    for text in paragraphs:
        if any(word.search(tag) for tag in _TAG.findall(text)):
            return _place(name, text)
    return name


def _place(name: str, text: str) -> str:
    return f'{name}, "{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"}"'


def said(name: str, error: LetterError) -> Problem:
    """An error of a template as a problem of its file."""
    what = str(error).removeprefix(f"{name}: ")
    return Problem(name, what, "correct the tag in Word")
