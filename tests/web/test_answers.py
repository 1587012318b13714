"""What a refusal says in the browser: a whole sentence, and nothing of what one would type on a command line."""

import pytest

from models.errors import Refused
from web.answers import sentence


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("the amount is missing", "The amount is missing."),
        ("promise_to_pay needs --amount", "Promise_to_pay needs amount."),
        ("there is no batch 9; `pastdue letters batches` shows them", "There is no batch 9."),
        ("a paper is for the manager to say (--role manager)", "A paper is for the manager to say."),
        ("decide on it first (estate step 1 claim_due --source ...)", "Decide on it first."),
        ("nothing was typed; really!", "Nothing was typed; really!"),
    ],
)
def test_a_refusal_is_a_sentence(said: str, shown: str) -> None:
    assert sentence(Refused(said)) == shown
