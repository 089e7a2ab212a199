"""What the columns of a file without a header hold, told by their values alone.

Nothing is guessed: names have to agree with the emails or profiles of their rows, or, where there are none,
be names that many people bear; and there must be no second column that might be meant. Whatever stays in
doubt is left to a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from cleanlist_core.intake.companies import company_key
from cleanlist_core.intake.domains import company_domain
from cleanlist_core.intake.given_names import GIVEN_NAMES, PLACES
from cleanlist_core.intake.linkedin import LinkedInKind, read_linkedin
from cleanlist_core.intake.names import split_full_name
from cleanlist_core.intake.phones import looks_like_phone
from cleanlist_core.intake.values import looks_like_full_name, looks_like_text
from cleanlist_core.intake.wordlists import SHARED_MAILBOXES

SAMPLE_ROWS = 400

MOST = 0.8
"""Share of the cells of a column that have to look like a field."""
AGREEING = 0.6
"""Share of the rows with an address in which the names have to be those of the address."""
FEW = 0.1
TELLING = 0.3
"""Share of rows with addresses from which on they decide."""
GIVEN = 0.5
"""Share of first names that are in the list, where nothing but the list can tell."""
FEWEST_ROWS = 5
"""Rows without which a list of names proves nothing."""
FIRST_CELLS = 50
"""Cells that tell whether a column repeats itself: among more of them, first names do, too."""

_NAME = re.compile(r"[^\W\d_]+(?:[-'’.\s]+[^\W\d_]+){0,3}\.?")
_SURE_PHONE = re.compile(r"\+\d|\(\d{2,5}\)|\d{3}[-.\s]\d{3}[-.\s]\d{4}$")
_SURE_LEGAL_FORM = re.compile(
    r"\w.*\s(?:gmbh|inc|llc|llp|ltd|limited|plc|corp|corporation|ag|sarl|sas|s\.?p\.?a|s\.?r\.?l|b\.?v|n\.?v|oyj?|"
    r"co\.?\s*kg|ug|pty|ltda|kft|a/s|ab)\.?",
    re.IGNORECASE,
)
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
_FOREIGN = str.maketrans(
    {"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ı": "i", "þ": "th"}
)


def holds_people(cells: Sequence[str]) -> bool:
    """Whether a row holds a person's first name or a company's legal form, as no header does."""
    return any(
        cell[0].isupper() and (_has_legal_form(cell) or (_is_name(cell) and _is_given(cell.split()[0])))
        for cell in map(str.strip, cells)
        if cell
    )


def look_like_names(cells: Sequence[str]) -> bool:
    """Whether cells read as full names of people, well enough to ask a person about them."""
    column = _Cells(tuple(cell.strip() for cell in cells))
    given = column.share(lambda text: _looks_like_a_person(text) and _is_given(split_full_name(text).first))
    return column.share(_looks_like_a_person) >= MOST and given >= TELLING


def columns_by_values(columns: Sequence[Sequence[str]], known: Mapping[str, int]) -> dict[str, int]:
    """Field → position of the one column that holds it, for fields that are beyond doubt.

    columns: the cells of some rows, column by column. known: the columns of emails and profiles.
    """
    taken = set(known.values())
    free = {
        place: _Cells(tuple(cell.strip() for cell in cells))
        for place, cells in enumerate(columns)
        if place not in taken and any(cell.strip() for cell in cells)
    }
    addresses = _Addresses.of(columns, known)
    found: dict[str, int] = {}
    for find in (_find_names, _find_domain, _find_phone, _find_company):
        left = {place: cells for place, cells in free.items() if place not in found.values()}
        found |= find(left, addresses)
    return found


@dataclass(frozen=True)
class _Cells:
    """One column, trimmed, row by row."""

    rows: tuple[str, ...]

    @property
    def filled(self) -> list[str]:
        return [text for text in self.rows if text]

    def share(self, looks_right: Callable[[str], bool]) -> float:
        filled = self.filled
        return sum(map(looks_right, filled)) / len(filled) if filled else 0.0

    @property
    def mostly_filled(self) -> bool:
        return 2 * len(self.filled) >= len(self.rows)

    @property
    def mostly_different(self) -> bool:
        """False for columns that repeat a few values, such as owners, cities and switchboards."""
        filled = self.filled[:FIRST_CELLS]
        return 2 * len({text.casefold() for text in filled}) >= len(filled)


@dataclass(frozen=True)
class _Addresses:
    """What the emails and profiles of the rows say. names: per row the letters of mailbox and profile.

    domains: per row the company's domain by the email.
    """

    names: tuple[tuple[str, ...], ...]
    domains: tuple[str, ...]

    @classmethod
    def of(cls, columns: Sequence[Sequence[str]], known: Mapping[str, int]) -> _Addresses:
        rows = len(columns[0]) if columns else 0
        emails = columns[known["email"]] if "email" in known else [""] * rows
        links = columns[known["linkedin_url"]] if "linkedin_url" in known else [""] * rows
        names = tuple(
            tuple(filter(None, (_mailbox(email), _profile(link))))
            for email, link in zip(emails, links, strict=True)
        )
        domains = tuple(company_domain(email.partition("@")[2]) for email in emails)
        return cls(names, domains)

    @property
    def decide(self) -> bool:
        return sum(map(bool, self.names)) > TELLING * len(self.names)

    def order(self, pairs: Sequence[tuple[str, str]]) -> int:
        """1 when these are first and last names by the addresses, -1 for the opposite, 0 in doubt."""
        told = [
            _order_in(written, first, last)
            for written, (first, last) in zip(self.names, pairs, strict=True)
            if written and first and last
        ]
        for order in (1, -1):
            against = told.count(-order) <= FEW * len(told)
            if told and told.count(order) >= AGREEING * len(told) and against:
                return order
        return 0


def _mailbox(email: str) -> str:
    mailbox = email.partition("@")[0].partition("+")[0].strip().lower()
    return "" if mailbox in SHARED_MAILBOXES else _letters(mailbox)


def _profile(link: str) -> str:
    address = read_linkedin(link)
    return _letters(address.slug) if address.kind is LinkedInKind.PERSON else ""


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_FOREIGN))
    return "".join(letter for letter in plain if letter.isalpha())


@lru_cache(maxsize=4096)
def _spellings(name: str) -> frozenset[str]:
    """The ways a name is written in addresses: `Müller` as muller and mueller."""
    composed = unicodedata.normalize("NFC", name.casefold())
    return frozenset(filter(None, (_letters(name), _letters(composed.translate(_SPELLED_OUT)))))


def _order_in(written: Collection[str], first: str, last: str) -> int:
    """1 when an address is made of first and last name in this order, -1 in the opposite one, else 0."""
    orders = {
        order
        for address in written
        for given in _spellings(first)
        for family in _spellings(last)
        if (order := _order_of(address, given, family))
    }
    return orders.pop() if len(orders) == 1 else 0


def _order_of(address: str, given: str, family: str) -> int:
    if given == family:
        return 0
    if given in address and family in address.replace(given, "", 1):
        return 1 if address.index(given) <= address.index(family) else -1
    for order, short, whole in ((1, given, family), (-1, family, given)):
        # An initial with the whole of the other name, as `jdoe`, says which of them is the last one.
        rest = address.replace(whole, "", 1)
        if len(whole) > 2 and whole in address and rest and len(rest) <= 2 and short.startswith(rest):
            return order
    return 0


@lru_cache(maxsize=4096)
def _is_given(word: str) -> bool:
    return bool(_spellings(re.split(r"[-\s]", word)[0]) & GIVEN_NAMES)


def _is_name(text: str) -> bool:
    return len(text) <= 40 and bool(_NAME.fullmatch(text))


def _find_names(free: Mapping[int, _Cells], addresses: _Addresses) -> dict[str, int]:
    found = {}
    full = [place for place, cells in free.items() if _is_full_name_column(cells, addresses)]
    if len(full) == 1:
        found["full_name"] = full[0]
    parts = {
        place: cells
        for place, cells in free.items()
        if place not in full and cells.mostly_filled and cells.share(_is_name) >= MOST
    }
    pairs = [pair for pair in permutations(parts, 2) if _are_names(parts[pair[0]], parts[pair[1]], addresses)]
    if len(pairs) > 1:
        pairs = [(first, last) for first, last in pairs if abs(first - last) == 1]
    if len(pairs) == 1 and len(full) < 2:
        found["first_name"], found["last_name"] = pairs[0]
    return found


def _is_full_name_column(cells: _Cells, addresses: _Addresses) -> bool:
    if not (cells.mostly_filled and cells.mostly_different and cells.share(_looks_like_a_person) >= MOST):
        return False
    names = [split_full_name(text) for text in cells.rows]
    if addresses.decide:
        return addresses.order([(name.first, name.last) for name in names]) == 1
    given = [_is_given(name.first) for name in names if name.first and name.last]
    family = [_is_given(name.last) for name in names if name.first and name.last]
    enough = len(given) >= FEWEST_ROWS and sum(given) >= GIVEN * len(given)
    return enough and sum(family) <= TELLING * len(given)


def _looks_like_a_person(text: str) -> bool:
    return looks_like_full_name(text) and len(text) <= 60 and not _has_legal_form(text)


def _are_names(first: _Cells, last: _Cells, addresses: _Addresses) -> bool:
    """Whether two columns surely hold first and last names, in this order."""
    given = first.share(_is_given), last.share(_is_given)
    if addresses.decide:
        listed_otherwise = given[1] - given[0] >= TELLING
        return addresses.order(list(zip(first.rows, last.rows, strict=True))) == 1 and not listed_otherwise
    if min(len(first.filled), len(last.filled)) < FEWEST_ROWS:
        return False
    if not (first.mostly_different and last.mostly_different):
        return False
    elsewhere = last.share(lambda text: _letters(text) in PLACES or _has_legal_form(text))
    return given[0] >= GIVEN and given[1] <= FEW and elsewhere <= FEW and last.share(_is_one_name) >= MOST


def _is_one_name(text: str) -> bool:
    """One word, or one that belongs to small ones before it, as a company's name often is not."""
    return len([word for word in text.split() if word[:1].isupper()]) <= 1


