"""A plain function over a column, called once per different value instead of once per row.

Names, companies and domains repeat, so most of a list is answered by its few different values. Where
hardly anything repeats, a shortcut answers at once all cells that are already in plain form. A column
the function changes nothing in is answered by itself, which costs neither time nor memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_MOSTLY_DIFFERENT = 0.995
_PROBE_ROWS = 2_000

Texts: TypeAlias = pa.Array | pa.ChunkedArray
"""A column of strings, never null, in one piece or in those it was read in."""
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Shortcut:
    """Cells that match `pattern` are answered all at once; the plain function must agree on each.

    answer: None when such cells are their own answer.
    """

    pattern: str
    answer: Callable[[pa.Array], pa.Array] | None


@dataclass(frozen=True)
class Repeated:
    """A column of texts by its values and, per row, which of them it is. Some values may be equal.

    written: the texts where they are known; otherwise they are put together when they are asked for.
    """

    values: pa.Array
    codes: pa.Array
    written: Texts | None = None

    @classmethod
    def of(cls, texts: Texts) -> Repeated:
        encoded = in_one_piece(texts.dictionary_encode())
        return cls(encoded.dictionary, encoded.indices, texts)

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
        return cls(answered, encoded.indices)

    @cached_property
    def texts(self) -> Texts:
        return self.values.take(self.codes) if self.written is None else self.written

    def through(self, answer: Callable[[pa.Array], pa.Array]) -> Repeated:
        """The column once `answer` is given for all values."""
        answered = answer(self.values)
        return self if answered.equals(self.values) else Repeated(answered, self.codes)

    def are(self, text: str) -> Flags:
        """Per row whether it is this text."""
        flags: Flags = pc.equal(self.values, text).to_numpy(zero_copy_only=False)[self.codes.to_numpy()]
        return flags

    def with_rows(self, rows: Flags, others: Repeated) -> Repeated:
        """The column with some rows from another one, which has only those."""
        codes = self.codes.to_numpy().copy()
        codes[rows] = others.codes.to_numpy() + np.int32(len(self.values))
        return Repeated(pa.concat_arrays([self.values, others.values]), pa.array(codes))


def filled(column: Texts) -> Flags:
    """Per row whether there is a text."""
    flags: Flags = pc.not_equal(column, "").to_numpy(zero_copy_only=False)
    return flags


def in_one_piece(column: Texts) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def piece_by_piece(column: Texts, answer: Callable[[pa.Array], pa.Array]) -> Texts:
    """`answer` of every piece, so that one faulty cell costs its own piece alone the shortest way."""
    if not isinstance(column, pa.ChunkedArray):
        return answer(column)
    return pa.chunked_array([answer(piece) for piece in column.chunks], pa.string())


def on_different_values(
    column: Texts, plain: Callable[[str], str], shortcut: Shortcut | None = None
) -> Texts:
    """`plain` of every cell."""
    if shortcut is not None and _hardly_repeats(column):
        return piece_by_piece(column, lambda piece: through_shortcut(piece, plain, shortcut))
    return repeated(column, plain, shortcut).texts


def repeated(column: Texts, plain: Callable[[str], str], shortcut: Shortcut | None = None) -> Repeated:
    """`plain` of every cell, by the different values."""
    if shortcut is None:
        return Repeated.of(column).through(lambda values: each(values, plain))
    return Repeated.of(column).through(lambda values: through_shortcut(values, plain, shortcut))


def each(values: pa.Array, plain: Callable[[str], str]) -> pa.Array:
    """`plain` of every value, repeated or not."""
    return pa.array(map(plain, values.to_pylist()), pa.string(), size=len(values))


def through_shortcut(column: pa.Array, plain: Callable[[str], str], shortcut: Shortcut) -> pa.Array:
    """`plain` of every cell, asked only for those the shortcut leaves."""
    matched = pc.match_substring_regex(column, shortcut.pattern)
    others = pc.invert(matched)
    if not pc.any(others).as_py():
        return shortcut.answer(column) if shortcut.answer else column
    rest = Repeated.of(column.filter(others))
    answers = column
    if shortcut.answer:
        answers = pc.replace_with_mask(column, matched, shortcut.answer(column.filter(matched)))
    answered = rest.through(lambda values: each(values, plain))
    if answered is rest:
        return answers
    return pc.replace_with_mask(answers, others, in_one_piece(answered.texts))


def _hardly_repeats(column: Texts) -> bool:
    probe = column.slice(0, _PROBE_ROWS)
    probe = probe.filter(pc.not_equal(probe, ""))
    return len(probe) > _PROBE_ROWS // 4 and len(probe.unique()) > _MOSTLY_DIFFERENT * len(probe)
