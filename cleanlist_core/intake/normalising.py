"""The columns of a list in their plain form, worked out once per different value.

For each field one plain function (in names, linkedin, domains, companies) is the specification. Here it
is applied to the different values of a column only, because names, companies and domains repeat; cells
already in plain form, told by a pattern, skip it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.intake.companies import clean_company
from cleanlist_core.intake.domains import company_domain, email_address
from cleanlist_core.intake.linkedin import PROFILE, RANKS, LinkedInKind, read_linkedin
from cleanlist_core.intake.mapping import ColumnMapping
from cleanlist_core.intake.names import (
    clean_name,
    is_unreadable_name,
    recase,
    speaks_in_one_case,
    split_full_name,
)
from cleanlist_core.intake.tables import ReadTable
from cleanlist_core.intake.wordlists import FLAT_ENDINGS, FREE_MAIL, FREE_MAIL_NAMES, SOCIAL_HOSTS

_FLAT = "|".join(sorted(FLAT_ENDINGS))
_PLAIN_LINKEDIN = r"^https?://(?:www\.)?linkedin\.com/in/(?P<plain>[a-z][a-z0-9-]{1,99})/?$"
_PLAIN_EMAIL = (
    r"^(?P<plain>[a-z0-9][a-z0-9_-]*(?:[._+][a-z0-9]+)*@[a-z0-9]+(?:-[a-z0-9]+)*\.(?:" + _FLAT + r"))$"
)
_PLAIN_DOMAIN = r"^(?:https?://)?(?:www\.)?(?P<plain>[a-z0-9]+(?:-[a-z0-9]+)*\.(?:" + _FLAT + r"))/?$"
_PLAIN_MAILBOX = r"^[a-z0-9._+-]+@(?P<plain>[a-z0-9]+(?:-[a-z0-9]+)*\.(?:" + _FLAT + r"))$"
_MANY_DIFFERENT = 0.3
_PROBE_ROWS = 2_000


@dataclass(frozen=True)
class PersonColumns:
    """Plain text columns, one value per row, "" for missing. unreadable: a name cell holds no name.

    page: a LinkedIn address leads to something that is no person.
    """

    linkedin_slug: pa.Array
    linkedin_url: pa.Array
    first_name: pa.Array
    last_name: pa.Array
    company_domain: pa.Array
    company_name: pa.Array
    email: pa.Array
    phone: pa.Array
    title: pa.Array
    location: pa.Array
    unreadable: pa.Array
    page: pa.Array


def normalise(table: ReadTable, mapping: ColumnMapping) -> PersonColumns:
    """Every mapped column in its plain form. The table itself is left as it is."""
    fields = _Fields(table, mapping)
    # Arrow lets go of the interpreter while it works, so that two cores are of use.
    with ThreadPoolExecutor(max_workers=2) as pool:
        linkedin = pool.submit(fields.linkedin)
        names = pool.submit(fields.names)
        addresses = pool.submit(fields.addresses)
        company = pool.submit(fields.first_of, "company_name", clean_company)
        phone = pool.submit(fields.first_of, "phone", plain_phone)
        title = pool.submit(fields.first_of, "title", _tidy)
        location = pool.submit(fields.location)
        slug, url, page = linkedin.result()
        first, last, unreadable = names.result()
        email, domain = addresses.result()
        return PersonColumns(
            slug, url, first, last, domain, company.result(), email, phone.result(), title.result(),
            location.result(), unreadable, page,
        )  # fmt: skip


def plain_phone(text: str) -> str:
    """The first phone number of a cell as it is written, without the apostrophe spreadsheets put first."""
    return text.partition(":::")[0].strip().lstrip("'").strip()


def _tidy(text: str) -> str:
    return text.strip()


def on_different_values(
    column: pa.Array | pa.ChunkedArray, plain: Callable[[str], str], *, pattern: str = ""
) -> pa.Array:
    """`plain` of every cell, called once per different value.

    pattern: cells it matches whole are answered with its group `plain` at once; `plain` must agree.
    """
    cells = _whole(column)
    if _mostly_different(cells):
        return _through_pattern(cells, plain, pattern) if pattern else _through_dictionary(cells, plain, "")
    return _through_dictionary(cells, plain, pattern)


def _through_dictionary(cells: pa.Array, plain: Callable[[str], str], pattern: str) -> pa.Array:
    encoded = cells.dictionary_encode()
    values = encoded.dictionary
    results = _through_pattern(values, plain, pattern) if pattern else _each(values, plain)
    return results.take(encoded.indices)


def _through_pattern(cells: pa.Array, plain: Callable[[str], str], pattern: str) -> pa.Array:
    matched = pc.struct_field(pc.extract_regex(cells, pattern), [0])
    rest = pc.is_null(matched)
    if not pc.any(rest).as_py():
        return matched
    return pc.replace_with_mask(matched, rest, _through_dictionary(cells.filter(rest), plain, ""))


def _each(values: pa.Array, plain: Callable[[str], str]) -> pa.Array:
    return pa.array([plain(value) for value in values.to_pylist()], pa.string())


def _mostly_different(cells: pa.Array) -> bool:
    probe = cells.slice(0, _PROBE_ROWS)
    return len(cells) > _PROBE_ROWS and len(probe.unique()) > _MANY_DIFFERENT * len(probe)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return column


def _first_filled(columns: Sequence[pa.Array], rows: int) -> pa.Array:
    if not columns:
        return blank(rows)
    return reduce(lambda best, other: pc.if_else(pc.equal(best, ""), other, best), columns)


def blank(rows: int) -> pa.Array:
    """A column without values."""
    return pa.repeat(pa.scalar("", pa.string()), rows)


class _Fields:
    """The mapped columns of one table."""

    def __init__(self, table: ReadTable, mapping: ColumnMapping) -> None:
        self.table = table
        self.mapping = mapping
        self.rows = table.cells.num_rows

    def cells(self, name: str) -> list[pa.Array]:
        return [_whole(self.table.cells.column(position)) for position in self.mapping.columns.get(name, ())]

    def first_of(self, name: str, plain: Callable[[str], str], pattern: str = "") -> pa.Array:
        columns = [on_different_values(cells, plain, pattern=pattern) for cells in self.cells(name)]
        return _first_filled(columns, self.rows)

    def linkedin(self) -> tuple[pa.Array, pa.Array, pa.Array]:
        """Slug, address, and whether a cell leads to a page that is no person's."""
        columns = self.cells("linkedin_url")
        ranked = [on_different_values(cells, _ranked_slug, pattern=_PLAIN_LINKEDIN) for cells in columns]
        slug = _best_slug(ranked, self.rows)
        url = pc.if_else(pc.equal(slug, ""), "", pc.binary_join_element_wise(PROFILE, slug, ""))
        page = reduce(pc.or_, [pc.equal(one, _PAGE) for one in ranked], _nowhere(self.rows))
        return slug, url, pc.and_(page, pc.equal(slug, ""))

    def names(self) -> tuple[pa.Array, pa.Array, pa.Array]:
        """First name, last name, and whether something in a name column is no name."""
        first, last = self.first_of("first_name", clean_name), self.first_of("last_name", clean_name)
        full = self.cells("full_name")
        lacking = pc.or_(pc.equal(first, ""), pc.equal(last, ""))
        if full and pc.any(lacking).as_py():
            pieces = [cells.dictionary_encode() for cells in full]
            firsts = _first_filled([_split(one, lambda name: name.first) for one in pieces], self.rows)
            lasts = _first_filled([_split(one, lambda name: name.last) for one in pieces], self.rows)
            complete = pc.and_(pc.not_equal(firsts, ""), pc.not_equal(lasts, ""))
            both = pc.and_(lacking, complete)
            first = pc.if_else(both, firsts, _first_filled([first, firsts], self.rows))
            last = pc.if_else(both, lasts, _first_filled([last, lasts], self.rows))
        return _recased(first), _recased(last), self._unreadable()

    def _unreadable(self) -> pa.Array:
        found = _nowhere(self.rows)
        for name in ("first_name", "last_name", "full_name"):
            for cells in self.cells(name):
                found = pc.or_(found, _unreadable_cells(cells))
        return found

    def addresses(self) -> tuple[pa.Array, pa.Array]:
        """Email, and the company's domain: from its website, else from the work email."""
        emails = [
            on_different_values(cells, email_address, pattern=_PLAIN_EMAIL) for cells in self.cells("email")
        ]
        domain = _first_filled(
            [_company_domains(cells, _PLAIN_DOMAIN) for cells in self.cells("company_domain")], self.rows
        )
        for cells in emails:
            lacking = pc.equal(domain, "")
            if not pc.any(lacking).as_py():
                break
            found = _company_domains(cells.filter(lacking), _PLAIN_MAILBOX)
            domain = pc.replace_with_mask(domain, lacking, found)
        return _first_filled(emails, self.rows), domain

    def location(self) -> pa.Array:
        parts = [on_different_values(cells, _tidy) for cells in self.cells("location")]
        if len(parts) < 2:
            return parts[0] if parts else blank(self.rows)
        given = [pc.if_else(pc.equal(part, ""), pa.scalar(None, pa.string()), part) for part in parts]
        return pc.binary_join_element_wise(*given, ", ", null_handling="skip")


