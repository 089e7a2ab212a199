"""The rate limit: so many requests per fixed window and organization.

The window begins at a moment of the organization's own, which nobody outside can know: a client that
guesses where it starts will be wrong.
"""

from __future__ import annotations

import math
from typing import NamedTuple


class Window(NamedTuple):
    """A stretch of real time, in seconds since 1970; the end belongs to the next window."""

    started_at: float
    ends_at: float


def window_at(now: float, *, seconds: float, phase: float) -> Window:
    """The window a moment falls into. phase: share (0–1) of a window by which all of them are shifted."""
    index = math.floor(now / seconds - phase)
    return Window((index + phase) * seconds, (index + 1 + phase) * seconds)


def retry_after(now: float, window: Window) -> int:
    """Whole real seconds after which the next window has certainly begun, at least 1."""
    return max(1, math.ceil(window.ends_at - now))
