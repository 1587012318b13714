"""A matter is offered the forms of its own state only."""

import pytest

from flows.estates.documents.claim_forms import CLAIM_FORMS
from flows.estates.documents.kinds_offered import papers_offered
from letters.estate.kinds import PAPERS

FORMS = set(CLAIM_FORMS.values())


@pytest.mark.parametrize(
    ("state", "forms"),
    [
        ("CA", {"claim-ca"}),
        ("MI", {"claim-mi"}),
        ("SC", {"claim-sc"}),
        ("WI", {"claim-wi"}),
        ("OH", set()),
        (None, set()),
    ],
)
def test_the_form_of_a_state_is_offered_there_and_nowhere_else(state: str | None, forms: set[str]) -> None:
    offered = papers_offered(state)
    assert set(offered) & FORMS == forms
    assert set(offered) | FORMS == set(PAPERS)


def test_papers_are_offered_in_the_order_of_a_matter() -> None:
    assert list(papers_offered("MI")) == [name for name in PAPERS if name in papers_offered("MI")]
