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
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
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
Ranks = NDArray[np.uint32]
"""By row number: the place of the row's value among all values, from 1; 0 where there is none."""
Rows = NDArray[np.bool_]
"""By row number: whether the row is meant; the first stands for no row."""


class _Each(FunctionElement[int]):
    """The numbers of a JSON array, a row each."""

    name = "each"
    type = Integer()
    inherit_cache = True


def is_among(column: ColumnElement[int], numbers: Iterable[int]) -> ColumnElement[bool]:
    """Whether a column is one of these numbers, however many there are."""
    listed: BindParameter[str] = bindparam(None, f"[{','.join(map(str, numbers))}]", String())
    return column.bool_op("IN")(_Each(listed))


@compiles(_Each, "sqlite")
def _in_sqlite(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    (listed,) = (compiler.process(part, **options) for part in element.clauses)
    return f"(SELECT value FROM json_each({listed}))"  # noqa: S608  # no text of anybody is in it


@compiles(_Each, "postgresql")
def _in_postgresql(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    (listed,) = (compiler.process(part, **options) for part in element.clauses)
    # As rows, not as an array: the planner goes through an array once for each row of a join.
    return f"(SELECT unnest(CAST(translate({listed}, '[]', '{{}}') AS INTEGER[])))"


def read_numbers(
    connection: Connection, query: Select[*tuple[Any, ...]] | CompoundSelect[Any]
) -> tuple[Numbers, ...]:
    """The columns of a query, all of whole numbers; each in whichever order, but the same for all."""
    columns = query.subquery().c
    text = select(*(func.aggregate_strings(cast(column, String), ",") for column in columns))
    return tuple(np.fromstring(one or "", dtype=np.int64, sep=",") for one in connection.execute(text).one())
