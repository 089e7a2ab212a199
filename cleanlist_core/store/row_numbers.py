"""The condition that a row is one of many: any number of them goes into a statement as one value.

A list of values has its limits, 65,535 in PostgreSQL and 32,766 in SQLite, and people tick more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Boolean, ColumnElement, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


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
