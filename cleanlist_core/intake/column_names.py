"""What a column of a file is called: one name per column, so that repeated headers are told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_NUMBERED = re.compile(r"Column (\d+)")


def column_names(headers: Sequence[str]) -> list[str]:
    """A name per column that means only it: its header, or "Column 3" where that is blank or repeated."""
    times = Counter(header.strip() for header in headers)
    return [
        header if header.strip() and times[header.strip()] == 1 else f"Column {position}"
        for position, header in enumerate(headers, 1)
    ]


def place_of(name: str, headers: Sequence[str]) -> int | None:
    """The position of the column with this header, of the first where it is repeated, or of this number."""
    if name in headers:
        return list(headers).index(name)
    trimmed = [header.strip() for header in headers]
    if name.strip() and name.strip() in trimmed:
        return trimmed.index(name.strip())
    numbered = _NUMBERED.fullmatch(name)
    if numbered and 1 <= int(numbered[1]) <= len(headers):
        return int(numbered[1]) - 1
    return None