_PAGE = " page"
_RANK_MARKS = {LinkedInKind.MEMBER_ID: " 2", LinkedInKind.SALES_ID: " 3"}


def _ranked_slug(text: str) -> str:
    """The slug with its rank behind it unless it is the best; slugs hold no spaces."""
    address = read_linkedin(text)
    if address.kind in RANKS:
        return address.slug + _RANK_MARKS.get(address.kind, "")
    return _PAGE if address.kind is LinkedInKind.OTHER else ""


def _best_slug(ranked: Iterable[pa.Array], rows: int) -> pa.Array:
    columns = list(ranked)
    best = blank(rows)
    for mark in (" 3", " 2"):
        for column in reversed(columns):
            marked = pc.ends_with(column, mark)
            if pc.any(marked).as_py():
                best = pc.if_else(marked, pc.replace_substring(column, mark, ""), best)
    for column in reversed(columns):
        readable = pc.and_(pc.not_equal(column, ""), pc.invert(pc.match_substring(column, " ")))
        best = pc.if_else(readable, column, best)
    return best


def _split(names: pa.DictionaryArray, part: Callable[..., str]) -> pa.Array:
    return _each(names.dictionary, lambda text: part(split_full_name(text))).take(names.indices)


def _recased(names: pa.Array) -> pa.Array:
    encoded = names.dictionary_encode()
    different = encoded.dictionary.to_pylist()
    if not speaks_in_one_case(different):
        return names
    return pa.array([recase(name) for name in different], pa.string()).take(encoded.indices)


def _unreadable_cells(cells: pa.Array) -> pa.Array:
    encoded = cells.dictionary_encode()
    marks = [is_unreadable_name(value) for value in encoded.dictionary.to_pylist()]
    return pa.array(marks, pa.bool_()).take(encoded.indices)


_SHARED = pa.array(sorted(FREE_MAIL | SOCIAL_HOSTS), pa.string())
_SHARED_NAMES = r"^(?:" + "|".join(sorted(FREE_MAIL_NAMES)) + r")\."


def _company_domains(cells: pa.Array, pattern: str) -> pa.Array:
    domains = on_different_values(cells, company_domain, pattern=pattern)
    shared = pc.or_(pc.is_in(domains, value_set=_SHARED), pc.match_substring_regex(domains, _SHARED_NAMES))
    return pc.if_else(shared, "", domains)


def _nowhere(rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(False), rows)
