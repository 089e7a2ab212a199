"""Files without a header: columns are told by their values, and never taken for what they are not."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.reading import Reading, ReadTable, read_table

PEOPLE = (
    ("Björn", "Øvergaard", "Sternwald Versicherung AG", "sternwald.example"),
    ("Farid", "Zielonka", "Marrowstone Health", "marrowstone.example"),
    ("Lionel", "Fairbrook", "Pinecrest Freight, LLC", "pinecrest-freight.example"),
    ("Priya", "Marchetti", "Quillhaven Analytics, Inc.", "quillhaven.example"),
    ("Jürgen", "Müllerheim", "Kupferberg Maschinenbau GmbH", "kupferberg.example"),
    ("Zoë", "Abernathy-Cole", "Café Lumière SARL", "cafe-lumiere.example"),
    ("Małgorzata", "O'Harrow", "Oakhurst Capital", "oakhurst.example"),
    ("Tomás", "van der Linde", "Tidewick Logistics Ltd", "tidewick.example"),
)


def plain(name: str) -> str:
    """A name as addresses have it."""
    table = str.maketrans(
        {
            "ö": "o",
            "Ø": "o",
            "ü": "ue",
            "é": "e",
            "è": "e",
            "ë": "e",
            "ł": "l",
            "á": "a",
            " ": "",
            "'": "",
            "-": "",
        }
    )
    return name.lower().translate(table).replace("ø", "o")


FIRST = [first for first, _, _, _ in PEOPLE]
LAST = [last for _, last, _, _ in PEOPLE]
TRUE = {
    "first_name": FIRST,
    "last_name": LAST,
    "full_name": [f"{first} {last}" for first, last, _, _ in PEOPLE],
    "company_name": [company for _, _, company, _ in PEOPLE],
    "company_domain": [f"https://www.{domain}/" for _, _, _, domain in PEOPLE],
    "email": [f"{plain(first)}.{plain(last)}@{domain}" for first, last, _, domain in PEOPLE],
    "linkedin_url": [
        f"linkedin.com/in/{plain(first)}-{plain(last)}-{n}" for n, (first, last, _, _) in enumerate(PEOPLE)
    ],
    "phone": [f"+1 212-555-01{number:02}" for number in range(len(PEOPLE))],
}
OTHER = {
    name: text.split("|")
    for name, text in {
        "city": "Berlin|Paris|Austin|Sofia|Florence|Lyon|Gdańsk|Leeds",
        "country": "Germany|France|United States|Bulgaria|Italy|France|Poland|England",
        "title": "Head of Sales|Founder|Data Engineer|Buyer|Owner|VP Marketing|Teacher|Buyer",
        "owner": "Sam Own|Sam Own|Kim Keep|Sam Own|Kim Keep|Kim Keep|Sam Own|Kim Keep",
        "owner's first name": "Thomas|Thomas|Laura|Thomas|Laura|Laura|Thomas|Laura",
        "product": "Blue Otter|Red Fox|Grey Owl|Blue Otter|Red Fox|Grey Owl|Blue Otter|Red Fox",
        "amount": "$1,200|$900|$15|$20|$7,000|$31|$4|$88",
        "empty": "|||||||",
    }.items()
} | {
    "customer number": [f"415555010{number}" for number in range(8)],
    "date": [f"2025-03-0{number}" for number in range(1, 9)],
    "date of Europe": [f"0{number}.03.2025" for number in range(1, 9)],
    "company page": [f"https://www.linkedin.com/company/{number}" for number in range(1, 9)],
    "social page": [f"https://twitter.com/{plain(last)}" for last in LAST],
}
FULL, EMAILS, PHONES, COMPANIES = (TRUE[name] for name in ("full_name", "email", "phone", "company_name"))
EARLIER = [f"Foregone{number} GmbH" for number in range(8)]
PROFILES = TRUE["linkedin_url"]
INFO = [f"info@{word}.example" for word in "abcdefgh"]
SITES = [f"site{number}.example" for number in range(8)]
ALL = {**TRUE, **OTHER}


def table_of(columns: Sequence[Sequence[str]], reading: Reading | None = None) -> ReadTable:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(zip(*columns, strict=True))
    return read_table(file.getvalue().encode(), "people.csv", reading=reading or Reading())


def found_in(
    names: Sequence[str], columns: Mapping[str, Sequence[str]] = ALL, reading: Reading | None = None
) -> dict[str, str]:
    """Field → the column it was found in; {} where a person has to say."""
    table = table_of([columns[name] for name in names], reading)
    assert table.header_row == 0
    try:
        mapping = recognise(table).columns
    except IntakeError:
        return {}
    return {field: names[position] for field, (position, *_) in mapping.items()}


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("first_name", "last_name", "email"), id="both names and an email"),
        pytest.param(("last_name", "first_name", "email"), id="last name first"),
        pytest.param(("first_name", "last_name", "linkedin_url"), id="both names and a profile"),
        pytest.param(("full_name", "email", "phone"), id="a full name and an email"),
        pytest.param(("company_name", "full_name", "company_domain"), id="a full name without any address"),
        pytest.param(("first_name", "last_name", "company_name"), id="both names and a company's legal form"),
        pytest.param(("first_name", "last_name", "company_domain", "phone"), id="a website and a phone"),
        pytest.param(("email", "company_name", "linkedin_url", "last_name", "first_name"), id="everything"),
    ],
)
def test_columns_of_people_are_found_by_their_values(names: tuple[str, ...]) -> None:
    assert found_in(names) == {name: name for name in names}


@pytest.mark.parametrize(
    ("columns", "unsure"),
    [
        pytest.param(
            {"first_name": FIRST, "city": OTHER["city"], "company_name": TRUE["company_name"]},
            {"first_name", "last_name"},
            id="a city beside a first name is no last name",
        ),
        pytest.param(
            {
                "first_name": FIRST,
                "last_name": LAST,
                "email": [f"{plain(last)}.{plain(first)}@acme.example" for first, last, _, _ in PEOPLE],
            },
            {"first_name", "last_name"},
            id="emails that put the last name first contradict the names",
        ),
        pytest.param(
            {"full_name": FULL, "other": FIRST, "email": INFO},
            {"first_name", "last_name"},
            id="a second column of first names is no last name",
        ),
        pytest.param(
            {"email": EMAILS, "first_name": FIRST, "last_name": LAST, "nick": FIRST},
            set(),
            id="the column side by side counts where first names are there twice",
        ),
        pytest.param(
            {"email": EMAILS, "first_name": FIRST, "last_name": LAST, "company": EARLIER},
            {"company_name"},
            id="companies that are not those of the emails",
        ),
        pytest.param(
            {"full_name": FULL, "one": COMPANIES, "two": EARLIER, "linkedin_url": PROFILES},
            {"company_name"},
            id="two columns of companies",
        ),
        pytest.param(
            {"email": EMAILS, "full_name": FULL, "one": PHONES, "two": PHONES},
            {"phone"},
            id="two columns of phones",
        ),
        pytest.param(
            {"email": EMAILS, "full_name": FULL, "switchboard": ["+1 212-555-0100"] * 8},
            {"phone"},
            id="one phone for everybody",
        ),
        pytest.param(
            {"email": EMAILS, "full_name": FULL, "site": SITES},
            {"company_domain"},
            id="websites that are not those of the emails",
        ),
    ],
)  # fmt: skip
def test_what_is_in_doubt_is_left_to_a_person(columns: dict[str, list[str]], unsure: set[str]) -> None:
    found = found_in(list(columns), columns)
    assert not unsure & set(found)
    assert all(field == name for field, name in found.items())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(ALL)), min_size=2, max_size=8, unique=True), st.integers(1, len(PEOPLE))
)
def test_no_column_is_taken_for_another(names: list[str], rows: int) -> None:
    told = {name: ALL[name][:rows] for name in names}
    found = found_in(names, told, Reading(header_line=0, keep_blank=True))
    assert all(field == name for field, name in found.items())


def test_the_first_line_is_data_where_it_names_a_person_or_a_company() -> None:
    assert table_of([FIRST, LAST, TRUE["company_name"]]).header_row == 0
    assert (
        table_of([["Imię", "Ada", "Jan"], ["Nazwisko", "Nowak", "Lis"], ["Firma X", "A", "B"]]).header_row
        == 1
    )
