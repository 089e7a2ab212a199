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


def shown_names(headers: Sequence[str]) -> list[str]:
    """The same for a person to read: a repeated header stays there with its place, as `Email (column 3)`."""
    return [
        f"{header.strip()} ({name.lower()})" if header.strip() and name != header else name
        for name, header in zip(column_names(headers), headers, strict=True)
    ]


def quoted_names(headers: Sequence[str]) -> list[str]:
    """The names as they stand in a sentence: `“Company”`, and `“Email” (column 3)` where one is repeated."""
    names = zip(column_names(headers), headers, strict=True)
    return [
        f"“{header}” ({name.lower()})" if header.strip() and name != header else f"“{name}”"
        for name, header in names
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
