"""The file a list was made of, byte by byte, and how it was read: so that it can be read another way."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import list_file, list_reading

_QUICKEST = 1


@dataclass(frozen=True, slots=True)
class KeptFile:
    """pieces: the bytes as uploaded, in pieces. how: what was chosen and found in reading them."""

    pieces: Iterable[bytes]
    how: Mapping[str, Any]


def keep_file(database: Database, list_id: str, kept: KeptFile) -> None:
    """Store a file piece by piece, each packed by itself, so that it never fills the memory."""
    with database.write_at_once() as connection:
        connection.execute(insert(list_reading).values(list_id=list_id, how=dict(kept.how)))
    for number, piece in enumerate(kept.pieces):
        packed = zlib.compress(piece, _QUICKEST)
        with database.write_at_once() as connection:
            connection.execute(insert(list_file).values(list_id=list_id, piece=number, packed=packed))


def read_file(database: Database, list_id: str) -> KeptFile | None:
    """The file of a list, its pieces read as they are asked for; None for a list not made of one."""
    how = how_read(database, list_id)
    if how is None:
        return None
    return KeptFile(_pieces(database, list_id), how)


def _pieces(database: Database, list_id: str) -> Iterator[bytes]:
    query = select(list_file.c.packed).where(list_file.c.list_id == list_id).order_by(list_file.c.piece)
    with database.read() as connection:
        packed = connection.execution_options(yield_per=1).execute(query).scalars()
        yield from map(zlib.decompress, packed)


def how_read(database: Database, list_id: str) -> dict[str, Any] | None:
    """How the file of a list was read, without the file."""
    with database.read() as connection:
        found = connection.execute(
            select(list_reading.c.how).where(list_reading.c.list_id == list_id)
        ).first()
    return dict(found.how) if found else None


def delete_file(connection: Connection, list_id: str) -> None:
    connection.execute(delete(list_file).where(list_file.c.list_id == list_id))
    connection.execute(delete(list_reading).where(list_reading.c.list_id == list_id))
