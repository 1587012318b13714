"""What an agency would bring in for an account comes from what its pool returned for accounts of that age."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.agency_handoff.queries import AGENCY
from flows.practice import Practice
from flows.reports.expected_recovery import ENOUGH, Recovery, recovery
from models import AgencyFile, Placement, PlacementEntry, RemitLine
from models.ratios import Ratio
from tests.flows.agency_handoff.agencies import begin
from tests.small_book import account_of

TODAY = date(2026, 11, 30)


def ratio_of(pairs: list[tuple[float, float]]) -> Ratio:
    found = Ratio()
    for top, bottom in pairs:
        found.add(top, bottom)
    return found


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(1, 500)), min_size=2, max_size=40))
def test_a_ratio_has_the_error_of_its_residuals(pairs: list[tuple[float, float]]) -> None:
    found = ratio_of(pairs)
    assert found.share is not None
    assert found.error is not None
    residuals = [top - found.share * bottom for top, bottom in pairs]
    mean_bottom = sum(bottom for _, bottom in pairs) / len(pairs)
    variance = sum(one * one for one in residuals) / (len(pairs) - 1)
    assert found.error == pytest.approx(math.sqrt(variance / len(pairs)) / mean_bottom, abs=1e-6)


def test_an_estimate_is_net_of_the_fee_and_takes_the_whole_pool_where_an_age_has_too_few() -> None:
    young = ratio_of([(10.0, 100.0)] * 20 + [(30.0, 100.0)] * 20)
    whole = ratio_of([(10.0, 100.0)] * 25 + [(30.0, 100.0)] * 25)
    few = ratio_of([(99.0, 100.0)] * (ENOUGH - 1))
    results = Recovery(
        {("primary", "up to 180 days"): young, ("primary", "over a year"): few, ("primary", None): whole}
    )
    one = results.of("primary", 90, 500_00)
    assert one is not None
    assert (one.net_cents, one.placements) == (100_00, 40)
    assert one.low_cents < 100_00 < one.high_cents
    old = results.of("primary", 500, 500_00)
    assert old is not None
    assert old.placements == 50
    assert results.of("second", 90, 500_00) is None, "not enough history"
    assert results.of(None, 90, 500_00) is None, "no agency follows"


def test_it_counts_what_was_collected_less_commission_of_mature_placements(practice: Practice) -> None:
    begin(practice)
    account = account_of(practice.database, "A1")
    with practice.database.transaction(actor="boss", business_date=TODAY) as tx:
        agency = tx.conn.execute(AGENCY.select()).first()
        assert agency is not None
        file = {"id": 9, "agency_id": agency.id, "kind": "remittance", "name": "r.csv", "sha256": "r"}
        tx.insert(AgencyFile, [{**file, "on": TODAY, "layout": "plain-csv", "lines": 1}])
        for number in range(100, 160):
            ripe = number < 140
            on = TODAY - timedelta(days=120 if ripe else 60)
            row = {"account_id": account.id, "guarantor_id": account.guarantor_id, "creditor_id": account.creditor_id}
            more = {"pool": "primary", "state": "ended", "wanted_on": on, "wanted_by": "schedule", "placed_on": on}
            cents = {"placed_cents": 100_00, "age_days": 120, "agency_id": agency.id}
            tx.insert(Placement, [{"id": number, **row, **more, **cents}])
            collected = -40_00 if number % 2 else 0
            entry = {"entry_id": number, "placement_id": number, "on": TODAY, "kind": "collected", "late": False}
            tx.insert(PlacementEntry, [{**entry, "amount_cents": collected}])
            if collected:
                line = {"id": number, "agency_id": agency.id, "file_id": 9, "line": 1, "placement_id": number}
                money = {"gross_cents": 40_00, "commission_cents": 10_00, "net_cents": 30_00, "expected_cents": 10_00}
                days = {"kind": "payment", "reference": f"r{number}", "on": TODAY, "paid_on": TODAY}
                tx.insert(RemitLine, [{**line, **money, **days}])
    with practice.database.reading() as conn:
        results = recovery(conn, TODAY)
    one = results.of("primary", 100, 200_00)
    assert one is not None
    # Half of the accounts brought in 40 dollars of 100, of which the agency kept 10.
    assert (one.placements, one.net_cents) == (40, 30_00)
