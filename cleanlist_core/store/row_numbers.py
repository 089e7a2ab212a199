"""Row numbers, as many as there are: into a statement as one value, and out of the database as one.

A list of values has its limits, 65,535 in PostgreSQL and 32,766 in SQLite, and people tick more. A quarter
of a million numbers read one by one take three times as long as their text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Select,
    String,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Numbers = NDArray[np.int64]


class _IsAmong(FunctionElement[bool]):
    """Whether the first argument, a number, is in the second, a JSON array of numbers."""

    name = "is_among"
    type = Boolean()
    inherit_cache = True


def is_among(column: ColumnElement[int], numbers: Iterable[int]) -> ColumnElement[bool]:
    """Whether a column is one of these numbers, however many there are."""
    listed: BindParameter[str] = bindparam(None, f"[{','.join(map(str, numbers))}]", String())
    return _IsAmong(column, listed)


@compiles(_IsAmong, "sqlite")
def _in_sqlite(element: _IsAmong, compiler: SQLCompiler, **options: Any) -> str:
    column, listed = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608  # no text of anybody is in it


@compiles(_IsAmong, "postgresql")
def _in_postgresql(element: _IsAmong, compiler: SQLCompiler, **options: Any) -> str:
    column, listed = (compiler.process(part, **options) for part in element.clauses)
    # As rows, not as an array: the planner goes through an array once for each row of a join.
    numbers = f"CAST(translate({listed}, '[]', '{{}}') AS INTEGER[])"
    return f"{column} IN (SELECT unnest({numbers}))"


def read_numbers(connection: Connection, query: Select[*tuple[Any, ...]]) -> tuple[Numbers, ...]:
    """The columns of a query, all of whole numbers; each in whichever order, but the same for all."""
    columns = query.subquery().c
    text = select(*(func.aggregate_strings(cast(column, String), ",") for column in columns))
    return tuple(np.fromstring(one or "", dtype=np.int64, sep=",") for one in connection.execute(text).one())
