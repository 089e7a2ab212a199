"""Which column of a file feeds which field, and why.

A column is taken by its header (as the known export defines it, else by the words people use in
general), and only when its values look like the field. Columns that sound right and are not, such as
the company's LinkedIn page, are refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.domain import FIELDS
from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.column_names import place_of, quoted_names
from cleanlist_core.intake.headerless import SAMPLE_ROWS, columns_by_values, look_like_names
from cleanlist_core.intake.headers import normalise_header, order_said, without_prefix
from cleanlist_core.intake.linkedin import RANKS, LinkedInKind, read_linkedin
from cleanlist_core.intake.phones import looks_like_phone
from cleanlist_core.intake.refusals import refusal
from cleanlist_core.intake.sources import (
    ALIASES,
    COMPANY_ONLY_WORDS,
    LOCATION_PARTS,
    Source,
    source_of,
)
from cleanlist_core.intake.tables import ReadTable
from cleanlist_core.intake.values import (
    looks_like_domain,
    looks_like_email,
    looks_like_full_name,
    looks_like_text,
)

FIELD_LABELS = {
    "linkedin_url": "LinkedIn profile",
    "first_name": "first name",
    "last_name": "last name",
    "full_name": "full name",
    "company_domain": "company website",
    "company_name": "company name",
    "email": "email",
    "phone": "phone",
    "title": "job title",
    "location": "location",
}

_SAMPLE_VALUES = 200
_SAMPLE_ROWS = 5_000

_QUESTION_WORDS = (
    ("linkedin_url", re.compile(r"\blinkedin\b")),
    ("title", re.compile(r"\b(?:job title|job|role|title|position)\b")),
    ("company_name", re.compile(r"\b(?:company|organi[sz]ation|employer|where do you work|affiliated)\b")),
    ("first_name", re.compile(r"\byour (?:first|given) name\b")),
    ("last_name", re.compile(r"\byour (?:last|family) name\b|\byour surname\b")),
    ("full_name", re.compile(r"\byour (?:full )?name\b")),
    ("email", re.compile(r"\byour\b.*\be ?mail\b")),
    ("phone", re.compile(r"\byour\b.*\b(?:phone|mobile|cell)\b")),
)
_NUMBERED = re.compile(r"(?P<name>.*[a-z]) [1-9]")
_SEVERAL = ("email", "phone")
"""Fields of which a person has several, in columns told apart by a number."""
_AMBIGUOUS_LINKS = frozenset(
    ("url", "link", "profile", "website", "web", "site", "profile url", "profile link")
)


@dataclass(frozen=True)
class ColumnMapping:
    """source: key of the known export, "" for none. columns: field → column positions, best first.

    The columns of `location` are parts, joined in this order; of every other field, second choices.
    why: field → one sentence on the choice. refused: position → why a tempting column is not used.
    against: position → why a column that is called like a field is not used for it: its values.
    """

    source: str
    source_name: str
    columns: dict[str, tuple[int, ...]]
    why: dict[str, str]
    refused: dict[int, str] = field(default_factory=dict)
    against: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Column:
    position: int
    header: str
    name: str
    values: tuple[str, ...]
    quoted: str

    @property
    def bare_name(self) -> str:
        return without_prefix(self.name)

    @property
    def unnumbered_name(self) -> str:
        numbered = _NUMBERED.fullmatch(self.bare_name)
        return numbered["name"] if numbered else ""

    def share(self, looks_right: Callable[[str], bool]) -> float:
        """Share of the sampled values that look right; 1 for a column without values."""
        return sum(map(looks_right, self.values)) / len(self.values) if self.values else 1.0


def recognise(table: ReadTable, chosen: Mapping[str, str] | None = None) -> ColumnMapping:
    """Decide which columns feed which fields.

    chosen: a person's corrections, field → header as written ("Column 3" for the third column), or ""
    for no column. They are followed without looking at values.
    Raises IntakeError: unknown_field, unknown_column, companies_only, no_usable_column.
    """
    columns = _sample(table)
    mapping = _guessed(table, columns)
    _apply_chosen(mapping, columns, chosen or {})
    _check_usable(mapping, columns)
    return mapping


def guess(table: ReadTable) -> ColumnMapping:
    """What the columns are by themselves, also where that is not enough to look anybody up."""
    return _guessed(table, _sample(table))


def _guessed(table: ReadTable, columns: Sequence[_Column]) -> ColumnMapping:
    source = source_of(frozenset(column.name for column in columns))
    finding = _Finding(columns, source)
    finding.find_all()
    if not table.header_row:
        finding.find_without_header(table)
    return finding.as_mapping()


def _sample(table: ReadTable) -> tuple[_Column, ...]:
    head = table.cells.slice(0, _SAMPLE_ROWS)
    quoted = quoted_names(table.columns)
    return tuple(
        _Column(position, header, normalise_header(header), _values(head.column(position)), quoted[position])
        for position, header in enumerate(table.columns)
    )


def _values(column: pa.ChunkedArray) -> tuple[str, ...]:
    trimmed = pc.utf8_trim_whitespace(column)
    filled = trimmed.filter(pc.not_equal(trimmed, ""))
    return tuple(filled.slice(0, _SAMPLE_VALUES).to_pylist())


class _Finding:
    """Fills the fields of one file, the surest first, so that no column serves two of them."""

    def __init__(self, columns: Sequence[_Column], source: Source | None) -> None:
        self.columns = columns
        self.source = source
        self.found: dict[str, tuple[int, ...]] = {}
        self.why: dict[str, str] = {}
        self.refused: dict[int, str] = {}
        self.against: dict[int, str] = {}
        self.taken: set[int] = set()

    def find_all(self) -> None:
        self._refuse_by_name()
        for name in FIELDS:
            if name != "location":
                self._find(name)
        self._find_location()
        self._find_by_question()
        self._find_by_values()
        self._let_company_names_go()

    def as_mapping(self) -> ColumnMapping:
        source = self.source
        against = {place: said for place, said in self.against.items() if place not in self.taken}
        return ColumnMapping(
            source.key if source else "",
            source.name if source else "",
            self.found,
            self.why,
            self.refused,
            against,
        )

    def _refuse_by_name(self) -> None:
        for column in self.columns:
            reason = self._reason_to_refuse(column.name)
            if reason:
                self.refused[column.position] = reason

    def _reason_to_refuse(self, name: str) -> str:
        if self.source:
            if name in self.source.refused:
                return self.source.refused[name]
            if any(name in headers for headers in self.source.fields.values()):
                return ""
        return refusal(name)

    def _find(self, name: str) -> None:
        ranked = [column for column in self._ranked(name) if self._free(column) and self._fits(name, column)]
        if not ranked:
            return
        # A column without values cannot beat one with values.
        ranked.sort(key=lambda column: not column.values)
        self._take(name, ranked)

    def _ranked(self, name: str) -> list[_Column]:
        """Columns whose header means this field, best first: the export's own order, then the general one."""
        own = self.source.fields.get(name) if self.source else None
        if own == ():
            return []
        elsewhere = self._claimed_by_other_fields(name)
        ranked = [column for header in own or () for column in self.columns if column.name == header]
        written: list[Callable[[_Column], str]] = [
            lambda column: column.name,
            lambda column: column.bare_name,
        ]
        if name in _SEVERAL:
            written.append(lambda column: column.unnumbered_name)
        for form in written:
            for alias in ALIASES[name]:
                ranked += [
                    column
                    for column in self.columns
                    if form(column) == alias and column.name not in elsewhere and column not in ranked
                ]
        if name == "full_name":
            ranked += [
                column for column in self.columns if column not in ranked and order_said(column.header)
            ]
        return ranked

    def _claimed_by_other_fields(self, name: str) -> frozenset[str]:
        fields = self.source.fields if self.source else {}
        return frozenset(header for other, headers in fields.items() if other != name for header in headers)

    def _free(self, column: _Column) -> bool:
        return column.position not in self.taken and column.position not in self.refused

    def _fits(self, name: str, column: _Column) -> bool:
        own = self.source is not None and column.name in self.source.fields.get(name, ())
        ambiguous = column.name in _AMBIGUOUS_LINKS and not own
        reason = _misfit(name, column, ambiguous=ambiguous)
        if reason and name == "linkedin_url" and not ambiguous:
            self.refused.setdefault(column.position, reason)
        if reason and not ambiguous:
            self.against.setdefault(column.position, _against(name, column, reason))
        return not reason

    def _take(self, name: str, ranked: Sequence[_Column], why: str = "") -> None:
        self.found[name] = tuple(column.position for column in ranked)
        self.taken.update(self.found[name])
        self.why[name] = why or self._why(name, ranked)

    def _why(self, name: str, ranked: Sequence[_Column]) -> str:
        best, label = ranked[0], FIELD_LABELS[name]
        own = self.source.fields.get(name) if self.source else None
        if self.source and own and best.name in own:
            reason = f"{best.quoted} holds the {label} in this kind of file ({self.source.name})."
        elif name == "full_name" and (order := order_said(best.header)):
            reason = f"{best.quoted} names both parts of a name, {order.value} name first."
        else:
            reason = f"{best.quoted} is a usual name for the {label}."
        if len(ranked) > 1:
            reason += f" Where it is empty, {ranked[1].quoted} is used."
        return reason

    def _find_location(self) -> None:
        whole = [column for column in self._ranked("location") if self._free(column) and column.values]
        if whole:
            self._take("location", whole[:1])
            return
        parts = []
        for aliases in LOCATION_PARTS:
            named = [column for alias in aliases for column in self.columns if column.name == alias]
            parts += [column for column in named if self._free(column)][:1]
        if parts:
            joined = ", ".join(column.quoted for column in parts)
            self._take("location", parts, f"The location is put together from {joined}.")

    def _find_by_question(self) -> None:
        """Columns named by a whole question, as event forms have: “What's your company?”."""
        for column in self.columns:
            if not self._free(column) or len(column.name.split()) < 3 or not column.values:
                continue
            for name, words in _QUESTION_WORDS:
                if name not in self.found and words.search(column.name) and not _misfit(name, column):
                    self._take(name, [column], f"{column.quoted} asks for the {FIELD_LABELS[name]}.")
                    break

    def _find_by_values(self) -> None:
        """Columns whose header says nothing and whose values say it all."""
        for name, looks_right in (("linkedin_url", _is_person_link), ("email", looks_like_email)):
            if name in self.found:
                continue
            fitting = [
                column
                for column in self.columns
                if self._free(column) and column.values and column.share(looks_right) >= 0.6
            ]
            if fitting:
                reason = f"The values of {fitting[0].quoted} look like the {FIELD_LABELS[name]}."
                self._take(name, fitting[:1], reason)

    def find_without_header(self, table: ReadTable) -> None:
        """Names, company, website and phone of a file whose columns have no names."""
        head = table.cells.slice(0, SAMPLE_ROWS)
        cells = [column.to_pylist() for column in head.columns]
        known = {name: places[0] for name, places in self.found.items()}
        for name, position in columns_by_values(cells, known).items():
            column = self.columns[position]
            self._take(name, [column], f"The values of {column.quoted} look like the {FIELD_LABELS[name]}.")

    def _let_company_names_go(self) -> None:
        """In a file about companies, `Name` is the company's."""
        about_people = ("linkedin_url", "first_name", "last_name", "email", "phone", "title")
        if "full_name" not in self.found or "company_name" in self.found:
            return
        if any(name in self.found for name in about_people):
            return
        others = {column.name for column in self.columns if column.position not in self.found["full_name"]}
        by_value = [self.columns[position] for position in self.found["full_name"]]
        if others & COMPANY_ONLY_WORDS and by_value[0].name in ("name", "contact", "prospect"):
            self.found["company_name"] = self.found.pop("full_name")
            header = by_value[0].header
            self.why["company_name"] = f"“{header}” names companies: the rest of the file is about companies."
            self.why.pop("full_name", None)


