"""Rows further down that hold column names: those of the file again, or those of another tool's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.intake.headers import is_known_header, known_headers_in, normalise_header, without_prefix
from cleanlist_core.intake.mapping import ColumnMapping
from cleanlist_core.intake.normalising import PersonColumns
from cleanlist_core.intake.repetition import Flags, Repeated
from cleanlist_core.intake.sources import ALIASES, LOCATION_PARTS
from cleanlist_core.intake.tables import ReadTable

_TELLING = ("first_name", "last_name", "full_name", "company_name", "email")
_FEWEST = 3
_MEANINGS: Mapping[str, str] = {
    **{alias: f"location {place}" for place, part in enumerate(LOCATION_PARTS) for alias in part},
    **{alias: field for field, aliases in ALIASES.items() for alias in aliases},
}


def rows_of_headers(table: ReadTable, mapping: ColumnMapping, people: PersonColumns) -> tuple[Flags, Flags]:
    """Per row whether it holds column names in the order of the file, and in another one."""
    again = _repeats_header(table)
    other = np.zeros(table.cells.num_rows, dtype=np.bool_)
    candidates = np.flatnonzero(_named_like_a_header(people) & ~again)
    if len(candidates):
        columns = [column.take(pa.array(candidates)).to_pylist() for column in table.cells.columns]
        telling = {place for name in _TELLING for place in mapping.columns.get(name, ())}
        for row, cells in zip(candidates, zip(*columns, strict=True), strict=True):
            if holds_column_names(cells, telling):
                kind = other if _in_another_order(cells, table.columns) else again
                kind[row] = True
    return again, other


def holds_column_names(cells: Sequence[str], telling: set[int]) -> bool:
    """Whether most cells that are filled are known headers, at least three, and all of the telling ones.

    telling: places of the name, the company and the email.
    """
    filled = {place: cell for place, cell in enumerate(cells) if cell.strip()}
    known = known_headers_in(list(filled.values()))
    if known < _FEWEST or 2 * known <= len(filled):
        return False
    return all(is_known_header(cell) for place, cell in filled.items() if place in telling)


def _repeats_header(table: ReadTable) -> Flags:
    rows = table.cells.num_rows
    repeats = np.ones(rows, dtype=np.bool_) if table.header_row else np.zeros(rows, dtype=np.bool_)
    for position, header in enumerate(table.columns):
        if not header.strip():
            continue
        candidates = np.flatnonzero(repeats)
        if not len(candidates):
            break
        column = table.cells.column(position)
        cells = column if len(candidates) == rows else column.take(pa.array(candidates))
        repeats[candidates] = pc.equal(cells, header).to_numpy(zero_copy_only=False)
    return repeats


def _named_like_a_header(people: PersonColumns) -> Flags:
    """Rows whose first name begins as known headers do, or the last one where that is blank: few."""
    first = people.different("first_name")
    found = _begin_like_headers(first)
    nameless = first.are("")
    if nameless.any():
        found[nameless] = _begin_like_headers(Repeated.of(people.last_name.filter(pa.array(nameless))))
    return found


def _begin_like_headers(names: Repeated) -> Flags:
    apart = pc.replace_substring_regex(names.values, r"([a-z0-9])([A-Z])", r"\1 \2")
    plain = pc.replace_substring_regex(pc.utf8_normalize(pc.utf8_lower(apart), "NFKD"), r"\pM", "")
    begins = pc.struct_field(pc.extract_regex(plain, r"^[^\pL]*(?P<word>[\pL\d]+)"), [0])
    like = pc.fill_null(pc.is_in(begins, value_set=_FIRST_WORDS), fill_value=False)
    flags: Flags = like.to_numpy(zero_copy_only=False)[names.codes.to_numpy()]
    return flags


_FIRST_WORDS = pa.array(
    sorted({word for name in _MEANINGS for word in (name.partition(" ")[0], name.replace(" ", ""))}),
    pa.string(),
)


def _in_another_order(cells: Sequence[str], headers: Sequence[str]) -> bool:
    pairs = [(_meaning(cell), _meaning(header)) for cell, header in zip(cells, headers, strict=True)]
    return any(here != there for here, there in pairs if here and there)


def _meaning(header: str) -> str:
    name = normalise_header(header)
    return _MEANINGS.get(name) or _MEANINGS.get(without_prefix(name), "")
