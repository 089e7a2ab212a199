"""Looking up one person: a list of one, with the same engine, memory and money rules as any list."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict

from cleanlist_core.domain import Contact
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


def name_of(contact: Contact) -> str:
    """How the look-up of one person is called in History."""
    name = f"{contact.first_name} {contact.last_name}".strip()
    return name or contact.linkedin_url.rstrip("/").rpartition("/")[2] or "One person"


def check_complete(contact: Contact) -> None:
    """Raises RunError, which says what is missing, before anything is stored."""
    if contact.linkedin_url.strip():
        return
    if not (contact.first_name.strip() and contact.last_name.strip()):
        raise RunError(
            "A look-up needs a LinkedIn profile, or first and last name with the company."
            " Nothing was sent. Fill in what is missing.",
            code="incomplete_person",
        )
    if not (contact.company_domain.strip() or contact.company_name.strip()):
        raise RunError(
            "A name alone fits too many people. Nothing was sent. Add the company or its website.",
            code="incomplete_person",
        )


def table_of_one(contact: Contact) -> tuple[ReadTable, ColumnMapping]:
    """The person as a list with one row. Raises RunError."""
    check_complete(contact)
    given = {field: value.strip() for field, value in asdict(contact).items() if value.strip()}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_COLUMNS[field] for field in given])
    writer.writerow(given.values())
    table = read_table(text.getvalue().encode(), "person.csv")
    return table, recognise(table, {field: _COLUMNS[field] for field in given})
