"""The practice's own calendar as a table: closed days, and holidays on which it works. Pure."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from flows.schedules.schedule import PracticeDays, holiday_names
from flows.settings.tables.difference import NOTHING, Sections
from flows.settings.tables.edit import changes, with_changes
from flows.settings.tables.reading import read_words, refuse
from flows.settings.tables.words import Text
from flows.settings.tables.yaml_text import nearest
from models.values import day_text

SHIPPED = Path(__file__).with_name("practice-days.yaml")

TABLE = "calendar"
"""Its name among the practice's tables."""

MOST_DAYS = 200
"""The closed days of a table at most."""

ANY_LEAP_YEAR = 2000


class ClosedText(Text):
    """A closed day, once or every year."""

    date: dt.date | None = None
    yearly: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] | None = None
    name: Annotated[str, Field(min_length=1, max_length=80)]


class PracticeDaysText(Text):
    """The whole table."""

    closed: Annotated[list[ClosedText], Field(max_length=MOST_DAYS)] = Field(default_factory=list[ClosedText])
    works_on: list[str] = Field(default_factory=list[str])


@lru_cache(16)
def practice_days_from(text: str, file: str = TABLE) -> PracticeDays:
    """The calendar of a text. Raises BadSchedule with the line of an entry that is no day, twice, or no holiday."""
    words, document = read_words(text, file, PracticeDaysText)
    closed: set[dt.date] = set()
    yearly: set[tuple[int, int]] = set()
    for place, one in enumerate(words.closed):
        if (one.date is None) == (one.yearly is None):
            raise refuse(file, document, ("closed", place), "needs either date or yearly")
        if one.date in closed or (one.yearly is not None and _day(one.yearly) in yearly):
            raise refuse(file, document, ("closed", place), "is listed twice; remove one of them")
        if one.date is not None:
            closed.add(one.date)
        elif one.yearly is not None:
            if (day := _day(one.yearly)) is None:
                raise refuse(file, document, ("closed", place, "yearly"), f'"{one.yearly}" is not a day; enter MM-DD')
            yearly.add(day)
    known = holiday_names(ANY_LEAP_YEAR + 25)
    for place, name in enumerate(words.works_on):
        if name not in known:
            message = f'"{name}" is not a federal holiday{nearest(name, known)}'
            raise refuse(file, document, ("works_on", place), message)
    return PracticeDays(frozenset(closed), frozenset(yearly), frozenset(words.works_on))


def _day(text: str) -> tuple[int, int] | None:
    month, _, day = text.partition("-")
    try:
        dt.date(ANY_LEAP_YEAR, int(month), int(day))
    except ValueError:
        return None
    return int(month), int(day)


def calendar_words(text: str) -> PracticeDaysText:
    """The calendar as its form has it. Raises BadSchedule."""
    return read_words(text, TABLE, PracticeDaysText)[0]


def calendar_sections(text: str) -> Sections:
    """What a calendar says."""
    return {"": dict(_lines(calendar_words(text)))}


def _lines(words: PracticeDaysText) -> Iterator[tuple[str, str]]:
    for one in words.closed:
        yield f"Closed {closed_words(one)}", one.name
    yield "Holidays on which the practice works", ", ".join(words.works_on) or NOTHING


def closed_words(one: ClosedText) -> str:
    """When a closed day is: ``on Dec 24, 2026``, ``every year on Dec 24``."""
    if one.date is not None:
        return f"on {day_text(one.date)}"
    month, day = _day(one.yearly or "") or (1, 1)
    return f"every year on {dt.date(ANY_LEAP_YEAR, month, day):%b} {day}"


def edit_calendar(base: str, present: str, mine: PracticeDaysText) -> str:
    """The calendar in force with what a form changed since `base`, the text that it was drawn from."""
    before, after = (one.model_dump(exclude_none=True) for one in (calendar_words(base), mine))
    return with_changes(present, changes(before, after))
