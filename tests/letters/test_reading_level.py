"""Letters can be read by a patient with six years of school: measured on each letter as it is printed.

English by the Flesch-Kincaid grade, Spanish by the Fernández Huerta ease (80 and more: easy, sixth grade). Measured are
whole sentences; names, tables and addresses are not prose. Passages whose words a rule prescribes are measured apart,
with a bound of their own.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
import textstat

from letters.docx.shelf import Shelf
from letters.estate.samples import sample_paper
from letters.estate.shelf import estate_template
from letters.kinds import KINDS
from letters.samples import sample_letter
from tests.letters.reading import words

SHELF = Shelf()

PRESCRIBED = (
    "financial assistance policy",  # 26 CFR 1.501(r)-4(b)(5), -6(c)(4)
    "política de asistencia financiera",
    "amounts generally billed",
    "montos que generalmente se cobran",
    "security interest",  # 12 CFR 1026.18
    "garantía real",
    "personally responsible",  # what keeps a letter to a family from reading as a demand: 12 CFR 1006.6(a)(4)
)
SIXTH_GRADE = 6.0
EASY = 80.0
PRESCRIBED_GRADE = 9.0
PRESCRIBED_EASE = 60.0
LONGEST = 36
"""Words in the longest sentence of a letter that no rule prescribes."""


def prose(text: str) -> Iterator[str]:
    """The paragraphs of a letter that are sentences, with web addresses and telephone numbers as one short word."""
    for line in map(str.strip, text.splitlines()):
        if len(line.split()) >= 6 and line.endswith((".", "?", "!")):
            yield re.sub(r"\(\d{3}\) 555-\d{4}|\S+\.example(/\w+)?", "number", line)


def paragraphs(kind: str, language: str, charity: bool) -> tuple[list[str], list[str]]:
    """What a letter says in its own words, and what a rule prescribes."""
    data = sample_letter(kind, 2, language=language)
    data = replace(data, creditor=replace(data.creditor, is_nonprofit_hospital=charity))
    said = list(prose(words(SHELF.find(kind, language).render(data))))
    ruled = [line for line in said if any(phrase in line for phrase in PRESCRIBED)]
    return [line for line in said if line not in ruled], ruled


@pytest.fixture(autouse=True)
def in_english_again() -> Iterator[None]:
    yield
    textstat.set_lang("en_US")


@pytest.mark.parametrize("charity", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_an_english_letter_is_read_with_six_years_of_school(kind: str, charity: bool) -> None:
    textstat.set_lang("en_US")
    own, ruled = paragraphs(kind, "en", charity)
    assert textstat.flesch_kincaid_grade("\n".join(own)) <= SIXTH_GRADE
    assert not ruled or textstat.flesch_kincaid_grade("\n".join(ruled)) <= PRESCRIBED_GRADE


@pytest.mark.parametrize("charity", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_spanish_letter_is_easy_to_read(kind: str, charity: bool) -> None:
    textstat.set_lang("es")
    own, ruled = paragraphs(kind, "es", charity)
    assert textstat.fernandez_huerta("\n".join(own)) >= EASY
    assert not ruled or textstat.fernandez_huerta("\n".join(ruled)) >= PRESCRIBED_EASE


@pytest.mark.parametrize(("kind", "language"), [*product(KINDS, ("en", "es"))])
def test_no_sentence_of_a_letter_has_to_be_read_twice(kind: str, language: str) -> None:
    own, _ = paragraphs(kind, language, False)
    long = [
        sentence
        for line in own
        for sentence in re.split(r"(?<=[.?!:]) (?=[A-Z¿ÁÉÍÓÚ])", line)
        if len(sentence.split()) > LONGEST
    ]
    assert long == []


@pytest.mark.parametrize("kind", ["inquiry", "apology", "condolence", "representative-notice", "payment-reminder"])
def test_a_letter_to_a_family_is_read_with_six_years_of_school(kind: str) -> None:
    textstat.set_lang("en_US")
    text = words(estate_template(kind).render(sample_paper(kind)))
    own = [line for line in prose(text) if not any(one in line for one in PRESCRIBED)]
    assert textstat.flesch_kincaid_grade("\n".join(own)) <= SIXTH_GRADE


def test_a_letter_in_the_language_of_lawyers_would_be_found() -> None:
    textstat.set_lang("en_US")
    legal = (
        "Notwithstanding any contractual adjustment heretofore communicated, the undersigned respectfully requests "
        "remittance of the outstanding obligation in its entirety immediately upon receipt of this correspondence."
    )
    assert textstat.flesch_kincaid_grade(legal) > SIXTH_GRADE
