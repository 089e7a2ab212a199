"""A long list is sorted by places that are made once; they say the same as the database does."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from benchmarks.invented_run import AT, RUN_ID, add_run
from cleanlist_core.domain import RunState
from cleanlist_core.results.browsing import COLUMNS, ResultQuery, browse, chip_counts
from cleanlist_core.store import browsing as stored
from cleanlist_core.store import row_groups, row_ranks, sizes
from cleanlist_core.store.batches import touch_run
from cleanlist_core.store.database import Database
from cleanlist_core.store.deleting import delete_list
from cleanlist_core.store.kept_counts import forget_counts
from cleanlist_core.store.migrations import bring_up_to_date
from cleanlist_core.store.results import run_heading
from cleanlist_core.store.schema import organization, row_rank, run, run_row
from cleanlist_core.store.tallies import tally_rows

pytestmark = pytest.mark.both_databases

ROWS = 140


@pytest.fixture
def long_list(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A finished run of what counts as a long list here, with some gaps to sort."""
    with database.write() as connection:
        connection.execute(insert(organization).values(id="org", first_seen_at=AT))
    add_run(database, "org", ROWS, 8)
    with database.write() as connection:
        gaps = run_row.c.row_number % 7 == 0
        connection.execute(update(run_row).where(gaps).values(checked_at=None, email="", provider=""))
        touch_run(connection, RUN_ID)
    monkeypatch.setattr(sizes, "LONG_LIST", ROWS - 1)
    return database


def rank(database: Database) -> None:
    row_ranks.keep_ranks(database, RUN_ID, stored.rank_queries(database, run_heading(database, RUN_ID)))


def wait_for_ranks() -> None:
    for thread in threading.enumerate():
        if thread.name == "ranks":
            thread.join(60)


def page(database: Database, **query: Any) -> list[int]:
    return [row["Row"] for row in browse(database, RUN_ID, ResultQuery(size=20, **query)).rows]


def sorted_by_the_database(database: Database, monkeypatch: pytest.MonkeyPatch, **query: Any) -> list[int]:
    with monkeypatch.context() as patch:
        patch.setattr(sizes, "LONG_LIST", 10 * ROWS)
        return page(database, **query)


@pytest.mark.parametrize(
    "among",
    [
        pytest.param({}, id="all rows"),
        pytest.param({"chips": ("found", "nothing"), "page": 2}, id="a page in the middle of two outcomes"),
        pytest.param({"chips": ("email_found", "safe_to_send"), "page": 99}, id="the last of safe emails"),
        pytest.param({"chips": ("changed",)}, id="what has changed"),
        pytest.param({"search": "head", "chips": ("found",)}, id="a search within a filter"),
        pytest.param({"search": "qqqq"}, id="nothing"),
    ],
)
def test_places_say_what_the_database_says(
    long_list: Database, monkeypatch: pytest.MonkeyPatch, among: dict[str, Any]
) -> None:
    rank(long_list)
    for sort in COLUMNS:
        for descending in (False, True):
            query = {**among, "sort": sort, "descending": descending}
            assert page(long_list, **query) == sorted_by_the_database(long_list, monkeypatch, **query), query


@pytest.mark.parametrize("search", ["head", "ka ila", "qqqq"])
def test_places_count_what_the_database_counts_within_a_search(
    long_list: Database, monkeypatch: pytest.MonkeyPatch, search: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sizes, "LONG_LIST", 10 * ROWS)
        counted = chip_counts(long_list, RUN_ID, search)
    forget_counts(long_list)
    rank(long_list)
    monkeypatch.setattr(stored, "count_where", lambda _one: pytest.fail("the database was asked to count"))
    assert chip_counts(long_list, RUN_ID, search) == counted


@pytest.mark.parametrize("few", [0, 2_000], ids=["many match", "few match"])
@pytest.mark.parametrize(
    "chips", [("found",), ("email_found", "safe_to_send"), ("nothing", "duplicates"), ("changed",)], ids=str
)
def test_filters_within_a_search_leave_the_same_rows_with_places_and_without(
    long_list: Database, monkeypatch: pytest.MonkeyPatch, chips: tuple[str, ...], few: int
) -> None:
    searches = ("head", "engineer", "ka", "head growth", "head ka", "qqqq")
    query = {"chips": chips, "page": 0}
    before = [page(long_list, search=search, **query) for search in searches]
    rank(long_list)
    monkeypatch.setattr(sizes, "FEW", few)
    assert [page(long_list, search=search, **query) for search in searches] == before


