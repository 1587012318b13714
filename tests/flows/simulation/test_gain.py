"""How sure a simulation is of what a draft collects more: an interval from the spread among guarantors, or none."""

import random
from collections import Counter
from datetime import date

import pytest

from flows.dunning.versions.publish import SHIPPED
from flows.simulation.case import Path
from flows.simulation.learned_view import LearnedRow
from flows.simulation.report import document
from flows.simulation.result import FEW, Gain, Result, empty_result
from tests.flows.simulation.test_agrees import schedule_of

SCHEDULE = schedule_of((SHIPPED / "patient-balance.yaml").read_text())
LEARNED: LearnedRow = {
    "step": "reminder-1",
    "balance": "all",
    "age": "all",
    "steps": 100,
    "paid": None,
    "promised": None,
    "returned": None,
}


def gain_of(differences: list[int]) -> Gain:
    gain = Gain()
    for cents in differences:
        gain.add(cents)
    return gain


def test_the_interval_has_the_true_difference_in_95_of_100_samples() -> None:
    chance = random.Random(7)
    guarantors, rate, paid = 2_000, 0.05, 100_00
    true = guarantors * rate * paid
    held = 0
    for _ in range(300):
        found = gain_of([paid if chance.random() < rate else 0 for _ in range(guarantors)]).interval
        assert found is not None
        held += found.low_cents <= true <= found.high_cents
    assert 0.91 <= held / 300 <= 0.99


def test_it_is_the_same_in_any_order_and_in_parts() -> None:
    differences = [((n * 37) % 11 - 4) * 1_000 for n in range(200)]
    whole, parts = gain_of(differences), gain_of(differences[:70])
    parts.merge(gain_of(differences[70:][::-1]))
    assert whole == parts


@pytest.mark.parametrize("differing", [0, 1, FEW - 1])
def test_too_few_guarantors_have_no_interval(differing: int) -> None:
    gain = gain_of([50_00] * differing + [0] * 1_000)
    assert gain.interval is None
    gain.merge(gain_of([50_00] * FEW))
    assert gain.interval is not None


def result_of(differences: list[int]) -> Result:
    """A simulation in which each guarantor pays 100 dollars now, and so much more or less by the draft."""
    result = empty_result(date(2026, 2, 17), 7)
    for cents in differences:
        result.add(Path(collected=[(0, 100_00)]), Path(collected=[(0, 100_00 + cents)]), accounts=False)
    return result


def test_a_document_has_the_paired_difference_if_people_answer() -> None:
    result = result_of([10_00] * 40 + [0] * 60)
    gain = document(result, SCHEDULE, [], accounts=False, learned=[LEARNED])["gain"]
    assert gain is not None and gain["low_cents"] is not None and gain["high_cents"] is not None
    assert gain["low_cents"] < gain["cents"] == 400_00 < gain["high_cents"]
    assert gain["guarantors"] == 40
    assert document(result, SCHEDULE, [], accounts=False)["gain"] is None


def test_accounts_stand_in_the_order_of_the_schedule() -> None:
    result = empty_result(date(2026, 2, 17), 7)
    result.stands = Counter({"final-notice": 1, "reminder-2": 2, "": 3, "first-call": 4, "reminder-1": 5})
    stands = document(result, SCHEDULE, [], accounts=False)["stands"]
    assert list(stands) == ["", "reminder-1", "first-call", "reminder-2", "final-notice"]
