"""Cells of a list as corrected files have them, for the files of other tools; the upload stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import list_change, list_change_row

CORRECTED_FILE = "corrected_file"
"""The kind of a change that a corrected file has made."""

CorrectedCells = Mapping[int, str]
"""Place of a column → what its cell says instead of the upload."""


def corrected_cells(database: Database, list_id: str) -> dict[int, CorrectedCells]:
    """Row number → the cells the last corrected file has changed in it, for changes that still hold."""
    query = (
        select(list_change_row.c.row_number, list_change_row.c.after)
        .join(list_change, list_change.c.id == list_change_row.c.change_id)
        .where(
            list_change.c.list_id == list_id,
            list_change.c.kind == CORRECTED_FILE,
            list_change.c.undone_at.is_(None),
        )
        .order_by(list_change.c.id)
    )
    with database.read() as connection:
        return {number: cells_of(after) for number, after in connection.execute(query)}


def cells_of(after: Mapping[str, Any]) -> CorrectedCells:
    """The corrected cells in what is on record of a changed row; changes of other kinds have none."""
    return {int(place): text for place, text in after.get("cells", {}).items()}


def with_corrections(cells: Sequence[str], corrected: CorrectedCells | None) -> Sequence[str]:
    """The cells of a row as they are after its correction."""
    if not corrected:
        return cells
    width = max(len(cells), max(corrected) + 1)
    return [corrected.get(place, cells[place] if place < len(cells) else "") for place in range(width)]
