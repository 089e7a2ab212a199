"""The engine in the web process: a thread that sees to it that every run that can go on is driven."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from cleanlist_core.domain import RunState
from cleanlist_core.runs.driver import DriveOptions, drive, take_over_from_the_dead
from cleanlist_core.store import clock_set_back, runs
from cleanlist_core.store.database import Database, StoreError

LOOK_SECONDS = 0.5
LONGEST_DRAIN_SECONDS = 10.0
KEYLESS_SECONDS = 5.0
"""A run without a key here is left alone this long: a command with its own key may be about to drive it."""

OptionsMaker = Callable[[str], DriveOptions | None]
"""organization id → how to drive its runs, or None while no key of it is known."""

logger = logging.getLogger(__name__)


class EmbeddedEngine:
    """Drives the runs of one database from this process. Stopping it loses nothing."""

    def __init__(self, database: Database, options_for: OptionsMaker) -> None:
        self._database = database
        self._options_for = options_for
        self._stop = threading.Event()
        self._driving: dict[str, threading.Thread] = {}
        self._keyless_since: dict[str, float] = {}
        self._supervisor = threading.Thread(target=self._supervise, name="cleanlist-engine", daemon=True)

    def start(self) -> None:
        self._supervisor.start()

    def stop(self) -> None:
        """End after the requests under way; whatever is not done then is taken up at the next start."""
        self._stop.set()
        if self._supervisor.is_alive():
            self._supervisor.join(LONGEST_DRAIN_SECONDS)

    def _supervise(self) -> None:
        while not self._stop.is_set():
            try:
                self._look()
            except StoreError as error:
                logger.warning("the engine waits for the data store: %s", error.message)
            self._stop.wait(LOOK_SECONDS)
        for thread in self._driving.values():
            thread.join(LONGEST_DRAIN_SECONDS / 2)

    def _look(self) -> None:
        take_over_from_the_dead(self._database)
        if clock_set_back.leases_lie_ahead(self._database):
            clock_set_back.follow_the_clock(self._database)
        self._driving = {run_id: thread for run_id, thread in self._driving.items() if thread.is_alive()}
        for run_id, organization_id in runs.due_runs(self._database):
            if run_id not in self._driving:
                self._begin(run_id, organization_id)

    def _begin(self, run_id: str, organization_id: str) -> None:
        options = self._options_for(organization_id)
        if options is None:
            self._wait_for_key(run_id)
            return
        self._keyless_since.pop(run_id, None)
        options = replace(options, stop=self._stop.is_set)
        thread = threading.Thread(target=self._drive, args=(run_id, organization_id, options), daemon=True)
        self._driving[run_id] = thread
        thread.start()

    def _wait_for_key(self, run_id: str) -> None:
        since = self._keyless_since.setdefault(run_id, time.monotonic())
        if time.monotonic() - since > KEYLESS_SECONDS:
            runs.set_state(
                self._database, run_id, RunState.WAITING, waiting_for="no_key", expected=[RunState.RUNNING]
            )
            del self._keyless_since[run_id]

    def _drive(self, run_id: str, organization_id: str, options: DriveOptions) -> None:
        try:
            drive(self._database, run_id, organization_id, options)
        except StoreError as error:
            logger.warning("run %s waits for the data store: %s", run_id, error.message)
        except Exception as error:
            logger.error("run %s ended with %s and will be taken up again", run_id, type(error).__name__)
            self._stop.wait(LOOK_SECONDS * 10)