def _find_domain(free: Mapping[int, _Cells], addresses: _Addresses) -> dict[str, int]:
    found = []
    for place, cells in free.items():
        domains = [company_domain(text) if "@" not in text else "" for text in cells.rows]
        told = sum(map(bool, domains))
        if told < MOST * max(1, len(cells.filled)):
            continue
        pairs = [pair for pair in zip(domains, addresses.domains, strict=True) if all(pair)]
        if pairs and sum(one == other for one, other in pairs) < AGREEING * len(pairs):
            continue
        found.append(place)
    return {"company_domain": found[0]} if len(found) == 1 else {}


def _find_phone(free: Mapping[int, _Cells], _addresses: _Addresses) -> dict[str, int]:
    found = [
        place
        for place, cells in free.items()
        if cells.share(lambda text: looks_like_phone(text) and bool(_SURE_PHONE.match(text))) >= MOST
    ]
    alone = len(found) == 1 and free[found[0]].mostly_different
    return {"phone": found[0]} if alone else {}


def _has_legal_form(text: str) -> bool:
    return bool(_SURE_LEGAL_FORM.fullmatch(text.strip()))


def _find_company(free: Mapping[int, _Cells], addresses: _Addresses) -> dict[str, int]:
    agreeing, by_form = [], []
    for place, cells in free.items():
        if cells.share(looks_like_text) < MOST:
            continue
        pairs = [pair for pair in zip(cells.rows, addresses.domains, strict=True) if all(pair)]
        agrees = sum(_is_domain_of(*pair) for pair in pairs)
        if pairs and agrees >= AGREEING * len(pairs):
            agreeing.append(place)
        elif cells.share(_has_legal_form) >= TELLING and (not pairs or agrees >= FEW * len(pairs)):
            by_form.append(place)
    surest = agreeing or by_form
    return {"company_name": surest[0]} if len(surest) == 1 else {}


def _is_domain_of(company: str, domain: str) -> bool:
    """Whether a domain is made of the company's name or begins with its first word."""
    label = _letters(domain.partition(".")[0])
    key = company_key(company)
    whole, word = _letters(key), _letters(key.partition(" ")[0])
    if len(label) < 3 or not whole:
        return False
    return whole.startswith(label) or (len(word) > 3 and label.startswith(word))
