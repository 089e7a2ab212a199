"""LinkedIn addresses: whose they are, and the one way to write each.

Ranking: a readable profile name, then an opaque member id (`ACoAA…`, `ACwAA…`), then the id in a Sales
Navigator address. Pages of companies, schools, searches and jobs are no person.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

PROFILE = "https://www.linkedin.com/in/"

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.\-]*:)?/{0,3}(?:[a-z0-9\-]+\.)*linkedin\.com(?::\d+)?(?P<path>/[^?#\s]*)?",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?:https?://)?(?:www\.)?lnkd\.in/", re.IGNORECASE)
_BARE = re.compile(r"/?in/(?P<slug>[^/?#\s]+)/?", re.IGNORECASE)
_PERSON = re.compile(
    r"/(?P<kind>in|pub|sales/lead|sales/people|talent/profile)/(?P<slug>[^/]+)", re.IGNORECASE
)
_OPAQUE = re.compile(r"AC[ow]AA[A-Za-z0-9_-]{8,}")
_SLUG = re.compile(r"[^\s/\\?#%&=<>\"'@,;:|()\[\]{}]{2,150}")


class LinkedInKind(StrEnum):
    """What an address on LinkedIn leads to."""

    PERSON = "person"
    MEMBER_ID = "member_id"
    SALES_ID = "sales_id"
    OTHER = "other"
    NONE = "none"


RANKS = (LinkedInKind.PERSON, LinkedInKind.MEMBER_ID, LinkedInKind.SALES_ID)
"""Kinds that lead to a person, best first."""


@dataclass(frozen=True)
class LinkedInAddress:
    """kind: OTHER for pages that are no person's, NONE for text that is no LinkedIn address.

    slug: canonical, "" unless it is a person; member ids keep their case, which matters.
    """

    kind: LinkedInKind
    slug: str = ""
    url: str = ""


_NONE = LinkedInAddress(LinkedInKind.NONE)
_OTHER = LinkedInAddress(LinkedInKind.OTHER)


def read_linkedin(text: str) -> LinkedInAddress:
    """What a cell says about a person's LinkedIn profile."""
    text = text.strip().strip("<>\"'").lstrip("'")
    if _SHORT.match(text):
        return _OTHER
    address = _ADDRESS.match(text)
    if address is None:
        bare = _BARE.fullmatch(text)
        return _person(bare["slug"], "in") if bare else _NONE
    person = _PERSON.match(re.sub(r"/{2,}", "/", address["path"] or ""))
    return _person(person["slug"], person["kind"].lower()) if person else _OTHER


def _person(raw: str, kind: str) -> LinkedInAddress:
    slug = unicodedata.normalize("NFC", unquote(raw)).strip().rstrip(".,;")
    if kind.startswith("sales") or kind.startswith("talent"):
        slug = slug.partition(",")[0]
    if not _SLUG.fullmatch(slug):
        return _OTHER
    if _OPAQUE.fullmatch(slug):
        sales = kind != "in"
        return LinkedInAddress(
            LinkedInKind.SALES_ID if sales else LinkedInKind.MEMBER_ID, slug, PROFILE + slug
        )
    if kind.startswith("sales") or kind.startswith("talent"):
        return _OTHER if len(slug) < 20 else LinkedInAddress(LinkedInKind.SALES_ID, slug, PROFILE + slug)
    canonical = unicodedata.normalize("NFC", slug.casefold())
    return LinkedInAddress(LinkedInKind.PERSON, canonical, PROFILE + canonical)


def linkedin_slug(text: str) -> str:
    """The canonical slug of the person a cell points at, "" when it points at none."""
    return read_linkedin(text).slug
