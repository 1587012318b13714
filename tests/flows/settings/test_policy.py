"""The settings of the practice have bounds, and say them."""

from datetime import date
from typing import get_args, get_type_hints

import pytest

from flows.settings.commands import change_setting
from flows.settings.policy import FIELD_OF, MEANING, Policy, read_setting
from flows.settings.queries import policy_now
from models.database import Database
from models.errors import BadInput, Refused

BOUNDS = {
    "percent": (100, "whole number of percent from 0 to 100"),
    "days": (3_650, r"whole number of days from 0 to 3,650 \(ten years\)"),
    "minutes": (600, r"whole number of minutes from 0 to 600 \(ten hours\)"),
    "hours": (100_000, r"whole number of hours from 0 to 100,000"),
    "cents": (100_000_000_000, r"whole number of cents from 0 to 100,000,000,000 \(\$1,000,000,000.00\)"),
    "letters": (10_000_000, "whole number of letters from 0 to 10,000,000"),
    "sheets": (10_000_000, "whole number of sheets from 0 to 10,000,000"),
}


def numbers() -> list[str]:
    """The settings that are numbers."""
    kinds = get_type_hints(Policy)
    return [name for name in MEANING if int in (kinds[FIELD_OF[name]], *get_args(kinds[FIELD_OF[name]]))]


@pytest.mark.parametrize("name", numbers())
def test_a_number_has_bounds_and_what_is_beyond_them_is_refused_with_them(name: str) -> None:
    most, says = BOUNDS[name.rpartition("_")[2]]
    assert (read_setting(name, "0"), read_setting(name, f" {most} ")) == (0, most)
    for wrong in (
        str(most + 1),
        "-1",
        "9" * 5_000,
        "1.5",
        "\N{SUPERSCRIPT TWO}",
        "\N{ARABIC-INDIC DIGIT THREE}",
        "ten",
        "",
    ):
        with pytest.raises(Refused, match=says) as refused:
            read_setting(name, wrong)
        assert len(str(refused.value)) < 250


def test_only_a_limit_can_be_none() -> None:
    assert read_setting("release_over_letters", "None") is None
    with pytest.raises(Refused, match=r"from 0 to 10,000,000, or none; not"):
        read_setting("release_over_letters", "many")
    with pytest.raises(Refused, match="from 0 to 100; not"):
        read_setting("settle_at_most_percent", "none")


def test_a_setting_beyond_its_bounds_changes_nothing(database: Database) -> None:
    with pytest.raises(BadInput), database.transaction(actor="boss", business_date=date(2026, 3, 2)) as tx:
        change_setting(tx, "settle_at_most_percent", "101")
    with database.reading() as conn:
        assert policy_now(conn) == Policy()


@pytest.mark.parametrize(("name", "value"), [("settle_without_manager_percent", "60"), ("settle_at_most_percent", "9")])
def test_a_manager_is_never_less_free_than_who_needs_none(database: Database, name: str, value: str) -> None:
    refused = pytest.raises(
        Refused, match="which is the most that a manager can approve; change the other setting first"
    )
    with refused, database.transaction(actor="boss", business_date=date(2026, 3, 2)) as tx:
        change_setting(tx, name, value)
    with database.reading() as conn:
        assert policy_now(conn) == Policy()


def test_roles_are_those_there_are() -> None:
    assert read_setting("second_factor_roles", " Manager,admin, mail room ") == "admin, mail_room, manager"
    assert read_setting("second_factor_roles", "none") == ""
    with pytest.raises(Refused, match="roles separated by commas"):
        read_setting("second_factor_roles", "manager, janitor")


@pytest.mark.parametrize("hour", ["00:00", "02:00", " 21:30 ", "23:59"])
def test_the_hour_of_the_nightly_run_is_one_of_a_clock(hour: str) -> None:
    assert read_setting("nightly_at", hour) == hour.strip()


@pytest.mark.parametrize(
    "hour", ["24:00", "02:60", "2:00", "02:00:00", "0200", "2 am", "none", "", "-1:00", "²²:00", "02:0:"]
)
def test_what_is_no_hour_is_refused_with_what_would_be_one(hour: str) -> None:
    with pytest.raises(Refused, match="nightly_at must be a time as HH:MM from 00:00 to 23:59, such as"):
        read_setting("nightly_at", hour)
