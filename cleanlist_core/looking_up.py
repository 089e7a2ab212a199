"""Looking up one person: a list of one, with the same engine, memory and money rules as any list.

By an email alone a person is looked up at another service of the API, with a key of its own; for the
memory, the budget and the receipts it is a list of one all the same.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict

import pyarrow as pa

from cleanlist_core.domain import Contact, KeyKind, RowCheck
from cleanlist_core.errors import RunError
from cleanlist_core.intake.mapping import ColumnMapping, recognise
from cleanlist_core.intake.reading import read_table
from cleanlist_core.intake.tables import ReadTable
from cleanlist_core.store.lists import ListFacts
from cleanlist_core.store.people import BY_EMAIL

LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^\s@<>,;:\"'()\[\]\\|]{1,64}@(?:[\w-]+\.)+[\w-]{2,}")

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


def plain_email(text: str) -> str:
    """The address as it is compared. Raises RunError when it is none, before anything is stored."""
    email = text.strip().lower()
    if len(email) <= LONGEST_EMAIL and email.isprintable() and _EMAIL.fullmatch(email):
        return email
    raise RunError(
        "This is not an email address. Nothing was sent. Write it like ada@example.com and try again.",
        code="not_an_email",
    )


def list_of_email(email: str) -> tuple[ListFacts, pa.Table, pa.Table]:
    """A list with one person known by an email alone: what is said of it, its row, and its cells.

    The row's own email stays empty: there it would say that nobody needs to look for one.
    """
    facts = ListFacts(
        name=email,
        file_name=email,
        checksum="",
        source="",
        encoding="",
        delimiter="",
        header_row=0,
        columns=["Email"],
        mapping={"email": ["Email"]},
        notes=[],
        reasons={},
        rows=1,
        ready=1,
        invalid=0,
        duplicates=0,
    )
    row = {
        "row_number": 1,
        "line": 1,
        "identity": BY_EMAIL + email,
        "key_kind": KeyKind.EMAIL.value,
        "checked": RowCheck.READY.value,
        "leader": 1,
    }
    return facts, pa.Table.from_pylist([row]), pa.Table.from_pylist([{"Email": email}])
