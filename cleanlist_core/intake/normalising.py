"""The columns of a list in their plain form; the user's cells are left as they are.

For each field one plain function (in names, linkedin, domains and companies) is the specification.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial, reduce

import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.intake.companies import clean_company
from cleanlist_core.intake.domains import company_domain, email_address
from cleanlist_core.intake.headers import normalise_header, order_said
from cleanlist_core.intake.linkedin import PROFILE, RANKS, LinkedInKind, read_linkedin
from cleanlist_core.intake.mapping import ColumnMapping
from cleanlist_core.intake.name_order import split_in_order
from cleanlist_core.intake.names import (
    PersonName,
    clean_name,
    is_unreadable_name,
    recase,
    speaks_in_one_case,
)
from cleanlist_core.intake.phones import plain_phone
from cleanlist_core.intake.repetition import (
    Repeated,
    Shortcut,
    Texts,
    each,
    filled,
    in_one_piece,
    on_different_values,
    repeated,
)
from cleanlist_core.intake.tables import ReadTable
from cleanlist_core.intake.wordlists import FLAT_ENDINGS, FREE_MAIL, FREE_MAIL_NAMES, SOCIAL_HOSTS

_PAGE = " page"
_RANK_MARKS = {LinkedInKind.MEMBER_ID: " 2", LinkedInKind.SALES_ID: " 3"}
_OTHER_PHONE = "other"
_PHONE_RANKS = ("mobile", "direct", _OTHER_PHONE, "office")
"""Kinds of phones, best first, by the words that exports use for them."""
_SHARED_HOSTS = pa.array(sorted(FREE_MAIL | SOCIAL_HOSTS), pa.string())
_SHARED_NAMES = rf"^(?:{'|'.join(sorted(FREE_MAIL_NAMES))})\."
_PLAIN_HOST = rf"[a-z0-9]+(?:-[a-z0-9]+)*\.(?:{'|'.join(sorted(FLAT_ENDINGS))})"
_HOST_OF_ADDRESS = rf"^(?:https?://)?(?:www\.)?(?P<host>{_PLAIN_HOST})/?$"


@dataclass(frozen=True)
class PersonColumns:
    """Plain text columns, one value per row, "" for missing. unreadable: a name cell holds no name.

    page: a LinkedIn address leads to something that is no person.
    repeated: columns whose different values are known already, by name.
    """

    linkedin_slug: Texts
    linkedin_url: Texts
    first_name: Texts
    last_name: Texts
    company_domain: Texts
    company_name: Texts
    email: Texts
    phone: Texts
    title: Texts
    location: Texts
    unreadable: pa.Array
    page: pa.Array | pa.ChunkedArray
    repeated: Mapping[str, Repeated] = field(default_factory=dict)

    def different(self, name: str) -> Repeated:
        """A column with its different values."""
        return self.repeated.get(name) or Repeated.of(getattr(self, name))


def normalise(table: ReadTable, mapping: ColumnMapping) -> PersonColumns:
    """Every mapped column in its plain form."""
    columns = _Columns(table, mapping)
    # Arrow lets go of the interpreter while it works, so that two cores are of use.
    with ThreadPoolExecutor(max_workers=2) as pool:
        addresses = pool.submit(_addresses, columns)
        linkedin = pool.submit(_linkedin, columns)
        names = pool.submit(_names, columns)
        company = pool.submit(columns.repeated, "company_name", clean_company)
        phone = pool.submit(_phones, columns)
        title = pool.submit(columns.repeated, "title", str.strip)
        location = pool.submit(_location, columns)
    slug, url, page = linkedin.result()
    first, last, unreadable = names.result()
    email, domain = addresses.result()
    known = {
        "first_name": first,
        "last_name": last,
        "company_domain": domain,
        "company_name": company.result(),
    }
    return PersonColumns(
        linkedin_slug=slug,
        linkedin_url=url,
        first_name=first.texts,
        last_name=last.texts,
        company_domain=domain.texts,
        company_name=known["company_name"].texts,
        email=email,
        phone=phone.result(),
        title=title.result().texts,
        location=location.result(),
        unreadable=unreadable,
        page=page,
        repeated=known,
    )


class _Columns:
    """The mapped columns of one table."""

    def __init__(self, table: ReadTable, mapping: ColumnMapping) -> None:
        self.table = table
        self.mapping = mapping
        self.rows = table.cells.num_rows

    def of(self, field: str) -> list[pa.ChunkedArray]:
        """The cells of every column that feeds the field, best first."""
        return [self.at(position) for position in self.mapping.columns.get(field, ())]

    def at(self, position: int) -> pa.ChunkedArray:
        return self.table.cells.column(position)

    def pieces(self, field: str) -> Iterator[list[pa.Array]]:
        """The same for some rows after others; the cells stay where they are."""
        places = list(self.mapping.columns.get(field, ()))
        return (batch.columns for batch in self.table.cells.select(places).to_batches())

    def repeated(self, field: str, plain: Callable[[str], str], shortcut: Shortcut | None = None) -> Repeated:
        """Per row the first column that has something in plain form, by the different values."""
        columns = [repeated(cells, plain, shortcut) for cells in self.of(field)]
        if len(columns) == 1:
            return columns[0]
        return Repeated.of(_first_filled([column.texts for column in columns], self.rows))


def _first_filled(columns: Sequence[Texts], rows: int) -> Texts:
    if not columns:
        return _blank(rows)
    return reduce(lambda best, other: pc.if_else(pc.equal(best, ""), other, best), columns)


def _blank(rows: int) -> pa.Array:
    return pa.repeat(pa.scalar("", pa.string()), rows)


def _nowhere(rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(False), rows)


def _linkedin(columns: _Columns) -> tuple[Texts, Texts, Texts]:
    """Slug, address, and whether a cell leads to a page that is no person's."""
    read = [_profiles(cells) for cells in columns.pieces("linkedin_url") if cells]
    if not read:
        return _blank(columns.rows), _blank(columns.rows), _nowhere(columns.rows)
    slug, url, page = (pa.chunked_array(pieces) for pieces in zip(*read, strict=True))
    return slug, url, page