def _against(name: str, column: _Column, reason: str) -> str:
    return (
        f"{column.quoted} is a usual name for the {FIELD_LABELS[name]}, but is not used: {reason}"
        f" (such as “{column.values[0]}”)."
    )


def _is_person_link(value: str) -> bool:
    return read_linkedin(value).kind in RANKS


def _is_company_page(value: str) -> bool:
    return read_linkedin(value).kind is LinkedInKind.OTHER


def _misfit(name: str, column: _Column, *, ambiguous: bool = False) -> str:
    """Why the values of a column cannot be this field; "" when they can, or when there are none.

    ambiguous: the header, such as `URL`, says nothing, so most values must look right.
    """
    if not column.values:
        return ""
    if name == "linkedin_url":
        return _linkedin_misfit(column, ambiguous=ambiguous)
    least, looks_right = _LOOKS[name]
    return "" if column.share(looks_right) >= least else f"its values do not look like a {FIELD_LABELS[name]}"


def _linkedin_misfit(column: _Column, *, ambiguous: bool) -> str:
    people = column.share(_is_person_link)
    if ambiguous:
        return "" if people >= 0.5 else "its links do not lead to people on LinkedIn"
    if people > 0:
        return ""
    if column.share(_is_company_page) >= 0.5:
        return "it holds pages on LinkedIn that are not people's"
    return "its values are not LinkedIn profiles"


