"""Header cells: their plain form, and which row of a file holds them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cleanlist_core.intake.headerless import holds_people
from cleanlist_core.intake.name_order import NameOrder, order_in
from cleanlist_core.intake.sources import ALIASES, LOCATION_PARTS, PREFIXES, SOURCES
from cleanlist_core.intake.tables import Row

_BRANDS = re.compile(r"linked-?in|zoominfo|hubspot|whatsapp|phantombuster|salesforce|github", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[\s_\-./\\|:;,*#()\[\]{}<>?!\"“”„=+~`^]+")
_DATA = re.compile(
    r"[^@\s]+@[^@\s]+\.[a-z]{2,}$|https?://|(?:[a-z]{2,3}\.)?linkedin\.com/|\+?[\d\s().,/:\-]*\d[\d\s().,/:\-]*$",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\((?:s|n|en|es|os)\)", re.IGNORECASE)
_HEADER_ROWS = 60
_BLOCK_BEFORE_ATTENDEES = "attendee details"


@lru_cache(maxsize=8192)
def normalise_header(header: str) -> str:
    """The header in lower case, words apart, without accents or marks: `firstName*` → `first name`."""
    text = header.replace("\ufeff", "").replace("’", "'").strip().strip("'")
    text = _BRANDS.sub(lambda match: f" {match[0].replace('-', '').capitalize()} ", text)
    text = _CAMEL.sub(" ", text)
    text = unicodedata.normalize("NFKD", text.lower())
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).replace("ß", "ss")
    return " ".join(_APART.split(text)).strip()


def without_prefix(header: str) -> str:
    """The normalised header without a first word that only says whose value it is."""
    first, _, rest = header.partition(" ")
    return rest if rest and first in PREFIXES else header


@lru_cache(maxsize=4096)
def order_said(header: str) -> NameOrder | None:
    """Which part of a name comes first, by a header that names both: `Nachname, Vorname`."""
    alone = _PLURAL.sub("", header)
    return order_in(without_prefix(normalise_header(alone)), bracketed=bool(set("([") & set(alone)))


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    words = {alias for aliases in ALIASES.values() for alias in aliases}
    words |= {alias for part in LOCATION_PARTS for alias in part}
    for source in SOURCES:
        words |= {header for signature in source.signatures for header in signature}
        words |= {header for headers in source.fields.values() for header in headers}
        words |= set(source.refused)
    return frozenset(words)


def known_headers_in(cells: Sequence[str]) -> int:
    """How many different headers we know are among these cells."""
    return len({normalise_header(cell) for cell in cells if is_known_header(cell)})


def is_known_header(cell: str) -> bool:
    """Whether a cell holds what columns are called in the exports we know, and in general."""
    if not cell or len(cell) > 60:
        return False
    name = normalise_header(cell)
    return name in _vocabulary() or without_prefix(name) in _vocabulary() or order_said(cell) is not None


def looks_like_data(cells: Sequence[str]) -> bool:
    """Whether a row holds what no header holds: an address, a link, a number."""
    return any(_DATA.match(cell.strip()) for cell in cells)


@dataclass(frozen=True)
class HeaderSpot:
    """Where the header stands. row: None when the file has none. skipped: filled rows above it.

    above, below: rows that belong to the header too: names of groups of columns, or the header again.
    """

    row: Row | None
    first_data: int
    skipped: tuple[Row, ...] = ()
    above: tuple[Row, ...] = ()
    below: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows of the header, from the top."""
        return (*self.above, self.row, *self.below) if self.row else ()

    @property
    def cells(self) -> list[str]:
        """The name of each column, behind the name of its group where it says more that way."""
        names = list(self.row.cells) if self.row else []
        for group in self.above:
            names = [_in_group(*pair) for pair in zip(filled_on(group.cells), names, strict=True)]
        return names


def filled_on(groups: Sequence[str]) -> list[str]:
    """Names of groups, each for all of its columns; merged cells hold their text in the first one only."""
    current, filled = "", []
    for group in groups:
        current = group.strip() or current
        filled.append(current)
    return filled


