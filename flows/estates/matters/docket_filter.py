"""Which matters a docket lists: one value for the page, its address, the command and the API. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from compliance.counties import county_key
from compliance.nonclaim_table import STATES
from models.errors import BadInput
from models.estate_enums import DaysLeft

UNASSIGNED = "-"
"""The paralegal or the attorney of a matter that has none."""


@dataclass(frozen=True, slots=True)
class DocketFilter:
    """The matters that are wanted. `paralegal` is a username, `attorney` a code; each may be UNASSIGNED. `county` is
    compared without its ending ("County", "Parish"). `ended`: closed matters too."""

    attorney: str | None = None
    paralegal: str | None = None
    state: str | None = None
    county: str | None = None
    days: DaysLeft | None = None
    ended: bool = False

    def fields(self) -> dict[str, str]:
        """The filter as the fields of an address; what is not asked is left out."""
        said = {
            "attorney": self.attorney,
            "paralegal": self.paralegal,
            "state": self.state,
            "county": self.county,
            "days": None if self.days is None else self.days.value,
            "ended": "true" if self.ended else None,
        }
        return {name: value for name, value in said.items() if value}


ALL = DocketFilter()
"""Every open matter."""


def filter_from(fields: Mapping[str, str | None], *, ended: bool = False) -> DocketFilter:
    """The filter of typed fields; an empty one asks nothing. Raises BadInput for an unknown state or number of days."""
    given = {name: (value or "").strip() for name, value in fields.items()}
    state, days = given.get("state", "").upper(), given.get("days", "")
    if state and state not in STATES:
        raise BadInput(f'"{state}" is not a state', "enter two letters, such as OH", field="state")
    if days and days not in tuple(DaysLeft):
        raise BadInput(f'"{days}" is not a choice of days left', f"enter one of: {', '.join(DaysLeft)}", field="days")
    return DocketFilter(
        given.get("attorney") or None,
        given.get("paralegal") or None,
        state or None,
        county_key(given.get("county", "")) or None,
        DaysLeft(days) if days else None,
        ended,
    )
