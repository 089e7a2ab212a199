"""Names as they are written in mail addresses, and addresses of profiles as names."""

from __future__ import annotations

import re
import unicodedata

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_STROKED = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_TITLES = frozenset({"mba", "phd", "md", "cpa", "pmp", "jr", "sr", "ii", "iii"})


def ascii_letters(text: str) -> str:
    """Only the lower-case letters and digits, accents taken off; "" for scripts that have none."""
    lower = text.casefold()
    if lower.isascii() and lower.isalnum():
        return lower
    if not lower.isascii():
        lower = unicodedata.normalize("NFKD", lower.translate(_STROKED))
    return _NOT_PLAIN.sub("", lower)


def proper(name: str) -> str:
    """The name with capitals where it was written all in one case."""
    return name.title() if name.isupper() or name.islower() else name


def name_from_slug(slug: str) -> tuple[str, str]:
    """First and last name a profile's address spells, "" for what it does not.

    `ilse-varga-4b2a91` is Ilse Varga: pieces with digits and titles at the end are no names.
    """
    pieces = [piece for piece in re.split(r"[-_.\s]+", slug) if piece]
    names = [piece for piece in pieces if piece.isalpha()]
    while len(names) > 2 and names[-1] in _TITLES:
        names.pop()
    if not names:
        return "", ""
    return names[0].title(), " ".join(names[1:]).title()
