"""Names of people: what is the name and what is decoration, and where a full name splits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cleanlist_core.intake.wordlists import (
    CREDENTIALS,
    GENERATIONS,
    NAMES_TOO,
    NO_NAME,
    PARTICLES,
    SURE_CREDENTIALS,
    TITLE_ENDINGS,
    TITLES,
)

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>|（[^（）]*）")
_QUOTED_NICK = re.compile(r"[\"“”„][^\"“”„]*[\"“”„]")
# A name may hold a number (`X Æ A-12`, `Meier2`), but not a phone number.
_NOT_A_NAME = re.compile(
    r"@|https?:|www\.|(?<!\w)\d[\d\s().\-]{5,}\d(?!\w)|\.(?:com|net|org|io)\b", re.IGNORECASE
)
# One word of Latin letters, composed: nothing to leave out, and by far the most frequent case.
_ORDINARY = re.compile(r"[A-Za-zÀ-ÖØ-öø-ſ]+\d*")
_HYPHENED_TITLE = re.compile(r"(?:dr|prof|dipl|univ|priv|ass|mag)\.-.+", re.IGNORECASE)
_OF_HONOUR = re.compile(r"(?:h\.? c\.|e\.? h\.)", re.IGNORECASE)
_EDGES = ' \t,;|/\\-–—·•*_~:+=#"“”„?!'


@dataclass(frozen=True)
class PersonName:
    """Both parts of a name; "" for a part that is missing."""

    first: str = ""
    last: str = ""


def clean_name(text: str) -> str:
    """One part of a name without titles, credentials, brackets and emoji; "" when no name is left.

    `Dr. Anna` → `Anna`; `Smith, MBA` → `Smith`; `-` and `n/a` → "". Applied twice it changes nothing more.
    """
    if _ORDINARY.fullmatch(text) and text.casefold() not in NO_NAME:
        return text
    before = None
    while text != before:
        before, text = text, _clean_once(text)
    return text


def _clean_once(text: str) -> str:
    text = _without_decoration(text)
    if text.casefold() in NO_NAME or _NOT_A_NAME.search(text):
        return ""
    words = _without_credentials(_without_titles(_plain_words(text)))
    name = " ".join(words).strip(_EDGES)
    return name if any(letter.isalpha() for letter in name) else ""


def _plain_words(text: str) -> list[str]:
    head, comma, rest = text.partition(",")
    if comma and all(
        bare_word(word) in CREDENTIALS | GENERATIONS for word in re.split(r"[,\s]+", rest) if word
    ):
        text = head
    return text.split()


def _without_decoration(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    text = _BRACKETED.sub(" ", text)
    text = "".join(letter if _is_writing(letter) else " " for letter in text)
    return " ".join(text.split()).strip(_EDGES).lstrip("'`").strip()


def _is_writing(letter: str) -> bool:
    """False for emoji, symbols, control characters and invisible marks."""
    if letter in "'`’.-,@/&+#|_~^":
        return True
    category = unicodedata.category(letter)
    return category[0] in "LMNPZ" and not 0xFE00 <= ord(letter) <= 0xFE0F


def bare_word(word: str) -> str:
    """A word as it is looked up in a list of words: lower case, without accents and dots."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if letter.isalnum() or letter in "-'").strip("-")


def _without_titles(words: list[str]) -> list[str]:
    titled = False
    while len(words) > 1 and (count := _words_of_title(words, titled=titled)):
        titled, words = True, words[count:]
    if len(words) == 1 and words[0].endswith(".") and bare_word(words[0]) in TITLES:
        return []
    return words


def _words_of_title(words: list[str], *, titled: bool) -> int:
    """How many of the first words are a title; at least one word is left for the name."""
    if (bare_word(words[0]) in TITLES and _looks_like_title(words[0])) or _HYPHENED_TITLE.fullmatch(words[0]):
        return 1
    if not titled:
        return 0
    if len(words) > 2 and _OF_HONOUR.fullmatch(" ".join(words[:2])):
        return 2
    return int(words[0].endswith(".") and bare_word(words[0]) in TITLE_ENDINGS)


def _looks_like_title(word: str) -> bool:
    return word.endswith(".") or bare_word(word) not in NAMES_TOO


def _without_credentials(words: list[str]) -> list[str]:
    while len(words) > 1 and _is_credential(words[-1]):
        words = words[:-1]
    return words


def _is_credential(word: str) -> bool:
    """Letters after a name: known ones in capitals (or as `Ph.D.`), so that the surname Ma stays a name."""
    bare = bare_word(word)
    if bare not in CREDENTIALS:
        return False
    letters = "".join(letter for letter in word if letter.isalpha())
    return bare in SURE_CREDENTIALS or (len(bare) > 2 and letters.isupper())


