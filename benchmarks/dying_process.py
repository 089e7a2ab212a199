"""A process that drives one run and kills itself at a step: `python -m benchmarks.dying_process ORDER`.

ORDER is JSON: database (its URL), base_url, key, organization_id, run_id, limit, poll_seconds, an email_key
if there is one, and step with occurrence, or no step to be killed from outside. With `freezes` it stops
there instead, for a look at what is on the disk. It says "driving" once it starts.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.runs.driver import DriveOptions, drive, take_over_from_the_dead
from cleanlist_core.settings import RateLimit
from cleanlist_core.store.database import open_url


class Death:
    """Comes at the given occurrence of a step, in the middle of whatever else goes on."""

    def __init__(self, step: str, occurrence: int, signal_number: int = signal.SIGKILL) -> None:
        self._signal = signal_number
        self._step = step
        self._left = occurrence
        self._lock = threading.Lock()

    def __call__(self, step: str) -> None:
        if step != self._step:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), self._signal)


def main(order: Mapping[str, Any], ready: Callable[[], None] = lambda: None) -> None:
    database = open_url(order["database"])
    by = signal.SIGSTOP if order.get("freezes") else signal.SIGKILL
    options = DriveOptions(
        limit=RateLimit(*order["limit"]),
        poll_seconds=float(order["poll_seconds"]),
        make_client=lambda gate: CleanlistClient(
            order["base_url"], order["key"], gate=gate, single_key=order.get("email_key")
        ),
        checkpoint=Death(order.get("step", ""), int(order.get("occurrence", 0)), by),
    )
    take_over_from_the_dead(database)
    ready()
    drive(database, order["run_id"], order["organization_id"], options)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), ready=lambda: print("driving", flush=True))
