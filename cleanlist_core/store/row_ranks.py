"""The places of a long run's rows in the order of each column, kept once the run stands still.

To sort a million rows takes the database a third of a second, and seconds for a page in the middle. With
the places at hand any page in any order is found among numbers. They are made in the background, and hold
until the run or its list changes; until there are any, the database sorts.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Connection, Select, String, cast, delete, insert, literal, select

from cleanlist_core.domain import RunState
from cleanlist_core.store.database import Database, StoreError
from cleanlist_core.store.list_changes import revision_of
from cleanlist_core.store.row_numbers import Numbers, Ranks, Rows, read_numbers
from cleanlist_core.store.schema import row_rank, run
from cleanlist_core.store.turns import of_run

MakeRanks = Mapping[str, Select[int, int]]
"""Name → a query for (row number, rank) of every row of a run."""

_LAST = 2**30
_MOVING = (RunState.RUNNING.value, RunState.STOPPING.value)
_under_way: WeakKeyDictionary[Database, set[str]] = WeakKeyDictionary()
_lock = threading.Lock()


def ranks_at_hand(database: Database, run_id: str, name: str) -> Ranks | None:
    """The kept places of a run as it is now; None when there are none."""
    with database.read() as connection:
        return read_ranks(connection, run_id, name)


def read_ranks(connection: Connection, run_id: str, name: str) -> Ranks | None:
    """The same, of the moment that the connection sees."""
    kept = select(row_rank.c.ranks).where(
        row_rank.c.run_id == run_id,
        row_rank.c.name == name,
        row_rank.c.state == _state(run_id).scalar_subquery(),
    )
    packed = connection.execute(kept).scalar()
    return None if packed is None else np.frombuffer(packed, dtype="<u4")


def _state(run_id: str) -> Select[str]:
    """What changes with whatever the places depend on: the revisions of the run and of its list."""
    of_list = cast(revision_of(run.c.list_id).correlate(run).scalar_subquery(), String)
    told = literal("run ") + cast(run.c.revision, String) + ", list " + of_list
    return select(told).where(run.c.id == run_id)


def page_of(ranks: Ranks, numbers: Numbers, *, descending: bool, first: int, last: int) -> list[int]:
    """Of some rows those from place `first` to before `last`; who has no value comes last, either way.

    numbers: of the rows, in their order, which is that of equals.
    """
    last = min(last, len(numbers))
    if first >= last:
        return []
    place = ranks[numbers].astype(np.int64)
    blank = place == 0
    if descending:
        np.subtract(len(ranks), place, out=place)
    place[blank] = _LAST
    keys = (place << 32) | numbers
    shown = np.sort(np.partition(keys, (first, last - 1))[first:last])
    return [int(number) for number in shown & 0xFFFFFFFF]


def rank_in_background(database: Database, run_id: str, queries: MakeRanks) -> None:
    """Make the places that are missing, in a thread of its own; nothing while the run moves."""
    if not _missing(database, run_id, queries):
        return
    with _lock:
        under_way = _under_way.setdefault(database, set())
        if run_id in under_way:
            return
        under_way.add(run_id)

    def work() -> None:
        try:
            with suppress(StoreError):
                keep_ranks(database, run_id, queries)
        finally:
            with _lock:
                under_way.discard(run_id)

    threading.Thread(target=work, name="ranks", daemon=True).start()


def keep_ranks(database: Database, run_id: str, queries: MakeRanks) -> None:
    """Make and keep the places that are missing, one after the other, as long as the run stands still."""
    for name in _missing(database, run_id, queries):
        with database.read() as connection:
            state = connection.execute(_state(run_id)).scalar()
            numbers, places = read_numbers(connection, queries[name])
        kept = (row_rank.c.run_id == run_id) & (row_rank.c.name == name)
        with database.write(of_run(run_id)) as connection:
            if connection.execute(_state(run_id)).scalar() != state:
                return
            connection.execute(delete(row_rank).where(kept))
            values = {"run_id": run_id, "name": name, "state": state, "ranks": _packed(numbers, places)}
            connection.execute(insert(row_rank).values(**values))


def _missing(database: Database, run_id: str, queries: MakeRanks) -> list[str]:
    """The names without places, in their order; none of a run that moves."""
    there = select(row_rank.c.name).where(
        row_rank.c.run_id == run_id, row_rank.c.state == _state(run_id).scalar_subquery()
    )
    with database.read() as connection:
        if connection.execute(select(run.c.state).where(run.c.id == run_id)).scalar() in _MOVING:
            return []
        kept = set(connection.execute(there).scalars())
    return [name for name in queries if name not in kept]


def _packed(numbers: Numbers, places: Numbers) -> bytes:
    ranks = np.zeros(int(numbers.max(initial=0)) + 1, dtype="<u4")
    ranks[numbers] = places
    return ranks.tobytes()


def rows_of(kinds: Ranks, chosen: Sequence[bool]) -> Rows:
    """The rows of the chosen kinds. chosen: for each kind, by its rank."""
    wanted = np.array([False, *chosen])
    return wanted.take(kinds, mode="clip")
