"""Better keys for rows that could be sent as they are: what the list itself knows and does not use yet.

A profile finds more people than a name with a website, and that more than a name with a company.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cleanlist_core.domain import RowFields
from cleanlist_core.intake.companies import company_key
from cleanlist_core.intake.domains import company_domain
from cleanlist_core.intake.merged_cells import is_mailbox_of, profile_in, work_email_in
from cleanlist_core.intake.names import name_key
from cleanlist_core.intake.repairs import Mended, RepairRow, with_profile
from cleanlist_core.intake.values import looks_like_domain

FEWEST_SWAPPED = 3
MOST_RIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A free improvement. better: a row with its cells → its better fields, None when there are none."""

    code: str
    title: str
    does: str
    better: Callable[[RepairRow], RowFields | None]


def _profile(row: RepairRow) -> RowFields | None:
    if row.fields.linkedin_slug:
        return None
    address = next(filter(None, map(profile_in, row.all_cells)), "")
    return with_profile(row.fields, address) if address else None


def _website(row: RepairRow) -> RowFields | None:
    fields = row.fields
    if fields.company_domain:
        return None
    if looks_like_domain(fields.company_name) and (domain := company_domain(fields.company_name)):
        return replace(fields, company_domain=domain)
    for text in row.all_cells:
        address = work_email_in(text)
        if address and is_mailbox_of(address, fields.first_name, fields.last_name):
            return replace(fields, company_domain=company_domain(address), email=fields.email or address)
    return None


UPGRADES = (
    Upgrade(
        "better_profile",
        "LinkedIn profiles in another column",
        "The person's LinkedIn profile stands in another column of the row; it is used.",
        _profile,
    ),
    Upgrade(
        "better_website",
        "A work email or a company name tells the website",
        "These rows have a company but no website; the work email or the company's name holds it.",
        _website,
    ),
)


def find_upgrades(rows: Iterable[RepairRow]) -> dict[str, list[Mended]]:
    """Code of an upgrade → the rows it is for. Each row is counted once, for the best it can get."""
    found: dict[str, list[Mended]] = {upgrade.code: [] for upgrade in UPGRADES}
    for row in rows:
        for upgrade in UPGRADES:
            after = upgrade.better(row)
            if after is not None:
                found[upgrade.code].append(Mended(row.number, row.fields, after))
                break
    return found


def websites_by_company(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Company as compared → its website, where each has no other partner among all pairs."""
    websites: dict[str, set[str]] = {}
    companies: dict[str, set[str]] = {}
    for company, website in pairs:
        key = company_key(company)
        websites.setdefault(key, set()).add(website)
        companies.setdefault(website, set()).add(key)
    single = {key: next(iter(sites)) for key, sites in websites.items() if key and len(sites) == 1}
    return {key: website for key, website in single.items() if len(companies[website]) == 1}


def find_websites_of_colleagues(rows: Iterable[RepairRow], websites: Mapping[str, str]) -> list[Mended]:
    """Rows without a website whose company has one elsewhere in the list."""
    return [
        Mended(row.number, row.fields, replace(row.fields, company_domain=website))
        for row in rows
        if not row.fields.company_domain
        and (website := websites.get(company_key(row.fields.company_name), ""))
    ]


def filled_up(first: RowFields, others: Iterable[RowFields]) -> RowFields:
    """A row of a person with what only their other rows have; two companies are never mixed."""
    better = first
    for other in others:
        if not better.named and other.named:
            better = replace(better, first_name=other.first_name, last_name=other.last_name)
        if _same_company(better, other):
            better = replace(
                better,
                company_domain=better.company_domain or other.company_domain,
                company_name=better.company_name or other.company_name,
            )
        if not better.linkedin_slug:
            better = replace(better, linkedin_slug=other.linkedin_slug, linkedin_url=other.linkedin_url)
    return better


def _same_company(one: RowFields, other: RowFields) -> bool:
    """Whether nothing says that two rows are about different companies."""
    names = {company_key(row.company_name) for row in (one, other) if row.company_name}
    websites = {row.company_domain for row in (one, other) if row.company_domain}
    return len(names) < 2 and len(websites) < 2


@dataclass(frozen=True, slots=True)
class Swapped:
    """Names that look swapped. rows: all but those surely right. shown, right: rows that prove it."""

    rows: list[Mended]
    shown: int
    right: int


def find_swapped_names(rows: Sequence[RepairRow]) -> Swapped | None:
    """First and last names in each other's columns, by what emails and profiles of the same rows say.

    None unless several rows show it and hardly any shows the opposite.
    """
    orders = [_order(row.fields) for row in rows]
    shown, right = orders.count(-1), orders.count(1)
    if shown < FEWEST_SWAPPED or right > MOST_RIGHT * shown:
        return None
    swapped = [
        Mended(
            row.number,
            row.fields,
            replace(row.fields, first_name=row.fields.last_name, last_name=row.fields.first_name),
        )
        for row, order in zip(rows, orders, strict=True)
        if order <= 0 and row.fields.named
    ]
    return Swapped(swapped, shown, right)


def _order(fields: RowFields) -> int:
    """1 when an address says first name first, -1 when it says the opposite, 0 when it says nothing."""
    first, last = _letters(fields.first_name), _letters(fields.last_name)
    if not first or not last or first == last:
        return 0
    mailbox = re.split(r"[._-]", fields.email.partition("@")[0])
    for words in (mailbox, fields.linkedin_slug.split("-")):
        plain = [_letters(word) for word in words[:2]]
        if plain == [first, last]:
            return 1
        if plain == [last, first]:
            return -1
    return 0


def _letters(text: str) -> str:
    return "".join(letter for letter in name_key(text) if letter.isalpha())
