"""The least time a list can take under a rate limit, and the time the simplest program takes."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable


class Limiter:
    """When requests may leave: at most `requests` in any `window` seconds, first come, first served."""

    def __init__(self, requests: int, window: float) -> None:
        self._window = window
        self._recent: deque[float] = deque(maxlen=requests)

    def leave(self, ready: float) -> float:
        """The first moment at or after `ready` at which one more request may leave; it is counted."""
        last = self._recent[-1] if self._recent else 0.0
        full = len(self._recent) == self._recent.maxlen
        free = self._recent[0] + self._window if full else 0.0
        self._recent.append(max(ready, last, free))
        return self._recent[-1]


def least_seconds(durations: Iterable[float], *, requests: int, window: float) -> float:
    """From the first request to the last answer, had everything about the look-ups been known beforehand.

    durations: seconds from the acceptance of each batch to its results. Requests take no time; what takes
    longest is sent first; each result is asked for once, when it is there and the limit has room. No
    program can do better, and none that cannot see the future can do as well.
    """
    limiter = Limiter(requests, window)
    ends = sorted([limiter.leave(0.0) + seconds for seconds in sorted(durations, reverse=True)])
    return max((limiter.leave(end) for end in ends), default=0.0)


def one_after_another_seconds(durations: Iterable[float], *, poll_seconds: float) -> float:
    """The simplest program: send a batch, ask every few seconds until it is done, then send the next."""
    return sum(math.ceil(seconds / poll_seconds) * poll_seconds for seconds in durations)
