"""Headers that name both parts of a name, and so say in which order: `Nachname, Vorname`.

Such a column holds full names. Where the last name comes first, a name is taken apart as the header says.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from cleanlist_core.intake.given_names import GIVEN_NAMES
from cleanlist_core.intake.names import PersonName, bare_word, last_name_first, split_full_name
from cleanlist_core.intake.sources import ALIASES

_JOINERS = frozenset(("and", "und", "u", "et", "y", "e", "en", "&"))
_FIRST = frozenset(ALIASES["first_name"]) | {"given", "vor", "voor"}
_LAST = frozenset(ALIASES["last_name"]) | {"family", "nach", "zu", "achter"}
"""With the short forms of the one part that only mean it beside the other: `Vor- und Nachname`."""
_LAST_BESIDE_FIRST = frozenset(("name", "naam"))
_FIRST_BESIDE_NAME = frozenset(
    ("first name", "firstname", "given name", "given names", "forename", "vorname", "vornamen", "voornaam")
)
"""`Name, Vorname` are last and first name; `Name (First)` is the first name alone."""


class NameOrder(Enum):
    """Which part of a name a header puts first."""

    FIRST_NAME_FIRST = "first"
    LAST_NAME_FIRST = "last"


def order_in(name: str, *, bracketed: bool = False) -> NameOrder | None:
    """The order in which a normalised header names both parts of a name; None where it does not name both.

    A word for the whole name may stand before them: `Name (Last, First)`.
    bracketed: the header has brackets, as in `Name (First)`.
    """
    if _means_one_field(name):
        return None
    words = name.split()
    for start in range(len(words) - 1):
        whole, pair = " ".join(words[:start]), words[start:]
        if start and (whole not in ALIASES["full_name"] or _means_one_field(" ".join(pair))):
            continue
        if order := _order_of(pair, beside_name=not bracketed):
            return order
    return None


def _means_one_field(name: str) -> bool:
    return any(name in aliases for field, aliases in ALIASES.items() if field != "full_name")


def _order_of(words: Sequence[str], *, beside_name: bool) -> NameOrder | None:
    for cut in range(1, len(words)):
        one, rest = " ".join(words[:cut]), words[cut:]
        other = " ".join(rest[1:] if len(rest) > 1 and rest[0] in _JOINERS else rest)
        if _is_pair(one, other, beside_name=beside_name):
            return NameOrder.FIRST_NAME_FIRST
        if _is_pair(other, one, beside_name=beside_name):
            return NameOrder.LAST_NAME_FIRST
    return None


def _is_pair(first: str, last: str, *, beside_name: bool) -> bool:
    if last in _LAST_BESIDE_FIRST:
        return beside_name and first in _FIRST_BESIDE_NAME
    return first in _FIRST and last in _LAST


def split_in_order(names: Sequence[str], order: NameOrder | None) -> list[PersonName]:
    """Both parts of the names in a column whose header says this order."""
    if order is not NameOrder.LAST_NAME_FIRST:
        return [split_full_name(name) for name in names]
    lone_first = _begin_with_first_names([name for name in names if "," not in name])
    return [last_name_first(name, keeps_order=lone_first) for name in names]


def _begin_with_first_names(names: Sequence[str]) -> bool:
    """Whether names without a comma are plainly in the other order than their header says."""
    ends = [(words[0], words[-1]) for name in names if len(words := name.split()) > 1]
    first = sum(bare_word(one) in GIVEN_NAMES for one, _ in ends)
    return first > sum(bare_word(other) in GIVEN_NAMES for _, other in ends)