_LOOKS: dict[str, tuple[float, Callable[[str], bool]]] = {
    "first_name": (0.5, looks_like_text),
    "last_name": (0.5, looks_like_text),
    "full_name": (0.5, looks_like_full_name),
    "company_domain": (0.5, looks_like_domain),
    "company_name": (0.5, looks_like_text),
    "email": (0.3, looks_like_email),
    "phone": (0.5, looks_like_phone),
    "title": (0.5, looks_like_text),
    "location": (0.5, looks_like_text),
}


def _apply_chosen(mapping: ColumnMapping, columns: Sequence[_Column], chosen: Mapping[str, str]) -> None:
    for name, header in chosen.items():
        if name not in FIELDS:
            raise IntakeError(
                f"“{name}” is not something a column can be used for. Nothing was changed. "
                f"Choose one of: {', '.join(FIELDS)}.",
                code="unknown_field",
            )
        mapping.columns.pop(name, None)
        mapping.why.pop(name, None)
        if not header:
            continue
        position = _position_of(header, columns)
        for other, positions in list(mapping.columns.items()):
            kept = tuple(taken for taken in positions if taken != position)
            if not kept:
                del mapping.columns[other]
                mapping.why.pop(other, None)
            elif kept != positions:
                mapping.columns[other] = kept
        mapping.columns[name] = (position,)
        mapping.why[name] = f"You chose {columns[position].quoted} for the {FIELD_LABELS[name]}."
        mapping.refused.pop(position, None)
        mapping.against.pop(position, None)


