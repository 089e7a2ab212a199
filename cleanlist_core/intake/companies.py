"""Company names: as sent, and as compared."""

from __future__ import annotations

import re
import unicodedata

from cleanlist_core.intake.wordlists import LEGAL_FORMS, NO_COMPANY

_EXCUSE_STARTS = frozenset(excuse[:2] for excuse in NO_COMPANY) | {"n.", "n/", "n-"}
_SHORTENED = frozenset(("k.a.", "k. a.", "k.a", "k/a"))
"""*Keine Angabe*, as lists have it; without the dots it may be a company."""
# Left out, because `&` and `and` are the same word in half of all lists.
_JOINERS = frozenset(("and", "und", "et", "y", "e"))
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_DOTTED = re.compile(r"\b(?:\w\.\s?){2,}")


def clean_company(text: str) -> str:
    """The company as it is sent: spaces tidied; "" for what names none, such as `n/a` or `Self-employed`."""
    text = text.partition(":::")[0]  # of several in one cell, as Google writes them, the first counts
    name = " ".join(text.replace("\u200b", "").split()).lstrip("'").strip()
    if name.casefold() in _SHORTENED:
        return ""
    if name[:1].isalnum() and name[:2].casefold() not in _EXCUSE_STARTS:
        return name
    return "" if _words(name) in NO_COMPANY or not any(map(str.isalnum, name)) else name


def company_key(text: str) -> str:
    """The company as it is compared: without case, accents, punctuation and legal form."""
    kept = _words(text).split()
    while True:
        while len(kept) > 1 and kept[-1] in LEGAL_FORMS:
            kept.pop()
        if len(kept) > 1 and kept[0] == "the":
            kept.pop(0)
        telling = [word for word in kept if word not in _JOINERS]
        if not telling or len(telling) == len(kept):
            return " ".join(kept)
        # A joiner at an end may have kept a legal form from being seen.
        kept = telling


def _words(text: str) -> str:
    text = text.casefold()
    if text.isascii() and text.replace(" ", "").isalnum():
        return " ".join(text.split())
    if "." in text:
        text = _DOTTED.sub(lambda match: re.sub(r"[.\s]", "", match[0]) + " ", text)
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return " ".join(_BETWEEN_WORDS.split(text)).strip()
