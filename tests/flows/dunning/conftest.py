"""Books in which accounts wait at a gate."""

import pytest

from flows.practice import Practice
from tests.flows.agency_handoff.agencies import FIRST, begin
from tests.flows.dunning.gates import DAY, GATED, LATER
from tests.small_book import publish_text, run_days


@pytest.fixture
def at_the_gate(practice: Practice) -> Practice:
    """Two accounts of one guarantor that would have gone to an agency long ago, and wait for a review."""
    begin(practice, numbers=("A1", "A2"))
    publish_text(practice.database, GATED)
    run_days(practice, FIRST, LATER, DAY)
    return practice
