"""Headers that name both parts of a name, and what such a column is taken apart into."""

from __future__ import annotations

import pytest

from cleanlist_core.intake.checking import prepare
from cleanlist_core.intake.headers import order_said
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.reading import read_table

LAST_FIRST = (
    "Nachname, Vorname", "Last Name, First Name", "Name, Vorname", "Name (Last, First)", "LAST/FIRST",
    "Nach- und Vorname", "Nom, Prénom", "Apellidos; Nombre", "Cognome e nome", "Sobrenome / Nome",
    "Achternaam, voornaam", "Surname & Forename", "Family name, given name(s)", "LastName FirstName",
    "Teilnehmer (Nachname, Vorname)", "Contact: last name, first name",
)  # fmt: skip
FIRST_LAST = (
    "Vorname Nachname", "First and last name", "First & Last Name", "Prénom / Nom", "Nombre y apellidos",
    "Nome, Cognome", "Nome e sobrenome", "Voor- en achternaam", "Given and family name", "Vorname, Name",
)  # fmt: skip
NEITHER = (
    "Name", "First name", "Last name", "Name (First)", "Name (Last)", "Name (Vorname)", "Contact First Name",
    "Speaker First Name", "Given name", "Nome proprio", "Nom de famille", "Manager First Name, Last Name",
    "Company Name", "First contact", "Last Contact", "Last company name", "Full name",
)  # fmt: skip


@pytest.mark.parametrize("header", LAST_FIRST)
def test_a_header_that_puts_the_last_name_first(header: str) -> None:
    order = order_said(header)
    assert order
    assert order.value == "last"


@pytest.mark.parametrize("header", FIRST_LAST)
def test_a_header_that_puts_the_first_name_first(header: str) -> None:
    order = order_said(header)
    assert order
    assert order.value == "first"


@pytest.mark.parametrize("header", NEITHER)
def test_a_header_that_does_not_name_both_parts(header: str) -> None:
    assert order_said(header) is None


def names_under(header: str, *names: str) -> list[tuple[str, str]]:
    lines = [f'ID;"{header}";Firma', *(f'{number};"{name}";Acme' for number, name in enumerate(names, 1))]
    table = read_table("\n".join(lines).encode(), "people.csv")
    rows = prepare(table, recognise(table)).rows
    return list(zip(rows["first_name"].to_pylist(), rows["last_name"].to_pylist(), strict=True))


def test_names_stand_the_way_the_header_says() -> None:
    written = {
        "Müller, Jörg": ("Jörg", "Müller"),
        "Nguyễn, Thị Hương": ("Thị Hương", "Nguyễn"),
        "Silva, Maria da Graça Luz": ("Maria da Graça Luz", "Silva"),
        "van der Berg Jan": ("Jan", "van der Berg"),
        "Weiß": ("", "Weiß"),
        "Roth, MBA": ("", "Roth"),
        "Dr. Groß Änne": ("Änne", "Groß"),
        "k.A.": ("", ""),
    }
    assert names_under("Nachname, Vorname", *written) == list(written.values())


def test_names_that_are_plainly_in_the_other_order_stay_in_it() -> None:
    names = names_under("Nom et prénom", "Pierre Dupont", "Sylvie Moreau", "Roux", "Petit, Anne Marie")
    assert names == [("Pierre", "Dupont"), ("Sylvie", "Moreau"), ("", "Roux"), ("Anne Marie", "Petit")]


def test_a_column_says_why_it_is_used() -> None:
    table = read_table(
        "ID;Nachname, Vorname;Firma;Ort\n1;Müller, Jörg;Käserei GmbH;Kempten\n".encode(), "a.csv"
    )
    assert recognise(table).why["full_name"] == (
        "“Nachname, Vorname” names both parts of a name, last name first."
    )
