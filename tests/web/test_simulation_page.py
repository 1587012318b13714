"""The page of a simulation: the difference in what is collected with its interval, and what its figures mean."""

from dataclasses import asdict

import orjson
import pytest

from flows.dunning.versions.publish import SHIPPED
from flows.simulation.jobs import FOLDER, Request
from flows.simulation.report import stored
from models.user_enums import Role
from tests.flows.simulation.test_gain import LEARNED, SCHEDULE, result_of
from tests.web.site import DAY, Site

NUMBER = "20260217-0123456789abcdef"


def page_of(site: Site, differences: list[int], *, answers: bool = True) -> str:
    """The page of a simulation that is done, with these differences in cents by guarantor."""
    folder = site.practice.settings.home / FOLDER / NUMBER
    folder.mkdir(parents=True, exist_ok=True)
    text = (SHIPPED / "patient-balance.yaml").read_text()
    result = stored(result_of(differences), SCHEDULE, ["A"], [LEARNED] if answers else [])
    (folder / "request.json").write_bytes(
        orjson.dumps(asdict(Request("Draft", text, DAY, 7, "grace", answers=answers)))
    )
    (folder / "status.json").write_bytes(orjson.dumps({"state": "done", "done": 1, "all": 1, "pid": 1, "error": None}))
    (folder / "result.json").write_bytes(orjson.dumps(result))
    return site.as_(Role.MANAGER).get(f"/simulations/{NUMBER}").text


@pytest.mark.parametrize(
    ("differences", "says", "never"),
    [
        ([10_00] * 40 + [0] * 60, "95% interval of the difference: $30", "It includes $0.00"),
        ([10_00, -10_00] * 50, "It includes $0.00: chance alone could explain the difference", "has no interval"),
        (
            [10_00] * 29,
            "has no interval: only 29 guarantors pay more or less than now, and it takes 30",
            "95% interval of",
        ),
    ],
)
def test_the_difference_has_an_interval_or_the_page_says_why_not(
    site: Site, differences: list[int], says: str, never: str
) -> None:
    page = page_of(site, differences)
    assert says in page and never not in page


def test_without_answers_nothing_is_said_of_what_is_collected(site: Site) -> None:
    page = page_of(site, [0], answers=False)
    assert "interval" not in page and "<dt>Collected" not in page


def test_blocked_steps_are_explained(site: Site) -> None:
    page = page_of(site, [0])
    assert "Blocked steps are those that were due and not allowed that day" in page
