"""A plain function over a column, called once per different value instead of once per row.

Names, companies and domains repeat, so most of a list is answered by its few different values. Where
hardly anything repeats, a shortcut answers at once all cells that are already in plain form. A column
the function changes nothing in is answered by itself, which costs neither time nor memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_MOSTLY_DIFFERENT = 0.995
_PROBE_ROWS = 2_000


@dataclass(frozen=True)
class Shortcut:
    """Cells that match `pattern` are answered all at once; the plain function must agree on each.

    answer: None when such cells are their own answer.
    """

    pattern: str
    answer: Callable[[pa.Array], pa.Array] | None


@dataclass(frozen=True)
class Repeated:
    """A column of texts, its values and, per row, which of them it is. Some values may be equal."""

    texts: pa.Array
    values: pa.Array
    codes: pa.Array

    @classmethod
    def of(cls, texts: pa.Array) -> Repeated:
        encoded = texts.dictionary_encode()
        return cls(texts, encoded.dictionary, encoded.indices)

    @classmethod
    def of_pairs(
        cls, one: Repeated, other: Repeated, answer: Callable[[pa.Array, pa.Array], pa.Array]
    ) -> Repeated:
        """What `answer` makes of two columns, given once for all their different pairs of values."""
        size = max(len(other.values), 1)
        numbers = one.codes.to_numpy() * np.int64(size) + other.codes.to_numpy()
        encoded = pa.array(numbers).dictionary_encode()
        left, right = np.divmod(encoded.dictionary.to_numpy(), size)
        answered = answer(one.values.take(pa.array(left)), other.values.take(pa.array(right)))
        return cls(answered.take(encoded.indices), answered, encoded.indices)

    def through(self, answer: Callable[[pa.Array], pa.Array]) -> Repeated:
        """The column once `answer` is given for all values."""
        answered = answer(self.values)
        if answered.equals(self.values):
            return self
        return Repeated(answered.take(self.codes), answered, self.codes)


def on_different_values(
    column: pa.Array, plain: Callable[[str], str], shortcut: Shortcut | None = None
) -> pa.Array:
    """`plain` of every cell. column: strings, never null."""
    if shortcut is None:
        return Repeated.of(column).through(lambda values: each(values, plain)).texts
    if _hardly_repeats(column):
        return _through_shortcut(column, plain, shortcut)
    return Repeated.of(column).through(lambda values: _through_shortcut(values, plain, shortcut)).texts


def each(values: pa.Array, plain: Callable[[str], str]) -> pa.Array:
    """`plain` of every value, repeated or not."""
    return pa.array(map(plain, values.to_pylist()), pa.string(), size=len(values))


def _through_shortcut(column: pa.Array, plain: Callable[[str], str], shortcut: Shortcut) -> pa.Array:
    matched = pc.match_substring_regex(column, shortcut.pattern)
    others = pc.invert(matched)
    if not pc.any(others).as_py():
        return shortcut.answer(column) if shortcut.answer else column
    rest = Repeated.of(column.filter(others))
    answers = column
    if shortcut.answer:
        answers = pc.replace_with_mask(column, matched, shortcut.answer(column.filter(matched)))
    answered = rest.through(lambda values: each(values, plain))
    return answers if answered is rest else pc.replace_with_mask(answers, others, answered.texts)


def _hardly_repeats(column: pa.Array) -> bool:
    probe = column.slice(0, _PROBE_ROWS)
    probe = probe.filter(pc.not_equal(probe, ""))
    return len(probe) > _PROBE_ROWS // 4 and len(probe.unique()) > _MOSTLY_DIFFERENT * len(probe)
