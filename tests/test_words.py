"""Everything that people read is in plain American English, in the terms of the field."""

import re
from functools import cache

import pytest

from letters.docx.shelf import Shelf
from letters.estate.kinds import PAPERS
from letters.estate.samples import sample_paper
from letters.estate.shelf import estate_template
from letters.kinds import KINDS
from letters.samples import sample_letter
from tests.letters.reading import words
from tests.reading import Text, documents, helps, refusals, strings, tables, templates

pytestmark = pytest.mark.xdist_group("words")  # one worker reads all texts, once

NEVER = (
    r"the house\b(?! of)",
    r"house's|\bhouse policy",
    r"tells?|told(?! apart)",
    r"c(?:a|o)mes? back",
    r"let (?:go|off)",
    r"put down|written down|write (?:it )?down",
    r"mend(?:ed|s|ing)?",
    r"signs(?! (?:here|in|out|for|it|the|a|up|and)\b)",
    r"(?:kept|held|keeps|holds) back",
    r"(?<!-)set aside",
    r"look(?:s|ed|ing)? (?:at|on|again|through)|last look",
    r"deals?|dealt",
    r"way ahead|by (?:it|them|him|her)sel(?:f|ves)",
    r"worth (?:its|his|the|their) while",
    r"settle for less",
    r"nobody fits|there is none",
    r"lies (?:in the past|in the future|after|before)",
    r"whose policy",
    r"the post(?! office)|by post",
    r"take(?:s|n)? in|took in|book files?",
    r"(?:a|his|her|their|your) wish(?:es)?",
    r"(?:went|going|goes) on(?! (?:hold|the|a|it|to|X|\w+day|leave|record))",
    r"not so\.?$|not there|not for you",
    r"of who\b|that which|of whom nothing",
    r"somebody|nobody",
)
"""Phrases that are never used in any text that people read."""

PAYMENT_PLAN = r"arrangements?"
"""The name of a payment plan in commands and columns; people never read it."""

BRITISH = (
    r"\w*colours?|(?<!agency: )licences?|licenced|itemis\w+|organis\w+|recognis\w+|authoris\w+|apologis\w+|summaris\w+|"
    r"analys(?:e|ed|es|ing)|centres?|favour\w*|behaviour\w*|honour\w*|neighbour\w*|judgement|cheques?|enrolments?|"
    r"instalments?|cancell(?:ed|ing)|programmes?|labour|learnt|spelt|whilst|practis\w+|defence|offence|travelled|"
    r"modelled|labelled|totalling|fulfil|ageing|grey|catalogues?|amongst|per cent"
)

VERBS = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|can|cannot|may|must|should|will|would|does|do|did|needs?|lacks?|"
    r"[a-z]+(?:ed|es)|[A-Z]?[a-z]+n't|left|held|sent|set|put|kept|made|paid|given|found|lost|known|ran|went|cut|"
    r"stands?|stops?|holds?|goes|begins?|ends?|fits?|owns?|owes?|means?|keeps?|says?|names?|asks?|allows?|counts?|"
    r"contains?|belongs?|covers?|follows?|responds?|go|lasts?|speaks?|signs?|acts?|selects?|starts?|exists?|matters?|reads?|wants?|works?|differs?|comes?|pays?|waits?|runs?|"
    r"Enter|Choose|Select|Use|Add|Check|Name|Give|Write|Correct|Close|Send|enter|choose|use|name|give|write|add|check)\b"
)
"""A word that can be the verb of a sentence; an error without a verb is unclear."""


PASSED_ON = re.compile(r"^[^a-z ]*$|X(?: \(X, X\))?$|^X, ")
"""A message from another part of the program, after the place where it happened."""


def found(pattern: str, texts: list[Text]) -> list[str]:
    match = re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    return [
        f"{text.where}: {hit[0]!r} in {text.said.strip()[:160]!r}" for text in texts if (hit := match.search(text.said))
    ]


def letters_in_english() -> list[Text]:
    shelf = Shelf()
    patients = [Text(kind, words(shelf.find(kind, "en").render(sample_letter(kind, 2)))) for kind in KINDS]
    return patients + [Text(kind, words(estate_template(kind).render(sample_paper(kind)))) for kind in PAPERS]


READ = {
    "pages and e-mails": templates,
    "the documents": documents,
    "the code": strings,
    "tables": tables,
    "help": helps,
    "letters": letters_in_english,
}


@cache
def texts_of(source: str) -> list[Text]:
    """The texts of a source, read once."""
    return list(READ[source]())


@pytest.mark.parametrize("source", READ)
@pytest.mark.parametrize("phrase", NEVER)
def test_a_phrase_that_makes_a_reader_stop_is_nowhere(phrase: str, source: str) -> None:
    assert found(phrase, texts_of(source)) == []


@pytest.mark.parametrize("source", READ)
def test_spelling_is_american(source: str) -> None:
    assert found(BRITISH, texts_of(source)) == []


@pytest.mark.parametrize("source", ["pages and e-mails", "letters"])
def test_people_read_of_payment_plans(source: str) -> None:
    assert found(PAYMENT_PLAN, texts_of(source)) == []


def test_an_error_is_a_sentence() -> None:
    riddles = [text for text in refusals() if not VERBS.search(text.said) and not PASSED_ON.search(text.said)]
    assert riddles == []


def test_texts_are_found_in_every_place() -> None:
    counts = {source: len(texts_of(source)) for source in READ}
    assert min(counts.values()) > 20, counts
    assert len(list(refusals())) > 300
