"""One database, opened once per process: SQLite in WAL mode by default, PostgreSQL by its URL.

Whoever looks first and writes what follows from it needs a turn: nobody else may write in between. In
SQLite one writer at a time has the turn. In PostgreSQL each organization has a turn of its own, for
nothing that is decided about one depends on another.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    ScalarSelect,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from cleanlist_core.errors import CleanlistError, SettingsError
from cleanlist_core.store import migrations, postgres
from cleanlist_core.store.search_index import forget_deleted

Whose = str | ScalarSelect[str]
"""The id of an organization, or a query for it, such as those of `store/turns.py`."""


_BUSY = "it was busy for too long"


class StoreError(CleanlistError):
    """The database could not be read or written."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="store")


class Database:
    """The engine, its transactions and its clock.

    clock: seconds since 1970, one for all processes: this machine's for a file, the server's for a server.
    """

    def __init__(self, engine: Engine, *, clock: Callable[[], float] | None = None) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._own_clock = clock or (time.time if self.is_sqlite else None)
        # SQLite lets whoever finds the file locked sleep and try again; threads here queue up instead.
        self._queue: AbstractContextManager[object] = threading.RLock() if self.is_sqlite else nullcontext()

    @cached_property
    def collation(self) -> str:
        """By which to compare letters of every alphabet; "" where the database has only its own way."""
        if self.is_sqlite:
            return ""
        with self.read() as connection:
            return postgres.collation(connection)

    def clock(self) -> float:
        if self._own_clock is not None:
            return self._own_clock()
        with self.read() as connection:
            return self.now(connection)

    def now(self, connection: Connection) -> float:
        """What the clock shows, for whoever has a connection already."""
        if self._own_clock is not None:
            return self._own_clock()
        return float(connection.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())

    @contextmanager
    def write(self, whose: Whose | None = None) -> Iterator[Connection]:
        """A transaction that has the turn of an organization from its start; None: that of everybody.

        Whatever it reads about the organization stays true until it ends.
        """
        with self._transaction([] if self.is_sqlite else postgres.turns(whose)) as connection:
            yield connection

    @contextmanager
    def write_at_once(self) -> Iterator[Connection]:
        """A transaction that waits for no turn: for one statement that is right on its own.

        Also for a row that it locks itself before it looks. Leases and the rate go on this way while a
        long change has the turn.
        """
        with self._transaction([]) as connection:
            yield connection

    @contextmanager
    def _transaction(self, turns: list[ColumnElement[object]]) -> Iterator[Connection]:
        with _in_plain_words(server=not self.is_sqlite), self._queue, self.engine.begin() as connection:
            if not self.is_sqlite:
                connection.execute(select(postgres.patience(), *turns))
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading, which waits for nobody and sees one state throughout."""
        with _in_plain_words(server=not self.is_sqlite), self.engine.connect() as connection:
            options = {"cleanlist_reads": True} if self.is_sqlite else postgres.READING
            yield connection.execution_options(**options)

    def leave_no_trace(self) -> None:
        """Take what was deleted out of the file's search index and its journal, too; in SQLite only.

        While somebody reads an older state the journal stays until the next time.
        """
        if not self.is_sqlite:
            return
        with self.write() as connection:
            forget_deleted(connection)
        with _in_plain_words(server=False), self.engine.connect() as connection:
            raw = connection.connection.cursor()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.close()

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _in_plain_words(*, server: bool) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        cause = _cause(error, server=server)
        place = "that the database server runs" if server else "the disk space and the data folder"
        raise StoreError(
            f"The data store could not be used ({cause}). What was stored before is safe, and nothing"
            f" was sent that is not on record. Check {place}, then try again."
        ) from None


def _cause(error: DBAPIError | PoolTimeoutError, *, server: bool) -> str:
    if isinstance(error, PoolTimeoutError):
        return _BUSY
    if server:
        return postgres.cause(error)
    text = str(error.orig).lower()
    if "full" in text:
        return "the disk is full"
    if isinstance(error, OperationalError) and "locked" in text:
        return _BUSY
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
    # Whoever wrote last has the newest pages in memory, so the connection that was used last goes first.
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"check_same_thread": False, "timeout": 30},
        pool_use_lifo=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _take_the_write_lock)
    return _with_tables(Database(engine, clock=clock))


def open_url(url: str, *, clock: Callable[[], float] | None = None) -> Database:
    """A database by its URL: `postgresql://user:password@host/name`, or `sqlite:///path`.

    Raises SettingsError when it is no such URL, StoreError when nobody answers there.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _unusable_url() from None
    kind = parsed.get_backend_name()
    if kind == "sqlite" and parsed.database:
        return open_sqlite(Path(parsed.database), clock=clock or time.time)
    if kind not in ("postgresql", "postgres"):
        raise _unusable_url()
    return _with_tables(Database(postgres.make_engine(parsed), clock=clock))


def _unusable_url() -> SettingsError:
    return SettingsError(
        "CLEANLIST_DATABASE_URL is not the address of a database this app can use. Nothing was started."
        " Write it as postgresql://user:password@host/name, or leave it out for a file in the data folder."
    )


def _prepare_sqlite(connection: object, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # sqlite3's own; SQLAlchemy begins, not sqlite3
    # What is deleted is overwritten with zeros: a person's data must be gone when the program says so.
    pragmas = (
        "busy_timeout=30000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    )
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]  # the same


def _take_the_write_lock(connection: Connection) -> None:
    # A transaction that reads first and writes later can lose the lock in between; taking it at
    # the start makes "look, then write" one step for every process.
    reads = connection.get_execution_options().get("cleanlist_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _with_tables(database: Database) -> Database:
    try:
        with database.read() as connection:
            is_current = migrations.is_up_to_date(connection)
        if not is_current:
            with database.write() as connection:
                migrations.bring_up_to_date(connection)
    except CleanlistError:
        database.close()
        raise
    return database
