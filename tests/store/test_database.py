"""The database file: made closed to others, one writer at a time, errors in plain words."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select, text, update

from cleanlist_core.errors import SettingsError
from cleanlist_core.store.database import Database, StoreError, open_sqlite, open_url
from cleanlist_core.store.schema import SCHEMA_VERSION, rate_use, schema_info
from tests.databases import NewUrl


def test_the_folder_and_the_file_are_closed_to_other_users(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "data" / "here.sqlite3")
    with database.write() as connection:
        connection.execute(insert(rate_use).values(organization_id="o", kind="send", started_at=1.0))
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    for path in (tmp_path / "data").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    database.close()


def test_what_is_written_survives_a_power_cut_of_the_program(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "here.sqlite3")
    with database.read() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    database.close()


def test_opening_it_again_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "here.sqlite3"
    first = open_sqlite(path)
    with first.write() as connection:
        connection.execute(insert(rate_use).values(organization_id="o", kind="send", started_at=1.0))
    first.close()
    again = open_url(f"sqlite:///{path}")
    with again.read() as connection:
        assert connection.execute(select(rate_use.c.kind)).scalars().all() == ["send"]
    again.close()


def test_a_newer_data_folder_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "here.sqlite3"
    database = open_sqlite(path)
    with database.write() as connection:
        connection.execute(update(schema_info).values(version=SCHEMA_VERSION + 1))
    database.close()
    with pytest.raises(SettingsError, match=r"newer version of the dashboard\. Nothing was changed"):
        open_sqlite(path)


def test_two_writers_take_turns_and_none_is_lost(tmp_path: Path) -> None:
    databases = [open_sqlite(tmp_path / "shared.sqlite3") for _ in range(2)]
    with databases[0].write() as connection:
        connection.execute(insert(rate_use).values(organization_id="o", kind="0", started_at=1.0))

    def count_up(place: int) -> None:
        for _ in range(40):
            with databases[place % 2].write() as connection:
                seen = int(connection.execute(select(rate_use.c.kind)).scalar_one())
                connection.execute(update(rate_use).values(kind=str(seen + 1)))

    threads = [threading.Thread(target=count_up, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with databases[0].read() as connection:
        assert connection.execute(select(rate_use.c.kind)).scalar_one() == "160"
    for database in databases:
        database.close()


def test_a_reader_waits_for_no_writer_and_sees_one_state(tmp_path: Path) -> None:
    database, other = (open_sqlite(tmp_path / "shared.sqlite3") for _ in range(2))
    with database.write() as connection:
        connection.execute(insert(rate_use).values(organization_id="o", kind="send", started_at=1.0))
        with other.read() as reading:
            assert reading.execute(select(rate_use)).all() == []
    database.close()
    other.close()


def test_a_failed_transaction_leaves_nothing_behind(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "here.sqlite3")

    def write_half() -> None:
        with database.write() as connection:
            connection.execute(insert(rate_use).values(organization_id="o", kind="send", started_at=1.0))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    with database.read() as connection:
        assert connection.execute(select(rate_use)).all() == []
    database.close()


def test_an_error_of_the_database_is_told_in_plain_words_without_the_statement(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "here.sqlite3")
    with pytest.raises(StoreError) as failed, database.write() as connection:
        connection.execute(text("insert into event values ('a secret person')"))
    assert "What was stored before is safe" in failed.value.message
    assert "secret" not in failed.value.message
    assert failed.value.__cause__ is None
    database.close()


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(SettingsError, match="cannot be used"):
        open_sqlite(tmp_path / "data" / "here.sqlite3")


@pytest.mark.both_databases
def test_a_database_without_a_free_connection_is_told_in_plain_words(tmp_path: Path, new_url: NewUrl) -> None:
    opened = open_url(new_url(tmp_path))
    crowded = Database(create_engine(opened.engine.url, pool_size=1, max_overflow=0, pool_timeout=0))
    with crowded.read():
        for another in (crowded.read, crowded.write, crowded.write_at_once):
            with pytest.raises(StoreError, match="it was busy for too long") as failed, another():
                pass
            assert failed.value.__cause__ is None
    crowded.close()
    opened.close()
