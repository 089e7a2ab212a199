"""How a sandbox behaves: how fast, how strict, how generous."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SandboxOptions:
    """Settings of one sandbox; processes that share a state file should share these too.

    time_factor: how many simulated seconds pass in a real one; 10 ends a 40-second workflow after 4.
    rate_limit: requests an organization may make per window; window_seconds is simulated time, so a
        minute at factor 10 lasts 6 real seconds.
    credits: what a new organization starts with.
    dialect: which of the documented forms is spoken, names of `dialects.py` joined with `+`.
    seed: everything that looks like chance follows from it and from who is looked up.
    faults: what goes wrong and when, see `faults.py`.
    webhooks_anywhere: announce to any address, and not to this machine alone.
    webhook_timeout_seconds: real time a receiver has to answer.
    announced_results: people one announcement carries at most.
    """

    time_factor: float = 10
    rate_limit: int = 60
    window_seconds: float = 60
    credits: float = 1000
    dialect: str = "default"
    seed: str = "cleanlist-sandbox"
    faults: str = ""
    webhooks_anywhere: bool = False
    webhook_timeout_seconds: float = 10
    announced_results: int = 250

    def __post_init__(self) -> None:
        if not self.time_factor > 0:
            raise ValueError("time_factor must be above 0")
        if self.rate_limit < 1:
            raise ValueError("rate_limit must be at least 1")
        if not self.window_seconds > 0:
            raise ValueError("window_seconds must be above 0")
        if self.credits < 0:
            raise ValueError("credits must not be negative")
        if not self.webhook_timeout_seconds > 0:
            raise ValueError("webhook_timeout_seconds must be above 0")
        if self.announced_results < 1:
            raise ValueError("announced_results must be at least 1")

    @property
    def real_window_seconds(self) -> float:
        return self.window_seconds / self.time_factor
