"""One database, opened once per process: SQLite in WAL mode by default, PostgreSQL by its URL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, func, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from cleanlist_core.errors import CleanlistError, SettingsError
from cleanlist_core.store.schema import SCHEMA_VERSION, metadata, schema_info
from cleanlist_core.store.search_index import make_index


class StoreError(CleanlistError):
    """The database could not be read or written."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="store")


class Database:
    """The engine, its transactions and its clock."""

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.time) -> None:
        self.engine = engine
        self.clock = clock
        self.is_sqlite = engine.dialect.name == "sqlite"
        # SQLite lets whoever finds the file locked sleep and try again; threads here queue up instead.
        self._turn: AbstractContextManager[object] = threading.RLock() if self.is_sqlite else nullcontext()

    def now(self, connection: Connection) -> float:
        """Seconds since 1970 by one clock for all processes: the database's, where it is a server."""
        if self.is_sqlite:
            return self.clock()
        return float(connection.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that takes the write lock at once and so never fails half-way for want of it."""
        with _in_plain_words(), self._turn, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; in SQLite it waits for nobody and sees one state throughout."""
        with _in_plain_words(), self.engine.connect() as connection:
            yield connection.execution_options(cleanlist_reads=True)

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _in_plain_words() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreError(
            f"The data store could not be used ({_cause(error)}). What was stored before is safe, and nothing"
            " was sent that is not on record. Check the disk space and the data folder, then try again."
        ) from None


def _cause(error: DBAPIError) -> str:
    text = str(error.orig).lower()
    if "full" in text:
        return "the disk is full"
    if isinstance(error, OperationalError) and "locked" in text:
        return "it was busy for too long"
    if "readonly" in text or "unable to open" in text:
        return "the folder cannot be written"
    return type(error.orig).__name__


def open_sqlite(path: Path, *, clock: Callable[[], float] = time.time) -> Database:
    """The database in one file, made with its folder if need be; both are closed to other users."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The data folder {path.parent} cannot be used: {error.strerror}. Nothing was started."
            " Set CLEANLIST_DATA_DIR to a folder you may write to."
        ) from None
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False, "timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _take_the_write_lock)
    return _with_tables(Database(engine, clock=clock))


def open_url(url: str) -> Database:
    """A database by its SQLAlchemy URL."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return open_sqlite(Path(parsed.database))
    return _with_tables(Database(create_engine(parsed, pool_pre_ping=True)))


def _prepare_sqlite(connection: object, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # sqlite3's own; SQLAlchemy begins, not sqlite3
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]  # the same


def _take_the_write_lock(connection: Connection) -> None:
    # A transaction that reads first and writes later can lose the lock in between; taking it at
    # the start makes "look, then write" one step for every process.
    reads = connection.get_execution_options().get("cleanlist_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _with_tables(database: Database) -> Database:
    with database.write() as connection:
        metadata.create_all(connection)
        make_index(connection)
        version = connection.execute(select(schema_info.c.version)).scalar()
        if version is None:
            connection.execute(insert(schema_info).values(version=SCHEMA_VERSION))
        elif version > SCHEMA_VERSION:
            raise SettingsError(
                "This data folder was written by a newer version of the dashboard. Nothing was changed."
                " Start the newer version, or set CLEANLIST_DATA_DIR to another folder."
            )
    return database
