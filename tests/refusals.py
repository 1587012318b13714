"""Refusals as they are said to whoever types, with the command or the options that help."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cli.remedies import sentence
from models.errors import Refused


@contextmanager
def refused(says: str, kind: type[Refused] = Refused) -> Iterator[None]:
    """What is done in the block is refused, in a sentence in which the pattern is found."""
    with pytest.raises(kind) as error:
        yield
    assert re.search(says, sentence(error.value)), sentence(error.value)
