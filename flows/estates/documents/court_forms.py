"""The court forms that a practice fills as PDF: a table, with the fields of each form. Pure."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field

from compliance.nonclaim_table import STATES
from flows.estates.documents.courts import Sure
from flows.settings.tables.reading import read_words, refuse
from flows.settings.tables.words import Name, Text
from letters.estate.form_values import FormValue
from letters.estate.kinds import PAPERS

SHIPPED = Path(__file__).with_name("court-forms.yaml")

TABLE = "court-forms"
"""Its name among the practice's tables."""

Words: TypeAlias = Annotated[str, Field(min_length=1, max_length=300)]


class FormText(Text):
    """One form: whose it is, which document it takes the place of, and what goes into its fields."""

    state: str
    number: Words
    name: Words
    paper: str
    edition: str = ""
    url: Annotated[str, Field(pattern=r"^https://", max_length=300)]
    fields: dict[str, FormValue] = Field(default_factory=dict[str, FormValue])
    ticks: dict[str, Annotated[str, Field(pattern=r"^/\S+$")]] = Field(default_factory=dict[str, str])
    source: Words
    read_on: date
    confidence: Sure


class FormsText(Text):
    """The whole table."""

    forms: dict[Name, FormText] = Field(default_factory=dict[str, FormText])


@lru_cache(16)
def forms_from(text: str, file: str = TABLE) -> Mapping[str, FormText]:
    """The forms of a text by their codes. Raises BadSchedule with every invalid entry, each with its line."""
    words, document = read_words(text, file, FormsText)
    taken: dict[tuple[str, str], str] = {}
    for code, form in words.forms.items():
        if form.state not in STATES:
            raise refuse(file, document, ("forms", code, "state"), "is not a state; enter two letters, such as CA")
        if form.paper not in PAPERS:
            message = f'"{form.paper}" is not a document; the documents are {", ".join(PAPERS)}'
            raise refuse(file, document, ("forms", code, "paper"), message)
        other = taken.setdefault((form.state, form.paper), code)
        if other != code:
            message = f"is for the same document and state as {other}; remove one"
            raise refuse(file, document, ("forms", code), message)
    return words.forms


def form_for(forms: Mapping[str, FormText], paper: str, state: str | None) -> tuple[str, FormText] | None:
    """The form that takes the place of a document in a state, with its code; None if there is none with fields."""
    return next(
        ((code, form) for code, form in forms.items() if (form.state, form.paper) == (state, paper) and form.fields),
        None,
    )