def _profiles(cells: Sequence[pa.Array]) -> tuple[pa.Array, pa.Array, pa.Array]:
    """The same of some rows. cells: one array per column, best first."""
    if len(cells) == 1 and pc.all(pc.match_substring_regex(cells[0], _WRITTEN_AS_WE_DO)).as_py():
        return _without_profile(cells[0]), cells[0], _nowhere(len(cells[0]))
    ranked = [on_different_values(column, ranked_slug, PLAIN_LINKEDIN) for column in cells]
    slug = _best_slug(ranked, len(cells[0]))
    blank = pc.equal(slug, "")
    url = pc.if_else(blank, "", pc.binary_join_element_wise(PROFILE, slug, ""))
    page = reduce(pc.or_, [pc.equal(one, _PAGE) for one in ranked])
    return slug, url, pc.and_(page, blank)


def _without_profile(cells: pa.Array) -> pa.Array:
    return pc.replace_substring(cells, PROFILE, "", max_replacements=1)


def ranked_slug(text: str) -> str:
    """The slug, with a mark of its rank behind it unless it is the best kind; slugs hold no spaces."""
    address = read_linkedin(text)
    if address.kind in RANKS:
        return address.slug + _RANK_MARKS.get(address.kind, "")
    return _PAGE if address.kind is LinkedInKind.OTHER else ""


