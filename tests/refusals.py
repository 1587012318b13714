"""Refusals as the command line shows them, with the command or the options that help."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cli.remedies import sentence
from models.errors import Refused


@contextmanager
def refused(says: str, kind: type[Refused] = Refused) -> Iterator[None]:
    """The block must be refused, with a sentence that matches the pattern."""
    with pytest.raises(kind) as error:
        yield
    assert re.search(says, sentence(error.value)), sentence(error.value)
