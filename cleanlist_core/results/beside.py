"""What stands beside a person's own columns though nothing of it was found: it comes from their own file.

An email or phone that another row of the same person has, the name, company, website and profile that were
used for the look-up where they are not what the row itself says, and what else a corrected file has changed.
Own cells are never touched, and a
column is there only where some row needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pyarrow as pa

from cleanlist_core.domain import Outcome
from cleanlist_core.results.own_cells import chunk_size, fields_of, original_columns
from cleanlist_core.results.people import place_of
from cleanlist_core.store import results as stored
from cleanlist_core.store import sizes
from cleanlist_core.store.corrected_cells import corrected_cells
from cleanlist_core.store.database import Database
from cleanlist_core.store.kept_counts import kept_until_changed
from cleanlist_core.store.list_changes import list_revision

IN_ANOTHER_ROW = {"email": "Email In Another Row", "phone": "Phone In Another Row"}
"""Header by the field of which the file has a value in another row of the same person."""
TIDIED_COLUMNS = {
    "Cleanlist First Name": "first_name",
    "Cleanlist Last Name": "last_name",
    "Cleanlist Company": "company_name",
    "Cleanlist Website": "company_domain",
    "Cleanlist LinkedIn": "linkedin_url",
}
"""Header → field of what a list is tidied up into."""

CORRECTED = {
    "Email Corrected": "own_email",
    "Phone Corrected": "own_phone",
    "Job Title Corrected": "title",
    "Location Corrected": "location",
}
"""Header → field that nobody is looked up by, but that a corrected file may change and other tools get."""

NOT_LOOKED_UP = {Outcome.DUPLICATE.value, Outcome.NEEDS_FIXING.value, Outcome.WITHHELD.value}
Cells = Mapping[str, Sequence[str]]
"""Field of a person → what the row's own cells say of it, tidy at both ends, blank ones left out."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The further columns of a file. header: their names. values_of: fields and own cells of some rows →
    the columns; fields by the names of RESULT_FIELDS and FILE_FIELDS.
    """

    header: tuple[str, ...]
    values_of: Callable[[Mapping[str, Sequence[Any]], Sequence[pa.Array]], list[Sequence[str]]]

    def __bool__(self) -> bool:
        return bool(self.header)


def tidied_beside(database: Database, heading: stored.RunHeading) -> Beside:
    """What the file of a list needs that is only tidied up: the plain form of everybody."""
    others = stored.fields_of_other_rows(database, heading, list_revision(database, heading.list_id))
    names = (*TIDIED_COLUMNS.values(), *(f"other_{name}" for name in others))
    corrected = _corrected_columns(database, heading)

    def values_of(fields: Mapping[str, Sequence[Any]], _own: Sequence[pa.Array]) -> list[Sequence[str]]:
        return [*(fields[name] for name in names), *_corrected_values(fields, corrected)]

    header = (*TIDIED_COLUMNS, *(IN_ANOTHER_ROW[name] for name in others), *corrected)
    return Beside(header, values_of)


def beside(database: Database, heading: stored.RunHeading) -> Beside:
    """What a file of this run needs. In a list of more than LONG_LIST rows nobody looks whether any row
    differs from what was used: those columns are simply there.
    """
    edition = list_revision(database, heading.list_id)
    others = stored.fields_of_other_rows(database, heading, edition)
    used = _used_columns(database, heading, edition)
    corrected = _corrected_columns(database, heading)

    def values_of(fields: Mapping[str, Sequence[Any]], own: Sequence[pa.Array]) -> list[Sequence[str]]:
        columns = [fields[f"other_{name}"] for name in others]
        if used:
            columns += _used_values(heading, fields, own, used)
        return [*columns, *_corrected_values(fields, corrected)]

    return Beside((*(IN_ANOTHER_ROW[name] for name in others), *used, *corrected), values_of)


def _corrected_columns(database: Database, heading: stored.RunHeading) -> dict[str, frozenset[int]]:
    """Those of CORRECTED that a corrected file has changed → the rows it has changed them in."""
    cells = corrected_cells(database, heading.list_id)
    places = {
        header: set(_places(heading.mapping.get(field.removeprefix("own_"), ()), heading.columns))
        for header, field in CORRECTED.items()
    }
    rows = {
        header: frozenset(number for number, corrected in cells.items() if wanted & corrected.keys())
        for header, wanted in places.items()
    }
    return {header: numbers for header, numbers in rows.items() if numbers}


def _corrected_values(
    fields: Mapping[str, Sequence[Any]], corrected: Mapping[str, frozenset[int]]
) -> list[Sequence[str]]:
    return [
        [
            text if number in rows else ""
            for number, text in zip(fields["row_number"], fields[CORRECTED[header]], strict=True)
        ]
        for header, rows in corrected.items()
    ]


@kept_until_changed
def _used_columns(
    database: Database,
    heading: stored.RunHeading,
    edition: int,  # noqa: ARG001  # what is kept holds for this edition of the list
) -> tuple[str, ...]:
    """Those of USED that differ from the own cells of any row."""
    if not heading.mapping:
        return ()
    if stored.count_rows(database, heading) > sizes.LONG_LIST:
        return tuple(USED)
    width, found = len(heading.columns), dict.fromkeys(USED, False)
    chunks: Iterator[Sequence[Any]] = stored.contact_rows(database, heading, chunk=chunk_size(width))
    with closing(chunks):  # type: ignore[type-var]  # it is a generator
        for chunk in chunks:
            fields = fields_of(chunk)
            sought = [name for name, known in found.items() if not known]
            own = original_columns(fields["cells"], width)
            values = _used_values(heading, fields, own, sought)
            found |= {name: any(column) for name, column in zip(sought, values, strict=True)}
            if all(found.values()):
                break
    return tuple(name for name, differs in found.items() if differs)


def _used_values(
    heading: stored.RunHeading,
    fields: Mapping[str, Sequence[Any]],
    own: Sequence[pa.Array],
    wanted: Sequence[str],
) -> list[list[str]]:
    """A column for each of USED that is wanted; "" where a row itself says so, or was not looked up."""
    cells = {
        field: [own[place].to_pylist() for place in _places(names, heading.columns)]
        for field, names in heading.mapping.items()
    }
    contacts = [
        dict(zip(stored.FILE_FIELDS, values, strict=True))
        for values in zip(*(fields[name] for name in stored.FILE_FIELDS), strict=True)
    ]
    columns: list[list[str]] = [[] for _ in wanted]
    for number, (contact, outcome) in enumerate(zip(contacts, fields["outcome"], strict=True)):
        looked_up = outcome not in NOT_LOOKED_UP
        said = {
            field: [text for column in lists if (text := " ".join(column[number].split()))]
            for field, lists in cells.items()
        }
        for column, name in zip(columns, wanted, strict=True):
            column.append(USED[name](contact, said) if looked_up else "")
    return columns


def _places(names: Sequence[str], columns: Sequence[str]) -> list[int]:
    places = (place_of(name, columns) for name in names)
    return [place for place in places if place is not None]


def _name_used(contact: Mapping[str, str], said: Cells) -> str:
    first, last = contact["first_name"], contact["last_name"]
    used = f"{first} {last}".strip()
    apart = all(
        not part or part in said.get(name, ()) for name, part in (("first_name", first), ("last_name", last))
    )
    return "" if apart or used in said.get("full_name", ()) else used


def _company_used(contact: Mapping[str, str], said: Cells) -> str:
    used = contact["company_name"]
    return "" if used in said.get("company_name", ()) else used


def _website_used(contact: Mapping[str, str], said: Cells) -> str:
    """The website of an email stands in the file as well, so that one is no news."""
    used = contact["company_domain"].lower()
    emails = (contact["own_email"], contact["other_email"])
    hosts = [_host(text) for text in said.get("company_domain", ())]
    hosts = hosts or [email.rpartition("@")[2].lower() for email in emails]
    return "" if any(f".{host}".endswith(f".{used}") for host in hosts) else used


def _host(website: str) -> str:
    plain = website.lower().rpartition("://")[2].partition("/")[0]
    return plain.partition("?")[0].partition(":")[0].removeprefix("www.").rstrip(".")


def _profile_used(contact: Mapping[str, str], said: Cells) -> str:
    used = contact["linkedin_url"]
    slug = unquote(used).rstrip("/").rpartition("/")[2].casefold()
    return "" if any(slug in unquote(text).casefold() for text in said.get("linkedin_url", ())) else used


USED: Mapping[str, Callable[[Mapping[str, str], Cells], str]] = {
    "Name Used": _name_used,
    "Company Used": _company_used,
    "Website Used": _website_used,
    "LinkedIn Used": _profile_used,
}
"""Header → what was used for the look-up, where a row's own cells do not say it; "" where they do."""
