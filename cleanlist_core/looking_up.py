"""Looking up one person: a list of one, with the same engine, memory and money rules as any list."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from cleanlist_core.errors import RunError
from cleanlist_core.intake.mapping import ColumnMapping, recognise
from cleanlist_core.intake.reading import read_table
from cleanlist_core.intake.tables import ReadTable

_COLUMNS = {
    "linkedin_url": "LinkedIn URL",
    "first_name": "First name",
    "last_name": "Last name",
    "company_domain": "Company website",
    "company_name": "Company name",
}


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """Whom to look up: a LinkedIn profile, or both names with a company. "" means not given."""

    linkedin_url: str = ""
    first_name: str = ""
    last_name: str = ""
    company_domain: str = ""
    company_name: str = ""

    @property
    def title(self) -> str:
        """How the look-up is called in History."""
        name = f"{self.first_name} {self.last_name}".strip()
        return name or self.linkedin_url.rstrip("/").rpartition("/")[2] or "One person"

    def check(self) -> None:
        """Raises RunError, which says what is missing, before anything is stored."""
        if self.linkedin_url.strip():
            return
        if not (self.first_name.strip() and self.last_name.strip()):
            raise RunError(
                "A look-up needs a LinkedIn profile, or first and last name with the company."
                " Nothing was sent. Fill in what is missing.",
                code="incomplete_person",
            )
        if not (self.company_domain.strip() or self.company_name.strip()):
            raise RunError(
                "A name alone fits too many people. Nothing was sent. Add the company or its website.",
                code="incomplete_person",
            )


def table_of_one(query: PersonQuery) -> tuple[ReadTable, ColumnMapping]:
    """The person as a list with one row. Raises RunError."""
    query.check()
    given = {field: getattr(query, field).strip() for field in _COLUMNS if getattr(query, field).strip()}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_COLUMNS[field] for field in given])
    writer.writerow(given.values())
    table = read_table(text.getvalue().encode(), "person.csv")
    return table, recognise(table, {field: _COLUMNS[field] for field in given})
