"""A plain function over a column, called once per different value instead of once per row.

Names, companies and domains repeat, so most of a list is answered by its few different values. Where
hardly anything repeats, a shortcut answers at once all cells that are already in plain form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

_MOSTLY_DIFFERENT = 0.995
_PROBE_ROWS = 2_000


@dataclass(frozen=True)
class Shortcut:
    """Cells that match `pattern` are answered all at once; the plain function must agree on each."""

    pattern: str
    answer: Callable[[pa.Array], pa.Array]


def on_different_values(
    column: pa.Array, plain: Callable[[str], str], shortcut: Shortcut | None = None
) -> pa.Array:
    """`plain` of every cell. column: strings, never null."""
    if shortcut is None:
        return _through_dictionary(column, lambda values: each(values, plain))
    if _hardly_repeats(column):
        return _through_shortcut(column, plain, shortcut)
    return _through_dictionary(column, lambda values: _through_shortcut(values, plain, shortcut))


def each(values: pa.Array, plain: Callable[[str], str]) -> pa.Array:
    """`plain` of every value, repeated or not."""
    return pa.array([plain(value) for value in values.to_pylist()], pa.string())


def _through_dictionary(column: pa.Array, answer: Callable[[pa.Array], pa.Array]) -> pa.Array:
    encoded = column.dictionary_encode()
    return answer(encoded.dictionary).take(encoded.indices)


def _through_shortcut(column: pa.Array, plain: Callable[[str], str], shortcut: Shortcut) -> pa.Array:
    matched = pc.match_substring_regex(column, shortcut.pattern)
    others = pc.invert(matched)
    if not pc.any(others).as_py():
        return shortcut.answer(column)
    answers = pc.replace_with_mask(column, matched, shortcut.answer(column.filter(matched)))
    rest = _through_dictionary(column.filter(others), lambda values: each(values, plain))
    return pc.replace_with_mask(answers, others, rest)


def _hardly_repeats(column: pa.Array) -> bool:
    probe = column.slice(0, _PROBE_ROWS)
    probe = probe.filter(pc.not_equal(probe, ""))
    return len(probe) > _PROBE_ROWS // 4 and len(probe.unique()) > _MOSTLY_DIFFERENT * len(probe)
