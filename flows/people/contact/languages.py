"""The languages to choose from, by name, and the form of a language code."""

import re
from collections.abc import Mapping

from letters.kinds import LANGUAGES as WRITTEN
from models.errors import BadInput

_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
"""A code of ISO 639, with a region if any: `es`, `hmn`, `pt-BR`."""

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "es": "Spanish",
    "am": "Amharic",
    "ar": "Arabic",
    "zh": "Chinese",
    "fr": "French",
    "ht": "Haitian Creole",
    "hi": "Hindi",
    "hmn": "Hmong",
    "ko": "Korean",
    "nv": "Navajo",
    "fa": "Persian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "so": "Somali",
    "tl": "Tagalog",
    "ur": "Urdu",
    "vi": "Vietnamese",
}
"""Languages spoken in the United States; the first two are those in which every letter is written."""

_OTHERWISE = "calls with an interpreter, letters in English"


def check_language(code: str | None, stored: str) -> None:
    """Raise BadInput for an invalid language code; a stored one may stay."""
    if code is not None and code != stored and _CODE.fullmatch(code) is None:
        raise BadInput(f'"{code}" is not a language code', "enter two or three lowercase letters, such as en, es or vi")


def language_name(code: str) -> str:
    """A language by its name, with the code if that says more; an unknown code unchanged."""
    name = LANGUAGES.get(code.partition("-")[0])
    return code if name is None else name if code in LANGUAGES else f"{name} ({code})"


def choices(stored: str) -> list[tuple[str, str]]:
    """The choices for a person, as code and words; the stored one is always among them."""
    codes = LANGUAGES if stored in LANGUAGES else {stored: stored, **LANGUAGES}
    return [(code, _words(code)) for code in codes]


def _words(code: str) -> str:
    name = language_name(code)
    return name if code.partition("-")[0] in WRITTEN else f"{name}: {_OTHERWISE}"
