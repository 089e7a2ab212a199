"""Company names: as sent, and as compared."""

from __future__ import annotations

import re
import unicodedata

from cleanlist_core.intake.wordlists import LEGAL_FORMS, NO_COMPANY

_LONGEST_EXCUSE = max(map(len, NO_COMPANY)) + 10
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_DOTTED = re.compile(r"\b(?:\w\.\s?){2,}")


def clean_company(text: str) -> str:
    """The company as it is sent: spaces tidied; "" for what names none, such as `n/a` or `Self-employed`."""
    name = " ".join(text.replace("\u200b", "").split()).lstrip("'").strip()
    if len(name) <= _LONGEST_EXCUSE and _words(name) in NO_COMPANY:
        return ""
    return name if any(letter.isalnum() for letter in name) else ""


def company_key(text: str) -> str:
    """The company as it is compared: without case, accents, punctuation and legal form."""
    words = _words(text).split()
    kept = list(words)
    while len(kept) > 1 and kept[-1] in LEGAL_FORMS:
        kept.pop()
    if len(kept) > 1 and kept[0] == "the":
        kept.pop(0)
    # `&` and `and` are the same word in half of all lists.
    return " ".join(word for word in kept if word not in ("and", "und", "et", "y", "e")) or " ".join(kept)


def _words(text: str) -> str:
    text = text.casefold()
    if "." in text:
        text = _DOTTED.sub(lambda match: re.sub(r"[.\s]", "", match[0]) + " ", text)
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return " ".join(_BETWEEN_WORDS.split(text)).strip()
