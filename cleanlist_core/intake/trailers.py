"""Lines below a table that are no rows of it: totals, copyright, confidentiality."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa

from cleanlist_core.intake.gathering import Body
from cleanlist_core.intake.headers import looks_like_data

_LOOKED_AT = 30
_WIDE = 5
_CLOSING_WORDS = re.compile(
    r"grand (?:totals?|summaries)|totals?\b|sub ?totals?\b|confidential information|copyright \(c\)|©|"
    r"copyright ©|\(c\) copyright|generated (?:by|on)|report (?:generated|run)|end of (?:report|file)|"
    r"gesamt(?:summe)?\b|summe\b|exported (?:by|from|on)",
    re.IGNORECASE,
)


def split_trailer(body: Body) -> tuple[Body, tuple[str, ...]]:
    """The rows without what closes the file, and the text of each line left out, in file order."""
    rows = body.cells.num_rows
    first = max(0, rows - _LOOKED_AT)
    columns = [column.to_pylist() for column in body.cells.slice(first).columns]
    tail = list(zip(*columns, strict=True)) if columns else []
    left_out: list[str] = []
    for cells in reversed(tail):
        if not _closes(cells, body.width):
            break
        left_out.append(next(cell.strip() for cell in cells if cell.strip()))
    if not left_out or len(left_out) == rows:
        return body, ()
    kept = rows - len(left_out)
    lines: pa.Array = body.lines.slice(0, kept)
    return Body(body.cells.slice(0, kept), lines, body.blank), tuple(reversed(left_out))


def _closes(cells: Sequence[str], width: int) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or (looks_like_data(filled) and len(filled) > 2):
        return False
    if len(filled) <= 2 and _CLOSING_WORDS.match(filled[0]):
        return width >= 2
    return len(filled) == 1 and width >= _WIDE and bool(cells[0].strip()) and not looks_like_data(filled)
