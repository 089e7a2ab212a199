"""The search index holds what the tables hold, whoever wrote them and in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from cleanlist_core.results.browsing import ResultQuery, browse
from cleanlist_core.store import searching, sizes
from cleanlist_core.store.database import Database, open_sqlite
from cleanlist_core.store.results import run_heading
from cleanlist_core.store.schema import contact_list, list_cells, list_row, run, run_row
from cleanlist_core.store.search_index import SHORTEST, row_numbers
from cleanlist_core.store.searching import (
    Matches,
    found_in_columns,
    found_in_index,
    holds_all,
    numbers_holding,
    rows_holding,
)
from tests.unit.results.building import RUN, a_row, add_run, found_email, open_database

WORDS = ("abc", "bca", 'ab"c', "o'b", "a%b", "a_b", "*ab", "(ab", "-ab", "ABC", "aaaa", "abcabc")
TEXTS = st.text(alphabet="abcABC\"'%_*(-:^ 1", max_size=8)
PIECES = ("abc", "AB", " ", "петр", "ПЕТР", "ПетР", "οδος", "ΟΔΟΣ", "οδοσ", "Straße", "STRASSE", "ıst", "IST")
CASES = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)
SEARCHED = ("abc", "петр", "ПЕТР", "οδος", "ΟΔΟΣ", "straße", "strasse", "ıst", "ist", "İST", "ab", "п", "ß")
SEARCHES = st.lists(
    st.lists(st.sampled_from(SEARCHED), min_size=1, max_size=3).map(" ".join), min_size=4, max_size=4
)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(("company_name", "title", "email", "run email", "run phone", "delete")),
        st.integers(1, 4),
        TEXTS,
    ),
    max_size=12,
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path)
    yield opened
    opened.close()


def change(database: Database, what: str, number: int, value: str) -> None:
    with database.write() as connection:
        if what == "delete":
            for table in (list_cells, run_row, list_row):
                connection.execute(delete(table).where(table.c.row_number == number))
        elif what.startswith("run "):
            values = {what.removeprefix("run "): value}
            connection.execute(update(run_row).where(run_row.c.row_number == number).values(values))
        else:
            connection.execute(update(list_row).where(list_row.c.row_number == number).values({what: value}))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(names=st.lists(TEXTS, min_size=4, max_size=4), changes=CHANGES)
def test_the_index_finds_what_reading_every_column_finds(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], changes: list[tuple[str, int, str]]
) -> None:
    database = open_database(tmp_path_factory.mktemp("index"))
    add_run(database, [a_row(first_name=name, own_phone=name[::-1]) for name in names])
    add_run(database, [found_email("abc@abc.example")], run_id="run-2", list_id="list-2")
    for one in changes:
        change(database, *one)
    heading = run_heading(database, RUN)
    with database.read() as connection:
        for word in WORDS:
            indexed = set(connection.execute(found_in_index(heading, word)).scalars())
            assert indexed == set(connection.execute(found_in_columns(database, heading, word)).scalars())
    database.close()


@pytest.mark.parametrize("few", [0, 1, 2_000], ids=lambda few: f"with {few} rows counting as few")
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    names=st.lists(TEXTS, min_size=4, max_size=4),
    finds=st.lists(TEXTS, min_size=4, max_size=4),
    changes=CHANGES,
)
def test_several_words_may_stand_in_the_file_and_in_the_finds(
    tmp_path_factory: pytest.TempPathFactory,
    few: int,
    names: list[str],
    finds: list[str],
    changes: list[tuple[str, int, str]],
) -> None:
    database = open_database(tmp_path_factory.mktemp("index"))
    add_run(database, [a_row(first_name=name) for name in names])
    for one in [*(("run email", number, found) for number, found in enumerate(finds, 1)), *changes]:
        change(database, *one)
    heading = run_heading(database, RUN)
    with database.read() as connection:
        rows = {
            word: set(connection.execute(found_in_columns(database, heading, word)).scalars())
            for word in WORDS
        }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sizes, "FEW", few)
        for words in (*combinations(WORDS, 2), ("abc", "bca", "aaaa")):
            found = numbers_holding(database, heading, " ".join(words)).tolist()
            assert found == sorted(set.intersection(*(rows[word] for word in words))), words
    database.close()


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    names=st.lists(CASES, min_size=4, max_size=4),
    finds=st.lists(CASES, min_size=4, max_size=4),
    searches=SEARCHES,
)
@example(
    names=["ПетР", "straße", "straße ПЕТР", "ПетР straße"],
    finds=["straße", "петР", "", ""],
    searches=["straße петр"],
)
def test_table_counts_orders_and_files_mean_the_same_rows_in_letters_of_any_case(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], finds: list[str], searches: list[str]
) -> None:
    database = open_database(tmp_path_factory.mktemp("index"))
    found = zip(names, finds, strict=True)
    add_run(database, [a_row(first_name=name, email=email) for name, email in found])
    heading = run_heading(database, RUN)
    with database.read() as connection:

        def rows(*queries: Matches) -> list[int]:
            return sorted(set.intersection(*(set(connection.execute(one).scalars()) for one in queries)))

        def rows_with(word: str) -> Matches:
            indexed = len(word) >= SHORTEST
            return found_in_index(heading, word) if indexed else found_in_columns(database, heading, word)

        for search in searches:
            expected = rows(*map(rows_with, search.split()))
            for few, as_dear in product((0, 1, 2_000), (1, 200)):
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(sizes, "FEW", few)
                    patch.setattr(searching, "AS_DEAR_AS_ONE", as_dear)
                    held = holds_all(database, heading, search, run_row)
                    assert numbers_holding(database, heading, search).tolist() == expected, search
                    assert rows(rows_holding(database, heading, search)) == expected, search
                    assert rows(select(run_row.c.row_number).where(*held)) == expected, search
    database.close()


def test_no_word_reaches_from_one_column_into_the_next(database: Database) -> None:
    add_run(database, [a_row(first_name="Ann", last_name="Eka")])
    assert browse(database, RUN, ResultQuery(search="annek")).total == 0
    assert browse(database, RUN, ResultQuery(search="eka ann")).total == 1


def test_a_short_word_beside_a_long_one_narrows(database: Database) -> None:
    add_run(database, [a_row(first_name="Bo", last_name="Adams"), a_row(first_name="Cy", last_name="Adams")])
    assert [row["Row"] for row in browse(database, RUN, ResultQuery(search="adams bo")).rows] == [1]
    assert [row["Row"] for row in browse(database, RUN, ResultQuery(search="cy")).rows] == [2]


def test_a_data_folder_of_an_older_version_is_searched_whole(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    add_run(database, [a_row(first_name="Ilse"), found_email("found@harbor.example")])
    with database.write() as connection:
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        for name in list(triggers):
            connection.execute(text(f"DROP TRIGGER {name}"))
        for name in ("row_search", "search_owner"):
            connection.execute(text(f"DROP TABLE {name}"))
    database.close()
    again = open_sqlite(tmp_path / "dashboard.db")
    assert [row["Row"] for row in browse(again, RUN, ResultQuery(search="ILSE")).rows] == [1]
    assert [row["Row"] for row in browse(again, RUN, ResultQuery(search="harbor")).rows] == [2]
    again.close()


def test_what_is_deleted_leaves_nothing_behind_in_the_index(database: Database) -> None:
    add_run(database, [found_email("gone@harbor.example", first_name="Ilse")])
    with database.write() as connection:
        for table in (list_cells, run_row, list_row, run, contact_list):
            connection.execute(delete(table))
        for owner in (RUN, "list-1"):
            assert connection.execute(row_numbers(owner, "ilse")).all() == []
        matches = text("SELECT count(*) FROM row_search WHERE row_search MATCH 'ilse OR harbor'")
        assert connection.execute(matches).scalar_one() == 0
        assert connection.execute(text("SELECT count(*) FROM search_owner")).scalar_one() == 0
