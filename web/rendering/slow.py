"""Pages that LibreOffice draws: in two lanes, one at a time in each, so that no other page waits for them.

A request that waits for its turn holds no thread. Short requests (the pages of a letter or document) do not wait behind
long ones (a print run, a packet).
"""

# At the edge: a page's own parameters have no types.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from hashlib import sha256
from pathlib import Path
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

P = ParamSpec("P")
R = TypeVar("R")

CACHE_BYTES = 32_000_000


class Lanes:
    """The lanes of one workspace, and the recent PDFs drawn in them."""

    def __init__(self) -> None:
        self.short = CapacityLimiter(1)
        self.long = CapacityLimiter(1)
        self.drawn = Drawn()


class Drawn:
    """Recent PDFs by the digest of their Word file, in memory only."""

    def __init__(self, most: int = CACHE_BYTES) -> None:
        self._most, self._bytes = most, 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, word_file: Path, draw: Callable[[Path], bytes]) -> bytes:
        """The PDF of a Word file: from memory, or drawn now."""
        digest = sha256(word_file.read_bytes()).hexdigest()
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
                return self._kept[digest]
        pdf = draw(word_file)
        with self._lock:
            if digest not in self._kept and len(pdf) <= self._most:
                self._kept[digest] = pdf
                self._bytes += len(pdf)
            while self._bytes > self._most:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return pdf


def drawn_shortly(endpoint: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """A route that needs seconds to respond: the pages of one letter or document."""
    return _in_lane(endpoint, "short")


def drawn_at_length(endpoint: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """A route that may need minutes to respond: a print run, a proof, a packet."""
    return _in_lane(endpoint, "long")


def _in_lane(endpoint: Callable[P, R], lane: str) -> Callable[P, Awaitable[R]]:
    @wraps(endpoint)
    async def waits(*args: P.args, **kwargs: P.kwargs) -> R:
        visit = kwargs["visit"]
        limiter: CapacityLimiter = getattr(visit.work.lanes, lane)  # pyright: ignore[reportAttributeAccessIssue]
        return await to_thread.run_sync(partial(endpoint, *args, **kwargs), limiter=limiter)

    return waits