def test_a_search_within_a_filter_is_looked_up_once(
    long_list: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rank(long_list)
    query = {"search": "head growth", "chips": ("found",)}
    before = page(long_list, **query)
    monkeypatch.setattr(stored, "_matching", lambda *_args: pytest.fail("the search was looked up again"))
    for few in (0, 2_000):
        monkeypatch.setattr(sizes, "FEW", few)
        assert page(long_list, **query) == before


def test_the_kinds_of_rows_are_told_the_same_with_places_and_without(
    long_list: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = tally_rows(long_list, RUN_ID)
    forget_counts(long_list)
    rank(long_list)
    if long_list.is_sqlite:
        monkeypatch.setattr(row_groups, "_COUNTED", "the database was asked to count")
    assert tally_rows(long_list, RUN_ID) == counted
    assert sum(group.rows for group in counted[0]) == ROWS


def test_places_among_other_kinds_than_there_are_count_for_nothing(long_list: Database) -> None:
    rank(long_list)
    with long_list.write() as connection:
        connection.execute(update(run_row).where(run_row.c.row_number == 3).values(credits=7))
    groups, _batches = tally_rows(long_list, RUN_ID)
    assert sum(group.rows for group in groups) == ROWS
    assert [group.rows for group in groups if group.credits == 7] == [1]


def test_places_among_kinds_go_with_the_index_that_told_them(long_list: Database) -> None:
    """Only SQLite has the index, and makes it anew; PostgreSQL keeps the places as they were."""
    rank(long_list)
    with long_list.write() as connection:
        if long_list.is_sqlite:
            connection.exec_driver_sql(f"DROP INDEX {row_groups.INDEX}")
            connection.exec_driver_sql(f"CREATE INDEX {row_groups.INDEX} ON run_row (run_id, (outcome))")
        bring_up_to_date(connection)
        names = set(connection.execute(select(row_rank.c.name)).scalars())
    of_kinds = set() if long_list.is_sqlite else {row_groups.RANKED}
    assert names == set(COLUMNS) - {"row"} | of_kinds


def test_with_places_at_hand_the_database_sorts_nothing(
    long_list: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rank(long_list)
    monkeypatch.setattr(stored, "_rows_between", lambda *_args: pytest.fail("the database was asked to sort"))
    for sort in [sort for sort in COLUMNS if sort != "row"]:
        assert len(page(long_list, sort=sort, chips=("found",), page=1)) == 20


def test_whoever_looks_at_a_long_list_has_its_places_made(
    long_list: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = page(long_list, sort="company")
    wait_for_ranks()
    monkeypatch.setattr(stored, "_rows_between", lambda *_args: pytest.fail("the database was asked to sort"))
    assert page(long_list, sort="company") == first


def test_places_hold_until_the_run_changes(long_list: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    rank(long_list)
    first, *others = page(long_list, sort="email")
    with long_list.write() as connection:
        here = (run_row.c.run_id == RUN_ID) & (run_row.c.row_number == first)
        connection.execute(update(run_row).where(here).values(email=""))
        touch_run(connection, RUN_ID)
    assert row_ranks.ranks_at_hand(long_list, RUN_ID, "email") is None
    assert page(long_list, sort="email")[:-1] == others
    wait_for_ranks()
    monkeypatch.setattr(stored, "_rows_between", lambda *_args: pytest.fail("the database was asked to sort"))
    assert page(long_list, sort="email")[:-1] == others


def test_no_places_are_made_of_a_run_that_moves(long_list: Database) -> None:
    with long_list.write() as connection:
        connection.execute(update(run).values(state=RunState.RUNNING.value))
    rank(long_list)
    with long_list.read() as connection:
        assert connection.execute(select(row_rank.c.name)).all() == []


def test_places_go_with_the_people(long_list: Database) -> None:
    rank(long_list)
    delete_list(long_list, "org", run_heading(long_list, RUN_ID).list_id)
    with long_list.read() as connection:
        assert connection.execute(select(row_rank.c.name)).all() == []
    rank(long_list)
    assert page(long_list, sort="company") == page(long_list) == []
    wait_for_ranks()
