"""Who is the same person: identities of rows, and the links between them.

A row is its LinkedIn slug, else its name with the company's domain, else its name with the company.
A row without a slug that shares a name key with rows of exactly one slug is that person; a row with
name and company only that shares them with rows of exactly one identity is that person.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.intake.companies import company_key
from cleanlist_core.intake.names import name_key
from cleanlist_core.intake.normalising import PersonColumns
from cleanlist_core.intake.repetition import on_different_values

Codes = npt.NDArray[np.int64]

_NONE = -1
_SEVERAL = -2
_PREFIXES = ("in:", "nd:", "nc:")


@dataclass(frozen=True)
class PersonKeys:
    """Text columns, "" where a row has no such key. identity: with its kind, such as `in:jane-doe`.

    person: the same number for the same identity, -1 for rows without one.
    """

    name_domain: pa.Array
    name_company: pa.Array
    identity: pa.Array
    person: Codes


def person_keys(people: PersonColumns) -> PersonKeys:
    """The keys of every row, and its identity once all links are followed."""
    first = on_different_values(people.first_name, name_key)
    last = on_different_values(people.last_name, name_key)
    company = on_different_values(people.company_name, company_key)
    named = pc.and_(pc.not_equal(first, ""), pc.not_equal(last, ""))
    name_domain = _joined(named, first, last, people.company_domain)
    name_company = _joined(named, first, last, company)
    identity, person = _identities(people.linkedin_slug, people.company_domain, name_domain, name_company)
    return PersonKeys(name_domain, name_company, identity, person)


def _joined(named: pa.Array, first: pa.Array, last: pa.Array, where: pa.Array) -> pa.Array:
    complete = pc.and_(named, pc.not_equal(where, ""))
    return pc.if_else(complete, pc.binary_join_element_wise(first, last, where, "|"), "")


def _identities(
    slug: pa.Array, domain: pa.Array, name_domain: pa.Array, name_company: pa.Array
) -> tuple[pa.Array, Codes]:
    """The identity of each row as text and as a number."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        coded = list(pool.map(_coded, (slug, name_domain, name_company, domain)))
    by_slug, by_domain, by_company, domains = (codes for _, codes in coded)
    texts = [_prefixed(prefix, values) for prefix, (values, _) in zip(_PREFIXES, coded, strict=False)]
    person = _first_given(by_slug, by_domain, by_company, sizes=[len(text) for text in texts])
    _link(person, _KeyCodes(by_slug, by_domain, by_company, domains))
    names = pa.concat_arrays([*texts, pa.array([""], pa.string())])
    return names.take(pa.array(np.where(person < 0, len(names) - 1, person))), person


def _first_given(*keys: Codes, sizes: list[int]) -> Codes:
    """One numbering over several keys: each row's best key, _NONE when it has none."""
    person = np.full(len(keys[0]), _NONE, dtype=np.int64)
    start = 0
    for codes, size in zip(keys, sizes, strict=True):
        free = (person == _NONE) & (codes != _NONE)
        person[free] = codes[free] + start
        start += size
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
        return np.full(len(keys), _NONE, dtype=np.int64)
    return np.where(keys == _NONE, _NONE, target[np.maximum(keys, 0)])


def _single(keys: Codes, values: Codes, rows: npt.NDArray[np.bool_]) -> Codes:
    """Per key the one value its rows have: _NONE when it has no rows, _SEVERAL when they differ."""
    target = np.full(int(keys.max(initial=-1)) + 1, _NONE, dtype=np.int64)
    used, given = keys[rows], values[rows]
    target[used] = given
    target[used[target[used] != given]] = _SEVERAL
    return target


def _coded(values: pa.Array) -> tuple[pa.Array, Codes]:
    """The different texts, and each row's position among them; _NONE for ""."""
    encoded = values.dictionary_encode()
    codes: Codes = encoded.indices.to_numpy().astype(np.int64)
    empty = pc.index(encoded.dictionary, "").as_py()
    if empty >= 0:
        codes[codes == empty] = _NONE
    return encoded.dictionary, codes


def _prefixed(prefix: str, values: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(prefix, values, "")
