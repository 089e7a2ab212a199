"""Lines below a table that are no rows of it: totals, copyright, confidentiality."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleanlist_core.intake.gathering import Body
from cleanlist_core.intake.headers import looks_like_data

_LOOKED_AT = 30
_WIDE = 5
_SENTENCE_WORDS = 4
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
    lines = body.lines.slice(first).to_pylist()
    left_out: list[str] = []
    for place in range(len(tail) - 1, -1, -1):
        apart = place > 0 and lines[place] - lines[place - 1] > 1
        if not _closes(tail[place], body.width, apart=apart):
            break
        left_out.append(next(cell.strip() for cell in tail[place] if cell.strip()))
    if not left_out or len(left_out) == rows:
        return body, ()
    kept = rows - len(left_out)
    return Body(body.cells.slice(0, kept), body.lines.slice(0, kept), body.blank), tuple(reversed(left_out))


def _closes(cells: Sequence[str], width: int, *, apart: bool) -> bool:
    """Whether a row is none of the table's: it says so, or it is one lone cell of a wide table.

    apart: it stands below an empty line. A lone word right below the table may be somebody's only name.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return False
    if len(filled) <= 2 and _CLOSING_WORDS.match(filled[0]):
        return width > 1
    lone = len(filled) == 1 and width >= _WIDE and bool(cells[0].strip())
    return lone and not looks_like_data(filled) and (apart or len(filled[0].split()) >= _SENTENCE_WORDS)
