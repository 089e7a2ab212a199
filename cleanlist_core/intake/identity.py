"""Who is the same person: identities of rows, and the links between them.

A row is its LinkedIn slug, else its name with the company's domain, else its name with the company.
A row without a slug that shares a name key with rows of exactly one slug is that person; a row with
name and company only that shares them with rows of exactly one identity is that person.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.intake.companies import company_key
from cleanlist_core.intake.names import name_key
from cleanlist_core.intake.normalising import PersonColumns
from cleanlist_core.intake.repetition import Repeated, Texts, each, in_one_piece

Codes = npt.NDArray[np.int32]

_NONE = -1
_SEVERAL = -2
_PIECE_ROWS = 65_536
"""Rows whose texts fit the processor's cache while they are put together."""


@dataclass(frozen=True)
class PersonKeys:
    """Text columns, "" where a row has no such key. identity: with its kind, such as `in:jane-doe`.

    person: the same number for the same identity, -1 for rows without one.
    """

    name_domain: Texts
    name_company: Texts
    identity: Texts
    person: Codes


def person_keys(people: PersonColumns) -> PersonKeys:
    """The keys of every row, and its identity once all links are followed."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        slug = pool.submit(_codes_of, people.linkedin_slug)
        coded = [
            pool.submit(_Coded.by_key, people.different("company_name"), company_key),
            pool.submit(_Coded.by_key, people.different("company_domain")),
            pool.submit(_Coded.by_key, people.different("first_name"), name_key),
            pool.submit(_Coded.by_key, people.different("last_name"), name_key),
        ]
        company, domain, first, last = (column.result() for column in coded)
        with_domain = pool.submit(_joined, first, last, domain)
        with_company = pool.submit(_joined, first, last, company)
    name_domain, by_domain = with_domain.result()
    name_company, by_company = with_company.result()
    codes = _KeyCodes(slug.result(), by_domain, by_company, domain.codes)
    identity, person = _identities(codes, people.linkedin_slug, name_domain, name_company)
    return PersonKeys(name_domain, name_company, identity, person)


@dataclass(frozen=True)
class _Coded:
    """A column of texts, and the same number for the same text, _NONE for ""."""

    texts: Repeated
    codes: Codes

    @classmethod
    def by_key(cls, column: Repeated, key: Callable[[str], str] = str) -> _Coded:
        """The keys of a column's values instead of the texts as they are."""
        keys = column.through(lambda values: each(values, key))
        different = keys.values.dictionary_encode()
        return cls(keys, _numbered(different.dictionary, different.indices.take(keys.codes)))

    @property
    def size(self) -> int:
        return int(self.codes.max(initial=_NONE)) + 1


def _codes_of(column: Texts) -> Codes:
    encoded = Repeated.of(column)
    return _numbered(encoded.values, encoded.codes)


def _numbered(different: pa.Array, codes: pa.Array) -> Codes:
    empty = pc.index(different, "").as_py()
    numbers: Codes = codes.to_numpy()
    return np.where(numbers == empty, np.int32(_NONE), numbers) if empty >= 0 else numbers


def _together(*parts: _Coded) -> Codes:
    """One number for the same values in all parts, _NONE where one is missing."""
    number = np.zeros(len(parts[0].codes), dtype=np.int64)
    missing = np.zeros(len(number), dtype=np.bool_)
    for part in parts:
        number = number * max(part.size, 1) + part.codes
        missing |= part.codes == _NONE
    number[missing] = _NONE
    # Sorting numbers is far quicker than looking each up among a million others.
    _, codes = np.unique(number, return_inverse=True)
    return (codes - int(missing.any())).astype(np.int32)  # _NONE comes first


def _joined(*parts: _Coded) -> tuple[pa.ChunkedArray, Codes]:
    """The key of all parts as text and as a number, "" and _NONE where one is missing."""
    codes = _together(*parts)
    texts = []
    for start in range(0, len(codes), _PIECE_ROWS):
        columns = [part.texts.values.take(part.texts.codes.slice(start, _PIECE_ROWS)) for part in parts]
        together = pc.binary_join_element_wise(*columns, "|")
        there = codes[start : start + _PIECE_ROWS] != _NONE
        texts.append(together if there.all() else pc.if_else(pa.array(there), together, ""))
    return pa.chunked_array(texts, pa.string()), codes


def _identities(keys: _KeyCodes, slug: Texts, name_domain: Texts, name_company: Texts) -> tuple[Texts, Codes]:
    """The identity of each row as text and as a number."""
    own = _first_given(keys.slug, keys.name_domain, keys.name_company)
    person = own.copy()
    _link(person, keys)
    identity = _with_kinds(
        (slug, "in:", keys.slug),
        (name_domain, "nd:", keys.name_domain),
        (name_company, "nc:", keys.name_company),
    )
    linked = np.flatnonzero(person != own)
    if len(linked):
        example = np.zeros(int(own.max()) + 1, dtype=np.int64)
        example[own[own >= 0]] = np.flatnonzero(own >= 0)
        theirs = in_one_piece(identity.take(pa.array(example[person[linked]])))
        identity = _with_texts(identity, linked, theirs)
    return identity, person


