"""Bringing a database of an older version up to date, before anybody uses it.

What is new in `schema.py` (a table, an index, a column that older rows can do without) is added by itself.
Whatever has to be moved, filled in or taken away is a step here. All of it is one transaction with
everybody's turn: a crash in the middle leaves the database as it was, and the next start does it again.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Inspector, Table, insert, inspect, select, update
from sqlalchemy.schema import CreateColumn

from cleanlist_core.errors import SettingsError
from cleanlist_core.store.file_facts import fill_in
from cleanlist_core.store.row_groups import has_group_index, index_names, make_group_index
from cleanlist_core.store.schema import SCHEMA_VERSION, metadata, schema_info
from cleanlist_core.store.search_index import has_index, make_index

Step = Callable[[Connection], None]

STEPS: dict[int, Step] = {5: fill_in}
"""Version → what it takes to reach it from the one before, once its tables and columns are there."""


def stored_version(connection: Connection) -> int:
    """The version of a database; 0 when it holds nothing of ours yet."""
    if not inspect(connection).has_table(schema_info.name):
        return 0
    return int(connection.execute(select(schema_info.c.version)).scalar() or 0)


def is_up_to_date(connection: Connection) -> bool:
    if _lacks_something(connection):
        return False
    made = has_index(connection) and has_group_index(connection)
    return made and stored_version(connection) == SCHEMA_VERSION


def _lacks_something(connection: Connection) -> bool:
    """Whether a table or column is missing, also where somebody forgot to raise the version for it."""
    columns = inspect(connection).get_multi_columns()
    there = {name: {column["name"] for column in some} for (_schema, name), some in columns.items()}
    return any(
        not {column.name for column in table.columns} <= there.get(table.name, set())
        for table in metadata.sorted_tables
    )


def bring_up_to_date(connection: Connection) -> None:
    """Make the tables of this version, or change those of an older one. Raises SettingsError for a newer."""
    version = stored_version(connection)
    if version > SCHEMA_VERSION:
        raise SettingsError(
            "This database was written by a newer version of the dashboard. Nothing was changed. Start the"
            " newer version, or set CLEANLIST_DATA_DIR to another folder (CLEANLIST_DATABASE_URL to another"
            " database)."
        )
    metadata.create_all(connection)
    _change_tables(connection, version)
    if not has_index(connection):
        make_index(connection)
    if not has_group_index(connection):
        make_group_index(connection)


def _change_tables(connection: Connection, version: int) -> None:
    if version == 0:
        connection.execute(insert(schema_info).values(version=SCHEMA_VERSION))
        return
    there = inspect(connection)
    for table in metadata.sorted_tables:
        _add_columns(connection, there, table)
        _add_indexes(connection, there, table)
    for number in range(version + 1, SCHEMA_VERSION + 1):
        if number in STEPS:
            STEPS[number](connection)
    connection.execute(update(schema_info).values(version=SCHEMA_VERSION))


def _add_columns(connection: Connection, there: Inspector, table: Table) -> None:
    known = {column["name"] for column in there.get_columns(table.name)}
    for column in table.columns:
        if column.name not in known:
            definition = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {definition}")


def _add_indexes(connection: Connection, there: Inspector, table: Table) -> None:
    known = index_names(connection, there, table.name)
    for index in table.indexes:
        if index.name not in known:
            index.create(connection)
