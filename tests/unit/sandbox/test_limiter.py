from __future__ import annotations

import pytest

from cleanlist_core.sandbox.limiter import retry_after, window_at


@pytest.mark.parametrize("phase", [0.0, 0.25, 0.999])
@pytest.mark.parametrize("now", [0.0, 59.999, 60.0, 1_780_000_000.123])
def test_a_moment_lies_in_its_window(now: float, phase: float) -> None:
    window = window_at(now, seconds=60, phase=phase)
    assert window.started_at <= now < window.ends_at
    assert window.ends_at - window.started_at == pytest.approx(60)


def test_windows_follow_each_other_without_a_gap() -> None:
    first = window_at(100.0, seconds=6, phase=0.3)
    second = window_at(first.ends_at, seconds=6, phase=0.3)
    assert second.started_at == first.ends_at


@pytest.mark.parametrize(("left", "seconds"), [(59.2, 60), (2.0, 2), (1.5, 2), (0.2, 1), (0.0, 1)])
def test_waiting_is_told_in_whole_seconds_and_always_long_enough(left: float, seconds: int) -> None:
    window = window_at(30.0, seconds=60, phase=0.0)
    assert retry_after(window.ends_at - left, window) == seconds
