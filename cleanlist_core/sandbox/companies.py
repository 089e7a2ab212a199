"""Invented companies: the same domain or name always gives the same company."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cleanlist_core.sandbox import invented
from cleanlist_core.sandbox.contacts import Lookup
from cleanlist_core.sandbox.spelling import ascii_letters
from cleanlist_core.sandbox.waterfall import chances_for

_PATTERNS = 5
_LEGAL_FORM = re.compile(r"[\s,]+(?:inc|llc|ltd|gmbh|b\.?v|corp|co|plc|ag|s\.?a)\.?$", re.IGNORECASE)


class Company(NamedTuple):
    """An employer.

    mail_domain: where its people's addresses are; mail_pattern: how they are put together.
    wire: the `company` object of an enriched record. bare: the same for a record that was only tidied.
    """

    name: str
    mail_domain: str
    mail_pattern: int
    wire: invented.Record
    bare: invented.Record


def employer_of(lookup: Lookup, seed: str, draw: int) -> Company:
    """The company a person works at: the one that was given, else one that the draw picks."""
    name = lookup.company_name
    if not name and not lookup.domain:
        starts, ends = invented.COMPANY_STARTS, invented.COMPANY_ENDS
        name = f"{starts[draw % len(starts)]} {ends[draw // len(starts) % len(ends)]}"
    return _company(seed, lookup.domain, name, lookup.company_name != "")


@lru_cache(maxsize=8192)
def _company(seed: str, domain: str, name: str, named: bool) -> Company:
    mail_domain = domain or _invented_domain(name)
    shown = name or _name_from(domain)
    chance = chances_for(seed, "company", mail_domain)
    bare = {"name": shown} if named or domain else {}
    if domain:
        bare["domain"] = domain
    return Company(shown, mail_domain, chance[0] % _PATTERNS, _profile(shown, mail_domain, chance), bare)


def _profile(name: str, domain: str, chance: bytes) -> invented.Record:
    industry, industries, sells = invented.INDUSTRIES[chance[1] % len(invented.INDUSTRIES)]
    size, least, most, revenue = invented.SIZES[chance[2] % len(invented.SIZES)]
    city = invented.CITIES[chance[3] % len(invented.CITIES)].name
    founded = 1950 + chance[4] % 72
    return {
        "name": name,
        "domain": domain,
        "linkedin_url": f"https://www.linkedin.com/company/sandbox-{ascii_letters(name) or 'company'}",
        "industry": industry,
        "industries": industries,
        "headcount": size,
        "company_size": size,
        "employee_count": least + int.from_bytes(chance[8:12], "little") % (most - least + 1),
        "type": invented.COMPANY_TYPES[chance[6] % len(invented.COMPANY_TYPES)],
        "founded_year": founded,
        "headquarters": city,
        "description": f"{name} sells {sells}. It was founded in {founded} and is at home in {city}.",
        "tagline": invented.TAGLINES[chance[7] % len(invented.TAGLINES)],
        "revenue_range": revenue,
    }


def _invented_domain(name: str) -> str:
    return f"{ascii_letters(_LEGAL_FORM.sub('', name)) or 'company'}.example"


def _name_from(domain: str) -> str:
    return domain.partition(".")[0].replace("-", " ").replace("_", " ").title()