def split_full_name(text: str) -> PersonName:
    """First and last name of a full name: `Smith, John` and `Ludwig van Beethoven` included.

    Names in the middle are left out, but behind a comma all first names stay, except for initials. A single
    word is a first name without a last one.
    """
    head, rest = _around_comma(text)
    if rest and len(_without_titles(rest.split())) <= 3:
        return _last_and_first(head, rest)
    return _split_words(_words_of_name(head))


def last_name_first(text: str, *, keeps_order: bool = False) -> PersonName:
    """Both parts of a name from a column of last names before first names: `Doe, Jane`, `Doe Jane`, `Doe`.

    keeps_order: names without a comma stand there the usual way all the same.
    """
    head, rest = _around_comma(text)
    if rest:
        return _last_and_first(head, rest)
    words = _words_of_name(head)
    if keeps_order and len(words) > 1:
        return _split_words(words)
    end = 1
    while end < len(words) - 1 and bare_word(words[end - 1]) in PARTICLES:
        end += 1
    return PersonName(_first_names(words[end:]), " ".join(words[:end]))


def _around_comma(text: str) -> tuple[str, str]:
    """What stands before the first comma, and the names behind it; both "" where the text is no name."""
    text = _QUOTED_NICK.sub(" ", _without_decoration(text.partition("|")[0]))
    if _NOT_A_NAME.search(text):
        return "", ""
    head, comma, rest = text.partition(",")
    return (head, _names_after_comma(rest)) if comma else (text, "")


def _names_after_comma(rest: str) -> str:
    """What stands after the comma of `Last, First, MBA`, without letters after the name."""
    pieces = [piece.strip() for piece in rest.split(",") if piece.strip()]
    for piece in pieces:
        if not all(bare_word(word) in CREDENTIALS | GENERATIONS for word in piece.split()):
            return piece
    return ""


def _last_and_first(head: str, rest: str) -> PersonName:
    last = clean_name(" ".join(_without_titles(head.split())))
    return PersonName(_first_names(clean_name(rest).split()), last)


def _words_of_name(text: str) -> list[str]:
    return [word for word in clean_name(text).split() if word.casefold() not in NO_NAME]


def _first_of(words: Sequence[str]) -> str:
    return words[0] if words else ""


def _first_names(words: Sequence[str]) -> str:
    """All of them, without the initials behind the first one, what is left of a place for a title, and the
    particles of a last name that stands before the comma: `Beethoven, Ludwig van`.
    """
    end = len(words)
    while end > 1 and bare_word(words[end - 1]) in PARTICLES:
        end -= 1
    others = [
        word for word in words[1:end] if len(bare_word(word)) > 1 and bare_word(word) not in GENERATIONS
    ]
    return " ".join([*words[:1], *others])


def _split_words(words: list[str]) -> PersonName:
    if len(words) < 2:
        return PersonName(_first_of(words))
    start = len(words) - 1
    if bare_word(words[start]) in GENERATIONS and start > 1:
        start -= 1
    while start > 1 and bare_word(words[start - 1]) in PARTICLES:
        start -= 1
    return PersonName(words[0], " ".join(words[start:]))


def is_unreadable_name(text: str) -> bool:
    """Whether a cell in a name column holds something that is no name: an address, a link, a number."""
    return bool(_NOT_A_NAME.search(text))


def recase(name: str) -> str:
    """A name in the usual capitals: `VAN DER BERG` → `van der Berg`, `o'brien` → `O'Brien`."""
    words = name.split()
    cased = [_recase_word(word) for word in words]
    return " ".join(
        word.lower() if bare_word(word) in PARTICLES and index < len(cased) - 1 else word
        for index, word in enumerate(cased)
    )


def _recase_word(word: str) -> str:
    parts = re.split(r"([-'’.])", word)
    cased = "".join(part[:1].upper() + part[1:].lower() for part in parts)
    return re.sub(r"\bMc(\w)", lambda match: "Mc" + match[1].upper(), cased)


def speaks_in_one_case(names: Sequence[str]) -> bool:
    """Whether a whole column of names shouts (ALL CAPITALS) or whispers (all lower case)."""
    cased = shouting = whispering = 0
    for name in names:
        if len(name) > 1 and name.upper() != name.lower():
            cased += 1
            shouting += name.isupper()
            whispering += name.islower()
            # Most columns do neither, and their first names tell it of all.
            if 20 * (cased - shouting - whispering) > len(names):
                return False
    return cased >= 3 and max(shouting, whispering) >= 0.95 * cased


def name_key(name: str) -> str:
    """A name as it is compared: composed the same way, without case, dots and doubled spaces."""
    if name.isascii() and name.isalpha():
        return name.lower()
    return " ".join(unicodedata.normalize("NFC", name.casefold()).replace(".", " ").replace("|", " ").split())
