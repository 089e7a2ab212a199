"""Counts over all rows of a run, kept until the run changes.

They cost as much as the run is long, and are asked for by every look of every browser. `run.revision` counts
up with every change a screen could show (`batches.touch_run`), so a count holds as long as it stands still.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import select

from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import run

MOST = 400
"""Counts kept for one database; the longest unused go first."""

T = TypeVar("T")
_lock = threading.Lock()
_kept: WeakKeyDictionary[Database, OrderedDict[tuple[Any, ...], tuple[int, Any]]] = WeakKeyDictionary()


class OfRun(Protocol):
    """Something that says which run it is about."""

    @property
    def run_id(self) -> str: ...


def kept_until_changed(count: Callable[..., T]) -> Callable[..., T]:
    """Do the counting once per state of a run. count: (database, run id or heading of a run, …)."""

    @wraps(count)
    def counted(database: Database, of: str | OfRun, *more: Any, **named: Any) -> T:
        run_id = of if isinstance(of, str) else of.run_id
        key = (count.__module__, count.__qualname__, run_id, more, tuple(sorted(named.items())))
        # Read before counting: a change in between makes the count newer than its mark, never older.
        revision = _revision(database, run_id)
        with _lock:
            known = _kept.setdefault(database, OrderedDict())
            if key in known and known[key][0] == revision:
                known.move_to_end(key)
                value: T = known[key][1]
                return value
        value = count(database, of, *more, **named)
        with _lock:
            known[key] = (revision, value)
            known.move_to_end(key)
            while len(known) > MOST:
                known.popitem(last=False)
        return value

    return counted


def forget_counts(database: Database) -> None:
    """Count everything anew at the next look, as after a start: for whoever measures it."""
    with _lock:
        _kept.pop(database, None)


def _revision(database: Database, run_id: str) -> int:
    with database.read() as connection:
        return connection.execute(select(run.c.revision).where(run.c.id == run_id)).scalar() or 0
