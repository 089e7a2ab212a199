"""The engine: a thread that sees to it that every run that can go on is driven.

Web processes and workers run the same one, on one machine or several. They need not know of one another:
a lease in the database lets one of them drive a run, and what a dead one leaves is due again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from cleanlist_core.domain import RunState
from cleanlist_core.runs.driver import DriveOptions, drive, take_over_from_the_dead
from cleanlist_core.store import clock_set_back, run_log, runs
from cleanlist_core.store.database import Database, StoreError

LOOK_SECONDS = 0.5
TEND_SECONDS = 10.0
LONGEST_DRAIN_SECONDS = 25.0
"""How long a stop waits for requests under way: whoever is cut off in a send leaves people in doubt."""
KEYLESS_SECONDS = 5.0
"""A run without a key here is left alone this long: a command with its own key may be about to drive it."""
MOST_RUNS = 32
"""Runs driven at once; each takes a few threads that mostly wait."""
TURN_SECONDS = 60.0
"""How long a run is driven before others that wait have their turn."""

OptionsMaker = Callable[[str], DriveOptions | None]
"""organization id → how to drive its runs, or None while no key of it is known."""

logger = logging.getLogger(__name__)


@dataclass
class _Driving:
    since: float
    give_way: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(default_factory=threading.Thread)


class EmbeddedEngine:
    """Drives the runs of one database from this process. Stopping it loses nothing.

    why_keyless: organization id → what a run without a key waits for. keys_here: organization id → what
    its runs need not wait for here. tend: done every few seconds. most: runs at once; when more are due
    they take turns.
    """

    def __init__(
        self,
        database: Database,
        options_for: OptionsMaker,
        *,
        why_keyless: Callable[[str], str] = lambda _organization: "no_key",
        keys_here: Callable[[str], Sequence[str]] = lambda _organization: (),
        tend: Callable[[], None] = lambda: None,
        most: int = MOST_RUNS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._options_for = options_for
        self._why_keyless = why_keyless
        self._keys_here = keys_here
        self._tend = tend
        self._most = most
        self._clock = clock
        self._tended = clock()
        self._appetite = 1
        self._stop = threading.Event()
        self._driving: dict[str, _Driving] = {}
        self._keyless_since: dict[str, float] = {}
        self._supervisor = threading.Thread(target=self._supervise, name="cleanlist-engine", daemon=True)

    def start(self) -> None:
        self._supervisor.start()

    def stop(self, longest_seconds: float = LONGEST_DRAIN_SECONDS) -> None:
        """End after the requests under way; whatever is not done then is taken up at the next start."""
        self._stop.set()
        until = time.monotonic() + longest_seconds
        if self._supervisor.is_alive():
            self._supervisor.join(longest_seconds)
        for one in list(self._driving.values()):
            one.thread.join(max(0.0, until - time.monotonic()))

    def _supervise(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except StoreError as error:
                logger.warning("the engine waits for the data store: %s", error.message)
            except Exception as error:  # without its supervisor no list of anybody would go on
                logger.error("the engine met %s and looks again", type(error).__name__)
            self._stop.wait(LOOK_SECONDS)

    def look(self) -> None:
        """Take up what is due and may be driven here."""
        take_over_from_the_dead(self._database)
        if clock_set_back.leases_lie_ahead(self._database):
            clock_set_back.follow_the_clock(self._database)
        self._wake_whose_key_is_here()
        self._driving = {run_id: one for run_id, one in self._driving.items() if one.thread.is_alive()}
        due = [found for found in runs.due_runs(self._database) if found[0] not in self._driving]
        left = self._take_up(due)
        self._give_way(left if len(self._driving) >= self._most else 0)
        if self._clock() - self._tended >= TEND_SECONDS:
            self._tended = self._clock()
            self._tend()

    def _take_up(self, due: list[tuple[str, str]]) -> int:
        """Begin with a few, and more at each look while some are left: so processes share them evenly."""
        begun = left = 0
        for run_id, organization_id in due:
            if begun >= self._appetite or len(self._driving) >= self._most:
                left += 1
            else:
                begun += self._begin(run_id, organization_id)
        self._appetite = 2 * self._appetite if left else 1
        return left

    def _wake_whose_key_is_here(self) -> None:
        """Another process may have given a run up for want of the key that this one has."""
        for organization_id in runs.keyless_organizations(self._database):
            if reasons := self._keys_here(organization_id):
                runs.wake_runs(self._database, organization_id, reasons)

    def _give_way(self, waiting: int) -> None:
        """Let as many of the runs that have had their turn stop as there are others waiting for one."""
        had_theirs = sorted(
            (one for one in self._driving.values() if self._clock() - one.since >= TURN_SECONDS),
            key=lambda one: one.since,
        )
        for one in had_theirs[:waiting]:
            one.give_way.set()

    def _begin(self, run_id: str, organization_id: str) -> bool:
        options = self._options_for(organization_id)
        if options is None:
            self._wait_for_key(run_id, organization_id)
            return False
        self._keyless_since.pop(run_id, None)
        one = _Driving(self._clock())
        options = replace(options, stop=lambda: self._stop.is_set() or one.give_way.is_set())
        one.thread = threading.Thread(
            target=self._drive, args=(run_id, organization_id, options), daemon=True
        )
        self._driving[run_id] = one
        one.thread.start()
        return True

    def _wait_for_key(self, run_id: str, organization_id: str) -> None:
        since = self._keyless_since.setdefault(run_id, self._clock())
        if self._clock() - since > KEYLESS_SECONDS:
            why = self._why_keyless(organization_id)
            moved = runs.set_state(
                self._database, run_id, RunState.WAITING, waiting_for=why, expected=[RunState.RUNNING]
            )
            if moved:
                run_log.note(self._database, run_id, "waiting", runs.WHY[why])
            del self._keyless_since[run_id]

    def _drive(self, run_id: str, organization_id: str, options: DriveOptions) -> None:
        try:
            drive(self._database, run_id, organization_id, options)
        except StoreError as error:
            logger.warning("run %s waits for the data store: %s", run_id, error.message)
        except Exception as error:
            logger.error("run %s ended with %s and will be taken up again", run_id, type(error).__name__)
            self._stop.wait(LOOK_SECONDS * 10)
