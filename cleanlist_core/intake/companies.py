"""Company names: as sent, and as compared."""

from __future__ import annotations

import re
import unicodedata

from cleanlist_core.intake.wordlists import LEGAL_FORMS, NO_COMPANY

_DOTTED = re.compile(r"\b(?:\w\.\s?){2,}")


def clean_company(text: str) -> str:
    """The company as it is sent: spaces tidied; "" for what names none, such as `n/a` or `Self-employed`."""
    name = " ".join(text.replace("\u200b", "").split()).lstrip("'").strip()
    return "" if _words(name) in NO_COMPANY or not any(letter.isalnum() for letter in name) else name


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
    joined = _DOTTED.sub(lambda match: re.sub(r"[.\s]", "", match[0]) + " ", text.casefold())
    plain = unicodedata.normalize("NFKD", joined)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return " ".join(re.sub(r"[^\w]+|_", " ", plain).split())
