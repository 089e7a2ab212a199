"""Repairs of rows by cause: what each does, and which rows it really makes ready.

A repair looks at a row as uploaded and answers the fields to send; it never changes a cell, and it is
offered only where the row can be looked up afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cleanlist_core.domain import COLUMN_NAMES, RowFields
from cleanlist_core.intake.checking import CAUSES, DUPLICATE
from cleanlist_core.intake.domains import company_domain
from cleanlist_core.intake.linkedin import PROFILE, linkedin_slug
from cleanlist_core.intake.merged_cells import (
    company_of_page,
    full_name_in,
    is_mailbox_of,
    name_in_email,
    profile_in,
    puts_last_name_first,
    read_merged,
    work_email_in,
)
from cleanlist_core.intake.rechecking import can_be_sent
from cleanlist_core.intake.values import looks_like_domain

NAME_FIELDS = ("first_name", "last_name", "full_name")


@dataclass(frozen=True, slots=True)
class RepairRow:
    """One row. cells: field → texts of the columns that feed it. others: texts of the other columns."""

    number: int
    fields: RowFields
    reason: str
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)
    others: Sequence[str] = ()

    def of(self, *names: str) -> list[str]:
        return [text for name in names for text in self.cells.get(name, ()) if text.strip()]

    @property
    def all_cells(self) -> list[str]:
        return [*self.of(*self.cells), *(text for text in self.others if text.strip())]


@dataclass(frozen=True, slots=True)
class Habits:
    """What is true of a list as a whole. last_comes_first: names are written `Last, First`."""

    last_comes_first: bool = False

    @classmethod
    def of(cls, rows: Iterable[RepairRow]) -> Habits:
        return cls(any(puts_last_name_first(text) for row in rows for text in row.of(*NAME_FIELDS)))


Mend = Callable[[RepairRow, Habits], RowFields | None]


@dataclass(frozen=True, slots=True)
class Repair:
    """One way to make rows ready. does: what is changed, in a sentence. causes: reasons it can mend."""

    code: str
    title: str
    does: str
    causes: frozenset[str]
    mend: Mend


@dataclass(frozen=True, slots=True)
class Mended:
    """A row before and after a repair. said: what the file says of it, where that is why it is offered."""

    number: int
    before: RowFields
    after: RowFields
    said: str = ""


def _take_profile(row: RepairRow, _habits: Habits) -> RowFields | None:
    for text in row.all_cells:
        if address := profile_in(text):
            return with_profile(row.fields, address)
    return None


def with_profile(fields: RowFields, address: str) -> RowFields:
    slug = linkedin_slug(address)
    return replace(fields, linkedin_slug=slug, linkedin_url=PROFILE + slug)


def _split_merged(row: RepairRow, habits: Habits) -> RowFields | None:
    for text in row.of(*NAME_FIELDS, "email"):
        merged = read_merged(text, last_comes_first=habits.last_comes_first)
        if merged is None:
            continue
        fields = row.fields
        email = fields.email or merged.email
        return replace(
            fields,
            first_name=merged.name.first,
            last_name=merged.name.last,
            company_name=fields.company_name or merged.company,
            company_domain=fields.company_domain or company_domain(email),
            email=email,
        )
    return None


def _split_name(row: RepairRow, _habits: Habits) -> RowFields | None:
    for text in row.of("first_name", "last_name"):
        if name := full_name_in(text):
            return replace(row.fields, first_name=name.first, last_name=name.last)
    return None


def _name_from_email(row: RepairRow, _habits: Habits) -> RowFields | None:
    for text in (row.fields.email, *row.of(*NAME_FIELDS)):
        address = work_email_in(text)
        name = name_in_email(address) if address else None
        if name is None:
            continue
        given = {part.casefold() for part in (row.fields.first_name, row.fields.last_name) if part}
        if not given <= {name.first.casefold(), name.last.casefold()}:
            continue
        domain = row.fields.company_domain or company_domain(address)
        return replace(
            row.fields,
            first_name=name.first,
            last_name=name.last,
            company_domain=domain,
            email=row.fields.email or address,
        )
    return None


def _website_from_email(row: RepairRow, _habits: Habits) -> RowFields | None:
    fields = row.fields
    for text in row.all_cells:
        address = work_email_in(text)
        if address and is_mailbox_of(address, fields.first_name, fields.last_name):
            return replace(fields, company_domain=company_domain(address), email=fields.email or address)
    return None


def _company_from_page(row: RepairRow, _habits: Habits) -> RowFields | None:
    for text in row.of("linkedin_url"):
        if name := company_of_page(text):
            return replace(row.fields, company_name=name)
    return None


def _website_from_link(row: RepairRow, _habits: Habits) -> RowFields | None:
    for text in row.of("linkedin_url", "phone"):
        if looks_like_domain(text) and (domain := company_domain(text)):
            return replace(row.fields, company_domain=domain)
    return None


_ANY = frozenset(CAUSES) - {*COLUMN_NAMES, DUPLICATE}

REPAIRS = (
    Repair(
        "profile_in_other_column",
        "LinkedIn profiles in another column",
        "The person's LinkedIn profile stands in another column of the row; it is used.",
        _ANY,
        _take_profile,
    ),
    Repair(
        "merged_cells",
        "Several things in one cell",
        "The cell holds a name together with the company or the email; they are taken apart.",
        _ANY,
        _split_merged,
    ),
    Repair(
        "full_name_in_part",
        "Full names in one column",
        "The full name stands where one part of it should be; it is split into first and last name.",
        frozenset(("only_one_name", "company_page_instead_of_person")),
        _split_name,
    ),
    Repair(
        "website_from_email",
        "The work email tells the company",
        "An email in the row is named after the person; the part behind the @ is the company's website.",
        frozenset(("no_company", "company_page_instead_of_person")),
        _website_from_email,
    ),
    Repair(
        "website_from_link",
        "Websites in another column",
        "The company's website stands in another column, such as the one for LinkedIn; it is used.",
        frozenset(("no_company",)),
        _website_from_link,
    ),
    Repair(
        "company_from_page",
        "The company's LinkedIn page instead of the person's",
        "The link is left out. The company's name is taken from it, and the person is looked up by name.",
        frozenset(("company_page_instead_of_person",)),
        _company_from_page,
    ),
    Repair(
        "name_from_email",
        "The work email tells the name",
        "The email is made of first and last name, as in jane.doe@…; both are taken from it.",
        frozenset(("no_name", "not_a_person", "only_one_name", "company_page_instead_of_person")),
        _name_from_email,
    ),
)
"""The surest first: a row is offered to the first repair that makes it ready, and counted there alone."""


def find_repairs(rows: Sequence[RepairRow], repairs: Sequence[Repair] = REPAIRS) -> dict[str, list[Mended]]:
    """Code of a repair → the rows it makes ready, for repairs that make any, most rows first."""
    habits = Habits.of(rows)
    found: dict[str, list[Mended]] = {repair.code: [] for repair in repairs}
    for row in rows:
        for repair in repairs:
            after = repair.mend(row, habits) if row.reason in repair.causes else None
            if after is not None and can_be_sent(after):
                found[repair.code].append(Mended(row.number, row.fields, after))
                break
    some = [(code, mended) for code, mended in found.items() if mended]
    return dict(sorted(some, key=lambda item: -len(item[1])))
