"""What PostgreSQL needs to be told so that it keeps what the store promises.

Everything else is said in the same statements to both databases.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    ScalarSelect,
    create_engine,
    event,
    func,
    literal,
    text,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

READING: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""A reader sees one state throughout."""

LONGEST_SILENCE = "20s"
"""A transaction whose program is silent for so long is undone, and its turn goes to the next in line.

Else a machine that froze in the middle of one would keep everybody from taking over its work.
"""

_TURNS = 0x636C656E
"""Tells our turns from the advisory locks of other programs in the same database."""

_SPARES = {"pool_size": 10, "max_overflow": 30, "pool_pre_ping": True, "pool_recycle": 1_800}
_NOTICE_A_DEAD_SERVER = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
ICU = "und-x-icu"


def make_engine(url: URL) -> Engine:
    """An engine whose transactions see what others have committed, and whose own commits are on disk."""
    url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(
        url, connect_args=_NOTICE_A_DEAD_SERVER, isolation_level="READ COMMITTED", **_SPARES
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: ConnectionPoolEntry) -> None:
    from psycopg.types.string import StrDumper, StrDumperUnknown

    class WithoutNul(StrDumper):
        """PostgreSQL keeps no text with a zero byte; what was paid for must not be lost to one."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", ""))

    class WithoutNulUnknown(StrDumperUnknown):
        """The same for text whose type the server finds out."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", ""))

    for dumper in (WithoutNul, WithoutNulUnknown):
        connection.adapters.register_dumper(str, dumper)
    with connection.cursor() as cursor:
        # An intent that a power cut of the server could take back would be sent again.
        cursor.execute(
            "select set_config('synchronous_commit', 'on', false)"
            " where current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()


def patience() -> ColumnElement[object]:
    """How long this transaction may be silent."""
    return func.set_config("idle_in_transaction_session_timeout", LONGEST_SILENCE, True)


def turns(whose: str | ScalarSelect[str] | None) -> list[ColumnElement[object]]:
    """Wait until nobody else decides anything about the organization, or about any when it is None.

    Kept until the transaction ends. Everybody takes them in this order, so that nobody waits in a circle.
    """
    if whose is None:
        return [func.pg_advisory_xact_lock(_TURNS, 0)]
    key = func.hashtextextended(literal(whose) if isinstance(whose, str) else whose, _TURNS)
    return [func.pg_advisory_xact_lock_shared(_TURNS, 0), func.pg_advisory_xact_lock(key)]


def cause(error: DBAPIError) -> str:
    """What went wrong, in a few plain words without the statement or its values."""
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state.startswith("53"):
        return "the database server is full or has too many connections"
    if state in ("25006", "42501"):
        return "its user may not write there"
    if isinstance(error, OperationalError):
        return "the database server does not answer"
    return type(error.orig).__name__


def collation(connection: Connection) -> str:
    """One that knows every alphabet, whatever the database was made with; "" where there is none."""
    query = text("select collname from pg_collation where collname = :name limit 1")
    return str(connection.execute(query, {"name": ICU}).scalar() or "")