def _best_slug(ranked: Sequence[pa.Array], rows: int) -> pa.Array:
    """Per row the slug of the best kind, of equals the one in the better column."""
    if not any(pc.any(pc.match_substring(column, " ")).as_py() for column in ranked):
        return _first_filled(ranked, rows)
    best = _blank(rows)
    for mark in (" 3", " 2"):
        for column in reversed(ranked):
            marked = pc.ends_with(column, mark)
            if pc.any(marked).as_py():
                best = pc.if_else(marked, pc.replace_substring(column, mark, ""), best)
    for column in reversed(ranked):
        readable = pc.and_(pc.not_equal(column, ""), pc.invert(pc.match_substring(column, " ")))
        best = pc.if_else(readable, column, best)
    return best


def _names(columns: _Columns) -> tuple[Repeated, Repeated, pa.Array]:
    """First name, last name, and whether something in a name column is no name."""
    first = columns.repeated("first_name", clean_name)
    last = columns.repeated("last_name", clean_name)
    lacking = first.are("") | last.are("")
    if lacking.any():
        texts = _with_full_names(columns, first.texts, last.texts, pa.array(lacking))
        first, last = (Repeated.of(column) for column in texts)
        lacking = first.are("") | last.are("")
    return _recased(first), _recased(last), _unreadable(columns, pa.array(lacking))


def _either_blank(first: Texts, last: Texts) -> pa.Array:
    return in_one_piece(pc.or_(pc.equal(first, ""), pc.equal(last, "")))


def _with_full_names(columns: _Columns, first: Texts, last: Texts, lacking: pa.Array) -> tuple[Texts, Texts]:
    """Rows lacking a part of the name get both from the full name, or at least the part they lack."""
    for position in columns.mapping.columns.get("full_name", ()):
        full = Repeated.of(columns.at(position).filter(lacking))
        order = order_said(columns.table.columns[position])
        names = split_in_order(full.values.to_pylist(), order)
        have = list(zip(first.filter(lacking).to_pylist(), last.filter(lacking).to_pylist(), strict=True))
        pairs = [
            _completed(*parts, names[code]) for parts, code in zip(have, full.codes.to_pylist(), strict=True)
        ]
        first = pc.replace_with_mask(first, lacking, pa.array([name.first for name in pairs], pa.string()))
        last = pc.replace_with_mask(last, lacking, pa.array([name.last for name in pairs], pa.string()))
        lacking = _either_blank(first, last)
    return first, last


def _completed(first: str, last: str, full: PersonName) -> PersonName:
    if (first and last) or not (full.first or full.last):
        return PersonName(first, last)
    if full.first and full.last:
        return full
    if full.last:
        return PersonName(first, last or (full.last if full.last != first else ""))
    # A single word in the full name is most likely the part that is there already.
    return PersonName(first or (full.first if full.first != last else ""), last)


def _recased(names: Repeated) -> Repeated:
    if not speaks_in_one_case(names.values.unique().to_pylist()):
        return names
    return names.through(partial(each, plain=recase))


def _unreadable(columns: _Columns, lacking: pa.Array) -> pa.Array:
    """Rows lacking a name where a name column holds something else."""
    found = _nowhere(lacking.true_count)
    for name in ("first_name", "last_name", "full_name") if len(found) else ():
        for column in columns.of(name):
            cells = Repeated.of(column.filter(lacking))
            marks = [is_unreadable_name(value) for value in cells.values.to_pylist()]
            found = pc.or_(found, pa.array(marks, pa.bool_()).take(cells.codes))
    return pc.replace_with_mask(_nowhere(columns.rows), lacking, found)


def _addresses(columns: _Columns) -> tuple[Texts, Repeated]:
    """Email, and the company's domain: from its website, else from the work email."""
    emails = [on_different_values(cells, email_address, PLAIN_EMAIL) for cells in columns.of("email")]
    domain = columns.repeated("company_domain", company_domain, PLAIN_DOMAIN)
    for cells in emails:
        lacking = domain.are("") & filled(cells)
        if lacking.any():
            hosts = _part_after(cells.filter(pa.array(lacking)), "@")
            domain = domain.with_rows(lacking, repeated(hosts, company_domain, PLAIN_DOMAIN))
    return _first_filled(emails, columns.rows), domain


