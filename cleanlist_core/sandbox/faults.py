"""Things that go wrong on request: by script (the second request) or by chance (one in ten).

Written as `endpoint:when=fault`, joined with commas: `bulk:2=500,status:10%=503,workflow:1=never_ends`.
`when` is a number from 1, a range `2-5`, a share `10%`, or `*` for always. Some faults take a number
after another colon: `slow:2.5`, `429:3`, `clock_skew:-90`. Chance follows from the seed and from how
many requests came before.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from cleanlist_core.sandbox.providers import DRAW_RANGE
from cleanlist_core.sandbox.waterfall import chances_for
from cleanlist_core.sandbox.workflows import FATES

REQUESTS = ("validate", "balance", "bulk", "status", "deliveries", "contact")
WORKFLOW = "workflow"
ANY = "any"

BEFORE = frozenset({"429", "500", "503", "html_502", "reset_before"})
"""Faults that strike before a request is looked at: nothing was accepted, nothing counted."""
AFTER = frozenset(
    {"500_after", "html_502_after", "cut_json", "wrong_type", "slow", "reset_after", "clock_skew"}
)
"""Faults of the answer: what the request asks for was done."""
AMOUNTS = {"slow": 2.0, "429": 1.0, "clock_skew": 90.0}
"""Faults that take a number, in real seconds, and what it is when none is given."""

_CLAUSE = re.compile(r"(?P<who>[a-z]+):(?P<when>[^=]+)=(?P<what>[a-z0-9_]+)(?::(?P<amount>[^:]+))?")
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")
_LONGEST_SLOW = 600.0


class Fault(NamedTuple):
    """kind: of BEFORE, AFTER or FATES. amount: see AMOUNTS, else 0."""

    kind: str
    amount: float = 0.0


@dataclass(frozen=True)
class Clause:
    """One fault and when it strikes: from the first to the last request (0 for no end), or by chance."""

    who: str
    fault: Fault
    first: int = 1
    last: int = 0
    share: float = 1.0

    def strikes(self, who: str, number: int, chance: float) -> bool:
        if self.who not in (who, ANY) or (self.who == ANY and who == WORKFLOW):
            return False
        return self.first <= number and (not self.last or number <= self.last) and chance < self.share


def read_faults(text: str) -> tuple[Clause, ...]:
    """The clauses of a text, none for "". Raises ValueError that says which one makes no sense."""
    return tuple(_read_clause(part.strip()) for part in text.split(",") if part.strip())


def _read_clause(text: str) -> Clause:
    match = _CLAUSE.fullmatch(text)
    if match is None:
        raise ValueError(f"the fault {text!r} is not written as endpoint:when=fault")
    who, kind = match["who"], match["what"]
    known = FATES if who == WORKFLOW else tuple(sorted(BEFORE | AFTER))
    if who not in (*REQUESTS, WORKFLOW, ANY):
        names = ", ".join((*REQUESTS, WORKFLOW, ANY))
        raise ValueError(f"faults cannot strike {who!r}; there are: {names}")
    if kind not in known:
        raise ValueError(f"unknown fault {kind!r} for {who}; there are: {', '.join(known)}")
    first, last, share = _read_when(match["when"], text)
    return Clause(who, Fault(kind, _read_amount(kind, match["amount"], text)), first, last, share)


def _read_when(when: str, text: str) -> tuple[int, int, float]:
    if when == "*":
        return 1, 0, 1.0
    if when.endswith("%"):
        try:
            share = float(when[:-1]) / 100
        except ValueError:
            share = -1
        if not 0 <= share <= 1:
            raise ValueError(f"the share in {text!r} is not between 0% and 100%")
        return 1, 0, share
    match = _RANGE.fullmatch(when)
    first = int(match[1]) if match else 0
    last = int(match[2] or match[1]) if match else 0
    if first < 1 or last < first:
        raise ValueError(f"the fault {text!r} does not say when: 2, 2-5, 10% or *")
    return first, last, 1.0


def _read_amount(kind: str, given: str | None, text: str) -> float:
    if given is None:
        return AMOUNTS.get(kind, 0.0)
    try:
        amount = float(given)
    except ValueError:
        amount = float("nan")
    if kind not in AMOUNTS or not abs(amount) < 1e9:
        raise ValueError(f"the number in {text!r} has no meaning")
    if kind != "clock_skew" and not 0 <= amount <= _LONGEST_SLOW:
        raise ValueError(f"the seconds in {text!r} are not between 0 and {_LONGEST_SLOW:g}")
    return amount


class FaultPlan:
    """The faults of a sandbox and how many requests each endpoint has had; safe between threads.

    Requests are counted by this process alone, also when several share a state file.
    """

    def __init__(self, text: str, seed: str) -> None:
        self._lock = threading.Lock()
        self._seed = seed
        self.change(text)

    def change(self, text: str) -> None:
        """Plan other faults and count from the beginning. Raises ValueError; then nothing is changed."""
        clauses = read_faults(text)
        with self._lock:
            self.text = text
            self._clauses = clauses
            self._counts: Counter[str] = Counter()
            self._struck: Counter[str] = Counter()

    def next_fault(self, who: str) -> Fault | None:
        """What strikes the next request to an endpoint (or the next workflow), which is counted."""
        if not self._clauses:
            return None
        with self._lock:
            self._counts[who] += 1
            number = self._counts[who]
            for position, clause in enumerate(self._clauses):
                if clause.strikes(who, number, self._chance(position, who, number)):
                    self._struck[clause.fault.kind] += 1
                    return clause.fault
        return None

    def _chance(self, position: int, who: str, number: int) -> float:
        draw = chances_for(self._seed, "fault", f"{position}:{who}:{number}")
        return int.from_bytes(draw[:2], "little") / DRAW_RANGE

    def counts(self) -> dict[str, dict[str, int]]:
        """requests: how many each endpoint has had since the plan was made; faults: how often each struck."""
        with self._lock:
            return {"requests": dict(self._counts), "faults": dict(self._struck)}
