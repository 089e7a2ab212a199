"""The least time a list can take under a rate limit, and the time the simplest program takes."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence


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


def least_seconds_by_person(batches: Sequence[tuple[float, int]], *, requests: int, window: float) -> float:
    """The same where each person is asked for once, and nothing tells that a batch is ready.

    batches: for each the seconds from its acceptance to its results, and its people.
    """
    limiter = Limiter(requests, window)
    ordered = sorted(batches, reverse=True)
    ready = sorted((limiter.leave(0.0) + seconds, people) for seconds, people in ordered)
    return max((limiter.leave(at) for at, people in ready for _ in range(people)), default=0.0)


def one_after_another_seconds(durations: Iterable[float], *, poll_seconds: float) -> float:
    """The simplest program: send a batch, ask every few seconds until it is done, then send the next."""
    return sum(math.ceil(seconds / poll_seconds) * poll_seconds for seconds in durations)


def one_after_another_by_person(
    batches: Iterable[tuple[float, int]], *, poll_seconds: float, requests: int, window: float
) -> float:
    """The same program where it has to ask for each person when a batch is done, within the limit.

    batches: as in `least_seconds_by_person`.
    """
    limiter = Limiter(requests, window)
    now = 0.0
    for seconds, people in batches:
        done = limiter.leave(now) + seconds
        now = done - seconds
        while now < done:
            now = limiter.leave(now + poll_seconds)
        for _ in range(people):
            now = limiter.leave(now)
    return now
