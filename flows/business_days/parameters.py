"""Days as parameters of a flow: text from Prefect's command line and its page, dates from here."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from models.values import date_from_iso


def _a_day(given: object) -> object:
    """A date as it is, or read from text. Raises BadValue for any other text, and for a number, which names no day."""
    if given is None or type(given) is date:
        return given
    return date_from_iso(str(given))


Day = Annotated[date, BeforeValidator(_a_day)]
"""A business date as a parameter."""