def _phones(columns: _Columns) -> Texts:
    """The best phone of each row by the column of kinds beside it, else the one in the best column."""
    phones = [on_different_values(cells, plain_phone, PLAIN_PHONE) for cells in columns.of("phone")]
    kinds = _kinds_of_phones(columns)
    if all(place is None for place in kinds):
        return _first_filled(phones, columns.rows)
    ranks = [
        on_different_values(columns.at(place), _rank_of_phone) if place is not None else None
        for place in kinds
    ]
    best = _blank(columns.rows)
    for rank in reversed(_PHONE_RANKS):
        for phone, ranked in zip(reversed(phones), reversed(ranks), strict=True):
            chosen = pc.not_equal(phone, "")
            if ranked is not None:
                chosen = pc.and_(chosen, pc.equal(ranked, rank))
            elif rank != _OTHER_PHONE:
                continue
            best = pc.if_else(chosen, phone, best)
    return best


def _kinds_of_phones(columns: _Columns) -> list[int | None]:
    """Per phone column the one that says what kind of phone it holds, such as `Phone 1 Type`."""
    headers = [normalise_header(header) for header in columns.table.columns]
    wanted = [f"{headers[place]} type" for place in columns.mapping.columns.get("phone", ())]
    return [headers.index(name) if name in headers else None for name in wanted]


def _rank_of_phone(kind: str) -> str:
    words = kind.casefold().split()
    return next((rank for rank in _PHONE_RANKS if rank in words), _OTHER_PHONE)


def _location(columns: _Columns) -> Texts:
    """City, state and country joined; empty parts are left out."""
    strip = partial(each, plain=str.strip)
    parts = [Repeated.of(cells).through(strip) for cells in columns.of("location")]
    told = [part for part in parts if pc.any(pc.not_equal(part.values, "")).as_py()]
    return reduce(_joined, told).texts if told else _blank(columns.rows)


def _joined(place: Repeated, wider: Repeated) -> Repeated:
    return Repeated.of_pairs(place, wider, _joined_texts)


def _joined_texts(place: pa.Array, wider: pa.Array) -> pa.Array:
    # Arrow's own way to join what is there drops a row where nothing is.
    both = pc.binary_join_element_wise(place, wider, ", ")
    return pc.if_else(pc.equal(place, ""), wider, pc.if_else(pc.equal(wider, ""), place, both))


def _part_after(cells: pa.Array, mark: str) -> pa.Array:
    return pc.list_element(pc.split_pattern(cells, mark, max_splits=1), 1)


def _plain_domains(cells: pa.Array) -> pa.Array:
    domains = pc.struct_field(pc.extract_regex(cells, _HOST_OF_ADDRESS), [0])
    shared = pc.or_(
        pc.is_in(domains, value_set=_SHARED_HOSTS), pc.match_substring_regex(domains, _SHARED_NAMES)
    )
    return pc.if_else(shared, "", domains)


_SLUG = "[a-z][a-z0-9-]{1,99}"
_WRITTEN_AS_WE_DO = rf"^(?:{re.escape(PROFILE)}{_SLUG})?$"
PLAIN_LINKEDIN = Shortcut(
    rf"^https?://(?:www\.)?linkedin\.com/in/{_SLUG}/?$",
    lambda cells: pc.utf8_rtrim(_part_after(cells, "/in/"), "/"),
)
PLAIN_EMAIL = Shortcut(
    rf"^(?:[a-z0-9][a-z0-9_-]*(?:[._+][a-z0-9]+)*@{_PLAIN_HOST})?$",
    None,
)
PLAIN_PHONE = Shortcut(r"^(?:\+\d(?:[ -]?\d){8,14}|\d{9,15})?$", None)
PLAIN_DOMAIN = Shortcut(_HOST_OF_ADDRESS, _plain_domains)