def _with_kinds(*keys: tuple[Texts, str, Codes]) -> pa.ChunkedArray:
    """Per row its best key behind the mark of its kind, "" where it has none. keys: best first."""
    kind = np.full(len(keys[0][0]), len(keys), dtype=np.int8)
    for place, (_, _, codes) in reversed(list(enumerate(keys))):
        kind[codes != _NONE] = place
    marks = pa.array([*(mark for _, mark, _ in keys), ""], pa.string())
    texts: list[pa.Array] = []
    for start in range(0, len(kind), _PIECE_ROWS):
        kinds = pa.array(kind[start : start + _PIECE_ROWS])
        key = pc.choose(kinds, *(column.slice(start, _PIECE_ROWS) for column, _, _ in keys), "")
        texts.append(in_one_piece(pc.binary_join_element_wise(marks.take(kinds), key, "")))
    return pa.chunked_array(texts, pa.string())


def _with_texts(column: pa.ChunkedArray, rows: npt.NDArray[np.int64], texts: pa.Array) -> pa.ChunkedArray:
    """The column with other texts in some rows, ascending; pieces that have none of them stay as they are."""
    pieces, start = [], 0
    for piece in column.chunks:
        first, last = np.searchsorted(rows, (start, start + len(piece)))
        if first < last:
            here = np.zeros(len(piece), dtype=np.bool_)
            here[rows[first:last] - start] = True
            piece = pc.replace_with_mask(piece, pa.array(here), texts.slice(first, last - first))
        start += len(piece)
        pieces.append(piece)
    return pa.chunked_array(pieces, pa.string())


def _first_given(*keys: Codes) -> Codes:
    """One numbering over several keys: each row's best key, _NONE when it has none."""
    person = np.full(len(keys[0]), _NONE, dtype=np.int32)
    start = 0
    for codes in keys:
        free = (person == _NONE) & (codes != _NONE)
        person[free] = codes[free] + start
        start += int(codes.max(initial=-1)) + 1
    return person


@dataclass(frozen=True)
class _KeyCodes:
    """A number per different slug, name with domain, name with company, and domain; _NONE for none."""

    slug: Codes
    name_domain: Codes
    name_company: Codes
    domain: Codes


def _link(person: Codes, keys: _KeyCodes) -> None:
    """Follow the links between rows of one person, changing `person` in place."""
    has_slug = keys.slug != _NONE
    if has_slug.all():
        return
    before = person.copy()
    if has_slug.any():
        _link_to_slugs(person, has_slug, keys.name_domain, keys.name_company, keys.domain)
    named = keys.name_company != _NONE
    bare = ~has_slug & (keys.name_domain == _NONE) & named & (person == before)
    if bare.any():
        target = _single(keys.name_company, person, (keys.name_domain != _NONE) & named)
        _follow(person, bare, keys.name_company, target)


def _link_to_slugs(
    linked: Codes, has_slug: npt.NDArray[np.bool_], by_domain: Codes, by_company: Codes, domains: Codes
) -> None:
    """Give rows without a slug the identity of the one slug that shares their name key."""
    through_domain = _single(by_domain, linked, has_slug & (by_domain != _NONE))
    through_company = _single(by_company, linked, has_slug & (by_company != _NONE))
    company_domains = _single(by_company, domains, has_slug & (by_company != _NONE) & (domains != _NONE))
    lacking = ~has_slug & (by_domain != _NONE)
    unknown = ~has_slug & (by_company != _NONE)
    if lacking.any():
        unknown &= (by_domain == _NONE) | (_look_up(through_domain, by_domain) == _NONE)
        _follow(linked, lacking, by_domain, through_domain)
    # Two companies of one name with different websites are two companies.
    there = _look_up(company_domains, by_company)
    unknown &= (domains == _NONE) | (there == _NONE) | (there == domains)
    _follow(linked, unknown, by_company, through_company)


def _follow(linked: Codes, rows: npt.NDArray[np.bool_], keys: Codes, target: Codes) -> None:
    found = _look_up(target, keys)
    rows = rows & (found >= 0)
    linked[rows] = found[rows]


def _look_up(target: Codes, keys: Codes) -> Codes:
    """The target of each row's key; _NONE for rows without a key."""
    if not len(target):
        return np.full(len(keys), _NONE, dtype=np.int32)
    return np.where(keys == _NONE, np.int32(_NONE), target[np.maximum(keys, 0)])


def _single(keys: Codes, values: Codes, rows: npt.NDArray[np.bool_]) -> Codes:
    """Per key the one value its rows have: _NONE when it has no rows, _SEVERAL when they differ."""
    target = np.full(int(keys.max(initial=-1)) + 1, _NONE, dtype=np.int32)
    used, given = keys[rows], values[rows]
    target[used] = given
    target[used[target[used] != given]] = _SEVERAL
    return target
