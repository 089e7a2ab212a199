"""The limit a server showed by refusing requests, where it is stricter than the published one.

One refusal may have been an accident: another program used up the rest, or a gateway was nervous. So
what was learned holds for a while and then grows back. A refusal close to the one before was none: each
time the limit holds longer, so that a server that is stricter for good refuses a request once a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LEAST = 5
FIRST_HOLD_WINDOWS = 2.0
LONGER_EACH_TIME = 8.0
LONGEST_HOLD_WINDOWS = 1440.0
GROWTH_PER_WINDOW = 0.1
"""Of the published limit, once what was learned no longer holds."""
CLOSE = 0.2


@dataclass(frozen=True, slots=True)
class Learned:
    """limit: requests in a window. at: when requests were welcome again, seconds since 1970.

    times: how often in a row it was found.
    """

    limit: int
    at: float
    times: int

    def allowed(self, published: int, *, now: float, window_seconds: float) -> int:
        """Requests a window may hold now."""
        hold = min(FIRST_HOLD_WINDOWS * LONGER_EACH_TIME ** (self.times - 1), LONGEST_HOLD_WINDOWS)
        windows = max(0.0, (now - self.at) / window_seconds - hold)
        grown = self.limit + int(windows * max(1.0, GROWTH_PER_WINDOW * published))
        return max(1, min(published, grown))


def after_refusal(known: Learned | None, accepted: int, *, now: float, until: float) -> Learned:
    """What to believe once a request was refused after so many others in the window.

    until: when the next request may be made.
    """
    limit = max(LEAST, accepted)
    if known is None:
        return Learned(limit, until, 1)
    if now < known.at:
        # Requests under way together are refused together: that is one finding, not several.
        return Learned(max(known.limit, limit), max(known.at, until), known.times)
    again = abs(limit - known.limit) <= max(2.0, CLOSE * known.limit)
    return Learned(min(limit, known.limit) if again else limit, until, known.times + 1 if again else 1)


def read_learned(settings: Mapping[str, Any] | None) -> Learned | None:
    """What an organization's settings hold of it."""
    found = (settings or {}).get("learned_limit")
    return Learned(**found) if found else None


def with_learned(settings: Mapping[str, Any] | None, learned: Learned | None) -> dict[str, Any]:
    """The settings with what was learned, or without."""
    rest = {name: value for name, value in (settings or {}).items() if name != "learned_limit"}
    return rest if learned is None else {**rest, "learned_limit": asdict(learned)}