def _in_group(group: str, name: str) -> str:
    together = f"{group} {name}".strip()
    return name if known_headers_in([name]) and not known_headers_in([together]) else together


def find_header(rows: Sequence[Row]) -> HeaderSpot:
    """The header among the first rows; `first_data` is the index of the row after it.

    The row with the most known headers wins, the first of equals; in a file of unknown headers it is
    the first row as wide as most others, unless that row already looks like data.
    """
    head = rows[:_HEADER_ROWS]
    index = _after_attendee_details(head)
    if index is None:
        index = _best_known(head)
    if index is None:
        index = _first_full_row(head)
    if index is None:
        return HeaderSpot(None, 0)
    skipped = tuple(row for row in head[:index] if row.filled)
    known = known_headers_in(head[index].cells)
    if (known < 2 and looks_like_data(head[index].cells)) or (not known and holds_people(head[index].cells)):
        return HeaderSpot(None, index, skipped)
    return _with_neighbours(head, index, skipped)


def header_at(rows: Sequence[Row], line: int) -> HeaderSpot | None:
    """The header on the line a person says, and nothing but it; 0 for none. None: no row starts there."""
    if line == 0:
        return HeaderSpot(None, 0)
    for index, row in enumerate(rows):
        if row.line == line and row.filled:
            return HeaderSpot(row, index + 1, tuple(above for above in rows[:index] if above.filled))
    return None


def _with_neighbours(head: Sequence[Row], index: int, skipped: tuple[Row, ...]) -> HeaderSpot:
    """The header at `index` with what belongs to it."""
    group: tuple[Row, ...] = ()
    if known_headers_in(head[index].cells) < 2 and _names_groups(head, index):
        index, group = index + 1, (head[index],)
    elif index and _names_groups(head, index - 1) and known_headers_in(head[index].cells) >= 2:
        group, skipped = (head[index - 1],), skipped[:-1]
    last = index
    while last + 1 < len(head) and head[last + 1].cells == head[index].cells:
        last += 1
    return HeaderSpot(head[index], last + 1, skipped, group, tuple(head[index + 1 : last + 1]))


def _names_groups(rows: Sequence[Row], index: int) -> bool:
    """Whether the row names groups of columns, and the next one each column, right above the data."""
    if index + 2 >= len(rows):
        return False
    group, names, data = rows[index : index + 3]
    if len(group.filled) < 2 or not all(cell.strip() for cell in names.cells) or looks_like_data(names.cells):
        return False
    if looks_like_data(group.filled) or not len(group.cells) == len(names.cells) == len(data.cells):
        return False
    gaps = len(names.cells) - len(group.filled)
    return gaps > 0 and looks_like_data(data.cells)


def _after_attendee_details(rows: Sequence[Row]) -> int | None:
    """Zoom writes several tables into one file; the people stand below this title."""
    for index, row in enumerate(rows):
        filled = row.filled
        if len(filled) == 1 and normalise_header(filled[0]) == _BLOCK_BEFORE_ATTENDEES:
            return next((later for later in range(index + 1, len(rows)) if rows[later].filled), None)
    return None


def _best_known(rows: Sequence[Row]) -> int | None:
    scores = [known_headers_in(row.cells) for row in rows]
    best = max(scores, default=0)
    if best == 0:
        return None
    index = scores.index(best)
    # A single known word may be an ordinary cell, such as a person called "Mobile", or a line of a note.
    if best == 1 and (len(rows[index].filled) > 3 or looks_like_data(rows[index].cells)):
        first = _first_full_row(rows)
        return first if first is not None and first < index else index
    if best == 1 and len(rows[index].filled) == 1 and max(len(row.filled) for row in rows) > 1:
        return None
    return index


def _first_full_row(rows: Sequence[Row]) -> int | None:
    widths = Counter(len(row.filled) for row in rows if row.filled)
    if not widths:
        return None
    usual = max(widths, key=lambda width: (widths[width] * width, width))
    least = max(1, -(-usual // 2)) if usual > 2 else usual
    return next((index for index, row in enumerate(rows) if len(row.filled) >= least), None)