def _position_of(header: str, columns: Sequence[_Column]) -> int:
    place = place_of(header, [column.header for column in columns])
    if place is not None:
        return place
    raise IntakeError(
        f"The file has no column called “{header}”. Nothing was changed. "
        f"Its columns are: {', '.join(column.header for column in columns if column.header)}.",
        code="unknown_column",
    )


def _check_usable(mapping: ColumnMapping, columns: Sequence[_Column]) -> None:
    found = set(mapping.columns)
    names = "full_name" in found or {"first_name", "last_name"} <= found
    company = bool(found & {"company_domain", "company_name", "email"})
    if "linkedin_url" in found or (names and company):
        return
    some_name = found & {"full_name", "first_name", "last_name"}
    if not some_name and found & {"company_name", "company_domain"} and "email" not in found:
        raise IntakeError(
            "This file lists companies, not people. Nothing was stored or sent. "
            "Cleanlist looks up people: add a column with each person's LinkedIn profile, or columns with "
            "first and last name beside the company, and choose the file again.",
            code="companies_only",
        )
    raise IntakeError(_missing_sentence(mapping, columns), code="no_usable_column")


def _missing_sentence(mapping: ColumnMapping, columns: Sequence[_Column]) -> str:
    found = set(mapping.columns)
    if found & {"full_name"} or {"first_name", "last_name"} <= found:
        missing = "There are names in this file, but no column with the company, its website or a work email."
    elif found & {"first_name", "last_name"}:
        missing = "Only one part of the names was found; a look-up needs first and last name."
    elif "email" in found:
        missing = (
            "There are emails in this file, but no names and no LinkedIn profiles were recognised. By an"
            " email alone people are looked up one at a time, under One person."
        )
    else:
        missing = "No column was recognised that says who the people are."
    listed = ", ".join(column.quoted for column in columns[:12] if column.header.strip()) or "none"
    return (
        f"{missing} {_names_in_other_columns(mapping, columns)}Nothing was stored or sent. "
        "A look-up needs a LinkedIn profile, or first and last name "
        "with the company. If a column has them under another name, choose it by hand. "
        f"Columns in the file: {listed}."
    )


def _names_in_other_columns(mapping: ColumnMapping, columns: Sequence[_Column]) -> str:
    """Which columns that feed nothing read as names, for a person to choose; "" for none."""
    taken = {place for places in mapping.columns.values() for place in places}
    others = [one for one in columns if one.position not in taken and look_like_names(one.values)]
    if not others or mapping.columns.keys() & {"full_name"}:
        return ""
    told = " and ".join(one.quoted for one in others[:3])
    return f"The values of {told} look like names of people. "
