"""Who a submitted contact is.

A contact is looked up by its LinkedIn profile, else by names and domain, else by names and company
name. All spellings of one person end in one identity, and everything the sandbox makes up about a
person follows from that identity.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal, NamedTuple
from urllib.parse import unquote

FIELDS = ("linkedin_url", "first_name", "last_name", "company_domain", "company_name", "email")
"""Fields that must be text. `email` is read by nothing: it never identifies a contact."""

Kind = Literal["linkedin", "domain", "company"]

_PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]+\.)*linkedin\.com/(?:mwlite/)?(?:in|pub)/([^/?#\s]+)", re.IGNORECASE
)
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")


class Lookup(NamedTuple):
    """A contact as the waterfall sees it; "" for what was not given."""

    identity: str
    kind: Kind
    slug: str
    first_name: str
    last_name: str
    domain: str
    company_name: str


def read_contact(raw: Mapping[str, object]) -> Lookup | None:
    """The lookup of a contact whose fields are text or missing; None when they identify nobody."""
    slug = profile_slug(_text(raw, "linkedin_url"))
    first = tidy(_text(raw, "first_name"))
    last = tidy(_text(raw, "last_name"))
    domain = bare_domain(_text(raw, "company_domain"))
    company = tidy(_text(raw, "company_name"))
    if slug:
        return Lookup(f"in:{slug}", "linkedin", slug, first, last, domain, company)
    if not (first and last):
        return None
    name = f"{first.casefold()}|{last.casefold()}"
    if domain:
        return Lookup(f"nd:{name}|{domain}", "domain", slug, first, last, domain, company)
    if company:
        return Lookup(f"nc:{name}|{company.casefold()}", "company", slug, first, last, domain, company)
    return None


def profile_slug(url: str) -> str:
    """The canonical name of a LinkedIn profile, "" when the text is no address of one."""
    match = _PROFILE.match(url.strip())
    return unicodedata.normalize("NFC", unquote(match[1])).casefold().strip() if match else ""


def bare_domain(text: str) -> str:
    """The host of a domain, address or email in lower case without `www.`; "" when there is none."""
    host = text.strip().casefold()
    if _DOMAIN.fullmatch(host) and not host.startswith("www."):
        return host
    host = host.rpartition("://")[2]
    host = re.split(r"[/?#]", host, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    host = host.removeprefix("www.").rstrip(".")
    return host if _DOMAIN.fullmatch(host) else ""


def tidy(text: str) -> str:
    """The text composed (NFC), with single spaces."""
    single = " ".join(text.split())
    return single if single.isascii() else unicodedata.normalize("NFC", single)


def _text(raw: Mapping[str, object], field: str) -> str:
    value = raw.get(field)
    return value if isinstance(value, str) else ""
