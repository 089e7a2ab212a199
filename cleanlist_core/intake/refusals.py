"""Headers that sound like a field and are not, with the reason a person is told."""

from __future__ import annotations

import re

_COMPANY_PAGE = "it holds the company's page, not the person's"
_DESCRIBES = (
    "status|confidence|validation|verification|verified|source|type|label|opt ?out|opt ?in|score|grade|"
    "consent|bounced?|display name|carrier|country code|extension"
)
_OTHER_NAMES = (
    "middle name|nickname|nick name|maiden name|file as|event name|user ?name|campaign name|list name|"
    "product name|company name local|file name|second name|alias"
)

_REFUSED = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (r"^(?:previous|past|former|last company)\b(?! name)", "it is about an earlier job"),
        (
            r"^(?:company|employer|organi[sz]ation|account|business)\b.*"
            r"\b(?:linkedin|li profile|li url|facebook|twitter)\b",
            _COMPANY_PAGE,
        ),
        (r"^(?:linkedin|li) company\b|^linkedin organi[sz]ation", _COMPANY_PAGE),
        (
            r"\b(?:company|corporate|hq|office|switchboard|headquarters?)\b.*"
            r"\b(?:phone|tel|telephone|number)\b",
            "it is the company's switchboard, not the person's phone",
        ),
        (r"\bfax\b", "it holds fax numbers"),
        (rf"\b(?:e ?mail|phone|mobile)\b.*\b(?:{_DESCRIBES})\b", "it describes another column"),
        (
            r"\b(?:owner|assistant|manager|referr?er|referred by|created by|modified by|assigned to|rep)\b"
            r"(?!.*title)",
            "it names somebody else",
        ),
        (r"\b(?:phonetic|yomi|furigana|pronunciation)\b", "it says how the name sounds"),
        (rf"\b(?:{_OTHER_NAMES})\b", "it is not the person's name"),
        (r"\b(?:image|photo|picture|avatar|logo)\b", "it holds pictures"),
        (
            r"^(?:salutation|suffix|prefix|name prefix|name suffix|anrede|civilite)$",
            "it holds forms of address",
        ),
    )
)


def refusal(header: str) -> str:
    """Why a column with this normalised header feeds no field, "" when it may."""
    return next((reason for pattern, reason in _REFUSED if pattern.search(header)), "")
