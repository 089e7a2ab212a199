"""Who is the same person: identities of rows, and the links between them.

A row is its LinkedIn slug, else its name with the company's domain, else its name with the company.
A row without a slug that shares a name key with rows of exactly one slug is that person; a row with
name and company only that shares them with rows of exactly one identity is that person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.intake.companies import company_key
from cleanlist_core.intake.names import name_key
from cleanlist_core.intake.normalising import PersonColumns, on_different_values

Codes = npt.NDArray[np.int64]

_NONE = -1
_SEVERAL = -2


@dataclass(frozen=True)
class PersonKeys:
    """Text columns, "" where a row has no such key. identity: with its kind, such as `in:jane-doe`."""

    name_domain: pa.Array
    name_company: pa.Array
    identity: pa.Array


def person_keys(people: PersonColumns) -> PersonKeys:
    """The keys of every row, and its identity once all links are followed."""
    first = on_different_values(people.first_name, name_key)
    last = on_different_values(people.last_name, name_key)
    company = on_different_values(people.company_name, company_key)
    named = pc.and_(pc.not_equal(first, ""), pc.not_equal(last, ""))
    name_domain = _joined(named, first, last, people.company_domain)
    name_company = _joined(named, first, last, company)
    identity = _identities(people.linkedin_slug, people.company_domain, name_domain, name_company)
    return PersonKeys(name_domain, name_company, identity)


def _joined(named: pa.Array, first: pa.Array, last: pa.Array, where: pa.Array) -> pa.Array:
    complete = pc.and_(named, pc.not_equal(where, ""))
    return pc.if_else(complete, pc.binary_join_element_wise(first, last, where, "|"), "")


def _identities(slug: pa.Array, domain: pa.Array, name_domain: pa.Array, name_company: pa.Array) -> pa.Array:
    own = pc.if_else(
        pc.not_equal(slug, ""),
        _prefixed("in:", slug),
        pc.if_else(
            pc.not_equal(name_domain, ""),
            _prefixed("nd:", name_domain),
            pc.if_else(pc.not_equal(name_company, ""), _prefixed("nc:", name_company), ""),
        ),
    )
    has_slug = pc.not_equal(slug, "").to_numpy(zero_copy_only=False)
    if has_slug.all() or not len(own):
        return own
    names, linked = _encode(own)
    by_domain, by_company, domains = _codes(name_domain), _codes(name_company), _codes(domain)
    before = linked.copy()
    _link_to_slugs(linked, has_slug, by_domain, by_company, domains)
    bare = ~has_slug & (by_domain == _NONE) & (by_company != _NONE) & (linked == before)
    holders = by_domain != _NONE
    target = _single(by_company, linked, holders & (by_company != _NONE))
    _follow(linked, bare, by_company, target)
    return own if (linked == before).all() else names.take(pa.array(linked))


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


def _encode(values: pa.Array) -> tuple[pa.Array, Codes]:
    encoded = values.dictionary_encode()
    return encoded.dictionary, encoded.indices.to_numpy().astype(np.int64)


def _codes(values: pa.Array) -> Codes:
    """A number per different text, _NONE for ""."""
    different, codes = _encode(values)
    empty = pc.index(different, "").as_py()
    return np.where(codes == empty, _NONE, codes) if empty >= 0 else codes


def _prefixed(prefix: str, values: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(prefix, values, "")
